"""docker-compose.yml is what the compose specification allows."""

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
