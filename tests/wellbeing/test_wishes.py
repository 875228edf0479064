"""A child comes in by ticket, chooses, and says who may see it."""

import io
import re
import threading
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import AccessTicket, AuditEvent
from accounts.services import ALPHABET, CODE_LENGTH
from kemi_ecosystem.lib import pdf
from notifications.services import deliver
from support.models import Measure
from tests import builders
from tests.wellbeing.conftest import AT, MINE, answer, as_, choose, classmates, let_go, wished
from wellbeing.catalogue import LANGUAGES, WrongWishesError, catalogue, load
from wellbeing.errors import WishRefusedError
from wellbeing.models import CallForAdult, Wish, WishList
from wellbeing.services import lists, rounds

PICTURE = re.compile(r"{% pictogram \"([0-9A-F-]+)\"")

# --- the way in -----------------------------------------------------------------------------


def test_a_ticket_opens_one_childs_list_and_the_next_one_ends_it(cast, asked):
    cast.child.user = None  # made with the ticket, as in a city
    cast.child.save()
    first = rounds.make_tickets(
        wish_round=asked, pupils=[cast.child], by=cast["class_teacher"], on=builders.ON, at=AT
    )[0]
    client = Client()

    page = client.post(
        "/kirjaudu/koodi/", {"code": first.code.lower().replace("-", " ")}, follow=True
    )
    rounds.make_tickets(
        wish_round=asked, pupils=[cast.child], by=cast["class_teacher"], on=builders.ON, at=AT
    )
    late = Client().post("/kirjaudu/koodi/", {"code": first.code})
    still = client.get(MINE)

    assert page.redirect_chain[-1][0] == MINE
    assert "Valitse enintään kolme" in page.text
    assert late.status_code == 422
    assert still.status_code == 302  # who came in with the old one is out as well


