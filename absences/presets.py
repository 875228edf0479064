"""Kemi's published model, the default (domain: kemi.fi "Poissaoloihin puuttumisen malli").

The robot tells the class teacher of an absence unresolved for 7 days; at 25 hours the class
teacher, the school social worker and the guardian; at 50 hours the principal too. All absences
count but "ennalta anottu vapaa" and "muu selvitetty poissaolo".
"""

from dataclasses import dataclass, field

from absences.classes import ABSENCES, NationalClass

COUNTED = sorted(ABSENCES - {NationalClass.LEAVE, NationalClass.OTHER_CLEARED})


@dataclass(frozen=True, slots=True)
class StepPreset:
    slug: str
    name: str
    trigger: str
    threshold: int
    summary: str
    recipients: tuple[str, ...] = ()
    counted: list[str] = field(default_factory=lambda: list(COUNTED))


@dataclass(frozen=True, slots=True)
class ModelPreset:
    slug: str
    name: str
    minutes_per_hour: int
    steps: tuple[StepPreset, ...]


KEMI = ModelPreset(
    slug="kemi",
    name="Kemi",
    minutes_per_hour=45,
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
            recipients=("class_teacher",),
        ),
        StepPreset(
            slug="huoli-kasvaa",
            name="Huoli kasvaa",
            trigger="hours",
            threshold=25,
            summary="Jutellaan oppilaan ja kodin kanssa, mistä poissaolot johtuvat, ja sovitaan "
            "yhdessä, mikä auttaisi.",
            recipients=("class_teacher", "welfare", "guardian"),
        ),
        StepPreset(
            slug="huoli-suuri",
            name="Huoli suuri",
            trigger="hours",
            threshold=50,
            summary="Tuki ei ole riittänyt. Rehtori tulee mukaan, ja mietitään, tarvitaanko "
            "monialainen asiantuntijaryhmä. Sen kokoaa aina ihminen.",
            recipients=("class_teacher", "welfare", "principal", "guardian"),
        ),
    ),
)
