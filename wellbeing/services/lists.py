"""A child chooses, sends, takes back, and looks for the answer."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.hiding import LEAST
from schools.models import Enrolment, Pupil, active_on
from schools.roles import Role
from support.models import MeasureUse
from support.services import record_echo
from wellbeing.catalogue import OWN_WORDS, catalogue
from wellbeing.errors import RoundOverError, WishRefusedError
from wellbeing.guardians import guardians_see
from wellbeing.models import (
    LOCKED,
    MOST_WISHES,
    SHARED,
    NamelessList,
    Reply,
    Wish,
    WishList,
    WishRound,
)
from wellbeing.rules import use_cause
from wellbeing.services import keys
from wellbeing.services.adults import choices_for, people_of
from wellbeing.services.telling import tell_of_sent

NOT_IN_CLASS: dict[str, Role] = {
    WishList.Audience.SPECIAL: Role.SPECIAL_TEACHER,
    WishList.Audience.WELFARE: Role.WELFARE,
}


def open_round_of(pupil: Pupil, *, on: dt.date) -> WishRound | None:
    """The round that this child is asked in today."""
    places = Enrolment.objects.filter(active_on(on), pupil=pupil)
    rounds = WishRound.objects.filter(closed_at=None, closes_on__gte=on)
    return rounds.filter(group__in=places.values("group_id")).select_related("group").first()


@transaction.atomic
def begin(*, wish_round: WishRound, pupil: Pupil) -> WishList:
    """This child's list; a lid closed in the middle finds it again."""
    found, _made = WishList.objects.get_or_create(round=wish_round, pupil=pupil)
    return found


def _draft(wish_list: WishList) -> WishList:
    row = WishList.objects.select_for_update().filter(pk=wish_list.pk).first()
    if row is None and not WishRound.objects.filter(pk=wish_list.round_id, closed_at=None).exists():
        raise RoundOverError
    if row is None:
        raise WishRefusedError(_("Tämä lista on poistettu toisella näytöllä. Voit aloittaa uuden."))
    if row.state != WishList.State.DRAFT:
        raise WishRefusedError(_("Toiveesi on jo lähetetty. Voit ottaa sen takaisin."))
    return row


@transaction.atomic
def choose(*, wish_list: WishList, slug: str) -> None:
    """Choose a wish. Chosen twice is chosen: a press that was lost on the way may be sent again.

    Raises WishRefusedError for a fourth wish, and for one that is not in the catalogue.
    """
    row = _draft(wish_list)
    if catalogue().choice(slug) is None:
        raise WishRefusedError(_("Tätä toivetta ei ole."))
    _add(row, slug)


@transaction.atomic
def let_go(*, wish_list: WishList, slug: str) -> None:
    """Not this one after all."""
    if catalogue().choice(slug) is None:
        return
    _draft(wish_list).wishes.filter(slug=slug).exclude(slug=OWN_WORDS).delete()


def _add(row: WishList, slug: str, own_words: str = "") -> None:
    if row.wishes.exclude(slug=slug).count() >= MOST_WISHES:
        raise WishRefusedError(_("Nyt voi valita kolme. Ota ensin joku pois."))
    Wish.objects.update_or_create(list=row, slug=slug, defaults={"own_words": own_words})
    WishList.objects.filter(pk=row.pk).update(all_is_well=False, begun_anew=False)


@transaction.atomic
def say_in_own_words(*, wish_list: WishList, words: str) -> None:
    """One of the three may be the child's own words; empty takes them away."""
    row = _draft(wish_list)
    if words.strip():
        _add(row, OWN_WORDS, words.strip())
    else:
        row.wishes.filter(slug=OWN_WORDS).delete()


@transaction.atomic
def say_all_is_well(*, wish_list: WishList) -> None:
    row = _draft(wish_list)
    row.wishes.all().delete()
    WishList.objects.filter(pk=row.pk).update(all_is_well=True, begun_anew=False)


