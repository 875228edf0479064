"""A sheet of tickets: a name to cut off, a code, and a square that a camera reads."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from kemi_ecosystem.lib import pdf
from wellbeing.models import WishRound
from wellbeing.services.keys import numbered
from wellbeing.services.rounds import Ticket


@dataclass(frozen=True, slots=True)
class Strip:
    name: str
    code: str
    square: str
    pictures: list[tuple[int, str]]


def sheet(wish_round: WishRound, tickets: Sequence[Ticket]) -> bytes:
    """The sheet as PDF. The code stands behind the # of the address: no server ever writes it down.

    Raises kemi_ecosystem.lib.pdf.PaperError.
    """
    address = settings.PORTAL_URL + reverse("accounts:sign_in_with_code")
    strips = [
        Strip(one.name, one.code, _square(f"{address}#{one.code}"), numbered(one.pictures))
        for one in tickets
    ]
    context = {"round": wish_round, "strips": strips, "address": address}
    return pdf.make(render_to_string("wellbeing/paper/tickets.html", context))


def _square(address: str) -> str:
    return segno.make(address, error="m").svg_data_uri()
