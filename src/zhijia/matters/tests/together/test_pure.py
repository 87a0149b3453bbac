"""One form of several items, and how all of it ends."""

import pytest

from zhijia.catalogue.matter_items import together, wanted
from zhijia.matters import flow
from zhijia.matters.tests.together.world import CARD, SCHOOL, WHOLE, matters, read
from zhijia.matters.tests.world import CODE


def test_what_two_items_ask_is_asked_once_and_what_is_optional_is_asked_for_last() -> None:
    known = read(*matters())
    whole = together(known[WHOLE], known)
    assert [one.name for one in whole.form] == [
        "sum", "why", "ill", "hospital", "colour", "with_test_school", "school",
    ]  # fmt: skip
    conditions = {one.name: one.when for one in whole.form}
    assert conditions["school"] == "(answers.with_test_school)"
    assert (conditions["why"], conditions["hospital"]) == ("", "((answers.ill))")


@pytest.mark.parametrize(
    ("answer", "codes"), [(True, [CODE, CARD, SCHOOL]), (False, [CODE, CARD]), (None, [CODE, CARD])]
)
def test_an_item_that_is_optional_is_asked_for_when_the_applicant_says_so(
    answer: bool | None, codes: list[str]
) -> None:
    known = read(*matters())
    assert [one.matter for one in wanted(known[WHOLE], {"with_test_school": answer})] == codes


@pytest.mark.parametrize(
    ("states", "end"),
    [
        (["granted", "granted"], "granted"),
        (["granted", "refused"], "partly"),
        (["refused", "refused"], "refused"),
        (["granted", "open"], ""),
        (["granted", "paused"], ""),
        (["granted", "draft"], ""),
        (["granted", "withdrawn"], "granted"),
        (["refused", "withdrawn"], "refused"),
        (["withdrawn", "merged"], "withdrawn"),
        (["granted", "refused", "withdrawn"], "partly"),
    ],
)
def test_the_whole_ends_with_the_last_of_its_parts(states: list[str], end: str) -> None:
    assert flow.together(states) == end
