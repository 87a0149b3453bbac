"""What a proposal would do, counted: at once where the tables are small, else by a job while the proposal waits.

The counts stay with the proposal, for whoever proposed it and for the second person. A proposal that was taken back
meanwhile gets none. One whose job failed or is lost says so and is published by nobody.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import OperationalError, connections, transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from psycopg.errors import QueryCanceled

from zhijia.administration.services import effects, previewing
from zhijia.catalogue import parameters
from zhijia.catalogue.models import ParameterChange
from zhijia.catalogue.rule_kinds import RuleDefinition
from zhijia.kernel import actors
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import Refusal
from zhijia.rules import ir
from zhijia.rules.models import RuleVersion
from zhijia.rules.schema import declared
from zhijia.rules.understanding import of_definition

RULE_JOB = "administration.count_rule"
NUMBER_JOB = "administration.count_number"
SMALL = 32 * 2**20
"""Bytes of the tables a rule looks at, up to which it is counted at once."""
LONGEST = "20min"
"""A count that is not there by then is given up, and the proposal says so."""
FAILED = "count_failed"
"""What is said of a proposal whose count failed or is lost."""
_NO_JOB = """state = 'proposed' AND NOT EXISTS (
  SELECT FROM procrastinate_jobs j WHERE j.status IN ('todo', 'doing') AND j.task_name = %s"""
_RULE_FAILED = f"""
UPDATE rules_version p SET preview = %s::jsonb
WHERE preview = '{{}}' AND {_NO_JOB} AND (j.args ->> 'version_id')::bigint = p.id)"""  # noqa: S608 - a constant
_NUMBER_FAILED = f"""
UPDATE catalogue_parameter_change p SET effect = %s::jsonb
WHERE effect = '{{}}' AND {_NO_JOB} AND (j.args ->> 'change_id')::bigint = p.id)"""  # noqa: S608 - a constant


def begin_rule(version: RuleVersion, *, at: datetime) -> None:
    """Count what a proposed rule would do, or have it counted."""
    definition = RuleDefinition.model_validate(version.content)
    seen = of_definition(definition, on=version.since or at.date())
    if _small([seen.main.rule]):
        count_rule(version_id=version.pk, at=at)
    else:
        app.configure_task(RULE_JOB, queue="slow", allow_unknown=True).defer(version_id=version.pk)


def begin_number(change: ParameterChange, *, at: datetime) -> None:
    """Count what a proposed number would do, or have it counted."""
    if _small(effects.rules_with(change.key, on=change.since)):
        count_number(change_id=change.pk, at=at)
    else:
        app.configure_task(NUMBER_JOB, queue="slow", allow_unknown=True).defer(change_id=change.pk)


def count_rule(*, version_id: int, at: datetime) -> None:
    """Count for a proposed rule. Again it finds the counts there and does nothing."""
    waiting = RuleVersion.objects.filter(pk=version_id, state=RuleVersion.State.PROPOSED, preview={})
    version = waiting.first()
    if version is None or version.since is None:
        return
    definition, budget, since = RuleDefinition.model_validate(version.content), version.budget, version.since
    told = _counted(lambda: previewing.preview(definition, budget=budget, at=at, since=since))
    waiting.filter(digest=version.digest).update(preview=told or {"warnings": ["not_finished"]})


def count_number(*, change_id: int, at: datetime) -> None:
    """Count for a proposed number. Again it finds the counts there and does nothing."""
    waiting = ParameterChange.objects.filter(pk=change_id, state=ParameterChange.State.PROPOSED, effect={})
    change = waiting.first()
    if change is None:
        return
    parameter, value = parameters.get(change.key), change.value
    told = _counted(
        lambda: effects.effect(parameter, division=change.division, since=change.since, value=value)
    )
    waiting.update(effect=told or {"not_finished": True})


def say_failed() -> int:
    """Say of each proposal that waits for counts, with no job left to make them, that its count failed; how many. A
    second run finds none."""
    many = 0
    with acting(actors.system("administration-counts")), connections["default"].cursor() as cursor:
        for statement, said, job in (
            (_RULE_FAILED, {"warnings": [FAILED]}, RULE_JOB),
            (_NUMBER_FAILED, {"failed": True}, NUMBER_JOB),
        ):
            cursor.execute(statement, [json.dumps(said), job])
            many += cursor.rowcount
    return many


def require(counts: Mapping[str, Any]) -> None:
    """Raises Refusal while what a proposal would do is being counted, and when counting it failed."""
    if not counts:
        raise Refusal("not_counted", _("What this would do is still being counted. Look again in a while."))
    if counts.get("failed") or FAILED in counts.get("warnings", ()):
        raise Refusal(FAILED, previewing.WARNINGS[FAILED])


def as_job(count: Callable[[], None], request_id: str) -> None:
    """Count in the background, in nobody's name."""
    with acting(Actor(None, "job", request_id)):
        count()


def _counted(count: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """The counts; none where the database did not get to the end of them in time. Whatever else is wrong is raised."""
    try:
        with transaction.atomic("bulk"), whole() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [LONGEST])
            return count()
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise


def _small(rules: Iterable[ir.Rule]) -> bool:
    """Whether the tables these rules look at are small."""
    entities = {rule.subject for rule in rules} | {
        entity for rule in rules for entity, _part in ir.uses(rule)
    }
    tables = sorted({declared.entity(entity).table for entity in entities})
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(pg_relation_size(name::regclass)), 0) FROM unnest(%s::text[]) AS name",
            [tables],
        )
        return int(cursor.fetchone()[0]) <= SMALL
