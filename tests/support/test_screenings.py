"""The year's screenings: done or not yet, counts only, something begun in two weeks."""

import datetime as dt

import pytest
from django.urls import reverse

from notifications.models import Notification
from support.models import MeasureUse, ScreeningDone, ScreeningSum
from support.rules import screening_is_by
from support.selectors.screenings import class_screenings, screening_page
from support.services import screenings
from support.services.screenings import Result
from tests import builders
from tests.project.test_access import as_


def note(
    cast, *, waiting=0, follow_up=3, measures=(), started_on=None, done_on=builders.ON, group=None
):
    return screenings.note_screening(
        screening=builders.screening(),
        group=group or cast.group,
        result=Result(done_on, follow_up, waiting, list(measures), started_on),
        by=cast["class_teacher"],
        on=builders.ON,
    )


def remind(on=builders.ON) -> int:
    return screenings.remind_of_screenings(on=on, at=builders.AT)


def test_a_class_notes_what_it_found_and_what_it_began(cast):
    leaf = builders.measure()
    url = reverse("support:note_screening", args=[builders.screening().pk, cast.group.pk])
    teacher = as_(cast["class_teacher"])
    assert "viimeistään 30.11.2026" in teacher.get(reverse("support:screenings")).text

    saved = teacher.post(
        url,
        {"done_on": "2026-11-10", "follow_up": 3, "waiting": 1, "measures": [leaf.pk],
         "started_on": "2026-11-18"},
    )  # fmt: skip

    assert saved.status_code == 302
    page = teacher.get(reverse("support:screenings")).text
    assert "tehty" in page
    assert "kahdessa viikossa" in page
    use = MeasureUse.objects.get()
    assert (use.group, use.begins, use.source) == (cast.group, dt.date(2026, 11, 18), "screening")
    page = screening_page(cast["special_teacher"], on=builders.ON)
    assert (page.done, page.late, page.waiting, len(page.rows)) == (1, 0, 1, 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"waiting": 4}, "enemmän kuin seurattavia"), ({"done_on": "2026-12-01"}, "vielä edessä"),
     ({"follow_up": -1}, "")],
)  # fmt: skip
def test_what_cannot_be_is_told(cast, change, said):
    url = reverse("support:note_screening", args=[builders.screening().pk, cast.group.pk])
    good = {"done_on": "2026-11-10", "follow_up": 3, "waiting": 1}

    page = as_(cast["class_teacher"]).post(url, good | change)

    assert page.status_code == 422
    assert said in page.text
    assert not ScreeningDone.objects.exists()


def test_noting_again_corrects_and_ends_what_is_left_out(cast):
    first, second = builders.measure("a", "A"), builders.measure("b", "B")
    note(cast, measures=[first])
    note(cast, measures=[second])
    assert list(MeasureUse.objects.filter(ends=None).values_list("measure", flat=True)) == [
        second.pk
    ]
    note(cast, measures=[first, second])

    assert MeasureUse.objects.filter(ends=None).count() == 2
    assert ScreeningDone.objects.count() == 1


def test_the_class_teacher_is_reminded_once_from_the_middle_of_the_month(cast):
    builders.screening()

    assert remind(dt.date(2026, 11, 14)) == 0
    assert [remind(), remind(), remind(dt.date(2026, 12, 3))] == [1, 0, 0]

    notice = Notification.objects.get()
    assert notice.recipient == cast["class_teacher"]
    assert as_(cast["class_teacher"]).get(notice.path).status_code == 200


def test_who_waits_over_two_weeks_is_told_of(cast):
    note(cast, waiting=1, done_on=dt.date(2026, 11, 6))

    assert remind(dt.date(2026, 11, 20)) == 0
    assert [remind(dt.date(2026, 11, 21)), remind(dt.date(2026, 11, 22))] == [1, 0]
    assert class_screenings([cast.group], on=dt.date(2026, 11, 21))[0].is_waiting_long


# The screening's last day is 30.11.2026; two weeks later its sums are told.
OVER = dt.date(2026, 12, 15)


