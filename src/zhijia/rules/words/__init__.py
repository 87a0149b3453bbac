"""The reading in words: what a rule asks for, in Chinese and in English, as a worker would say it.

`of_rule(rule, language, subject, terms)` is a small tree a page can draw; `of_node` says a part of it.
"""

from zhijia.catalogue.text import Text
from zhijia.rules import ir
from zhijia.rules.types import Kind
from zhijia.rules.words.clauses import Clause, Language, flat, sentence
from zhijia.rules.words.conditions import condition
from zhijia.rules.words.manners import PLAIN, Manner, manner_of, said
from zhijia.rules.words.nouns import noun
from zhijia.rules.words.speaker import Speaker, Term, Terms, in_force

__all__ = [
    "PLAIN", "Clause", "Language", "Manner", "Speaker", "Term", "Terms", "condition", "flat", "in_force", "manner_of",
    "noun", "of_node", "of_rule", "said", "sentence",
]  # fmt: skip


def of_rule(rule: ir.Rule, language: Language, *, subject: Text, terms: Terms) -> Clause:
    """What the rule asks for, or what it computes, as whole sentences. `subject` is the label of the rule's entity."""
    speaker = Speaker(language, subject, terms)
    if rule.root.type.kind is Kind.BOOL:
        return sentence(condition(speaker, rule.root).clause(language), language)
    return sentence(_amount(speaker, rule.root), language)


def of_node(node: ir.Node, language: Language, *, subject: Text, terms: Terms, positive: bool = True) -> str:
    """A condition (or its opposite) or a value of a rule, in one line."""
    speaker = Speaker(language, subject, terms)
    if node.type.kind is Kind.BOOL:
        return flat(condition(speaker, node, positive).clause(language), language)
    return noun(speaker, node, manner_of(node))


def _amount(speaker: Speaker, node: ir.Node) -> Clause:
    """What is computed; where it depends on something, a line for each case."""
    if not isinstance(node, ir.If):
        told = noun(speaker, node, manner_of(node))
        return Clause(speaker.either(f"the result is {told}", f"结果是{told}"))
    manner = manner_of(node)
    parts: list[Clause] = []
    rest: ir.Node = node
    while isinstance(rest, ir.If):
        asked = condition(speaker, rest.test).flat(speaker.language)
        told = noun(speaker, rest.then, manner)
        lead = speaker.either("if" if not parts else "otherwise, if", "如果" if not parts else "否则，如果")
        parts.append(Clause(speaker.either(f"{lead} {asked}: {told}", f"{lead}{asked}，为{told}")))
        rest = rest.other
    parts.append(
        Clause(
            speaker.either(
                f"otherwise: {noun(speaker, rest, manner)}", f"否则，为{noun(speaker, rest, manner)}"
            )
        )
    )
    return Clause(speaker.either("the result depends:", "结果分情况："), tuple(parts))
