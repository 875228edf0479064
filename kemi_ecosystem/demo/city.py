"""The schools, groups and names of the demo city. Fictional, every one."""

from dataclasses import dataclass, field

from schools.models import School


@dataclass(frozen=True, slots=True)
class DemoSchool:
    key: str
    name: str
    stage: str
    groups: tuple[tuple[str, int | None], ...] = ()
    merged_into: str = ""
    head: tuple[str, str] = ("", "")
    languages: tuple[str, ...] = field(default=("fi", "fi", "fi", "fi", "fi", "uk", "ar", "en"))


def _classes(grades: range, letters: str) -> tuple[tuple[str, int | None], ...]:
    return tuple((f"{grade}{letter}", grade) for grade in grades for letter in letters)


SCHOOLS = (
    DemoSchool(
        "9901", "Merenrannan koulu", School.Stage.PRIMARY, _classes(range(1, 7), "AB"),
        head=("Mauri", "Kallio"),
    ),
    DemoSchool(
        "9902", "Jokisuun koulu", School.Stage.PRIMARY, _classes(range(1, 7), "A"),
        head=("Anja", "Kivelä"),
    ),
    DemoSchool(
        # Five seventh classes: what the city is told of screenings begins from five.
        "9903", "Lumilinnan koulu", School.Stage.LOWER_SECONDARY,
        _classes(range(7, 8), "ABCDE") + _classes(range(8, 10), "ABC"),
        head=("Raili", "Heikkinen"),
    ),
    DemoSchool(
        "9911", "Poukaman päiväkoti", School.Stage.ECEC,
        (("Poutapilvet", None), ("Merenneidot", None), ("Eskarit", 0)),
        head=("Päivi", "Ranta"),
    ),
    DemoSchool("9909", "Vanhasataman koulu", School.Stage.PRIMARY, merged_into="9901"),
)  # fmt: skip

FIRST_NAMES = [
    "Aada",
    "Aatos",
    "Aino",
    "Akseli",
    "Alisa",
    "Alma",
    "Anton",
    "Arttu",
    "Daria",
    "Eeli",
    "Eevi",
    "Eino",
    "Elias",
    "Ella",
    "Elsa",
    "Emil",
    "Enni",
    "Fatima",
    "Helmi",
    "Hilla",
    "Hugo",
    "Iida",
    "Ilona",
    "Inka",
    "Isla",
    "Jalmari",
    "Joel",
    "Juho",
    "Kaapo",
    "Kerttu",
    "Lauri",
    "Leevi",
    "Leila",
    "Lilja",
    "Luka",
    "Lumi",
    "Mila",
    "Minea",
    "Nella",
    "Niilo",
    "Noel",
    "Oiva",
    "Oliver",
    "Onni",
    "Otso",
    "Paavo",
    "Peppi",
    "Pihla",
    "Reino",
    "Saga",
    "Sami",
    "Seela",
    "Selma",
    "Siiri",
    "Sofia",
    "Taavi",
    "Toivo",
    "Tyyne",
    "Urho",
    "Vilho",
    "Viola",
    "Väinö",
    "Yasmin",
]
LAST_NAMES = [
    "Ahola",
    "Alatalo",
    "Hakala",
    "Hassan",
    "Heikkilä",
    "Hietala",
    "Jokela",
    "Järvenpää",
    "Kallio",
    "Karppinen",
    "Keränen",
    "Kivelä",
    "Koivumäki",
    "Korhola",
    "Kovalenko",
    "Kujala",
    "Lampela",
    "Lehtola",
    "Mäkelä",
    "Niemelä",
    "Nurmela",
    "Ojala",
    "Palola",
    "Rautio",
    "Saarela",
    "Salmela",
    "Säkkinen",
    "Tervo",
    "Tolonen",
    "Uusitalo",
    "Vaarala",
    "Vuorela",
    "Ylitalo",
    "Äijälä",
    "Öhman",
]


def pupils_in_schools() -> list[tuple[DemoSchool, str, int | None]]:
    """Every group with its school, in a fixed order."""
    return [(school, name, grade) for school in SCHOOLS for name, grade in school.groups]
