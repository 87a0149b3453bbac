"""What matters do in the background."""

from procrastinate.contrib.django import app

from zhijia.kernel import days
from zhijia.matters.services import late, sides


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


@app.task(name=sides.JOB, queue="default")
def follow_transfer() -> None:
    """Have the requests of transfers follow what has just changed. Twice or at once it does so once."""
    sides.follow(at=days.now())


@app.periodic(cron="* * * * *")
@app.task(name="matters.follow_transfers", queue="slow", queueing_lock="matters.follow_transfers")
def follow_transfers(timestamp: int) -> None:
    """Follow what changed in other ways: rosters, reorganisations, employers' moves. A second run finds nothing."""
    sides.follow(at=days.now())
