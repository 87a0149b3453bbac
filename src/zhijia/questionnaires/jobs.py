"""What questionnaires do in the background."""

from procrastinate.contrib.django import app

from zhijia.kernel import days
from zhijia.kernel.actors import system
from zhijia.kernel.context import acting
from zhijia.questionnaires.services import counting, rating, telling


@app.task(name=telling.JOB, queue="default")
def tell_opened(poll_id: int) -> None:
    """Tell those on the roll that a poll is open. Done once, however often it is delivered."""
    telling.opened(at=days.now(), poll_id=poll_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="questionnaires.count_ended", queue="slow", queueing_lock="questionnaires.count_ended")
def count_ended(timestamp: int) -> None:
    """Count the polls that have ended. A second run counts none again."""
    counting.count_ended(at=days.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="questionnaires.ask_ratings", queue="slow", queueing_lock="questionnaires.ask_ratings")
def ask_ratings(timestamp: int) -> None:
    """Ask how it went of what was done since, and tell colleagues of low ratings. A second run tells nobody again."""
    with acting(system("ratings")) as actor:
        rating.ask(actor=actor, at=days.now())
    rating.tell_low(at=days.now())


@app.periodic(cron="41 9 * * *")
@app.task(
    name="questionnaires.ask_ratings_again", queue="slow", queueing_lock="questionnaires.ask_ratings_again"
)
def ask_ratings_again(timestamp: int) -> None:
    """Ask some of those who did not answer once more. A second run asks nobody again."""
    with acting(system("ratings")) as actor:
        rating.ask_again(actor=actor, at=days.now())
