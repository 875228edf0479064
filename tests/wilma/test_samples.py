"""The three sample exports give exactly the hours, steps and unresolved pupils of their answers."""

import json
from collections import Counter

import pytest
from django.core.management import call_command

from absences.models import LessonNote
from schools.models import Pupil
from tests.conftest import SAMPLES
from wilma.parsers import NoteRow, read_notes, read_roster

CITIES = {
    "canonical-utf8": "notes.csv",
    "primus-cp1252": "notes.csv",
    "wilma-json": "notes.json",
}
city = pytest.mark.parametrize("city", CITIES)
pytestmark = pytest.mark.usefixtures("today")


def answers(name: str) -> dict:
    return json.loads((SAMPLES / name / "expected.json").read_text())


def run(command: str, *args, capsys) -> dict:
    call_command(command, *args, "--json")
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def bring_in(name: str, capsys) -> dict:
    run("import_roster", str(SAMPLES / name / "roster.csv"), capsys=capsys)
    return run("import_notes", str(SAMPLES / name / CITIES[name]), capsys=capsys)


@city
def test_a_sample_goes_in_whole(db, city, capsys):
    report = bring_in(city, capsys)

    assert report["status"] == "imported"
    assert (report["rows"], report["new"]) == (answers(city)["rows"],) * 2
    assert report["rejected"] == report["unmapped_types"] == []


@city
def test_the_same_sample_twice_changes_nothing(db, city, capsys):
    bring_in(city, capsys)
    before = list(LessonNote.objects.order_by("pk").values())

    report = bring_in(city, capsys)

    assert (report["new"], report["changed"], report["withdrawn"]) == (0, 0, 0)
    assert report["unchanged"] == answers(city)["rows"]
    assert list(LessonNote.objects.order_by("pk").values()) == before


@city
def test_the_robot_wakes_exactly_whom_the_answers_say(db, city, capsys):
    bring_in(city, capsys)
    expected = answers(city)

    report = run("robot_round", "--date", expected["round_date"], capsys=capsys)

    steps = {a["pupil"]: a["step"] for a in report["alerts"] if a["trigger"] == "hours"}
    unresolved = {a["pupil"] for a in report["alerts"] if a["step"] == "selvittamaton"}
    assert steps == expected["steps"]
    assert unresolved == set(expected["unresolved"])
    assert report["pupils_checked"] == expected["pupils"]
    for one in report["alerts"]:
        if one["trigger"] == "hours":
            assert one["value"] * 45 == expected["minutes"][one["pupil"]]


@city
def test_a_second_round_finds_nothing_new(db, city, capsys):
    bring_in(city, capsys)
    day = answers(city)["round_date"]
    first = run("robot_round", "--date", day, capsys=capsys)

    second = run("robot_round", "--date", day, capsys=capsys)

    assert second["alerts"] == []
    assert second["repeated"] == len(first["alerts"])


@city
def test_every_sum_of_the_parser_is_that_of_the_answers(city):
    counted: Counter[str] = Counter()
    for row in read_notes(SAMPLES / city / CITIES[city]):
        assert isinstance(row, NoteRow)
        name = row.type_name.lower()
        if "poissaolo" in name and "ennalta" not in name and "muu selvitetty" not in name:
            counted[row.pupil_key] += row.minutes

    assert {key: counted[key] for key in answers(city)["minutes"]} == answers(city)["minutes"]


def test_free_text_that_may_hold_health_data_is_not_kept(db, capsys):
    bring_in("wilma-json", capsys)

    columns = [field.name for field in LessonNote._meta.fields]
    kept = " ".join(str(value) for row in LessonNote.objects.values_list() for value in row)
    assert "kuumetta" not in kept
    assert not {"text", "info", "comment"} & set(columns)


def test_oneroster_gives_the_same_pupils_as_the_csv_and_drops_the_passwords(db, capsys):
    folder = SAMPLES / "wilma-json" / "oneroster"
    report = run("import_roster", str(folder), capsys=capsys)

    keys = set(read_roster(SAMPLES / "wilma-json" / "roster.csv").pupils)
    assert set(Pupil.objects.values_list("key", flat=True)) == keys
    assert report["dropped"]["salasana"] == 72
    assert report["staff"]["new"] == 8
    assert report["created_schools"] == ["Merenrannan koulu", "Jokisuun koulu", "Lumilinnan koulu"]
