from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import transaction

from kemi_ecosystem.lib.commands import PortalCommand, RefusedError
from projects.services import load_projects
from support.content import Pack, PackRefusedError
from support.services import load_pack


class Command(PortalCommand):
    help = "Lataa tai päivittää sisältöpaketin."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", nargs="?", type=Path, default=settings.CONTENT_DIR)

    def run(self, *, folder: Path, **_options: Any) -> dict[str, Any]:
        if not folder.is_dir():
            raise RefusedError(f"Sisältökansiota ei ole: {folder}")
        try:
            pack = Pack(folder)
            with transaction.atomic():
                total = load_pack(pack)
                total.add(load_projects(folder))
        except PackRefusedError as reason:
            raise RefusedError(f"Sisältöä ei ladattu. {reason}") from reason
        self.say(
            f"{pack.pack.name} {pack.pack.version}: uusia {total.new}, muuttuneita "
            f"{total.changed}, ennallaan {total.unchanged}, poistettuja {total.removed}"
        )
        return {
            "pack": pack.pack.slug,
            "new": total.new,
            "changed": total.changed,
            "unchanged": total.unchanged,
            "removed": total.removed,
        }
