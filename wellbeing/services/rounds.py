"""Opening a round for a class, its tickets, and closing it."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import AccessTicket, User
from accounts.services import issue_code, record_all
from kemi_ecosystem.lib.hiding import in_fives, is_told
from notifications.services import Draft, notify
from schools.models import Enrolment, Pupil, TeachingGroup, active_on
from schools.roles import Role
from wellbeing.errors import WishRefusedError
from wellbeing.models import OWN_CLASS, SHARED, NamelessList, Reply, Wish, WishList, WishRound
from wellbeing.rules import REPLY_WITHIN
from wellbeing.services.adults import people_of
from wellbeing.services.telling import tell_of_round

# Who is reminded of a list that waits: of one for two adults, the one who teaches the class.
READERS: dict[WishList.Audience, Collection[Role]] = {
    WishList.Audience.TEACHER: OWN_CLASS,
    WishList.Audience.SPECIAL: OWN_CLASS,
    WishList.Audience.WELFARE: {Role.WELFARE},
}


@transaction.atomic
def open_round(*, group: TeachingGroup, by: User, closes_on: dt.date, at: dt.datetime) -> WishRound:
    """Ask a class. Raises WishRefusedError while the class is being asked already."""
    try:
        with transaction.atomic():
            return WishRound.objects.create(
                group=group, opened_by=by, opened_at=at, closes_on=closes_on
            )
    except IntegrityError as clash:
        raise WishRefusedError(_("Luokalla on jo kierros auki.")) from clash


@dataclass(frozen=True, slots=True)
class Ticket:
    """A strip of paper: whose it is, and the code, which is told this once."""

    name: str
    code: str
    # New pictures for one who has forgotten those of a confided list.
    pictures: tuple[str, ...] = ()


def class_of(wish_round: WishRound, *, on: dt.date) -> Sequence[Pupil]:
    """The children of the round's class today."""
    places = Enrolment.objects.filter(active_on(on), group_id=wish_round.group_id)
    pupils = Pupil.objects.here(on).filter(enrolments__in=places).distinct()
    return list(pupils.order_by("last_name", "first_name"))


@transaction.atomic
def make_tickets(
    *, wish_round: WishRound, pupils: Sequence[Pupil], by: User, on: dt.date, at: dt.datetime
) -> list[Ticket]:
    """New codes for these children; what they had before is revoked. Codes are not kept."""
    valid = dt.datetime.combine(max(wish_round.closes_on, on), dt.time(23), at.tzinfo) - at
    valid = max(valid, dt.timedelta(days=1))
    tickets = []
    for pupil in pupils:
        user = _user_of(pupil)
        AccessTicket.objects.usable(at=at).filter(user=user).update(revoked_at=at)
        _sign_out_everywhere(user)
        tickets.append(Ticket(str(pupil), issue_code(user=user, at=at, valid=valid)))
    _wipe_drafts(pupils)
    # Pictures that were guessed at too often are open again: an adult has seen the child. Not those
    # of a confided list: who prints tickets could go on guessing.
    nameless = WishList.objects.filter(pupil__in=pupils, audience=WishList.Audience.NOBODY)
    nameless.filter(wrong_keys__gt=0).update(wrong_keys=0)
    record_all(
        actor=by, action="wish-ticket", subject_type="pupil",
        subject_keys=[one.key for one in pupils], at=at,
    )  # fmt: skip
    return tickets


def _sign_out_everywhere(user: User) -> None:
    """Whoever came in with the old ticket is out, too: a session lives by its password's hash."""
    if not user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])


def _wipe_drafts(pupils: Sequence[Pupil]) -> None:
    """What is not sent is the child's alone: whoever holds a new ticket finds an empty list.

    Locked first, as sending does: what a child is sending just now stays sent, or is not sent.
    """
    drafts = WishList.objects.filter(pupil__in=pupils, state=WishList.State.DRAFT)
    draft_ids = list(drafts.select_for_update().order_by("pk").values_list("pk", flat=True))
    begun = drafts.filter(Q(all_is_well=True) | Q(wishes__isnull=False), pk__in=draft_ids)
    begun_ids = list(begun.values_list("pk", flat=True).distinct())
    Wish.objects.filter(list_id__in=begun_ids).delete()
    WishList.objects.filter(pk__in=begun_ids).update(all_is_well=False, begun_anew=True)


