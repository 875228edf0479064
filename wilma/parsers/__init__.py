"""From a file to typed rows. Pure: no database, no clock."""

from wilma.parsers.errors import FileRefused, RowRejected
from wilma.parsers.notes import NoteRow, NotesFile, Rejected, read_notes
from wilma.parsers.roster import read_roster
from wilma.parsers.roster_rows import RosterFile

__all__ = [
    "FileRefused",
    "NoteRow",
    "NotesFile",
    "Rejected",
    "RosterFile",
    "RowRejected",
    "read_notes",
    "read_roster",
]
