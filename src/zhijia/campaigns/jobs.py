"""What drives do in the background."""

from procrastinate.contrib.django import app

from zhijia.campaigns.services import (
    folding,
    giving,
    handing,
    opening,
    rostering,
    sharing,
    telling,
    withdrawing,
)
from zhijia.kernel import days


@app.task(name=opening.ROSTER, queue="slow")
def make_roster(drive_id: int) -> None:
    """Make the roster of a drive, tell those on it, the officers of unions that have something to do, and employers
    that answer. Delivered again it changes nothing."""
    rostering.make(at=days.now(), drive_id=drive_id)
    telling.messages(at=days.now(), drive_id=drive_id)
    telling.started(at=days.now(), drive_id=drive_id)
    telling.employers(at=days.now(), drive_id=drive_id)
    withdrawing.stop(at=days.now(), drive_id=drive_id)


@app.task(name=sharing.TELL, queue="default")
def tell_targets(drive_id: int, above_id: int) -> None:
    """Tell unions that they have a target."""
    telling.targets(at=days.now(), drive_id=drive_id, above_id=above_id)


@app.periodic(cron="*/2 * * * *")
@app.task(name="campaigns.follow", queue="default", queueing_lock="campaigns.follow")
def follow(timestamp: int) -> None:
    """Requests that were handed in and goods that were handed out count, what came back or was stopped counts no more.
    A second run finds nothing."""
    giving.follow_cases(at=days.now())
    handing.follow(at=days.now())
    withdrawing.follow(at=days.now())


@app.periodic(cron="*/20 * * * *")
@app.task(name="campaigns.fold", queue="default", queueing_lock="campaigns.fold")
def fold(timestamp: int) -> None:
    """Tallies that say the same are added up. A second run finds nothing."""
    folding.fold()


@app.periodic(cron="23 2 * * *")
@app.task(name="campaigns.nightly", queue="slow", queueing_lock="campaigns.nightly")
def nightly(timestamp: int) -> None:
    """Rosters follow the register, new times of returns come up, who is new on a roster is told, and what was ordered
    for whoever is on it no more is stopped."""
    at = days.now()
    rostering.nightly(at=at)
    withdrawing.stop(at=at)
    telling.reminders(at=at)
