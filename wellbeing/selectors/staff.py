"""What adults see: a class's wishes one by one and together, and how many wait."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import User
from kemi_ecosystem.lib.hiding import LEAST, in_fives
from schools.models import School, this_year
from support.models import HELPED, Measure, MeasureEcho, MeasureUse, QualityCard
from support.selectors import measure_names
from wellbeing.catalogue import catalogue
from wellbeing.models import SHARED, NamelessList, Wish, WishList, WishRound
from wellbeing.rules import REPLY_WITHIN
from wellbeing.selectors.child import said


@dataclass(frozen=True, slots=True)
class Bar:
    text: str
    pictogram: str
    count: int
    width: int


@dataclass(frozen=True, slots=True)
class WishView:
    wish: Wish
    text: str
    measures: list[str]


@dataclass(frozen=True, slots=True)
class ListView:
    wish_list: WishList
    wishes: list[WishView]


@dataclass(frozen=True, slots=True)
class NamelessView:
    row: NamelessList
    texts: list[str]


@dataclass(frozen=True, slots=True)
class RoundPage:
    round: WishRound
    bars: list[Bar]
    lists: list[ListView]
    nameless: list[NamelessView]
    answered: int
    wishes: int


def round_page(wish_round: WishRound, *, user: User, on: dt.date, is_own: bool) -> RoundPage:
    """What this adult may see of a round: lists whose child has chosen them. Three statements."""
    wishes = Prefetch("wishes", Wish.objects.select_related("reply"))
    seen = WishList.objects.visible_to(user, on=on).filter(round=wish_round)
    lists = list(seen.select_related("pupil").prefetch_related(wishes))
    released = NamelessList.objects.filter(round=wish_round, is_released=True)
    nameless = list(released) if is_own else []
    names = measure_names()
    views = [ListView(one, [_view(wish, names) for wish in one.wishes.all()]) for one in lists]
    all_wishes = [wish for one in lists for wish in one.wishes.all()]
    counted = Counter(wish.slug for wish in all_wishes if not wish.own_words)
    for row in nameless:
        counted.update(row.slugs)
    return RoundPage(
        round=wish_round,
        bars=_bars(counted),
        lists=views,
        nameless=[NamelessView(row, [said(s, "", "fi") for s in row.slugs]) for row in nameless],
        answered=sum(1 for wish in all_wishes if hasattr(wish, "reply")),
        wishes=len(all_wishes),
    )


def _measures(slugs: Iterable[str]) -> list[str]:
    found = (catalogue().choice(slug) for slug in slugs)
    return [measure for one in found if one for measure in one.measures]


def _view(wish: Wish, names: dict[str, str]) -> WishView:
    own = [names[slug] for slug in _measures([wish.slug]) if slug in names]
    return WishView(wish, said(wish.slug, wish.own_words, "fi"), own)


def _bars(counted: Counter[str]) -> list[Bar]:
    most = max(counted.values(), default=1)
    return [
        Bar(choice.fi, choice.pictogram, count, round(100 * count / most))
        for slug, count in counted.most_common()
        if (choice := catalogue().choice(slug))
    ]


@dataclass(frozen=True, slots=True)
class CouncilPage:
    """What a class or a school wished for together: counts in steps of five, nobody in it."""

    round: WishRound | None
    answered: int
    bars: list[Bar]
    measures: list[Measure]
    cards: list[QualityCard]


def council_page(wish_round: WishRound) -> CouncilPage:
    """What a closed round told of the class together. Two statements."""
    return CouncilPage(wish_round, *_together([wish_round.summary]))


def school_together(school: School, *, on: dt.date) -> CouncilPage:
    """What the classes of a school have wished for this year: the sum of what each class told.

    Each class's figures are frozen and in fives; a sum of them says nothing more than they do.
    Three statements.
    """
    rounds = WishRound.objects.filter(
        this_year(on, "group__"),
        group__school=school,
        closed_at__isnull=False,
    )
    return CouncilPage(None, *_together(rounds.values_list("summary", flat=True)))


def _together(
    summaries: Iterable[dict[str, Any]],
) -> tuple[int, list[Bar], list[Measure], list[QualityCard]]:
    answered, counted = 0, Counter[str]()
    for one in summaries:
        answered += one.get("answered", 0)
        counted.update(one.get("wishes", {}))
    # Those first that would serve the most of these wishes.
    serves = Counter(slug for wish in counted for slug in _measures([wish]))
    measures = list(Measure.objects.filter(slug__in=serves).order_by("name"))
    measures.sort(key=lambda one: -serves[one.slug])
    cards = list(QualityCard.objects.filter(measures__in=measures).distinct()[:6])
    return answered, _bars(counted), measures, cards


@dataclass(frozen=True, slots=True)
class ClassRow:
    """How a class's round goes, for the head: counts of lists, no child."""

    round: WishRound
    sent: int
    unanswered: int
    late: int


@dataclass(frozen=True, slots=True)
class Felt:
    """How a measure felt to at least five children: counts in steps of five, never who."""

    name: str
    answers: int
    helped: int


def how_it_felt(schools: QuerySet[School]) -> list[Felt]:
    """What was tried for wishes in these schools, and how it felt. One statement."""
    rows = (
        MeasureEcho.objects.filter(school__in=schools, source=MeasureUse.Source.WISH, is_told=True)
        .order_by()
        .values_list("measure__name")
        .annotate(answers=Count("pk"), helped=Count("pk", filter=Q(felt__gte=HELPED)))
        .filter(answers__gte=LEAST)
        .order_by("-answers", "measure__name")
    )
    return [Felt(name, in_fives(answers), in_fives(helped)) for name, answers, helped in rows]


def school_rows(schools: QuerySet[School], *, on: dt.date) -> list[ClassRow]:
    """The rounds of these schools this year. One statement; lists for welfare are not counted."""
    seen = Q(
        lists__state=WishList.State.SENT,
        lists__audience__in=SHARED,
    )
    waits = seen & Q(lists__wishes__isnull=False, lists__wishes__reply=None)
    late = waits & Q(lists__sent_on__lte=on - REPLY_WITHIN)
    rounds = WishRound.objects.filter(
        this_year(on, "group__"),
        group__school__in=schools,
    ).select_related("group__school")
    counted = rounds.annotate(
        sent=Count("lists", filter=seen, distinct=True),
        unanswered=Count("lists", filter=waits, distinct=True),
        late=Count("lists", filter=late, distinct=True),
    )
    return [
        ClassRow(one, one.sent, one.unanswered, one.late)  # type: ignore[attr-defined]  # annotated above
        for one in counted
    ]
