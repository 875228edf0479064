"""What the portal prints of the demo's accounts when it is up."""

import datetime as dt

from django.conf import settings
from django.urls import reverse

from accounts import services
from accounts.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from accounts.models import AccessTicket, User

PUPIL_USERNAME = "oppilas"
GUARDIAN_USERNAME = "huoltaja"
TICKET_VALID = dt.timedelta(days=14)


def accounts_text(*, at: dt.datetime) -> str:
    """What the portal prints when it is up. Tickets are made anew: only their digests are kept."""
    if not settings.PORTAL_DEMO:
        return ""
    width = max(len(one.username) for one in DEMO_ACCOUNTS)
    lines = [f"Tunnukset (salasana {DEMO_PASSWORD}):"]
    lines += [f"  {one.username:<{width}}  {one.title}" for one in DEMO_ACCOUNTS]
    return "\n".join([*lines, *_ticket_lines(at)])


def _ticket_lines(at: dt.datetime) -> list[str]:
    people = {user.username: user for user in User.objects.filter(kind__in=["pupil", "guardian"])}
    pupil, guardian = people.get(PUPIL_USERNAME), people.get(GUARDIAN_USERNAME)
    if pupil is None or guardian is None:
        return []
    AccessTicket.objects.filter(user__in=[pupil, guardian]).update(revoked_at=at)
    code = services.issue_code(user=pupil, at=at, valid=TICKET_VALID)
    token = services.issue_link_token(user=guardian, at=at, valid=TICKET_VALID)
    link = settings.PORTAL_URL + reverse("accounts:sign_in_with_link", args=[token])
    return [f"  oppilas   koodi {code}", f"  huoltaja  {link}"]
