"""What the rule a matter names says of whoever a case is for, clause by clause."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.kernel import days
from zhijia.matters.models import Case
from zhijia.rules import in_force, ir, loading, versions
from zhijia.rules.checker import check
from zhijia.rules.explaining import Explanation, explain
from zhijia.rules.schema import declared


def of(case: Case, matter: Matter, at: datetime) -> Explanation | None:
    """Why the rule says so of the person today; none where the matter names no rule, or nobody may be looked at."""
    if not matter.eligibility or case.person_id is None:
        return None
    day = days.business_day(at)
    rule = _rule(versions.in_force(matter.eligibility, on=day))
    loaded = loading.load([rule], [case.person_id], on=day).get(case.person_id)
    if loaded is None:
        return None
    return explain(
        rule,
        loaded.row,
        on=day,
        parameters=in_force.InForce(loaded.division, day),
        schema=declared,
        division=loaded.division,
    )


def kept(case: Case, matter: Matter, at: datetime) -> dict[str, Any]:
    """What a decision keeps of the rule it used: code and number of the version, and the explanation as plain data."""
    if not matter.eligibility:
        return {}
    definition = versions.in_force(matter.eligibility, on=days.business_day(at))
    told = of(case, matter, at)
    return {**versions.used(definition, at=at), "said": told.as_json() if told else None}


def _rule(definition: RuleDefinition) -> ir.Rule:
    return _checked(definition.texts[0], definition.subject, definition.purpose)


@lru_cache(maxsize=256)
def _checked(text: str, subject: str, purpose: str) -> ir.Rule:
    return check(text, schema=declared, subject=subject, purpose=purpose, parameters=in_force.type_of)
