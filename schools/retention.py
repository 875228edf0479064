"""How long pupils, guardians and roles are kept after they have gone."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kemi_ecosystem.lib.retention import Rule
from schools.calendar import year_bounds
from schools.models import Enrolment, Guardian, Guardianship, Membership, Pupil, Substitution

LEFT_KEPT = dt.timedelta(days=365)
STAFF_KEPT = dt.timedelta(days=2 * 365)


def _pupils(on: dt.date) -> QuerySet[Pupil]:
    return Pupil.objects.filter(left_on__lt=on - LEFT_KEPT)


def _guardians(on: dt.date) -> QuerySet[Guardian]:
    del on
    return Guardian.objects.filter(pupils=None)


def _memberships(on: dt.date) -> QuerySet[Membership]:
    return Membership.objects.filter(ends__lt=on - STAFF_KEPT)


def _substitutions(on: dt.date) -> QuerySet[Substitution]:
    return Substitution.objects.filter(ends__lt=year_bounds(on)[0])


LAW = _("lakisääteinen tehtävä (perusopetuslaki 26 §)")
LEFT = _("vuosi siitä, kun oppilas on lähtenyt kaupungin kouluista")

RULES = [
    Rule(Pupil, _("oppilaan nimi, avain ja koulu"), LEFT, LAW, expired=_pupils),
    Rule(Enrolment, _("oppilaan luokat ja ryhmät"), LEFT, LAW),
    Rule(
        Guardian,
        _("huoltajan nimi, kieli ja yhteystieto"),
        _("niin kauan kuin hänellä on lapsi kaupungin kouluissa"),
        LAW,
        expired=_guardians,
    ),
    Rule(Guardianship, _("kuka on kenenkin huoltaja"), LEFT, LAW),
    Rule(
        Membership,
        _("henkilökunnan roolit"),
        _("kaksi vuotta roolin päättymisestä"),
        _("pääsyn hallinta"),
        expired=_memberships,
    ),
    Rule(
        Substitution,
        _("kuka sijaistaa ketä"),
        _("lukuvuoden loppuun"),
        _("työn järjestäminen"),
        expired=_substitutions,
    ),
]
