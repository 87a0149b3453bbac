"""What is said: a sentence, or the head of a list and what it lists; a clause before it is a sentence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Language = Literal["en", "zh"]
SHORT = {"en": 110, "zh": 48}
"""How many characters two clauses may have together before they are drawn as a list."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence, or the head of a list (it ends in a colon) with its parts."""

    text: str
    parts: tuple["Clause", ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The text line by line, what is listed indented below its head."""
        yield "  " * depth + ("- " if depth else "") + self.text
        for part in self.parts:
            yield from part.lines(depth + 1)

    def line(self) -> str:
        """The text in one line, what is listed behind its head."""
        if not self.parts:
            return self.text
        is_chinese, is_deep = self.text.endswith("："), any(part.parts for part in self.parts)
        between = ("；" if is_deep else "、") if is_chinese else ("; " if is_deep else ", ")
        return self.text + ("" if is_chinese else " ") + between.join(part.line() for part in self.parts)

    def as_json(self) -> dict[str, Any]:
        """The tree as plain data."""
        return {
            "text": self.text,
            **({"parts": [part.as_json() for part in self.parts]} if self.parts else {}),
        }


@dataclass(frozen=True, slots=True)
class Said:
    """A condition before it stands in a sentence: what it speaks of (`topic`, may be empty) and what it says of it.

    `bare` says that `rest` is a predicate about the row at hand itself ("is under 16 years of age"), `own` that the
    topic is something of that row. `listed` marks several conditions in one."""

    topic: str
    rest: str
    parts: tuple[Clause, ...] = ()
    bare: bool = False
    own: bool = False
    listed: bool = False

    def text(self, language: Language) -> str:
        """Topic and predicate together; the head alone where there are parts."""
        return joined(self.topic, self.rest, language)

    def clause(self, language: Language) -> Clause:
        """As it stands in a list."""
        return Clause(self.text(language), self.parts)

    def flat(self, language: Language) -> str:
        """In one line, with the parts numbered behind the head, for the middle of another sentence."""
        return flat(self.clause(language), language)


def joined(first: str, second: str, language: Language) -> str:
    """Two pieces of a sentence, with a blank between them where the language has one."""
    return f"{first} {second}" if language == "en" and first and second else first + second


def flat(clause: Clause, language: Language) -> str:
    """A clause in one line."""
    if not clause.parts:
        return clause.text
    told = [f"({number}) {flat(part, language)}" for number, part in enumerate(clause.parts, start=1)]
    if language == "zh":
        numbered = "；".join(piece.replace("(", "（", 1).replace(") ", "）", 1) for piece in told)
        return f"{clause.text}{numbered}"
    return f"{clause.text} {'; '.join(told)}"


def sentence(clause: Clause, language: Language) -> Clause:
    """The clause as a whole sentence: a capital and a full stop."""
    text = clause.text
    if language == "en":
        text = text[:1].upper() + text[1:]
    stop = "" if clause.parts else "。" if language == "zh" else "."
    return Clause(text + stop, clause.parts)
