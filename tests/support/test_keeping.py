"""Keeping the texts: drafts, publishing, restoring, and packs that respect what people wrote."""

import datetime as dt
import json
import shutil
import threading
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kemi_ecosystem.lib import retention
from support.models import (
    ChecklistItem,
    Measure,
    QualityCard,
    QualityPromise,
    TextDraft,
    TextSuggestion,
    TextVersion,
)
from support.search import search
from support.services import keeping
from support.texts import EDITABLE, differences
from support.yaml_edit import YamlText
from tests import builders
from tests.support.test_keeping_pages import make_cards

CARD = {"kind": "laatukortti", "slug": "eriyttaminen"}
SUBJECT = "cards/eriyttaminen.md"


@pytest.fixture
def catalogue(db):
    call_command("load_content", "--json")


@pytest.fixture
def cards(db):
    """Without the whole pack: quick."""
    make_cards()


@pytest.fixture
def editors(db):
    return builders.staff("kerttu"), builders.staff("ville")


def fields(**changes):
    row = EDITABLE["laatukortti"].model.objects.get(slug=CARD["slug"])
    return EDITABLE["laatukortti"].read(row) | changes


def publish(by, **changes):
    keeping.save_draft(**CARD, by=by, fields=fields(**changes), at=builders.AT)
    return keeping.publish(**CARD, by=by, reason=keeping.Reason(why="koe"), at=builders.AT)


def folder_of(path: Path) -> dict[str, bytes]:
    return {
        one.relative_to(path).as_posix(): one.read_bytes()
        for one in path.rglob("*")
        if one.is_file()
    }


def test_a_draft_is_nobodys_business_until_it_is_published(cards, editors):
    kerttu, _ville = editors

    keeping.save_draft(**CARD, by=kerttu, fields=fields(title="Omat reitit"), at=builders.AT)
    assert QualityCard.objects.get(slug=CARD["slug"]).title == "Eriyttäminen"

    made = keeping.publish(**CARD, by=kerttu, reason=keeping.Reason(why="koe"), at=builders.AT)

    assert made.number == 2
    assert QualityCard.objects.get(slug=CARD["slug"]).title == "Omat reitit"
    assert "/laatukortit/eriyttaminen/" in [one.path for one in search("reitit")]
    first = TextVersion.objects.get(number=1)
    assert (first.fields["title"], first.source) == ("Eriyttäminen", "pack")


def test_a_draft_of_an_older_text_is_told_and_kept(cards, editors):
    kerttu, ville = editors
    keeping.save_draft(**CARD, by=kerttu, fields=fields(title="Kertun"), at=builders.AT)
    publish(ville, title="Villen")

    with pytest.raises(keeping.OlderTextError):
        keeping.publish(**CARD, by=kerttu, reason=keeping.Reason(), at=builders.AT)

    assert QualityCard.objects.get(slug=CARD["slug"]).title == "Villen"
    draft = keeping.rebase(**CARD, by=kerttu, at=builders.AT)
    assert draft.fields["title"] == "Kertun"
    assert keeping.publish(**CARD, by=kerttu, reason=keeping.Reason(), at=builders.AT).number == 3


def test_a_change_past_the_portal_is_not_overwritten_by_a_draft(cards, editors):
    kerttu, _ville = editors
    keeping.save_draft(**CARD, by=kerttu, fields=fields(title="Kertun"), at=builders.AT)
    QualityCard.objects.filter(slug=CARD["slug"]).update(title="Ylläpidon")

    with pytest.raises(keeping.OlderTextError):
        keeping.publish(**CARD, by=kerttu, reason=keeping.Reason(), at=builders.AT)


def test_of_two_who_publish_at_once_one_is_told(cards, editors, many_connections):
    for one in editors:
        keeping.save_draft(**CARD, by=one, fields=fields(title=one.username), at=builders.AT)
    told, start = [], threading.Barrier(2)

    def press(who):
        start.wait()
        try:
            keeping.publish(**CARD, by=who, reason=keeping.Reason(), at=builders.AT)
            told.append("published")
        except keeping.OlderTextError:
            told.append("older")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[one]) for one in editors]
    [one.start() for one in threads]
    [one.join() for one in threads]

    assert sorted(told) == ["older", "published"]
    assert TextVersion.objects.filter(**CARD).count() == 2


def test_an_earlier_text_is_restored_as_a_new_version(cards, editors):
    kerttu, _ville = editors
    publish(kerttu, title="Omat reitit")

    made = keeping.restore(**CARD, number=1, by=kerttu, at=builders.AT)

    assert (made.number, made.fields["title"]) == (3, "Eriyttäminen")
    assert TextVersion.objects.filter(**CARD).count() == 3
    assert keeping.restore(**CARD, number=1, by=kerttu, at=builders.AT) == made


