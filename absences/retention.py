"""How long notes, alerts and answers are kept: this school year and the one before it."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from absences.models import (
    Alert,
    AlertRecipient,
    Contradiction,
    Disclosure,
    Hop,
    InterventionModel,
    LegalAct,
    LessonNote,
    Letter,
    ModelTrial,
    NoteBefore,
    NoteType,
    PupilToCheck,
    Reaction,
    StepWords,
)
from kemi_ecosystem.lib.retention import Rule
from schools.calendar import year_bounds

DAY = dt.timedelta(days=1)
UNDO_KEPT = dt.timedelta(days=60)
ACTS_KEPT = dt.timedelta(days=5 * 365)


def _before_last_year(on: dt.date) -> dt.date:
    """The first day of the school year before this one."""
    return year_bounds(year_bounds(on)[0] - DAY)[0]


def _notes(on: dt.date) -> QuerySet[LessonNote]:
    return LessonNote.objects.filter(date__lt=_before_last_year(on))


def _before(on: dt.date) -> QuerySet[NoteBefore]:
    return NoteBefore.objects.filter(batch__received_at__date__lt=on - UNDO_KEPT)


def _alerts(on: dt.date) -> QuerySet[Alert]:
    # What still waits for an answer is not lost by the calendar.
    return Alert.objects.exclude(state="open").filter(raised_on__lt=_before_last_year(on))


def _acts(on: dt.date) -> QuerySet[LegalAct]:
    return LegalAct.objects.filter(done_on__lt=on - ACTS_KEPT)


LAW = _("lakisääteinen tehtävä (perusopetuslaki 26 §)")
YEARS = _("kuluva ja edellinen lukuvuosi")
WORK = _("niin kauan kuin malli on tallessa")

RULES = [
    Rule(LessonNote, _("tuntimerkintä ilman vapaata tekstiä"), YEARS, LAW, expired=_notes),
    Rule(
        NoteBefore,
        _("merkintä ennen tuontia, jotta tuonnin voi perua"),
        _("60 päivää"),
        LAW,
        expired=_before,
    ),
    Rule(Alert, _("herätys ja se, mihin se perustui"), YEARS, LAW, expired=_alerts),
    Rule(AlertRecipient, _("kenelle herätyksestä kerrottiin"), YEARS, LAW),
    Rule(Reaction, _("mitä tehtiin ja auttoiko se, ilman sisältöä"), YEARS, LAW),
    Rule(Hop, _("muistutukset ja siirrot"), YEARS, LAW),
    Rule(
        Disclosure,
        _("luovutus opiskeluhuollolle ja sen peruste"),
        YEARS,
        _("oppilas- ja opiskelijahuoltolaki 1287/2013"),
    ),
    Rule(
        LegalAct,
        _("että laissa säädetty toimi tehtiin, ei sen sisältöä"),
        _("viisi vuotta"),
        LAW,
        expired=_acts,
    ),
    Rule(PupilToCheck, _("kenet Unilukkari katsoo seuraavaksi"), _("seuraavaan kierrokseen"), LAW),
    Rule(
        Contradiction,
        _("ristiriita tiedoissa, oppilaat tunnisteina"),
        _("seuraavaan yöhön"),
        _("tietojen oikeellisuus"),
    ),
    Rule(Letter, _("että kirje kotiin tulostettiin"), YEARS, LAW),
    Rule(StepWords, _("kuka muutti herätyksen sanoja"), WORK, _("osoitusvelvollisuus")),
    Rule(NoteType, _("kuka luokitteli merkinnän lajin"), WORK, _("osoitusvelvollisuus")),
    Rule(InterventionModel, _("kuka otti mallin käyttöön"), WORK, _("osoitusvelvollisuus")),
    Rule(ModelTrial, _("kuka kokeili mallia"), WORK, _("osoitusvelvollisuus")),
]
