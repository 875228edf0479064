"""What a person may ask of their data, how long it is kept, and its backups."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from absences import services
from absences.errors import RoundRefusedError
from absences.models import Alert, LessonNote
from accounts.models import AuditEvent, User
from kemi_ecosystem.keeping import rights
from kemi_ecosystem.lib import retention
from kemi_ecosystem.lib.commands import RefusedError
from notifications.models import MailDelivery, Notification
from notifications.services import deliver
from schools.models import Guardian, Pupil
from tests import builders
from tests.project.test_conventions import OURS


def test_every_personal_model_says_how_long_it_is_kept():
    told = {rule.model for rule in retention.rules()}

    assert {
        model.__name__ for model in OURS if model.Privacy.personal and model not in told
    } == set()


def test_the_privacy_page_shows_the_table_that_the_purge_carries_out(db):
    page = Client().get(reverse("dashboards:privacy")).text

    for rule in retention.rules():
        assert str(rule.kept).lower() in page.lower()


def test_old_notes_go_and_the_years_that_are_kept_stay(cast):
    builders.absent(cast.child, 2, day=dt.date(2025, 7, 1))
    builders.absent(cast.child, 3, day=dt.date(2025, 8, 12))

    tried = retention.purge(on=builders.ON, dry_run=True)
    untouched = LessonNote.objects.count()
    done = retention.purge(on=builders.ON)

    assert tried["absences.LessonNote"] == done["absences.LessonNote"] == 2
    assert (untouched, LessonNote.objects.count()) == (5, 3)
    assert sum(retention.purge(on=builders.ON).values()) == 0


def test_an_alert_that_waits_for_an_answer_is_not_purged_by_the_calendar(alert):
    Alert.objects.update(raised_on=dt.date(2024, 9, 1))

    retention.purge(on=builders.ON)

    assert Alert.objects.count() == 1


def test_a_copy_of_everything_about_a_child_holds_no_secrets(cast, alert, tmp_path):
    target = tmp_path / "elsa.json"
    cast["pupil"].tickets.create(
        digest="salainen", created_at=builders.AT, expires_at=builders.AT.replace(month=12)
    )

    call_command("export_pupil", cast.child.key, out=target)

    content = json.loads(target.read_text(encoding="utf-8"))
    assert len(content["absences.LessonNote"]) == 30
    assert content["schools.Guardian"][0]["first_name"] == "Maija"
    assert "salainen" not in target.read_text(encoding="utf-8")
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises(RefusedError, match="ei voitu kirjoittaa"):
        call_command("export_pupil", cast.child.key, out=target)


@pytest.mark.parametrize("command", ["export_pupil", "forget_pupil"])
def test_a_mistyped_key_is_refused_and_not_taken_for_somebody_gone(cast, tmp_path, command):
    options = {"out": tmp_path / "x.json"} if command == "export_pupil" else {}

    with pytest.raises(RefusedError, match="ei ole oppilasta") as refusal:
        call_command(command, cast.child.key + "0", **options)

    assert refusal.value.returncode == 1
    assert "Tarkista avain" in str(refusal.value)
    assert Pupil.objects.filter(key=cast.child.key).exists()
    assert not (tmp_path / "x.json").exists()


def test_a_child_forgotten_already_is_told_as_forgotten(cast, tmp_path, capsys):
    call_command("forget_pupil", cast.child.key)
    capsys.readouterr()

    call_command("forget_pupil", cast.child.key)

    assert "Oppilas poistettiin jo 20.11.2026" in capsys.readouterr().out
    with pytest.raises(RefusedError, match=r"poistettiin portaalista 20\.11\.2026"):
        call_command("export_pupil", cast.child.key, out=tmp_path / "x.json")


def test_forgetting_a_child_leaves_nothing_that_leads_to_the_child(cast, alert):
    key, neighbours = cast.child.key, Pupil.objects.count() - 1
    Client().force_login(cast["class_teacher"])

    call_command("forget_pupil", key)

    assert not Pupil.objects.filter(key=key).exists()
    assert Pupil.objects.count() == neighbours
    assert LessonNote.objects.count() == Alert.objects.count() == 0
    assert not Notification.objects.filter(path__contains=str(alert.pk)).exists()
    assert not Guardian.objects.filter(first_name="Maija", user=cast["guardian"]).exists()
    assert not User.objects.filter(pk=cast["pupil"].pk).exists()
    assert not AuditEvent.objects.filter(subject_key__in=[key, str(alert.pk)]).exists()
    assert "Elsa Kivelä" not in str([str(one.__dict__) for one in AuditEvent.objects.all()])


def test_a_restored_portal_is_as_it_was_and_stands_still_until_it_may_go_on(
    cast, alert, tmp_path, many_connections
):
    file = tmp_path / "portaali.tar.gz"
    call_command("backup", file)
    LessonNote.objects.all().delete()
    cast["class_teacher"].delete()

    call_command("restore", file)
    mails = MailDelivery.objects.exclude(state="sent").count()
    stands = deliver(at=builders.AT.replace(hour=12))
    page = Client()
    page.force_login(User.objects.get(username="liisa"), "accounts.backends.PasswordBackend")

    assert LessonNote.objects.count() == 30
    assert mails > 0
    assert (stands.sent, stands.waiting) == (0, mails)
    with pytest.raises(RoundRefusedError, match="seisoo"):
        services.walk_round(on=builders.ON, cause="by_hand", at=builders.AT)
    assert "palautettu varmuuskopiosta" in page.get("/").text
    call_command("resume")
    assert deliver(at=builders.AT.replace(hour=12)).sent == mails


def test_who_was_erased_stays_erased_when_an_older_backup_comes_back(
    cast, alert, tmp_path, many_connections
):
    file = tmp_path / "portaali.tar.gz"
    call_command("backup", file)
    rights.forget(cast.child, at=builders.AT)

    call_command("restore", file)

    assert not Pupil.objects.filter(key=cast.child.key).exists()
    assert Pupil.objects.filter(key="40002").exists()


@pytest.mark.parametrize("content", [b"", b"ei varmuuskopio", b"\x1f\x8b\x08\x00rikki"])
def test_a_broken_backup_changes_nothing(cast, tmp_path, content):
    file = tmp_path / "rikki.tar.gz"
    file.write_bytes(content)

    with pytest.raises(RefusedError, match="Mitään ei muuttunut"):
        call_command("restore", file)

    assert Pupil.objects.count() == 3


def test_a_backup_overwrites_nothing(cast, tmp_path):
    file = tmp_path / "a.tar.gz"
    file.write_text("tärkeä")

    with pytest.raises(RefusedError, match="jo olemassa"):
        call_command("backup", file)

    assert file.read_text() == "tärkeä"
