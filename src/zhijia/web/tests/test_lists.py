"""Each list that comes with the program is opened: table, form, template, a row of it and the fact it tells."""

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.catalogue import codes, definitions
from zhijia.catalogue.models import Division
from zhijia.facts.models import Fact
from zhijia.kernel import days
from zhijia.registers.models import Row
from zhijia.registers.services import adding, lists, writing
from zhijia.registers.services.sheets import headings
from zhijia.registry.models import Employer, Union
from zhijia.registry.services import consents
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT
from zhijia.web.demo import list_files
from zhijia.web.demo import lists as demo

AREAS = [code for code, _label in codes.options("areas", days.business_day(AT))]
HOMES = ("luyang", "factory", "province")


def test_the_program_brings_enough_lists() -> None:
    assert len(definitions.load().registers) >= 60


@pytest.mark.parametrize("area", AREAS)
def test_each_list_of_an_area_has_its_table_form_template_row_and_fact(area: str, db: Any) -> None:
    world = worlds.build()
    ding = worlds.member(world, "ding", "factory", serial=1)
    Employer.objects.create(name="晨光机械有限公司", division="340103000000")
    for code in {world.unions[home].division for home in HOMES}:
        Division.objects.create(code=code, name="这里", level=3, parent="")
    for purpose in ("hardship_aid", "services"):
        consents.give(actor=world.act("ding"), at=AT, purpose=purpose)
    defined = definitions.load().registers
    wanted = {code for code in defined if defined[code].group == area}
    needed = set(wanted)
    while more := {column.of for code in needed for column in defined[code].fields if column.of} - needed:
        needed |= more
    browsers = {home: _browser(world, home) for home in HOMES}
    for code in demo.in_order(defined):
        if code in needed:
            _row(world, code, ding)
    for code in sorted(wanted):
        _pages(browsers[_home(code)], code)
        told = Fact.objects.filter(kind="register.row_added", dimensions__list=code).count()
        assert told == Row.objects.filter(register_id=lists.ready(code, at=AT).id).count(), code
        assert told > 0, code


def test_the_demo_makes_rows_at_a_province_where_no_county_keeps_the_list_or_some_are_written_for_it() -> (
    None
):
    defined = definitions.load().registers
    province, county = Union(level=Union.Level.PROVINCE), Union(level=Union.Level.COUNTY)
    kept = {
        code: (demo.is_kept(province, defined[code]), demo.is_kept(county, defined[code]))
        for code in ("security_risk", "cadre_file", "competition", "workplace_problem")
    }
    assert kept == {
        "security_risk": (True, False),
        "cadre_file": (False, True),
        "competition": (True, True),
        "workplace_problem": (False, True),
    }


def _row(world: worlds.World, code: str, ding: Any) -> None:
    home = _home(code)
    register, union = definitions.load().registers[code], world.unions[home]
    actor = world.act(home)
    ground = demo.with_rows(demo.ground(union, register.purpose, days.business_day(AT)), register)
    ground.people = [str(ding.person_id)]
    if list_files.columns(register):
        ground.files = ("",)
        list_files.write(actor, union, register, demo.rows_of(register, ground, 1, AT), AT)
        return
    made = demo.rows_of(register, ground, 1, AT)
    assert made, f"no row fits {code}"
    typed = {name: _typed(register.by_name[name].type, value) for name, value in made[0].items()}
    adding.add(actor=actor, at=AT, code=code, union_id=union.pk, typed=typed)


def _typed(kind: str, value: Any) -> Any:
    if kind == "money":
        return f"{value / 100:.2f}"
    if kind == "yes_no":
        return "yes" if value else "no"
    return value if kind in {"choices", "point"} else str(value)


def _pages(officer: Client, code: str) -> None:
    table = officer.get(reverse("registers:table", args=[code]))
    form = officer.get(reverse("registers:add", args=[code]))
    template = officer.get(reverse("registers:import_template", args=[code]))
    register = definitions.load().registers[code]
    assert str(register.label.zh) in table.content.decode(), code
    assert form.status_code == 200, code
    heads = openpyxl.load_workbook(io.BytesIO(template.content)).worksheets[0][1]
    assert [str(cell.value).rstrip("*") for cell in heads] == [
        column.label.zh for column in headings.columns(register)
    ], code


def _home(code: str) -> str:
    levels = {writing.LEVELS[level] for level in definitions.load().registers[code].levels}
    return "luyang" if 4 in levels else "province" if 2 in levels else "factory"


def _browser(world: worlds.World, name: str) -> Client:
    client = Client()
    client.cookies["language"] = "zh-hans"
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client
