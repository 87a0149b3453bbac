"""What the driver does, as people would: orders, two releases, vouchers over HTTP; and putting all right afterwards."""

import http.client
import random
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import Error, connections, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel import days
from zhijia.ledger.tests.world import AT
from zhijia.payments.models import BankAccount, Difference, Payment
from zhijia.payments.reconciliation import fetching, settling
from zhijia.payments.services import asking, batching, releasing, sending
from zhijia.payments.tests.bank import Bank
from zhijia.payments.tests.world import Payments
from zhijia.web.supervisor import static, sweeper
from zhijia_faults.journal import Journal
from zhijia_faults.stack import PATIENCE, Stack

FEN = 90_000_000
JOB = releasing.JOB
_OPEN = ("ready", "sending", "unknown")


class Unacknowledged(Exception):
    """Nobody said within the time that it was done."""


class Money:
    """A union with money, its people, its bank; on a stack that runs."""

    def __init__(self, stack: Stack, chance: random.Random) -> None:
        self.stack, self.chance = stack, chance
        self.journal = Journal(stack.data / "journal")
        call_command("migrate", database="owner", verbosity=0)
        static.gather()
        self.bank = Bank(stack.data / "bank", f"{stack.address}/payments/bank/events/")
        with transaction.atomic():
            self.world = Payments()
            self.world.ledger.income("factory", "more", FEN)
            self.income = self.world.ledger.account("factory", "402")
            self.at_bank = self.world.ledger.account("factory", "102")
        BankAccount.objects.using("bulk").update(channel="http")
        self.bank.open(balance=FEN + 1_000_000)
        self.orders = 0
        self.ahead = 0.0
        self.stack.start_web()
        self.stack.start_worker()
        self._log_in()

    # as chair, treasurer and cashier
    def release(self, many: int) -> list[Payment]:
        """So many payments, ordered, put together and released; on the disk, and in the journal, when this returns."""
        with transaction.atomic():
            made = [self._order() for _ in range(many)]
            batch = self.world.release(self._batch())
        for payment in made:
            self.journal.write(
                "released",
                payment=payment.pk,
                amount=payment.amount,
                reference=payment.reference,
                batch=batch.pk,
            )
        return made

    def _order(self) -> Payment:
        self.orders += 1
        return self.world.order(f"faults-{self.orders}", amount=self.chance.randint(100, 999))

    def _batch(self) -> Any:
        actor = self.world.act("factory-treasurer")
        account = BankAccount.objects.get(union_id=self.world.union.pk)
        return batching.put_together(actor=actor, at=AT, bank_account=account)

    def voucher(self, *, seconds: float = PATIENCE) -> None:
        """Post a voucher over HTTP, again and again under one key until somebody acknowledges it. An answer of 500 is a
        broken promise: it is written down as one."""
        key, fen = str(uuid.uuid4()), self.chance.randint(100, 999)
        typed = {"once": key, "day": AT.date().isoformat(), "note": "faults", "rows": "4", "account_0": self.at_bank,
                 "debit_0": f"{fen / 100:.2f}", "account_1": self.income, "credit_1": f"{fen / 100:.2f}"}  # fmt: skip
        where = reverse("ledger:voucher", args=[self.world.union.code])
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            try:
                status, location = self._post(where, typed)
            except (OSError, http.client.HTTPException):
                self.stack.look_after_web()
                time.sleep(0.2)
                continue
            if status == 302:
                self.journal.write("posted", key=key, fen=fen, location=location)
                return
            if status not in (503, 429):
                self.journal.write("strange", status=status, key=key)
                if status != 500:
                    raise Unacknowledged(f"a voucher was answered {status}")
            time.sleep(0.2)
        raise Unacknowledged("no voucher was acknowledged")

    @contextmanager
    def by_file(self, profile: str) -> Iterator[None]:
        """Meanwhile the union's bank takes files."""
        accounts = BankAccount.objects.using("bulk")
        accounts.update(channel=profile)
        try:
            yield
        finally:
            accounts.update(channel="http")

    def carry(self, payments: list[Payment], profile: str) -> None:
        """As the cashier: the file of their batch to the bank, and its result back."""
        batch = Payment.objects.using("bulk").get(pk=payments[0].pk).batch_id
        assert batch is not None
        with transaction.atomic():
            _name, content = sending.file_of(actor=self.world.act("cashier"), at=AT, batch_id=batch)
        result = self.bank.take_file(content, profile)
        with transaction.atomic():
            sending.read_results(actor=self.world.act("cashier"), at=AT, batch_id=batch, content=result)

    # putting right
    def settle(self, payments: list[Payment]) -> None:
        """What a day brings: dead jobs are woken, the bank is asked and its file read, what it never had goes again;
        until each payment has ended."""
        self.stack.disarm()
        self.stack.wanted = 1
        self.bank.tell("calm")
        if self.bank.process is not None and self.bank.process.poll() is not None:
            self.bank.start()
        numbers = [payment.pk for payment in payments]
        limit = time.monotonic() + PATIENCE
        while self._open(numbers):
            if time.monotonic() > limit:
                raise TimeoutError("payments have not ended")
            self._bring_on()
        self.until_idle()
        fetching.everything(at=self.tomorrow())
        self.take_over()
        fetching.everything(at=self.tomorrow())

    def until_known(self, payments: list[Payment]) -> None:
        """Return when the bank has heard of all of these, also where a worker died with them in hand."""
        limit = time.monotonic() + PATIENCE
        while self.sent(payments) < len(payments):
            if time.monotonic() > limit:
                raise TimeoutError("the bank never hears of them")
            self._bring_on()

    def _bring_on(self) -> None:
        with self.patiently():
            self._look_after()
            asking.ask(at=self.tomorrow(), more=lambda: True)
            fetching.everything(at=self.tomorrow())
            asking.go_on(clock=days.now, more=lambda: True)
        time.sleep(0.1)

    def take_over(self) -> None:
        """As the treasurer: what the bank says of payments counts here too."""
        numbers = list(
            Difference.objects.using("bulk")
            .filter(settled_at__isnull=True, kind__in=list(settling.SAYS))
            .values_list("pk", flat=True)
        )
        for number in numbers:
            with transaction.atomic():
                actor = self.world.act("factory-treasurer")
                settling.take_over(actor=actor, at=days.now(), difference_id=number)

    def tomorrow(self) -> datetime:
        """This time tomorrow, by the bank's clock: its statement of today is whole then."""
        return days.now() + timedelta(days=1, seconds=self.ahead)

    def let_pass(self, seconds: float) -> None:
        """So much time goes by at the bank."""
        self.ahead += seconds
        self.bank.tell("pass", seconds=seconds)

    def has_changed(self, reference: str) -> bool:
        """Whether what was to happen to this transfer later has happened."""
        ledger = self.bank.get("/ledger")
        state = next((row["state"] for row in ledger["transfers"] if row["reference"] == reference), "")
        lines = [line for line in ledger["lines"] if line["reference"] == reference]
        return state in ("paid", "returned") and len(lines) == (2 if state == "returned" else 1)

    def idle(self) -> bool:
        """Whether no job waits or runs."""
        with self.patiently():
            return not self._count("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
                                   " AND task_name LIKE 'payments.%%' AND scheduled_at IS NULL")  # fmt: skip
        return False

    def defer(self, payments: list[Payment]) -> None:
        """The job of their batch is put on the queue once more."""
        from procrastinate.contrib.django import app

        batch = Payment.objects.using("bulk").get(pk=payments[0].pk).batch_id
        app.configure_task(JOB, queue="default", allow_unknown=True).defer(batch_id=batch)

    def sent(self, payments: list[Payment]) -> int:
        """How many of these the bank has heard of."""
        known = {row["reference"] for row in self.bank.get("/ledger")["transfers"]}
        return sum(payment.reference in known for payment in payments)

    def wait_until_ended(self, payments: list[Payment], seconds: float = 20) -> None:
        """Return when none of these is under way any more, or so many seconds later."""
        numbers, limit = [payment.pk for payment in payments], time.monotonic() + seconds
        while self._open(numbers) and time.monotonic() < limit:
            time.sleep(0.05)

    @contextmanager
    def patiently(self) -> Iterator[None]:
        """What the database refuses while it starts is tried again by the caller."""
        try:
            yield
        except Error:
            connections.close_all()

    def forget_workers(self) -> None:
        """As if half a minute had gone by without a heartbeat: nobody who works is known."""
        with connections["bulk"].cursor() as cursor:
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")

    def until_idle(self) -> None:
        """Return when every job is done (I8). Raises TimeoutError for one that stays."""
        self.until(self.idle, "a job is never done")

    def until(self, condition: Callable[[], bool], otherwise: str) -> None:
        """Return once it holds; whoever dies meanwhile is started again. Raises TimeoutError after some minutes."""
        limit = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > limit:
                raise TimeoutError(otherwise)
            with self.patiently():
                self._look_after()
            time.sleep(0.05)

    def _look_after(self) -> None:
        """As the supervisor: who died is started again, and what they had in hand goes back to the queue."""
        if self.stack.look_after_workers():
            self.forget_workers()
        sweeper.sweep()

    def _open(self, numbers: list[int]) -> bool:
        try:
            return Payment.objects.using("bulk").filter(pk__in=numbers, state__in=_OPEN).exists()
        except Error:
            connections.close_all()
            return True

    def _count(self, sql: str) -> int:
        with connections["bulk"].cursor() as cursor:
            cursor.execute(sql)
            return int(cursor.fetchone()[0])

    def _log_in(self) -> None:
        client = Client()
        client.force_login(User.objects.get(pk=self.world.world.actors["factory-treasurer"].user_id or 0))
        self.session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.token = secrets.token_hex(16)

    def _post(self, path: str, typed: dict[str, Any]) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.stack.port, timeout=10)
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}; csrftoken={self.token}"
        headers = {
            "Cookie": cookies,
            "X-CSRFToken": self.token,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            line.request("POST", path, urlencode(typed), headers)
            answer = line.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")
        finally:
            line.close()
