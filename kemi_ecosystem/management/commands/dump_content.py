from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from kemi_ecosystem.lib.commands import PortalCommand, RefusedError
from projects.services import into_files
from support.dump import pack_files


class Command(PortalCommand):
    help = "Kirjoittaa sisältöpaketin kansioon niin kuin tekstit nyt ovat."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path)

    def run(self, *, folder: Path, **_options: Any) -> dict[str, Any]:
        """What nobody has touched comes out byte for byte as it was loaded."""
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RefusedError(f"Kansio ei ole tyhjä: {folder}")
        files = pack_files()
        if not files:
            raise RefusedError("Sisältöpakettia ei ole ladattu: aja ensin manage.py load_content.")
        into_files(files)
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        self.say(f"Kirjoitettu {len(files)} tiedostoa kansioon {folder}")
        return {"folder": str(folder), "files": len(files)}
