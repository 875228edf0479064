"""Rosters that are not what they seem: each gets a clear sentence, and nothing is lost."""

import csv
import io
import zipfile

import pytest
from django.core.management import call_command

from accounts.models import User
from schools.models import Enrolment, Guardian, Pupil, TeachingGroup
from tests import builders
from tests.conftest import SAMPLES
from wilma.services.roster import import_roster
from wilma.services.runs import Delivery

HEADER = "oppilas_id;sukunimi;kutsumanimi;luokka;koulukoodi;koulu"
ONEROSTER = SAMPLES / "wilma-json" / "oneroster"
NEXT_AUTUMN = builders.AT.replace(year=2027, month=9)


@pytest.fixture
def bring(db, tmp_path):
    def deliver(*rows, header=HEADER, at=builders.AT, **options):
        path = tmp_path / "roster.csv"
        path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
        return import_roster(Delivery(path, path.name, by=None, at=at, **options))

    return deliver


@pytest.fixture
def bring_package(db, tmp_path):
    """A OneRoster package whose files have been changed by hand; None takes one away."""

    def deliver(**changed):
        path = tmp_path / "oneroster.zip"
        files = {one.stem: one.read_text("utf-8-sig") for one in ONEROSTER.glob("*.csv")} | changed
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in files.items():
                if text is not None:
                    archive.writestr(f"{name}.csv", text)
        return import_roster(Delivery(path, path.name, by=None, at=builders.AT))

    return deliver


def rows(group, first=1, last=30):
    return [f"{n};Kivelä;Elsa;{group};9903;Lumilinna" for n in range(first, last + 1)]


def table(name):
    with (ONEROSTER / f"{name}.csv").open(encoding="utf-8-sig") as source:
        return list(csv.DictReader(source))


def as_text(records):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(records[0]))
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue()


def test_a_roster_that_moves_most_pupils_to_another_class_in_mid_year_asks_first(bring):
    bring(*rows("7C"))

    asked = bring(*rows("6C"))

    assert asked.status == "refused"
    assert "viime vuoden" in asked.report["odd"][0]
    assert not TeachingGroup.objects.filter(name="6C").exists()
    assert bring(*rows("6C"), takes_odd=True).status == "imported"


def test_last_years_roster_in_a_new_autumn_asks_first_and_the_new_one_does_not(bring):
    bring(*rows("7C"))

    asked = bring(*rows("7C"), at=NEXT_AUTUMN)
    taken = bring(*rows("8C"), at=NEXT_AUTUMN)

    assert "viime vuoden" in asked.report["odd"][0]
    assert taken.status == "imported"


def test_a_day_care_groups_children_stay_in_their_group_without_a_question(bring):
    bring(*rows("Nallet"))

    assert bring(*rows("Nallet"), at=NEXT_AUTUMN).status == "imported"


@pytest.mark.parametrize("broken", ["M�kel�", "Mõkel├ñ"])
def test_a_name_whose_letters_are_broken_does_not_take_the_place_of_the_right_one(bring, broken):
    bring("1;Mäkelä;Elsa;7C;9903;Lumilinna", "2;Kivi;Otso;7C;9903;Lumilinna")

    run = bring(f"1;{broken};Elsa;7C;9903;Lumilinna", "2;Kivi;Otso;7C;9903;Lumilinna")

    assert Pupil.objects.get(key="1").last_name == "Mäkelä"
    assert run.report["pupils"]["left"] == 0
    assert "ääkköset" in run.issues.get().reason


def test_columns_that_the_portal_does_not_take_are_named_in_the_report(bring):
    run = bring(
        "1;Kivelä;Elsa;7C;9903;Lumilinna;salainen;N;suomi",
        header=f"{HEADER};salasana;sukupuoli;kansalaisuus",
    )

    assert run.report["remarks"] == [
        "Näitä sarakkeita ei tuotu: salasana, sukupuoli, kansalaisuus."
    ]


def test_a_file_without_a_column_leaves_what_is_known_as_it_is(bring):
    more = "kotikieli;huoltaja1_sahkoposti;huoltaja1_nimi;huoltaja1_puhelin"
    child = "1;Kivelä;Elsa;7C;9903;Lumilinna"
    bring(f"{child};ar;a@example.org;Kivelä Maija;040 1", header=f"{HEADER};{more}")

    bring(f"{child};a@example.org", header=f"{HEADER};huoltaja1_sahkoposti")

    adult = Guardian.objects.get()
    assert Pupil.objects.get().home_language == "ar"
    assert (adult.first_name, adult.last_name, adult.phone) == ("Maija", "Kivelä", "040 1")
    assert adult.user.first_name == "Maija"


def test_the_sum_row_of_a_list_is_nobody_and_no_sign_of_a_cut(bring):
    header = "sukunimi;kutsumanimi;oppilas_id;luokka;koulu"
    known = [f"Summanen;Elsa;{n};7C;Lumilinna" for n in range(1, 31)]
    bring(*known, "Yhteensä;30", header=header)

    run = bring(*known[:-1], "Yhteensä: 29", header=header)

    assert (run.issues.count(), run.report["pupils"]["left"]) == (0, 1)


def test_a_child_whose_surname_means_a_sum_is_no_sum_row(bring):
    header = "sukunimi;kutsumanimi;oppilas_id;luokka;koulu"
    bring("Summa;Elsa;1;7C;Lumilinna", header=header)

    bring("Summa;Elsa;1;7C;Lumilinna", "Summa:;1;;;", header=header)

    assert [str(one.last_name) for one in Pupil.objects.all()] == ["Summa"]


