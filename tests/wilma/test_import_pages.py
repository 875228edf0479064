"""A file goes in through the pages: received, read by a worker, tried, confirmed, mapped."""

import datetime as dt
import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from kombu.exceptions import OperationalError

from absences.models import LessonNote, NoteType
from accounts.models import AuditEvent, User
from kemi_ecosystem.lib import wake
from notifications.models import Notification
from schools.roles import Role
from tests import builders
from tests.builders import AT
from tests.wilma.builders import HEADER, note
from wilma import tasks
from wilma.models import ImportProfile, ImportRun
from wilma.services import queue, watch_folder
from wilma.services.runs import Delivery

UPLOAD = reverse("wilma:upload")
MAPPING = reverse("wilma:mapping")


@pytest.fixture
def browser(city, today, client):
    client.force_login(
        builders.staff("paula", Role.ADMINISTRATOR),
        backend="accounts.backends.PasswordBackend",
    )
    return client


def content(*rows, header=HEADER) -> bytes:
    lines = [";".join(str(cell) for cell in row) for row in (header, *rows)]
    return "\n".join(lines).encode()


def send(browser, raw: bytes, **fields):
    file = SimpleUploadedFile("merkinnat.csv", raw)
    return browser.post(UPLOAD, {"kind": "notes", "file": file} | fields, follow=True)


def stored(settings) -> list:
    return list(settings.UPLOADS_DIR.iterdir())


def test_what_is_tried_goes_in_with_one_press_and_stays_one_line_of_history(browser, settings):
    tried = send(browser, content(note(), note(lesson=2)), dry_run="on")
    counted = LessonNote.objects.count()
    run = ImportRun.objects.get()
    done = browser.post(reverse("wilma:confirm", args=[run.pk]), follow=True)

    assert "Tämä oli kokeilu" in tried.text
    assert counted == 0
    assert "Unilukkari näkee nämä" in done.text
    assert LessonNote.objects.count() == 2
    assert ImportRun.objects.get().status == "imported"
    assert AuditEvent.objects.filter(action="import:confirm").count() == 1
    assert stored(settings) == []


def test_a_second_press_on_the_button_shows_what_the_first_one_did(browser):
    send(browser, content(note()), dry_run="on")
    again = reverse("wilma:confirm", args=[ImportRun.objects.get().pk])
    browser.post(again)

    page = browser.post(again, follow=True)

    assert page.status_code == 200
    assert "Unilukkari näkee nämä" in page.text
    assert AuditEvent.objects.filter(action="import:confirm").count() == 1


def test_of_two_presses_at_once_the_later_does_not_undo_what_the_first_one_did(browser):
    by = User.objects.get(username="paula")
    run = ImportRun.objects.create(
        kind="notes", status="refused", stored_as="tuotu", report={"odd": ["?"]}, started_at=AT
    )
    both = [ImportRun.objects.get(pk=run.pk) for _ in range(2)]
    first = queue.confirm(run=both[0], by=by, at=AT)
    ImportRun.objects.filter(pk=run.pk).update(status="imported", stored_as="")
    later = queue.confirm(run=both[1], by=by, at=AT)

    run.refresh_from_db()
    assert (run.status, run.stored_as) == ("imported", "")
    assert (first, later) == (True, False)


def test_a_tried_file_with_a_new_type_need_not_be_sent_again(browser):
    page = send(browser, content(note(kind="Outo")), dry_run="on")
    new = NoteType.objects.get(name="Outo")
    mapped = browser.post(MAPPING, {f"type-{new.pk}": "unauthorised"}, follow=True)
    run = ImportRun.objects.get()

    assert "jota portaali ei tunne" in page.text
    assert "1 odottanut tiedosto luetaan nyt" in mapped.text
    assert (run.status, LessonNote.objects.count()) == ("dry-run", 0)
    assert "Tuo nyt" in browser.get(reverse("wilma:run", args=[run.pk])).text
    assert AuditEvent.objects.filter(subject_type="note-type").count() == 1


