"""The kinds of definitions and what each may say: anything else in a file is refused by its name."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from functools import cached_property
from itertools import pairwise
from string import Formatter
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from zhijia.catalogue.places import division_chain, padded
from zhijia.catalogue.sentences import Unfit
from zhijia.catalogue.text import Text

Confidence = Literal["C1", "C2", "C3", "K", "V", "D"]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
Division = Annotated[str, StringConstraints(pattern=r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12}|)$")]
Words = Annotated[str, StringConstraints(min_length=1)]


LONGEST_LABEL = 300
"""Characters of what something is called."""


class Part(BaseModel):
    """A piece of a definition: no key but the declared ones, never changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="after")
    def _label_is_short(self) -> Self:
        label = getattr(self, "label", None)
        if isinstance(label, Text) and max(len(label.en), len(label.zh)) > LONGEST_LABEL:
            raise Unfit("label_long", most=LONGEST_LABEL)
        return self


def require_labels_once(what: str, labels: Iterable[Text]) -> None:
    """Raises ValueError where two of a list (the key `what`) are called alike in a language. What is asked only under a
    condition is not handed in: of two, one alone may ever be asked."""
    called = tuple(labels)
    for names in ([one.zh for one in called], [one.en for one in called]):
        if twice := [name for name in names if names.count(name) > 1]:
            raise Unfit("label_twice", what=what, name=twice[0])


def require_blanks(words: Text, known: Collection[str]) -> None:
    """Raises ValueError for a blank like {name} in either language that nobody fills in, and for a brace left open."""
    for language, text in (("en", words.en), ("zh", words.zh)):
        try:
            blanks = [blank for blank in Formatter().parse(text) if blank[1] is not None]
        except ValueError:
            raise Unfit("brace_open", language=language) from None
        for _text, name, form, conversion in blanks:
            if name not in known or form or conversion:
                there = ", ".join(f"{{{one}}}" for one in sorted(known))
                raise Unfit("nobody_fills", language=language, name=name, there=there)


class Dated(Part):
    """Something in force from a day (included) to a day (excluded); open at either end when none is given."""

    since: date = Field(default=date.min, alias="from")
    until: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.until is not None and self.until <= self.since:
            raise Unfit("to_before_from")
        return self

    def in_force(self, day: date) -> bool:
        """Whether it holds on this day."""
        return self.since <= day and (self.until is None or day < self.until)


class Coded(Part):
    """What is read from a file of its own. `grows` names the list an overlay file with `extends: true` adds
    to, `identity` the keys by which an entry of that list replaces an earlier one."""

    grows: ClassVar[str] = ""
    identity: ClassVar[tuple[str, ...]] = ("code",)

    code: Code


class Definition(Coded):
    """A definition with its words, its version and who says so."""

    label: Text
    version: int = Field(ge=1)
    source: Words
    confidence: Confidence


class ParameterValue(Dated):
    """One value of a parameter: where, from when to when, and who says so."""

    division: Division = ""
    since: date = Field(alias="from")
    value: Any
    source: Words
    confidence: Confidence


