"""A child chooses, sends, takes back, and looks for the answer."""

import datetime as dt
import secrets

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.services import keyed_digest
from kemi_ecosystem.lib import clock
from kemi_ecosystem.lib.hiding import LEAST
from schools.calendar import year_bounds
from schools.models import Enrolment, Pupil, active_on
from schools.roles import Role
from support.models import MeasureUse
from support.services import record_echo
from wellbeing.catalogue import OWN_WORDS, catalogue
from wellbeing.errors import TooManyKeysError, WishRefusedError
from wellbeing.guardians import guardians_see
from wellbeing.models import (
    MOST_WISHES,
    MOST_WRONG_KEYS,
    SHARED,
    NamelessList,
    Reply,
    Wish,
    WishList,
    WishRound,
)
from wellbeing.rules import use_cause
from wellbeing.services.adults import choices_for, people_of
from wellbeing.services.telling import tell_of_sent

KEY_PICTURES = 3
TRIES = 50
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
    row = WishList.objects.select_for_update().get(pk=wish_list.pk)
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
    WishList.objects.filter(pk=row.pk).update(all_is_well=False)


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
    WishList.objects.filter(pk=row.pk).update(all_is_well=True)


@transaction.atomic
def send(*, wish_list: WishList, audience: str, at: dt.datetime) -> list[str]:
    """Send to those whom the child chose. Returns the key's pictures of a nameless list.

    Raises WishRefusedError for an empty list, where nobody would read it, and for own words
    without a name: handwriting tells.
    """
    row, on = _draft(wish_list), clock.local_date(at)
    if audience not in {one.audience for one in choices_for(row.round, on=on)}:
        raise WishRefusedError(_("Valitse, kuka saa nähdä toiveesi."))
    wishes = list(row.wishes.all())
    if not wishes and not row.all_is_well:
        raise WishRefusedError(_("Valitse ensin toive, tai kerro, että kaikki on hyvin."))
    pictures: list[str] = []
    if audience == WishList.Audience.NOBODY:
        if any(one.own_words for one in wishes):
            raise WishRefusedError(
                _("Omista sanoista voi tunnistaa. Ota ne pois tai valitse, kuka saa nähdä.")
            )
        pictures = _send_nameless(row, [one.slug for one in wishes])
    row.state, row.audience, row.sent_on = WishList.State.SENT, audience, on
    row.guardians_may_see = audience in SHARED and guardians_see(row.round.group.grade)
    row.save(update_fields=["state", "audience", "sent_on", "guardians_may_see"])
    _tell(row, on=on, at=at)
    return pictures


def _tell(row: WishList, *, on: dt.date, at: dt.datetime) -> None:
    """Those who do not stand before the class hear that something came, once a day."""
    if (role := NOT_IN_CLASS.get(row.audience)) is None:
        return
    people = people_of(row.round, roles={role}, on=on)
    tell_of_sent(people, wish_round=row.round, on=on, at=at)


def _send_nameless(row: WishList, slugs: list[str]) -> list[str]:
    """Keep the wishes where no child, moment or order is; five at a time go to the teacher."""
    WishRound.objects.select_for_update().get(pk=row.round_id)
    pictures = _new_key(row.round_id, slugs)
    row.wishes.all().delete()
    WishList.objects.filter(pk=row.pk).update(all_is_well=False)
    waiting = NamelessList.objects.filter(round_id=row.round_id, is_released=False)
    if waiting.count() >= LEAST:
        waiting.update(is_released=True)
    return pictures


def _new_key(round_id: int, slugs: list[str]) -> list[str]:
    codes = [one.pictogram for one in catalogue().keys]
    for _try in range(TRIES):
        pictures = [secrets.choice(codes) for _ in range(KEY_PICTURES)]
        try:
            with transaction.atomic():
                NamelessList.objects.create(
                    round_id=round_id, key_digest=digest_of(round_id, pictures), slugs=sorted(slugs)
                )
        except IntegrityError:
            continue
        return pictures
    raise WishRefusedError(_("Tämä ei nyt onnistunut. Kokeile uudelleen."))


def digest_of(round_id: int, pictures: list[str]) -> str:
    return keyed_digest(f"{round_id}|{'|'.join(pictures)}")


@transaction.atomic
def try_key(*, pupil: Pupil, pictures: list[str], on: dt.date) -> NamelessList | None:
    """The nameless list that three pictures open, of this school year's rounds. Misses are counted.

    Raises TooManyKeysError after ten of them: a new ticket from an adult opens the door again.
    A right key does not: otherwise one's own would pay for guessing at the others'.
    """
    mine = WishList.objects.nameless_of(pupil, since=year_bounds(on)[0])
    rows = list(mine.select_for_update())
    if not rows:
        return None
    if rows[0].wrong_keys >= MOST_WRONG_KEYS:
        raise TooManyKeysError(
            _("Kuvia on kokeiltu monta kertaa. Pyydä opettajalta uusi lappu, niin voit jatkaa.")
        )
    digests = [digest_of(row.round_id, pictures) for row in rows]
    found = NamelessList.objects.filter(key_digest__in=digests).select_related("round").first()
    if found is None:
        WishList.objects.filter(pk=rows[0].pk).update(wrong_keys=F("wrong_keys") + 1)
    return found


@transaction.atomic
def take_back(*, wish_list: WishList) -> None:
    """What was sent is the child's again, until somebody has answered; not of a nameless list.

    A list for a welfare adult comes back empty: nobody finds on the tablet what was confided.
    """
    row = WishList.objects.select_for_update().get(pk=wish_list.pk)
    if row.audience == WishList.Audience.NOBODY:
        raise WishRefusedError(_("Nimetöntä toivetta ei voi enää löytää eikä ottaa takaisin."))
    if Reply.objects.filter(wish__list=row).exists():
        raise WishRefusedError(_("Toiveeseesi on jo vastattu."))
    if row.audience == WishList.Audience.WELFARE:
        row.wishes.all().delete()
        row.all_is_well = False
    row.state, row.audience, row.sent_on = WishList.State.DRAFT, "", None
    row.guardians_may_see = False
    row.save(update_fields=["state", "audience", "sent_on", "all_is_well", "guardians_may_see"])


@transaction.atomic
def erase(*, wish_list: WishList) -> None:
    """The child's own list, away for good. Of a nameless one there is nothing to find.

    That this child has had a turn is kept, so that nobody fills five by oneself, and the wrong keys
    that are counted in it. Raises WishRefusedError.
    """
    row = WishList.objects.select_for_update().get(pk=wish_list.pk)
    if row.audience == WishList.Audience.NOBODY:
        raise WishRefusedError(_("Nimetöntä toivetta ei voi enää löytää eikä ottaa takaisin."))
    row.delete()


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
