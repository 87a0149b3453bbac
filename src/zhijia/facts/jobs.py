"""The facts' work in the background."""

from procrastinate.contrib.django import app

from zhijia.facts import rollups
from zhijia.kernel import days


@app.periodic(cron="* * * * *")
@app.task(name="facts.fold_deltas", queue="quick", queueing_lock="facts.fold_deltas")
def fold_deltas(timestamp: int) -> None:
    """Fold what was written since the last time. A second run at the same time leaves it to the first."""
    rollups.fold(at=days.now())
