"""Editing the catalogue's texts: drafts, publishing, restoring, and what readers suggest."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.models import Kind
from notifications.services import Draft, notify
from schools.models import Membership, active_on
from schools.roles import Role
from support.models import TextDraft, TextSuggestion, TextVersion
from support.services.catalogue import index_catalogue
from support.texts import EDITABLE, Fields


class OlderTextError(Exception):
    """The text has changed since the draft was begun. Nothing was written."""


class AnsweredError(Exception):
    """Somebody has answered the suggestion already."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a text was published, for those who read its history."""

    why: str = ""
    asked_by: str = ""
    review_on: dt.date | None = None


def _locked(kind: str, slug: str) -> Any:
    """The row of the catalogue, held until the transaction ends: publishers go one by one."""
    return EDITABLE[kind].named([slug]).select_for_update(of=("self",)).get()


def _in_use(kind: str, row: Any, at: dt.datetime) -> TextVersion:
    """The version that the row holds now. What came past the portal (a pack, the administrator's
    pages) is written down first: nothing that has stood on a page is missing from its history.
    """
    fields, slug = EDITABLE[kind].read(row), EDITABLE[kind].slug_of(row)
    last = TextVersion.objects.of(kind, slug).order_by("-number").first()
    if last is not None and last.fields == fields:
        return last
    return TextVersion.objects.create(
        kind=kind,
        slug=slug,
        number=last.number + 1 if last else 1,
        fields=fields,
        source=TextVersion.Source.PACK,
        published_at=at,
    )


@transaction.atomic
def version_in_use(*, kind: str, slug: str, at: dt.datetime) -> TextVersion:
    """The version that is read now, for whoever keeps what they answered to."""
    return _in_use(kind, _locked(kind, slug), at)


@transaction.atomic
def begin(*, kind: str, slug: str, by: User, at: dt.datetime) -> TextDraft:
    """One's own draft of a text: the unfinished one, or a new one of what stands there now."""
    version = _in_use(kind, _locked(kind, slug), at)
    draft, _made = TextDraft.objects.get_or_create(
        kind=kind,
        slug=slug,
        author=by,
        defaults={"base": version.number, "fields": version.fields, "saved_at": at},
    )
    return draft


@transaction.atomic
def save_draft(*, kind: str, slug: str, by: User, fields: Fields, at: dt.datetime) -> TextDraft:
    draft = begin(kind=kind, slug=slug, by=by, at=at)
    draft.fields, draft.saved_at = fields, at
    draft.save(update_fields=["fields", "saved_at"])
    return draft


@transaction.atomic
def rebase(*, kind: str, slug: str, by: User, at: dt.datetime) -> TextDraft:
    """Keep the draft's words, but over the text as it is now: its editor has seen both."""
    draft = begin(kind=kind, slug=slug, by=by, at=at)
    draft.base = _in_use(kind, _locked(kind, slug), at).number
    draft.save(update_fields=["base"])
    return draft


def discard(*, kind: str, slug: str, by: User) -> None:
    TextDraft.objects.filter(kind=kind, slug=slug, author=by).delete()


@transaction.atomic
def publish(*, kind: str, slug: str, by: User, reason: Reason, at: dt.datetime) -> TextVersion:
    """Make one's draft the text that everybody reads.

    Raises TextDraft.DoesNotExist without a draft, OlderTextError when the text has changed since
    the draft was begun: then the draft stays as it is.
    """
    row = _locked(kind, slug)
    draft = TextDraft.objects.get(kind=kind, slug=slug, author=by)
    version = _in_use(kind, row, at)
    if version.number != draft.base:
        raise OlderTextError(_("Teksti on muuttunut sen jälkeen, kun aloitit luonnoksen."))
    made = _put(row, draft.fields, after=version, by=by, reason=reason, at=at)
    draft.delete()
    return made


@transaction.atomic
def restore(*, kind: str, slug: str, number: int, by: User, at: dt.datetime) -> TextVersion:
    """Publish again what an earlier version said. Raises TextVersion.DoesNotExist."""
    row = _locked(kind, slug)
    old = TextVersion.objects.of(kind, slug).get(number=number)
    last = _in_use(kind, row, at)
    if last.fields == old.fields:
        return last
    why = _("Palautettu versio %(number)s.") % {"number": number}
    reason = Reason(why=why, review_on=last.review_on)
    return _put(row, old.fields, after=last, by=by, reason=reason, at=at)


def _put(
    row: Any, fields: Fields, *, after: TextVersion, by: User, reason: Reason, at: dt.datetime
) -> TextVersion:
    made = TextVersion.objects.create(
        kind=after.kind,
        slug=after.slug,
        number=after.number + 1,
        fields=fields,
        source=TextVersion.Source.PORTAL,
        published_at=at,
        published_by=by,
        why=reason.why,
        asked_by=reason.asked_by,
        review_on=reason.review_on,
    )
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    index_catalogue()
    return made


@transaction.atomic
def suggest(
    *, kind: str, slug: str, text: str, by: User, at: dt.datetime, on: dt.date
) -> TextSuggestion:
    """The same words of the same reader are one suggestion, however often they are sent.

    The coordinators are told of it, once.
    """
    made, _new = TextSuggestion.objects.get_or_create(
        kind=kind,
        slug=slug,
        text=text,
        made_by=by,
        state=TextSuggestion.State.OPEN,
        defaults={"made_at": at},
    )
    readers = Membership.objects.filter(active_on(on), role=Role.COORDINATOR).exclude(user=by)
    drafts = [
        Draft(
            recipient_id=person,
            kind=Kind.TEXT,
            cause=f"text-suggestion:{made.pk}",
            title=_("Sisältöön on ehdotettu muutosta"),
            path=reverse("support:suggestions"),
        )
        for person in set(readers.values_list("user_id", flat=True))
    ]
    notify(drafts=drafts, at=at)
    return made


@transaction.atomic
def answer(*, suggestion: TextSuggestion, state: str, words: str, at: dt.datetime) -> None:
    """Tell the reader what came of it. Raises AnsweredError when somebody was faster."""
    waiting = TextSuggestion.objects.filter(pk=suggestion.pk, state=TextSuggestion.State.OPEN)
    if not waiting.update(state=state, answer=words, answered_at=at):
        raise AnsweredError(_("Ehdotukseen on jo vastattu."))
    told = Draft(
        recipient_id=suggestion.made_by_id,
        kind=Kind.TEXT,
        cause=f"text-suggestion-answered:{suggestion.pk}",
        title=_("Ehdotukseesi on vastattu"),
        path=reverse("support:suggest_text", args=[suggestion.kind, suggestion.slug]),
    )
    notify(drafts=[told], at=at)
