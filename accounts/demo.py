"""The accounts of the demo city: one of each role, all with the same password.

They exist only where PORTAL_DEMO=1, and are shown on the sign-in page only there.
"""

from dataclasses import dataclass

DEMO_PASSWORD = "kemi-demo"  # noqa: S105 (printed on the sign-in page of the demo)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """`role` is a schools.roles.Role; `place` a school's key, or "" for the whole city."""

    username: str
    first_name: str
    last_name: str
    title: str
    description: str
    role: str
    place: str = ""
    group: str = ""


DEMO_ACCOUNTS = (
    DemoAccount(
        "opettaja", "Liisa", "Lampela", "Luokanvalvoja, 7C",
        "Herätykset omasta luokasta ja niihin vastaaminen.",
        "class_teacher", "9903", "7C",
    ),
    DemoAccount(
        "ela", "Erja", "Rautio", "Erityisopettaja (ELA)",
        "Laaja-alaisen erityisopettajan näkymä kouluunsa.",
        "special_teacher", "9903",
    ),
    DemoAccount(
        "veo", "Vieno", "Saarela", "Varhaiskasvatuksen erityisopettaja (VEO)",
        "Päiväkodin erityisopettaja: konsultaatiotunnit ja muistilistat.",
        "special_teacher", "9911",
    ),
    DemoAccount(
        "mentori", "Marjatta", "Kantola", "Aineenopettaja ja mentori",
        "Mentorointiaikoja kollegoille.",
        "teacher", "9903",
    ),
    DemoAccount(
        "varhaiskasvattaja", "Venla", "Kuusisto", "Varhaiskasvatuksen opettaja",
        "Laatulupaukset, muistilista ja tukipuu päiväkodin arkeen.",
        "early_educator", "9911", "Poutapilvet",
    ),
    DemoAccount(
        "rehtori", "Raili", "Heikkinen", "Rehtori",
        "Koulun sivu: mitä odottaa, mihin on vastattu.",
        "principal", "9903",
    ),
    DemoAccount(
        "kuraattori", "Kaisa", "Niemelä", "Koulukuraattori",
        "Vain ne herätykset, jotka hänelle on kerrottu, ilman syitä.",
        "welfare", "9903",
    ),
    DemoAccount(
        "koordinaattori", "Kerttu", "Salmela", "Koordinaattori",
        "Sisällöt ja hankkeet.",
        "coordinator",
    ),
    DemoAccount(
        "johtaja", "Jorma", "Vuontela", "Sivistysjohtaja",
        "Koko kaupunki, ei yhdenkään oppilaan tietoja.",
        "city_director",
    ),
    DemoAccount(
        "paakayttaja", "Pirjo", "Alatalo", "Pääkäyttäjä",
        "Tuonti, luokitukset ja hallinta.",
        "administrator",
    ),
)  # fmt: skip
