"""What a definition of a matter says of its steps: who decides where, in what time, what is hung out or served."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from zhijia.catalogue.kinds import Code, Part, require_blanks
from zhijia.catalogue.sentences import Unfit
from zhijia.catalogue.text import Text

BEFORE = "matters.before"
"""What a step waits for that waits for the items before its own, asked for in one go."""
Seat = Literal["own", "township", "county", "city", "province", "above_own", "other"]
Way = Literal["approve", "refuse", "return", "add_signer", "delegate", "pause"]
NOTICE_BLANKS = frozenset({"name", "union", "matter", "amount"})
"""What the words of a public notice may leave open; the name is shown masked."""
LEAP_YEAR = 2000
A_YEAR = date(LEAP_YEAR, 1, 1).toordinal()
MOST_FROZEN = 180
"""What any step must leave open of a year, so that every clock comes to its end."""


class Limit(Part):
    """How long a step may take: the parameter that holds the number, and what it counts (CLK-02)."""

    parameter: str
    unit: Literal["working_days", "days", "hours", "minutes", "months"]


class Appeal(Limit):
    """How long an answer can be objected to, and which answers: a refusal, and of a matter of which nothing comes but
    the answer itself also one that was granted."""

    after: tuple[Literal["refused", "granted"], ...] = Field(default=("refused",), min_length=1)


class Frozen(Part):
    """Days of each year (month-day, both included; over new year when the last lies before the first) in which nobody
    decides a step and its clock stands still: a year's closing of the books."""

    first: str = Field(alias="from", pattern=r"^\d{2}-\d{2}$")
    last: str = Field(alias="to", pattern=r"^\d{2}-\d{2}$")

    @model_validator(mode="after")
    def _days_exist(self) -> Self:
        for day in (self.first, self.last):
            try:
                date(LEAP_YEAR, int(day[:2]), int(day[3:]))
            except ValueError:
                raise Unfit("no_day", day=day) from None
        return self

    def covers(self, day: date) -> bool:
        """Whether the day lies in it."""
        here = f"{day:%m-%d}"
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


class PublicNotice(Part):
    """A notice with masked names before the decision stands. It ends by itself; whoever asks has agreed (PI-03)."""

    days: Limit
    purpose: str
    words: Text

    @model_validator(mode="after")
    def _every_blank_is_filled_in(self) -> Self:
        require_blanks(self.words, NOTICE_BLANKS)
        return self


class Serving(Part):
    """What is served on an outside party, which answers through a one-case token: who, and how long they have."""

    party: Literal["employer", "lawyer", "hospital", "assessor", "authority", "other"]
    reply: Limit


class Step(Part):
    """A stop of the line. `seat` says at which union it is decided, in `tree`; `permission` who may there. `signs` is
    how many must agree. `from_amount` names the parameter (fen) from which this level is needed (HH-18). `when` is a
    rule over `answers`. `after_months` makes it due after the case has closed. A step that does `report` waits for
    whoever asked to answer the questions and add the documents that stand `at` it. One that does `wait` is passed over
    unless the port `matters.waits.<waits>` says that something elsewhere has to end first; the room that ends it goes
    on with the case."""

    code: Code
    label: Text
    does: Literal["look", "decide", "notice", "serve", "verify", "report", "wait"]
    waits: str = ""
    seat: Seat
    tree: Literal["organisation", "fund", "industry"] = "organisation"
    permission: str = "matter.decide"
    may: tuple[Way, ...] = ("approve", "refuse", "return")
    signs: Literal["one", "any", "all"] = "one"
    limit: Limit | None = None
    late: Literal["escalate", "pass", "none"] = "escalate"
    from_amount: str = ""
    when: str = ""
    notice: PublicNotice | None = None
    serving: Serving | None = None
    after_months: Limit | None = None
    frozen: tuple[Frozen, ...] = ()
    skip_same_person: bool = True

    @model_validator(mode="after")
    def _a_stop_has_its_parts(self) -> Self:
        if (self.does == "notice") != (self.notice is not None):
            raise Unfit("notice_says")
        if (self.does == "serve") != (self.serving is not None):
            raise Unfit("serve_says")
        if (self.does == "wait") != bool(self.waits) or (self.waits and self.limit):
            raise Unfit("wait_says")
        if self.frozen and self.limit and self.limit.unit in {"hours", "minutes"}:
            raise Unfit("no_frozen_hours")
        if sum(self.is_frozen(date.fromordinal(A_YEAR + day)) for day in range(366)) > MOST_FROZEN:
            raise Unfit("frozen_most", most=MOST_FROZEN)
        return self

    @property
    def ways(self) -> frozenset[str]:
        """What can be done here: a notice ends by itself, so nobody agrees to it; what is served has to be sent."""
        if self.does == "wait":
            return frozenset()
        if self.does == "notice":
            return frozenset(self.may) - {"approve"}
        return frozenset(self.may) | ({"serve"} if self.does == "serve" else set())

    def is_frozen(self, day: date) -> bool:
        """Whether nobody decides this step on the day."""
        return any(window.covers(day) for window in self.frozen)
