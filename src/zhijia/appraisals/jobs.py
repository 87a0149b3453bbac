"""What appraisals and rounds do in the background."""

from procrastinate.contrib.django import app

from zhijia.appraisals.services.rounds import allowances
from zhijia.kernel import days


@app.periodic(cron="17 6 * * *")
@app.task(name=allowances.JOB, queue="slow", queueing_lock=allowances.JOB)
def order_allowances(timestamp: int) -> None:
    """Order the months of allowances that are due. A second run finds them ordered."""
    allowances.work(at=days.now())
