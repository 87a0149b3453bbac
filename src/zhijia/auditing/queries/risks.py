"""What makes entries and payments worth a look: the risk rules in force (purpose `audit`), asked of the database in a
statement each. It falls on money, never on persons. Row policies hold."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.auditing.rules import PATTERNS, REST_DAY, SPLIT
from zhijia.catalogue import codes, definitions
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.rules import finding, judging, versions
from zhijia.rules.understanding import of_definition

AUDIT, FLAGS = "audit", "audit_flags"
SEEN = {
    REST_DAY: _("A day on which nobody works, by the table of working days."),
    SPLIT: _("Just under the limit, like another on the same account within days."),
}
"""What the patterns look for, in words."""


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk as whoever draws by it reads it: its name, and what it says in words, where a rule does."""

    code: str
    label: str
    words: str = ""


def of_subject(subject: str, on: date) -> dict[str, RuleDefinition]:
    """The risk rules in force about entries, or about payments, by their code."""
    found = versions.all_in_force(on=on)
    return {
        code: rule for code, rule in sorted(found.items()) if (rule.purpose, rule.subject) == (AUDIT, subject)
    }


def choices(on: date) -> list[tuple[str, str]]:
    """Every risk there is to draw by, with its name: of entries, of payments, and what holds for both."""
    entries = [(code, label_of(code)) for code in [*of_subject("entry", on), *PATTERNS]]
    return entries + [
        (code, str(_("Payments: %(risk)s") % {"risk": label_of(code)})) for code in of_subject("payment", on)
    ]


def told(chosen: Collection[str], on: date, language: str) -> list[Risk]:
    """Those a sample was drawn by, in words."""
    known = versions.all_in_force(on=on)
    return [
        Risk(
            code,
            label_of(code),
            _in_words(known[code], on, language) if code in known else str(SEEN.get(code, "")),
        )
        for code in sorted(chosen)
    ]


def label_of(code: str) -> str:
    """A risk by its name; what nobody defines any more by its code."""
    rule = definitions.load().rules.get(code)
    if rule is not None:
        return str(rule.label)
    return codes.label(FLAGS, code) if code in codes.get(FLAGS).by_code else code


def holding(
    rules: Collection[RuleDefinition], numbers: Sequence[int], on: date
) -> dict[int, tuple[str, ...]]:
    """The rules that hold for each of these entries or payments, by its number, in the order of their codes."""
    found: dict[int, list[str]] = {}
    for rule in sorted(rules, key=lambda rule: rule.code):
        for number, verdict in finding.verdicts(judging.checked(rule)[0], numbers, on).items():
            if verdict:
                found.setdefault(number, []).append(rule.code)
    return {number: tuple(codes) for number, codes in found.items()}


def used(rules: Collection[RuleDefinition], at: datetime) -> dict[str, int]:
    """The version of each, kept so that it can be read when there is a newer one."""
    return {rule.code: int(versions.used(rule, at=at)["number"]) for rule in rules}


def _in_words(rule: RuleDefinition, on: date, language: str) -> str:
    seen = of_definition(rule, on=on).main
    clause: Any = seen.zh if language.startswith("zh") else seen.en
    listed = "；" if language.startswith("zh") else "; "
    return " ".join(filter(None, [clause.text, listed.join(part.text for part in clause.parts)]))
