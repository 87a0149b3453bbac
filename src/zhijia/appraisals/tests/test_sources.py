"""Figures fill shipped appraisals in, and a page shows where each number comes from."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.appraisals.models import Entry
from zhijia.appraisals.services import entering, held, marking, opening, settling
from zhijia.appraisals.services.opening import Task
from zhijia.catalogue.appraisal_rules import Criterion
from zhijia.facts import services as facts
from zhijia.facts.services import NewFact
from zhijia.kernel import days
from zhijia.kernel.context import acting
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def world(db: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(days, "now", lambda: AT)
    made = worlds.build()
    factory = made.unions["factory"]
    for number, day in enumerate((date(2026, 3, 1), date(2026, 5, 2), date(2025, 5, 2))):
        told = NewFact(
            "member.joined", factory.pk, factory.stands_in, day, record="membership", record_id=f"m{number}"
        )
        comforted = NewFact(
            "register.comforted", factory.pk, factory.stands_in, day, quantity=7, record="row",
            record_id=f"r{number}", dimensions={"whom": "ill"},
        )  # fmt: skip
        with acting(made.actors["factory"]):
            facts.record([told, comforted])
    return made


def _entry(world: World, code: str, home: str, under: str) -> Entry:
    actor = world.act(home)
    task = Task(code, code, *YEAR, "above")
    run = opening.open_run(actor=actor, at=AT, union=world.unions[home], task=task, once=uuid4())
    return entering.call(actor=actor, at=AT, run_id=run.pk, text=world.unions[under].name)


def _page(world: World, who: str, entry: Entry, item: str, language: str = "zh-hans") -> Any:
    client = Client()
    client.cookies["language"] = language
    client.force_login(User.objects.get(pk=world.actors[who].user_id))
    return client.get(reverse("appraisals:figure", args=[entry.pk, item]))


def _least(item: Criterion) -> str:
    """The mark that brings nothing, and so needs no evidence."""
    if item.sort == "steps":
        return min(item.steps, key=lambda step: step.points).code
    return {"yes_no": "no", "deduct": "99"}.get(item.sort, "0")


def test_a_home_that_scores_itself_keeps_its_figures_with_where_they_come_from(world: World) -> None:
    entry = _entry(world, "workers_home", "luyang", "factory")
    actor, scheme = world.act("factory"), held.entry(entry.pk)[1]
    part = marking.self_part(scheme)
    for item in scheme.by_part[part.code]:
        marking.score_self(actor=actor, at=AT, entry_id=entry.pk, item=item.code, said=_least(item))
    marking.hand_in(actor=actor, at=AT, entry_id=entry.pk)
    kept = {row.item: (row.value, row.said) for row in entry.filled.all()}
    # two joined this year, and twenty bring all ten points; nobody has held a congress
    assert (kept["joined"], kept["sessions"]) == ((2, "1"), (0, "none"))
    for language, words in (("zh-hans", "职工入会"), ("en", "A worker joined")):
        shown = _page(world, "factory", entry, "joined", language).content.decode()
        read = re.sub("<[^>]*>", " ", shown)  # the ids stand in the tags
        years = set(re.findall(r"(?<!\d)20\d\d(?!\d)", read))
        assert (words in shown, years) == (True, {"2026"}), language
    assert shown.count("晨光机械工会") >= 2


def test_an_appraisal_that_figures_mark_alone_has_its_result_of_them(world: World) -> None:
    entry = _entry(world, "aid_quality", "province", "luyang")
    entry = settling.settle(actor=world.act("province"), at=AT, entry_id=entry.pk)
    marks = {mark.item: mark.points for mark in entry.marks.all()}
    # 14 of 50 were comforted this year: 4.2 of 15; nothing is known of audits and ratings, which may lack: 4.2 of 65
    assert (marks["comforted"], marks["findings"], entry.points) == (420, None, "6.46")
    page = _page(world, "province", entry, "comforted").content.decode()
    assert [words in page for words in ("走访慰问职工", "14", "4.2", "晨光机械工会")] == [True] * 4


@pytest.mark.parametrize("who", ["couriers", "shushan", "mill"])
def test_nobody_else_reads_where_a_number_comes_from(world: World, who: str) -> None:
    entry = _entry(world, "workers_home", "luyang", "factory")
    assert _page(world, who, entry, "joined").status_code == 404
    assert _page(world, "luyang", entry, "term").status_code == 404
