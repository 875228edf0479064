from typing import Any

from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    return {}
