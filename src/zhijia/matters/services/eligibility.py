"""What the rule a matter names says of whoever a case is for, clause by clause."""

from datetime import datetime
from typing import Any

from zhijia.catalogue.matter_rules import Matter
from zhijia.kernel import days
from zhijia.matters.models import Case
from zhijia.rules import judging, versions
from zhijia.rules.explaining import Explanation


def of(case: Case, matter: Matter, at: datetime) -> Explanation | None:
    """Why the rule says so of the person today; none where the matter names no rule, or nobody may be looked at."""
    if not matter.eligibility or case.person_id is None:
        return None
    day = days.business_day(at)
    rule, *_amount = judging.checked(versions.in_force(matter.eligibility, on=day))
    return judging.asked_of(rule, case.person_id, on=day)


def kept(case: Case, matter: Matter, at: datetime) -> dict[str, Any]:
    """What a decision keeps of the rule it used: code and number of the version, and the explanation as plain data."""
    if not matter.eligibility:
        return {}
    definition = versions.in_force(matter.eligibility, on=days.business_day(at))
    told = of(case, matter, at)
    return {**versions.used(definition, at=at), "said": told.as_json() if told else None}
