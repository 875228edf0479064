"""A content pack: refused with its place and a Finnish reason, and kind to corrections by hand."""

import json
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.admin import site
from django.core.management import CommandError, call_command
from django.test import Client

from projects.models import Project
from support.content import Pack, PackRefusedError, bullets
from support.models import ContentPack, Measure, QualityCard
from support.search import search

MEASURES = "measures/oppimisymparisto.yaml"


@pytest.fixture
def own_pack(tmp_path) -> Path:
    folder = tmp_path / "pack"
    shutil.copytree(settings.CONTENT_DIR, folder)
    return folder


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def load(folder: Path, capsys, *options: str) -> dict:
    call_command("load_content", str(folder), "--json", *options)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def counts(report: dict) -> tuple[int, int, int]:
    return report["new"], report["changed"], report["removed"]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (MEASURES, "pupil: ", "pupil: " + "x" * 70,
         "oppimisymparisto.yaml, ”pysyva-paikka”, pupil: on liian pitkä: enintään 70 merkkiä"),
        (MEASURES, "    watch:", "    katso:", "teacher, watch: puuttuu"),
        (MEASURES, "setup_minutes: 10", "setup_minutes: pian", "pitää olla kokonaisluku"),
        (MEASURES, "setup_minutes: 10", "setup_minutes: 0", "pitää olla suurempi kuin 0"),
        (MEASURES, "level: arrangement", "level: special",
         "sallittuja ovat 'arrangement', 'group' tai 'individual'"),
        (MEASURES, 'pictogram: "', 'pictogram: "FFFFFF', "ei ole OpenMojin kuvissa"),
        (MEASURES, "slug: pysyva-paikka", "slug: Pysyvä paikka", "slug: on väärässä muodossa"),
        (MEASURES, "name: Pysyvä paikka", "name: ''", "name: on tyhjä"),
        ("branches.yaml", "slug: oppimisen-tukeminen", "slug: muu", "measures/muu.yaml"),
        ("needs.yaml", "- ", "kieli: 1\n- ", "needs.yaml: rivi"),
        ("indicators.yaml", "number: 2,", "number: 1,", "kahdesti"),
        ("pack.yaml", "slug: kemi", "slogan: hei\nslug: kemi", "slogan: kenttää ei tunneta"),
        ("ecosystem.yaml", "icon: ", "icon: olematon-", "kuvaketta ”olematon-"),
        ("search_words.yaml", "- [tuki,", "- [yksin]\n- [tuki,", "vähintään 2"),
        ("cards/eriyttaminen.md", "## Miksi", "Alkusanat.\n\n## Miksi", "väliotsikoiden"),
        (MEASURES, "slug: arsykkeiden-karsiminen", "slug: pysyva-paikka",
         "measures/oppimisymparisto.yaml: ”pysyva-paikka” on kahdesti (rivi 18)"),
        ("cards/eriyttaminen.md", "## Näin se näkyy", "## Näin näkyy",
         "Kokeile huomenna, ja jokaisen alla on tekstiä (rivi 19)"),
        ("cards/eriyttaminen.md", "## Kokeile huomenna", "", "on tekstiä (rivi "),
        ("cards/eriyttaminen.md", "---\ntitle", "--\ntitle",
         "tiedoston pitää alkaa tiedoilla kahden rivin --- välissä (rivi 1)"),
        ("cards/eriyttaminen.md", "- Onko", "Onko", "Arvioi itse"),
        ("projects/05-lukutsemppi.md", "phase: ", "phase: melkein-", "05-lukutsemppi.md, phase"),
    ],
)  # fmt: skip
def test_a_wrong_pack_is_refused_with_its_place_and_a_finnish_reason(
    db, own_pack, file, old, new, said
):
    rewrite(own_pack / file, old, new)

    with pytest.raises(CommandError) as refusal:
        call_command("load_content", str(own_pack))

    assert said in str(refusal.value)
    assert not Measure.objects.exists()
    assert not ContentPack.objects.exists()


def test_a_name_given_twice_is_told_at_the_line_that_gives_it_and_not_where_it_is_mentioned(
    own_pack,
):
    rewrite(own_pack / MEASURES, "slug: arsykkeiden-karsiminen", "slug: pysyva-paikka")
    with (own_pack / MEASURES).open("a", encoding="utf-8") as file:
        file.write("# Sanasto: pysyva-paikka on sovittu istumapaikka.\n")

    with pytest.raises(PackRefusedError, match=r"”pysyva-paikka” on kahdesti \(rivi 18\)"):
        Pack(own_pack)


