"""People and posts by the dozen for the tests of watches, written as the register holds them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

from zhijia.catalogue import definitions
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.catalogue.text import Text
from zhijia.catalogue.watch_kinds import Owner, Watch
from zhijia.kernel import actors, days
from zhijia.kernel.context import acting, whole
from zhijia.kernel.ids import new_id
from zhijia.registry.models import Employer, Membership, Person, Post, Union
from zhijia.rules import finding
from zhijia.rules.finding import Scope
from zhijia.watches import plans
from zhijia.watches.models import State
from zhijia.watches.services.refreshing import ON_BULK

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = days.business_day(AT)
SAME = Text(en="Test", zh="测试")


def rule(code: str, text: str, *, subject: str = "person", purpose: str = "register") -> RuleDefinition:
    """A rule of the tests."""
    return RuleDefinition(
        code=code, label=SAME, version=1, source="test", confidence="D", subject=subject, purpose=purpose,
        since=date(2020, 1, 1), text=text,
    )  # fmt: skip


def watch(code: str, of: str, **more: Any) -> Watch:
    """A watch of the tests: its clue stands at the union itself."""
    held: dict[str, Any] = {
        "code": code, "label": SAME, "version": 1, "source": "test", "confidence": "D", "rule": of, "guidance": SAME,
        "owner": Owner(permission="clue.answer", seat="own"), "due": "watch.visit_days",
        "expires": "watch.expires_days",
    }  # fmt: skip
    return Watch(**{**held, **more})


@contextmanager
def defined(rules: Mapping[str, RuleDefinition], *watches: Watch, **more: Any) -> Iterator[None]:
    """These rules and watches are all there are; `more` are other kinds of definitions."""
    library = definitions.load()
    changed = {"rules": dict(rules), "watches": {one.code: one for one in watches}, **more}
    fresh = type(library)(
        **{**{name: getattr(library, name) for name in library.__dataclass_fields__}, **changed}
    )
    with patch.object(definitions, "load", lambda: fresh):
        yield


def person(union: Union, **more: Any) -> Person:
    """Somebody who is an active member of the union; written past the policies."""
    made = Person(
        id=new_id(), union_id=union.pk, county_id=union.stands_in, changed_at=AT, **{"name": "李小禾", **more}
    )
    with whole():
        made.save(using="bulk", force_insert=True)
        join(made.pk, union)
    return made


def join(person_id: UUID, union: Union, status: str = "10") -> Membership:
    made = Membership(
        id=new_id(), person_id=person_id, member_number=str(new_id())[-12:], status=status, channel="page",
        joined_on=date(2020, 5, 1), valid_from=date(2020, 5, 1), union_id=union.pk, county_id=union.stands_in,
    )  # fmt: skip
    with whole():
        made.save(using="bulk", force_insert=True)
    return made


def post(union: Union, kind: str, until: date, person_id: UUID | None = None) -> Post:
    """A post at the union until that day."""
    made = Post(
        union_id=union.pk, county_id=union.stands_in, person_id=person_id or new_id(), kind=kind,
        term_from=date(2021, 1, 1), term_to=until,
    )  # fmt: skip
    with whole():
        made.save(using="bulk", force_insert=True)
    return made


def employer(staff: int) -> Employer:
    """An employer with so many staff."""
    with whole():
        return Employer.objects.using("bulk").create(name="晨光机械厂", division="340103", staff_count=staff)


def kept(code: str) -> set[Any]:
    """Those we keep the rule for."""
    with whole():
        rows = list(State.objects.using("bulk").filter(code=code).values_list("person_id", "union_id"))
    return {person_id or union_id for person_id, union_id in rows}


def asked_anew(code: str, on: date = TODAY) -> set[Any]:
    """Those the rule holds for, asked of everybody."""
    with acting(actors.system("test")):
        plan = plans.in_force_on(on).kept[code]
    table = {"person": Person, "union": Union}[plan.rule.subject]
    with whole():
        keys = list(table.objects.using("bulk").values_list("pk", flat=True))  # type: ignore[attr-defined]
    return set(finding.find(plan.rule, scope=Scope(keys=keys), on=on, rows=len(keys) + 1, place=ON_BULK))


def day_of(at: datetime) -> date:
    """The business day of a moment."""
    return days.business_day(at)
