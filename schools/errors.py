class SchoolHasPupilsError(Exception):
    """A school with pupils cannot just close. The message is a sentence for the page."""
