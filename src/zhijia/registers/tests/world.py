"""A list for tests that needs nothing of the shipped ones, and rows of it."""

from typing import Any
from uuid import UUID

from zhijia.catalogue import definitions
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.versions import content, digest
from zhijia.registers.models import RegisterVersion, Row
from zhijia.registers.services import adding, lists
from zhijia.registers.services.lists import Kept
from zhijia.registry.tests import ready
from zhijia.registry.tests.world import AT, World

CODE = "test.rooms"


def said(**instead: Any) -> dict[str, Any]:
    """What the list says, with some keys said otherwise."""
    return {
        "code": CODE,
        "label": {"en": "Rooms", "zh": "活动室"},
        "version": 1,
        "source": "test",
        "confidence": "D",
        "guidance": {"en": "Rooms unions keep.", "zh": "工会活动室。"},
        "group": "places",
        "levels": ["city", "county", "grassroots"],
        "fields": [
            _field("name", "text", "名称", find=True, once="union", see="public", most=40),
            _field(
                "kind", "choice", "类别", find=True, see="public", choices=[_item("reading"), _item("sport")]
            ),
            _field("seats", "whole", "座位", find=True, least=1, most=500, see="public"),
            _field("cost", "money", "造价", required=False, see="keepers"),
            _field("opened", "date", "启用", find=True, fills="since", see="public"),
            _field("checked", "date", "安全检查", required=False),
            _field("heated", "yes_no", "采暖", required=False, when="values.kind == 'reading'"),
            _field("place", "division", "地区", required=False, fills="division", see="public"),
            _field("of", "union", "所属工会", required=False, fills="union"),
            _field("point", "point", "位置", required=False, fills="point", see="public"),
            _field("phone", "mobile", "电话", required=False, sealed=True, see="keepers"),
        ],
        "title": ["name"],
        "states": [
            {"code": "open", "label": {"en": "Open", "zh": "开放"}},
            {"code": "repair", "label": {"en": "In repair", "zh": "维修"}, "from": ["open"], "reason": True},
            {"code": "closed", "label": {"en": "Closed", "zh": "关闭"}, "ends": True, "reason": True},
        ],
        "dues": [
            {
                "code": "check",
                "label": {"en": "Safety check", "zh": "安全检查"},
                "from": "opened",
                "every": "matter.studio_review_months",
                "alarm": "registers.review_alarm_days",
                "while": ["open"],
            }
        ],
        "facts": [{"kind": "register.studio_named", "dimensions": {}, "quantity": "seats"}],
        "checks": [
            {
                "rule": 'values.cost <= decimal("1000000")',
                "words": {"en": "A room costs a million at most.", "zh": "造价不超过一百万元。"},
            }
        ],
        "public": True,
        "purpose": "requests",
        **instead,
    }


def publish(at: Any = AT, **instead: Any) -> Kept:
    """The list as somebody published it, with its place."""
    register = Register.model_validate(said(**instead))
    version = ready.add(
        RegisterVersion(
            code=register.code,
            number=register.version,
            content=content(register),
            digest=digest(register),
            state=RegisterVersion.State.PUBLISHED,
            since=at.date(),
            made_by=1,
            published_by=2,
            published_at=at,
            made_at=at,
        )
    )
    return lists.prepare(version)


def typed(**instead: Any) -> dict[str, Any]:
    """What somebody types for a room."""
    given = {"name": "晨光阅览室", "kind": "reading", "seats": "30", "opened": "2025-03-01"}
    return {name: value for name, value in {**given, **instead}.items() if value is not None}


def add(world: World, union: str = "luyang", *, who: str = "", at: Any = AT, **instead: Any) -> Row:
    """A room at this union, added by its officer."""
    return adding.add(
        actor=world.act(who or union),
        at=at,
        code=CODE,
        union_id=world.unions[union].pk,
        typed=typed(**instead),
    )


def again(row: Row) -> Row:
    """The row as it is now."""
    return Row.objects.get(register_id=row.register_id, pk=UUID(str(row.pk)))


def known_lists() -> list[str]:
    """The lists the program brings."""
    return sorted(definitions.load().registers)


def _item(code: str) -> dict[str, Any]:
    return {"code": code, "label": {"en": code, "zh": f"{code}类"}}


def _field(name: str, type_: str, zh: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "label": {"en": name, "zh": zh}, "type": type_, **more}