def test_two_checklists_of_one_name_are_told_at_the_later_file(own_pack):
    folder = own_pack / "checklists"
    rewrite(
        folder / "varhaiskasvatus.yaml", "slug: varhaiskasvatus\n", "slug: esi-ja-perusopetus\n"
    )

    with pytest.raises(PackRefusedError, match=r"checklists/esi-ja.*kahdesti \(rivi 1\)"):
        Pack(own_pack)


def test_a_file_that_is_not_utf8_is_told_of_in_words(own_pack):
    (own_pack / "needs.yaml").write_bytes("- nimi: äiti".encode("latin-1"))

    with pytest.raises(PackRefusedError, match="UTF-8"):
        Pack(own_pack)


def test_measures_of_an_unknown_branch_are_not_left_unread(own_pack):
    (own_pack / "measures" / "kuudes-haara.yaml").write_text("[]", encoding="utf-8")

    with pytest.raises(PackRefusedError, match="kuudes-haara"):
        Pack(own_pack)


@pytest.mark.parametrize(
    ("name", "said"), [("lukutsemppi.md", "01-hankkeen-nimi"), ("15-lukutsemppi.md", "kahdesti")]
)
def test_a_project_file_has_a_number_and_a_name_of_its_own(db, own_pack, name, said):
    shutil.copy(own_pack / "projects" / "05-lukutsemppi.md", own_pack / "projects" / name)

    with pytest.raises(CommandError, match=said):
        call_command("load_content", str(own_pack))


def test_a_folder_that_is_not_there_is_told_of(db, tmp_path):
    with pytest.raises(CommandError, match="Sisältökansiota ei ole"):
        call_command("load_content", str(tmp_path / "ei"))


def test_the_report_counts_each_row_once(db, own_pack, capsys):
    first = load(own_pack, capsys)
    rewrite(own_pack / MEASURES, "needs: [keskittyminen", "needs: [jaksaminen, keskittyminen")
    second = load(own_pack, capsys)
    third = load(own_pack, capsys)

    assert first["changed"] == first["removed"] == first["unchanged"] == 0
    assert counts(second) == (0, 1, 0)
    assert counts(third) == (0, 0, 0)
    assert third["unchanged"] == first["new"] == second["unchanged"] + 1


def test_loading_again_costs_few_statements(db, django_assert_max_num_queries):
    call_command("load_content", verbosity=0)

    with django_assert_max_num_queries(12):
        call_command("load_content", verbosity=0)


def test_another_pack_takes_the_place_of_the_first(db, own_pack, capsys):
    load(own_pack, capsys)
    rewrite(own_pack / "pack.yaml", "slug: kemi", "slug: toinen")
    load(own_pack, capsys)

    assert [one.slug for one in ContentPack.objects.all()] == ["toinen"]


def test_a_correction_by_hand_survives_a_restart_but_not_a_forced_load(db, own_pack, capsys):
    load(own_pack, capsys)
    Measure.objects.filter(slug="pysyva-paikka").update(name="Oma paikka")

    load(own_pack, capsys)
    assert Measure.objects.get(slug="pysyva-paikka").name == "Oma paikka"

    assert counts(load(own_pack, capsys, "--force")) == (0, 1, 0)
    assert Measure.objects.get(slug="pysyva-paikka").name == "Pysyvä paikka"


def test_the_administrator_corrects_texts_and_the_search_follows(cast, own_pack, capsys):
    load(own_pack, capsys)
    client = Client()
    client.force_login(cast["administrator"], backend="accounts.backends.PasswordBackend")
    card = QualityCard.objects.get(slug="eriyttaminen")
    url = f"/hallinta/support/qualitycard/{card.pk}/change/"
    form = client.get(url).context["adminform"].form
    data = {
        name: form[name].value() for name in form.fields if form[name].value() not in (None, False)
    }
    data |= {"title": "Purjelaiva", "questions": "Yksi?\n\nKaksi?\n"}

    assert client.post(url, data).status_code == 302

    card.refresh_from_db()
    assert (card.title, card.questions) == ("Purjelaiva", ["Yksi?", "Kaksi?"])
    assert [one.path for one in search("purjelaivat")] == ["/laatukortit/eriyttaminen/"]


def test_nobody_adds_or_deletes_what_the_pack_owns(cast):
    admin = site._registry[Project]
    request = type("Request", (), {"user": cast["administrator"]})()

    assert not admin.has_add_permission(request)
    assert not admin.has_delete_permission(request)


def test_a_point_that_continues_on_the_next_line_stays_one_point():
    assert bullets("- yksi\n  jatkuu\n- kaksi") == ["yksi jatkuu", "kaksi"]
