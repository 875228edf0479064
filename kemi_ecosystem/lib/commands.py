"""What every command shares: words for people, `--json` for programs, exit codes."""

import datetime as dt
import errno
import json
import os
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class RefusedError(CommandError):
    """A refusal with a reason for a person. Exit code 1, the reason on stderr."""


class PlainCommand(BaseCommand):
    """In a terminal a refusal is its sentence alone, without the name of a class before it."""

    # Django sets it when somebody has typed the command; code that calls one wants the exception.
    _called_from_command_line = False

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            try:
                return super().execute(*args, **options)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            # Whoever reads has read enough (`| head`): that is no fault, and nothing more is said.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except (RefusedError, PermissionError) as reason:
            if options["traceback"] or not self._called_from_command_line:
                raise
            self.stderr.write(_in_words(reason))
            sys.exit(1)


def _in_words(reason: RefusedError | PermissionError) -> str:
    if isinstance(reason, PermissionError):
        return f"Tiedostoon ei ole oikeutta: {reason.filename}"
    return str(reason)


# The system's own words are English.
REASONS = {
    errno.EACCES: "sinne ei ole oikeutta kirjoittaa",
    errno.EPERM: "sinne ei ole oikeutta kirjoittaa",
    errno.EEXIST: "samanniminen tiedosto on jo olemassa",
    errno.EISDIR: "samanniminen kansio on jo olemassa",
    errno.ENOENT: "kansiota ei ole",
    errno.ENOTDIR: "kansiota ei ole",
    errno.ENAMETOOLONG: "nimi on liian pitkä",
    errno.ENOSPC: "levy on täynnä",
    errno.EDQUOT: "levy on täynnä",
    errno.EROFS: "levylle ei voi kirjoittaa",
}


def why_not_written(error: OSError) -> str:
    """Why a file could not be written, in words; of a rare reason its number as well."""
    return REASONS.get(error.errno or 0, f"levy ei ottanut sitä vastaan (virhe {error.errno})")


def a_day(text: str) -> dt.date:
    """A day that one types on the command line."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        words = f"”{text}” ei ole päivä. Kirjoita se muodossa vvvv-kk-pp, esimerkiksi 2026-11-20."
        raise ArgumentTypeError(words) from None


class PortalCommand(PlainCommand):
    """Prints words, or one JSON object with `--json`. Exits: 0 done, 1 refused, 2 wrong usage."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="tuloste ohjelmille")

    def handle(self, *_args: Any, **options: Any) -> None:
        self._as_json = bool(options.pop("json", False))
        self._refusal = ""
        self.make_ready()
        result = self.run(**options)
        if self._as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False, default=str))
        if self._refusal:
            raise RefusedError(self._refusal)

    # Each command names its own options; what it returns is what `--json` prints.
    run: Callable[..., dict[str, Any] | list[dict[str, Any]]]

    def say(self, words: str) -> None:
        if not self._as_json:
            self.stdout.write(words)

    def refuse_with(self, reason: str) -> None:
        """End with exit code 1 and this reason, after the result has been printed."""
        self._refusal = reason

    def make_ready(self) -> None:
        """On a laptop nobody has to know of `migrate`; in a city the one who upgrades runs it."""
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        if settings.BEHIND_TLS:
            reason = "Tietokanta odottaa päivitystä: aja ensin manage.py migrate."
            raise RefusedError(reason)
        call_command("migrate", verbosity=0, interactive=False)
