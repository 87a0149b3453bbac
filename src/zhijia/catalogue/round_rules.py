"""What a definition says of a round: many are nominated, some are chosen, in one batch under quotas and one budget
(HON-01 to HON-09)."""

from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from zhijia.catalogue.asking.questions import Asked
from zhijia.catalogue.filling.words import called, chosen
from zhijia.catalogue.kinds import Code, Definition, Part, Words, require_labels_once
from zhijia.catalogue.register_parts import Name
from zhijia.catalogue.register_rules import Level
from zhijia.catalogue.sentences import Unfit
from zhijia.catalogue.text import Text

Subject = Literal["person", "team", "union", "employer", "row", "result"]
COUNTED = frozenset({"code", "choice", "yes_no"})
"""The types of questions a quota or a clearance can ask about."""
FIXED = ("title", "person", "employer", "union", "grade", "certificate", "round", "level", "year", "day")
"""What a title takes from the round itself, as `=title`: the entry's name, whom it is about, its grade, the number of
its certificate, the round's title, its level (of `honour_levels`) and year, the day it was named. Another text after
`=` stands as it is written."""


class Question(Asked):
    """One thing a nomination says. Judges read it unless `judged` is false; where it `tells` who is meant, judges of a
    blind stage do not. What is `open` stands beside the name in a notice."""

    name: Name
    type: Literal[
        "text", "long_text", "whole", "money", "date", "yes_no", "code", "choice", "choices", "division", "file"
    ]  # fmt: skip
    judged: bool = True
    tells: bool = False
    open: bool = False


class Clearance(Part):
    """An outside office that has to say that nothing stands against an entry (HON-04). It is asked `when` this rule
    over the answers holds, or always, and has the parameter `days` (working days). No answer is not a yes."""

    code: Name
    label: Text
    when: str = ""
    days: Words


class Quota(Part):
    """How many of the batch have one of these `values` in a question: `least` or `most`, as a `share` (a parameter in
    percent) or a `number` (a parameter) (HON-03, HON-05)."""

    code: Name
    label: Text
    field: Name
    values: tuple[Words, ...] = Field(min_length=1)
    bound: Literal["least", "most"]
    share: str = ""
    number: str = ""

    @model_validator(mode="after")
    def _by_share_or_number(self) -> Self:
        if bool(self.share) == bool(self.number):
            raise Unfit(
                "share_or_number", name=self.code, called=called("rounds", Quota, ["share", "number"])
            )
        return self


class Criterion(Part):
    """One thing judges score, from 0 to so many points."""

    code: Name
    label: Text
    points: int = Field(ge=1, le=1000)


class Stage(Part):
    """One stage of the judging. Judges score the criteria, at least so many of them as the parameter `judges` says;
    where it is `blind` they see no name; with `trims` the highest and the lowest of their sums are left out. Or the
    public votes on a `questionnaire`. It counts as many percent as the parameter `weight`; only as many entries as the
    parameter `goes_on` (ties with the last besides), with at least `cut` of 100 points, reach the next."""

    code: Name
    label: Text
    criteria: tuple[Criterion, ...] = ()
    judges: str = ""
    blind: bool = False
    trims: bool = False
    questionnaire: str = ""
    weight: Words
    goes_on: str = ""
    cut: str = ""

    @property
    def points(self) -> int:
        """What one judge gives at most."""
        return sum(criterion.points for criterion in self.criteria)

    @model_validator(mode="after")
    def _judged_or_voted_on(self) -> Self:
        judged = bool(self.criteria) and bool(self.judges)
        if judged == bool(self.questionnaire) or bool(self.criteria) != bool(self.judges):
            raise Unfit(
                "judged_or_voted",
                name=self.code,
                called=called("rounds", Stage, ["criteria", "judges", "questionnaire"]),
            )
        codes = [criterion.code for criterion in self.criteria]
        if twice := {one for one in codes if codes.count(one) > 1}:
            raise Unfit("there_twice", what="criterion", name=min(twice))
        return self


class Grade(Part):
    """What one is chosen as: so many `places` (a parameter), filled from the highest score down, and what each of them
    is paid (a parameter in fen), if anything."""

    code: Name
    label: Text
    places: Words
    amount: str = ""


class Showing(Part):
    """A public notice of so many working days (a parameter): of one nomination `at` its unit before it goes up, of the
    `batch` before it is decided, or of what was `decided` before anybody is named (HON-01). Names are masked and stand
    there by agreement to the `purpose` (PI-03)."""

    code: Name
    label: Text
    at: Literal["unit", "batch", "decided"]
    days: Words
    purpose: Code = "public_notice"


class Pay(Part):
    """Money for who is named: of this `fund`, spent on this role of the chart, `to` the person, or to the union the
    entry stands at (what is given to unions and teams). Its sum is the grade's amount, or the question an entry `asks`
    it with; once, or every month as often as the parameter `months` says. Or the round's whole budget is a `pot`:
    `equal` parts of it, or what each `asked`, cut alike where all together ask for more than there is."""

    fund: Code
    spent_on: Words
    to: Literal["person", "union"] = "person"
    asks: str = ""
    months: str = ""
    pot: Literal["", "equal", "asked"] = ""


class Gives(Part):
    """What comes of being named: a row of a list of titles with these fields (a question's name, or `=` and what is
    fixed), money, a `certificate` that anybody can check."""

    list: Code | None = None
    given: dict[Name, str] = {}
    pay: Pay | None = None
    certificate: bool = True


class Taxonomy(Part):
    """The code list of what is given, in the version this round was written for: who changes the list looks at the
    round, too (HON-02)."""

    code_list: Words
    version: int = Field(ge=1)


