"""What stands in the tables of a page, row by row, whatever their markup."""

import re

ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def rows(page: str) -> list[list[str]]:
    return [
        [" ".join(TAG.sub(" ", cell).split()) for cell in CELL.findall(row)]
        for row in ROW.findall(page)
    ]


def cells(page: str) -> list[str]:
    return [cell for row in rows(page) for cell in row]
