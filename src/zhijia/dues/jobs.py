"""Work on contributions in the background. Jobs carry ids only."""

from procrastinate.contrib.django import app

from zhijia.dues.services import collecting, distributing
from zhijia.kernel import days


@app.task(name=distributing.JOB, queue="slow")
def distribute(distribution_id: int) -> None:
    """Share what came in at a union. Done once, however often it is delivered."""
    distributing.work(at=days.now(), distribution_id=distribution_id)


@app.task(name=collecting.JOB, queue="slow")
def take_file(file_id: int) -> None:
    """Take a file of the tax office over. Done once, however often it is delivered."""
    collecting.take(at=days.now(), file_id=file_id)
