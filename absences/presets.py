"""Ladders that cities have published; the default is Kemi's own.

Kemi (kemi.fi "Poissaoloihin puuttumisen malli", "WilmaRobotti"): the robot tells the class teacher
of an absence unresolved for 7 days; at 25 hours the class teacher, the school social worker and the
guardian; at 50 hours the principal too. All absences count but "ennalta anottu vapaa" and "muu
selvitetty poissaolo". The other ladders follow what Vaasa, Siuntio and schools of Oulu tell of
theirs; a city switches them on beside its own and edits them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from absences.classes import ABSENCES, NationalClass

COUNTED: list[str] = sorted(ABSENCES - {NationalClass.LEAVE, NationalClass.OTHER_CLEARED})
ALL: list[str] = sorted(ABSENCES)
UNAUTHORISED: list[str] = sorted({NationalClass.UNAUTHORISED, NationalClass.UNRESOLVED})
AUTHORISED: list[str] = sorted(ABSENCES - set(UNAUTHORISED))
TEACHER = ("class_teacher",)
FAMILY = ("class_teacher", "guardian")
CARE = ("class_teacher", "welfare", "guardian")
EVERYBODY = ("class_teacher", "welfare", "principal", "guardian")


@dataclass(frozen=True, slots=True)
class StepPreset:
    slug: str
    name: str
    trigger: str
    threshold: int
    summary: str
    recipients: tuple[str, ...] = ()
    counted: list[str] = field(default_factory=lambda: list(COUNTED))
    ladder: str = "kaikki"
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LadderPreset:
    """Steps that a city may switch on, whole."""

    slug: str
    name: str
    told: str
    steps: tuple[StepPreset, ...]
    counting: str = "m45"


def _ladder(
    slug: str, counted: list[str], *rungs: tuple[int, str, tuple[str, ...]], **more: Any
) -> tuple[StepPreset, ...]:
    """Steps of one ladder that differ by limit, name and those who are told.

    Of the last weeks a step tells again when as many weeks have gone by: in spring none of the
    days of autumn is in them.
    """
    trigger = more.pop("trigger", "hours")
    if "weeks" in more:
        more.setdefault("again_after_weeks", more["weeks"])
    return tuple(
        StepPreset(
            slug=f"{slug}-{limit}", name=name, trigger=trigger, threshold=limit,
            summary=SUMMARIES[min(number, len(SUMMARIES) - 1)], recipients=told,
            counted=list(counted), ladder=slug, more=more,
        )
        for number, (limit, name, told) in enumerate(rungs)
    )  # fmt: skip


SUMMARIES = (
    "Kysytään oppilaalta ja kotoa, mitä kuuluu. Puuttuminen ei ole moittimista.",
    "Jutellaan yhdessä, mistä poissaolot johtuvat, ja sovitaan, mikä auttaisi.",
    "Tuki ei ole riittänyt. Rehtori tulee mukaan, ja mietitään yhdessä, mitä muuta voi tehdä.",
    "Mietitään, tarvitaanko monialainen asiantuntijaryhmä. Sen kokoaa aina ihminen.",
)
KEMI = LadderPreset(
    slug="kemi",
    name="Kemi",
    told="7 päivää selvittämättä, 25 ja 50 tuntia lukuvuodessa",
    steps=(
        StepPreset(
            slug="ennaltaehkaisy",
            name="Ennaltaehkäisevä toiminta",
            trigger="always",
            threshold=0,
            summary="Jokainen tulee nähdyksi. Poissaoloja seurataan joka päivä, kodin kanssa "
            "puhutaan hyvästä ja ryhmässä on turvallista olla.",
        ),
        StepPreset(
            slug="selvittamaton",
            name="Huoli herää",
            trigger="unresolved_days",
            threshold=7,
            summary="Poissaolon syy on ollut viikon auki. Kysytään kotoa, mitä kuuluu, ja "
            "merkitään syy Wilmaan.",
            recipients=TEACHER,
            more={"asks": "cause"},
        ),
        StepPreset(
            slug="huoli-kasvaa",
            name="Huoli kasvaa",
            trigger="hours",
            threshold=25,
            summary="Jutellaan oppilaan ja kodin kanssa, mistä poissaolot johtuvat, ja sovitaan "
            "yhdessä, mikä auttaisi.",
            recipients=CARE,
            more={"asks": "plan"},
        ),
        StepPreset(
            slug="huoli-suuri",
            name="Huoli suuri",
            trigger="hours",
            threshold=50,
            summary="Tuki ei ole riittänyt. Rehtori tulee mukaan, ja mietitään, tarvitaanko "
            "monialainen asiantuntijaryhmä. Sen kokoaa aina ihminen.",
            recipients=EVERYBODY,
            more={"asks": "group"},
        ),
    ),
)
VAASA = LadderPreset(
    slug="vaasa",
    name="Vaasan tapaan",
    told="30, 60, 80 ja 120 tuntia, lisäksi toistuva viikonpäivä ja aine",
    steps=(
        *_ladder(
            "vaasa", ALL,
            (30, "Huoli herää", TEACHER), (60, "Huoli kasvaa", CARE),
            (80, "Huoli on suuri", EVERYBODY), (120, "Vakava huoli", EVERYBODY),
        ),
        *_ladder(
            "viikonpaiva", ALL, (5, "Sama viikonpäivä toistuu", TEACHER),
            trigger="same_weekday", window="weeks", weeks=10,
        ),
        *_ladder(
            "aine", ALL, (8, "Sama aine toistuu", TEACHER),
            trigger="same_subject", window="weeks", weeks=10,
        ),
    ),
)  # fmt: skip
SIUNTIO = LadderPreset(
    slug="siuntio",
    name="Siuntion tapaan",
    told="10 ja 20 prosenttia viimeisten 12 viikon tunneista, kaikki poissaolot",
    steps=_ladder(
        "osuus", ALL, (10, "Joka kymmenes tunti", FAMILY), (20, "Joka viides tunti", EVERYBODY),
        trigger="percent", window="weeks", weeks=12,
    ),
)  # fmt: skip
OULU = LadderPreset(
    slug="oulu",
    name="Oulun tapaan",
    told="luvattomat 15, 30 ja 50 tuntia, luvalliset 50 ja 100 tuntia lukukaudessa",
    steps=(
        *_ladder(
            "luvattomat", UNAUTHORISED,
            (15, "Luvattomia 15 tuntia", FAMILY), (30, "Luvattomia 30 tuntia", CARE),
            (50, "Luvattomia 50 tuntia", EVERYBODY), window="term",
        ),
        *_ladder(
            "luvalliset", AUTHORISED,
            (50, "Luvallisia 50 tuntia", FAMILY), (100, "Luvallisia 100 tuntia", EVERYBODY),
            window="term",
        ),
    ),
)  # fmt: skip
RETURN = LadderPreset(
    slug="paluu",
    name="Paluu poissaolon jälkeen",
    told="viisi koulupäivää peräkkäin: kuka on ovella vastassa",
    steps=(
        StepPreset(
            slug="paluu-5", name="Paluu on lähellä", trigger="days_in_row", threshold=5,
            summary="Lapsi on ollut viikon poissa. Sovitaan, kuka on ovella vastassa, ja mistä "
            "hän pääsee mukaan.",
            recipients=TEACHER, counted=ALL, ladder="paluu",
            more={"asks": "return", "days_to_react": 3, "window": "weeks", "weeks": 3},
        ),
    ),
)  # fmt: skip
RETURNED = LadderPreset(
    slug="palannut",
    name="Tervetuloa takaisin",
    told="viisi koulupäivää poissa ja takaisin koulussa: kuka ottaa vastaan",
    steps=(
        StepPreset(
            slug="palannut-5", name="Tervetuloa takaisin", trigger="returned", threshold=5,
            summary="Lapsi on palannut oltuaan viikon poissa. Sovitaan, kuka on ovella vastassa, "
            "ja mistä on helppo aloittaa.",
            recipients=TEACHER, counted=ALL, ladder="palannut",
            more={"asks": "return", "days_to_react": 2, "window": "weeks", "weeks": 5},
        ),
    ),
)  # fmt: skip
MORNINGS = LadderPreset(
    slug="aamut",
    name="Aamut ja myöhästymiset",
    told="kahdeksan ensimmäistä tuntia tai kymmenen myöhästymistä 10 viikossa",
    steps=(
        *_ladder(
            "aamut", ALL, (8, "Aamu on vaikea", TEACHER),
            trigger="first_lesson", window="weeks", weeks=10,
        ),
        *_ladder(
            "myohassa", [NationalClass.LATE], (10, "Myöhästyminen toistuu", TEACHER),
            trigger="latenesses", window="weeks", weeks=10,
        ),
    ),
)  # fmt: skip
PRESETS = {one.slug: one for one in (KEMI, VAASA, SIUNTIO, OULU, RETURN, RETURNED, MORNINGS)}
