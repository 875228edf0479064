from typing import Any

from django.http import HttpResponse


def sign_in(*_args: Any, **_kwargs: Any) -> HttpResponse:
    return HttpResponse()


sign_in_with_code = sign_in_with_link = sign_out = account = sign_in
