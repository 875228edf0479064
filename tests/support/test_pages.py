"""What a reader of the catalogue meets on its pages."""

import pytest

from support.models import (
    Branch,
    Checklist,
    ChecklistItem,
    ContentPack,
    Level,
    Measure,
    Need,
    QualityCard,
)
from support.selectors import ecosystem

WILMA = "viralliset merkinnät tehdään Wilmassa ja Primuksessa"


@pytest.fixture
def branch(db) -> Branch:
    return Branch.objects.create(slug="haara", name="Haara", summary="Oksa.", order=0)


def measure(branch: Branch, slug: str, **fields) -> Measure:
    ordinary = {
        "name": slug.capitalize(), "order": 0, "level": Level.ARRANGEMENT, "setup_minutes": 10,
        "who": "Opettaja", "pictogram": "1FA91", "teacher_summary": "Lyhyesti.",
        "teacher_steps": ["Aloita."], "teacher_watch": "Näkyykö?", "pupil_text": "Saan istua.",
        "guardian_text": "Kotona voi kysyä.", "for_primary": True,
    }  # fmt: skip
    return Measure.objects.create(slug=slug, branch=branch, **ordinary | fields)


def card(slug: str, **fields) -> QualityCard:
    ordinary = {
        "title": slug.capitalize(), "order": 0, "summary": "Tiivis.", "level": Level.GROUP,
        "minutes": 10, "pictogram": "1FA91", "why": "Siksi, *että*.", "shows": ["Näkyy."],
        "questions": ["Onko?"], "tomorrow": "Kokeile.", "for_primary": True,
    }  # fmt: skip
    return QualityCard.objects.create(slug=slug, **ordinary | fields)


def test_a_measure_speaks_to_the_teacher_the_pupil_and_the_guardian(client, branch):
    measure(branch, "tuoli")

    page = client.get("/tukipuu/tuoli/").content.decode()

    for words in ("Aloita.", "Näkyykö?", "Saan istua.", "Kotona voi kysyä.", "opetusjärjestely"):
        assert words in page
    assert WILMA in page
    assert "vaatii hallintopäätöksen" not in page


def test_a_measure_that_needs_a_decision_says_so(client, branch):
    measure(branch, "poikkeus", level=Level.INDIVIDUAL, decision_required=True)

    assert "vaatii hallintopäätöksen" in client.get("/tukipuu/poikkeus/").content.decode()


def test_a_measure_leads_to_the_cards_and_checklists_that_speak_of_it(client, branch):
    one = measure(branch, "tuoli")
    card("rauha").measures.add(one)
    checklist = Checklist.objects.create(slug="lista", title="Lista", intro="", order=0)
    item = ChecklistItem.objects.create(
        key="lista/1", checklist=checklist, branch=branch, order=0, text="On istuttu.", help=""
    )
    item.measures.add(one)

    page = client.get("/tukipuu/tuoli/").content.decode()

    assert 'href="/laatukortit/rauha/"' in page
    assert 'href="/muistilistat/lista/"' in page
    assert "On istuttu." in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"tuoli", "kello", "kartta"}),
        ("?aste=ecec", {"kartta"}),
        ("?tarve=kieli", {"kello"}),
        ("?aika=10", {"tuoli", "kello"}),
        ("?haara=toinen", {"kartta"}),
        ("?haara=haara&tarve=kieli", {"kello"}),
        ("?haara=toinen&tarve=kieli", set()),
        ("?aste=olematon&aika=-1", {"tuoli", "kello", "kartta"}),
    ],
)
def test_the_list_under_the_tree_shows_what_the_filter_asks_for(client, branch, query, shown):
    other = Branch.objects.create(slug="toinen", name="Toinen", summary="", order=1)
    measure(branch, "tuoli")
    measure(branch, "kello").needs.add(Need.objects.create(slug="kieli", name="Kieli", order=0))
    measure(other, "kartta", for_primary=False, for_ecec=True, setup_minutes=60)

    page = client.get(f"/tukipuu/{query}").content.decode()

    listed = {slug for slug in ("tuoli", "kello", "kartta") if page.count(f"/tukipuu/{slug}/") == 3}
    assert listed == shown
    # Each leaf is in both drawings.
    assert page.count('class="leaf-link"') == 2 * 3
    assert page.count('tabindex="-1"><title>') == 2 * (3 - len(shown))
    assert ("ei osu yhtään lehteä" in page) == (not shown)


def test_cards_can_be_chosen_by_the_time_that_one_has(client, db):
    card("nopea", minutes=2)
    card("hidas", minutes=30)

    page = client.get("/laatukortit/?aika=10").content.decode()

    assert "/laatukortit/nopea/" in page
    assert "/laatukortit/hidas/" not in page


def test_a_card_begins_with_what_to_try_tomorrow(client, db):
    card("rauha")

    page = client.get("/laatukortit/rauha/").content.decode()

    assert page.index("Kokeile huomenna") < page.index("Miksi") < page.index("Arvioi itse")
    assert "<em>että</em>" in page


@pytest.mark.parametrize(
    "path", ["/", "/tukipuu/", "/laatukortit/", "/laatulupaukset/", "/muistilistat/"]
)
def test_before_anything_is_loaded_every_page_says_so(client, db, path):
    response = client.get(path)

    assert response.status_code == 200
    assert "Sisältöä ei ole vielä ladattu" in response.content.decode()


def test_the_pack_says_on_every_page_that_it_is_an_example(client, branch):
    ContentPack.objects.create(
        slug="koe", name="Koe", version="1", notice="Tämä on esimerkki.",
    )  # fmt: skip
    measure(branch, "tuoli")
    card("rauha")

    for path in ("/tukipuu/", "/tukipuu/tuoli/", "/laatukortit/", "/laatukortit/rauha/",
                 "/laatulupaukset/", "/muistilistat/", "/hankkeet/"):  # fmt: skip
        assert "Tämä on esimerkki." in client.get(path).content.decode(), path


def test_the_ecosystem_is_told_in_few_statements(branch, django_assert_max_num_queries):
    words = {
        "title": "Ekosysteemi", "motto": "Tuki kuuluu kaikille.", "lead": "", "aim": "Hyvä arki.",
        "goals": [{"title": "Yksi", "text": "Teksti."}],
        "pillars": [
            {"slug": "p", "name": "Pilari", "icon": "heart", "summary": "", "items": [
                {"title": "Puu", "text": "", "page": "tree"},
                {"title": "Toiveet", "text": "", "page": "wishes"},
            ]}
        ],
    }  # fmt: skip
    ContentPack.objects.create(slug="koe", name="Koe", version="1", notice="", ecosystem=words)
    measure(branch, "tuoli")

    with django_assert_max_num_queries(6):
        whole = ecosystem(closed={"wishes"})

    assert whole.goals[0].title == "Yksi"
    assert [item.url for item in whole.pillars[0].items] == ["/tukipuu/", None]
    assert whole.counts == {"measures": 1, "cards": 0, "promises": 0, "checklists": 0}


def test_without_a_pack_the_ecosystem_still_has_its_motto(db):
    assert ecosystem().motto == "Tuki kuuluu kaikille."
    assert ecosystem().pillars == ()


def test_a_picture_that_is_not_collected_yet_does_not_bring_the_page_down(
    client, branch, settings, tmp_path
):
    measure(branch, "tuoli")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "kemi_ecosystem.lib.staticfiles.ManifestStorage"}
    }

    page = client.get("/tukipuu/tuoli/")

    assert page.status_code == 200
    assert "openmoji" not in page.text
