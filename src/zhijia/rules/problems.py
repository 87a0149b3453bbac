"""Why a rule is refused: each problem has a code, a place in the text and a sentence in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhijia.catalogue.text import Text


@dataclass(frozen=True, slots=True)
class Span:
    """From one character (included) to another (excluded) of the rule's text, counted from 0."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it stands, and what to write instead."""

    code: str
    span: Span
    words: Text


class RuleRefused(Exception):
    """The text is no rule that every reading would read alike; `problems` says why, the first place first."""

    def __init__(self, text: str, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.span.start}: {p.words.en}" for p in problems))
        self.text = text
        self.problems = tuple(sorted(problems, key=lambda problem: problem.span.start))