def test_the_sheet_has_a_name_a_code_and_a_square_for_each_and_keeps_no_code(cast, asked):
    page = as_(cast["class_teacher"]).post(reverse("wellbeing:sheet", args=[asked.pk]))

    assert page["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(page.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "fi"
    assert AccessTicket.objects.usable(at=AT).count() == 2
    assert all(len(one.digest) == 64 for one in AccessTicket.objects.all())


def test_a_code_cannot_be_guessed_nor_mistyped():
    assert len(ALPHABET) ** CODE_LENGTH > 10**17
    assert not set("01OILUV") & set(ALPHABET)


def test_a_program_that_guesses_codes_is_stopped_and_a_classs_typos_are_not(
    cast, asked, monkeypatch
):
    monkeypatch.setattr("accounts.guesses.MOST_WRONG", 40)
    right = rounds.make_tickets(
        wish_round=asked, pupils=[cast.child], by=cast["class_teacher"], on=builders.ON, at=AT
    )[0].code

    def tried(code):
        return Client().post("/kirjaudu/koodi/", {"code": code}).status_code

    typos = {tried(f"AAAA-BBBB-{n:04}") for n in range(30)}
    in_between = tried(right)
    guesses = [tried(f"AAAA-CCCC-{n:04}") for n in range(11)]

    assert typos == {422}
    assert in_between == 302
    assert guesses == [422] * 10 + [429]
    assert tried(right) == 302


def test_the_tablet_remembers_nobody(child):
    page = child.get(MINE)
    gone = child.post("/kirjaudu/ulos/")

    assert "no-store" in page["Cache-Control"]
    assert gone["Clear-Site-Data"] == '"cache", "storage"'
    assert child.get("/kirjaudu/").cookies["kemi-csrf"]["max-age"] == ""


def test_sending_closes_the_childs_page_on_a_shared_tablet(child, cast):
    choose(child, "liikun")

    page = child.post(reverse("wellbeing:send"), {"audience": "teacher"})
    later = child.get(MINE)

    assert "Laitteelle ei jäänyt mitään." in page.text
    assert "no-store" in page["Cache-Control"]
    assert page["Clear-Site-Data"] == '"cache", "storage"'
    assert later.url.startswith("/kirjaudu/")


def test_the_thanks_are_in_the_childs_language(child, cast):
    child.post(reverse("accounts:language"), {"language": "sv", "next": MINE})
    choose(child, "liikun")

    page = child.post(reverse("wellbeing:send"), {"audience": "teacher"})

    assert '<html lang="sv"' in page.text


# --- the list -------------------------------------------------------------------------------


def test_three_can_be_chosen_and_a_fourth_is_told_kindly(child, cast):
    choose(child, "liikun", "ulkona", "kehu")
    page = child.post(reverse("wellbeing:choose"), {"wish": "kerho"})
    let_go(child, "kehu")

    assert page.status_code == 422
    assert "Nyt voi valita kolme" in page.text
    assert set(Wish.objects.values_list("slug", flat=True)) == {"liikun", "ulkona"}


def test_a_lid_closed_in_the_middle_finds_the_list_as_it_was(child, cast):
    choose(child, "liikun")

    again = as_(cast["pupil"]).get(MINE)

    assert 'aria-pressed="true"' in again.text
    assert "Voit valita vielä 2." in again.text


def test_a_press_that_is_sent_twice_counts_once(child, cast):
    choose(child, "liikun", "liikun")
    let_go(child, "ulkona")

    assert [one.slug for one in Wish.objects.all()] == ["liikun"]


@pytest.mark.parametrize(
    ("grade", "look"),
    [(None, "together"), (0, "together"), (1, "pictures"), (3, "pictures"), (4, "text")],
)
def test_a_look_for_each_age(child, cast, grade, look):
    cast.group.grade = grade
    cast.group.save()

    assert f"wishes--{look}" in child.get(MINE).text


def test_before_school_an_adult_and_a_child_are_both_spoken_to(child, cast):
    cast.group.grade = None
    cast.group.save()

    page = child.get(MINE).text

    assert "Katsokaa kuvia yhdessä." in page
    assert "Älä valitse lapsen puolesta." in page


def test_before_school_neither_the_page_nor_its_ticket_speaks_of_school(
    child, cast, asked, monkeypatch
):
    monkeypatch.setattr(pdf, "make", str.encode)
    cast.group.grade = None
    cast.group.save()

    page = child.get(MINE).text
    paper = as_(cast["class_teacher"]).post(reverse("wellbeing:sheet", args=[asked.pk])).text

    assert "Mikä tekisi päivästä mukavan?" in page.split("</title>")[0]
    assert "Mikä tekisi päivästä mukavan?" in paper
    assert "koulussa" not in paper


def test_before_school_nobody_is_asked_of_homework(child, cast):
    at_school = child.get(MINE).text
    cast.group.grade = 0
    cast.group.save()

    before = child.get(MINE).text

    for words in ("Saan apua läksyihin", "Haluan kaverin välitunnille"):
        assert words in at_school
        assert words not in before


# --- the calm page --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_is_read_in_each_language(child, cast, language):
    child.post(reverse("accounts:language"), {"language": language, "next": MINE})

    page = child.get(MINE).text

    assert catalogue().rooms[0].said(language) in page
    assert f'<html lang="{language}"' in page


@pytest.mark.parametrize("slug", ["kiusaaminen-loppuisi", "paha-olla"])
def test_two_pictures_lead_at_once_to_the_calm_page(child, cast, slug):
    page = child.post(reverse("wellbeing:choose"), {"wish": slug}, follow=True)
    part = child.post(reverse("wellbeing:choose"), {"wish": slug}, headers={"HX-Request": "true"})

    assert part["HX-Redirect"] == reverse("wellbeing:calm")
    assert "Et ole yksin" in page.text
    assert "116 111" in page.text
    assert "Haluan, että Kaisa Virkanen ottaa minuun yhteyttä" in page.text


def test_one_press_reaches_the_adult_the_same_day_without_a_name_in_the_mail(child, cast, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    child.post(reverse("wellbeing:calm"))
    child.post(reverse("wellbeing:calm"))
    deliver(at=builders.AT.replace(hour=18))

    assert CallForAdult.objects.count() == 1
    assert [one.to for one in mail.outbox] == [["kaisa@example.org"]]
    assert "Elsa" not in mail.outbox[0].body + mail.outbox[0].subject
    call = CallForAdult.objects.get()
    page = as_(cast["welfare"]).get(reverse("wellbeing:call", args=[call.pk]))
    assert "Elsa Kivelä" in page.text
    assert AuditEvent.objects.filter(subject_type="call", action="read").exists()


def test_before_sending_it_says_who_will_see_and_nothing_goes_without_a_choice(child):
    choose(child, "liikun")

    page = child.get(reverse("wellbeing:send"))
    bare = child.post(reverse("wellbeing:send"), {}, follow=True)

    assert "Oma opettajani ja erityisopettaja" in page.text
    assert "Valitse, kuka saa nähdä toiveesi." in bare.text
    assert WishList.objects.get().state == "draft"


def test_all_is_well_is_an_answer_too(child, cast, asked):
    choose(child, "liikun")
    child.post(reverse("wellbeing:all_is_well"))
    child.post(reverse("wellbeing:send"), {"audience": "teacher"})

    page = as_(cast["class_teacher"]).get(reverse("wellbeing:round", args=[asked.pk]))

    assert "Kaikki on hyvin juuri nyt." in page.text
    assert not Wish.objects.exists()


def test_what_was_sent_can_be_taken_back_until_it_is_answered(child, cast, asked):
    choose(child, "liikun")
    child.post(reverse("wellbeing:send"), {"audience": "teacher"})
    child = as_(cast["pupil"])
    child.post(reverse("wellbeing:take_back"))
    teacher = as_(cast["class_teacher"])
    hidden = teacher.get(reverse("wellbeing:round", args=[asked.pk]))
    child.post(reverse("wellbeing:send"), {"audience": "teacher"})
    answer(Wish.objects.get(), cast)
    late = as_(cast["pupil"])
    page = late.get(MINE)
    refused = late.post(reverse("wellbeing:take_back"), follow=True)

    assert "Otan toiveeni takaisin" not in page.text
    assert "Toiveita ei ole vielä tullut" in hidden.text
    assert "on jo vastattu" in refused.text


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("teacher", {"class_teacher"}),
        ("special", {"class_teacher", "special_teacher"}),
        ("welfare", {"welfare"}),
        ("nobody", set()),
    ],
)
def test_only_the_chosen_adults_see_a_list(cast, asked, audience, readers):
    classmates(cast, 4)
    made = wished(asked, cast.child, "liikun", audience=audience)

    seen = {
        who
        for who, person in cast.people.items()
        if person and WishList.objects.visible_to(person, on=builders.ON).filter(pk=made.pk)
    }

    assert seen == readers


