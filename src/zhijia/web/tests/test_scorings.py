"""Each appraisal that comes with the program is opened: it is sound, a union runs it, an entry of it begins and is told
as a fact."""

import html
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.appraisals.models import Entry
from zhijia.appraisals.services import checking, entering, opening, versions
from zhijia.appraisals.services.opening import Task
from zhijia.catalogue import definitions
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.catalogue.models import Division
from zhijia.facts.models import Fact
from zhijia.kernel import days
from zhijia.registers.models import Row
from zhijia.registers.services import adding
from zhijia.registry.models import Coverage, Employer
from zhijia.registry.tests import ready
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World
from zhijia.web.demo import lists as demo

FIRM = "晨光机械有限公司"
SUBJECTS = ("union", "employer", "row")


def test_the_program_brings_enough_appraisals() -> None:
    assert len(definitions.load().appraisals) >= 15


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_appraisal_is_run_and_an_entry_of_it_begins(subject: str, db: Any) -> None:
    world = worlds.build()
    firm = Employer.objects.create(name=FIRM, division="340103000000")
    ready.add(Coverage(union=world.unions["factory"], employer=firm, valid_from=date(2020, 1, 1)))
    Division.objects.create(code="340103000000", name="这里", level=3, parent="")
    Division.objects.create(code="340000000000", name="这里", level=1, parent="")
    for code, scheme in definitions.load().appraisals.items():
        if scheme.subject != subject:
            continue
        assert [str(one) for one in checking.problems_of(scheme, on=AT.date())] == [], code
        home = "luyang" if "county" in scheme.levels else "province"
        actor, task = world.act(home), Task(code, code, date(2026, 1, 1), date(2026, 12, 31), "above")
        if "above" not in scheme.begins:
            task = Task(code, code, task.since, task.until, scheme.begins[0])
        run = opening.open_run(actor=actor, at=AT, union=world.unions[home], task=task, once=uuid4())
        assert versions.definition(run.version) == scheme, code
        entry = entering.call(actor=actor, at=AT, run_id=run.pk, text=_of(world, scheme, home))
        scores_itself = any(part.by == "self" for part in scheme.parts)
        assert (entry.state == Entry.State.BEGUN) == scores_itself, code
        told = Fact.objects.filter(kind="appraisal.begun", dimensions__appraisal=code)
        assert told.count() == run.entries.count() == 1, code
        _is_drawn(world, home, entry, scheme)


@pytest.mark.parametrize("code", sorted(definitions.load().appraisals))
def test_the_points_of_a_scheme_are_a_hundred_or_a_part_of_its_own_is_rated_by_a_hundred(code: str) -> None:
    """What rules out stands in a group of its own, a point each."""
    sums = {
        group.code: sum(item.points for item in group.items if not item.extra)
        for group in definitions.load().appraisals[code].scheme
    }
    bars, members = sums.pop("bars", 0), sums.pop("members", 0)
    assert bars <= 4
    assert sum(sums.values()) == 100 or members == 100 or sum(sums.values()) + members == 100


def _is_drawn(world: World, home: str, entry: Entry, scheme: Appraisal) -> None:
    """The page of an entry shows each item in the reader's language."""
    reader = Client()
    reader.force_login(User.objects.get(pk=world.actors[home].user_id))
    for language, words in (("zh-hans", "zh"), ("en", "en")):
        reader.cookies["language"] = language
        page = reader.get(reverse("appraisals:entry", args=[entry.pk]))
        shown = html.unescape(page.content.decode())
        lacking = [item.code for item in scheme.items.values() if getattr(item.label, words) not in shown]
        assert (page.status_code, lacking) == (200, []), (scheme.code, language)


def _of(world: World, scheme: Appraisal, home: str) -> str:
    """Something of the kind the appraisal is about, under the union that runs it."""
    if scheme.subject == "union":
        return world.unions["factory"].name
    if scheme.subject == "employer":
        return FIRM
    return str(_row(world, str(scheme.of), home).number)


def _row(world: World, code: str, home: str) -> Row:
    """A row of the list there, after one of each list it has to name."""
    register = definitions.load().registers[code]
    for column in register.fields:
        if column.of and column.required and column.of != code:
            _row(world, column.of, home)
    here = demo.with_rows(demo.ground(world.unions[home], register.purpose, days.business_day(AT)), register)
    made = demo.rows_of(register, here, 1, AT)[0]
    typed = {name: _typed(register.by_name[name].type, value) for name, value in made.items()}
    return adding.add(actor=world.act(home), at=AT, code=code, union_id=world.unions[home].pk, typed=typed)


def _typed(kind: str, value: Any) -> Any:
    if kind == "money":
        return f"{value / 100:.2f}"
    if kind == "yes_no":
        return "yes" if value else "no"
    return value if kind in {"choices", "point"} else str(value)
