"""The words of each kind of hour: special teachers' and mentors' own."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Words:
    """What notices, calendars and forms call one kind of hour. Notices name nobody and no topic."""

    time: Any
    question: Any
    question_help: Any
    # Does it help with support of children: topics, what was tried, whom it is about?
    is_about_support: bool
    about_help: Any
    agreed: Any
    note_help: Any
    in_calendar: Any
    offered_in_calendar: Any
    booked: Any
    cancelled: Any
    cancelled_for_you: Any
    moved: Any
    freed: Any
    offer_cancelled: Any
    offer_moved: Any
    free_for_all: Any
    tomorrow: Any
    next_school_day: Any


_special: dict[str, Any] = {
    "time": _("Konsultaatioaika"),
    "question": _("Mitä haluat pohtia yhdessä?"),
    "question_help": _("Näkyy vain teille kahdelle. Ei oppilaiden nimiä."),
    "is_about_support": True,
    "agreed": _("Mitä kokeillaan?"),
    "note_help": _("Näkyy vain teille kahdelle. Ei oppilaiden nimiä. Poistuu lukuvuoden lopussa."),
    "in_calendar": _("Konsultaatiotunti"),
    "offered_in_calendar": _("Konsultaatiotunti kollegoille"),
    "booked": _("Konsultaatioaika on varattu"),
    "cancelled": _("Konsultaatioaika on peruttu"),
    "cancelled_for_you": _("Konsultaatioaikasi on peruttu. Valitse uusi aika."),
    "moved": _("Konsultaatioaika on siirretty"),
    "freed": _("Sinulle vapautui konsultaatioaika"),
    "offer_cancelled": _("Sinulle tarjottu konsultaatioaika peruttiin. Olet yhä jonossa."),
    "offer_moved": _("Sinulle tarjottu konsultaatioaika siirtyi. Katso, sopiiko se yhä."),
    "free_for_all": _("Konsultaatioaika on nyt vapaa: ensimmäinen ehtii."),
    "tomorrow": _("Konsultaatioaika on huomenna"),
    "next_school_day": _("Konsultaatioaika on seuraavana koulupäivänä"),
}
WORDS = {
    "ela": Words(
        about_help=_("Tarvittaessa nimikirjaimet ja luokka. Kenttä tyhjenee tapaamisen jälkeen."),
        **_special,
    ),
    "veo": Words(
        about_help=_("Tarvittaessa nimikirjaimet ja ryhmä. Kenttä tyhjenee tapaamisen jälkeen."),
        **_special,
    ),
    "mentor": Words(
        time=_("Mentorointiaika"),
        question=_("Mistä haluat jutella mentorin kanssa?"),
        question_help=_("Näkyy vain teille kahdelle. Ei oppilaiden nimiä."),
        is_about_support=False,
        about_help="",
        agreed=_("Mitä sovitte?"),
        note_help=_("Näkyy vain teille kahdelle. Poistuu lukuvuoden lopussa."),
        in_calendar=_("Mentorointi"),
        offered_in_calendar=_("Mentorointi kollegoille"),
        booked=_("Mentorointiaika on varattu"),
        cancelled=_("Mentorointiaika on peruttu"),
        cancelled_for_you=_("Mentorointiaikasi on peruttu. Valitse uusi aika."),
        moved=_("Mentorointiaika on siirretty"),
        freed=_("Sinulle vapautui mentorointiaika"),
        offer_cancelled=_("Sinulle tarjottu mentorointiaika peruttiin. Olet yhä jonossa."),
        offer_moved=_("Sinulle tarjottu mentorointiaika siirtyi. Katso, sopiiko se yhä."),
        free_for_all=_("Mentorointiaika on nyt vapaa: ensimmäinen ehtii."),
        tomorrow=_("Mentorointiaika on huomenna"),
        next_school_day=_("Mentorointiaika on seuraavana koulupäivänä"),
    ),
}
