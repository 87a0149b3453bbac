"""A number changed by two people: one proposes value, place and day, and sees what it would do; a second confirms."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import changes, divisions, parameters, places
from zhijia.catalogue.kinds import Parameter
from zhijia.catalogue.models import ParameterChange
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access, tree
from zhijia.rules import finding, ir, versions
from zhijia.rules.finding import Place, Scope
from zhijia.rules.schema import declared
from zhijia.rules.types import Kind
from zhijia.rules.understanding import of_definition

MAY = "matter.define"
Change = ParameterChange
_OPEN_CASES = """SELECT count(*) FROM matters_case c JOIN matters_version v ON v.id = c.version_id
WHERE c.state IN ('open', 'paused') AND v.content::text LIKE '%%' || to_json(%(key)s::text)::text || '%%'
  AND (%(division)s = '' OR EXISTS (SELECT FROM registry_union u WHERE u.id = c.union_id AND u.division ^@ %(stem)s))"""


def proposed(actor: Actor, key: str) -> Sequence[ParameterChange]:
    """What was proposed and confirmed for this number, newest first."""
    access.require(actor, "definitions.view")
    rows = Change.objects.filter(key=key).exclude(state=Change.State.WITHDRAWN)
    return list(rows.order_by("-pk")[:50])


def find(actor: Actor, change_id: int) -> ParameterChange:
    """A proposal. Raises NotForYou for none, and for who may not propose."""
    access.require(actor, MAY)
    return _existing(Change.objects.filter(pk=change_id).first())


def propose(
    *, actor: Actor, at: datetime, key: str, division: str, since: date, typed: str, source: str
) -> ParameterChange:
    """Propose a value from a day on, at a place (empty: everywhere). Raises Refusal for a value of another type, a day
    that has passed, a place that is none, and what is proposed already."""
    actor = access.require(actor, MAY)
    parameter = parameters.get(key)
    if since < days.business_day(at):
        raise Refusal("since_past", _("The first day lies in the past. Choose today or a later day."))
    division = places.padded(division) if division else ""
    if division and divisions.get(division) is None:
        raise Refusal("no_such_place", _("There is no division with this code."))
    value = read(parameter, typed)
    try:
        with transaction.atomic():
            change = Change.objects.create(
                key=key,
                division=division,
                since=since,
                value=value,
                source=source.strip(),
                effect=effect(parameter, division=division, since=since, value=value),
                made_by=actor.user_id or 0,
                made_at=at,
            )
    except IntegrityError:
        raise Refusal(
            "proposed_already", _("A value for this place and day waits already. Take it back first.")
        ) from None
    _record(actor, at, "number.propose", change)
    return change


def confirm(*, actor: Actor, at: datetime, change_id: int) -> ParameterChange:
    """Let it hold from its day on. Only a second person may, with the right at the top. Raises Refusal for who proposed
    it, and when its day has passed."""
    actor, change = _held(actor, change_id)
    for root in tree.roots():
        actor = access.require(actor, MAY, root)
    if change.made_by == actor.user_id:
        raise Refusal("second_person", _("You proposed this. A second person has to publish it."))
    if change.since < days.business_day(at):
        raise Refusal("since_past", _("The first day lies in the past. Choose today or a later day."))
    change.state, change.published_by, change.published_at = Change.State.PUBLISHED, actor.user_id, at
    change.save(update_fields=["state", "published_by", "published_at"])
    _record(actor, at, "number.confirm", change)
    return change


def withdraw(*, actor: Actor, at: datetime, change_id: int) -> None:
    """Take a proposal away: whoever made it, or whoever does not agree."""
    actor, change = _held(actor, change_id)
    change.state = Change.State.WITHDRAWN
    change.save(update_fields=["state"])
    _record(actor, at, "number.withdraw", change)


def effect(parameter: Parameter, *, division: str, since: date, value: Any) -> dict[str, Any]:
    """What it would do, counted over everybody: open cases whose matter speaks of the number (due days that were
    promised stand), and for how many each rule that uses it holds on that day with the number as it is and as
    proposed."""
    added = changes.as_value(division, since, value, "proposed")
    after = changes.laid_over(parameter, [added])
    with whole() as cursor:
        asked = {"key": parameter.code, "division": division, "stem": _stem(division)}
        cursor.execute(_OPEN_CASES, asked)
        cases = int(cursor.fetchone()[0])
    rules = []
    for code, definition in versions.all_in_force(on=since).items():
        rule = of_definition(definition, on=since).main.rule
        used = any(
            isinstance(node, ir.Parameter) and node.key == parameter.code for node in ir.walk(rule.root)
        )
        if used and rule.root.type.kind is Kind.BOOL and declared.entity(rule.subject).within:
            rules.append(
                {
                    "code": code,
                    "label": {"en": definition.label.en, "zh": definition.label.zh},
                    "before": _count(rule, since, parameters.get),
                    "after": _count(
                        rule, since, lambda key: after if key == parameter.code else parameters.get(key)
                    ),
                }
            )
    return {"open_cases": cases, "rules": rules}


def read(parameter: Parameter, typed: str) -> Any:
    """The value that was typed, of the parameter's type. Raises Refusal."""
    text = typed.strip()
    try:
        return _READERS[parameter.type](text)
    except (ValueError, KeyError):
        raise Refusal("wrong_value", _("This is no value of the kind this number has.")) from None


def _words(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


def _decimal(text: str) -> float:
    value = float(text)
    if abs(value) > 1e12 or value != value:
        raise ValueError(text)
    return value


_READERS: dict[str, Callable[[str], Any]] = {
    "whole": int,
    "decimal": _decimal,
    "yes_no": {"yes": True, "no": False, "是": True, "否": False}.__getitem__,
    "words": _words,
    "whole_list": lambda text: [int(one) for one in text.replace("，", ",").split(",")],
}


def _count(rule: ir.Rule, on: date, number: Callable[[str], Parameter]) -> int:
    place = Place(using="bulk", parameters=number)
    return sum(finding.count(rule, scope=Scope(union=root), on=on, place=place) for root in tree.roots())


def _stem(division: str) -> str:
    """The beginning that all codes at and below it share; empty for everywhere."""
    return places.padded(division)[: places.WIDTHS[places.level(division) - 1]] if division else ""


def _held(actor: Actor, change_id: int) -> tuple[Actor, ParameterChange]:
    actor = access.require(actor, MAY)
    change = _existing(Change.objects.select_for_update().filter(pk=change_id).first())
    if change.state != Change.State.PROPOSED:
        raise Refusal("moved_on", _("Somebody was faster. Look at the page again."))
    return actor, change


def _existing(change: ParameterChange | None) -> ParameterChange:
    if change is None:
        raise NotForYou("no_such_number", _("There is no such proposal."))
    return change


def _record(actor: Actor, at: datetime, action: str, change: ParameterChange) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="number",
        subject_id=change.pk,
        place=access.standing_of(actor),
        detail={"key": change.key, "division": change.division, "since": change.since.isoformat()},
    )
