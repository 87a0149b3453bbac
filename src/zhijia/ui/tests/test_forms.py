"""Forms: keys that count once, sentences that say what to do, drawing by our own templates."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation

from zhijia.ui.forms import Form, OnceForm, YuanField


class Asking(OnceForm):
    name = forms.CharField(label="Name")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="Agree")
    proof = forms.FileField(label="Proof", required=False)


def _english(form: forms.Form) -> str:
    with translation.override("en"):
        return str(form)


def test_two_clicks_carry_one_key() -> None:
    key = str(uuid.uuid4())
    sent = {"name": "Li", "kind": "a", "agree": "on", "once": key}
    first, second = Asking(sent), Asking(dict(sent))
    assert first.is_valid()
    assert second.is_valid()
    assert first.cleaned_data["once"] == second.cleaned_data["once"] == uuid.UUID(key)


def test_two_pages_carry_two_keys() -> None:
    assert Asking()["once"].value() != Asking()["once"].value()


def test_a_damaged_key_counts_as_a_new_one_and_never_as_a_mistake() -> None:
    form = Asking({"name": "Li", "kind": "a", "agree": "on", "once": "<script>"})
    assert form.is_valid()
    assert isinstance(form.cleaned_data["once"], uuid.UUID)


def test_a_form_sent_with_mistakes_says_what_to_do_and_links_to_the_fields() -> None:
    html = _english(Asking({"name": "", "kind": ""}))
    for sentence in ("Please fill this in.", "Please choose one.", "Please tick this to go on."):
        assert sentence in html
    assert 'href="#id_name"' in html
    assert 'id="id_kind"' in html
    assert 'aria-describedby="id_name_error"' in html
    assert "3 things to put right" in html


def test_what_was_typed_is_still_there_after_a_mistake() -> None:
    assert 'value="Li &lt;b&gt;"' in _english(Asking({"name": "Li <b>"}))


def test_a_form_asks_phones_for_the_right_keys() -> None:
    class Keys(Form):
        mail = forms.EmailField()
        sum = forms.DecimalField()
        code = forms.CharField(widget=forms.TextInput({"inputmode": "numeric"}))

    html = _english(Keys())
    assert html.count('inputmode="email"') == 1
    assert html.count('inputmode="decimal"') == 1
    assert html.count('inputmode="numeric"') == 1


def test_an_error_written_by_the_field_itself_is_kept() -> None:
    class Own(Form):
        name = forms.CharField(error_messages={"required": "Write it as on your card."})

    form = Own({})
    assert form.errors["name"] == ["Write it as on your card."]


@pytest.mark.parametrize("typed", ["1118000.50", "1,118,000.50", "１，１１８，０００．５０", " 1118000.5 "])
def test_an_amount_is_read_as_people_write_it(typed: str) -> None:
    assert YuanField(decimal_places=2).clean(typed) == Decimal("1118000.50")


@pytest.mark.parametrize("typed", ["1,5", "11,18.00", "1,118,00", "1.118,00", ",5"])
def test_a_comma_that_parts_no_thousands_is_a_mistake(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        YuanField(decimal_places=2).clean(typed)


class Votes(Form):
    size = forms.DecimalField(max_value=9)
    paid = YuanField()

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["votes"] = forms.IntegerField(min_value=0)


def test_a_number_that_cannot_be_is_answered_in_words_of_ours_also_in_a_field_added_later() -> None:
    html = _english(Votes({"votes": "-1", "size": "x", "paid": "1,2"}))
    for sentence in ("At least 0.", "Write a number in digits.", "Write the amount in yuan"):
        assert sentence in html
    html = _english(Votes({"votes": "many", "size": "10", "paid": ""}))
    for sentence in ("Write a whole number in digits.", "At most 9.", "Please fill this in."):
        assert sentence in html


class Naming(Form):
    label = forms.CharField(label="Name", max_length=5)
    kinds = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
    password = forms.CharField(widget=forms.PasswordInput, required=False)


def test_what_nobody_sees_is_taken_out_of_what_was_typed() -> None:
    form = Naming(QueryDict("label=%E2%80%AE工会%E2%80%8B%00&kinds=a&kinds=b&password=a%E2%80%8Bb"))
    assert form.is_valid()
    assert form.cleaned_data == {"label": "工会", "kinds": ["a", "b"], "password": "a\u200bb"}
    assert not Naming({"label": "\u200b\u2066\ufeff"}).is_valid()


def test_a_text_that_is_too_long_is_told_how_long_it_may_be_and_how_long_it_is() -> None:
    form = Naming({"label": "abcdefg"})
    with translation.override("en"):
        assert list(map(str, form.errors["label"])) == ["Write at most 5 characters; these are 7."]
    with translation.override("zh-hans"):
        assert list(map(str, Naming({"label": "一二三四五六"}).errors["label"])) == [
            "最多写5个字，现在有6个字。"
        ]
        assert 'value="一二三四五六"' in str(Naming({"label": "一二三四五六"}))


def test_a_number_with_too_many_digits_is_told_so_in_our_words() -> None:
    class Sum(Form):
        sum = forms.DecimalField(max_digits=4, decimal_places=2)

    with translation.override("en"):
        assert list(map(str, Sum({"sum": "12345"}).errors["sum"])) == ["Write at most 4 digits in all."]
        assert list(map(str, Sum({"sum": "123"}).errors["sum"])) == [
            "Write at most 2 digits before the point."
        ]
        assert list(map(str, Sum({"sum": "1.234"}).errors["sum"])) == [
            "Write at most 2 digits after the point."
        ]
