"""The work of administration in the background. Jobs carry ids only."""

from procrastinate.contrib.django import app

from zhijia.administration.services import calendar, counting, proofs, retention
from zhijia.kernel import days


@app.task(name=proofs.JOB, queue="slow")
def prove_trail(proof_id: int) -> None:
    """Export and check the trail for who asked. Done once, however often it is delivered."""
    proofs.make(at=days.now(), proof_id=proof_id)


@app.periodic(cron="23 2 * * *")
@app.task(name="administration.propose_retention", queue="slow", pass_context=False)
def propose_retention(timestamp: int) -> None:
    """Propose what has passed its term. Deletes nothing; again it proposes the same."""
    retention.propose(at=days.now())


@app.periodic(cron="41 0 * * *")
@app.task(name="administration.tell_calendar_ends", queue="slow", pass_context=False)
def tell_calendar_ends(timestamp: int) -> None:
    """Say that the table of working days ends. Again it tells nobody a second time."""
    calendar.tell(at=days.now())


@app.task(name=retention.JOB, queue="slow")
def remove_expired(proposal_id: int) -> None:
    """Delete what a person confirmed. Can run twice: the second finds nothing left."""
    retention.remove(at=days.now(), proposal_id=proposal_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="administration.say_failed_counts", queue="slow", pass_context=False)
def say_failed_counts(timestamp: int) -> None:
    """Say of proposals whose count failed or is lost that it did. Again it finds none."""
    counting.say_failed()


@app.task(name=counting.RULE_JOB, queue="slow")
def count_rule(version_id: int) -> None:
    """Count what a proposed rule would do. Can run twice: the second finds the counts there."""
    counting.as_job(lambda: counting.count_rule(version_id=version_id, at=days.now()), f"rule-{version_id}")


@app.task(name=counting.NUMBER_JOB, queue="slow")
def count_number(change_id: int) -> None:
    """Count what a proposed number would do. Can run twice: the second finds the counts there."""
    counting.as_job(lambda: counting.count_number(change_id=change_id, at=days.now()), f"number-{change_id}")
