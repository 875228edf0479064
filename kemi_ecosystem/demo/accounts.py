"""The demo's accounts: one of each role, all with the same password, only under PORTAL_DEMO=1."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from accounts import services
from accounts.models import AccessTicket, User
from schools.roles import Role

PASSWORD = "kemi-demo"  # noqa: S105 (printed on the sign-in page of the demo)
PUPIL_USERNAME = "oppilas"
GUARDIAN_USERNAME = "huoltaja"
TICKET_VALID = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """`place` is a key of kemi_ecosystem.demo.city.SCHOOLS, or "" for the whole city."""

    username: str
    first_name: str
    last_name: str
    title: str
    description: str
    role: Role
    place: str = ""
    group: str = ""


ACCOUNTS = (
    DemoAccount(
        "opettaja", "Liisa", "Lampela", "Luokanvalvoja, 7C",
        "Herätykset omasta luokasta ja niihin vastaaminen.",
        Role.CLASS_TEACHER, "9903", "7C",
    ),
    DemoAccount(
        "ela", "Erja", "Rautio", "Erityisopettaja (ELA)",
        "Laaja-alaisen erityisopettajan näkymä kouluunsa.",
        Role.SPECIAL_TEACHER, "9903",
    ),
    DemoAccount(
        "varhaiskasvattaja", "Venla", "Kuusisto", "Varhaiskasvatuksen opettaja",
        "Laatulupaukset, muistilista ja tukipuu päiväkodin arkeen.",
        Role.EARLY_EDUCATOR, "9911", "Poutapilvet",
    ),
    DemoAccount(
        "rehtori", "Raili", "Heikkinen", "Rehtori",
        "Koulun sivu: mitä odottaa, mihin on vastattu.",
        Role.PRINCIPAL, "9903",
    ),
    DemoAccount(
        "kuraattori", "Kaisa", "Niemelä", "Koulukuraattori",
        "Vain ne herätykset, jotka hänelle on kerrottu, ilman syitä.",
        Role.WELFARE, "9903",
    ),
    DemoAccount(
        "koordinaattori", "Kerttu", "Salmela", "Koordinaattori",
        "Sisällöt ja hankkeet.",
        Role.COORDINATOR,
    ),
    DemoAccount(
        "johtaja", "Jorma", "Vuontela", "Sivistysjohtaja",
        "Koko kaupunki, ei yhdenkään oppilaan tietoja.",
        Role.CITY_DIRECTOR,
    ),
    DemoAccount(
        "paakayttaja", "Pirjo", "Alatalo", "Pääkäyttäjä",
        "Tuonti, luokitukset ja hallinta.",
        Role.ADMINISTRATOR,
    ),
)  # fmt: skip


def accounts() -> tuple[DemoAccount, ...]:
    """The accounts to show on the sign-in page; none anywhere but in the demo."""
    return ACCOUNTS if settings.PORTAL_DEMO else ()


def accounts_text(*, at: dt.datetime) -> str:
    """What the portal prints when it is up. Tickets are made anew: only their digests are kept."""
    if not settings.PORTAL_DEMO:
        return ""
    width = max(len(one.username) for one in ACCOUNTS)
    lines = [f"Tunnukset (salasana {PASSWORD}):"]
    lines += [f"  {one.username:<{width}}  {one.title}" for one in ACCOUNTS]
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
