"""Families read every word of their pages in their own language."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
LANGUAGES = ["sv", "en", "uk", "ar"]
TEMPLATES = [
    "templates/base.html",
    "templates/components/navigation.html",
    "templates/components/navigation_more.html",
    "templates/accounts/link.html",
    "templates/accounts/_language.html",
    "templates/accounts/_letter_choice.html",
    "templates/accounts/account.html",
    "templates/notifications/ask_link.html",
    "templates/notifications/inbox.html",
    "templates/dashboards/guardian_home.html",
    "templates/absences/guardian_alert.html",
    "templates/absences/guardian_list.html",
    "templates/absences/_guardian_alerts.html",
    "templates/absences/_why.html",
    "templates/absences/_year.html",
    "templates/absences/paper/letter.html",
    "templates/wellbeing/mine.html",
    "templates/wellbeing/_choose.html",
    "templates/wellbeing/_listen.html",
    "templates/wellbeing/send.html",
    "templates/wellbeing/sent.html",
    "templates/wellbeing/pictures.html",
    "templates/wellbeing/erase.html",
    "templates/wellbeing/_adult.html",
    "templates/wellbeing/_key.html",
    "templates/wellbeing/_lost.html",
    "templates/wellbeing/_felt.html",
    "templates/wellbeing/_wished.html",
    "templates/wellbeing/_erase_by_key.html",
    "templates/wellbeing/calm.html",
    "templates/wellbeing/by_key.html",
    "templates/mail/notice.txt",
    "templates/mail/notice_subject.txt",
]
# Modules that speak to families with all of their words.
MODULES = [
    "absences/explain.py",
    "absences/classes.py",
    "notifications/links.py",
    "notifications/forms.py",
    "wellbeing/child_views.py",
    "wellbeing/sending_views.py",
    "wellbeing/sent_views.py",
    "wellbeing/services/keys.py",
    "wellbeing/services/lists.py",
]
# Single words of modules that speak to the staff otherwise.
WORDS = [
    "huoltaja",
    "oppilas",
    "Kirjoitit %(show_value)d merkkiä. Tähän mahtuu %(limit_value)d. Lyhennä vähän.",
    "Sanoissasi on merkki, jota ei voi tallentaa. Kirjoita se kohta uudelleen.",
    "Etusivu",
    "Toiveet",
    "Poissaolot",
    "Tukipuu",
    "Koulu kertoo poissaoloista",
    "Uusi linkki portaaliin",
]
TRANSLATE = re.compile(r"""{%\s*translate\s+"([^"]+)"|_\("([^"]+)"\)""")
PLACE = re.compile(r"%\(\w+\)[sd]")
BLOCK = re.compile(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)


def _of_template(path: str) -> set[str]:
    text = (BASE / path).read_text(encoding="utf-8")
    found = {one or other for one, other in TRANSLATE.findall(text)}
    for block in BLOCK.findall(text):
        for part in re.split(r"{%\s*plural\s*%}", block):
            found.add(re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", part))
    return found


def _of_module(path: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse((BASE / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "ngettext"}:
            words = [one.value for one in node.args if isinstance(one, ast.Constant)]
            found |= {one for one in words if isinstance(one, str)}
    return found


def told_to_families() -> set[str]:
    of_templates = [_of_template(path) for path in TEMPLATES]
    of_modules = [_of_module(path) for path in MODULES]
    return set().union(WORDS, *of_templates, *of_modules)


def catalogue(language: str) -> dict[str, list[str]]:
    file = polib.pofile(str(BASE / "locale" / language / "LC_MESSAGES" / "django.po"))
    found = {}
    for entry in file:
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        found[entry.msgid] = texts
        if entry.msgid_plural:
            found[entry.msgid_plural] = texts
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_a_family_reads_is_translated(language):
    known = catalogue(language)

    missing = sorted(one for one in told_to_families() if not all(known.get(one, [""])))
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_places_of_names_and_numbers(language):
    # A plural form may leave the number out ("one day"); other places may not vanish.
    number = {"%(count)d"}
    for source, texts in catalogue(language).items():
        wanted = set(PLACE.findall(source)) - number
        for text in texts:
            assert set(PLACE.findall(text)) - number == wanted, source
