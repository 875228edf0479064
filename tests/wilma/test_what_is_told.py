"""What an administrator is told of a file that came in, and where."""

import datetime as dt
import os

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from notifications.models import Notification
from schools.roles import Role
from tests import builders
from tests.wilma.builders import HEADER, HEALTH, note, term
from wilma.models import ImportProfile, ImportRun
from wilma.services import queue, runs, watch_folder
from wilma.services.roster import import_roster
from wilma.services.runs import Delivery

LATER = builders.AT + dt.timedelta(minutes=1)
IMPORTS = reverse("wilma:imports")


@pytest.fixture
def paula(city):
    return builders.staff("paula", Role.ADMINISTRATOR)


@pytest.fixture
def browser(paula, today, client):
    client.force_login(paula, backend="accounts.backends.PasswordBackend")
    return client


def drop(name: str, rows) -> None:
    path = watch_folder.inbox() / name
    lines = [";".join(str(cell) for cell in row) for row in (HEADER, *rows)]
    path.write_text("\n".join([*lines, ""]))
    os.utime(path, (builders.AT.timestamp(), builders.AT.timestamp()))


def collect() -> list[ImportRun]:
    found = watch_folder.collect_dropped_files(at=LATER)
    for run in found:
        queue.carry_out(run_id=run.pk, at=LATER)
        run.refresh_from_db()
    return found


@pytest.fixture
def odd(bring, browser) -> ImportRun:
    """A file whose notes are nearly all of days to come, dropped into the folder."""
    drop("tulevat.csv", term(first=dt.date(2027, 2, 1)))
    [run] = collect()
    return run


def page_of(browser, run: ImportRun) -> str:
    return browser.get(reverse("wilma:run", args=[run.pk])).text


def test_a_dropped_file_that_is_odd_is_told_as_a_question_and_not_as_unreadable(odd, paula):
    [notice] = Notification.objects.filter(recipient=paula)

    assert odd.is_odd
    assert "odottaa vastausta" in notice.title


def test_a_file_that_asks_waits_on_the_front_page_until_somebody_has_said_a_word(odd, browser):
    waits = browser.get("/").text
    browser.post(reverse("wilma:confirm", args=[odd.pk]))
    queue.carry_out(run_id=odd.pk, at=LATER)

    assert "1 tuonti odottaa sinun sanaasi" in waits
    assert "Juuri nyt ei mikään" not in waits
    assert "odottaa sinun sanaasi" not in browser.get("/").text


def test_a_dropped_file_that_the_portal_stumbles_over_is_told_too(city, paula, monkeypatch):
    drop("kompastus.csv", [note()])
    monkeypatch.setattr("wilma.services.notes.read_in", lambda *_a, **_more: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        collect()

    assert ImportRun.objects.get().status == "refused"
    assert Notification.objects.filter(recipient=paula, kind="import_refused").count() == 1


def test_a_file_that_asks_shows_no_figures_of_what_has_not_happened(odd, browser):
    page = page_of(browser, odd)

    assert "tulevilta päiviltä" in page
    assert "uutta merkintää" not in page
    assert "sinun ei tarvitse tehdä mitään" in page


def test_the_history_tells_a_file_that_asks_from_one_that_was_refused(odd, browser):
    assert "odottaa vastausta" in browser.get(IMPORTS).text


def test_a_question_whose_file_has_gone_says_so(odd, browser):
    queue.forget_old_files(at=LATER + dt.timedelta(days=8))
    page = page_of(browser, odd)

    assert "tulevilta päiviltä" in page
    assert "Tiedostoa ei enää ole" in page
    assert "odottaa vastausta" not in browser.get(IMPORTS).text


def test_a_trial_whose_file_has_gone_says_that_nothing_was_changed(bring, browser):
    run = bring([note()], dry_run=True)
    page = page_of(browser, run)

    assert "mitään ei muuttunut" in page
    assert "Tiedostoa ei enää ole" in page


def test_the_history_counts_what_a_roster_did(browser, write):
    header = ("oppilas_id", "sukunimi", "kutsumanimi", "luokka", "koulukoodi")
    path = write([("40001", "Uusi", "Nimi", "3B", "9901")], header)
    import_roster(Delivery(path, "oppilaat.csv", by=None, at=builders.AT))

    assert "0, 1, 2" in browser.get(IMPORTS).text


def test_the_history_says_when_nobody_who_had_signed_in_brought_the_file(bring, browser):
    bring([note()])

    assert "kansiosta tai komennolla" in browser.get(IMPORTS).text


def test_the_history_says_who_took_an_import_back(bring, browser, paula):
    run = bring([note()])
    browser.post(reverse("wilma:undo", args=[run.pk]))

    assert f"Perui {paula}" in page_of(browser, run)


def test_the_folder_that_is_watched_is_named_on_the_page(browser):
    assert str(watch_folder.inbox()) in browser.get(IMPORTS).text


def test_a_dropped_file_with_the_longest_name_goes_in_once(paula, today):
    drop("a" * 251 + ".csv", [note()])
    collect()

    assert [one.name for one in watch_folder.inbox().iterdir()] == ["taken"]
    assert watch_folder.collect_dropped_files(at=LATER) == []


def test_what_was_received_by_hand_is_told_to_nobody_else(city, paula, settings, today):
    place = settings.UPLOADS_DIR / "oma"
    delivery = Delivery(place, "oma.csv", by=paula, at=builders.AT)
    run = queue.receive(ContentFile(b""), delivery, kind="notes")
    queue.carry_out(run_id=run.pk, at=LATER)

    assert Notification.objects.count() == 0


def test_an_import_that_cannot_be_taken_back_yet_says_why(bring, browser):
    first = bring([note()])
    bring([note(lesson=2)])

    assert "Peru se ensin" in page_of(browser, first)


def test_rows_left_out_are_all_counted_though_not_all_are_kept(bring, browser, monkeypatch):
    monkeypatch.setattr(runs, "MOST_ISSUES", 2)
    run = bring([*term(days=20), *(note("77") for _one in range(5))])
    page = page_of(browser, run)

    assert "5 riviä jäi pois" in page
    assert "2 ensimmäistä" in page


def test_a_roster_promises_no_rows_to_mend_for_their_names_are_not_kept(browser, write):
    header = ("oppilas_id", "sukunimi", "kutsumanimi", "luokka", "koulukoodi")
    rows = [("40001", "Uusi", "Nimi", "3B", "9901"), ("", "Ei", "Tunnistetta", "3B", "9901")]
    path = write(rows, header)
    run = import_roster(Delivery(path, "oppilaat.csv", by=None, at=builders.AT))
    page = page_of(browser, run)

    assert "1 rivi jäi pois" in page
    assert "Lataa korjattavaksi" not in page
    assert "Korjaa rivit lähteessä" in page


def test_mended_rows_last_as_long_as_they_did_under_their_profile(bring, browser):
    profile = ImportProfile.objects.create(name="Tunnin tunnit", lesson_minutes=60)
    header = ("oppilas_id", "pvm", "tunnit", "merkinta_nimi")
    good = ("40001", "1.9.2026", "2", HEALTH)
    bad = [("40001", "31.2.2026", "2", HEALTH), ("77", "3.9.2026", "", HEALTH)]
    run = bring([good, *bad], header=header, profile=profile)

    file = browser.get(reverse("wilma:rejected_rows", args=[run.pk])).text

    assert "kesto_min" in file
    assert "tunnit" not in file
    assert ";120;" in file
    assert ";60;" in file
