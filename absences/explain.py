"""Why Unilukkari knocked, in words. One function for pages, messages and tests.

It reads only the evidence that the alert keeps: what it says today it will say in ten years.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from absences.classes import ABSENCES, NationalClass
from absences.models.ladder import scope_in_words
from absences.rules import counted_minutes, hours
from kemi_ecosystem.lib.clock import local_date

LESSON = 45
Evidence = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Sentences for a person. `by_class` holds the same as a table: name, hours, counts or not."""

    reason: str
    limit: str
    not_counted: str
    basis: str
    counting: str
    by_class: tuple[tuple[str, Decimal, bool], ...]
    # Notes are counted, not hours.
    in_notes: bool = False


def explain(evidence: Evidence) -> Explanation:
    per_hour = evidence["minutes_per_hour"]
    in_notes = evidence.get("counting") == "notes"
    counted = set(evidence["counted"])
    rows = tuple(
        (str(NationalClass(name).label), hours(minutes, per_hour=per_hour), name in counted)
        for name, minutes in sorted(evidence["minutes"].items())
        if name in ABSENCES
    )
    if evidence["trigger"] == "unresolved_days":
        reason, limit = _unresolved(evidence)
    elif evidence["trigger"] == "hours":
        reason, limit = _hours(evidence)
    else:
        reason, limit = _counted(evidence), _limit(evidence)
    return Explanation(
        reason=reason,
        limit=limit,
        not_counted=_not_counted(rows, in_notes=in_notes),
        basis=_basis(evidence),
        counting=_counting(evidence),
        by_class=rows,
        in_notes=in_notes,
    )


def _hours(evidence: Evidence) -> tuple[str, str]:
    reason = _("Poissaoloja on kertynyt %(hours)s ajalla %(first)s–%(last)s.") % {
        "hours": _hours_counted(evidence),
        "first": day(evidence["from"], year=False),
        "last": day(evidence["to"]),
    }
    return reason, _limit(evidence)


def _hours_counted(evidence: Evidence) -> str:
    if evidence.get("counting") == "notes":
        return notes_text(Decimal(evidence["value"]))
    minutes = counted_minutes(evidence["minutes"], evidence["counted"])
    value = hours(minutes, per_hour=evidence["minutes_per_hour"])
    return hours_text(value, evidence["minutes_per_hour"])


def _limit(evidence: Evidence) -> str:
    return _("Raja on %(limit)d.") % {"limit": evidence["threshold"]} + _whom(evidence)


def _counted(evidence: Evidence) -> str:
    """One sentence for each of the other triggers; all name how many and of which days."""
    days = evidence.get("days") or [evidence["from"], evidence["to"]]
    words = {
        "n": number(Decimal(evidence["value"])),
        "first": day(days[0], year=False),
        "last": day(days[-1]),
    }
    sentences = {
        "lessons": _("Poissaolomerkintöjä on %(n)s ajalla %(first)s–%(last)s."),
        "percent": _(
            "Poissaoloja on arviolta %(n)s prosenttia tunneista, jotka on pidetty ajalla "
            "%(first)s–%(last)s."
        ),
        "days_in_row": _("Poissaoloja %(n)s koulupäivänä peräkkäin, %(first)s–%(last)s."),
        "lessons_in_row": _(
            "Poissa %(n)s oppitunnilta peräkkäisinä koulupäivinä, %(first)s–%(last)s."
        ),
        "returned": _(
            "Palannut kouluun. Poissaoloja oli %(n)s koulupäivänä peräkkäin, %(first)s–%(last)s."
        ),
        "latenesses": _("Myöhästymisiä on %(n)s ajalla %(first)s–%(last)s."),
        "same_weekday": _(
            "Poissaolo on osunut samaan viikonpäivään %(n)s kertaa ajalla %(first)s–%(last)s."
        ),
        "same_subject": _("Samasta aineesta on jäänyt %(n)s tuntia ajalla %(first)s–%(last)s."),
        "first_lesson": _(
            "Päivän ensimmäinen tunti on jäänyt väliin %(n)s aamuna ajalla %(first)s–%(last)s."
        ),
    }
    return sentences[evidence["trigger"]] % words


