"""What a definition says of a register: a typed list that unions keep, row by row (ADR 0022)."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from zhijia.catalogue.asking.questions import Asked
from zhijia.catalogue.filling.words import called
from zhijia.catalogue.kinds import Code, Definition, Words, require_labels_once
from zhijia.catalogue.register_parts import Check, Due, Name, State, Yield
from zhijia.catalogue.sentences import Unfit, type_words
from zhijia.catalogue.text import Text

Level = Literal["nation", "province", "city", "county", "township", "grassroots", "branch"]
Seen = Literal["public", "members", "officers", "keepers"]
Slot = Literal["text", "number", "day"]
SLOTS: dict[Slot, int] = {"text": 10, "number": 6, "day": 6}
"""How many fields of each kind a list can be found by: each stands in a typed column of its own besides."""
KEPT = "kept"
ENDED = "ended"
KINDS = frozenset({"person", "union", "employer", "row"})
"""The types whose values name something else: `registers_link` says which."""
FILES = frozenset({"file", "photo"})
PERSONAL = frozenset({"person", "mobile", "id_number"})
_SLOTTED: dict[str, Slot] = {
    "text": "text",
    "code": "text",
    "choice": "text",
    "yes_no": "text",
    "mobile": "text",
    "division": "text",
    "union": "text",
    "employer": "text",
    "person": "text",
    "row": "text",
    "whole": "number",
    "money": "number",
    "date": "day",
}
_FILLS = {
    "person": "person",
    "employer": "employer",
    "union": "union",
    "division": "division",
    "point": "point",
    "since": "date",
    "until": "date",
    "hours": "text",
}


class Column(Asked):
    """One field of a row; `when` is a rule over `values`. A `row` names one of the list `of`. `see` says who sees it
    besides whom the row is about; by what can be `find` a list is filtered and ordered. What stands `once` is said by
    no second row that has not ended, at the same union or in the whole list. `fills` the row's own person, employer,
    union, place or days, by which it is found from there, or says in its `hours` when it is open. When a version
    reads rows of the one before, a field that `was` called otherwise takes that one's value, one that is new its
    `default`. A field that is `searched` finds the row by what its files say (docx, PDF)."""

    name: Name
    type: Literal[
        "text", "long_text", "whole", "money", "date", "yes_no", "code", "choice", "choices", "mobile", "id_number",
        "division", "union", "employer", "person", "row", "file", "photo", "point",
    ]  # fmt: skip
    of: Code | None = None
    see: Seen = "officers"
    find: bool = False
    once: Literal["", "union", "list"] = ""
    fills: Literal["", "person", "employer", "union", "division", "point", "since", "until", "hours"] = ""
    was: str = ""
    default: str | int | bool | None = None
    searched: bool = False

    @property
    def slot(self) -> Slot | None:
        """The kind of column it stands in besides, where the list is found by it or holds it once."""
        return _SLOTTED[self.type] if self.find or self.once else None

    @property
    def is_needed(self) -> bool:
        """Whether every row says it."""
        return self.required and not self.when

    @model_validator(mode="after")
    def _its_parts_fit(self) -> Self:
        if (self.type == "row") != (self.of is not None):
            raise Unfit("row_of_list")
        if (self.find or self.once) and (self.sealed or self.type not in _SLOTTED):
            raise Unfit("not_found_by", name=self.label)
        if self.fills and (self.type != _FILLS[self.fills] or self.sealed):
            raise Unfit("fills_its_type", name=self.label, type=type_words(_FILLS[self.fills]))
        if self.sealed and self.type not in {"text", "mobile", "id_number"}:
            raise Unfit("sealed_text", name=self.label)
        if self.type == "id_number" and not self.sealed:
            raise Unfit("number_is_sealed", name=self.label)
        if self.searched and self.type != "file":
            raise Unfit("searched_file", name=self.label)
        if self.default is not None and not _stands_for(self.default, self):
            raise Unfit("default_fits", name=self.label)
        if self.see in {"public", "members"} and (self.sealed or self.type in PERSONAL):
            raise Unfit("personal_seen", name=self.label)
        return self


class Register(Definition):
    """A list that unions keep. `levels` are those of the unions that keep rows, `keeper` the permission that lets
    somebody there. `title` are the fields whose values name a row. What is `public` anybody sees, of fields that are
    seen by the public alone; what members see, every member. `dropped` are fields of the version before that go with
    their values. With `follows` a row goes with its person to another union. `matters` may add rows, and whatever
    calls itself so by a port (`titles` for appraisals)."""

    guidance: Text
    group: Code
    also_called: tuple[Words, ...] = ()
    levels: tuple[Level, ...] = Field(min_length=1)
    keeper: str = "list.keep"
    fields: tuple[Column, ...] = Field(min_length=1)
    title: tuple[Name, ...] = Field(min_length=1)
    states: tuple[State, ...] = ()
    dues: tuple[Due, ...] = ()
    facts: tuple[Yield, ...] = ()
    checks: tuple[Check, ...] = ()
    public: bool = False
    follows: bool = False
    purpose: str = ""
    retention: str = "list_years"
    matters: tuple[Code, ...] = ()
    titles: bool = False
    dropped: tuple[Name, ...] = ()

    @cached_property
    def as_text(self) -> str:
        """All it says in one text, by which what was made of it is remembered."""
        return self.model_dump_json(by_alias=True)

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The fields by their names."""
        return {column.name: column for column in self.fields}

    @cached_property
    def stations(self) -> tuple[State, ...]:
        """The states of a row: those it declares, else that it is kept and that it has ended."""
        return self.states or _STANDING

    @property
    def first_state(self) -> str:
        """The state a row begins in."""
        return self.stations[0].code

    def state(self, code: str) -> State:
        """The state of that code. Raises LookupError."""
        for state in self.stations:
            if state.code == code:
                return state
        raise LookupError(f"The list {self.code} has no state {code}.")

    def filling(self, what: str) -> Column | None:
        """The field that says whom, where or since when a row is, where one does."""
        return next((column for column in self.fields if column.fills == what), None)

    @cached_property
    def found_by(self) -> tuple[Column, ...]:
        """The fields that stand in a column of their own, in the order of the definition."""
        return tuple(column for column in self.fields if column.slot is not None)

    def seen_by(self, *who: Seen) -> tuple[Column, ...]:
        """The fields these see."""
        return tuple(column for column in self.fields if column.see in who)

    @property
    def open_fields(self) -> tuple[Column, ...]:
        """The fields anybody sees."""
        return self.seen_by("public") if self.public else ()

    @property
    def member_fields(self) -> tuple[Column, ...]:
        """The fields every member sees: none where they would not see what a row is called."""
        seen = self.seen_by("public", "members")
        return seen if {column.name for column in seen}.issuperset(self.title) else ()

    @property
    def is_personal(self) -> bool:
        """Whether its rows tell something about a person."""
        return any(column.type in PERSONAL or column.sealed for column in self.fields)

    @model_validator(mode="after")
    def _names_stand_once(self) -> Self:
        for what, parts in (
            ("field", [column.name for column in self.fields]),
            ("state", [state.code for state in self.states]),
            ("due", [due.code for due in self.dues]),
            ("fills", [str(column.fills) for column in self.fields if column.fills]),
            ("was", [column.was for column in self.fields if column.was]),
        ):
            if twice := {one for one in parts if parts.count(one) > 1}:
                raise Unfit("there_twice", what=what, name=min(twice))
        require_labels_once("fields", (column.label for column in self.fields if not column.when))
        require_labels_once("states", (state.label for state in self.states))
        require_labels_once("dues", (due.label for due in self.dues))
        return self

    @model_validator(mode="after")
    def _states_have_an_end(self) -> Self:
        if self.states and (self.states[0].ends or not any(state.ends for state in self.states)):
            raise Unfit("states_end")
        return self

    @model_validator(mode="after")
    def _named_parts_are_there(self) -> Self:
        states = {state.code for state in self.stations}
        named = {
            "title": [name for name in self.title if not self._names_a(name, *_TITLES)],
            "states": [code for state in self.states for code in state.before if code not in states],
            "dues": [name for due in self.dues for name in self._strange(due, states)],
            "facts": [name for told in self.facts for name in self._untold(told, states)],
        }
        for what, strange in named.items():
            if strange:
                raise Unfit(
                    "names_nothing", what=what, name=strange[0], called=called("registers", Register, [what])
                )
        return self

    @model_validator(mode="after")
    def _slots_suffice(self) -> Self:
        for slot, most in SLOTS.items():
            if sum(column.slot == slot for column in self.fields) > most:
                raise Unfit("too_many_found_by", most=most, slot=slot)
        return self

    @model_validator(mode="after")
    def _a_public_list_shows_something(self) -> Self:
        if self.public and not all(self.by_name[name].see == "public" for name in self.title):
            raise Unfit("public_title")
        if self.is_personal and not self.purpose:
            raise Unfit("personal_purpose")
        return self

    def _strange(self, due: Due, states: set[str]) -> Iterator[str]:
        if due.since != "added" and due.since not in states and not self._names_a(due.since, "date"):
            yield due.since
        yield from (code for code in (*due.within, *filter(None, [due.then])) if code not in states)

    def _untold(self, told: Yield, states: set[str]) -> Iterator[str]:
        if (told.at == "state") != (told.state in states):
            yield told.state or "state"
        if (told.at == "kept") != any(due.code == told.due for due in self.dues):
            yield told.due or "due"
        for name, type_ in ((told.quantity, "whole"), (told.amount, "money")):
            if name and not self._names_a(name, type_):
                yield name
        yield from (
            name for name in told.dimensions.values() if name != "list" and not self._names_a(name, *_CUTS)
        )

    def _names_a(self, name: str, *types: str) -> bool:
        column = self.by_name.get(name)
        return column is not None and column.type in types and not column.sealed


def _stands_for(value: str | int | bool, column: Column) -> bool:
    """Whether the value can stand in the field, as far as the definition alone says."""
    kinds: dict[str, type] = {"whole": int, "money": int, "yes_no": bool}
    if type(value) is not kinds.get(column.type, str):
        return False
    if column.type in FILES | {"point", "choices"}:
        return False
    if column.type == "date":
        return _is_a_day(str(value))
    return column.type != "choice" or value in column.offered


def _is_a_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_TITLES = frozenset(_SLOTTED) - {"mobile", "money", "yes_no"}
_CUTS = ("code", "choice", "yes_no", "division", "whole")
_STANDING = (
    State(code=KEPT, label=Text(en="In force", zh="有效")),
    State(code=ENDED, label=Text(en="Ended", zh="已终止"), ends=True, reason=True),
)
