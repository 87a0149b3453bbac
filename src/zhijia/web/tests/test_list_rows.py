"""What the demo is written to say stands in its lists as it is written."""

from dataclasses import replace
from typing import Any

import pytest

from zhijia.catalogue import definitions
from zhijia.catalogue.models import Division
from zhijia.catalogue.register_rules import Register
from zhijia.kernel import days
from zhijia.registry.models import Employer
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT
from zhijia.web.demo import list_files
from zhijia.web.demo import lists as demo
from zhijia.web.demo.words import words

UNIONS = {"county": "luyang", "grassroots": "factory", "province": "province"}


@pytest.mark.parametrize("level", UNIONS)
def test_each_row_that_is_written_fits_its_list_and_says_what_is_written(level: str, db: Any) -> None:
    world = worlds.build()
    Employer.objects.create(name="晨光机械有限公司", division="340103000000")
    union = world.unions[UNIONS[level]]
    Division.objects.get_or_create(code=union.division, defaults={"name": "这里", "level": 3, "parent": ""})
    world.act(UNIONS[level])
    for code, told in words("list_rows").items():
        register = definitions.load().registers[code]
        assert {row.get("kept_by", "county") for row in told} <= set(register.levels), code
        here = [_without_days(row, register) for row in told if row.get("kept_by", "county") == level]
        ground = demo.ground(union, "", days.business_day(AT))
        if list_files.columns(register):
            ground = replace(ground, files=("",))
        made = demo.rows_of(register, ground, len(here), AT) if here else []
        assert [{name: row.get(name) for name in said} for row, said in zip(made, here, strict=True)] == here


def _without_days(row: dict[str, Any], register: Register) -> dict[str, Any]:
    """What is written but for the days, which are counted from today, and whose union keeps it."""
    return {
        name: value
        for name, value in row.items()
        if name != "kept_by" and register.by_name[name].type != "date"
    }