def _user_of(pupil: Pupil) -> User:
    """A way in that has no password: only a ticket opens it."""
    if pupil.user is None:
        pupil.user, _made = User.objects.get_or_create(
            username=f"oppilas:{pupil.pk}",
            defaults={
                "first_name": pupil.first_name,
                "last_name": pupil.last_name[:1],
                "kind": User.Kind.PUPIL,
                "language": pupil.home_language or "fi",
                "password": make_password(None),
            },
        )
        pupil.save(update_fields=["user"])
    return pupil.user


@transaction.atomic
def close_round(*, wish_round: WishRound, at: dt.datetime) -> None:
    """Nobody can wish any more. What the class wished for together is told once, in fives."""
    row = WishRound.objects.select_for_update().get(pk=wish_round.pk)
    if row.closed_at is not None:
        return
    row.closed_at, row.summary = at, summarise(row)
    row.save(update_fields=["closed_at", "summary"])
    # What was never sent was told to nobody, and nobody can send it any more.
    row.lists.filter(state=WishList.State.DRAFT).delete()


def summarise(wish_round: WishRound) -> dict[str, object]:
    """Counts of wishes in steps of five; nothing at all of fewer than five children.

    Lists for a welfare adult are left out: the class's page is no place for them. Nameless ones
    count only when they have been released. Frozen when the round closes: no two dates, no two
    pages can be set against each other.
    """
    shared = WishList.objects.sent().filter(round=wish_round, audience__in=SHARED)
    nameless = list(NamelessList.objects.filter(round=wish_round, is_released=True))
    answered = shared.count() + len(nameless)
    wishes = Wish.objects.filter(list__in=shared).exclude(own_words__gt="")
    counted = Counter(wishes.values_list("slug", flat=True))
    for one in nameless:
        counted.update(one.slugs)
    return told_together(counted, answered=answered)


def told_together(counted: Mapping[str, int], *, answered: int) -> dict[str, object]:
    """Counts as they may be told: in steps of five, each by itself, none of fewer than five."""
    if not is_told(answered):
        return {"answered": 0, "wishes": {}}
    told = {slug: in_fives(count) for slug, count in counted.items() if is_told(count)}
    return {"answered": in_fives(answered), "wishes": told}


def close_old(*, on: dt.date, at: dt.datetime) -> int:
    """Close what has had its last day."""
    due = list(WishRound.objects.filter(closed_at=None, closes_on__lt=on))
    for one in due:
        close_round(wish_round=one, at=at)
    return len(due)


@transaction.atomic
def remind(*, on: dt.date, at: dt.datetime) -> int:
    """A week has gone and a child has had no answer: those whom the child chose hear of it, once a
    week. And when some children are to be asked whether it helped, that new tickets are needed.
    """
    week = on.isocalendar()
    this_week = f"{week.year}-{week.week}"
    drafts: list[Draft] = []
    for audience, roles in READERS.items():
        late = WishRound.objects.filter(
            lists__state=WishList.State.SENT,
            lists__sent_on__lte=on - REPLY_WITHIN,
            lists__wishes__reply=None,
            lists__wishes__isnull=False,
            lists__audience=audience,
        ).distinct()
        title = _("Oppilaan toive odottaa vielä vastaustasi")
        drafts += _to(roles, late, on, f"late:{this_week}", title)
    asked = Reply.objects.filter(ask_on__lte=on, ask_on__gt=on - dt.timedelta(days=14), felt=None)
    due = WishRound.objects.filter(lists__wishes__reply__in=asked).distinct()
    title = _("On aika kysyä oppilailta, auttoiko se. Tulosta uudet laput.")
    drafts += _to(OWN_CLASS, due, on, f"helped:{this_week}", title)
    return notify(drafts=drafts, at=at)


def _to(
    roles: Collection[Role], rounds: QuerySet[WishRound], on: dt.date, cause: str, title: str
) -> list[Draft]:
    drafts = []
    for one in rounds.select_related("group"):
        people = people_of(one, roles=roles, on=on)
        drafts += tell_of_round(people, wish_round=one, cause=cause, title=title)
    return drafts