def test_a_leader_reads_that_a_class_is_done_and_never_its_children(cast, monkeypatch):
    """Before, after, and after a correction: no page and no pair of days gives a class's count."""
    screening = builders.screening()
    url = reverse("support:screenings")
    seen = []
    for day, follow_up in ((builders.ON, None), (builders.ON, 13), (OVER, 13), (OVER, 14)):
        monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda day=day: day)
        if follow_up:
            note(cast, follow_up=follow_up, waiting=follow_up - 10)
        screenings.publish_sums(on=day)
        seen.append(as_(cast["principal"]).get(url).text)

    assert "ei vielä, viimeistään" in seen[0]
    assert "tehty" in seen[1]
    assert "Yhdenkään seulan kuvaa ei ole vielä koottu" in seen[1]
    assert "10–14" in seen[2]
    assert "alle 5" in seen[2]
    assert seen[2].split("<main")[1] == seen[3].split("<main")[1]
    assert not any(f">{n}<" in page for page in seen for n in (3, 4, 13, 14))
    path = reverse("support:note_screening", args=[screening.pk, cast.group.pk])
    assert [path in page for page in seen] == [False] * 4
    assert as_(cast["principal"]).get(path).status_code == 404
    assert ">14<" in as_(cast["special_teacher"]).get(url).text


def test_the_sums_are_made_once_two_weeks_after_the_last_day(cast):
    builders.group(cast.school, "7D")
    note(cast, follow_up=7, waiting=2)

    assert screenings.publish_sums(on=dt.date(2026, 12, 14)) == 0
    assert [screenings.publish_sums(on=OVER), screenings.publish_sums(on=OVER)] == [2, 0]

    told = ScreeningSum.objects.get()
    assert (told.done, told.classes, told.follow_up, told.waiting) == (1, 2, 5, 0)
    note(cast, follow_up=20, waiting=20)
    screenings.publish_sums(on=OVER + dt.timedelta(days=90))
    told.refresh_from_db()
    assert (told.follow_up, told.waiting) == (5, 0)


@pytest.mark.parametrize("who", ["neighbour_principal", "class_teacher", "special_teacher"])
def test_a_schools_sums_are_for_its_leader_only(cast, who):
    note(cast, follow_up=17)
    screenings.publish_sums(on=OVER)

    assert screening_page(cast["principal"], on=OVER).sums
    assert screening_page(cast[who], on=OVER).sums == []


@pytest.mark.parametrize(("classes", "told"), [(4, "alle viisi luokkaa on tehnyt"), (5, "15–19")])
def test_the_city_reads_a_grade_in_fives_when_five_classes_have_done_it(
    cast, monkeypatch, classes, told
):
    monkeypatch.setattr("kemi_ecosystem.lib.clock.today", lambda: OVER)
    groups = [builders.group(cast.school, f"7{letter}") for letter in "DEFGH"[:classes]]
    for one in groups:
        note(cast, follow_up=3, waiting=1, group=one)
    screenings.publish_sums(on=OVER)
    url = reverse("support:city_screenings")

    page = as_(cast["director"]).get(url).text

    assert f"{classes}/{classes + 1}" in page  # 7C has not
    assert told in page
    for one in groups:
        note(cast, follow_up=4, waiting=4, group=one)
    screenings.publish_sums(on=OVER + dt.timedelta(days=3))
    assert as_(cast["director"]).get(url).text.split("<main")[1] == page.split("<main")[1]
    assert as_(cast["principal"]).get(url).status_code == 404


def test_a_class_that_has_done_it_is_left_alone(cast):
    note(cast)

    assert remind() == 0


def test_the_page_is_flat(cast, assert_flat):
    builders.screening()
    client = as_(cast["principal"])

    assert_flat(
        lambda: client.get(reverse("support:screenings")),
        grow=lambda: [builders.group(cast.school, f"7{letter}") for letter in "DEF"],
    )


@pytest.mark.parametrize(
    ("month", "by"),
    [(9, dt.date(2026, 9, 30)), (12, dt.date(2026, 12, 31)), (2, dt.date(2027, 2, 28)),
     (4, dt.date(2027, 4, 30))],
)  # fmt: skip
def test_a_month_belongs_to_the_school_year(month, by):
    assert screening_is_by(month, year_begins=dt.date(2026, 8, 1)) == by
