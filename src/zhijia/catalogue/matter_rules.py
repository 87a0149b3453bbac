"""What a definition says of a matter: something asked for, or served on somebody, and decided (ADR 0015)."""

from functools import cached_property
from string import Formatter
from typing import Literal, Self

from pydantic import Field, model_validator

from zhijia.catalogue.asking.questions import Asked
from zhijia.catalogue.kinds import Code, Definition, Part, Words
from zhijia.catalogue.matter_steps import Appeal, Step
from zhijia.catalogue.sentences import Unfit
from zhijia.catalogue.text import Text

Who = Literal["member", "non_member", "officer_for_member", "union", "enterprise"]
HELD = frozenset(
    {
        "name",
        "phone",
        "union",
        "employer_name",
        "occupation",
        "gig_group",
        "work_status",
        "hired_on",
        "education",
    }
)
"""What of the register a form may show instead of asking."""
COLUMNS = frozenset({"text", "whole", "money", "date", "yes_no", "code", "choice", "person"})
"""What a column of a roster may ask."""


class Question(Asked):
    """One field of the form; `when` is a rule over `answers`. `at` is the step at which it is asked: of whoever asked,
    where that step reports, else of whoever decides there. A `roster` asks its `columns` on each of its lines, at most
    as many as the parameter `most_lines` says; its column of the type person names a member of the union that asks.
    What is `held` is not asked: it shows the field of the register that `fills_from` names, and is part of what is
    handed in. One for `newcomers` is asked of somebody alone whom the register does not know, so that it may ask what
    the register holds of others."""

    type: Literal[
        "text", "long_text", "whole", "money", "date", "yes_no", "code", "choice", "choices", "mobile", "id_number",
        "division", "union", "employer", "person", "roster", "held",
    ]  # fmt: skip
    newcomers: bool = False
    at: str = ""
    columns: tuple["Question", ...] = ()
    most_lines: str = ""
    fills_from: str = ""

    @property
    def is_typed(self) -> bool:
        """Whether somebody writes one answer to it into the form: neither a list, nor what the register holds."""
        return self.type not in {"roster", "held"}

    def column(self, kind: str) -> "Question | None":
        """The column of a roster of this type, where it has one."""
        return next((column for column in self.columns if column.type == kind), None)

    @model_validator(mode="after")
    def _a_roster_has_columns(self) -> Self:
        is_roster = self.type == "roster"
        if is_roster != bool(self.columns) or is_roster != bool(self.most_lines):
            raise Unfit("roster_parts")
        if is_roster and (self.sealed or self.when or self.at):
            raise Unfit("roster_plain")
        for column in self.columns:
            if column.type not in COLUMNS or column.sealed or column.when or column.at:
                raise Unfit("no_column", name=column.name)
        names, kinds = (
            [column.name for column in self.columns],
            [column.type for column in self.columns],
        )
        if kinds.count("person") > 1 or kinds.count("money") > 1 or len(names) > len(set(names)):
            raise Unfit("roster_columns")
        return self

    @model_validator(mode="after")
    def _a_type_has_its_parts(self) -> Self:
        if (self.type == "held") != bool(self.fills_from):
            raise Unfit("held_fills")
        if self.fills_from and (self.fills_from not in HELD or self.sealed or self.at):
            raise Unfit("held_fields", names=", ".join(sorted(HELD)))
        return self


class Material(Part):
    """A document or photo that goes with the case; `at` is the reporting step at which it is added."""

    code: Code
    label: Text
    example: Text
    required: bool = True
    when: str = ""
    most: int = Field(default=6, ge=1, le=20)
    at: str = ""


class Check(Part):
    """What has to hold of the answers, as a rule over `answers`: where it says no, they are refused with these words,
    when the case is handed in or, with `at`, when what is asked at that step is answered."""

    rule: Words
    words: Text
    at: str = ""


class Paper(Part):
    """A paper that is made at a step: when what it serves is served, or whoever decides there has agreed. `number` says
    how it is numbered ({year}, {serial}), `title` and `body` what is printed; a blank line begins a paragraph. They may
    name {union}, {own}, {party}, {day}, {until}, {number}, {case} and any question that is not sealed. `to` is whom
    it is addressed to where it is served on nobody."""

    code: Code
    label: Text
    at: Code
    number: Words
    to: Text | None = None
    title: Text
    body: Text

    @model_validator(mode="after")
    def _its_number_counts(self) -> Self:
        named = [
            name for _text, name, _format, _conversion in Formatter().parse(self.number) if name is not None
        ]
        if sorted(named) != ["serial", "year"]:
            raise Unfit("paper_number")
        return self