def test_columns_in_the_wrong_order_are_told_by_what_was_wrong_with_the_rows(bring):
    run = bring(*rows("7C"), header="koulu;oppilas_id;sukunimi;kutsumanimi;turvakielto;luokka")

    assert run.status == "refused"
    assert "Yksikään rivi ei kelpaa" in run.reason
    assert "kyllä/ei-arvoa" in run.reason


def test_a_roster_without_its_columns_does_not_speak_of_profiles_that_rosters_have_not(bring):
    run = bring("1;Kivelä", header="oppilas_id;sukunimi")

    assert "luokka" in run.reason
    assert "profiili" not in run.reason


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("word/document.xml", "Word"),
        ("content.xml", "Word"),
        ("roster.csv", "pura se ensin"),
    ],
)
def test_a_zip_that_is_no_package_is_called_what_it_is(db, tmp_path, member, words):
    path = tmp_path / "oppilaat.zip"
    mark = "mimetype" if member == "content.xml" else "[Content_Types].xml"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x")
        if member != "roster.csv":
            archive.writestr(mark, "x")

    run = import_roster(Delivery(path, path.name, by=None, at=builders.AT))

    assert words in run.reason


def test_excels_unicode_text_is_told_how_to_be_saved(db, tmp_path):
    path = tmp_path / "unicode.txt"
    path.write_bytes("\t".join(HEADER.split(";")).encode("utf-16"))

    run = import_roster(Delivery(path, path.name, by=None, at=builders.AT))

    assert "CSV UTF-8" in run.reason


def test_nobody_becomes_staff_because_the_roles_are_missing(bring_package):
    run = bring_package(roles=None)

    assert run.status == "refused"
    assert "roles.csv" in run.reason
    assert not User.objects.exists()


def test_a_user_whose_role_nobody_tells_is_not_staff_and_has_not_left(bring_package):
    pupil = next(one["userSourcedId"] for one in table("roles") if one["role"] == "student")
    bring_package()
    staff = User.objects.filter(kind="staff").count()

    run = bring_package(
        roles=as_text([one for one in table("roles") if one["userSourcedId"] != pupil])
    )

    assert "roolia" in run.issues.get().reason
    assert User.objects.filter(kind="staff").count() == staff
    assert Pupil.objects.get(key=pupil).left_on is None


def test_a_package_of_a_school_year_that_is_over_asks_first(bring_package):
    old = as_text([one | {"endDate": "2026-07-31"} for one in table("academicSessions")])

    run = bring_package(academicSessions=old)

    assert run.report["odd"] == [
        "Aineiston lukuvuosi päättyi jo 31.7.2026. Onko tämä viime vuoden aineisto?"
    ]
    assert not Pupil.objects.exists()


def test_of_two_enrolments_the_one_that_has_not_ended_counts(bring_package):
    records = table("enrollments")
    now = next(one for one in records if one["role"] == "student")
    other = next(one for one in records if one["classSourcedId"] != now["classSourcedId"])
    moved = now | {
        "sourcedId": "vanha",
        "classSourcedId": other["classSourcedId"],
        "endDate": "2026-10-01",
    }

    bring_package(enrollments=as_text([*records, moved]))

    place = Enrolment.objects.get(pupil__key=now["userSourcedId"])
    assert place.group.name == now["classSourcedId"].rsplit("-", 1)[1]


def test_a_pupil_twice_in_a_package_is_told_and_the_first_counts(bring_package):
    key = next(one["userSourcedId"] for one in table("roles") if one["role"] == "student")
    records = table("users")
    again = next(one for one in records if one["sourcedId"] == key) | {"givenName": "Toinen"}

    run = bring_package(users=as_text([*records, again]))

    assert "kahdesti" in run.issues.get().reason
    assert Pupil.objects.get(key=key).first_name != "Toinen"


def test_a_formula_in_a_package_is_nobodys_name(bring_package):
    adults = {one["userSourcedId"] for one in table("roles") if one["role"] != "student"}
    users = [
        one | {"familyName": "=HYPERLINK(1)"} if one["sourcedId"] in adults else one
        for one in table("users")
    ]

    run = bring_package(users=as_text(users))

    assert run.report["dropped"]["epäkelpo solu"] == len(adults)
    assert not Guardian.objects.filter(last_name__startswith="=").exists()
    assert not User.objects.filter(last_name__startswith="=").exists()


def test_a_class_of_a_school_that_is_not_in_the_package_is_told(bring_package):
    bring_package()
    classes = table("classes")
    home = classes[0]["schoolSourcedId"]

    run = bring_package(orgs=as_text([one for one in table("orgs") if one["sourcedId"] != home]))

    assert (
        "classes.csv, rivi 2: luokan koulua ei ole tiedostossa orgs.csv." in run.report["remarks"]
    )
    assert run.report["pupils"]["left"] == 0


def test_the_command_says_that_a_trial_was_a_trial_and_who_would_leave(bring, tmp_path, capsys):
    bring(*rows("7C"))
    bring(*rows("7C", last=29), header=HEADER)
    path = tmp_path / "roster.csv"
    path.write_text("\n".join([HEADER, *rows("6C", last=28), ""]), encoding="utf-8")

    call_command("import_roster", path, "--dry-run")

    out = capsys.readouterr().out
    assert out.startswith("Kokeiltu: mitään ei tallennettu.")
    assert "Vaihtaa luokkaa: 28" in out
    assert "Lähtee: 1 (29)" in out
    assert "Outoa: " in out
