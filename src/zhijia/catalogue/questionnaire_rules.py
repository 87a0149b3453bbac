"""What a definition says of a questionnaire, asking many the same: a survey, a quiz, a secret ballot, a public vote or
a rating (ADR 0023)."""

from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from zhijia.catalogue.asking.questions import Asked, Item
from zhijia.catalogue.kinds import Code, Definition, Part, require_labels_once
from zhijia.catalogue.sentences import Unfit
from zhijia.catalogue.text import Text

Sort = Literal["survey", "quiz", "ballot", "vote", "rating"]
DECIDING = frozenset({"choice", "candidates"})
"""The types of questions that can be voted on."""
RIGHT = frozenset({"choice", "choices", "yes_no"})
"""The types of questions that have a right answer."""
SCALED = frozenset({"scale", "matrix"})


class Question(Asked):
    """One question. Of `choices` between `least` and `most` are marked. A `scale` runs from `least` to `most`, its ends
    have words; a `matrix` asks each of its `rows` on one such scale; a `ranking` puts its `ranked` in order;
    `candidates` are those of the poll, and `most` of them may be marked where the poll has no seats. Questions of one
    `block` stand on one page. A motion says which choice `passes` it; a question of a quiz which are `right`, how many
    `points` it brings and `because` of what."""

    type: Literal[
        "text", "long_text", "whole", "date", "yes_no", "choice", "choices", "scale", "matrix", "ranking", "candidates"
    ]  # fmt: skip
    block: str = ""
    rows: tuple[Item, ...] = ()
    ranked: tuple[Item, ...] = ()
    low: Text | None = None
    high: Text | None = None
    passes: str = ""
    right: tuple[str, ...] = ()
    points: int = Field(default=1, ge=1, le=100)
    because: Text | None = None

    @model_validator(mode="after")
    def _a_type_has_what_it_asks(self) -> Self:
        if self.sealed:
            raise Unfit("asked_openly", name=self.name)
        if (self.type == "matrix") != bool(self.rows) or (self.type == "ranking") != bool(self.ranked):
            raise Unfit("rows_listed", name=self.name)
        if self.type in SCALED and not (
            self.least is not None and self.most is not None and 0 <= self.least < self.most <= 10
        ):
            raise Unfit("scale_ends", name=self.name)
        if self.passes and (self.type != "choice" or self.passes not in self.offered):
            raise Unfit("passes_choice", name=self.name)
        if self.right and (
            self.type not in RIGHT or set(self.right) - (self.offered or frozenset({"yes", "no"}))
        ):
            raise Unfit("right_choice", name=self.name)
        return self

    @property
    def scale(self) -> range:
        """The marks of a scale, from its low end to its high one."""
        return range(self.least or 0, (self.most or 0) + 1)


class Decides(Part):
    """How a ballot decides: the parameters that hold the shares (part, whole) that must come and that must agree, of
    whom the majority is counted, what surplus of candidates a body needs, and how a tie for the last seat ends: those
    who tie stand `again` against each other, or a `draw` that everybody can repeat."""

    quorum: str
    majority: str
    of: Literal["entitled", "voted"] = "entitled"
    ties: Literal["again", "draw"] = "again"
    surplus: str = ""
    body: Literal["", "committee", "audit", "women"] = ""


class Contest(Part):
    """How a quiz goes: how many questions are drawn for each who takes part, and the parameters that hold the minutes
    and the share of points (part, whole) that passes."""

    draws: int = Field(ge=1, le=100)
    minutes: str
    passes: str


class Rated(Part):
    """What is rated and when somebody looks after it: the source of what is closed, the question that rates, the mark
    up to which another person follows it up, and the parameter that says of how many who did not answer one is asked
    again."""

    source: Code
    by: str
    low: int
    again_one_in: str


class Questionnaire(Definition):
    """Asking many the same. `asks` says whom: members of the union, delegates, those a `rule` about persons holds for,
    or everybody who has an account. With a `sample` (a parameter) only so many of them, drawn. It is open for as many
    days as the parameter `days` says unless whoever opens it says otherwise; `shows` says who reads the result, in
    which cells below the parameter `small` are hidden."""

    sort: Sort
    guidance: Text
    asks: Literal["members", "delegates", "rule", "accounts"]
    rule: str = ""
    sample: str = ""
    questions: tuple[Question, ...] = Field(min_length=1)
    days: str
    shows: Literal["everybody", "asked", "officers"]
    small: str = ""
    decides: Decides | None = None
    contest: Contest | None = None
    rated: Rated | None = None
    purpose: str
    retention: str

    @property
    def is_counted(self) -> bool:
        """Whether what is answered goes into a box, and is counted when it is closed."""
        return self.sort in {"survey", "ballot", "vote"}

    @property
    def candidates(self) -> Question | None:
        """Its question about candidates, where it asks one."""
        return next((question for question in self.questions if question.type == "candidates"), None)

    @cached_property
    def by_name(self) -> dict[str, Question]:
        """The questions by their name."""
        return {question.name: question for question in self.questions}

    @cached_property
    def blocks(self) -> tuple[tuple[Question, ...], ...]:
        """The questions a page each: those of one block that follow each other stand together."""
        pages: list[list[Question]] = []
        for question in self.questions:
            if pages and question.block and pages[-1][-1].block == question.block:
                pages[-1].append(question)
            else:
                pages.append([question])
        return tuple(tuple(page) for page in pages)

    @model_validator(mode="after")
    def _a_sort_has_its_parts(self) -> Self:
        for part, sorts in (("decides", {"ballot"}), ("contest", {"quiz"}), ("rated", {"rating"})):
            if (getattr(self, part) is not None) != (self.sort in sorts):
                raise Unfit("sort_says", sort=self.sort, part=part)
        if (self.asks == "rule") != bool(self.rule):
            raise Unfit("asks_by_rule")
        if self.is_counted and self.sort != "ballot" and not self.small:
            raise Unfit("small_cells", sort=self.sort)
        return self

    @model_validator(mode="after")
    def _its_questions_fit(self) -> Self:
        names = [question.name for question in self.questions]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise Unfit("there_twice", what="question", name=min(twice))
        require_labels_once("questions", (question.label for question in self.questions if not question.when))
        for question in self.questions:
            if self.sort in {"ballot", "vote"} and question.type not in DECIDING:
                raise Unfit("votes_on", name=question.name)
            if self.sort == "ballot" and question.type == "choice" and not question.passes:
                raise Unfit("motion_passes", name=question.name)
            if self.sort in {"survey", "quiz", "rating"} and question.type == "candidates":
                raise Unfit("votes_on", name=question.name)
            if self.sort == "quiz" and not question.right:
                raise Unfit("right_choice", name=question.name)
            if question.when and self.sort not in {"survey", "rating"}:
                raise Unfit("no_branches", name=question.name)
        if [question.type for question in self.questions].count("candidates") > 1:
            raise Unfit("one_list")
        if self.contest and self.contest.draws > len(self.questions):
            raise Unfit("draws_most", draws=self.contest.draws, there=len(self.questions))
        if self.rated and (self.rated.by not in self.by_name or self.by_name[self.rated.by].type != "scale"):
            raise Unfit("rated_by", name=self.rated.by)
        return self
