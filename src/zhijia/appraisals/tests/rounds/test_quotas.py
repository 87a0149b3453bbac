"""Quotas over a batch, as a table (HON-03, HON-05)."""

from typing import Literal

import pytest

from zhijia.appraisals.rules.rounds import quotas
from zhijia.appraisals.rules.rounds.quotas import Quota

FRONT, HEAD = {"post": "frontline"}, {"post": "head"}


def quota(bound: Literal["least", "most"], value: str, **how: int) -> Quota:
    return Quota(code=value, field="post", values=frozenset({value}), bound=bound, **how)


def batch(front: int, heads: int) -> dict[str, dict[str, str]]:
    return {f"f{n}": FRONT for n in range(front)} | {f"h{n}": HEAD for n in range(heads)}


@pytest.mark.parametrize(
    ("rule", "front", "heads", "limit", "kept"),
    [
        (quota("least", "frontline", share=35), 4, 6, 4, True),
        (quota("least", "frontline", share=35), 3, 7, 4, False),
        (quota("least", "frontline", share=35), 1, 0, 1, True),
        (quota("most", "head", share=20), 8, 2, 2, True),
        (quota("most", "head", share=20), 7, 3, 2, False),
        (quota("most", "head", share=20), 3, 1, 0, False),
        (quota("least", "frontline", number=2), 1, 5, 2, False),
        (quota("most", "head", number=0), 4, 0, 0, True),
        (quota("least", "frontline", share=35), 0, 0, 0, True),
    ],
)
def test_a_share_is_rounded_towards_the_rule(
    rule: Quota, front: int, heads: int, limit: int, kept: bool
) -> None:
    (line,) = quotas.counted([rule], batch(front, heads))

    assert (line.limit, line.kept) == (limit, kept)


@pytest.mark.parametrize(
    ("rule", "front", "heads", "places", "expected"),
    [
        (quota("least", "frontline", share=35), 3, 20, 10, [(4, 3)]),
        (quota("least", "frontline", share=35), 4, 20, 10, []),
        (quota("most", "head", share=20), 3, 20, 10, [(8, 3)]),
        (quota("most", "head", share=20), 8, 20, 10, []),
        (quota("least", "frontline", share=35), 1, 1, 10, []),
        (quota("least", "frontline", share=35), 0, 0, 10, []),
    ],
)
def test_a_quota_no_full_batch_can_keep_is_told_before(
    rule: Quota, front: int, heads: int, places: int, expected: list[tuple[int, int]]
) -> None:
    found = quotas.unmet([rule], batch(front, heads), places)

    assert [(one.needed, one.there) for one in found] == expected


def test_yes_and_no_are_counted_as_words() -> None:
    rule = Quota("women", "woman", frozenset({"yes"}), "least", number=1)

    (line,) = quotas.counted([rule], {"a": {"woman": True}, "b": {"woman": False}, "c": {}})

    assert line.have == 1
