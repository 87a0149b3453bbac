"""What payments do in the background."""

import time

from procrastinate.contrib.django import app

from zhijia.kernel import days
from zhijia.payments.banking import events
from zhijia.payments.reconciliation import fetching
from zhijia.payments.services import asking, releasing, sending

SECONDS = 40
"""After so long a run leaves the rest to the next one."""


@app.task(name=releasing.JOB, queue="default")
def send(batch_id: int) -> None:
    """Send a released batch. Twice or at once, each payment goes once."""
    sending.send(batch_id=batch_id, clock=days.now)


@app.periodic(cron="* * * * *")
@app.task(name="payments.go_on", queue="slow", queueing_lock="payments.go_on")
def go_on(timestamp: int) -> None:
    """Ask banks for what they did not answer, and go on with what was left. A second run finds none."""
    until = time.monotonic() + SECONDS
    asking.go_on(clock=days.now, more=lambda: time.monotonic() < until)


@app.task(name=events.JOB, queue="default")
def bank_event(event_id: int) -> None:
    """Work in what a bank told by itself. Twice is once."""
    events.work(event_id=event_id, at=days.now())


@app.periodic(cron="40 5,9 * * *")
@app.task(name="payments.reconcile", queue="slow", queueing_lock="payments.reconcile")
def reconcile(timestamp: int) -> None:
    """Fetch the banks' statements and compare. A second run finds it done; what was left is the next one's."""
    until = time.monotonic() + SECONDS * 20
    fetching.everything(at=days.now(), more=lambda: time.monotonic() < until)
