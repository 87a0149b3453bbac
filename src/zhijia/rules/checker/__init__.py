"""From a rule's text to the typed form: `check` understands it wholly or refuses it with every reason (ADR 0014)."""

from zhijia.rules.checker import nesting
from zhijia.rules.checker.expressions import Checker, Parameters
from zhijia.rules.ir import Rule
from zhijia.rules.parser import parse
from zhijia.rules.problems import RuleRefused
from zhijia.rules.schema import Schema
from zhijia.rules.types import Kind

__all__ = ["Parameters", "check"]

_ANSWERS = frozenset({Kind.BOOL, Kind.INT, Kind.DOUBLE, Kind.DECIMAL, Kind.STRING, Kind.DATE})


def check(text: str, *, schema: Schema, subject: str, purpose: str, parameters: Parameters) -> Rule:
    """The rule about one row of `subject`, which may use what `purpose` allows; `parameters` tells the type of a key
    (None: nobody defined it). Raises RuleRefused with all that is wrong, LookupError for an entity nobody declared."""
    checker = Checker(text, schema, schema.entity(subject), purpose, parameters)
    root = checker.node(parse(text), {})
    if root is not None and root.type.kind not in _ANSWERS:
        checker.report("no_answer", root.span, type=root.type)
    if root is not None:
        nesting.check(checker, root)
    if checker.problems or root is None:
        raise RuleRefused(text, checker.problems)
    return Rule(text, subject, purpose, root)
