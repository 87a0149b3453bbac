"""What the register of assets does in the background."""

from procrastinate.contrib.django import app

from zhijia.assets import rules
from zhijia.assets.services import depreciating
from zhijia.kernel import actors, days


@app.periodic(cron="11 18 * * *")
@app.task(name="assets.write_down", queue="slow", queueing_lock="assets.write_down")
def write_down(timestamp: int) -> None:
    """Every night: what of last month has not been written down yet. A second run finds nothing."""
    now = days.now()
    last = rules.after(days.month_of(days.business_day(now)), -1)
    depreciating.write_down(at=now, month=last, actor=actors.system("assets"))
