"""The faults by name: each makes one happen while the driver works, and answers the payments it was at."""

import os
import signal
import time
from collections.abc import Callable

import psycopg

from zhijia.kernel import days
from zhijia.payments.models import Payment
from zhijia.payments.services import asking
from zhijia_faults.money import Money
from zhijia_faults.stack import wait

VOUCHER = "ledger:voucher"
BEFORE, AFTER, ANSWERED = "payments.before_send", "payments.after_send", "payments.after_answer"
LATER = ("pay_later", "fail_then_pay", "pay_then_return")
Fault = Callable[[Money], list[Payment]]


def web_killed_in_the_middle(money: Money) -> list[Payment]:
    """F1: kill -9 of the web worker before its transaction commits; the client asks again with the same key."""
    money.stack.arm(f"before_commit {VOUCHER}", "kill")
    money.voucher()
    return []


def web_killed_before_it_answers(money: Money) -> list[Payment]:
    """F1: kill -9 after the commit, before the answer."""
    money.stack.arm(f"after_commit {VOUCHER}", "kill")
    money.voucher()
    return []


def worker_killed_before_sending(money: Money) -> list[Payment]:
    """F2: `sending` stands, the bank was never called."""
    return _worker_killed(money, BEFORE)


def worker_killed_after_sending(money: Money) -> list[Payment]:
    """F2: the bank has paid, nobody wrote it down: it is asked, never sent again blindly."""
    return _worker_killed(money, AFTER)


def worker_killed_before_it_says_done(money: Money) -> list[Payment]:
    """F2: the answer is written down, the job is not acknowledged."""
    return _worker_killed(money, ANSWERED)


def database_killed(money: Money) -> list[Payment]:
    """F3: kill -9 of the postmaster in the middle of a batch, and a voucher that waits for it to come back."""
    money.stack.arm(BEFORE, "wait 0.6")
    payments = money.release(money.chance.randint(2, 6))
    money.until(lambda: not money.stack.is_armed(BEFORE), "nobody sends")
    money.stack.kill_database()
    money.voucher()
    return payments


def backend_killed(money: Money) -> list[Payment]:
    """F4: kill -9 of one backend: PostgreSQL restarts every session."""
    money.stack.arm(BEFORE, "wait 0.6")
    payments = money.release(money.chance.randint(2, 6))
    money.until(lambda: not money.stack.is_armed(BEFORE), "nobody sends")
    with psycopg.connect(money.stack.server.admin("zhijia"), autocommit=True) as line:
        found = line.execute(
            "SELECT pid FROM pg_stat_activity WHERE usename IN ('zhijia_app', 'zhijia_bulk') ORDER BY random() LIMIT 1"
        ).fetchone()
    if found:
        os.kill(found[0], signal.SIGKILL)
    money.voucher()
    return payments


def line_cut_in_a_transaction(money: Money) -> list[Payment]:
    """F8: the connection breaks before the entry is written."""
    money.stack.line.arm("middle")
    money.voucher()
    return []


def answer_to_commit_lost(money: Money) -> list[Payment]:
    """F8: the database has committed, the web server never hears of it."""
    money.stack.line.arm("commit")
    money.voucher()
    return []


def job_delivered_twice_in_turn(money: Money) -> list[Payment]:
    """F11: the same job again once it was done."""
    payments = money.release(money.chance.randint(2, 6))
    money.wait_until_ended(payments)
    money.defer(payments)
    money.until_idle()
    return payments


def job_delivered_twice_at_once(money: Money) -> list[Payment]:
    """F11: the same job for two workers at the same time."""
    money.stack.wanted = 2
    money.stack.look_after_workers()
    money.stack.arm(BEFORE, "wait 0.3")
    payments = money.release(money.chance.randint(2, 120))
    money.defer(payments)
    money.until_idle()
    return payments


