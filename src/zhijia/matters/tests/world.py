"""A matter for tests and the people in it: a member at the factory, officers at three levels."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import yaml
from django.test import override_settings

from zhijia.matters.models import Case, Step
from zhijia.matters.services import asking, handing_in
from zhijia.registry.tests.ready import once_a_run
from zhijia.registry.tests.world import AT, World, appoint, build, member

WORDS = {"en": "Words", "zh": "文字"}
CODE = "test.aid"
_first_with: dict[tuple[tuple[str, str], ...], str] = {}
"""The first folder with these files: all definitions are read once for it, not once for each test."""


def aid(**more: Any) -> dict[str, Any]:
    """A definition: how much and what for; the union, the county and (from 5,000 yuan) the city decide."""
    return {
        "code": CODE,
        "label": {"en": "Help in need", "zh": "困难补助"},
        "version": 1,
        "source": "test",
        "confidence": "D",
        "guidance": WORDS,
        "group": "life",
        "who": ["member"],
        "purpose": "register",
        "retention": "case_years",
        "amount": "sum",
        "form": [
            {
                "name": "sum",
                "label": {"en": "How much", "zh": "申请金额"},
                "type": "money",
                "most": 2_000_000,
            },
            {"name": "why", "label": {"en": "What for", "zh": "申请原因"}, "type": "long_text"},
            {"name": "ill", "label": {"en": "Because of illness", "zh": "是否因病"}, "type": "yes_no"},
            {
                "name": "hospital",
                "label": {"en": "Hospital", "zh": "医院"},
                "type": "text",
                "when": "answers.ill",
            },
        ],
        "steps": [
            {
                **_step("union", "own"),
                "may": ["approve", "refuse", "return", "pause", "add_signer", "delegate"],
            },
            {**_step("county", "county"), "may": ["approve", "refuse", "return", "add_signer"]},
            {**_step("city", "city"), "from_amount": "test.city_from"},
        ],
        **more,
    }


def _step(code: str, seat: str) -> dict[str, Any]:
    return {
        "code": code,
        "label": WORDS,
        "does": "decide",
        "seat": seat,
        "limit": {"parameter": "membership.join_answer_days", "unit": "working_days"},
    }


@contextmanager
def defined(folder: Path, *matters: dict[str, Any]) -> Iterator[None]:
    """While these matters stand in the federation's own folder, with the parameter they name."""
    (folder / "matters").mkdir(parents=True, exist_ok=True)
    (folder / "parameters").mkdir(exist_ok=True)
    for matter in matters:
        path = folder / "matters" / f"{matter['code']}.yaml"
        path.write_text(yaml.safe_dump(matter, allow_unicode=True), encoding="utf-8")
    threshold = {
        "code": "test.city_from",
        "label": WORDS,
        "version": 1,
        "type": "whole",
        "unit": "fen",
        "values": [{"from": "2020-01-01", "value": 500_000, "source": "test", "confidence": "D"}],
    }
    path = folder / "parameters" / "test.city_from.yaml"
    path.write_text(yaml.safe_dump(threshold), encoding="utf-8")
    texts = tuple(
        (str(file.relative_to(folder)), file.read_text("utf-8")) for file in sorted(folder.rglob("*.yaml"))
    )
    with override_settings(CATALOGUE_OVERLAY=_first_with.setdefault(texts, str(folder))):
        yield


@once_a_run
def build_with_member() -> World:
    """The registry's world with an officer of the city, and a member of the factory (`member`)."""
    world = build()
    appoint(world, "city", "county_reviewer")
    member(world, "member", "factory", serial=41)
    return world


def asked(world: World, *, sum_yuan: str = "1200", key: UUID | None = None, code: str = CODE) -> Case:
    """The member's request for help, handed in."""
    actor = world.act("member")
    case = asking.start(actor=actor, at=AT, code=code)
    asking.keep(actor=actor, at=AT, case_id=case.pk, typed={"sum": sum_yuan, "why": "家人住院", "ill": "no"})
    return handing_in.submit(actor=actor, at=AT, case_id=case.pk, key=key or uuid4())


def here(case: Case) -> Step:
    """The step the case is at."""
    return Step.objects.get(case=case, state__in=("active", "paused"))