def test_reading_is_logged_and_a_child_erases_its_own(child, cast, asked):
    child.post(reverse("wellbeing:own_words"), {"words": "Haluan hiljaisen nurkan"})
    child.post(reverse("wellbeing:send"), {"audience": "teacher"})
    page = as_(cast["class_teacher"]).get(reverse("wellbeing:round", args=[asked.pk]))
    as_(cast["pupil"]).post(reverse("wellbeing:erase", args=[WishList.objects.get().pk]))

    assert "Haluan hiljaisen nurkan" in page.text
    assert AuditEvent.objects.filter(subject_type="pupil", action="read-wishes").exists()
    assert not Wish.objects.exists()


# --- content and load -----------------------------------------------------------------------


def test_the_pack_has_six_rooms_in_five_languages_and_knows_its_measures(db):
    from django.core.management import call_command  # noqa: PLC0415

    call_command("load_content", verbosity=0)
    found = catalogue()
    known = set(Measure.objects.values_list("slug", flat=True))

    assert len(found.rooms) == 6
    assert {m for room in found.rooms for one in room.wishes for m in one.measures} <= known
    assert sum(one.leads_to_calm for room in found.rooms for one in room.wishes) == 2


def test_every_picture_of_the_pack_is_handed_out():
    """A key that nobody sees opens nothing."""
    found = catalogue()
    wishes = [one.pictogram for room in found.rooms for one in room.wishes]
    keys = [one.pictogram for one in found.keys]
    pages = Path(django_settings.BASE_DIR, "templates").rglob("*.html")
    faces = [code for page in pages for code in PICTURE.findall(page.read_text(encoding="utf-8"))]

    assert faces
    missing = [
        code for code in [*wishes, *keys, *faces] if not finders.find(f"openmoji/{code}.svg")
    ]

    assert missing == []


@pytest.mark.parametrize("text", ["rooms: 3", "rooms: []", "{"])
def test_a_wrong_file_is_refused_with_its_name(tmp_path, text):
    path = tmp_path / "wishes.yaml"
    path.write_text(text)

    with pytest.raises(WrongWishesError, match=r"wishes\.yaml"):
        load(path)


def test_a_fourth_wish_of_two_tablets_at_once_is_not_let_in(cast, asked, many_connections):
    """The same child's list on two screens: the row is locked, three stay three."""
    made = lists.begin(wish_round=asked, pupil=cast.child)
    slugs = ["liikun", "ulkona", "kehu", "kerho", "valitunti", "ruokailu"]
    gate = threading.Barrier(len(slugs))

    def run(slug):
        gate.wait()
        try:
            lists.choose(wish_list=made, slug=slug)
        except WishRefusedError:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[slug]) for slug in slugs]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert Wish.objects.count() == 3


def test_a_hundred_pupils_at_the_same_minute(cast, asked, many_connections):
    pupils = classmates(cast, 100)
    queue = list(pupils)
    failed = []

    def work():
        while queue:
            try:
                wished(asked, queue.pop(), "liikun", "ulkona")
            except IndexError:
                break
            except Exception as error:  # noqa: BLE001 (any of them fails the test below)
                failed.append(error)
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert failed == []
    assert WishList.objects.sent().count() == 100
    assert Wish.objects.count() == 200
