"""Definitions whose items do not fit."""

from pathlib import Path
from typing import Any

import pytest

from zhijia.matters.tests.together.world import CARD, WHOLE, matters
from zhijia.matters.tests.world import CODE, defined


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda m: m[3].update(items=[{"matter": CODE}, {"matter": "no.such"}]),
            "no.such is no matter that can",
        ),
        (
            lambda m: m[3].update(items=[{"matter": CODE}, {"matter": WHOLE}]),
            f"{WHOLE} is no matter that can",
        ),
        (lambda m: m[1]["form"][1].update(required=False), f"{CARD} asks why in another way than {CODE}"),
        (lambda m: m[1].update(who=["non_member"]), f"{CARD} cannot be asked for by member"),
        (lambda m: m[1].update(against_employer=True), f"{CARD} cannot be asked for together"),
    ],
)
def test_a_definition_whose_items_do_not_fit_is_refused(tmp_path: Path, change: Any, said: str) -> None:
    from zhijia.catalogue import definitions
    from zhijia.catalogue.reader import DefinitionError

    broken = matters()
    change(broken)
    with pytest.raises(DefinitionError, match=said), defined(tmp_path, *broken):
        definitions.load()
