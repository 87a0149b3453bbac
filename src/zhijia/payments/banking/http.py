"""The channel over HTTP: one instruction at a time, signed, answered at once or not at all."""

import json
import urllib.parse
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from zhijia.kernel import days
from zhijia.payments.banking import signing
from zhijia.payments.banking.connection import Connection, NoBank, connection
from zhijia.payments.banking.files import BankFiles, DayStatement
from zhijia.payments.banking.lines import Lines
from zhijia.payments.channels import Answer, Instruction, Said, Unanswered

PATIENCE = 10.0
"""Seconds an answer may take; longer is none, and the bank is asked later."""
NOT_TAKEN = (400, 413, 422)
"""Answers by which the bank says that it cannot read the instruction: it did nothing."""


@dataclass(frozen=True, slots=True)
class HttpBank:
    """A bank behind an address. It never sends again by itself, and follows no other address. Its lines stay open as
    long as somebody holds it."""

    connection: Connection
    patience: float = PATIENCE
    _lines: Lines = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lines", Lines(self.connection.address))

    def send(self, instruction: Instruction) -> Answer:
        """Hand one instruction over. Raises Unanswered for whatever is no clear answer."""
        status, said = self._asked("POST", "/transfers", json.dumps(asdict(instruction)).encode())
        if status in NOT_TAKEN:
            return Answer(
                instruction.reference, Said.FAILED, at=days.now(), reason="not understood by the bank"
            )
        if status != 200:
            raise Unanswered(f"the bank answered {status}")
        return _answer(said, instruction.reference, instruction.amount)

    def ask(self, reference: str) -> Answer:
        """What became of it. Raises Unanswered; `not_found` is what the bank says, never something on the way."""
        status, said = self._asked("GET", f"/transfers/{urllib.parse.quote(reference, safe='')}")
        if status == 404 and isinstance(said, dict) and said.get("state") == Said.NOT_FOUND:
            return Answer(reference, Said.NOT_FOUND, at=days.now())
        if status != 200:
            raise Unanswered(f"the bank answered {status}")
        return _answer(said, reference, None)

    def statement(self, account: str, day: date) -> DayStatement:
        """The statement of an account's day. Raises Unanswered, and FileProblem for a file that is not right."""
        status, content = self._called(
            "GET", f"/statements/{urllib.parse.quote(account, safe='')}/{day}?profile=csv"
        )
        if status != 200:
            raise Unanswered(f"the bank answered {status}")
        return BankFiles("csv", self.connection.key, day).read_statement(content)

    def _asked(self, method: str, path: str, body: bytes = b"") -> tuple[int, Any]:
        status, content = self._called(method, path, body)
        try:
            return status, json.loads(content)
        except ValueError:
            return status, None

    def _called(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        moment = str(int(days.now().timestamp()))
        signature = signing.sign(self.connection.key, moment, body if method == "POST" else path.encode())
        headers = {signing.TIME: moment, signing.SIGNATURE: signature}
        headers |= {"Content-Type": "application/json"} if body else {}
        return self._lines.call(method, path, body, headers, self.patience)


def opened() -> HttpBank:
    """The bank that is set. Where none is, whoever asks gets no answer."""
    try:
        return HttpBank(connection())
    except NoBank as error:
        raise Unanswered(str(error)) from error


def _answer(said: Any, reference: str, amount: int | None) -> Answer:
    """The bank's answer, if it is about this reference and amount. Raises Unanswered for anything else."""
    try:
        at = datetime.fromisoformat(said["at"])
        found = Answer(
            said["reference"], Said(said["state"]), said["bank_number"], at, said["reason"], said["amount"]
        )
        same = found.reference == reference and amount in (None, said["amount"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unanswered("an answer nobody understands") from error
    if not same or at.tzinfo is None:
        raise Unanswered("an answer about something else")
    return found
