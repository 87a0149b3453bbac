"""A text seen from all sides, for a command or a page: type, words in both languages, SQL, or where it is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import east_asian_width

from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.rules import finding, in_force, ir, words
from zhijia.rules.checker import check
from zhijia.rules.finding import Place
from zhijia.rules.problems import RuleRefused
from zhijia.rules.schema import Schema, declared
from zhijia.rules.sentences import kind_words, refused
from zhijia.rules.types import Kind


@dataclass(frozen=True, slots=True)
class Understood:
    """A checked rule with its words (trees) and its statement, as of a day at a place."""

    rule: ir.Rule
    zh: words.Clause
    en: words.Clause
    sql: str

    def as_json(self) -> dict[str, Any]:
        """All of it as plain data."""
        nodes = list(ir.walk(self.rule.root))
        return {
            "text": self.rule.text,
            "subject": self.rule.subject,
            "purpose": self.rule.purpose,
            "type": str(self.rule.root.type),
            "words": {"zh": self.zh.as_json(), "en": self.en.as_json()},
            "fields": sorted(f"{entity}.{name}" for entity, name in ir.uses(self.rule)),
            "parameters": sorted({node.key for node in nodes if isinstance(node, ir.Parameter)}),
            "sql": self.sql,
        }


def understand(
    text: str, *, subject: str, purpose: str, on: date, division: str = "", schema: Schema = declared
) -> Understood:
    """The text understood. Raises RuleRefused with all that is wrong, LookupError for an entity nobody declared."""
    rule = check(text, schema=schema, subject=subject, purpose=purpose, parameters=in_force.type_of)
    label, terms = schema.entity(subject).label, words.in_force(division, on)
    return Understood(
        rule=rule,
        zh=words.of_rule(rule, "zh", subject=label, terms=terms),
        en=words.of_rule(rule, "en", subject=label, terms=terms),
        sql=finding.shown(rule, on=on, place=Place(schema=schema)).shown(),
    )


@dataclass(frozen=True, slots=True)
class Shipped:
    """A definition understood: who it holds for (or what it computes), and how much where it says so."""

    definition: RuleDefinition
    main: Understood
    amount: Understood | None


def of_definition(definition: RuleDefinition, *, on: date, schema: Schema = declared) -> Shipped:
    """A rule of the catalogue understood. Raises RuleRefused, also where its condition is none or its amount is no
    number."""
    asked = {"subject": definition.subject, "purpose": definition.purpose}
    main, *rest = (understand(text, **asked, on=on, schema=schema) for text in definition.texts)
    amount = rest[0] if rest else None
    if definition.condition is not None and main.rule.root.type.kind is not Kind.BOOL:
        raise _misplaced(main.rule, "no_condition")
    if amount is not None and not amount.rule.root.type.numeric:
        raise _misplaced(amount.rule, "no_amount")
    return Shipped(definition, main, amount)


def _misplaced(rule: ir.Rule, code: str) -> RuleRefused:
    return refused(rule.text, code, rule.root.span, type=kind_words(rule.root.type))


AROUND = 100
"""So many characters of a long line are shown on either side of a place."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a text: line and column from 1, the line itself, and a mark under what is meant."""

    line: int
    column: int
    text: str
    mark: str


def spot(text: str, start: int, end: int) -> Spot:
    """Where the characters from `start` to `end` stand. The mark is as wide as they are shown, Chinese ones doubly. Of
    a long line, what is around them."""
    begins = text.rfind("\n", 0, start) + 1
    line = text[begins:].split("\n", 1)[0]
    column = start - begins
    cut = max(column - AROUND, 0)
    before, meant = line[cut:column], line[column : max(min(end - begins, column + AROUND), column + 1)]
    behind = line[column + len(meant) :][:AROUND]
    mark = " " * _width(before) + "^" * max(_width(meant), 1)
    return Spot(text.count("\n", 0, start) + 1, column + 1, before + meant + behind, mark)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def refusals(wrong: RuleRefused) -> Iterator[dict[str, Any]]:
    """What is wrong, one after the other, as plain data."""
    for problem in wrong.problems:
        place = spot(wrong.text, problem.span.start, problem.span.end)
        yield {
            "code": problem.code,
            "line": place.line,
            "column": place.column,
            "en": problem.words.en,
            "zh": problem.words.zh,
        }
