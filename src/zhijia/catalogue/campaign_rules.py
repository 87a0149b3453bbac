"""What a definition says of a campaign: a drive with targets, a roster made by a rule, and what each on it gets
(ADR 0025)."""

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

Subject = Literal["person", "union", "employer", "row", "household"]
Cadence = Literal["once", "weekly", "monthly", "quarterly", "yearly"]
Gives = Literal["case", "return", "message", "goods", "money", "task"]
NUMBERS = frozenset({"whole", "money"})
"""The types of questions whose answers can be added up."""
TO_PEOPLE = frozenset({"message", "goods"})
"""What only people are given: the roster is of people, or of rows of a list that names one."""
LISTED = frozenset({"row", "household"})
"""The subjects that are rows of a list."""
_RULES = ("rule", "text")
"""The keys by which people and employers are meant: one of the two."""


class Who(Part):
    """Who or what is on the roster, of all that lie below the union that opens the drive: those a `rule` of the
    catalogue or a condition of its own (`text`) holds for; unions of these `levels`; rows of a `list` in one of the
    `states` whose fields say one of what `where` lists. All that is said has to hold. Of a household the `list` names
    the one who gets things for it, and the list `members` who else belongs to it: each of its rows names a person, and
    in the field that is a row of the `list` their household."""

    rule: str = ""
    text: str = ""
    levels: tuple[Level, ...] = ()
    of: Code | None = Field(default=None, alias="list")
    members: Code | None = None
    states: tuple[Name, ...] = ()
    where: dict[Name, tuple[str | int | bool, ...]] = {}


class Told(Part):
    """A number made of facts: how often a `kind` was told (`quantity`), for how much money (`amount`, fen) or of how
    many different people (`people`), of those whose dimensions say what `where` does; without what was told `less`."""

    kind: Code
    less: str = ""
    where: dict[Code, str | int | bool] = {}
    counts: Literal["quantity", "amount", "people"] = "quantity"


class Measure(Part):
    """What the drive wants to reach, measured by facts from its first day to its last at the unions below; nobody
    types it. A kind of the campaigns themselves (`campaign.*`) counts what was told in this drive alone."""

    code: Name
    label: Text
    unit: Text
    told: Told
    target: bool = True

    @property
    def in_fen(self) -> bool:
        """Whether it is money, in fen."""
        return self.told.counts == "amount"


class Held(Part):
    """What is held already and shown, with where it comes from, instead of asked: facts of the union the return is
    for, over its `period` or all up to its end (`ever`); or what the port `campaigns.prefill.<port>` answers."""

    told: Told | None = None
    over: Literal["period", "ever"] = "period"
    port: str = ""
    given: dict[Name, str] = {}

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.told is None) == (not self.port):
            raise Unfit("held_by_one", called=called("campaigns", Held, ["told", "port"]))
        return self


class Ask(Asked):
    """One question of a return; `when` is a rule over `answers`. What is `held` is not asked."""

    type: Literal["text", "long_text", "whole", "money", "date", "yes_no", "code", "choice", "choices"]
    held: Held | None = None

    @model_validator(mode="after")
    def _it_can_be_asked(self) -> Self:
        if self.sealed:
            raise Unfit("asked_openly", name=self.name)
        if self.held and (self.when or self.type not in NUMBERS | {"text"}):
            raise Unfit("held_plainly", name=self.name)
        return self


class Thing(Part):
    """What each on the roster gets, once each: a `case` of a `matter`; a `return` that asks `questions`, once or at
    every `cadence`, due so many `days` after its time ended and taking so many `minutes`; a `message` of these `words`;
    `goods` handed out against a receipt, counted as a `category` of spending; `money`, so much `amount` (in fen) or,
    with `of_pot`, the share that each has of the pot; or a `task` that an officer does with each and says in words
    (`asks_note`) what came of it. A return of a drive about employers may be answered by the employer's own account
    (`by_employer`). `days`, `minutes` and `amount` are parameters."""

    code: Name
    label: Text
    gives: Gives
    guidance: Text | None = None
    matter: str = ""
    questions: tuple[Ask, ...] = ()
    cadence: Cadence = "once"
    by_employer: bool = False
    days: str = ""
    minutes: str = ""
    words: Text | None = None
    amount: str = ""
    of_pot: bool = False
    category: str = ""
    asks_note: bool = False

    @property
    def is_asked_again(self) -> bool:
        """Whether it falls due anew each week, month, quarter or year."""
        return self.cadence != "once"

    @cached_property
    def by_name(self) -> dict[str, Ask]:
        """Its questions by their names."""
        return {question.name: question for question in self.questions}

    @property
    def typed(self) -> tuple[Ask, ...]:
        """The questions somebody answers."""
        return tuple(question for question in self.questions if question.held is None)

    @model_validator(mode="after")
    def _it_has_its_parts(self) -> Self:
        if self.gives == "money" and bool(self.amount) == self.of_pot:
            raise Unfit(
                "amount_or_share", name=self.code, called=called("campaigns", Thing, ["amount", "of_pot"])
            )
        lacking = [part for part, gives in _PARTS if self.gives == gives and not getattr(self, part)]
        if lacking:
            raise Unfit("thing_lacks", name=self.code, called=called("campaigns", Thing, lacking))
        only = (*(one for one in _PARTS if one[0] != "days"), *_MAY)
        strange = [part for part, gives in only if self.gives != gives and not _is_left_out(self, part)]
        if strange:
            raise Unfit("thing_strange", name=self.code, called=called("campaigns", Thing, strange))
        names = [question.name for question in self.questions]
        if twice := {name for name in names if names.count(name) > 1}:
            raise Unfit("there_twice", what="question", name=min(twice))
        require_labels_once("questions", (question.label for question in self.questions if not question.when))
        if self.questions and not self.typed:
            raise Unfit("nothing_asked", name=self.code)
        if self.by_employer and len(self.typed) < len(self.questions):
            raise Unfit("employer_is_asked_all", name=self.code)
        return self


