"""Whom a notice is about, for its reader behind the sign-in. Looked up as it is read, never stored.

An app registers how the things that its pages show are called (`AppConfig.ready`). What the reader
may no longer see has no name.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import Resolver404, resolve

from accounts.models import User
from notifications.models import Notification

# Of the things with these ids those that the reader may see today, each with its `subject`.
Lookup = Callable[[User, set[Any], dt.date], QuerySet[Any]]
_lookups: dict[str, Lookup] = {}


def register(page: str, lookup: Lookup) -> None:
    """Notices that lead to this page (its URL name) tell what `lookup` finds.

    The last part of the page's address is the id of the thing.
    """
    _lookups[page] = lookup


def subjects_of(notices: Iterable[Notification], *, user: User, on: dt.date) -> dict[UUID, str]:
    """What each notice is about: one statement, however many notices of however many kinds."""
    places = {one.pk: _where(one.path) for one in notices}
    ids = defaultdict[str, set[Any]](set)
    for page, thing in places.values():
        if page in _lookups:
            ids[page].add(thing)
    if not ids:
        return {}
    named = [_named(page, _lookups[page](user, things, on)) for page, things in ids.items()]
    words = {
        (page, _plain(thing)): subject
        for page, thing, subject in named[0].union(*named[1:], all=True)
    }
    found = {pk: words.get((page, _plain(thing))) for pk, (page, thing) in places.items()}
    return {pk: subject for pk, subject in found.items() if subject}


def _named(page: str, things: QuerySet[Any]) -> QuerySet[Any]:
    text = CharField()
    columns = (Value(page, output_field=text), Cast("pk", text), Cast(F("subject"), text))
    return things.order_by().values_list(*columns)


def _where(path: str) -> tuple[str, Any]:
    try:
        match = resolve(path)
    except Resolver404:  # A page that a later version no longer has.
        return "", None
    return match.view_name, next(reversed(match.kwargs.values()), None)


def _plain(thing: Any) -> str:
    """An id as text: databases write a UUID with and without its dashes."""
    return str(thing).replace("-", "")