class Outcome(Part):
    """What being granted (or refused, closed) does: a port of a room, by name, and what it is handed."""

    port: str
    on: Literal["granted", "refused", "withdrawn", "closed"] = "granted"
    given: dict[str, str] = {}


class Told(Part):
    """A fact that is written when the case reaches a state; with `lines` one for each line of its roster that was
    granted, instead of one for the case."""

    kind: str
    on: Literal["opened", "granted", "refused", "withdrawn"]
    amount: bool = False
    lines: bool = False

    @model_validator(mode="after")
    def _lines_are_granted(self) -> Self:
        if self.lines and self.on != "granted":
            raise Unfit("lines_granted")
        return self


class Included(Part):
    """A matter that is asked for in one go with others. What is `optional` the applicant may leave out."""

    matter: Code
    optional: bool = False

    @property
    def chosen_by(self) -> str:
        """The name of the question whether it is asked for too."""
        return f"with_{self.matter.replace('.', '_')}"


class Matter(Definition):
    """Something a worker, union or enterprise asks for: what is asked, who decides in which order, what comes of it.
    `also_called` are the words people look for it by; one that is not `listed` is begun from elsewhere alone. One of
    several `items` has no questions and steps of its own: theirs are asked together, and each goes its own way.
    `begins` says whether a case begins at the asker's own union or at the one they name; `one_at_a_time` that an
    account has one that is under way at most; `called` names the question that says who asks,
    where the register does not know them; of a `silent` one the room that opens it tells the person itself."""

    guidance: Text
    also_called: tuple[Words, ...] = ()
    listed: bool = True
    group: Code
    who: tuple[Who, ...] = Field(min_length=1)
    subject: Literal["person", "union", "none"] = "person"
    against_employer: bool = False
    begins: Literal["own", "named"] = "own"
    one_at_a_time: bool = False
    called: str = ""
    silent: bool = False
    form: tuple[Question, ...] = ()
    materials: tuple[Material, ...] = ()
    checks: tuple[Check, ...] = ()
    papers: tuple[Paper, ...] = ()
    eligibility: str = ""
    amount: str = ""
    items: tuple[Included, ...] = ()
    steps: tuple[Step, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    facts: tuple[Told, ...] = ()
    purpose: str
    appeal: Appeal | None = None
    retention: str

    @cached_property
    def as_text(self) -> str:
        """All it says in one text, by which what was made of it is remembered."""
        return self.model_dump_json(by_alias=True)

    @property
    def roster(self) -> Question | None:
        """Its question of the type roster, where it asks one."""
        return next((question for question in self.form if question.type == "roster"), None)

    def step(self, code: str) -> Step:
        """The step of that code. Raises LookupError."""
        for step in self.steps:
            if step.code == code:
                return step
        raise LookupError(f"The matter {self.code} has no step {code}.")

    @model_validator(mode="after")
    def _either_steps_or_items(self) -> Self:
        if bool(self.steps) == bool(self.items):
            raise Unfit("steps_or_items")
        if self.items and (len(self.items) == 1 or all(item.optional for item in self.items)):
            raise Unfit("two_items")
        if self.items and (self.outcomes or self.facts or self.amount or self.eligibility or self.appeal):
            raise Unfit("items_result")
        if self.appeal and "granted" in self.appeal.after:
            later = any(step.after_months for step in self.steps)
            if self.outcomes or self.facts or self.amount or self.roster or later:
                raise Unfit("granted_twice")
        if [question.type for question in self.form].count("roster") > 1:
            raise Unfit("one_roster")
        if any(question.type == "person" for question in self.form):
            raise Unfit("person_in_roster")
        return self

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        for what, parts in (
            ("question", [question.name for question in self.form]),
            ("material", [material.code for material in self.materials]),
            ("step", [step.code for step in self.steps]),
            ("paper", [paper.code for paper in self.papers]),
            ("item", [item.matter for item in self.items]),
        ):
            twice = {code for code in parts if parts.count(code) > 1}
            if twice:
                raise Unfit("there_twice", what=what, name=min(twice))
        return self
