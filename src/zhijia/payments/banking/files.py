"""The channel by files people carry: a batch out, a result back, the statement of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel import ciphers, days
from zhijia.payments.banking import layouts
from zhijia.payments.banking.connection import connection
from zhijia.payments.banking.layouts import FileProblem, Profile
from zhijia.payments.channels import Answer, Instruction, Said


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line of the bank's statement: so many fen came in (above zero) or went out, and what stood there afterwards."""

    line: int
    bank_number: str
    at: datetime
    amount: int
    after: int
    name: str
    account: str
    reference: str
    note: str

    def __repr__(self) -> str:
        """Without whom it is of: it could end in a log."""
        return f"BankLine({self.line}, {self.amount})"


@dataclass(frozen=True, slots=True)
class DayStatement:
    """What the bank says of one account on one day."""

    account: str
    day: date
    opening: int
    closing: int
    lines: tuple[BankLine, ...]

    def __repr__(self) -> str:
        return f"DayStatement({self.day}, {len(self.lines)} lines)"


@dataclass(frozen=True, slots=True)
class BankFiles:
    """A bank that takes files, in one of the two profiles, sealed with the key both share."""

    profile: Profile
    key: bytes
    day: date

    def write(self, instructions: Sequence[Instruction]) -> bytes:
        """The file with these instructions, all from one account. The same instructions make the same batch number.
        Raises FileProblem for a name or note that does not fit."""
        payers = {one.payer for one in instructions}
        if len(payers) != 1:
            raise FileProblem("one_account_a_file", _("A file pays from one bank account."))
        told = "\n".join(f"{one.reference} {one.amount}" for one in instructions)
        total = sum(one.amount for one in instructions)
        head = {"batch": "ZJ" + ciphers.sm3(told.encode()).hex()[:30], "payer": payers.pop(), "total": total}
        details = [
            {
                "reference": one.reference,
                "amount": one.amount,
                "name": one.name,
                "account": one.account,
                "bank": one.bank,
                "note": one.note,
            }
            for one in instructions
        ]
        head["day"] = f"{self.day:%Y%m%d}"
        return layouts.written(layouts.BATCH, head, details, {"total": total}, self.profile, self.key)

    def read_results(self, content: bytes) -> list[Answer]:
        """What the bank says of each line it took in. A payment it says nothing of was not taken in, or not yet: it is
        asked for. Raises FileProblem."""
        found = layouts.read(content, layouts.RESULT, self.profile, self.key)
        paid = sum(record["amount"] for record in found.details if record["state"] == Said.PAID)
        _check_sum(paid, found.end["total"])
        answers = [_answer(record, number) for number, record in enumerate(found.details, 2)]
        if len({one.reference for one in answers}) != len(answers):
            raise FileProblem("reference_twice", _("The file names a payment twice."))
        return answers

    def read_statement(self, content: bytes) -> DayStatement:
        """The statement of a day. Raises FileProblem, also where balances and lines do not add up."""
        found = layouts.read(content, layouts.STATEMENT, self.profile, self.key)
        day = _day(found.head["day"])
        balance = found.head["opening"]
        lines = []
        for number, record in enumerate(found.details, 2):
            balance += record["amount"]
            if balance != record["after"] or not record["amount"]:
                raise FileProblem(
                    "balance_does_not_follow",
                    _("Line %(line)s: its amount and the balance before do not make its balance.")
                    % {"line": number},
                )
            cells = {name: value for name, value in record.items() if name != "type"}
            lines.append(BankLine(**{**cells, "at": _moment(record["at"], number)}))
        _check_sum(sum(one.amount for one in lines if one.amount > 0), found.end["came"])
        _check_sum(-sum(one.amount for one in lines if one.amount < 0), found.end["went"])
        _check_sum(balance, found.head["closing"])
        return DayStatement(found.head["account"], day, found.head["opening"], balance, tuple(lines))


def opened(profile: Profile) -> BankFiles:
    """The files of the bank that is set, dated today. Raises NoBank."""
    return BankFiles(profile, connection().key, days.business_day(days.now()))


def _answer(record: layouts.Record, number: int) -> Answer:
    state = record["state"]
    if state not in set(Said):
        raise FileProblem(
            "state_unknown",
            _("Line %(line)s: the state %(state)s is none we know.") % {"line": number, "state": state[:8]},
        )
    at = _moment(record["at"], number)
    return Answer(
        record["reference"], Said(state), record["bank_number"], at, record["reason"], record["amount"]
    )


def _check_sum(found: int, said: int) -> None:
    if found != said:
        raise FileProblem(
            "file_sum_wrong",
            _("The file says that it adds up to %(said)s fen; its lines make %(found)s.")
            % {"said": said, "found": found},
        )


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise FileProblem("no_such_day", _("Line 1: the day is none there is.")) from error


def _moment(text: str, number: int) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise FileProblem(
            "no_such_moment", _("Line %(line)s: the moment has no zone, or is none.") % {"line": number}
        )
    return at
