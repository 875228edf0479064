"""Who may open and change the pages of consultation hours."""

from consultations.models import Waiting
from consultations.services import bookings
from consultations.services.bookings import Matter
from tests import builders
from tests.consultations.conftest import AT, offer
from tests.project.access_tables import CLOSED, POST_ONLY, Table, only

OFFERERS = (
    "class_teacher", "subject_teacher", "other_class", "special_teacher", "neighbour_teacher",
)  # fmt: skip
BOOKERS = (*OFFERERS, "principal", "neighbour_principal")
# The two of the booking: who booked it and whose time it is.
THE_TWO = only("class_teacher", "special_teacher")
OWN = only("special_teacher")

PAGES: Table = {
    ("consultations:times", ""): only(*BOOKERS),
    ("consultations:book", "free_slot"): only(
        "class_teacher", "subject_teacher", "other_class", "principal"
    ),
    ("consultations:booking", "booking"): THE_TWO,
    ("consultations:cancel", "booking"): POST_ONLY,
    ("consultations:reschedule", "booking"): POST_ONLY,
    ("consultations:outcome", "booking"): POST_ONLY,
    ("consultations:helped", "booking"): POST_ONLY,
    ("consultations:booking_file", "booking"): THE_TWO,
    ("consultations:offer", "token"): dict.fromkeys(CLOSED, 404),
    ("consultations:join", ""): POST_ONLY,
    ("consultations:leave", "waiting"): POST_ONLY,
    ("consultations:week", ""): only(*OFFERERS),
    ("consultations:hours", ""): only(*OFFERERS),
    ("consultations:new_hour", ""): only(*OFFERERS),
    ("consultations:hour", "hour"): OWN,
    ("consultations:end_hour", "hour"): POST_ONLY,
    ("consultations:slot", "free_slot"): OWN,
    ("consultations:cancel_slot", "free_slot"): POST_ONLY,
    ("consultations:give_again", "free_slot"): POST_ONLY,
    ("consultations:away", ""): POST_ONLY,
    ("consultations:calendar", ""): only(*BOOKERS),
    ("consultations:revoke_calendar", ""): POST_ONLY,
    ("consultations:feed", "token"): dict.fromkeys(CLOSED, 404),
    ("consultations:figures", ""): only(
        "principal", "neighbour_principal", "coordinator", "director"
    ),
}
POSTS: Table = {
    ("consultations:book", "free_slot"): only(
        "class_teacher", "subject_teacher", "other_class", "principal", status=422
    ),
    # The first of the two to press cancels it; the other finds it cancelled already.
    ("consultations:cancel", "booking"): only("class_teacher", "special_teacher", status=302),
    ("consultations:reschedule", "booking"): only("class_teacher", status=302),
    # It has not been held yet, and nothing was agreed.
    ("consultations:outcome", "booking"): CLOSED,
    ("consultations:helped", "booking"): CLOSED,
    ("consultations:offer", "token"): dict.fromkeys(CLOSED, 404),
    # No kind is named.
    ("consultations:join", ""): CLOSED,
    ("consultations:leave", "waiting"): only("class_teacher", status=302),
    ("consultations:new_hour", ""): only(*OFFERERS, status=422),
    ("consultations:hour", "hour"): only("special_teacher", status=422),
    ("consultations:end_hour", "hour"): only("special_teacher", status=302),
    ("consultations:slot", "free_slot"): only("special_teacher", status=422),
    ("consultations:cancel_slot", "free_slot"): only("special_teacher", status=302),
    ("consultations:give_again", "free_slot"): only("special_teacher", status=302),
    ("consultations:away", ""): only(*OFFERERS, status=422),
    ("consultations:calendar", ""): only(*BOOKERS),
    ("consultations:revoke_calendar", ""): only(*BOOKERS, status=302),
}


def arguments(cast, alert):
    hour = offer(cast["special_teacher"], cast.school)
    first, second = hour.slots.order_by("starts_at")[:2]
    booking = bookings.book(
        slot=first, by=cast["class_teacher"], school=cast.school, matter=Matter(), at=AT
    )
    waiting = Waiting.objects.create(
        who=cast["class_teacher"], school=cast.school, kind="veo", since=builders.AT
    )
    return {
        "hour": [hour.pk],
        "free_slot": [second.pk],
        "booking": [booking.pk],
        "waiting": [waiting.pk],
    }
