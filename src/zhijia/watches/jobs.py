"""What watches do in the background."""

import time

from procrastinate.contrib.django import app

from zhijia.kernel import actors, days
from zhijia.watches.services import ending, keeping, seating, telling

SECONDS = 40
"""After so long a run leaves the rest to the next one."""


@app.periodic(cron="* * * * *")
@app.task(name="watches.keep", queue="slow", queueing_lock="watches.keep")
def keep(timestamp: int) -> None:
    """Ask anew what was touched, and go on with whole runs. Twice or at once it does so once."""
    until = time.monotonic() + SECONDS
    keeping.work(at=days.now(), more=lambda: time.monotonic() < until)


@app.periodic(cron="43 16 * * *")
@app.task(name="watches.end", queue="slow", queueing_lock="watches.end")
def end(timestamp: int) -> None:
    """Soon after midnight: clues nobody answered end, the others go where somebody can answer them, and what still
    holds is asked anew. A second run finds none."""
    now = days.now()
    ending.expire(at=now)
    seating.follow_rights(at=now, actor=actors.system("watches"))
    ending.look_again(at=now, actor=actors.system("watches"))


@app.periodic(cron="17 0 * * *")
@app.task(name="watches.tell", queue="slow", queueing_lock="watches.tell")
def tell(timestamp: int) -> None:
    """In the morning: tell owners of new clues, once a day."""
    telling.tell(at=days.now())
