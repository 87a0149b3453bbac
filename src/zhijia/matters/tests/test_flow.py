"""Where a case goes: the line of stops, back and straight back, levels by amount, steps nobody needs."""

from dataclasses import replace

import pytest

from zhijia.catalogue.matter_rules import Matter
from zhijia.matters.flow import Granted, Ground, Next, Stop, after, back, first, returnable

WORDS = {"en": "Words", "zh": "文字"}


def _step(code: str, **more: object) -> dict[str, object]:
    return {"code": code, "label": WORDS, "does": "decide", "seat": "own", **more}


MATTER = Matter.model_validate(
    {
        "code": "test.aid",
        "label": WORDS,
        "version": 1,
        "source": "test",
        "confidence": "D",
        "guidance": WORDS,
        "group": "aid",
        "who": ["member"],
        "purpose": "membership",
        "retention": "case_years",
        "steps": [
            _step("union"),
            _step("township", when="answers.far"),
            _step("county", seat="county"),
            _step("city", seat="city", from_amount="aid.city_from"),
            _step("checked", does="verify", after_months={"parameter": "aid.check_after", "unit": "months"}),
        ],
    }
)
GRANTED = Granted((("city", "below_amount"),))
ONE, TWO, THREE = frozenset({1}), frozenset({2}), frozenset({3})
GROUND = Ground(
    holds=lambda _rule: True, amount=None, threshold=lambda _key: 500_000, only_signer=lambda _step: None
)


def _been(*stops: tuple[str, str, frozenset[int]]) -> list[Stop]:
    return [Stop(code, ended, signed) for code, ended, signed in stops]


def test_a_case_begins_with_the_first_step_that_is_needed() -> None:
    assert first(MATTER, GROUND) == Next("union")


@pytest.mark.parametrize(
    ("holds", "goes_to", "skipped"),
    [
        (True, "township", ()),
        (False, "county", (("township", "not_needed"),)),
        (None, "township", ()),
    ],
)
def test_only_a_rule_that_says_no_passes_a_step_over(
    holds: bool | None, goes_to: str, skipped: tuple[tuple[str, str], ...]
) -> None:
    ground = replace(GROUND, holds=lambda _rule: holds)
    assert after(MATTER, _been(("union", "done", ONE)), ground) == Next(goes_to, skipped)


@pytest.mark.parametrize(("amount", "goes"), [(None, GRANTED), (499_999, GRANTED), (500_000, Next("city"))])
def test_a_level_is_asked_from_its_amount_on(amount: int | None, goes: Next | Granted) -> None:
    path = _been(("union", "done", ONE), ("township", "done", TWO), ("county", "done", THREE))
    assert after(MATTER, path, replace(GROUND, amount=amount)) == goes


def test_a_step_is_passed_over_when_its_only_signer_has_signed_before() -> None:
    ground = replace(GROUND, only_signer={"township": 1, "county": 9}.get)
    assert after(MATTER, _been(("union", "done", ONE)), ground) == Next(
        "county", (("township", "same_person"),)
    )


def test_a_signature_does_not_count_once_the_step_was_opened_anew() -> None:
    ground = replace(GROUND, only_signer={"township": 1}.get)
    path = _been(("union", "done", ONE), ("union", "done", TWO))
    assert after(MATTER, path, ground) == Next("township")


def test_a_case_sent_back_two_steps_goes_straight_back_to_the_sender_and_then_on() -> None:
    path = _been(("union", "done", ONE), ("township", "done", TWO), ("county", "", frozenset()))
    sent = back(MATTER, path, "union")
    assert sent == Next("union", back_to="county")
    path = [*path[:2], Stop("county", "sent_back"), Stop("union", "done", ONE, back_to="county")]
    assert after(MATTER, path, GROUND) == Next("county")
    path.append(Stop("county", "done", THREE))
    assert after(MATTER, path, GROUND) == GRANTED


@pytest.mark.parametrize("to", ["county", "city", "nowhere"])
def test_a_case_goes_back_only_to_where_it_has_been(to: str) -> None:
    with pytest.raises(ValueError, match="has not been"):
        back(MATTER, _been(("union", "done", ONE), ("county", "", frozenset())), to)


def test_the_steps_to_send_back_to_are_those_done_before() -> None:
    path = _been(("union", "done", ONE), ("county", "", frozenset()))
    assert [step.code for step in returnable(MATTER, path)] == ["union"]


def test_a_step_that_falls_due_after_closing_does_not_hold_the_case_up() -> None:
    assert after(MATTER, _been(("city", "done", ONE)), GROUND) == Granted()
