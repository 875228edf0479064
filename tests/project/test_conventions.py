"""What we have agreed on, as tests about the code itself."""

import re
import tomllib
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, ManyToManyField

BASE = Path(settings.BASE_DIR)
OURS = [
    model
    for model in apps.get_models()
    if (BASE / model._meta.app_label).is_dir() and ".models" in model.__module__
]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_field_is_declared_personal_or_open(model):
    fields = {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}

    personal, public = model.Privacy.personal, model.Privacy.open
    assert personal | public == fields
    assert not personal & public


def test_no_model_points_upwards_in_the_ladder():
    config = tomllib.loads((BASE / "pyproject.toml").read_text(encoding="utf-8"))
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    height = {
        app.strip(): len(layers) - place
        for place, layer in enumerate(layers)
        for app in layer.split("|")
    }
    for model in OURS:
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | ManyToManyField):
                target = field.related_model._meta.app_label
                if target in height and target != model._meta.app_label:
                    own = height[model._meta.app_label]
                    assert height[target] < own, f"{model.__name__}.{field.name} points up"


def test_every_task_of_the_schedule_exists_and_does_not_pile_up():
    current_app.loader.import_default_modules()

    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] in current_app.tasks, name
        assert entry["options"]["expires"] > 0


def test_templates_have_no_inline_style_script_or_handler():
    for path in (BASE / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found = re.search(r"\sstyle=|<style|<script|\son[a-z]+=", text)
        assert not found, f"{path.name}: {found.group() if found else ''}"


def test_nothing_is_loaded_from_elsewhere():
    for path in [*(BASE / "templates").rglob("*.html"), *(BASE / "static").rglob("*.css")]:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org", "")
        assert not re.search(r"(src|href)=\"(https?:)?//|url\(\"?https?:", text), path.name


def test_colours_come_from_the_tokens_only():
    for path in (BASE / "static" / "css").glob("*.css"):
        if path.name not in {"tokens.css", "print.css"}:
            text = path.read_text(encoding="utf-8").replace("background: #dfe9ed", "")
            assert not re.search(r"#[0-9a-f]{3,6}\b", text), path.name


def test_files_stay_short_enough_to_read():
    long = {
        str(path.relative_to(BASE)): lines
        for path in BASE.rglob("*.py")
        if not {".venv", "migrations"} & set(path.parts)
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


def test_every_dependency_says_why_it_is_here():
    config = tomllib.loads((BASE / "pyproject.toml").read_text(encoding="utf-8"))
    names = [
        re.match(r"[a-z0-9-]+", line)[0]
        for line in (*config["project"]["dependencies"], *config["dependency-groups"]["dev"])
    ]
    page = (BASE / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert [name for name in names if f"| {name} |" not in page] == []


def test_the_locks_pin_every_file_and_name_no_host():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (BASE / name).read_text(encoding="utf-8")
        assert "http" not in text
        assert text.count("==") <= text.count("--hash=sha256:")
