"""The arithmetic of the ledger, in fen: debits stand above zero, credits below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

OUT, IN = "out:", "in:"
"""How the purpose of an entry begins that sends money to another union, or gets it from one: its id follows."""


CARRY_OVER = "carry_over"
"""The kind of entry that ends a year: it is no spending, and moves no money."""


MOST_FEN = 2**63 - 1
"""No sum in the books is larger: what their columns hold."""


@dataclass(frozen=True, slots=True)
class Line:
    """So many fen on an account: a debit above zero, a credit below."""

    account_id: int
    amount: int


def turned(lines: Iterable[Line]) -> list[Line]:
    """The lines that take these back."""
    return [Line(line.account_id, -line.amount) for line in lines]


def carried(balances: Sequence[tuple[int, int, int]]) -> list[Line]:
    """The lines that bring each temporary account to nothing and its sum to the account it is carried to: of
    (account, balance, target) in one fund. Targets add up, in the order in which they first come; what is nothing is
    left out."""
    lines = [Line(account, -balance) for account, balance, _ in balances if balance]
    targets: dict[int, int] = {}
    for _, balance, target in balances:
        targets[target] = targets.get(target, 0) + balance
    return lines + [Line(target, amount) for target, amount in targets.items() if amount]


OPEN_GROUPS = frozenset({"own", "subsidy", "special"})
"""The groups of funds that own money of a union above may become."""


def may_arrive(sent: str, arrived: str, *, earmarked: bool, group: str) -> bool:
    """Whether money that left one fund may arrive in another at the next union (HH-19, MA-10). What is `earmarked`
    stays in its fund; own money may come as own money, as a subsidy or for a purpose: `group` is the other fund's."""
    return sent == arrived or (not earmarked and group in OPEN_GROUPS)


def partner_of(purpose: str) -> int | None:
    """The union an entry of that purpose sent money to or got it from; None where it did neither."""
    way, _colon, number = purpose.partition(":")
    return int(number) if f"{way}:" in {OUT, IN} and number.isdecimal() else None


def due_through(today: date, within: int) -> date:
    """The last day that should be closed today: the end of the latest month that was over `within` days ago."""
    settled = today - timedelta(within)
    return settled.replace(day=1) - timedelta(1) if (settled + timedelta(1)).day != 1 else settled
