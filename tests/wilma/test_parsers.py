"""One cell to one value, one header to its column."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kemi_ecosystem.lib.csv_sniff import Row, open_table
from wilma.parsers import values
from wilma.parsers.errors import FileRefused, RowRejected
from wilma.parsers.headers import NOTE_ALIASES, NOTE_REQUIRED, find_header


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_a_date_is_read_however_it_is_written(day):
    forms = (
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%d.%m.%y}",
        day.isoformat(),
        f"{day.isoformat()}T08:15:00",
        f"{day:%d.%m.%Y} klo 9.45",
    )

    assert {values.parse_date(form) for form in forms} == {day}


@pytest.mark.parametrize(
    "text", ["", "31.2.2026", "1826-01-01", "2026/01/01", "1.13.2026", "eilen"]
)
def test_what_is_no_date_is_rejected(text):
    with pytest.raises(RowRejected):
        values.parse_date(text)


@given(st.integers(0, 99_999))
def test_a_number_is_read_with_comma_point_and_hard_space(cents):
    text = f"{cents / 100:.2f}"

    assert values.parse_decimal(text.replace(".", ",")) == values.parse_decimal(f"\u00a0{text} ")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("131052-308T", True), ("010203A123N", True), ("x 010101+123N y", True),
     ("901993", False), ("2026-09-01", False), ("MA7C-2", False)],
)  # fmt: skip
def test_an_identity_number_is_recognised(text, is_one):
    assert values.looks_like_identity_number(text) is is_one


@pytest.mark.parametrize(
    ("header", "pupil", "row_id"),
    [
        (["id", "pvm", "tyyppi"], 0, None),
        (["id", "korttinumero", "pvm", "tyyppi"], 1, 0),
        (["KORTTI NUMERO", "Päiväys", "Merkintä"], 0, None),
    ],
)
def test_a_bare_id_is_the_pupils_only_when_nothing_else_is(header, pupil, row_id):
    columns = find_header([Row(1, header)], NOTE_ALIASES, NOTE_REQUIRED).columns

    assert (columns["pupil"], columns.get("row_id")) == (pupil, row_id)


def test_hours_are_told_from_the_number_of_the_lesson():
    header = ["Korttinumero", "Pvm", "Tuntinumero", "Tuntimäärä", "Merkintä"]

    columns = find_header([Row(1, header)], NOTE_ALIASES, NOTE_REQUIRED).columns

    assert (columns["lesson"], columns["hours"]) == (2, 3)


def test_a_saved_profile_overrides_the_aliases():
    header = ["Kuka", "Milloin", "Mikä"]
    profile = {"pupil": "Kuka", "date": "Milloin", "type_name": "Mikä"}

    columns = find_header([Row(1, header)], NOTE_ALIASES, NOTE_REQUIRED, profile).columns

    assert columns == {"pupil": 0, "date": 1, "type_name": 2}


def test_a_header_without_what_is_needed_says_what_is_missing_and_what_was_seen():
    with pytest.raises(FileRefused, match=r"päiväys.*Korttinumero"):
        find_header([Row(1, ["Korttinumero", "Merkintä"])], NOTE_ALIASES, NOTE_REQUIRED)


def test_a_quoted_line_break_stays_in_its_cell_and_lines_are_counted_right(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a;b\n"1\n2";x\n3;y\n', encoding="utf-8")

    rows = list(open_table(path))

    assert [row.line for row in rows] == [1, 2, 4]
    assert rows[1].cells == ["1\n2", "x"]


def test_the_first_letter_with_dots_may_come_late(tmp_path):
    path = tmp_path / "late.csv"
    path.write_bytes(b"a;b\n" + b"x;y\n" * 400_000 + "ä;ö\n".encode("cp1252"))

    assert open_table(path).encoding == "cp1252"


def test_mojibake_is_mended(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text("Päiväys;Merkintä\n".encode().decode("cp1252"), encoding="utf-8")

    assert next(iter(open_table(path))).cells == ["Päiväys", "Merkintä"]


LETTERS = st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"])


@given(
    st.lists(
        st.lists(st.text(LETTERS, max_size=8), min_size=3, max_size=3),
        min_size=2, max_size=8,
    ),
    st.sampled_from([";", "\t", "|"]),
)  # fmt: skip
def test_any_table_survives_being_written_and_read(tmp_path_factory, rows, delimiter):
    import csv  # noqa: PLC0415

    path = tmp_path_factory.mktemp("t") / "t.csv"
    header = [["oppilas", "päiväys", "merkintä"]] * 12
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([*header, *rows])

    table = open_table(path)

    if not table.mojibake:
        assert [row.cells for row in table][12:] == rows
