"""The rules of data quality (`definitions/quality/`)."""

from typing import Literal

from zhijia.catalogue import definitions
from zhijia.catalogue.quality_rules import QualityRule

__all__ = ["QualityRule", "all", "get"]


def get(code: str) -> QualityRule:
    """The rule. Raises UnknownDefinition."""
    try:
        return definitions.load().quality[code]
    except KeyError:
        raise definitions.UnknownDefinition(f"There is no rule of data quality {code}.") from None


def all(subject: Literal["person", "union"]) -> tuple[QualityRule, ...]:
    """Every rule about people or about unions, the heaviest first."""
    order = ("high", "medium", "low")
    found = [rule for rule in definitions.load().quality.values() if rule.subject == subject]
    return tuple(sorted(found, key=lambda rule: (order.index(rule.severity), -rule.weight, rule.code)))
