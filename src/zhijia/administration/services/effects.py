"""What another value of a number would do: the open requests it is used in, and for how many its rules would hold."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from zhijia.catalogue import changes, parameters, places
from zhijia.catalogue.kinds import Parameter
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.kernel.context import whole
from zhijia.registry import tree
from zhijia.rules import finding, ir, judging, versions
from zhijia.rules.finding import Place, Scope
from zhijia.rules.schema import declared
from zhijia.rules.types import Kind

_OPEN_CASES = """SELECT count(*) FROM matters_case c JOIN matters_version v ON v.id = c.version_id
WHERE c.state IN ('open', 'paused') AND v.content::text LIKE '%%' || to_json(%(key)s::text)::text || '%%'
  AND (%(division)s = '' OR EXISTS (SELECT FROM registry_union u WHERE u.id = c.union_id AND u.division ^@ %(stem)s))"""


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
    rules = [
        {
            "code": definition.code,
            "label": {"en": definition.label.en, "zh": definition.label.zh},
            "before": _count(rule, since, parameters.get),
            "after": _count(rule, since, lambda key: after if key == parameter.code else parameters.get(key)),
        }
        for definition, rule in _reading(parameter.code, since)
    ]
    return {"open_cases": cases, "rules": rules}


def rules_with(key: str, *, on: date) -> list[ir.Rule]:
    """The rules in force on a day that read the number and can be counted."""
    return [rule for _definition, rule in _reading(key, on)]


def _reading(key: str, on: date) -> Iterator[tuple[RuleDefinition, ir.Rule]]:
    for definition in versions.all_in_force(on=on).values():
        rule, *_amount = judging.checked(definition)
        used = any(isinstance(node, ir.Parameter) and node.key == key for node in ir.walk(rule.root))
        if used and rule.root.type.kind is Kind.BOOL and declared.entity(rule.subject).within:
            yield definition, rule


def _count(rule: ir.Rule, on: date, number: Callable[[str], Parameter]) -> int:
    place = Place(using="bulk", parameters=number)
    return sum(finding.count(rule, scope=Scope(union=root), on=on, place=place) for root in tree.roots())


def _stem(division: str) -> str:
    """The beginning that all codes at and below it share; empty for everywhere."""
    return places.padded(division)[: places.WIDTHS[places.level(division) - 1]] if division else ""
