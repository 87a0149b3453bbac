"""What a definition says of an appraisal: unions, employers or rows of a list scored by a scheme (ADR 0024)."""

from collections.abc import Iterator
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from zhijia.catalogue.filling.words import called
from zhijia.catalogue.kinds import Code, Definition, Part, Words
from zhijia.catalogue.register_parts import Name
from zhijia.catalogue.register_rules import Level
from zhijia.catalogue.sentences import Unfit
from zhijia.catalogue.text import Text

By = Literal["self", "desk", "visit", "figures"]
Sort = Literal["points", "deduct", "yes_no", "steps"]
Evidence = Literal["text", "photo", "file"]
JUDGED = frozenset({"desk", "visit"})
"""What assessors mark, who are named and may be recused."""
GIVEN = frozenset({"subject", "name", "today", "until", "level", "grade", "score", "run", "decision"})
"""What a title's row can be given of an entry; `=` before it makes it a fixed text."""


class Figure(Part):
    """Where a number comes from: the port `appraisals.figure.<port>`, asked with what is `given` about the subject and
    the period of the run. `full` is the number that brings an item of the sort `points` all its points (less brings
    its share); `least` the one from which a `yes_no` is yes. Of `deduct` the number is how often, of `steps` each
    step says from which number it is reached."""

    port: Code
    given: dict[str, str] = {}
    full: int | None = Field(default=None, ge=1)
    least: int = 1


class Reached(Part):
    """A step of an item, with its points; `at` is the number from which a figure reaches it."""

    code: Name
    label: Text
    points: int = Field(ge=0)
    at: int | None = None


class Criterion(Part):
    """One item of the scheme, `points` at most. `points` are given up to that; `deduct` takes `each` for every time;
    `yes_no` brings all or none, `steps` those of the step reached. `needs` is the evidence without which nobody scores
    themselves. What is `extra` comes on top of the hundred; one that `may_lack` is left out where it does not apply.
    A `veto` that fails leaves the entry without a grade. An item fails below the scheme's share (`fails_under`) and
    then `opens` a matter at the union concerned."""

    code: Name
    label: Text
    hint: Text | None = None
    points: int = Field(ge=1, le=100)
    sort: Sort = "points"
    each: int = Field(default=0, ge=0)
    steps: tuple[Reached, ...] = ()
    needs: tuple[Evidence, ...] = ()
    figure: Figure | None = Field(default=None, alias="from")
    veto: bool = False
    extra: bool = False
    may_lack: bool = False
    opens: Code | None = None

    @model_validator(mode="after")
    def _a_sort_has_its_parts(self) -> Self:
        if (self.sort == "deduct") != (self.each > 0) or (self.sort == "steps") != bool(self.steps):
            raise Unfit(
                "item_sort",
                name=self.code,
                each=called("appraisals", Criterion, ["each"]),
                steps=called("appraisals", Criterion, ["steps"]),
            )
        if self.steps and max(step.points for step in self.steps) != self.points:
            raise Unfit("steps_reach", name=self.code)
        if self.figure and (
            (self.sort == "points") != (self.figure.full is not None)
            or (self.sort == "steps" and any(step.at is None for step in self.steps))
        ):
            raise Unfit(
                "figure_marks",
                name=self.code,
                full=called("appraisals", Figure, ["full"]),
                at=called("appraisals", Reached, ["at"]),
            )
        if self.extra and (self.veto or self.may_lack):
            raise Unfit("extra_alone", name=self.code)
        return self


class Group(Part):
    """Items that stand together."""

    code: Name
    label: Text
    items: tuple[Criterion, ...] = Field(min_length=1)


class Marked(Part):
    """One way in which entries are marked: by the union or employer itself (`self`), at the `desk`, on a `visit`, or
    by `figures` alone. `weight` is a parameter: its share in the result among those of the other parts. It marks the
    `groups` named, or all. Of `assessors` (a parameter; one, where none is named) each marks without seeing the
    others; where the first two differ by more than `spread` (a parameter, percent of the part's points), a third is
    named. One that runs `all_along` is open before the self-score was handed in."""

    code: Name
    label: Text
    by: By
    weight: str
    groups: tuple[Name, ...] = ()
    assessors: str = ""
    spread: str = ""
    all_along: bool = False

    @model_validator(mode="after")
    def _only_assessors_are_several(self) -> Self:
        if (self.assessors or self.spread or self.all_along) and self.by not in JUDGED:
            raise Unfit(
                "assessed_by",
                name=self.code,
                called=called("appraisals", Marked, ["assessors", "spread", "all_along"]),
            )
        if self.spread and not self.assessors:
            raise Unfit(
                "assessed_by",
                name=self.code,
                called=called("appraisals", Marked, ["assessors", "spread", "all_along"]),
            )
        return self


class Grade(Part):
    """A grade, from `at` points of the result on (a parameter, 0 to 100). With `most` (a parameter, percent) at most
    that share of those appraised in a run get it or a better one; who ties for the last place does not."""

    code: Name
    label: Text
    at: str
    most: str = ""


class Title(Part):
    """What an entry with one of the `grades` is named: a row of the `list`, kept by the union that ran it, each field
    `given` one of the words of GIVEN or a fixed text (`=model_home`). It is held for `months` (a parameter), where
    that is said. `review` is what falls due of its row that a re-check keeps: as soon as the list's owner is alarmed of
    it, the re-check begins by itself."""

    grades: tuple[Name, ...] = Field(min_length=1)
    list: Code
    given: dict[str, Words]
    months: str = ""
    review: str = ""

    @property
    def fixed(self) -> dict[str, str]:
        """What every row of this title says: by this the list's other titles are told apart."""
        return {name: said[1:] for name, said in self.given.items() if said.startswith("=")}

    @property
    def holder(self) -> str:
        """The field that says who holds it."""
        return next((name for name, said in self.given.items() if said == "subject"), "")