class Money(Part):
    """What a drive spends: the fund, the role or code of the chart it is spent on, and the parameter that caps what one
    drive spends (fen), where one does."""

    fund: Code
    spent_on: Words
    cap: str = ""


class Pot(Part):
    """A fixed sum or number that is shared among the unions on the roster by weight, to the last fen by the largest
    remainder: `weight` is `members`, or a text of the rule language about `union` that is a whole number."""

    label: Text
    unit: Literal["fen", "places"]
    weight: Words


class Campaign(Definition):
    """A drive that unions of these `levels` open. It `runs` for a season (`months`, a parameter), a calendar year, so
    many years (`years`, a parameter) with targets of each, or without an end. With `live` the roster follows the
    register: who comes to meet it is added each night, who no longer does is marked; nobody who got something leaves.
    What it is for (`purpose`) says which fields its rule may use."""

    guidance: Text
    group: Code
    subject: Subject
    levels: tuple[Level, ...] = Field(min_length=1)
    runs: Literal["season", "year", "years", "open"]
    months: str = ""
    years: str = ""
    who: Who
    live: bool = True
    measures: tuple[Measure, ...] = ()
    each: tuple[Thing, ...] = Field(min_length=1)
    budget: Money | None = None
    pot: Pot | None = None
    purpose: Code
    retention: str = "campaign_years"

    @cached_property
    def things(self) -> dict[str, Thing]:
        """What each gets, by its code."""
        return {thing.code: thing for thing in self.each}

    @cached_property
    def targets(self) -> dict[str, Measure]:
        """The measures that have a target."""
        return {measure.code: measure for measure in self.measures if measure.target}

    @property
    def pays_pot(self) -> bool:
        """Whether the pot is paid out, each their share of it: it is the drive's budget then."""
        return any(thing.of_pot for thing in self.each)

    @property
    def returns(self) -> tuple[Thing, ...]:
        """The returns it asks."""
        return tuple(thing for thing in self.each if thing.gives == "return")

    @model_validator(mode="after")
    def _names_stand_once(self) -> Self:
        for what, names in (
            ("measure", [measure.code for measure in self.measures]),
            ("each", [thing.code for thing in self.each]),
        ):
            if twice := {name for name in names if names.count(name) > 1}:
                raise Unfit("there_twice", what=what, name=min(twice))
        require_labels_once("measures", (measure.label for measure in self.measures))
        require_labels_once("each", (thing.label for thing in self.each))
        return self

    @model_validator(mode="after")
    def _it_runs_for_a_time(self) -> Self:
        if (self.runs == "season") != bool(self.months) or (self.runs == "years") != bool(self.years):
            raise Unfit(
                "runs_for",
                months=called("campaigns", Campaign, ["months"]),
                years=called("campaigns", Campaign, ["years"]),
            )
        return self

    @model_validator(mode="after")
    def _the_roster_fits_its_subject(self) -> Self:
        who = self.who
        if (self.subject in LISTED) != (who.of is not None) or ((who.states or who.where) and who.of is None):
            raise Unfit("who_of_list", what="who")
        if (self.subject == "household") != (who.members is not None):
            raise Unfit("who_of_household", what="who")
        if (who.rule and who.text) or ((who.rule or who.text) and self.subject in LISTED):
            raise Unfit("who_one_rule", what="who", called=called("campaigns", Who, _RULES))
        if who.levels and self.subject != "union":
            raise Unfit("who_levels", what="who")
        if self.subject in {"person", "employer"} and not (who.rule or who.text):
            raise Unfit("who_rule", what="who", called=called("campaigns", Who, _RULES))
        if self.pot and self.subject != "union":
            raise Unfit("pot_of_unions", what="pot", called=called("campaigns", Campaign, ["pot"]))
        for thing in self.each:
            if thing.gives in TO_PEOPLE and self.subject in {"union", "employer"}:
                raise Unfit(
                    "to_people", name=thing.code, gives=chosen("campaigns", Thing, "gives", thing.gives)
                )
            if thing.by_employer and self.subject != "employer":
                raise Unfit("employer_answers", name=thing.code)
            if thing.gives == "money" and self.budget is None:
                raise Unfit(
                    "money_of_budget", name=thing.code, called=called("campaigns", Campaign, ["budget"])
                )
            if thing.of_pot and (self.pot is None or self.pot.unit != "fen"):
                raise Unfit("share_of_pot", name=thing.code, called=called("campaigns", Campaign, ["pot"]))
        if sum(thing.of_pot for thing in self.each) > 1:
            raise Unfit("pot_once", what="pot", called=called("campaigns", Thing, ["of_pot"]))
        return self


def _is_left_out(thing: Thing, part: str) -> bool:
    return bool(getattr(thing, part) == Thing.model_fields[part].default)


_PARTS: tuple[tuple[str, Gives], ...] = (
    ("matter", "case"),
    ("questions", "return"),
    ("days", "return"),
    ("minutes", "return"),
    ("words", "message"),
)
"""What a thing of one sort has to say, and no other may; days every sort may."""
_MAY: tuple[tuple[str, Gives], ...] = (
    ("category", "goods"),
    ("asks_note", "task"),
    ("cadence", "return"),
    ("by_employer", "return"),
    ("amount", "money"),
    ("of_pot", "money"),
)
"""What a thing of one sort may say, and no other."""
