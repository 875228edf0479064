"""The catalogue: loaded whole or not at all, drawn, filtered, found."""

import json
import shutil
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command

from projects.models import Project
from support import words
from support.models import Branch, Checklist, Measure, QualityCard, QualityPromise, SearchDocument
from support.search import search
from support.tree import LeafIn, grow

# Every table of the catalogue, the dependent ones last.
ORDER = (
    "ContentPack", "Branch", "Need", "Indicator", "QualityValue", "Measure", "QualityCard",
    "QualityPromise", "Screening", "Checklist", "ChecklistItem", "SearchTerm", "SearchDocument",
)  # fmt: skip


@pytest.fixture(scope="module")
def pack(django_db_setup, django_db_blocker):
    """Kemi's pack, loaded once for the module: every test reads, none writes to it."""
    with django_db_blocker.unblock():
        call_command("load_content", verbosity=0)
        yield
        Project.objects.all().delete()
        for name in reversed(ORDER):
            apps.get_model("support", name).objects.all().delete()


@pytest.fixture
def loaded(pack, db):
    return pack


def test_the_pack_holds_what_it_promises(loaded):
    assert Branch.objects.count() == 5
    assert Measure.objects.count() >= 70
    assert QualityCard.objects.count() >= 15
    assert QualityPromise.objects.filter(indicators=None).count() == 0
    assert Checklist.objects.count() == 2
    assert Project.objects.count() == 9
    for measure in Measure.objects.prefetch_related("needs"):
        assert measure.stages, measure
        assert len(measure.pupil_text) <= 70, measure
        assert measure.guardian_text.endswith("."), measure


def test_the_same_pack_twice_changes_nothing(loaded, capsys):
    call_command("load_content", "--json")

    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (report["new"], report["changed"], report["removed"]) == (0, 0, 0)


@pytest.fixture
def own_pack(tmp_path) -> Path:
    folder = tmp_path / "pack"
    shutil.copytree(settings.CONTENT_DIR, folder)
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("measures/oppimisymparisto.yaml", "needs: [keskittyminen", "needs: [olematon", "olematon"),
        ("measures/oppimisymparisto.yaml", "level: arrangement", "level: special", "level"),
        ("cards/eriyttaminen.md", "## Miksi", "## Miksipä", "väliotsikoiden"),
        ("promises.yaml", "indicators: [1, 3]", "indicators: [1, 99]", "99"),
        ("needs.yaml", "slug: kieli,", "slug: lukeminen,", "kahdesti"),
        ("ecosystem.yaml", "motto:", "motto: [", "ecosystem.yaml"),
        ("projects/05-lukutsemppi.md", "measures: [", "measures: [olematon, ", "olematon"),
    ],
)
def test_a_pack_that_is_wrong_is_refused_whole_with_the_reason(
    db, own_pack, file, old, new, reason
):
    path = own_pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    before = Measure.objects.count(), Project.objects.count()

    with pytest.raises(CommandError, match=reason):
        call_command("load_content", str(own_pack))
    assert (Measure.objects.count(), Project.objects.count()) == before


def test_what_is_gone_from_the_pack_is_removed(db, own_pack):
    call_command("load_content", str(own_pack), verbosity=0)
    (own_pack / "projects" / "05-lukutsemppi.md").unlink()

    call_command("load_content", str(own_pack), verbosity=0)

    assert Project.objects.count() == 8
    assert not SearchDocument.objects.filter(path__contains="lukutsemppi").exists()


# A word as it is typed, and the title that must be among the first five.
FOUND = [
    ("poissaolojen", "Läsnäolo kuuluu kaikille"), ("poissaolo", "Läsnäolo kuuluu kaikille"),
    ("poissaoloihin", "Läsnäolo kuuluu kaikille"),
    ("eriyttämisessä", "Eriyttäminen"), ("eriyttäminen", "Eriyttäminen"),
    ("eriyttamisessa", "Eriyttäminen"),
    ("tukiopetusta", "Tukiopetus ajallaan"), ("tukiopetus", "Tukiopetus ajallaan"),
    ("tukiopetuksen", "Tukiopetus ajallaan"),
    ("yhteisopettajuutta", "Yhteisopettajuus"), ("taukokortilla", "Taukokortti"),
    ("laksysopimus", "Läksysopimus"), ("läksytuesta", "Läksytuki"),
    ("kuulosuojaimia", "Kuulosuojaimet kaikille"), ("vahvuuskortin", "Vahvuuskortti"),
    ("välitunnilla", "Välituntisuunnitelma"), ("siirtopalaverissa", "Siirtopalaveri"),
    ("liikennevaloilla", "Itsearviointi liikennevaloin"),
    ("saannot", "Luokan yhteiset säännöt näkyvissä"),
    ("ulkona", "Ulkona oppiminen"),
]  # fmt: skip


