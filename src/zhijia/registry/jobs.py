"""The registry's work in the background. Jobs carry ids only; who asked is read from the record."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from zhijia.accounts.models import User
from zhijia.catalogue import parameters
from zhijia.kernel import actors, days
from zhijia.kernel.actors import Actor
from zhijia.registry.models import Export, RosterImport
from zhijia.registry.services import lapsing, quality, terms
from zhijia.registry.services.batches import proposing, working
from zhijia.registry.services.exports import asking
from zhijia.registry.services.exports import work as exports
from zhijia.registry.services.identities import finding
from zhijia.registry.services.imports import runs, work
from zhijia.registry.services.leaving import finding as silent
from zhijia.registry.services.loads import wizard
from zhijia.registry.services.quality import matching
from zhijia.registry.services.reorganisations import doing, planning

WHEN_AWAY = RetryStrategy(max_attempts=12, linear_wait=10, retry_exceptions=work.AWAY)
"""The database was killed or restarted: tried again after 10 seconds, then 20, for some ten minutes in all."""


@app.periodic(cron="37 1 * * *")
@app.task(name="registry.find_doubles", queue="slow", queueing_lock="registry.find_doubles")
def find_doubles(timestamp: int) -> None:
    """Compare registrations that are new or changed with those they share something with; humans decide."""
    finding.run(actor=actors.system("find-doubles"), at=days.now())


@app.periodic(cron="11 2 * * *")
@app.task(name="registry.lapse_cards", queue="slow", queueing_lock="registry.lapse_cards")
def lapse_cards(timestamp: int) -> None:
    """End the cards of people who are members no longer. A second run finds none."""
    lapsing.lapse(actor=actors.system("lapse-cards"), at=days.now())


@app.task(name=proposing.JOB, queue="slow")
def move_batch(batch_id: str) -> None:
    """Do what is due with an employer's move. Delivered again, or at once, it goes on where it was."""
    working.work(at=days.now(), batch_id=UUID(batch_id))


@app.periodic(cron="19 * * * *")
@app.task(name="registry.move_batches", queue="slow", queueing_lock="registry.move_batches")
def move_batches(timestamp: int) -> None:
    """Go on with the employers' moves that stopped, or whose term to object has ended."""
    working.work_due(at=days.now())


@app.periodic(cron="53 1 * * *")
@app.task(name="registry.find_silent", queue="slow", queueing_lock="registry.find_silent")
def find_silent(timestamp: int) -> None:
    """Ask members who may have left; an officer decides. A second run asks nobody again."""
    silent.find(actor=actors.system("find-silent"), at=days.now())


@app.task(name=runs.CHECK, queue="slow", retry=WHEN_AWAY)
def check_roster(import_id: int) -> None:
    """Check a roster, or a file of many unions, that was sent. Done once, however often it is delivered."""
    _in_the_name_of_who_asked(import_id, wizard.check)


@app.task(name=runs.APPLY, queue="slow", retry=WHEN_AWAY)
def apply_roster(import_id: int) -> None:
    """Write a roster, or a file of many unions, that was confirmed. Done once, however often it is delivered."""
    _in_the_name_of_who_asked(import_id, wizard.apply)


@app.task(name=runs.UNDO, queue="slow", retry=WHEN_AWAY)
def undo_roster(import_id: int) -> None:
    """Take an import back. Done once, however often it is delivered."""
    _in_the_name_of_who_asked(import_id, wizard.undo)


@app.periodic(cron="7 1 * * *")
@app.task(name="registry.watch_terms", queue="slow", pass_context=False)
def watch_terms(timestamp: int) -> None:
    """Tell officers whose term comes to its end. Again on the same day it tells nobody twice."""
    terms.raise_alarms(at=days.now())


@app.task(name=planning.DO, queue="slow")
def reorganise(reorganisation_id: str) -> None:
    """Do a reorganisation that was planned for today. Done once, however often it is delivered."""
    doing.do(at=days.now(), reorganisation_id=UUID(reorganisation_id))


@app.periodic(cron="*/10 * * * *")
@app.task(name="registry.reorganise_due", queue="slow", queueing_lock="registry.reorganise_due")
def reorganise_due(timestamp: int) -> None:
    """Do what was planned for a day that has come, and take along what was written while it was done."""
    now = days.now()
    doing.do_due(at=now)
    doing.settle(
        at=now,
        since=now - timedelta(hours=parameters.value("union.settle_hours", day=days.business_day(now))),
    )


@app.task(name=asking.JOB, queue="slow")
def make_export(export_id: str) -> None:
    """Write a table somebody asked for, under the rights they have now. Done once, however often it is delivered."""
    with transaction.atomic(using="bulk"):
        asked = Export.objects.using("bulk").only("user_id", "language").get(pk=UUID(export_id))
    actor = Actor(user_id=asked.user_id, channel="job", request_id=f"export-{export_id[-12:]}")
    with override(asked.language):
        exports.make(actor=actor, at=days.now(), export_id=asked.pk)


@app.periodic(cron="7 * * * *")
@app.task(name="registry.end_exports", queue="slow", pass_context=False)
def end_exports(timestamp: int) -> None:
    """Let go of files whose days are over. Can run twice, also at once."""
    exports.end_expired(at=days.now())


@app.periodic(cron="41 1 * * 6")
@app.task(name="registry.check_quality", queue="slow", pass_context=False)
def check_quality(timestamp: int) -> None:
    """Once a week every county is checked whole, each by a job of its own."""
    for county_id in quality.begin_checks():
        check_county_quality.defer(county_id=county_id)


@app.task(name="registry.check_county_quality", queue="slow")
def check_county_quality(county_id: int) -> None:
    """Check a county's people and unions. Killed it goes on where it was; twice it finds the same."""
    quality.check_county(at=days.now(), county_id=county_id)


@app.periodic(cron="29 * * * *")
@app.task(name="registry.check_changes", queue="slow", pass_context=False)
def check_changes(timestamp: int) -> None:
    """Look at the people who changed since the last time, county by county."""
    for county_id in quality.begin_checks():
        quality.check_changes(at=days.now(), county_id=county_id)


@app.task(name=matching.JOB, queue="slow")
def match_with_authority(run_id: int) -> None:
    """Ask the authority about the members of a run. Delivered again it goes on where it was."""
    matching.work(at=days.now(), run_id=run_id)


def _in_the_name_of_who_asked(import_id: int, do: Callable[..., RosterImport]) -> None:
    with transaction.atomic(using="bulk"):
        user_id = RosterImport.objects.using("bulk").values_list("user_id", flat=True).get(pk=import_id) or 0
    actor = Actor(user_id=user_id, channel="job", request_id=f"roster-{import_id}")
    language = User.objects.filter(pk=user_id).values_list("language", flat=True).first()
    with override(language or "zh-hans"):
        do(actor=actor, at=days.now(), import_id=import_id)
