"""What the bank can be told to get wrong, by name."""

from dataclasses import dataclass

SENDING = {
    "time_out_after_paying": "pays, and never answers",
    "time_out_before_paying": "takes nothing in, and never answers",
    "error_after_paying": "pays, and answers 500",
    "error_before_paying": "takes nothing in, and answers 503",
    "refuse": "answers that it failed, with a reason",
    "pay_later": "accepts, and pays after some seconds",
    "fail_then_pay": "answers that it failed, and pays after some seconds",
    "pay_then_return": "pays, and the money comes back after some seconds",
    "pay_twice": "books the transfer twice in its ledger",
    "pay_other_amount": "books another amount than it was told",
    "say_paid_without_paying": "answers paid, and books nothing",
}
TELLING = {
    "event_never": "tells nothing of it",
    "event_twice": "tells it twice, by the same event",
    "event_forged": "is joined by a forged event that says the contrary",
    "event_first": "tells it before the sending is answered",
    "events_out_of_order": "tells first that it is paid, then that it was accepted",
}
FILES = {
    "half_of_batch": "takes the first half of a batch in, and nothing of the rest",
    "forged_trailer": "writes a result or a statement whose seal is wrong",
    "wrong_totals": "writes a result or a statement whose sums are wrong",
}
ALL = SENDING | TELLING | FILES


@dataclass(frozen=True, slots=True)
class Mood:
    """One thing told: its name, how many seconds later (or how long), and another amount in fen where that is it."""

    what: str
    seconds: float
    amount: int


CALM = Mood("", 0.0, 0)
