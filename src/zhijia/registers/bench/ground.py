"""A made-up province for the bench of lists: a city of many counties, officers above and below, a list and its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from zhijia.accounts import services as accounts
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.versions import content, digest
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.registers.models import RegisterVersion
from zhijia.registers.services import lists
from zhijia.registers.services.lists import Kept
from zhijia.registry import tree
from zhijia.registry.models import Parent, Union
from zhijia.registry.services import grants

COUNTIES, CODE, FOUNDED = 20, "bench.rooms", date(2015, 1, 1)
KINDS = ("reading", "sport", "music", "tea", "health")
PLACES = (31.5, 116.5, 0.4)
"""The first county's corner, and how many degrees wide each is: they stand five in a row."""
_GOLDEN = (0.618_033_988_749_895, 0.754_877_666_246_693)
_WORDS = ("机械", "纺织", "快递", "化工", "电子", "建筑", "港口", "铁路", "环卫", "印刷")


@dataclass(frozen=True, slots=True)
class Ground:
    """The list, the unions that keep it, and who looks at it: over all of them, and at one."""

    kept: Kept
    counties: tuple[Union, ...]
    keepers: tuple[Actor, ...]
    above: Actor


def make(at: datetime) -> Ground:
    """The unions, an officer at each and one above them, and the list as it was published."""
    founder = Actor(None, "demo", "bench")
    with acting(founder):
        province = _union(1, Union.Level.PROVINCE, None, at)
        city = _union(2, Union.Level.CITY, province, at)
        below = [_union(10 + number, Union.Level.COUNTY, city, at) for number in range(COUNTIES)]
        tree.rebuild(using="default")
        giver = accounts.create_user(actor=founder, at=at, login="bench-giver", staff=True)
    grants.write(
        at=at, user_id=giver.pk, role="security_admin", union=province, given_by=founder, using="bulk"
    )
    with acting(Actor(giver.pk, "demo", "bench")) as by:
        keepers = tuple(_officer(by, at, f"bench-{one.pk}", "county_reviewer", one) for one in below)
        above = _officer(by, at, "bench-above", "province_officer", province)
        counties = tuple(Union.objects.filter(pk__in=[one.pk for one in below]).order_by("pk"))
    _publish(at)
    with acting(Actor(giver.pk, "demo", "bench")):
        kept = lists.ready(CODE, at=at)
    return Ground(kept, counties, keepers, above)


def point(place: int, number: int) -> tuple[float, float]:
    """Latitude and longitude of the row of this number in a county, scattered evenly over it."""
    south, west, wide = PLACES
    down, along = (round(number * step % 1 * wide, 6) for step in _GOLDEN)
    return round(south + place // 5 * wide + down, 6), round(west + place % 5 * wide + along, 6)


def rows(begin: int, many: int, place: int) -> Iterator[dict[str, Any]]:
    """So many rows of the county with their stored values; the same numbers say the same."""
    for number in range(begin, begin + many):
        yield {
            "name": f"{_WORDS[number % 10]}职工活动室{number}",
            "kind": KINDS[number * 7 % 5],
            "seats": number * 13 % 500 + 1,
            "cost": number * 101 % 10_000_000,
            "opened": (FOUNDED + timedelta(days=number * 17 % 4000)).isoformat(),
            "address": f"{_WORDS[number * 3 % 10]}路{number % 1000}号",
            "remark": f"每天八点到二十点开放，{_WORDS[number * 7 % 10]}行业职工凭会员卡使用。",
            "point": list(point(place, number)),
        }


def _union(number: int, level: int, above: Union | None, at: datetime) -> Union:
    union = Union.objects.create(
        code=f"340100-7{number:05d}",
        name=f"测试工会{number}",
        type="10",
        level=level,
        division="340100000000",
        founded_on=FOUNDED,
    )
    if above is not None:
        Parent.objects.create(
            union=union, parent=above, tree=Parent.Tree.ORGANISATION, valid_from=FOUNDED, recorded_at=at
        )
    return union


def _officer(by: Actor, at: datetime, login: str, role: str, union: Union) -> Actor:
    user = accounts.create_user(actor=by, at=at, login=login, staff=True)
    grants.write(at=at, user_id=user.pk, role=role, union=union, given_by=by)
    return Actor(user.pk, "page", "bench")


def _publish(at: datetime) -> None:
    register = Register.model_validate(_definition())
    RegisterVersion.objects.using("bulk").create(
        code=CODE,
        number=1,
        content=content(register),
        digest=digest(register),
        state=RegisterVersion.State.PUBLISHED,
        since=FOUNDED,
        made_by=1,
        made_at=at,
        published_by=2,
        published_at=at,
    )


def _definition() -> dict[str, Any]:
    words = {"en": "Bench", "zh": "测试"}

    def field(name: str, type_: str, **more: Any) -> dict[str, Any]:
        return {"name": name, "label": words, "type": type_, **more}

    return {
        "code": CODE, "label": words, "version": 1, "source": "bench", "confidence": "D", "guidance": words,
        "group": "places", "levels": ["county"], "title": ["name"],
        "fields": [
            field("name", "text", most=60, find=True, once="union"),
            field("kind", "choice", find=True, choices=[{"code": code, "label": words} for code in KINDS]),
            field("seats", "whole", least=1, most=500, find=True),
            field("cost", "money", required=False),
            field("opened", "date", find=True, fills="since"),
            field("address", "text", most=120),
            field("remark", "long_text", required=False),
            field("point", "point", fills="point"),
        ],
    }  # fmt: skip
