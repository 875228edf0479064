class FileRefused(Exception):  # noqa: N818 (reads as the sentence it is)
    """The whole file is refused. The message is a sentence for the person who brought it."""


class RowRejected(Exception):  # noqa: N818
    """One row is left out. The message says why and repeats no personal data."""
