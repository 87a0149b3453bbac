"""What matters do in the background."""

from uuid import UUID

from procrastinate.contrib.django import app

from zhijia.kernel import days
from zhijia.matters.services import in_turn, late, settling, sides


@app.periodic(cron="*/10 * * * *")
@app.task(name="matters.take_up_late", queue="slow", queueing_lock="matters.take_up_late")
def take_up_late(timestamp: int) -> None:
    """Take up steps whose time is over, and open those that come after closing. Twice or at once it does so once."""
    late.take_up(at=days.now())


@app.periodic(cron="23 0 * * *")
@app.task(name="matters.fill_in_due", queue="slow", queueing_lock="matters.fill_in_due")
def fill_in_due(timestamp: int) -> None:
    """Tell due days that wait for the working-day table. A second run finds none."""
    late.fill_in(at=days.now())


@app.task(name=settling.GO_ON, queue="default")
def go_on_in_turn(whole_id: str) -> None:
    """Have the parts of a case go on that waited for one before them. Twice or at once it does so once."""
    in_turn.go_on(at=days.now(), whole_id=UUID(whole_id))


@app.task(name=sides.JOB, queue="default")
def follow_transfer() -> None:
    """Have the requests of transfers follow what has just changed. Twice or at once it does so once."""
    sides.follow(at=days.now())


@app.periodic(cron="* * * * *")
@app.task(name="matters.follow_transfers", queue="slow", queueing_lock="matters.follow_transfers")
def follow_transfers(timestamp: int) -> None:
    """Follow what changed in other ways: rosters, reorganisations, employers' moves. A second run finds nothing."""
    sides.follow(at=days.now())
