"""Three pictures: the key to what a child told namelessly, or confided to a welfare adult."""

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import keyed_digest, record
from kemi_ecosystem.lib import clock
from schools.calendar import year_bounds
from schools.models import Pupil
from wellbeing.catalogue import catalogue
from wellbeing.errors import KeyTakenError, TooManyKeysError
from wellbeing.models import MOST_WRONG_KEYS, NamelessList, WishList
from wellbeing.services.rounds import Ticket, make_tickets

KEY_PICTURES = 3


def new_pictures() -> list[str]:
    """A key that is nobody's yet. The child sees it before sending; it is kept nowhere."""
    codes = [one.pictogram for one in catalogue().keys]
    return [secrets.choice(codes) for _ in range(KEY_PICTURES)]


def numbered(pictures: Sequence[str]) -> list[tuple[int, str]]:
    """The pictures with their numbers in the row that one chooses from: for ears, and for notes."""
    codes = [one.pictogram for one in catalogue().keys]
    return [(codes.index(one) + 1, one) for one in pictures if one in codes]


def keep_nameless(*, round_id: int, slugs: Sequence[str], pictures: Sequence[str]) -> None:
    """Raises KeyTakenError when somebody of the round has sent with the same pictures."""
    try:
        with transaction.atomic():
            NamelessList.objects.create(
                round_id=round_id, key_digest=_of_round(round_id, pictures), slugs=sorted(slugs)
            )
    except IntegrityError as clash:
        raise KeyTakenError(_("Kuvat vaihtuivat. Paina mieleesi nämä uudet.")) from clash


def lock(wish_list: WishList, pictures: Sequence[str]) -> None:
    """From now on these pictures open the list."""
    WishList.objects.filter(pk=wish_list.pk).update(key_digest=_of_list(wish_list.pk, pictures))


def is_key_of(wish_list: WishList, pictures: Sequence[str]) -> bool:
    """Whether this list was sent with these pictures. Only for pictures that we have signed."""
    if wish_list.audience == WishList.Audience.NOBODY:
        digest = _of_round(wish_list.round_id, pictures)
        rows = NamelessList.objects.filter(round_id=wish_list.round_id, key_digest=digest)
        return rows.exists()
    return wish_list.key_digest == _of_list(wish_list.pk, pictures)


@transaction.atomic
def try_key(
    *, pupil: Pupil, pictures: Sequence[str], on: dt.date
) -> NamelessList | WishList | None:
    """What three pictures open of this school year's. Misses are counted with each locked list.

    Raises TooManyKeysError after ten of them, until an adult has met the child: a new ticket opens
    the door to the nameless ones, new pictures of the welfare adult that to a confided one. A right
    key does not: otherwise one's own would pay for guessing at the others'.
    """
    locked = WishList.objects.locked_of(pupil, since=year_bounds(on)[0])
    rows = list(locked.select_for_update())
    if not rows:
        return None
    still = [row for row in rows if row.wrong_keys < MOST_WRONG_KEYS]
    if not still:
        raise TooManyKeysError(
            _("Kuvia on kokeiltu monta kertaa. Pyydä aikuiselta uusi lappu, niin voit jatkaa.")
        )
    found = _confided(still, pictures) or _nameless(still, pictures)
    if found is None:
        still_ids = [row.pk for row in still]
        WishList.objects.filter(pk__in=still_ids).update(wrong_keys=F("wrong_keys") + 1)
    return found


def _confided(rows: Sequence[WishList], pictures: Sequence[str]) -> WishList | None:
    return next((one for one in rows if one.key_digest == _of_list(one.pk, pictures)), None)


def _nameless(rows: Sequence[WishList], pictures: Sequence[str]) -> NamelessList | None:
    rounds = [one.round_id for one in rows if one.audience == WishList.Audience.NOBODY]
    digests = [_of_round(one, pictures) for one in rounds]
    return NamelessList.objects.filter(key_digest__in=digests).select_related("round").first()


@transaction.atomic
def renew(*, wish_list: WishList, by: User, at: dt.datetime) -> Ticket:
    """A new ticket and new pictures from the adult whom the child has told; the old are void."""
    pictures, on = new_pictures(), clock.local_date(at)
    pupil = wish_list.pupil
    made = make_tickets(wish_round=wish_list.round, pupils=[pupil], by=by, on=on, at=at)[0]
    WishList.objects.filter(pk=wish_list.pk).update(
        key_digest=_of_list(wish_list.pk, pictures), wrong_keys=0
    )
    record(actor=by, action="wish-key", subject_type="pupil", subject_key=pupil.key, at=at)
    return Ticket(made.name, made.code, tuple(pictures))


def _of_round(round_id: int, pictures: Sequence[str]) -> str:
    return keyed_digest(f"{round_id}|{'|'.join(pictures)}")


def _of_list(list_id: int, pictures: Sequence[str]) -> str:
    return keyed_digest(f"list:{list_id}|{'|'.join(pictures)}")