def check(wish_list: WishList, *, audience: str, on: dt.date) -> None:
    """Whether the list may go where the child wants.

    Raises WishRefusedError for an empty list, where nobody would read it, and for own words
    without a name: handwriting tells.
    """
    if audience not in {one.audience for one in choices_for(wish_list.round, on=on)}:
        raise WishRefusedError(_("Valitse, kuka saa nähdä toiveesi."))
    wishes = list(wish_list.wishes.all())
    if not wishes and not wish_list.all_is_well:
        raise WishRefusedError(_("Valitse ensin toive, tai kerro, että kaikki on hyvin."))
    if audience == WishList.Audience.NOBODY and any(one.own_words for one in wishes):
        raise WishRefusedError(
            _("Omista sanoista voi tunnistaa. Ota ne pois tai valitse, kuka saa nähdä.")
        )


@transaction.atomic
def send(
    *, wish_list: WishList, audience: str, at: dt.datetime, pictures: Sequence[str] = ()
) -> None:
    """Send to those whom the child chose. `pictures` are the key of a list that has one.

    Raises WishRefusedError as `check` does, RoundOverError, and KeyTakenError for pictures that
    are another's.
    """
    # The round first, as closing does: what is sent is in its summary, or is not sent.
    if WishRound.objects.select_for_update().get(pk=wish_list.round_id).closed_at is not None:
        raise RoundOverError
    row, on = _draft(wish_list), clock.local_date(at)
    check(row, audience=audience, on=on)
    if audience == WishList.Audience.NOBODY:
        _send_nameless(row, pictures)
    elif audience == WishList.Audience.WELFARE:
        keys.lock(row, pictures)
    row.state, row.audience, row.sent_on = WishList.State.SENT, audience, on
    row.guardians_may_see = audience in SHARED and guardians_see(row.round.group.grade)
    row.save(update_fields=["state", "audience", "sent_on", "guardians_may_see"])
    _tell(row, on=on, at=at)


def _tell(row: WishList, *, on: dt.date, at: dt.datetime) -> None:
    """Those who do not stand before the class hear that something came, once a day."""
    if (role := NOT_IN_CLASS.get(row.audience)) is None:
        return
    people = people_of(row.round, roles={role}, on=on)
    tell_of_sent(people, wish_round=row.round, on=on, at=at)


def _send_nameless(row: WishList, pictures: Sequence[str]) -> None:
    """Keep the wishes where no child, moment or order is; five at a time go to the teacher."""
    slugs = [one.slug for one in row.wishes.all()]
    keys.keep_nameless(round_id=row.round_id, slugs=slugs, pictures=pictures)
    row.wishes.all().delete()
    WishList.objects.filter(pk=row.pk).update(all_is_well=False)
    waiting = NamelessList.objects.filter(round_id=row.round_id, is_released=False)
    if waiting.count() >= LEAST:
        waiting.update(is_released=True)


@transaction.atomic
def take_back(*, wish_list: WishList) -> None:
    """What was sent is the child's again, until somebody has answered; not what pictures lock."""
    row = WishList.objects.select_for_update().get(pk=wish_list.pk)
    if row.audience in LOCKED:
        raise WishRefusedError(_("Tämän listan avaat ja poistat kolmella kuvallasi."))
    if Reply.objects.filter(wish__list=row).exists():
        raise WishRefusedError(_("Toiveeseesi on jo vastattu."))
    row.state, row.audience, row.sent_on = WishList.State.DRAFT, "", None
    row.guardians_may_see = False
    row.save(update_fields=["state", "audience", "sent_on", "guardians_may_see"])


@transaction.atomic
def erase(*, found: WishList | NamelessList) -> None:
    """The child's own list, away for good. Erased twice is erased.

    Of a nameless one it stays known that this child has had a turn, so that nobody fills five by
    oneself.
    """
    found.delete()


@transaction.atomic
def say_how_it_felt(*, reply: Reply, felt: int, at: dt.datetime) -> None:
    """One of five faces, said once. It is told of the measure, never of the child."""
    is_first = Reply.objects.filter(pk=reply.pk, felt=None).update(felt=felt)
    if not is_first or reply.measure is None:
        return
    record_echo(
        measure=reply.measure,
        school=reply.wish.list.round.group.school,
        source=MeasureUse.Source.WISH,
        cause=use_cause(reply.wish_id),
        felt=felt,
        on=clock.local_date(at),
    )
