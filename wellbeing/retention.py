"""How long wishes are kept: to the end of the school year, or until the child erases them."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kemi_ecosystem.lib.retention import Rule
from schools.calendar import year_bounds
from wellbeing.models import CallForAdult, NamelessList, Reply, Wish, WishList, WishRound

CALL_KEPT = dt.timedelta(days=365)


def _rounds(on: dt.date) -> QuerySet[WishRound]:
    return WishRound.objects.filter(opened_at__date__lt=year_bounds(on)[0])


def _calls(on: dt.date) -> QuerySet[CallForAdult]:
    return CallForAdult.objects.filter(asked_at__date__lt=on - CALL_KEPT)


YEAR = _("lukuvuoden loppuun, tai kunnes oppilas poistaa sen")
BASIS = _("oppilaan osallisuus (perusopetuslaki 47 a §) ja tuen järjestäminen")

RULES = [
    Rule(WishRound, _("milloin luokalta kysyttiin toiveita"), YEAR, BASIS, expired=_rounds),
    Rule(WishList, _("oppilaan valintalista ja kenelle hän sen lähetti"), YEAR, BASIS),
    Rule(Wish, _("toive tai oppilaan omat sanat; näkyy vain valituille"), YEAR, BASIS),
    Rule(NamelessList, _("nimetön toive, ilman oppilasta ja aikaa"), YEAR, BASIS),
    Rule(Reply, _("aikuisen vastaus ja oppilaan sana siitä, auttoiko se"), YEAR, BASIS),
    Rule(
        CallForAdult,
        _("että oppilas toivoi yhteydenottoa"),
        _("vuosi"),
        _("elintärkeä etu ja opiskeluhuolto"),
        expired=_calls,
    ),
]
