"""What worked goes on to the next teacher, when the sender wants it to."""

import datetime as dt
import re

from django.urls import reverse

from schools.models import Enrolment, SchoolYear, TeachingGroup
from schools.roles import Role
from support.models import ChecklistRound, Handover
from support.selectors import rounds as selectors
from support.services import rounds
from support.services.rounds import Subject
from tests import builders
from tests.project.test_access import as_
from tests.support.test_rounds import before_page, begin, tick


def test_the_next_teacher_sees_what_worked_only_when_it_was_given(cast):
    six = builders.group(cast.school, "6B", 6)
    found = rounds.begin_round(
        checklist=builders.checklist(),
        subject=Subject(cast.school, group=six),
        copy_last=False,
        by=cast["principal"],
        on=builders.ON,
    )
    tick(cast, found, did="Pysyvä paikka rauhoitti")
    tick(cast, found, 1, "no_fit", did="Ei tänne")
    autumn = dt.date(2027, 8, 20)
    following = SchoolYear.objects.create(
        name="2027–2028", begins=dt.date(2027, 8, 1), ends=dt.date(2028, 7, 31)
    )
    seven = TeachingGroup.objects.create(
        key="7B", school=cast.neighbour, school_year=following, name="7B", grade=7
    )
    receiver = builders.staff("vastaanottaja", Role.CLASS_TEACHER, in_group=seven)
    assert not Handover.objects.visible_to(receiver, on=autumn).exists()

    sent = as_(cast["principal"]).post(
        reverse("support:hand_over", args=[found.pk]),
        {"koulu": cast.neighbour.pk, "words": "Tervetuloa", "lupa": "on"},
    )

    assert sent.status_code == 302
    assert Handover.objects.visible_to(receiver, on=autumn).count() == 1
    assert not Handover.objects.visible_to(cast["neighbour_teacher"], on=autumn).exists()
    page = as_(cast["neighbour_principal"]).get(
        reverse("support:handover", args=[Handover.objects.get().pk])
    )
    assert "Pysyvä paikka rauhoitti" in page.text
    assert "Ei tänne" not in page.text
    rounds.take_back(of=found)
    assert not Handover.objects.exists()


def test_nothing_is_given_without_consent(cast):
    found = begin(cast, group=cast.group, pupil=cast.child)

    answer = as_(cast["class_teacher"]).post(reverse("support:hand_over", args=[found.pk]), {})

    assert answer.status_code == 422
    assert not Handover.objects.exists()


def test_last_years_round_is_not_read_by_a_pupils_next_teacher(cast):
    found = begin(cast, group=cast.group, pupil=cast.child)
    eight = TeachingGroup.objects.get(name="8A")
    Enrolment.objects.filter(pupil=cast.child).update(ends=builders.ON)
    Enrolment.objects.create(pupil=cast.child, group=eight, begins=builders.ON)
    later = builders.ON + dt.timedelta(days=1)

    assert not ChecklistRound.objects.visible_to(cast["other_class"], on=later).exists()
    rounds.hand_over(of=found, to_school=None, words="", by=cast["class_teacher"], at=builders.AT)
    assert Handover.objects.visible_to(cast["other_class"], on=later).count() == 1


def test_what_was_given_on_does_not_grow_after_its_year(cast):
    found = begin(cast)
    tick(cast, found, since=dt.date(2026, 9, 1))
    found.group.school_year.ends = dt.date(2026, 9, 15)

    assert found.counted_to(dt.date(2027, 2, 1)) == dt.date(2026, 9, 15)
    page = selectors.round_page(found, on=dt.date(2027, 2, 1))
    assert [row.weeks for row in page.in_use] == [2]


def test_a_group_is_given_on_to_a_school_that_teaches_its_next_grade(cast):
    """Its own school is chosen beforehand when it teaches that grade; else the sender chooses."""
    head = as_(cast["principal"])
    seven = reverse("support:hand_over", args=[begin(cast).pk])
    assert f'<option value="{cast.school.pk}" selected>' in head.get(seven).text

    builders.group(cast.neighbour, "7N")
    six = begin(cast, group=builders.group(cast.school, "6B", 6))
    TeachingGroup.objects.filter(pk=cast.group.pk).update(grade=9)
    url = reverse("support:hand_over", args=[six.pk])
    page = head.get(url).text
    assert '<option value="" selected>valitse</option>' in page
    schools = re.findall(r'<option value="([0-9]+)"', page)
    assert schools[0] == str(cast.neighbour.pk)
    assert str(cast.school.pk) in schools
    assert "Valitse koulu, johon ryhmä siirtyy." in head.post(url, {"lupa": "on"}).text


def test_a_pupils_earlier_class_is_read_only_through_what_was_given_on(cast):
    old = begin(cast, group=cast.group, pupil=cast.child)
    tick(cast, old, did="Rauhallinen paikka")
    eight = TeachingGroup.objects.get(name="8A")
    Enrolment.objects.filter(pupil=cast.child).update(ends=builders.ON - dt.timedelta(days=1))
    Enrolment.objects.create(pupil=cast.child, group=eight, begins=builders.ON)
    builders.checklist()
    begun = as_(cast["other_class"]).post(
        reverse("support:begin_round", args=["lista"]),
        {"kenelle": f"pupil-{cast.child.pk}", "kopioi": "on"},
        follow=True,
    )
    new = ChecklistRound.objects.get(group=eight)

    assert begun.status_code == 200
    assert "0/3 kohtaa käyty" in begun.text
    assert ChecklistRound.objects.get(pk=old.pk).closed_on == builders.ON
    assert "Aiemmilla" not in before_page(cast, new, "other_class")

    rounds.hand_over(of=old, to_school=None, words="", by=cast["class_teacher"], at=builders.AT)
    page = before_page(cast, new, "other_class")
    assert "Edellinen opettaja kertoi, mikä toimi" in page
    assert "Rauhallinen paikka" not in page
