"""Each round that comes with the program is held: it is sound, a call of it opens, somebody is nominated with answers
to all it asks, goes up to the union that holds it, and is told as a fact."""

import html
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.appraisals import round_conditions
from zhijia.appraisals.models.rounds import Nomination
from zhijia.appraisals.services.rounds import agreeing, nominating, preparing, recommending
from zhijia.appraisals.tests.rounds.world import paper
from zhijia.catalogue import codes, definitions
from zhijia.catalogue.models import Division
from zhijia.catalogue.round_rules import Question, Round
from zhijia.facts.models import Fact
from zhijia.kernel import days
from zhijia.kernel.codes import synthetic_employer_code
from zhijia.questionnaires.tests.world import Hall, hall
from zhijia.registers.services import adding
from zhijia.registry.models import Coverage, Employer
from zhijia.registry.tests import ready
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT
from zhijia.web.demo import lists as demo

CODES = sorted(definitions.load().rounds)
BUDGET = 100_000_000
A_WEEK = timedelta(days=9)
"""Longer than a notice at the unit hangs."""


def test_the_program_brings_enough_rounds() -> None:
    assert len(CODES) >= 12


@pytest.mark.parametrize("code", CODES)
def test_somebody_is_nominated_and_goes_up_to_the_union_that_holds_it(code: str, db: Any) -> None:
    asked = definitions.load().rounds[code]
    assert [str(one) for one in round_conditions.problems_of(asked, on=AT.date())] == []
    place = hall(1)
    world = place.world
    worlds.appoint(world, "city", "province_officer")
    home = "luyang" if "county" in asked.levels else "province"
    call = preparing.make(
        actor=world.act(home), at=AT, once=uuid4(), union=world.unions[home], code=code, title="", year=2026,
        opens_at=AT, closes_at=AT + timedelta(days=60), budget=BUDGET,
    )  # fmt: skip
    preparing.open_call(actor=world.act(home), at=AT, round_id=call.pk)
    row = _nominated(place, asked, call.pk)
    at = AT
    for union in ("factory", "luyang", "city", "province"):
        row.refresh_from_db()
        if row.state == Nomination.State.IN or row.at_union_id != world.unions[union].pk:
            continue
        if asked.showing("unit") and row.union_id == row.at_union_id:
            recommending.show(actor=world.act(union), at=at, nomination_id=row.pk)
            at += A_WEEK
        recommending.recommend(actor=world.act(union), at=at, nomination_id=row.pk, words="职代会通过")
    row.refresh_from_db()
    assert row.state == Nomination.State.IN
    assert Fact.objects.filter(kind="round.nominated", dimensions__round=code).count() == 1


def _nominated(place: Hall, asked: Round, round_id: int) -> Nomination:
    """What a union nominates, with an answer to each question and a file where one is asked."""
    world = place.world
    by, number = ("luyang", _station(place)) if asked.subject == "row" else ("factory", place.numbers[0])
    if asked.subject == "employer":
        number = _firm(place)
    actor, union = world.act(by), world.unions[by]
    row = nominating.begin(
        actor=actor, at=AT, once=uuid4(), round_id=round_id, union=union, number=number, title="焊缝跟踪装置"
    )
    _is_drawn(User.objects.get(pk=actor.user_id), row, asked)
    world.act(by)
    typed = {one.name: _answer(one) for one in asked.questions if one.type != "file"}
    files = {one.name: [paper()] for one in asked.questions if one.type == "file"}
    assert not nominating.keep(actor=actor, at=AT, nomination_id=row.pk, typed=typed, sent=files)
    if asked.of_people and asked.notices:
        agreeing.agree(actor=place.as_voter(0), at=AT, nomination_id=row.pk)
    world.act(by)
    return nominating.hand_in(actor=actor, at=AT, nomination_id=row.pk)


def _is_drawn(user: User, row: Nomination, asked: Round) -> None:
    """The form asks each question in the reader's language."""
    reader = Client()
    reader.force_login(user)
    for language, words in (("zh-hans", "zh"), ("en", "en")):
        reader.cookies["language"] = language
        page = reader.get(reverse("appraisals:round_entry", args=[row.pk]))
        shown = html.unescape(page.content.decode())
        lacking = [one.name for one in asked.questions if getattr(one.label, words) not in shown]
        assert (page.status_code, lacking) == (200, []), language


def _answer(question: Question) -> Any:
    """Something of its type."""
    if question.type in {"choice", "choices"}:
        first = question.choices[0].code
        return first if question.type == "choice" else [first]
    if question.type == "code":
        return codes.options(question.code_list, days.business_day(AT))[0][0]
    least = question.least or 1
    return {
        "whole": str(least), "money": f"{least / 100:.2f}", "date": "2026-06-01", "yes_no": "yes",
        "division": "340103000000",
    }.get(question.type, "写清楚时间、地点和数据。")  # fmt: skip


def _firm(place: Hall) -> str:
    firm = Employer.objects.create(
        name="晨光机械有限公司", division="340103000000", credit_code=synthetic_employer_code(1)
    )
    ready.add(Coverage(union=place.union, employer=firm, valid_from=date(2020, 1, 1)))
    return str(firm.credit_code)


def _station(place: Hall) -> str:
    """A station that Luyang keeps."""
    world = place.world
    Division.objects.create(code="340103000000", name="庐阳区", level=3, parent="")
    register, union = definitions.load().registers["service_station"], world.unions["luyang"]
    actor = world.act("luyang")
    made = demo.rows_of(register, demo.Ground(union, days.business_day(AT)), 1, AT)[0]
    typed = {name: value if isinstance(value, list) else str(value) for name, value in made.items()}
    return str(adding.add(actor=actor, at=AT, code=register.code, union_id=union.pk, typed=typed).number)