def worker_hangs_and_comes_back(money: Money) -> list[Payment]:
    """F12: a zombie: taken for dead, its job given to another, then it goes on."""
    money.stack.arm(money.chance.choice([BEFORE, AFTER]), "stop")
    payments = money.release(money.chance.randint(2, 6))
    money.until(lambda: any(_is_stopped(one.pid) for one in money.stack.workers), "nobody hangs")
    zombie = next(one for one in money.stack.workers if _is_stopped(one.pid))
    money.forget_workers()
    money.stack.workers.remove(zombie)
    money.stack.look_after_workers()
    money.settle(payments)
    zombie.send_signal(signal.SIGCONT)
    time.sleep(1.0)
    zombie.kill()
    zombie.wait()
    return payments


def half_of_a_batch_by_file(money: Money) -> list[Payment]:
    """F15: the bank takes half of a batch file in. The rest is asked for, and goes again once its statement agrees."""
    profile = money.chance.choice(["csv", "fixed"])
    with money.by_file(profile):
        payments = money.release(money.chance.randint(4, 9))
        money.until_idle()
        money.bank.tell("half_of_batch")
        money.carry(payments, profile)
    return payments


def _told(*moods: str, seconds: float = 0.2) -> Fault:
    """The bank is in these moods for one payment each, of a batch with some more."""

    def fault(money: Money) -> list[Payment]:
        money.stack.arm(BEFORE, "wait 0.3")
        payments = money.release(len(moods) + money.chance.randint(0, 3))
        chosen = money.chance.sample(payments, len(moods))
        for mood, payment in zip(moods, chosen, strict=True):
            money.bank.tell(mood, reference=payment.reference, seconds=seconds)
        money.until_idle()
        with money.patiently():
            asking.go_on(
                clock=days.now, more=lambda: True
            )  # where the job failed with its worker's connection
        later = [one for one, mood in zip(chosen, moods, strict=True) if mood in LATER]
        money.until_known(later)  # what the bank hears of after its days went by waits for as many again
        if seconds > 60:
            money.let_pass(seconds + 1)
        wait(lambda: all(money.has_changed(one.reference) for one in later), "the bank forgot it")
        return payments

    fault.__doc__ = f"The bank: {', '.join(moods)}."
    return fault


def _worker_killed(money: Money, place: str) -> list[Payment]:
    money.stack.arm(place, "kill")
    payments = money.release(money.chance.randint(1, 6))
    money.until(lambda: not money.stack.is_armed(place), "the worker lives")
    return payments


def _is_stopped(pid: int) -> bool:
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        return file.read().rpartition(")")[2].split()[0] == "T"


DAY = 24 * 3600.0
FAULTS: dict[str, Fault] = {
    "F1 web killed in the middle": web_killed_in_the_middle,
    "F1 web killed before it answers": web_killed_before_it_answers,
    "F2 worker killed before sending": worker_killed_before_sending,
    "F2 worker killed after sending": worker_killed_after_sending,
    "F2 worker killed before it says done": worker_killed_before_it_says_done,
    "F3 database killed in a batch": database_killed,
    "F4 a backend killed in a batch": backend_killed,
    "F8 line cut in a transaction": line_cut_in_a_transaction,
    "F8 answer to COMMIT lost": answer_to_commit_lost,
    "F11 job twice in turn": job_delivered_twice_in_turn,
    "F11 job twice at once": job_delivered_twice_at_once,
    "F12 worker hangs and comes back": worker_hangs_and_comes_back,
    "F15 no answer though paid": _told("time_out_after_paying"),
    "F15 no answer, nothing paid": _told("time_out_before_paying"),
    "F15 errors": _told("error_after_paying", "error_before_paying"),
    "F15 result three days late": _told("pay_later", seconds=3 * DAY),
    "F15 paid after it had failed": _told("fail_then_pay", seconds=2.0),
    "F15 half of a batch by file": half_of_a_batch_by_file,
    "F15 returned after three days": _told("pay_then_return", seconds=3 * DAY),
    "F16 events twice": _told("event_twice", "event_twice"),
    "F16 events out of order": _told("events_out_of_order", "events_out_of_order"),
    "F16 event before the answer": _told("event_first"),
    "F16 forged event": _told("event_forged"),
    "F16 event before the answer that is lost": _told("time_out_after_paying", "event_first", "event_twice"),
}
