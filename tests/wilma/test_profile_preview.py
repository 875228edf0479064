"""A profile is tried on the first rows of a file before it is saved."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.wilma.builders import HEALTH
from wilma.models import ImportProfile

OWN = "Lapsi;Koska;Mistä syystä;Vapaa sana\n"
ROWS = "".join(f"4000{n};{n}.9.2026;{HEALTH};kuumetta\n" for n in range(1, 9))


def try_out(browser, text, **fields):
    fields |= {"preview": "1", "sample": SimpleUploadedFile("omat.csv", text.encode())}
    return browser.post(reverse("wilma:new_profile"), fields)


def test_the_first_rows_are_shown_as_they_would_be_understood(cast_admin):
    page = try_out(cast_admin, OWN + ROWS, pupil="Lapsi", date="Koska", type_name="Mistä syystä")

    assert page.status_code == 200
    _line, cells, _reason = page.context["preview"].rows[0]
    assert cells == ["40001", "1.9.2026", HEALTH]
    assert "40005" in page.text
    assert "40006" not in page.text
    assert "kuumetta" not in page.text
    assert not ImportProfile.objects.exists()


def test_what_is_still_missing_is_said(cast_admin):
    page = try_out(cast_admin, OWN + ROWS, pupil="Lapsi")

    assert "puuttuu sarake: päiväys" in page.text
    assert 'value="Lapsi"' in page.text


def test_a_row_that_would_be_left_out_says_why(cast_admin):
    text = OWN + f"40001;eilen;{HEALTH};\n" + ROWS

    page = try_out(cast_admin, text, pupil="Lapsi", date="Koska", type_name="Mistä syystä")

    assert "päiväystä ei tunnistettu" in page.text


def test_without_a_file_one_is_asked_for(cast_admin):
    page = cast_admin.post(reverse("wilma:new_profile"), {"preview": "1", "pupil": "Lapsi"})

    assert "Valitse tiedosto" in page.text


def test_what_was_tried_is_saved_as_it_was_typed(cast_admin):
    fields = {"name": "Oma", "lesson_minutes": "45", "pupil": "Lapsi", "date": "Koska"}

    cast_admin.post(reverse("wilma:new_profile"), fields)

    assert ImportProfile.objects.get().columns == {"pupil": "Lapsi", "date": "Koska"}
