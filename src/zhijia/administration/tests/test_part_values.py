"""What is typed under a key, as it is written down."""

from decimal import Decimal
from typing import Any

import pytest

from zhijia.administration.part_values import ABSENT, plain, told, typed
from zhijia.catalogue.filling.shapes import Key, Sort


def key(sort: Sort, *, needed: bool = False, default: Any = None, of: Any = None) -> Key:
    return Key(name="x", sort=sort, needed=needed, default=default, of=of)


@pytest.mark.parametrize(
    ("sort", "default", "sent", "before", "said"),
    [
        ("line", "", " a ", ABSENT, "a"),
        ("line", "", "", "old", ABSENT),
        ("line", "", "rule\r\nmore", "rule\nmore\n", "rule\nmore\n"),
        ("line", "kept", "kept", ABSENT, ABSENT),
        ("text", None, {"zh": "预算", "en": ""}, ABSENT, {"en": "预算", "zh": "预算"}),
        ("text", None, {"zh": "预算", "en": ""}, {"en": "预算", "zh": "预算"}, {"en": "预算", "zh": "预算"}),
        ("text", None, {"zh": "", "en": ""}, {"en": "a", "zh": "b"}, ABSENT),
        ("yes_no", True, False, ABSENT, False),
        ("yes_no", True, True, ABSENT, ABSENT),
        ("whole", None, 0, ABSENT, 0),
        ("whole", None, None, 5, ABSENT),
        ("decimal", Decimal(0), Decimal("0.6"), "0.60", "0.60"),
        ("decimal", Decimal(0), Decimal("0.35"), ABSENT, "0.35"),
        ("several", (), ["b", "a"], ["a", "b"], ["a", "b"]),
        ("several", (), ["a", "c"], ["b", "a"], ["a", "c"]),
        ("lines", (), [], ["a"], ABSENT),
    ],
)
def test_what_is_typed_is_written_down(sort: Sort, default: Any, sent: Any, before: Any, said: Any) -> None:
    now = told(key(sort, default=default), sent, before)
    assert now is ABSENT if said is ABSENT else now == said


@pytest.mark.parametrize("value", ["a", "true", True, 7, "7", "04", "a, b", 'say "yes"'])
def test_a_value_is_read_as_it_was_shown(value: Any) -> None:
    assert plain(typed(value)) == value
    assert plain(" 12 ") == 12
