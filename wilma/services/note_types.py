"""Which of a school's own note types a row has, and what somebody has said that it means."""

from collections import Counter
from typing import NamedTuple

from absences.models import NoteType
from absences.note_types import known_class, name_key, national_class_named
from schools.models import Pupil
from wilma.parsers import FileRefused, NoteRow

LONGEST_CODE = 40
LONGEST_NAME = 160
# A city has dozens of types, hundreds with every school's own codes. More is another column.
MOST_TYPES = 3000
MOST_UNKNOWN = 200
TOO_MANY = (
    "Tiedostossa on satoja erilaisia merkinnän lajeja. Ovatko sarakkeet oikeassa järjestyksessä?"
)
# So many types that occur once each are no types: somebody has exported what people wrote.
MANY_TYPES = 30
FREE_TEXT = (
    "Merkinnän lajin sarakkeessa on vapaata tekstiä. Vapaata tekstiä ei tuoda: valitse vientiin "
    "merkinnän laji tai kansallinen luokitus."
)
NAMES = "Merkinnän lajin paikalla on oppilaiden nimiä. Ovatko sarakkeet oikeassa järjestyksessä?"
Place = tuple[str, str]


class Meaning(NamedTuple):
    """A type's id (negative until it is written down) and the class of this row."""

    note_type_id: int
    national_class: str


class NoteTypes:
    """The note types met in a file. Nothing is written before `write_down`.

    Raises FileRefused when a file has so many that the column must be another.
    """

    def __init__(self) -> None:
        rows = NoteType.objects.values_list("code", "name_key", "pk", "national_class")
        self._known = {(code, key): Meaning(pk, mapped) for code, key, pk, mapped in rows}
        self._new: dict[Place, NoteType] = {}
        self._found: dict[tuple[str, str, str], Meaning | None] = {}
        self.unmapped: Counter[tuple[str, str]] = Counter()

    def meaning(self, row: NoteRow) -> Meaning | None:
        """What the row's type means, or None when nobody has said."""
        spelled = (row.type_code, row.type_name, row.national_class)
        if spelled not in self._found:
            self._found[spelled] = self._look_up(*spelled)
            if len(self._found) > MOST_TYPES or len(self.unmapped) > MOST_UNKNOWN:
                raise FileRefused(TOO_MANY)
        found = self._found[spelled]
        if found is None:
            code, name, national = spelled
            self.unmapped[code, _name(code, name, national)] += 1
        return found

    def _look_up(self, code: str, name: str, national: str) -> Meaning | None:
        """The file's own national class decides for its row, but maps no type by itself.

        Raises UnicodeEncodeError for half a character, which no database keeps.
        """
        f"{code}{name}{national}".encode()
        given = national_class_named(national) or ""
        name = _name(code, name, national)
        place = (code[:LONGEST_CODE], name_key(name))
        known = self._known.get(place)
        if known is not None:
            national_class = given or known.national_class
            return Meaning(known.note_type_id, national_class) if national_class else None
        mapped = given if name and name == national else self._by_likeness(*place, name)
        national_class = given or mapped
        if not national_class:
            return None
        return Meaning(self._add(place, name, mapped), national_class)

    def _by_likeness(self, code: str, key: str, name: str) -> str:
        """The same name under another code; for a bare code, what all its types agree on."""
        alike = {
            one.national_class
            for (other_code, other_key), one in self._known.items()
            if (other_key == key if key else other_code == code)
        }
        if not alike:
            return known_class(name) or ""
        return alike.pop() if len(alike) == 1 else ""

    def _add(self, place: Place, name: str, mapped: str) -> int:
        """Remember a type to be written down. Returns the negative id it has till then."""
        if place not in self._new:
            code, key = place
            self._new[place] = NoteType(
                pk=-1 - len(self._new),
                code=code,
                name=name[:LONGEST_NAME],
                name_key=key,
                national_class=mapped,
            )
        return self._new[place].pk

    def write_down(self) -> dict[int, int]:
        """Write the new types, in an order that does not depend on the file's. Old id → new."""
        ids = {}
        for place in sorted(self._new):
            one = self._new[place]
            written, _is_new = NoteType.objects.get_or_create(
                code=one.code,
                name_key=one.name_key,
                defaults={"name": one.name, "national_class": one.national_class},
            )
            ids[one.pk] = written.pk
        return ids

    def refuse_names(self) -> None:
        """Raise FileRefused when an unknown type holds a pupil's name: a report repeats none."""
        if not self.unmapped:
            return
        firsts: set[str] = set()
        wholes: set[frozenset[str]] = set()
        for first, last in Pupil.objects.values_list("first_name", "last_name").iterator():
            firsts |= _words(first)
            wholes |= {_words(first), _words(last), _words(f"{first} {last}")}
        for (_code, name), rows in self.unmapped.items():
            words = _words(name)
            # A type that occurs once and holds a first name is a sentence about somebody.
            if words in wholes or (rows == 1 and firsts & words):
                raise FileRefused(NAMES)
        once = sum(1 for rows in self.unmapped.values() if rows == 1)
        if once > MANY_TYPES:
            raise FileRefused(FREE_TEXT)

    def unmapped_as_json(self) -> list[dict[str, str | int]]:
        return [
            {"code": code, "name": name, "rows": rows}
            for (code, name), rows in sorted(
                self.unmapped.items(), key=lambda pair: (-pair[1], pair[0])
            )
        ]


def _name(code: str, name: str, national: str) -> str:
    """A file that has nothing but the national class names its types by that."""
    return name or ("" if code else national)


def _words(name: str) -> frozenset[str]:
    return frozenset(name_key(name).split())
