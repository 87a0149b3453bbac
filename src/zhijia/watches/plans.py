"""The rules that are kept live: those a watch names, as they are in force, with all that would change what they say."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhijia.catalogue import definitions, parameters, versions
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.catalogue.watch_kinds import Watch
from zhijia.kernel import ciphers
from zhijia.rules import in_force, ir, judging
from zhijia.rules import versions as rule_versions
from zhijia.rules.checker import check
from zhijia.rules.problems import RuleRefused
from zhijia.rules.reads import NotTraced, Reads, reads
from zhijia.rules.schema import declared
from zhijia.rules.types import Kind
from zhijia.watches.subjects import LISTENING, SUBJECTS, Subject


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule that is kept: its watches, what each tells its causes by, what it looks at, and a signature of it all."""

    definition: RuleDefinition
    rule: ir.Rule
    watches: tuple[Watch, ...]
    causes: Mapping[str, ir.Rule]
    reads: Reads
    signature: str

    @property
    def code(self) -> str:
        return self.definition.code

    @property
    def subject(self) -> Subject:
        """How its subjects stand in our tables."""
        return SUBJECTS[self.rule.subject]


@dataclass(frozen=True, slots=True)
class Plans:
    """What is kept on a day, by rule, and the watches that cannot be, each with a sentence."""

    kept: Mapping[str, Plan]
    problems: Mapping[str, str]


def in_force_on(day: date) -> Plans:
    """The rules that watches name, as they are in force on the day. Within a transaction of somebody, so that numbers
    and rules decided in the program are known."""
    rules = rule_versions.all_in_force(on=day)
    wanted: dict[str, list[Watch]] = {}
    problems = {}
    for watch in definitions.load().watches.values():
        definition = rules.get(watch.rule)
        if definition is None or definition.since > day:
            continue
        wrong = problem_of(watch, definition)
        if wrong:
            problems[watch.code] = wrong
        else:
            wanted.setdefault(watch.rule, []).append(watch)
    kept = {code: _plan(rules[code], watches, day) for code, watches in wanted.items()}
    return Plans(kept, problems)


def problem_of(watch: Watch, definition: RuleDefinition) -> str:
    """Why this watch cannot be kept live, in a sentence; '' where it can."""
    try:
        rule, cause = _understood(watch, definition)
        looked = reads([rule])
        told = reads([cause]) if cause else None
    except RuleRefused as refused:
        return str(refused.problems[0].words)
    except (NotTraced, LookupError) as unknown:
        return str(unknown)
    if rule.subject not in SUBJECTS:
        return f"A watch is about people or unions, not about {rule.subject}."
    if rule.root.type.kind is not Kind.BOOL:
        return f"The rule {definition.code} says neither yes nor no."
    if told and told.day:
        return "The cause changes with the day alone, so that each day would raise a clue."
    deaf = sorted({table for each in (looked, told) if each for table in each.columns} - LISTENING)
    return f"What changes in {', '.join(deaf)} is not listened to." if deaf else ""


def _understood(watch: Watch, definition: RuleDefinition) -> tuple[ir.Rule, ir.Rule | None]:
    rule = judging.checked(definition)[0]
    if not watch.cause:
        return rule, None
    cause = check(
        watch.cause,
        schema=declared,
        subject=rule.subject,
        purpose=rule.purpose,
        parameters=in_force.type_of,
    )
    return rule, cause


def _plan(definition: RuleDefinition, watches: Sequence[Watch], day: date) -> Plan:
    understood = {watch.code: _understood(watch, definition) for watch in watches}
    rule = understood[watches[0].code][0]
    causes = {code: cause for code, (_rule, cause) in understood.items() if cause}
    looked = reads([rule, *causes.values()])
    asked: dict[str, Any] = {
        "rule": versions.digest(definition),
        "watches": {watch.code: versions.digest(watch) for watch in watches},
        "numbers": {key: _values(key, day) for key in sorted(looked.parameters)},
        "day": day.isoformat() if looked.day else "",
        "declared": sorted(looked.declared),
    }
    signature = ciphers.sm3(json.dumps(asked, sort_keys=True, default=str).encode()).hex()
    return Plan(definition, rule, tuple(watches), causes, looked, signature)


def _values(key: str, day: date) -> list[tuple[str, Any]]:
    """The number as it stands on the day, by place."""
    return sorted(
        (value.division, value.value) for value in parameters.get(key).values if value.in_force(day)
    )