class Round(Definition):
    """Many are nominated and some are chosen. `subject` says what: a person, a team or a result (its first author is
    asked), a union, an employer, a row of the list `of`. Unions of these `levels` hold it. A nomination comes from the
    person (`self`) or from a `union`, answers the questions, and goes up through the unions of the levels `steps`.
    Whoever is named in one `family` counts once, at the highest level."""

    guidance: Text
    group: Code
    also_called: tuple[Words, ...] = ()
    subject: Subject
    of: Code | None = None
    levels: tuple[Level, ...] = Field(min_length=1)
    cadence: Literal["yearly", "five_years", "occasion"]
    nominates: tuple[Literal["self", "union"], ...] = Field(min_length=1)
    eligibility: str = ""
    questions: tuple[Question, ...] = ()
    steps: tuple[Level, ...] = ()
    days: Words
    clearances: tuple[Clearance, ...] = ()
    quotas: tuple[Quota, ...] = ()
    taxonomy: Taxonomy | None = None
    stages: tuple[Stage, ...] = ()
    ties: tuple[Name, ...] = ()
    grades: tuple[Grade, ...] = Field(min_length=1)
    notices: tuple[Showing, ...] = ()
    appeal: str = ""
    gives: Gives = Gives()
    family: str = ""
    purpose: str
    retention: str = "round_years"

    @cached_property
    def by_name(self) -> dict[str, Question]:
        """The questions by their name."""
        return {question.name: question for question in self.questions}

    @property
    def of_people(self) -> bool:
        """Whether an entry stands for a person, who is told, agrees and is paid."""
        return self.subject in {"person", "team", "result"}

    def stage(self, code: str) -> Stage:
        """The stage of this code. Raises LookupError."""
        for stage in self.stages:
            if stage.code == code:
                return stage
        raise LookupError(f"The round {self.code} has no stage {code}.")

    def showing(self, at: str) -> Showing | None:
        """The notice that hangs there, where one does."""
        return next((notice for notice in self.notices if notice.at == at), None)

    @model_validator(mode="after")
    def _names_stand_once(self) -> Self:
        for what, parts in (
            ("question", [question.name for question in self.questions]),
            ("clearance", [clearance.code for clearance in self.clearances]),
            ("quota", [quota.code for quota in self.quotas]),
            ("stage", [stage.code for stage in self.stages]),
            ("grade", [grade.code for grade in self.grades]),
            ("notice", [str(notice.at) for notice in self.notices]),
        ):
            if twice := {one for one in parts if parts.count(one) > 1}:
                raise Unfit("there_twice", what=what, name=min(twice))
        require_labels_once("questions", (question.label for question in self.questions if not question.when))
        return self

    @model_validator(mode="after")
    def _its_parts_fit(self) -> Self:
        if (self.subject == "row") != (self.of is not None):
            raise Unfit("round_of_list", called=called("rounds", Round, ["of"]))
        if "self" in self.nominates and not self.of_people:
            raise Unfit("nominates_self", subject=chosen("rounds", Round, "subject", self.subject))
        for question in self.questions:
            if question.sealed:
                raise Unfit("round_open", name=question.name)
            if question.when:
                raise Unfit("round_branches", name=question.name, called=called("rounds", Question, ["when"]))
        for quota in self.quotas:
            self._counted(quota)
        criteria = {criterion.code for stage in self.stages for criterion in stage.criteria}
        if strange := [code for code in self.ties if code not in criteria]:
            raise Unfit(
                "names_nothing", what="ties", name=strange[0], called=called("rounds", Round, ["ties"])
            )
        return self

    @model_validator(mode="after")
    def _what_it_gives_is_asked(self) -> Self:
        named = [name for name in self.gives.given.values() if not name.startswith("=")]
        if strange := [name for name in named if name not in self.by_name]:
            given = called("rounds", Gives, ["given"])
            raise Unfit("names_nothing", what="gives", name=strange[0], called=given)
        if bool(self.gives.given) != (self.gives.list is not None):
            raise Unfit("given_to_list", what="gives", called=called("rounds", Gives, ["list", "given"]))
        pay = self.gives.pay
        if pay and pay.to == "person" and not self.of_people:
            raise Unfit(
                "pays_people",
                what="gives",
                subject=chosen("rounds", Round, "subject", self.subject),
                called=called("rounds", Pay, ["to"]),
            )
        if pay and pay.asks and (pay.asks not in self.by_name or self.by_name[pay.asks].type != "money"):
            asks = called("rounds", Pay, ["asks"])
            raise Unfit("names_nothing", what="pay", name=pay.asks, called=asks)
        if pay and not (pay.asks or pay.pot) and not all(grade.amount for grade in self.grades):
            raise Unfit("grade_amounts", what="grades", called=called("rounds", Grade, ["amount"]))
        if pay and pay.pot and (pay.months or (pay.pot == "asked") != bool(pay.asks)):
            raise Unfit(
                "pot_of_round",
                what="gives",
                months=called("rounds", Pay, ["months"]),
                asks=called("rounds", Pay, ["asks"]),
            )
        return self

    def _counted(self, quota: Quota) -> None:
        question = self.by_name.get(quota.field)
        if question is None or question.type not in COUNTED or not question.required:
            raise Unfit("quota_counts", name=quota.code)
        known = question.offered or ({"yes", "no"} if question.type == "yes_no" else set())
        if known and (strange := set(quota.values) - set(known)):
            raise Unfit("quota_answers", what=quota.code, name=min(strange), asked=question.label)