def test_while_a_worker_reads_the_page_says_how_far_it_is(browser, monkeypatch):
    monkeypatch.setattr("wilma.tasks.carry_out.apply_async", lambda *_args, **_options: None)

    page = send(browser, content(note()))
    ImportRun.objects.update(status="reading", lines_read=45_000)
    later = browser.get(page.redirect_chain[-1][0])

    assert "vastaanotettu ja vuorossa" in page.text
    assert "Luettu 45 000 riviä." in later.text.replace("\xa0", " ")
    assert "Katso, onko valmista" in later.text


def test_without_a_broker_the_file_waits_for_the_next_sweep(browser, monkeypatch):
    def refuse(*_arguments, **_options):
        raise OperationalError("no broker")

    with monkeypatch.context() as away:
        away.setattr("wilma.tasks.carry_out.apply_async", refuse)
        send(browser, content(note()))
    waited = ImportRun.objects.get().status
    tasks.sweep()

    assert waited == "waiting"
    assert LessonNote.objects.count() == 1


def test_the_columns_of_a_run_become_a_profile(browser):
    send(browser, content(note()))
    run = ImportRun.objects.get()
    new = reverse("wilma:new_profile")
    offered = browser.get(new, {"tuonti": run.pk})
    browser.post(new, {"name": "Primus", "lesson_minutes": 60, "date": "Pv", "pupil": "Kortti"})

    assert 'value="kesto_min"' in offered.text
    profile = ImportProfile.objects.get()
    assert profile.columns == {"date": "Pv", "pupil": "Kortti"}
    send(browser, content(note()[:2], header=("Kortti", "Pv")), profile=profile.pk)
    header = ("Kortti", "Pv", "kesto_min", "merkinta_nimi")
    send(browser, content(("40001", "3.9.2026", 60, note()[4]), header=header), profile=profile.pk)
    assert list(ImportRun.objects.values_list("status", flat=True)[:2]) == ["imported", "refused"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "Tyhjä", "lesson_minutes": 45}, "Anna ainakin yksi otsikko"),
        ({"name": "Sama", "lesson_minutes": 45, "date": "Pv", "pupil": "pv"}, "kahteen kohtaan"),
    ],
)
def test_a_profile_that_cannot_work_is_refused_with_a_sentence(browser, fields, words):
    page = browser.post(reverse("wilma:new_profile"), fields)

    assert page.status_code == 422
    assert words in page.text
    assert not ImportProfile.objects.exists()


# --- the queue ----------------------------------------------------------------------------


def received(settings, raw: bytes) -> ImportRun:
    delivery = Delivery(settings.UPLOADS_DIR / "a", "a.csv", by=None, at=builders.AT)
    return queue.receive(SimpleUploadedFile("a.csv", raw), delivery, kind="notes")


def test_of_two_workers_only_one_reads_the_file(city, settings):
    run = received(settings, content(note()))
    ImportRun.objects.update(status="reading", touched_at=builders.AT)

    assert queue.carry_out(run_id=run.pk, at=builders.AT) is None
    assert not LessonNote.objects.exists()


def test_what_a_killed_worker_left_is_taken_up_and_given_up_after_three(city, settings):
    run = received(settings, content(note()))
    ImportRun.objects.update(status="reading", touched_at=builders.AT, tries=1)
    later = builders.AT + queue.LEASE + dt.timedelta(seconds=1)

    assert queue.carry_out(run_id=run.pk, at=later).status == "imported"

    hopeless = received(settings, content(note()))
    ImportRun.objects.filter(pk=hopeless.pk).update(tries=3)
    left = queue.carry_out(run_id=hopeless.pk, at=later)

    assert (left.status, stored(settings)) == ("refused", [])
    assert "kolmesti" in left.reason


def test_a_fault_of_our_own_is_said_and_not_hidden(city, settings, monkeypatch):
    def break_down(*_arguments, **_options):
        raise ZeroDivisionError

    monkeypatch.setattr("wilma.services.notes.read_in", break_down)
    run = received(settings, content(note()))

    with pytest.raises(ZeroDivisionError):
        queue.carry_out(run_id=run.pk, at=builders.AT)

    run.refresh_from_db()
    assert (run.status, stored(settings)) == ("refused", [])


