"""What the lists that come with the program promise of their rows, each broken once."""

from typing import Any

import pytest

from zhijia.catalogue import definitions
from zhijia.registers.services import writing
from zhijia.registers.services.writing import NotTaken
from zhijia.registry.models import Union
from zhijia.registry.tests.world import AT

SESSION = {
    "congress": "row",
    "kind": "regular",
    "papers_on": "2026-03-01",
    "met_on": "2026-03-20",
    "matters": ["heard"],
    "entitled": 60,
    "came": 50,
    "enough": True,
    "resolved": "通过集体合同草案",
    "done_by": "2026-06-30",
    "report_by": "2026-03-30",
}
ITEM = {
    "title": "送温暖申请开始",
    "kind": "notice",
    "text": "本月可以申请。",
    "channels": ["here"],
    "writer": "甲",
    "pictured": False,
    "checked_by": "乙",
    "let_out_by": "丙",
    "out_on": "2026-03-20",
}
FLOW = {
    "set": "row",
    "way": "goes",
    "partner": "数据平台",
    "contact": "数据局",
    "by": "exchange",
    "items": "会员人数",
    "refresh": "year",
    "persons": True,
    "agreed": True,
    "ground": "协议",
    "owner": "办公室",
    "begins": "2026-01-01",
    "looked_on": "2026-01-01",
}
USE = {
    "tool": "检查表",
    "employer": "1",
    "used_on": "2026-03-20",
    "shop": "二车间",
    "by": "甲",
    "found": 2,
    "removed": 1,
    "worst": "防护罩松动",
    "due_on": "2026-04-01",
    "fits": "fits",
}
CHAIRS = {"delegates": 60, "front": 40, "women": 20, "managers": 12}
CONGRESS = {
    "employer": "1",
    "kind": "congress",
    "term": 3,
    "staff": 900,
    "elected_on": "2025-01-01",
    "ends": "2028-01-01",
    **CHAIRS,
}


@pytest.mark.parametrize(
    ("code", "sound", "broken", "at_field"),
    [
        ("workers_congress_session", SESSION, {"papers_on": "2026-03-19"}, "late_why"),
        ("workers_congress_session", SESSION, {"enough": False, "again_on": "2026-04-02"}, ""),
        ("workers_congress_session", SESSION, {"came": 61}, ""),
        ("congress_terms", CONGRESS, {"managers": 13}, ""),
        ("media_item", ITEM, {"let_out_by": "甲"}, ""),
        ("media_item", ITEM, {"pictured": True, "agreed": False}, ""),
        ("data_lineage", FLOW, {"agreed": False}, ""),
        ("data_lineage", FLOW, {"agreed": None}, "agreed"),
        ("safety_tool_use", USE, {"removed": 3}, ""),
        ("safety_tool_use", USE, {"due_on": None}, "due_on"),
    ],
)
def test_a_row_that_breaks_what_its_list_promises_is_refused_where_it_is_wrong(
    code: str, sound: dict[str, Any], broken: dict[str, Any], at_field: str
) -> None:
    register = definitions.load().registers[code]

    def judge(values: dict[str, Any]) -> None:
        writing.judged(register, values, [], before={}, at=AT, union=Union(division="340103000000"))

    judge(sound)
    with pytest.raises(NotTaken) as refused:
        judge({**sound, **broken})
    assert [wrong.name for wrong in refused.value.wrong] == [at_field]


def test_whoever_keeps_a_list_can_see_the_rows_a_row_of_it_has_to_name() -> None:
    """A union sees rows of its own and of those under it: a list kept above alone cannot be named from below."""
    registers = definitions.load().registers
    unseen = [
        (register.code, column.name, level)
        for register in registers.values()
        for column in register.fields
        if column.of and column.is_needed
        for level in register.levels
        if not any(writing.LEVELS[below] >= writing.LEVELS[level] for below in registers[column.of].levels)
    ]
    assert unseen == []