def test_differences_show_what_went_and_what_came_and_escape_both():
    before = dict.fromkeys((one.name for one in EDITABLE["laatukortti"].fields), "sama")
    [one] = differences("laatukortti", before, before | {"title": "<b>uusi</b> sama"})

    assert str(one.before) == "sama"
    assert str(one.after) == "<ins>&lt;b&gt;uusi&lt;/b&gt; </ins>sama"


# --- packs ----------------------------------------------------------------------------------
def test_what_nobody_touched_comes_out_byte_for_byte(catalogue, tmp_path):
    call_command("dump_content", str(tmp_path / "pack"), "--json")

    source = {
        name: data
        for name, data in folder_of(settings.CONTENT_DIR).items()
        if name.endswith((".yaml", ".md"))
    }
    assert folder_of(tmp_path / "pack") == source


def test_a_corrected_text_changes_its_own_lines_only(catalogue, editors, tmp_path):
    publish(editors[0], shows=["Yksi: ensin", "Kaksi – sitten", "Kolme"], title="Omat #reitit")
    call_command("dump_content", str(tmp_path / "pack"), "--json")

    changed = folder_of(tmp_path / "pack")
    source = folder_of(settings.CONTENT_DIR)
    assert [name for name in changed if changed[name] != source[name]] == [SUBJECT]
    text = changed[SUBJECT].decode()
    assert 'title: "Omat #reitit"\norder: 3\n' in text
    assert "- Yksi: ensin\n- Kaksi – sitten\n- Kolme\n\n## Arvioi itse" in text


LINE = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), include_characters=" "),
    min_size=1,
    max_size=60,
).map(str.strip).filter(bool)  # fmt: skip


@given(summary=LINE, steps=st.lists(LINE, min_size=3, max_size=5), help_text=LINE,
       flag=st.booleans())  # fmt: skip
@hypothesis_settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_load_and_dump_are_inverse(catalogue, tmp_path_factory, summary, steps, help_text, flag):
    Measure.objects.filter(slug="pysyva-paikka").update(
        teacher_summary=summary, teacher_steps=steps, decision_required=flag
    )
    ChecklistItem.objects.filter(pk=ChecklistItem.objects.first().pk).update(help=help_text)
    QualityPromise.objects.filter(pk=QualityPromise.objects.first().pk).update(
        slogan=summary, shows=steps
    )
    QualityCard.objects.filter(slug="eriyttaminen").update(title=summary[:60], questions=steps)
    folder = tmp_path_factory.mktemp("dump") / "pack"

    call_command("dump_content", str(folder), "--json")
    from support.content import Pack  # noqa: PLC0415
    from support.services import Sparing, load_pack  # noqa: PLC0415

    total = load_pack(Pack(folder), sparing=Sparing(at=builders.AT))

    assert (total.new, total.changed, total.removed) == (0, 0, 0)


@pytest.mark.parametrize("word", ["Kuka?Missä", "Miksi?", "null", "a: b", "lyĩ?öÔè", "3/4"])
def test_a_word_of_a_list_is_read_back_as_it_was_written(word):
    text = YamlText("shows: [eka]\n")
    text.set(("shows",), [word, "toka"])

    assert yaml.safe_load(text.result()) == {"shows": [word, "toka"]}


def load(folder: Path, capsys, *options: str) -> dict:
    capsys.readouterr()
    call_command("load_content", str(folder), "--json", *options)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_later_pack_leaves_what_was_published_in_the_portal(catalogue, editors, tmp_path, capsys):
    publish(editors[0], title="Omat reitit")
    pack = tmp_path / "pack"
    shutil.copytree(settings.CONTENT_DIR, pack)
    path = pack / SUBJECT
    path.write_text(path.read_text().replace("Tavoite on yhteinen", "Maali on yhteinen"))

    report = load(pack, capsys)
    assert report["kept"] == ["laatukortti/eriyttaminen"]
    card = QualityCard.objects.get(slug=CARD["slug"])
    assert (card.title, card.summary[:7]) == ("Omat reitit", "Tavoite")

    assert load(pack, capsys, "--force")["kept"] == []
    card.refresh_from_db()
    assert (card.title, card.summary[:5]) == ("Eriyttäminen", "Maali")
    # Nothing is lost: the portal's text is in the history, and the pack's is the newest.
    assert [one.source for one in TextVersion.objects.filter(**CARD)] == ["pack", "portal", "pack"]
    assert load(pack, capsys, "--force")["kept"] == []