class Parameter(Coded):
    """A number (or a small list) that the federation can decide, by place and by day."""

    grows: ClassVar[str] = "values"
    identity: ClassVar[tuple[str, ...]] = ("division", "from")

    label: Text
    version: int = Field(ge=1)
    type: Literal["whole", "decimal", "yes_no", "words", "whole_list"]
    unit: Words
    values: tuple[ParameterValue, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _values_fit(self) -> Self:
        for value in self.values:
            if not _FITS[self.type](value.value):
                raise Unfit("wrong_type", value=repr(value.value), type=self.type)
        for place in {padded(value.division) for value in self.values}:
            rows = sorted((v for v in self.values if padded(v.division) == place), key=lambda v: v.since)
            for earlier, later in pairwise(rows):
                if earlier.until is None or earlier.until > later.since:
                    raise Unfit("two_values", day=later.since, place=repr(later.division))
        return self

    def at(self, division: str, day: date) -> ParameterValue | None:
        """The value in force on the day at the nearest place: the division, else what lies above."""
        for place in division_chain(division):
            for value in self.values:
                if padded(value.division) == place and value.in_force(day):
                    return value
        return None


class Option(Dated):
    """One entry of a code list. `synonyms` are other ways people write it in a sheet."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.\-]+$")]
    label: Text
    synonyms: tuple[Words, ...] = ()
    source: str = ""
    confidence: Confidence | None = None


class Outside(Part):
    """The outside standard a code list answers to: by its own codes, by part of them, or by codes of ours that
    are still to be mapped to it."""

    standard: Words
    codes: Literal["same", "part", "own"]


class CodeList(Definition):
    """Codes with their words, each dated: a code that ended keeps its words on old records. `issued` is the day
    this version was decided, `outside` the standard it answers to, where one is known."""

    grows: ClassVar[str] = "options"

    issued: date = date(2026, 11, 21)
    outside: Outside | None = None
    options: tuple[Option, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        seen: set[str] = set()
        for option in self.options:
            if option.code in seen:
                raise Unfit("code_twice", name=option.code)
            seen.add(option.code)
        return self

    @cached_property
    def by_code(self) -> dict[str, Option]:
        """The entries by their code, ended ones too."""
        return {option.code: option for option in self.options}

    @cached_property
    def by_words(self) -> dict[str, str]:
        """The code by everything people write for it, as `as_written` gives it; the first entry wins."""
        words: dict[str, str] = {}
        for option in self.options:
            for way in (option.code, option.label.zh, option.label.en, *option.synonyms):
                words.setdefault(as_written(way), option.code)
        return words


class Role(Definition):
    """What somebody may do where a grant puts them. `home` is the page they land on, `reads_people` opens row
    policies, `staff` asks for a second factor, `apart_from` are roles one user never holds besides (S-09). Who holds
    one that `reads_only` writes nothing but what is theirs, and none beside it that writes (S-10, AUD-06)."""

    grows: ClassVar[str] = "permissions"
    identity: ClassVar[tuple[str, ...]] = ()

    staff: bool
    reads_people: bool
    reads_only: bool = False
    home: Annotated[str, StringConstraints(pattern=r"^[a-z]+:[a-z_]+$")]
    permissions: frozenset[str]
    apart_from: frozenset[str] = frozenset()


class EarlierText(Part):
    """The words of a purpose as they were in an earlier version."""

    version: int = Field(ge=1)
    text: Text


class Purpose(Definition):
    """What personal data is used for. One asked by consent is asked by itself, in the text of this version;
    texts people agreed to before stay under `earlier`. `asked_in` "area" is asked by the area whose matter needs
    it, when it needs it, and not on a member's own page."""

    grows: ClassVar[str] = "earlier"
    identity: ClassVar[tuple[str, ...]] = ("version",)

    text: Text
    earlier: tuple[EarlierText, ...] = ()
    basis: Literal["statutory", "consent"]
    sensitive: bool
    asked_in: Literal["register", "area"] = "register"
    recipient: Text | None = None


class Notice(Definition):
    """A kind of message: its words with {placeholders}, why people get it, may they switch it off.

    `values` says what fills each placeholder: `text` as it is, `both` a text in both languages, `day` and `moment` as
    the pages write them, `field` the label of a field of a person, or the name of the code list whose words are shown.
    """

    ways: ClassVar[frozenset[str]] = frozenset({"text", "both", "day", "moment", "field"})

    title: Text
    body: Text
    reason: Text
    values: dict[str, str] = {}
    sms: bool = False
    can_be_switched_off: bool

    @model_validator(mode="after")
    def _placeholders_are_values(self) -> Self:
        for words in (self.title, self.body, self.reason):
            for _text, name, _format, _conversion in Formatter().parse(words.en + words.zh):
                if name is not None and name not in self.values:
                    raise Unfit("no_placeholder", name=name)
        return self


class SpecialDay(Part):
    """A day that is not what its weekday says: off on a weekday, or made up for (调休) on a weekend."""

    day: date
    working: bool
    label: Text
    division: Division = ""


class WorkingYear(Coded):
    """The special days of one year, from the State Council's notice; a place may have days of its own."""

    grows: ClassVar[str] = "days"
    identity: ClassVar[tuple[str, ...]] = ("day", "division")

    code: Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
    version: int = Field(ge=1)
    source: Words
    confidence: Confidence
    days: tuple[SpecialDay, ...]

    @model_validator(mode="after")
    def _days_of_this_year(self) -> Self:
        stray = next((special.day for special in self.days if special.day.year != int(self.code)), None)
        if stray is not None:
            raise Unfit("stray_day", day=stray, year=self.code)
        return self

    @cached_property
    def by_place(self) -> dict[tuple[str, date], bool]:
        """Whether people work on a special day, by the division in 12 digits and the day."""
        return {(padded(special.division), special.day): special.working for special in self.days}


def as_written(text: str) -> str:
    """The text without spaces and capitals, for comparing what people write."""
    return "".join(text.split()).casefold()


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_FITS: dict[str, Callable[[object], bool]] = {
    "whole": _is_whole,
    "decimal": lambda value: _is_whole(value) or isinstance(value, float),
    "yes_no": lambda value: isinstance(value, bool),
    "words": lambda value: isinstance(value, str),
    "whole_list": lambda value: isinstance(value, list) and all(_is_whole(one) for one in value),
}
