"""What tests of spending ask again and again."""

import pytest

from zhijia.kernel.errors import Refusal
from zhijia.ledger.spending_models import Given


def given(books, name="ding", category="holiday"):
    """What a member was given this year, as the county above reads it."""
    books.act("luyang")
    person = books.world.actors[name].person_id
    return (
        Given.objects.filter(person_id=person, category=category).values_list("spent", flat=True).first() or 0
    )


def refuses(code, act, **more):
    with pytest.raises(Refusal) as refused:
        act(**more)
    assert refused.value.code == code
    return refused.value
