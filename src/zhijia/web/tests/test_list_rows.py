"""What the demo is written to say stands in its lists as it is written."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from zhijia.catalogue import definitions
from zhijia.catalogue.models import Division
from zhijia.catalogue.register_rules import Register
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.registers.services import naming
from zhijia.registers.values import Known
from zhijia.registry.models import Employer
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT
from zhijia.web.demo import list_files
from zhijia.web.demo import lists as demo
from zhijia.web.demo.words import words

UNIONS = {"county": "luyang", "grassroots": "factory", "province": "province"}


@pytest.fixture
def rows_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever row is named is there: rows of other lists are made when the whole demo is."""
    known = naming.known

    def asked(actor: Actor, at: datetime) -> Known:
        there = known(actor, at)
        return lambda kind, value: kind.startswith("row:") or there(kind, value)

    monkeypatch.setattr(naming, "known", asked)


@pytest.mark.parametrize("level", UNIONS)
def test_each_row_that_is_written_fits_its_list_and_says_what_is_written(
    level: str, db: Any, rows_there: None
) -> None:
    world = worlds.build()
    person = str(worlds.member(world, "member", "factory", serial=41).person_id)
    Employer.objects.create(name="晨光机械有限公司", division="340103000000")
    union = world.unions[UNIONS[level]]
    Division.objects.get_or_create(code=union.division, defaults={"name": "这里", "level": 3, "parent": ""})
    world.act(UNIONS[level])
    for code, told in words("list_rows").items():
        register = definitions.load().registers[code]
        assert {row.get("kept_by", "county") for row in told} <= set(register.levels), code
        here = [_without_days(row, register) for row in told if row.get("kept_by", "county") == level]
        ground = demo.ground(union, "", days.business_day(AT))
        rows = {column.of: [str(UUID(int=1))] for column in register.fields if column.of}
        ground = replace(
            ground, people=(person,), rows=rows, files=("",) if list_files.columns(register) else ()
        )
        made = demo.rows_of(register, ground, len(here), AT) if here else []
        assert [{name: row.get(name) for name in said} for row, said in zip(made, here, strict=True)] == here


def _without_days(row: dict[str, Any], register: Register) -> dict[str, Any]:
    """What is written but for the days, which are counted from today, and whose union keeps it."""
    return {
        name: value
        for name, value in row.items()
        if name != "kept_by" and register.by_name[name].type != "date"
    }
