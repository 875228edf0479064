"""Why he knocked, in words that recompute to the same sum."""

import datetime as dt

from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from absences import services
from absences.classes import NationalClass
from absences.explain import explain
from absences.models import Alert, LessonNote, NoteBatch
from absences.year_picture import draw_year, shade
from schools.calendar import Break, SchoolCalendar
from tests import builders
from tests.builders import AT, ON, absent


def test_the_reason_says_the_hours_the_window_and_the_limit(cast):
    absent(cast.child, 27)
    absent(cast.child, 8, kind=NationalClass.LEAVE, day=dt.date(2026, 10, 1))

    services.walk_round(on=ON, cause="by_hand", at=AT)

    said = explain(Alert.objects.get().evidence)
    assert said.reason == "Poissaoloja on kertynyt 27 oppituntia ajalla 1.8.–20.11.2026."
    assert said.limit == "Raja on 25."
    assert said.not_counted == "Ei laskettu: ennalta anottu vapaa 8 h."
    assert "Kemi 2026–2027, versio 1" in said.basis


def test_an_import_of_the_small_hours_is_of_the_day_that_it_was_here(cast):
    absent(cast.child, 27)
    night = dt.datetime(2026, 11, 20, 0, 24, tzinfo=builders.KEMI)
    NoteBatch.objects.update(received_at=night)

    services.walk_round(on=ON, cause="by_hand", at=AT)

    assert explain(Alert.objects.get().evidence).basis.endswith(", 20.11.2026.")


def test_the_words_stay_what_they_were_when_the_notes_change(cast):
    absent(cast.child, 27)
    services.walk_round(on=ON, cause="by_hand", at=AT)
    before = explain(Alert.objects.get().evidence)

    LessonNote.objects.all().delete()

    assert explain(Alert.objects.get().evidence) == before


def test_unresolved_days_are_listed_and_many_are_counted(cast):
    for day in (1, 2, 5, 6, 7, 8):
        absent(cast.child, 1, day=dt.date(2026, 10, day), kind=NationalClass.UNRESOLVED,
               unresolved=True)  # fmt: skip

    services.walk_round(on=ON, cause="by_hand", at=AT)

    said = explain(Alert.objects.get().evidence)
    assert said.reason == (
        "6 päivän poissaolojen syy on vielä auki: 1.10., 2.10., 5.10., 6.10. ja 2 muuta."
    )


def test_where_notes_are_counted_every_number_of_the_page_is_of_notes(cast):
    model = services.ensure_model(on=ON)
    type(model).objects.filter(pk=model.pk).update(counting="notes")
    absent(cast.child, 26)
    absent(cast.child, 4, kind=NationalClass.LEAVE, day=dt.date(2026, 10, 1))
    LessonNote.objects.update(minutes=90)
    services.walk_round(on=ON, cause="by_hand", at=AT)
    alert = Alert.objects.get()
    client = Client()
    client.force_login(cast["class_teacher"], "accounts.backends.PasswordBackend")

    said = explain(alert.evidence)
    page = client.get(reverse("absences:alert", args=[alert.pk])).text

    assert said.reason.startswith("Poissaoloja on kertynyt 26 merkintää ")
    assert said.not_counted == "Ei laskettu: ennalta anottu vapaa 4 merkintää."
    assert [(value, counts) for _name, value, counts in said.by_class] == [(26, True), (4, False)]
    assert "Merkinnät luokituksittain" in page
    assert "korjattu" not in page
    LessonNote.objects.filter(pk__in=LessonNote.objects.values("pk")[:1]).update(
        national_class="leave"
    )
    page = client.get(reverse("absences:alert", args=[alert.pk])).text
    assert "samalta ajalta lasketaan nyt 25 merkintää" in page


def test_a_lesson_a_day_is_not_called_a_day_away(cast, ladder):
    ladder("returned", 5, window="weeks", weeks=5)
    for n in range(5):
        absent(cast.child, 1, day=dt.date(2026, 11, 9) + dt.timedelta(days=n))

    builders.batch(cast.school)
    services.walk_round(on=dt.date(2026, 11, 17), cause="by_hand", at=AT)

    assert explain(Alert.objects.get().evidence).reason == (
        "Palannut kouluun. Poissaoloja oli 5 koulupäivänä peräkkäin, 9.11.–13.11.2026."
    )


def test_the_picture_has_a_cell_for_each_weekday_and_knows_the_holidays():
    calendar = SchoolCalendar((Break("syysloma", dt.date(2026, 10, 12), dt.date(2026, 10, 16)),))
    absent_on = dt.date(2026, 10, 8)

    picture = draw_year(
        {absent_on: 3.0}, {}, first=dt.date(2026, 10, 5), last=dt.date(2026, 10, 16),
        calendar=calendar,
    )  # fmt: skip

    assert [cell.kind for cell in picture.cells] == [
        "school", "school", "school", "absent-2", "school", *["off"] * 5,
    ]  # fmt: skip
    assert [row.date for row in picture.days] == [absent_on]


def test_a_family_reads_the_picture_in_its_own_language():
    with override("sv"):
        picture = draw_year(
            {dt.date(2026, 10, 8): 1.5}, {}, first=dt.date(2026, 9, 7), last=ON,
            calendar=SchoolCalendar(),
        )  # fmt: skip

    assert [one.text for one in picture.months] == ["september", "oktober", "november"]
    # The last one's name is not cut, however few weeks of it there are.
    assert picture.width - picture.months[-1].x >= 80
    assert picture.weekdays[0].kind == "mån"
    assert [(row.name, row.counted, row.other) for row in picture.days] == [
        ("tors 8.10.", "1,5", "0")
    ]


def test_more_lessons_are_never_drawn_lighter():
    shades = [shade(n / 2) for n in range(20)]

    assert shades == sorted(shades)
    assert (shades[0], shades[-1]) == (0, 3)


def test_school_days_are_counted_without_weekends_and_breaks():
    calendar = SchoolCalendar((Break("loma", dt.date(2026, 10, 12), dt.date(2026, 10, 16)),))

    assert calendar.school_days_after(dt.date(2026, 10, 9), dt.date(2026, 10, 19)) == 1
    assert calendar.add_school_days(dt.date(2026, 10, 9), 1) == dt.date(2026, 10, 19)


def test_a_year_without_a_calendar_counts_every_weekday(db):
    builders.year(with_holidays=False)

    assert SchoolCalendar().is_school_day(dt.date(2026, 10, 14))
