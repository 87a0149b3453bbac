"""The bank's desk: takes transfers in, one or a batch, does what falls due, and is wrong where it was told to be."""

from dataclasses import dataclass
from typing import Any

from zhijia_bank import files, moods
from zhijia_bank.books import Books, Order, number_of
from zhijia_bank.events import Events
from zhijia_bank.moods import Mood

MOST_FEN = 10**14


@dataclass(frozen=True, slots=True)
class Taken:
    """What the desk says of a transfer (None: it took nothing in), and the mood it was in."""

    answer: dict[str, Any] | None
    mood: Mood
    telling: Mood


class Desk:
    """What can be asked of the bank about money."""

    def __init__(self, books: Books, events: Events) -> None:
        self.books = books
        self.events = events

    def tell(self, said: dict[str, Any]) -> None:
        """Be told: a mood by its name, `calm` to forget them all, `pass` to let so many seconds go by. Raises
        ValueError for what nobody can tell a bank."""
        what = str(said["what"])
        if what == "calm":
            self.books.calm()
        elif what == "pass":
            self.books.pass_time(float(said["seconds"]))
        elif what in moods.ALL:
            mood = Mood(what, float(said.get("seconds", 0)), int(said.get("amount", 0)))
            self.books.tell(mood, str(said.get("reference", "")), int(said.get("times", 1)))
        else:
            raise ValueError(f"nobody can tell the bank {what}")

    def take(self, order: Order) -> Taken:
        """Take one transfer in; the same again is answered by what became of it. Raises Conflict for another content
        under a known reference."""
        with self.books.writing():
            standing = self.books.standing(order)
            if standing is not None:
                return Taken(answer(standing), moods.CALM, moods.CALM)
            mood = self.books.mood(moods.SENDING, order.reference)
            if mood.what in ("time_out_before_paying", "error_before_paying"):
                return Taken(None, mood, moods.CALM)
            said = self._enter(order, mood)
            return Taken(said, mood, self.events.announce(said))

    def take_batch(self, batch: files.Batch) -> list[dict[str, Any]]:
        """Take a batch in as one: what became of each line, or of the first half where it was told so. Raises Conflict,
        and then nothing of it is taken in."""
        with self.books.writing():
            half = self.books.mood({"half_of_batch": ""}, batch.number).what
            orders = batch.orders[: len(batch.orders) // 2] if half else batch.orders
            return [found for order in orders if (found := self.take(order).answer) is not None]

    def incoming(self, *, account: str, amount: int, name: str, other: str, note: str) -> dict[str, Any]:
        """Somebody pays into an account here. Raises Unknown for an account nobody has."""
        with self.books.writing():
            count = self.books.rows("SELECT count(*) AS many FROM line")[0]["many"]
            number = number_of(f"incoming {count}")
            self.books.book(
                account, amount, bank_number=number, name=name, other=other, reference="", note=note
            )
            return {"bank_number": number, "amount": amount}

    def do_due(self) -> int:
        """Pay and return what has fallen due; how many."""
        due = self.books.now().timestamp()
        done = 0
        for row in self.books.rows("SELECT * FROM later WHERE due <= ? ORDER BY due, id", due):
            with self.books.writing():
                if row["what"] == "pay":
                    self._pay(row["reference"])
                else:
                    self._give_back(row["reference"])
                self.books.run("DELETE FROM later WHERE id = ?", row["id"])
                self.events.announce(answer(self._standing(row["reference"])))
            done += 1
        return done

    def statement(self, account: str, day: str, profile: str, key: bytes) -> bytes:
        """The file of an account's day. Raises Unknown."""
        held = self.books.account(account)
        rows = self.books.rows("SELECT * FROM line WHERE account = ? AND day = ? ORDER BY id", account, day)
        since = "SELECT coalesce(sum(amount), 0) AS moved FROM line WHERE account = ? AND day >= ?"
        opening = held["balance"] - self.books.rows(since, account, day)[0]["moved"]
        wrong = self.books.mood(FILE_MOODS, account).what
        return files.write_statement(held, day, opening, rows, profile, key, wrong)

    def result(
        self, batch: files.Batch, rows: list[dict[str, Any]], day: str, profile: str, key: bytes
    ) -> bytes:
        """The result file of a batch."""
        wrong = self.books.mood(FILE_MOODS, batch.number).what
        return files.write_result(batch, day, rows, profile, key, wrong)

    def _enter(self, order: Order, mood: Mood) -> dict[str, Any]:
        books, reference = self.books, order.reference
        wrong = self._wrong_with(order) or ("the payee's bank refused it" if mood.what == "refuse" else "")
        if wrong:
            return books.enter(order, "failed", wrong)
        if mood.what in ("pay_later", "fail_then_pay"):
            failed = mood.what == "fail_then_pay"
            said = books.enter(
                order, "failed" if failed else "accepted", "no answer from the payee's bank" if failed else ""
            )
            books.put_off(mood.seconds, "pay", reference)
            return said
        said = books.enter(order, "paid")
        if mood.what == "say_paid_without_paying":
            return said
        for _time in range(2 if mood.what == "pay_twice" else 1):
            self._move(order, mood.amount if mood.what == "pay_other_amount" else order.amount)
        if mood.what == "pay_then_return":
            books.put_off(mood.seconds, "return", reference)
        return said

    def _wrong_with(self, order: Order) -> str:
        found = self.books.rows("SELECT * FROM account WHERE number IN (?, ?)", order.payer, order.account)
        held = {row["number"]: row for row in found}
        payee = held.get(order.account)
        if order.payer not in held:
            return "there is no such account to pay from"
        if not 0 < order.amount <= MOST_FEN:
            return "the amount is not possible"
        if not order.name or not order.account:
            return "the payee's name or account is missing"
        if payee is not None and payee["name"] != order.name:
            return "the name is not that of the account"
        if held[order.payer]["balance"] < order.amount:
            return "there is not enough money in the account"
        return ""

    def _move(self, order: Order, amount: int) -> None:
        """Book a transfer: from the payer's account, and to the payee's where it is one of this bank."""
        number = number_of(order.reference)
        books, both = self.books, {"bank_number": number, "reference": order.reference, "note": order.note}
        books.book(order.payer, -amount, name=order.name, other=order.account, **both)
        if books.rows("SELECT 1 FROM account WHERE number = ?", order.account):
            payer = books.account(order.payer)
            books.book(order.account, amount, name=payer["name"], other=order.payer, **both)

    def _standing(self, reference: str) -> dict[str, Any]:
        found = self.books.transfer(reference)
        assert found is not None
        return found

    def _order(self, reference: str) -> Order:
        found = self._standing(reference)
        fields = ("reference", "payer", "amount", "name", "account", "bank", "note")
        return Order(**{name: found[name] for name in fields})

    def _pay(self, reference: str) -> None:
        order = self._order(reference)
        self._move(order, order.amount)
        self.books.turn(reference, "paid")

    def _give_back(self, reference: str) -> None:
        order = self._order(reference)
        number = number_of(f"return of {reference}")
        note = "returned: the payee's account is closed"
        both = {"bank_number": number, "reference": reference, "note": note}
        self.books.book(order.payer, order.amount, name=order.name, other=order.account, **both)
        if self.books.rows("SELECT 1 FROM account WHERE number = ?", order.account):
            payer = self.books.account(order.payer)
            self.books.book(order.account, -order.amount, name=payer["name"], other=order.payer, **both)
        self.books.turn(reference, "returned", "the payee's account is closed")


FILE_MOODS = {name: moods.FILES[name] for name in ("forged_trailer", "wrong_totals")}


def answer(transfer: dict[str, Any]) -> dict[str, Any]:
    """What the bank says of a transfer it knows."""
    return {name: transfer[name] for name in ("reference", "state", "amount", "bank_number", "at", "reason")}
