"""A class that has been asked what would help: some lists, one answer, some that wait."""

import datetime as dt
import random

from accounts.models import User
from schools.models import Membership
from schools.roles import Role
from support.models import Measure
from wellbeing.catalogue import catalogue
from wellbeing.models import WishList, WishRound
from wellbeing.services import lists, replies, rounds

TEACHER = "opettaja"
# The demo's own pupil finds an empty list to fill.
SKIPPED, ASKED = 1, 9


def raise_wishes(*, on: dt.date, at: dt.datetime, seed: int) -> None:
    """One round of the demo teacher's class. Raised again, it changes nothing."""
    teacher = User.objects.filter(username=TEACHER).first()
    place = Membership.objects.filter(user=teacher, role=Role.CLASS_TEACHER).first()
    if teacher is None or place is None or place.group is None or WishRound.objects.exists():
        return
    made = rounds.open_round(
        group=place.group, by=teacher, closes_on=on + dt.timedelta(days=10), at=at
    )
    rnd = random.Random(seed)  # noqa: S311 (a fictional class, not a secret)
    slugs = [one.slug for room in catalogue().rooms for one in room.wishes if not one.leads_to_calm]
    pupils = [one for one in rounds.class_of(made, on=on) if one.user is None]
    for pupil in pupils[SKIPPED : SKIPPED + ASKED]:
        wish_list = lists.begin(wish_round=made, pupil=pupil)
        for slug in rnd.sample(slugs[:8], 2):
            lists.choose(wish_list=wish_list, slug=slug)
        lists.send(wish_list=wish_list, audience=WishList.Audience.TEACHER, at=at)
    _answer_one(made, teacher, on, at)


def _answer_one(made: WishRound, teacher: User, on: dt.date, at: dt.datetime) -> None:
    sent = made.lists.sent().first()
    wish = sent.wishes.first() if sent else None
    choice = catalogue().choice(wish.slug) if wish else None
    if wish and choice:
        replies.reply(
            wish=wish,
            by=teacher,
            kind="we_try",
            measure=Measure.objects.filter(slug=choice.measures[0]).first(),
            begins=on,
            words="Hyvä ajatus! Kokeillaan tätä heti maanantaista alkaen koko luokan kanssa.",
            at=at,
        )