class Appraisal(Definition):
    """Scoring by a scheme. `subject` says whose: a `union`, an `employer`, or a `row` of the list `of`. `levels` are
    those of the unions that open a run; `begins` says how an entry begins: by the subject `self`, called by the union
    `above`, for `all` under it (those a `rule` holds for, where one is named), or for the `holders` of its title. A
    result is told to the subject, who may object to a mark within `objection` days, and is published for `notice`
    days (parameters of working days, PI-03). `public` ones are shown to everybody meanwhile."""

    guidance: Text
    group: Code
    also_called: tuple[Words, ...] = ()
    subject: Literal["union", "employer", "row"]
    of: Code | None = None
    levels: tuple[Level, ...] = Field(min_length=1)
    begins: tuple[Literal["self", "above", "all", "holders"], ...] = Field(min_length=1)
    rule: str = ""
    cadence: Literal["yearly", "half_yearly", "quarterly", "monthly", "once", "term"]
    days: str
    parts: tuple[Marked, ...] = Field(min_length=1)
    scheme: tuple[Group, ...] = Field(min_length=1)
    fails_under: str = ""
    grades: tuple[Grade, ...] = Field(min_length=1)
    objection: str
    notice: str = ""
    public: bool = False
    titles: tuple[Title, ...] = ()
    retention: str = "appraisal_years"

    @cached_property
    def items(self) -> dict[str, Criterion]:
        """The items by their codes, in the order of the scheme."""
        return {item.code: item for group in self.scheme for item in group.items}

    @cached_property
    def by_part(self) -> dict[str, tuple[Criterion, ...]]:
        """What each part marks, in the order of the scheme."""
        return {
            part.code: tuple(
                item
                for group in self.scheme
                if not part.groups or group.code in part.groups
                for item in group.items
                if part.by != "figures" or item.figure is not None
            )
            for part in self.parts
        }

    def part(self, code: str) -> Marked:
        """The part of that code. Raises LookupError."""
        for part in self.parts:
            if part.code == code:
                return part
        raise LookupError(f"The appraisal {self.code} has no part {code}.")

    def grade(self, code: str) -> Grade | None:
        """The grade of that code, where there is one."""
        return next((grade for grade in self.grades if grade.code == code), None)

    def title_of(self, grade: str) -> Title | None:
        """What an entry of this grade is named, where it is."""
        return next((title for title in self.titles if grade in title.grades), None)

    @property
    def parameters(self) -> Iterator[tuple[str, str, str]]:
        """The parameters it names: place, key, type."""
        yield "days", self.days, "whole"
        yield "objection", self.objection, "whole"
        yield "notice", self.notice, "whole"
        yield "fails_under", self.fails_under, "whole"
        for part in self.parts:
            for name in ("weight", "assessors", "spread"):
                yield f"parts.{part.code}.{name}", getattr(part, name), "whole"
        for grade in self.grades:
            yield f"grades.{grade.code}.at", grade.at, "whole"
            yield f"grades.{grade.code}.most", grade.most, "whole"
        for title in self.titles:
            yield f"titles.{title.list}.months", title.months, "whole"

    @model_validator(mode="after")
    def _codes_stand_once(self) -> Self:
        items = [item for group in self.scheme for item in group.items]
        for what, codes in (
            ("part", [part.code for part in self.parts]),
            ("group", [group.code for group in self.scheme]),
            ("item", [item.code for item in items]),
            ("grade", [grade.code for grade in self.grades]),
            *(("step", [step.code for step in item.steps]) for item in items),
        ):
            if twice := {code for code in codes if codes.count(code) > 1}:
                raise Unfit("there_twice", what=what, name=min(twice))
        return self

    @model_validator(mode="after")
    def _named_parts_are_there(self) -> Self:
        groups, grades = {group.code for group in self.scheme}, {grade.code for grade in self.grades}
        named = {
            "groups": [name for part in self.parts for name in part.groups if name not in groups],
            "grades": [name for title in self.titles for name in title.grades if name not in grades],
            "given": [
                said
                for title in self.titles
                for said in title.given.values()
                if not said.startswith("=") and said not in GIVEN
            ],
        }
        for what, strange in named.items():
            if strange:
                said = called("appraisals", Marked if what == "groups" else Title, [what])
                raise Unfit("names_nothing", what=what, name=strange[0], called=said)
        return self

    @model_validator(mode="after")
    def _every_part_and_item_is_marked(self) -> Self:
        for part in self.parts:
            if not any(not item.extra for item in self.by_part[part.code]):
                raise Unfit("part_marks", name=part.code)
        marked = {item.code for items in self.by_part.values() for item in items}
        for code in self.items:
            if code not in marked:
                raise Unfit("item_marked", name=code)
        return self

    @model_validator(mode="after")
    def _its_pieces_fit(self) -> Self:
        if (self.subject == "row") != (self.of is not None):
            raise Unfit("row_of_list")
        if self.rule and ("all" not in self.begins or self.subject == "row"):
            raise Unfit("all_by_rule", called=called("appraisals", Appraisal, ["rule"]))
        if "self" in self.begins and not any(part.by == "self" for part in self.parts):
            raise Unfit("self_scored")
        if ("holders" in self.begins or self.public) and not (self.titles or self.notice):
            raise Unfit("names_or_shows", called=called("appraisals", Appraisal, ["titles", "notice"]))
        if any(item.opens for item in self.items.values()) != bool(self.fails_under):
            opens, under = (
                called("appraisals", Criterion, ["opens"]),
                called("appraisals", Appraisal, ["fails_under"]),
            )
            raise Unfit("fails_opens", opens=opens, under=under)
        return self
