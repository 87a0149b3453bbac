"""Telephone numbers in texts: dialled where a text is one, left alone where it is another number."""

import pytest

from zhijia.registers.phones import dialled


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0551-62345678", "055162345678"),
        ("（0551）6234567", "05516234567"),
        ("13800001111", "13800001111"),
        ("400-123-4567", "4001234567"),
        (" 12351 ", "12351"),
        ("08:00-20:00", ""),
        ("0551-62345678 王师傅", ""),
        ("034012345678", ""),
        ("230001", ""),
        ("", ""),
    ],
)
def test_a_text_that_is_a_telephone_number_is_dialled(text: str, number: str) -> None:
    assert dialled(text) == number