def test_an_item_of_a_checklist_is_a_text_too(catalogue, editors, tmp_path, capsys):
    item = ChecklistItem.objects.select_related("checklist").first()
    about = {"kind": "kohta", "slug": item.key.replace("/", "__"), "by": editors[0]}
    draft = keeping.begin(**about, at=builders.AT)
    changed = draft.fields | {"help": "Kysy: mikä auttoi?"}
    keeping.save_draft(**about, fields=changed, at=builders.AT)
    keeping.publish(**about, reason=keeping.Reason(), at=builders.AT)

    report = load(settings.CONTENT_DIR, capsys, "--force")
    assert report["kept"] == []
    keeping.restore(**about, number=2, at=builders.AT)
    call_command("dump_content", str(tmp_path / "pack"))
    text = (tmp_path / "pack" / "checklists" / f"{item.checklist.slug}.yaml").read_text()
    assert 'help: "Kysy: mikä auttoi?"\n' in text

    # The dumped pack says the same as the portal: nothing is left out, nothing changes.
    again = load(tmp_path / "pack", capsys)
    assert (again["kept"], again["changed"]) == ([], 0)
    (tmp_path / "pack" / "checklists" / f"{item.checklist.slug}.yaml").write_text(
        text.replace("mikä auttoi", "mikä ei auttanut")
    )
    assert load(tmp_path / "pack", capsys)["kept"] == [f"kohta/{about['slug']}"]
    item.refresh_from_db()
    assert item.help == "Kysy: mikä auttoi?"


def test_a_wrong_pack_names_up_to_ten_faults_with_their_lines(db, tmp_path):
    pack = tmp_path / "pack"
    shutil.copytree(settings.CONTENT_DIR, pack)
    path = pack / "measures" / "oppimisymparisto.yaml"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(one.replace("level: ", "taso: ") for one in lines))
    needs = pack / "needs.yaml"
    needs.write_text(needs.read_text() + "- slug: outo\n")

    with pytest.raises(CommandError) as refusal:
        call_command("load_content", str(pack))

    said = str(refusal.value).splitlines()
    assert len(said) == 11
    assert said[1].startswith("needs.yaml, ”outo”, name: puuttuu (rivi ")
    assert "measures/oppimisymparisto.yaml, ”pysyva-paikka”, level: puuttuu (rivi 1)" in said
    assert "measures/oppimisymparisto.yaml, ”pysyva-paikka”, taso: kenttää ei tunneta (rivi 3)" in (
        said
    )
    assert not Measure.objects.exists()


def test_an_unknown_reference_is_named_with_its_line(db, tmp_path):
    pack = tmp_path / "pack"
    shutil.copytree(settings.CONTENT_DIR, pack)
    path = pack / SUBJECT
    path.write_text(path.read_text().replace("tehtava-paloiksi", "tehtava-palasiksi"))

    with pytest.raises(CommandError, match=r"”tehtava-palasiksi” \(rivi 10\)"):
        call_command("load_content", str(pack))


def test_a_pack_is_not_written_over_something(catalogue, tmp_path):
    (tmp_path / "oma.txt").write_text("tärkeä")

    with pytest.raises(CommandError, match="ei ole tyhjä"):
        call_command("dump_content", str(tmp_path))


def test_suggestions_and_drafts_expire_and_old_versions_forget_their_writers(cards, editors, today):
    kerttu, _ville = editors
    made = publish(kerttu, title="Omat reitit")
    keeping.begin(**CARD, by=kerttu, at=builders.AT)
    keeping.suggest(**CARD, text="Lisää kuva", by=kerttu, at=builders.AT, on=builders.ON)
    answered = keeping.suggest(
        **CARD, text="Poista rivi", by=kerttu, at=builders.AT, on=builders.ON
    )
    keeping.answer(suggestion=answered, state="taken", words="Kiitos", at=builders.AT)

    retention.purge(on=today + dt.timedelta(days=170))
    assert (TextDraft.objects.count(), TextSuggestion.objects.count()) == (1, 2)
    retention.purge(on=today + dt.timedelta(days=200))
    assert (TextDraft.objects.count(), TextSuggestion.objects.count()) == (0, 1)
    retention.purge(on=today + dt.timedelta(days=6 * 365))
    made.refresh_from_db()
    assert TextSuggestion.objects.count() == 0
    assert (made.published_by, made.why, made.fields["title"]) == (None, "", "Omat reitit")


def test_a_suggestion_is_answered_once(cards, editors):
    one = keeping.suggest(**CARD, text="Lisää kuva", by=editors[0], at=builders.AT, on=builders.ON)
    assert (
        keeping.suggest(**CARD, text="Lisää kuva", by=editors[0], at=builders.AT, on=builders.ON)
        == one
    )
    keeping.answer(suggestion=one, state="declined", words="Ei nyt", at=builders.AT)

    with pytest.raises(keeping.AnsweredError):
        keeping.answer(suggestion=one, state="taken", words="Kyllä", at=builders.AT)
