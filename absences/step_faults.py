"""What makes no sense in a step: asked by its form, and once more before a draft is put in force.

A draft may be older than a check, or than a change of what there is to choose from.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from absences.classes import ABSENCES, NationalClass
from absences.findings import ENOUGH_DAYS
from absences.models import InterventionStep
from absences.rules import DAYS_A_WEEK, LAST_OF_PRIMARY

Stage, Trigger, Window = InterventionStep.Stage, InterventionStep.Trigger, InterventionStep.Window
Fields = Mapping[str, Any]
Fault = tuple[str, str]

COUNTABLE = [one for one in NationalClass if one in ABSENCES or one == NationalClass.LATE]
# What has a meaning in a school year, on either database.
RANGES = {
    "threshold": (0, 2000), "weeks": (1, 52), "grade_from": (0, 9), "grade_to": (0, 9),
    "days_to_react": (1, 60), "again_after_weeks": (1, 52),
}  # fmt: skip
# How much of each there is in a week at most. A return needs a day more than the absence.
A_WEEK_HOLDS = {
    Trigger.DAYS_IN_ROW: (DAYS_A_WEEK, 0),
    Trigger.RETURNED: (DAYS_A_WEEK, 1),
    Trigger.FIRST_LESSON: (DAYS_A_WEEK, 0),
    Trigger.SAME_WEEKDAY: (1, 0),
    Trigger.UNRESOLVED_DAYS: (7, 1),
}
# The longest that a window can be: of the terms, spring with its summer.
WEEKS_OF: dict[Any, int] = {Window.YEAR: 53, Window.TERM: 31}
GRADES_OF = {
    Stage.PREPRIMARY: (0, 0),
    Stage.PRIMARY: (1, LAST_OF_PRIMARY),
    Stage.LOWER_SECONDARY: (LAST_OF_PRIMARY + 1, 9),
}
MOST_PERCENT = 100


@dataclass(frozen=True, slots=True)
class FaultyStep:
    step: InterventionStep
    sentences: list[str]


def faulty(steps: Iterable[InterventionStep]) -> list[FaultyStep]:
    """The steps that would not do what they say, each with the sentences of its form."""
    names = [field.name for field in InterventionStep._meta.concrete_fields]
    asked = [
        FaultyStep(step, [words for _field, words in faults({n: getattr(step, n) for n in names})])
        for step in steps
    ]
    return [one for one in asked if one.sentences]


def faults(fields: Fields) -> Iterator[Fault]:
    """Which field, and why. Of a field that is not among them nothing is said: it has been."""
    yield from _out_of_range(fields)
    # A rolling window without a length: nothing is said twice of a length out of range.
    if fields.get("window") == Window.WEEKS and fields.get("weeks", 1) is None:
        yield "weeks", _("Kerro, monenko viikon ajalta katsotaan.")
    if fields.get("trigger") != Trigger.ALWAYS:
        yield from _not_waking(fields)
        yield from _lateness(fields)
        yield from _too_short(fields)
    yield from _nobody(fields)


def _out_of_range(fields: Fields) -> Iterator[Fault]:
    for name, (low, high) in RANGES.items():
        value = fields.get(name)
        if value is not None and not low <= value <= high:
            words = _("Anna luku, joka on vähintään %(low)s ja enintään %(high)s.")
            yield name, words % {"low": low, "high": high}


def _known(fields: Fields, name: str, choices: Collection[Any]) -> list[str] | None:
    """What is still there to choose; None when the field has been refused."""
    chosen = fields.get(name)
    return None if chosen is None else [one for one in chosen if one in choices]


def _not_waking(fields: Fields) -> Iterator[Fault]:
    trigger = fields.get("trigger")
    if trigger is not None and trigger not in Trigger:
        yield "trigger", _("Valitse, mikä herättää.")
    if not fields.get("threshold", 1):
        yield "threshold", _("Anna raja, joka on vähintään 1.")
    if trigger == Trigger.PERCENT and (fields.get("threshold") or 0) > MOST_PERCENT:
        yield "threshold", _("Osuus on enintään 100 prosenttia.")
    if trigger != Trigger.UNRESOLVED_DAYS and _known(fields, "counted", COUNTABLE) == []:
        yield "counted", _("Valitse ainakin yksi merkintä, joka lasketaan.")
    if _known(fields, "recipients", InterventionStep.Recipient) == []:
        yield "recipients", _("Valitse ainakin yksi, jolle kerrotaan.")


def _lateness(fields: Fields) -> Iterator[Fault]:
    """What is told speaks of latenesses or of absences, never of both at once."""
    trigger, counted = fields.get("trigger"), _known(fields, "counted", COUNTABLE)
    if not trigger or not counted or trigger == Trigger.UNRESOLVED_DAYS:
        return
    if trigger == Trigger.LATENESSES:
        if counted != [NationalClass.LATE]:
            yield "counted", _("Tämä porras laskee vain myöhästymiset: valitse myöhästyminen.")
    elif NationalClass.LATE in counted:
        yield "counted", _("Myöhästyminen ei ole poissaolo. Tee myöhästymisille oma porras.")


def _too_short(fields: Fields) -> Iterator[Fault]:
    trigger, window, limit = fields.get("trigger"), fields.get("window"), fields.get("threshold")
    weeks = fields.get("weeks") if window == Window.WEEKS else WEEKS_OF.get(window)
    if not weeks or not limit:
        return
    if trigger == Trigger.PERCENT and weeks * DAYS_A_WEEK < ENOUGH_DAYS:
        yield "weeks", _("Osuus lasketaan vähintään kahden viikon ajalta.")
    if trigger not in A_WEEK_HOLDS:
        return
    most, less = A_WEEK_HOLDS[Trigger(trigger)]
    if limit > weeks * most - less:
        yield "threshold", _("Raja ei mahdu näin lyhyeen aikaan: porras ei herättäisi koskaan.")


def _nobody(fields: Fields) -> Iterator[Fault]:
    """Grades and stages that no pupil has both."""
    low, high = fields.get("grade_from"), fields.get("grade_to")
    if low is not None and high is not None and low > high:
        yield "grade_to", _("Vuosiluokat ovat väärin päin.")
        return
    stages = _known(fields, "stages", Stage)
    if stages == [] and fields["stages"]:
        yield "stages", _("Valitse asteet uudelleen.")
    first, last = 0 if low is None else low, 9 if high is None else high
    if stages and not any(
        first <= grades[1] and grades[0] <= last
        for grades in (GRADES_OF[Stage(one)] for one in stages)
    ):
        words = _("Nämä asteet ja vuosiluokat ovat eri oppilaita: porras ei herättäisi koskaan.")
        yield "stages", words
