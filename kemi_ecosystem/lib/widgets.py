"""Fields that the browser has a picker for."""

from django import forms


class DateInput(forms.DateInput):
    """A day; the browser sends it as ISO, whatever it shows."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
