"""What audits need in the background."""

from procrastinate.contrib.django import app

from zhijia.auditing.services import rectifying
from zhijia.kernel import days


@app.periodic(cron="7 17 * * *")
@app.task(name="auditing.late", queue="slow", queueing_lock="auditing.late")
def late(timestamp: int) -> None:
    """Soon after midnight: what was not put right in time goes to the union above. A second run finds none."""
    rectifying.escalate_late(at=days.now())
