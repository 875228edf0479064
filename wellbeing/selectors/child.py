"""A child's own pages."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from schools.models import Person, Pupil
from wellbeing.catalogue import OWN_WORDS, Room, WishChoice, catalogue
from wellbeing.models import MOST_WISHES, SHARED, Reply, Wish, WishList, WishRound

PICTURES_UNTIL = 3


@dataclass(frozen=True, slots=True)
class Choice:
    slug: str
    pictogram: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class RoomView:
    slug: str
    name: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class ChildPage:
    rooms: list[RoomView]
    chosen: list[Choice]
    own_words: str
    left: int
    all_is_well: bool
    look: str
    most: int = MOST_WISHES

    @property
    def free(self) -> range:
        """The places that are still empty."""
        return range(self.left)


def child_page(wish_list: WishList, *, grade: int | None, language: str) -> ChildPage:
    """The rooms with what has been chosen, in the child's language. One statement."""
    wishes = {one.slug: one.own_words for one in wish_list.wishes.all()}
    look = look_of(grade)
    rooms = [_room(room, wishes, language, look) for room in catalogue().rooms]
    chosen = [one for room in rooms for one in room.choices if one.is_chosen]
    return ChildPage(
        rooms=rooms,
        chosen=chosen,
        own_words=wishes.get(OWN_WORDS, ""),
        left=MOST_WISHES - len(wishes),
        all_is_well=wish_list.all_is_well,
        look=look,
    )


def look_of(grade: int | None) -> str:
    """Large pictures for an adult and a child together before school; pictures first for the young;

    text first from the fourth grade, not to embarrass.
    """
    if not grade:
        return "together"
    return "pictures" if grade <= PICTURES_UNTIL else "text"


def _room(room: Room, wishes: dict[str, str], language: str, look: str) -> RoomView:
    fitting = [one for one in room.wishes if look != "together" or not one.from_school]
    choices = [_choice(one, one.slug in wishes, language) for one in fitting]
    return RoomView(room.slug, room.said(language), choices)


def _choice(one: WishChoice, is_chosen: bool, language: str) -> Choice:  # noqa: FBT001
    return Choice(one.slug, one.pictogram, one.said(language), is_chosen)


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish and what was answered, if anything; `asks` when it is time to ask if it helped."""

    text: str
    reply: Reply | None
    asks: bool


@dataclass(frozen=True, slots=True)
class SentList:
    """A list that a child has sent, with its answers."""

    wish_list: WishList
    wishes: list[Wished]

    @property
    def asked(self) -> list[Wished]:
        return [one for one in self.wishes if one.asks]

    @property
    def is_answered(self) -> bool:
        return any(one.reply for one in self.wishes)


def sent_lists(pupil: Pupil, *, on: dt.date, language: str) -> list[SentList]:
    """What this child has sent and a ticket opens, the newest first. Two statements."""
    rows = WishList.objects.sent().filter(pupil=pupil, audience__in=SHARED)
    return _with_answers(rows.order_by("-round__opened_at", "-pk"), on=on, language=language)


def sent_list(wish_list: WishList, *, on: dt.date, language: str) -> SentList:
    """One of them, or what three pictures have opened. Two statements."""
    rows = WishList.objects.filter(pk=wish_list.pk)
    return _with_answers(rows, on=on, language=language)[0]


def _with_answers(rows: QuerySet[WishList], *, on: dt.date, language: str) -> list[SentList]:
    wishes = Prefetch("wishes", Wish.objects.select_related("reply__measure", "reply__by"))
    return [
        SentList(one, [_wished(wish, on, language) for wish in one.wishes.all()])
        for one in rows.prefetch_related(wishes)
    ]


def _wished(wish: Wish, on: dt.date, language: str) -> Wished:
    reply: Reply | None = getattr(wish, "reply", None)
    is_due = reply is not None and reply.ask_on is not None and reply.ask_on <= on
    asks = is_due and reply is not None and reply.felt is None and reply.measure_id is not None
    return Wished(said(wish.slug, wish.own_words, language), reply, asks)


def said(slug: str, own_words: str, language: str) -> str:
    """A wish in words: the child's own, or the catalogue's."""
    choice = catalogue().choice(slug)
    return own_words or (choice.said(language) if choice else slug)


def answered_in_class(wish_round: WishRound) -> int:
    """How many of the class's wishes have been answered. One statement.

    Only wishes that the class's own teacher reads. Of how many is not told: the number would rise,
    or not, as a classmate sends, and so tell whom that child has chosen.
    """
    answered = Reply.objects.filter(wish__list__round=wish_round)
    return answered.filter(wish__list__audience__in=SHARED).count()


@dataclass(frozen=True, slots=True)
class ChildOfGuardian:
    """What a guardian sees of one child's wishes, where the city lets guardians see them."""

    pupil: Pupil
    answers: list[tuple[str, Reply | None]]


def _of_distress() -> list[str]:
    return [one.slug for room in catalogue().rooms for one in room.wishes if one.leads_to_calm]


def for_guardian(user: Person, *, on: dt.date, language: str) -> list[ChildOfGuardian]:
    """The wishes of a guardian's children that were sent to the teacher; one statement.

    Only those of which the child was told that guardians see them: never a nameless list, and never
    what a child told a welfare adult alone. Own words and the two pictures of distress stay with
    the school's adults: home may be the reason.
    """
    until: int = settings.WISHES_GUARDIANS_UNTIL_GRADE
    if until < 1:
        return []
    grade = "list__round__group__grade"
    rows = (
        Wish.objects.filter(
            Q(**{grade: None}) | Q(**{f"{grade}__lte": until}),
            list__pupil__in=Pupil.objects.visible_to(user, on=on),
            list__guardians_may_see=True,
        )
        .exclude(slug__in=[OWN_WORDS, *_of_distress()])
        .select_related("list__pupil", "reply__by")
        .order_by("list__pupil__first_name", "-list__round__opened_at", "pk")
    )
    by_pupil: dict[Pupil, list[tuple[str, Reply | None]]] = {}
    for one in rows:
        text = said(one.slug, one.own_words, language)
        by_pupil.setdefault(one.list.pupil, []).append((text, getattr(one, "reply", None)))
    return [ChildOfGuardian(pupil, answers) for pupil, answers in by_pupil.items()]
