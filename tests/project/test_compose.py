"""docker-compose.yml is what the compose specification allows, and its parts fit together."""

import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

BASE = Path(settings.BASE_DIR)
TOOL = str(Path(sys.executable).parent / "check-jsonschema")


def test_the_compose_file_follows_the_specification():
    command = [TOOL, "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]

    done = subprocess.run(command, cwd=BASE, capture_output=True, text=True, check=False)  # noqa: S603

    assert done.returncode == 0, done.stdout + done.stderr


def test_it_holds_no_secret():
    text = (BASE / "docker-compose.yml").read_text(encoding="utf-8")

    assert "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?" in text


def test_the_client_that_backs_up_is_as_new_as_the_server():
    """An older pg_dump refuses a newer server, and what a newer one writes an older cannot read."""
    server = re.search(r"image: postgres:(\d+)", (BASE / "docker-compose.yml").read_text())
    client = re.search(r"postgresql-client-(\d+)", (BASE / "Dockerfile").read_text())

    assert server is not None
    assert client is not None
    assert client.group(1) == server.group(1)


def test_the_image_brings_the_debian_whose_client_it_asks_for():
    """Which PostgreSQL a Debian release carries; a new release needs both numbers moved."""
    carries = {"bookworm": "15", "trixie": "17"}
    text = (BASE / "Dockerfile").read_text()
    release = re.search(r"^FROM python:3\.\d+-slim-(\w+)$", text, re.MULTILINE)

    assert release is not None
    assert f"postgresql-client-{carries[release.group(1)]}" in text


def test_a_citys_secrets_go_neither_into_the_image_nor_into_git():
    for name in (".dockerignore", ".gitignore"):
        assert ".env" in (BASE / name).read_text(encoding="utf-8").split()