@pytest.mark.parametrize("has_voikko", [True, False])
def test_words_are_found_in_any_form_and_without_their_dots(db, monkeypatch, has_voikko):
    if has_voikko and words.voikko() is None:
        pytest.skip("Voikko is not installed here")
    if not has_voikko:
        monkeypatch.setattr(words, "voikko", lambda: None)
    words.strengths_of.cache_clear()
    call_command("load_content", verbosity=0)

    missed = [
        (query, title)
        for query, title in FOUND
        if title not in [_plain(result.title) for result in search(query)[:5]]
    ]

    words.strengths_of.cache_clear()
    assert missed == []


def _plain(marked: str) -> str:
    return marked.replace("<mark>", "").replace("</mark>", "")


def test_the_matched_word_is_marked_and_the_rest_escaped(loaded):
    from support.search import marked  # noqa: PLC0415

    text = marked("Taukokortti <b>", set(words.forms_of("taukokortti")))

    assert text == "<mark>Taukokortti</mark> &lt;b&gt;"


@pytest.mark.parametrize(
    "query", ["", "  ", "a", "😀", "x" * 10_000, "'; DROP TABLE", "%", "xyzzyq"]
)
def test_a_strange_query_gets_a_helpful_page(loaded, client, query):
    response = client.get("/haku/", {"q": query})

    assert response.status_code == 200


def test_a_search_asks_the_database_as_often_for_one_word_as_for_six(loaded, assert_flat, client):
    assert_flat(
        lambda: client.get("/haku/?q=lukeminen"), grow=lambda: client.get("/haku/?q=oma"), most=6
    )


@pytest.mark.parametrize(
    "path",
    ["/", "/tukipuu/", "/laatukortit/", "/laatulupaukset/", "/muistilistat/", "/hankkeet/",
     "/tukipuu/oma-aikuinen/", "/laatukortit/eriyttaminen/", "/muistilistat/varhaiskasvatus/",
     "/hankkeet/lukutsemppi/", "/unilukkari/kuka/"],
)  # fmt: skip
def test_the_catalogue_is_read_without_signing_in_in_few_statements(
    loaded, client, path, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        assert client.get(path).status_code == 200


def test_ten_times_the_measures_cost_no_more_statements(loaded, client, assert_flat):
    def grow():
        model = Measure.objects.first()
        for n in range(600):
            model.pk, model.slug = None, f"lisa-{n}"
            model.save()

    assert_flat(lambda: client.get("/tukipuu/"), grow=grow)


def test_a_filter_shortens_the_list_and_fades_the_other_leaves(loaded, client):
    page = client.get("/tukipuu/?aste=ecec&tarve=kieli&aika=10").content.decode()

    assert "leaf--faded" in page
    # In the wide drawing and in the tall one.
    assert page.count('class="leaf-link"') == 2 * Measure.objects.count()
    assert "Kuvat puheen tukena" in page
    assert "sopii rajaukseen" in page


def test_a_filter_that_makes_no_sense_narrows_nothing(loaded, client):
    assert client.get("/tukipuu/?haara=olematon&aika=x").status_code == 200


def test_every_leaf_of_the_tree_is_also_in_the_list(loaded, client):
    page = client.get("/tukipuu/").content.decode()

    for slug in Measure.objects.values_list("slug", flat=True):
        # In the wide drawing, in the tall one and in the list.
        assert page.count(f'href="/tukipuu/{slug}/"') == 3, slug


def test_the_tree_grows_the_same_way_every_time_and_stays_in_its_picture():
    leaves = [LeafIn(f"l{n}", f"Lehti {n}", "group", is_faded=False) for n in range(15)]
    branches = [(f"b{n}", f"Haara {n}", leaves) for n in range(5)]

    first, second = grow(branches), grow(branches)

    assert first == second
    for limb in first:
        assert all(0 < leaf.x < 1000 and 0 < leaf.y < 700 for leaf in limb.leaves)
