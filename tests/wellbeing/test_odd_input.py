"""Odd and hostile input: a clear sentence or a missing page, never a fault of the portal."""

import uuid

import pytest
from django.urls import reverse

from tests import builders
from tests.wellbeing.conftest import answer, as_, classmates, wished, wished_with_key
from wellbeing.models import NamelessList, Reply, WishList
from wellbeing.services import calls, rounds

NUL, LONE, LONG = "a\x00b", "\ud800", "ä" * 5000
ODD = [
    NUL, LONE, LONG, "", " ", "\r\nSet-Cookie: a=b", "../../etc/passwd", "%00", "{{ 7*7 }}",
    "<script>", "-1", "0", "9" * 30, "9" * 5000, "1e9", "NaN", "٣", "2026-02-30", "10000-01-01",
    "0001-01-01", "teacher\x00", "🙂" * 300, "\u202e", "' OR 1=1 --",
]  # fmt: skip
FIELDS = (
    "wish", "let_go", "words", "next", "audience", "sheet", "felt", "picture0", "picture1",
    "picture2", "erase", "pupil", "group", "closes_on", "kind", "measure", "begins",
)  # fmt: skip


@pytest.fixture
def world(cast, asked):
    """One of each thing that has an address, and the people who may open them."""
    classmates(cast, 4)
    made = wished(asked, cast.child, "liikun", "ulkona")
    reply = answer(made.wishes.first(), cast)
    Reply.objects.filter(pk=reply.pk).update(ask_on=builders.ON)
    wished_with_key(asked, cast["classmate"].pupil, "kehu", audience="welfare")
    nameless = NamelessList.objects.create(
        round=asked, key_digest="x", slugs=["liikun"], is_released=True
    )
    calls.call_for_adult(pupil=cast.child, at=builders.AT)
    call = cast.child.calls.get()
    confided = WishList.objects.get(audience="welfare")
    wishes = list(made.wishes.all())
    return [
        ("pupil", reverse("wellbeing:choose")),
        ("pupil", reverse("wellbeing:own_words")),
        ("pupil", reverse("wellbeing:all_is_well")),
        ("pupil", reverse("wellbeing:send")),
        ("pupil", reverse("wellbeing:take_back")),
        ("pupil", reverse("wellbeing:calm")),
        ("pupil", reverse("wellbeing:felt", args=[reply.pk])),
        ("classmate", reverse("wellbeing:by_key")),
        ("classmate", reverse("wellbeing:felt", args=[reply.pk])),
        ("nobody", reverse("wellbeing:send")),
        ("nobody", reverse("accounts:sign_in_with_code")),
        ("class_teacher", reverse("wellbeing:classes")),
        ("class_teacher", reverse("wellbeing:sheet", args=[asked.pk])),
        ("class_teacher", reverse("wellbeing:answer", args=[wishes[1].pk])),
        ("class_teacher", reverse("wellbeing:answer_nameless", args=[nameless.pk])),
        ("welfare", reverse("wellbeing:call", args=[call.pk])),
        ("welfare", reverse("wellbeing:answer", args=[confided.wishes.get().pk])),
    ]


@pytest.fixture
def quick(monkeypatch):
    """No paper is laid out here."""
    monkeypatch.setattr("kemi_ecosystem.lib.pdf.make", lambda *_args, **_kwargs: b"%PDF-")


@pytest.mark.parametrize("value", ODD, ids=[ascii(one)[:24] for one in ODD])
@pytest.mark.usefixtures("quick")
def test_no_form_breaks_on_odd_input(cast, world, value):
    value = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for who, url in world:
        client = as_(cast[who])
        for fields in (dict.fromkeys(FIELDS, value), {"code": value, "language": value}):
            assert client.post(url, fields).status_code < 500, (who, url)


@pytest.mark.parametrize("value", ["1", "0", "9" * 18, "9" * 19, "9" * 30, "9" * 200])
def test_no_address_breaks_on_odd_numbers(cast, world, value):
    numbered = [
        ("pupil", "poista"), ("pupil", "auttoiko"), ("class_teacher", "kierros"),
        ("class_teacher", "toive"), ("welfare", "yhteydenotto"),
    ]  # fmt: skip
    for who, part in numbered:
        for method in ("get", "post"):
            page = getattr(as_(cast[who]), method)(f"/toiveet/{part}/{value}0/")
            assert page.status_code in {404, 405}, (part, method)
    for tail in ("laput", "paata", "yhdessa"):
        url = f"/toiveet/kierros/{value}0/{tail}/"
        assert as_(cast["class_teacher"]).post(url).status_code in {404, 405}
    assert as_(cast["welfare"]).post(f"/toiveet/lista/{value}0/uudet-kuvat/").status_code == 404


@pytest.mark.parametrize("value", ["%00", "a%00b", "%FF", "ä", "teacher", "nobody%0A", "x" * 3000])
def test_no_address_breaks_on_odd_words(cast, world, value):
    for who, url in (
        ("pupil", f"/toiveet/laheta/{value}/"),
        ("pupil", f"/toiveet/rauha/?next={value}"),
        ("class_teacher", f"/toiveet/nimeton/{value}/"),
        ("principal", f"/toiveet/koulu/{value}/yhdessa/"),
    ):
        assert as_(cast[who]).get(url).status_code < 500, url
    unknown = f"/toiveet/nimeton/{uuid.uuid4()}/"
    assert as_(cast["class_teacher"]).post(unknown).status_code == 404


@pytest.mark.parametrize(
    ("value", "said"),
    [(NUL, "merkki, jota ei voi tallentaa"), ("a" * 301, "300"), (" ", "muutama sana")],
)
def test_an_adults_words_that_cannot_be_kept_come_back_with_a_sentence(cast, asked, value, said):
    wish = wished(asked, cast.child, "liikun").wishes.get()
    nameless = NamelessList.objects.create(
        round=asked, key_digest="x", slugs=["liikun"], is_released=True
    )
    teacher = as_(cast["class_teacher"])

    page = teacher.post(
        reverse("wellbeing:answer", args=[wish.pk]), {"kind": "not_now", "words": value}
    )
    other = teacher.post(reverse("wellbeing:answer_nameless", args=[nameless.pk]), {"words": value})

    for one in (page, other):
        assert one.status_code == 422
        assert said in one.text
    if len(value) > 300:
        assert value in page.text
        assert value in other.text
    assert not Reply.objects.exists()


def test_a_round_for_anothers_class_or_a_strange_day_is_refused_in_words(cast):
    teacher = as_(cast["class_teacher"])
    url = reverse("wellbeing:classes")
    other = cast["other_class"].memberships.get().group

    far = teacher.post(url, {"group": cast.group.pk, "closes_on": "9999-12-31"})
    strange = teacher.post(url, {"group": other.pk, "closes_on": str(builders.ON)})

    assert far.status_code == strange.status_code == 422
    assert "neljän viikon sisältä" in far.text
    assert not rounds.WishRound.objects.exists()
