"""Where a measure lives: one's own school's leaves, and what pupils said, told of in fives."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.models import Measure, MeasureEcho, MeasureUse, QualityCard
from support.services import index_catalogue, record_echo
from tests import builders
from tests.project.test_access import as_

BUD = "leaf__bud"


@pytest.fixture
def leaf(cast) -> Measure:
    cache.clear()
    return builders.measure()


def use(leaf: Measure, cast, number: int = 1, *, school=None) -> None:
    MeasureUse.objects.bulk_create(
        MeasureUse(
            measure=leaf, school=school or cast.school, source="checklist", begins=builders.ON,
            cause=f"checklist:{school}:{n}",
        )
        for n in range(number)
    )  # fmt: skip


def echo(leaf: Measure, cast, *felt: int, source: str = "wish") -> None:
    for n, one in enumerate(felt):
        record_echo(
            measure=leaf, school=cast.neighbour, source=source, felt=one,
            cause=f"{source}:{n}", on=builders.ON,
        )  # fmt: skip


def page(leaf: Measure, who=None) -> str:
    return as_(who).get(reverse("support:measure", args=[leaf.slug])).text


def test_a_leaf_is_alive_in_ones_own_school_only(leaf, cast):
    use(leaf, cast)
    tree = reverse("support:tree")

    own = as_(cast["special_teacher"]).get(tree).text
    assert BUD in own
    assert "Lyhyt tauko, käytössä koulussasi" in own
    # The list beside the drawing says the same.
    assert own.count("käytössä koulussasi</span>") == 1
    for stranger in ("neighbour_principal", "director", "guardian", "pupil", "nobody"):
        assert BUD not in as_(cast[stranger]).get(tree).text, stranger
    assert "Käytössä koulussasi, alle viidessä paikassa." in page(leaf, cast["principal"])
    assert "Käytössä koulussasi" not in page(leaf, cast["neighbour_principal"])
    assert "Käytössä koulussasi" not in page(leaf)


def test_a_use_that_has_ended_is_no_longer_told_of(leaf, cast):
    MeasureUse.objects.create(
        measure=leaf, school=cast.school, source="checklist", cause="checklist:1",
        begins=builders.ON - dt.timedelta(days=9), ends=builders.ON - dt.timedelta(days=1),
    )  # fmt: skip

    assert "Käytössä koulussasi" not in page(leaf, cast["principal"])


def test_uses_are_told_in_bands(leaf, cast):
    use(leaf, cast, 7)

    assert "Käytössä koulussasi 5–9 paikassa." in page(leaf, cast["principal"])


@pytest.mark.parametrize(
    ("felt", "said", "unsaid"),
    [
        ((5, 5, 5, 5), "", "miltä se tuntui"),
        ((5, 5, 5, 5, 1), "vähintään 5. Heistä alle viisi", "vähintään 5 sanoi"),
        ((5,) * 6 + (1,) * 6, "vähintään 10. Heistä vähintään 5 sanoi", "12"),
    ],
)
def test_what_pupils_said_is_told_from_five_answers_up_and_in_fives(leaf, cast, felt, said, unsaid):
    echo(leaf, cast, *felt)
    echo(leaf, cast, 5, 5, 5, 5, 5, source="reaction")

    text = page(leaf)

    assert said in text
    assert unsaid not in text.split("<main")[1].split("pack-notice")[0]


@given(faces=st.lists(st.integers(1, 5), max_size=23))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_told_answers_grow_five_at_a_time_so_no_day_tells_of_one_face(leaf, cast, faces):
    MeasureEcho.objects.all().delete()
    told = []
    for number, felt in enumerate(faces):
        record_echo(
            measure=leaf, school=cast.school, source="wish", cause=f"w:{number}", felt=felt,
            on=builders.ON,
        )  # fmt: skip
        told.append(MeasureEcho.objects.filter(is_told=True).count())

    assert told == [(number + 1) // 5 * 5 for number in range(len(faces))]


def test_a_leaf_asks_the_database_little(leaf, cast, assert_flat):
    def grow():
        use(leaf, cast, 8, school=cast.neighbour)
        for n in range(3):
            card = QualityCard.objects.create(
                slug=f"k{n}", title=f"Kortti {n}", order=n, summary="", minutes=2, why="",
                level="arrangement", pictogram="1F332", shows=[], questions=[], tomorrow="",
            )  # fmt: skip
            card.measures.add(leaf)

    client = as_(cast["special_teacher"])
    url = reverse("support:measure", args=[leaf.slug])
    echo(leaf, cast, 5, 5, 5, 5, 5)
    assert_flat(lambda: client.get(url), grow=grow)
    assert "Kortti 2" in client.get(url).text


def test_the_whole_tree_is_drawn_once_until_a_text_changes(cast):
    cache.clear()
    call_command("load_content", "--json")
    client, url = Client(), reverse("support:tree")
    before = client.get(url).text
    Measure.objects.filter(slug="pysyva-paikka").update(name="Oma tuoli")
    assert "Oma tuoli" not in client.get(url).text

    index_catalogue()
    assert "Oma tuoli" in client.get(url).text
    assert "Oma tuoli" in client.get(url + "?haara=oppimisymparisto").text
    assert "Pysyvä paikka" in before
