"""What appraisals and rounds do in the background."""

from procrastinate.contrib.django import app

from zhijia.appraisals.services import falling_due
from zhijia.appraisals.services.rounds import allowances, succeeding, telling
from zhijia.kernel import days


@app.task(name=telling.CALLED, queue="default")
def tell_called(round_id: int) -> None:
    """Tell unions that they can nominate. Delivered again it tells nobody twice."""
    telling.called(at=days.now(), round_id=round_id)


@app.task(name=telling.WAITS, queue="default")
def tell_waiting(round_id: int, union_id: int, but: int | None) -> None:
    """Tell a union how many nominations of a round wait there. Delivered again it says the same number anew."""
    telling.waiting(at=days.now(), round_id=round_id, union_id=union_id, but=but)


@app.periodic(cron="17 6 * * *")
@app.task(name=allowances.JOB, queue="slow", queueing_lock=allowances.JOB)
def order_allowances(timestamp: int) -> None:
    """Order the months of allowances that are due. A second run finds them ordered."""
    allowances.work(at=days.now())


@app.periodic(cron="47 16 * * *")
@app.task(name=falling_due.JOB, queue="slow", queueing_lock=falling_due.JOB)
def recheck_titles(timestamp: int) -> None:
    """Soon after the lists have told what is due: titles that ended are withdrawn, re-checks that are due begin. A
    second run finds it done."""
    falling_due.work(at=days.now())


@app.periodic(cron="27 6 * * *")
@app.task(name=succeeding.JOB, queue="slow", queueing_lock=succeeding.JOB)
def follow_mergers(timestamp: int) -> None:
    """Titles of unions that were merged away say which one took them over. A second run finds nothing."""
    succeeding.follow(at=days.now())