def _unresolved(evidence: Evidence) -> tuple[str, str]:
    days = evidence.get("days", [])
    if not days:
        reason = _("Selvittämättömiä poissaoloja, jotka olisivat riittävän vanhoja, ei ole.")
        return reason, _unresolved_limit(evidence)
    reason = ngettext(
        "Yhden päivän poissaolon syy on vielä auki: %(days)s",
        "%(count)d päivän poissaolojen syy on vielä auki: %(days)s",
        len(days),
    ) % {"count": len(days), "days": _listed(days)}
    return reason, _unresolved_limit(evidence)


def _unresolved_limit(evidence: Evidence) -> str:
    limit = _("Unilukkari muistuttaa, kun syy on ollut auki %(limit)d päivää.")
    return limit % {"limit": evidence["threshold"]} + _whom(evidence)


def _whom(evidence: Evidence) -> str:
    """For whom the step is, when it is not for everybody."""
    if not evidence.get("scope"):
        return ""
    return " " + _("Porras koskee: %(whom)s.") % {"whom": scope_in_words(*evidence["scope"])}


def _listed(days: list[str], most: int = 4) -> str:
    shown = ", ".join(day(one, year=False) for one in days[:most])
    rest = len(days) - most
    # A day's own full stop ends the sentence.
    return shown if rest <= 0 else _("%(days)s ja %(rest)d muuta.") % {"days": shown, "rest": rest}


def _not_counted(rows: tuple[tuple[str, Decimal, bool], ...], *, in_notes: bool) -> str:
    left_out = [
        f"{name} {notes_text(value) if in_notes else f'{number(value)} h'}"
        for name, value, counts in rows
        if not counts
    ]
    return _("Ei laskettu: %(list)s.") % {"list": ", ".join(left_out)} if left_out else ""


def _basis(evidence: Evidence) -> str:
    model = evidence["model"]
    text: str = _("Malli: %(name)s %(year)s, versio %(version)d.") % model
    batch = evidence.get("batch")
    if batch:
        received = local_date(dt.datetime.fromisoformat(batch["received_at"]))
        text += " " + _("Tieto: tuonti %(id)d, %(on)s.") % {
            "id": batch["id"],
            "on": f"{received.day}.{received.month}.{received.year}",
        }
    return text


def corrected_since(evidence: Evidence, *, minutes: int, notes: int) -> str:
    """What counts of the same days now that notes have been corrected since."""
    if evidence.get("counting") == "notes":
        now = notes_text(Decimal(notes))
    else:
        per_hour = evidence["minutes_per_hour"]
        now = hours_text(hours(minutes, per_hour=per_hour), per_hour)
    words = _("Merkintöjä on sen jälkeen korjattu: samalta ajalta lasketaan nyt %(hours)s.")
    return words % {"hours": now}


def cleared_since(days: int) -> str:
    """Of how many of the days the cause is still open."""
    if not days:
        return _("Kaikkien näiden päivien syy on sen jälkeen selvinnyt.")
    return ngettext(
        "Syitä on sen jälkeen selvinnyt: auki on enää yksi päivä.",
        "Syitä on sen jälkeen selvinnyt: auki on enää %(count)d päivää.",
        days,
    ) % {"count": days}


def _counting(evidence: Evidence) -> str:
    per_hour = evidence["minutes_per_hour"]
    if evidence.get("counting") == "notes":
        return _("Tunti on yksi merkintä, kestosta riippumatta.")
    if per_hour == LESSON:
        return _("Tunti on yksi oppitunti, 45 minuuttia.")
    return _("Tunti on %(minutes)d minuuttia.") % {"minutes": per_hour}


def notes_text(value: Decimal) -> str:
    words = ngettext("%(n)s merkintä", "%(n)s merkintää", _plural(value))
    return words % {"n": number(value)}


def hours_text(value: Decimal, per_hour: int) -> str:
    if per_hour == LESSON:
        return ngettext("%(n)s oppitunti", "%(n)s oppituntia", _plural(value)) % {
            "n": number(value)
        }
    return ngettext("%(n)s tunti", "%(n)s tuntia", _plural(value)) % {"n": number(value)}


def _plural(value: Decimal) -> int:
    """A whole number as it is, since languages count in more than two ways; a part is many."""
    return int(value) if value == int(value) else 2


def number(value: Decimal) -> str:
    """27 rather than 27,00; 26,5 rather than 26.50."""
    return str(number_format(value.normalize() if value % 1 else int(value)))


def day(iso: str, *, year: bool = True) -> str:
    found = dt.date.fromisoformat(iso)
    return f"{found.day}.{found.month}." + (str(found.year) if year else "")
