"""Which version of a rule holds when, and what an earlier one said: a decision names code and number, and computes to
the same again."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from zhijia.catalogue import definitions, versions
from zhijia.catalogue.reader import DefinitionError
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.rules.models import RuleVersion


def in_force(code: str, *, on: date) -> RuleDefinition:
    """The rule of that code on a day: the latest published here, else the one that came with the program. Raises
    UnknownDefinition."""
    found = _chosen(definitions.load().rules, versions.latest(RuleVersion, on=on, code=code)).get(code)
    if found is None:
        raise definitions.UnknownDefinition(f"There is no rule {code}.")
    return found


def all_in_force(*, on: date) -> dict[str, RuleDefinition]:
    """Every rule that holds on a day, by its code."""
    return _chosen(definitions.load().rules, versions.latest(RuleVersion, on=on))


def _chosen(
    shipped: Mapping[str, RuleDefinition], here: Mapping[str, RuleVersion]
) -> dict[str, RuleDefinition]:
    """The rules of the program, and those written here unless the program has a newer one."""
    newest = {
        code: RuleDefinition.model_validate(row.content)
        for code, row in here.items()
        if code not in shipped or row.number >= shipped[code].version
    }
    return {**shipped, **newest}


def used(definition: RuleDefinition, *, at: datetime) -> dict[str, Any]:
    """What a decision keeps of the rule it used: code and number. A rule of the program is written down with its first
    use, so that it can be read when the program has a newer one. Raises DefinitionError when its text changed and
    its number did not."""
    kept, _made = RuleVersion.objects.get_or_create(
        code=definition.code,
        number=definition.version,
        defaults={
            "content": versions.content(definition),
            "digest": versions.digest(definition),
            "state": RuleVersion.State.PUBLISHED,
            "shipped": True,
            "since": definition.since,
            "made_at": at,
        },
    )
    if kept.digest != versions.digest(definition):
        raise DefinitionError(
            [
                f"rules/{definition.code}.yaml: version: the text changed since version {kept.number}; count on."
            ]
        )
    return {"code": kept.code, "number": kept.number}


def kept(code: str, number: int) -> RuleDefinition:
    """What the version a decision used says. Raises UnknownDefinition."""
    found = RuleVersion.objects.filter(code=code, number=number, state=RuleVersion.State.PUBLISHED).first()
    if found is None:
        raise definitions.UnknownDefinition(f"No decision has used version {number} of the rule {code}.")
    return RuleDefinition.model_validate(found.content)
