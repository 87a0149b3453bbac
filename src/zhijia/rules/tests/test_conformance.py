"""The public conformance cases of CEL that fall into our subset, and that each case is either kept or left out."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from zhijia.catalogue.text import Text
from zhijia.rules.checker import check
from zhijia.rules.evaluator import compiled
from zhijia.rules.problems import RuleRefused
from zhijia.rules.schema import Entity, Field, Schema, named
from zhijia.rules.types import BOOL, DOUBLE, INT, STRING

HERE = Path(__file__).parent / "conformance"
TYPES = {bool: BOOL, int: INT, float: DOUBLE, str: STRING}


def _cases() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{path.stem}/{section}/{case['name']}", case)
        for path in sorted(HERE.glob("*.yaml"))
        if path.stem != "excluded"
        for section, cases in yaml.safe_load(path.read_text()).items()
        for case in cases
    ]


def _answer(rule: str, given: dict[str, Any]) -> Any:
    text = Text(en="Given", zh="给定")
    fields = (
        Field(name, TYPES[type(value)], text, "", source="test", purposes=frozenset({"test"}))
        for name, value in given.items()
    )
    schema = Schema()
    schema.declare(Entity("given", text, "given", "id", "bigint", named(*fields)))
    found = check(rule, schema=schema, subject="given", purpose="test", parameters=lambda key: None)
    return compiled(found).of(given, on=date(2024, 2, 29), params={})


@pytest.mark.parametrize(("name", "case"), _cases(), ids=[name for name, _ in _cases()])
def test_a_conformance_case_gives_what_cel_says(name: str, case: dict[str, Any]) -> None:
    given = case.get("given", {})

    if "refused" in case:
        with pytest.raises(RuleRefused) as refused:
            _answer(case["rule"], given)
        assert refused.value.problems[0].code == case["refused"]
        return
    answer = _answer(case["rule"], given)

    expected = None if case.get("unknown") else case["gives"]
    assert (type(answer), answer) == (type(expected), expected)


def test_a_conformance_case_is_kept_or_left_out_and_never_both() -> None:
    kept = [name for name, _ in _cases()]
    out = [
        f"{file}/{section}/{case}"
        for file, groups in yaml.safe_load((HERE / "excluded.yaml").read_text()).items()
        for group in groups
        for section, cases in group["cases"].items()
        for case in cases
    ]

    assert not set(kept) & set(out)
    assert len(set(kept)) == len(kept)
    assert len(kept) >= 400
