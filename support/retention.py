"""How long it is known where a measure was used, and who wrote and suggested which text."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kemi_ecosystem.lib.retention import Rule
from schools.calendar import year_bounds
from support.models import (
    ChecklistAnswer,
    ChecklistRound,
    ConsultationRequest,
    DevelopmentGoal,
    Handover,
    MeasureEcho,
    MeasureUse,
    SavedCard,
    ScreeningDone,
    SelfEvaluation,
    TextDraft,
    TextSuggestion,
    TextVersion,
)

KEPT = dt.timedelta(days=3 * 365)
WRITER_KEPT = dt.timedelta(days=5 * 365)
DRAFT_KEPT = dt.timedelta(days=180)
# A suggestion that nobody has taken up in a year is out of date; an answer is read within months.
OPEN_KEPT, ANSWERED_KEPT = dt.timedelta(days=365), dt.timedelta(days=180)

# One's own answer stands beside next year's.
EVALUATION_KEPT = dt.timedelta(days=2 * 365)
# A pupil's round reaches over one summer to the next teacher, and no further.
PUPIL_ROUND_KEPT = dt.timedelta(days=548)


def _uses(on: dt.date) -> QuerySet[MeasureUse]:
    return MeasureUse.objects.filter(begins__lt=on - KEPT)


def _echoes(on: dt.date) -> QuerySet[MeasureEcho]:
    # Whole school years go at once: a figure that shrinks by one would tell of one.
    return MeasureEcho.objects.filter(answered_on__lt=year_bounds(on - KEPT)[0])


def _versions(on: dt.date) -> QuerySet[TextVersion]:
    return TextVersion.objects.filter(published_at__date__lt=on - WRITER_KEPT)


def _drafts(on: dt.date) -> QuerySet[TextDraft]:
    return TextDraft.objects.filter(saved_at__date__lt=on - DRAFT_KEPT)


def _suggestions(on: dt.date) -> QuerySet[TextSuggestion]:
    return TextSuggestion.objects.filter(
        Q(answered_at__date__lt=on - ANSWERED_KEPT)
        | Q(answered_at=None, made_at__date__lt=on - OPEN_KEPT)
    )


def _rounds(on: dt.date) -> QuerySet[ChecklistRound]:
    return ChecklistRound.objects.filter(
        Q(begun_on__lt=on - KEPT) | Q(kind="pupil", begun_on__lt=on - PUPIL_ROUND_KEPT)
    )


def _evaluations(on: dt.date) -> QuerySet[SelfEvaluation]:
    return SelfEvaluation.objects.filter(saved_at__date__lt=on - EVALUATION_KEPT)


def _goals(on: dt.date) -> QuerySet[DevelopmentGoal]:
    return DevelopmentGoal.objects.filter(made_on__lt=on - KEPT)


def _screenings(on: dt.date) -> QuerySet[ScreeningDone]:
    return ScreeningDone.objects.filter(done_on__lt=on - KEPT)


BASIS = _("toiminnan kehittäminen ilman tietoa henkilöistä")
YEARS = _("kolme vuotta")

TEACHING = _("opetuksen ja yleisen tuen järjestäminen, yleinen etu")
WITH_ROUND = _("niin kauan kuin kierros")

RULES = [
    Rule(
        ChecklistRound,
        _("kenelle muistilistaa on käyty läpi"),
        _("kolme vuotta, yhtä oppilasta koskeva kierros puolitoista vuotta"),
        TEACHING,
        expired=_rounds,
    ),
    Rule(
        SelfEvaluation,
        _("oma itsearviointi, jonka näkee vain vastaaja"),
        _("kaksi vuotta"),
        _("toiminnan arviointi, yleinen etu"),
        expired=_evaluations,
    ),
    Rule(
        DevelopmentGoal,
        _("kehittämistavoite ja sen kirjannut"),
        YEARS,
        _("toiminnan arviointi, yleinen etu"),
        expired=_goals,
    ),
    Rule(
        SavedCard,
        _("omaksi tallennetut kortit"),
        _("niin kauan kuin käyttäjätili"),
        _("palvelun käyttö"),
    ),
    Rule(
        ScreeningDone,
        _("montako lasta luokassa tarvitsee seurantaa seulan jälkeen, ilman nimiä ja tuloksia"),
        YEARS,
        TEACHING,
        expired=_screenings,
    ),
    Rule(ChecklistAnswer, _("mitä on kokeiltu ja kuka merkitsi sen"), WITH_ROUND, TEACHING),
    Rule(Handover, _("seuraavalle opettajalle annettu tieto"), WITH_ROUND, TEACHING),
    Rule(ConsultationRequest, _("pyyntö konsultaatiotunnista"), WITH_ROUND, TEACHING),
    Rule(MeasureUse, _("missä tukitoimi on käytössä"), YEARS, BASIS, expired=_uses),
    Rule(MeasureEcho, _("miltä tukitoimi tuntui, nimettömänä"), YEARS, BASIS, expired=_echoes),
    Rule(
        TextVersion,
        _("kuka julkaisi tekstin ja kuka pyysi muutosta; teksti itse jää historiaan"),
        _("viisi vuotta"),
        _("sisällön ylläpito, yleinen etu"),
        expired=_versions,
        erase={"published_by": None, "asked_by": "", "why": ""},
    ),
    Rule(
        TextDraft,
        _("keskeneräinen luonnos ja sen tekijä"),
        _("puoli vuotta viimeisestä tallennuksesta"),
        _("sisällön ylläpito, yleinen etu"),
        expired=_drafts,
    ),
    Rule(
        TextSuggestion,
        _("ehdotus tekstin korjaamiseksi ja sen tekijä"),
        _("vuosi, vastattuna puoli vuotta vastauksesta"),
        _("sisällön ylläpito, yleinen etu"),
        expired=_suggestions,
    ),
]
