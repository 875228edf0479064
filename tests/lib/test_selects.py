"""The empty choice of a select is said in words."""

import pytest
from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH

CHOICES = [*BLANK_CHOICE_DASH, ("a", "eka")]


@pytest.mark.parametrize(("required", "said"), [(True, "valitse"), (False, "ei valittu")])
def test_the_empty_choice_is_said_in_words(required, said):
    class Form(forms.Form):
        one = forms.ChoiceField(choices=CHOICES, required=required)

    shown = str(Form()["one"])

    assert f'<option value="" selected>{said}</option>' in shown
    assert '<option value="a">eka</option>' in shown
    assert "---" not in shown


def test_a_choice_of_a_group_is_drawn_in_its_group():
    class Form(forms.Form):
        one = forms.ChoiceField(choices=[*BLANK_CHOICE_DASH, ("Haara", [("a", "eka")])])

    shown = str(Form()["one"])

    assert '<optgroup label="Haara">' in shown
    assert '<option value="a">eka</option>' in shown