def test_a_file_nobody_comes_back_for_is_deleted_in_a_week(city, settings):
    run = received(settings, content(note()))
    ImportRun.objects.update(status="dry-run")

    queue.forget_old_files(at=builders.AT + dt.timedelta(days=8))

    run.refresh_from_db()
    assert (run.stored_as, stored(settings)) == ("", [])


# --- the watch folder ---------------------------------------------------------------------


def drop(name: str, raw: bytes) -> None:
    path = watch_folder.inbox() / name
    path.write_bytes(raw)
    os.utime(path, (builders.AT.timestamp(), builders.AT.timestamp()))


def test_a_dropped_file_goes_in_once_it_lies_still(city, today, monkeypatch):
    drop("vienti.csv", content(note()))
    monkeypatch.setattr("kemi_ecosystem.lib.clock.now", lambda: builders.AT)
    tasks.sweep()
    too_early = ImportRun.objects.count()
    monkeypatch.setattr(
        "kemi_ecosystem.lib.clock.now", lambda: builders.AT + dt.timedelta(minutes=1)
    )
    tasks.sweep()
    tasks.sweep()

    assert too_early == 0
    assert ImportRun.objects.get().status == "imported"
    assert [one.name for one in watch_folder.inbox().iterdir()] == ["taken"]
    assert len(list(watch_folder.taken().iterdir())) == 1


def test_a_waiting_file_that_is_forgotten_says_so_in_its_history(city, settings):
    run = received(settings, content(note()))
    ImportRun.objects.update(status="needs-mapping")

    queue.forget_old_files(at=builders.AT + dt.timedelta(days=8))

    run.refresh_from_db()
    assert run.status == "refused"
    assert "vanhentunut" in run.reason


def test_one_dropped_file_that_cannot_be_opened_does_not_keep_the_others(city, today, monkeypatch):
    for name in ("a.csv", "b.csv"):
        drop(name, content(note()))
    take = watch_folder._take

    def broken(path, at):
        if path.name == "a.csv":
            raise PermissionError
        return take(path, at)

    monkeypatch.setattr(watch_folder, "_take", broken)
    at = builders.AT + dt.timedelta(minutes=1)

    assert [run.file_name for run in watch_folder.collect_dropped_files(at=at)] == ["b.csv"]


def test_a_dropped_file_whose_name_is_no_text_goes_in_too(city, today):
    drop(os.fsdecode(b"vienti\xe4.csv"), content(note()))

    [run] = watch_folder.collect_dropped_files(at=builders.AT + dt.timedelta(minutes=1))

    assert run.file_name == "vienti\ufffd.csv"


def test_a_dropped_file_that_cannot_be_read_is_told_to_the_administrators(city, today):
    paula = builders.staff("paula", Role.ADMINISTRATOR)
    drop("rikki.csv", b"")
    at = builders.AT + dt.timedelta(minutes=1)

    [run] = watch_folder.collect_dropped_files(at=at)
    queue.carry_out(run_id=run.pk, at=at)

    assert Notification.objects.filter(recipient=paula, kind="import_refused").count() == 1
    watch_folder.collect_dropped_files(at=at + dt.timedelta(days=8))
    assert list(watch_folder.taken().iterdir()) == []


def test_a_dead_broker_costs_a_line_in_the_log_only(caplog):
    class Task:
        name = "wilma.carry_out"

        def apply_async(self, *_arguments, **_options):
            raise OperationalError("refused")

    wake.wake(Task(), 1)

    assert "No broker to wake wilma.carry_out" in caplog.text


@pytest.mark.parametrize("name", ["coverage", "imports", "mapping", "profiles"])
def test_the_pages_ask_as_often_however_much_there_is(cast_admin, city, bring, assert_flat, name):
    bring([note()])

    def grow():
        bring([note("50001"), note("40002", "2.9.2026")])
        for number in range(4):
            builders.group(city[0], f"{number}X", number)
            ImportProfile.objects.create(name=f"Lähde {number}", columns={"date": "Pv"})

    assert_flat(lambda: cast_admin.get(reverse(f"wilma:{name}")), grow=grow)
