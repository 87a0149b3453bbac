"""Which rules of sharing hold on a day: those of the program, and those a federation published itself."""

from collections.abc import Mapping
from datetime import date

from zhijia.catalogue import definitions, versions
from zhijia.catalogue.split_kinds import SplitRule
from zhijia.dues.models import SplitVersion


def all_in_force(*, on: date) -> dict[str, SplitRule]:
    """Every rule that was published by that day, by its code: of each the latest. The days of its payments are the
    rule's own (`from`, `to`)."""
    shipped: Mapping[str, SplitRule] = definitions.load().splits
    here = {
        code: SplitRule.model_validate(row.content)
        for code, row in versions.latest(SplitVersion, on=on).items()
        if code not in shipped or row.number >= shipped[code].version
    }
    return {**shipped, **here}


def in_order(rules: Mapping[str, SplitRule]) -> list[SplitRule]:
    """The rules in the order in which they are asked."""
    return sorted(rules.values(), key=lambda rule: (rule.order, rule.code))
