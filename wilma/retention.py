"""How long the ledger of imports is kept. The files themselves go as soon as they are read."""

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kemi_ecosystem.lib.retention import Rule
from wilma.models import ImportRun, RosterBefore, RowIssue
from wilma.services.undo import CAN_BE_UNDONE

KEPT = dt.timedelta(days=2 * 365)
MENDABLE = dt.timedelta(days=14)


def _runs(on: dt.date) -> QuerySet[ImportRun]:
    return ImportRun.objects.filter(started_at__date__lt=on - KEPT, batch=None)


def _cells(on: dt.date) -> QuerySet[RowIssue]:
    return RowIssue.objects.filter(run__started_at__date__lt=on - MENDABLE)


def _before(on: dt.date) -> QuerySet[RosterBefore]:
    return RosterBefore.objects.filter(run__started_at__date__lt=on - CAN_BE_UNDONE)


RULES = [
    Rule(
        RosterBefore,
        _("oppilas- ja ryhmätiedot ennen tuontia, jotta tuonnin voi perua"),
        _("60 päivää"),
        _("tietojen oikeellisuus"),
        expired=_before,
    ),
    Rule(
        RowIssue,
        _("hylätyn rivin tunnetut sarakkeet, jotta rivin voi korjata"),
        _("kaksi viikkoa"),
        _("tietojen oikeellisuus"),
        expired=_cells,
        erase={"cells": {}},
    ),
    Rule(
        ImportRun,
        _("kuka toi minkä tiedoston ja milloin"),
        _("kaksi vuotta"),
        _("osoitusvelvollisuus"),
        expired=_runs,
    ),
]
