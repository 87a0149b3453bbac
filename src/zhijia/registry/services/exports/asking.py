"""Asking for a table: who may, how much, for what; and taking the wish back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, QuerySet, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal, TooMany
from zhijia.kernel.ids import new_id
from zhijia.registry import access
from zhijia.registry.models import Export, Union
from zhijia.registry.services.exports import tables
from zhijia.registry.services.exports.tables import ExportTable
from zhijia.registry.services.standards import editions

JOB = "registry.make_export"
A_DAY = timedelta(days=1)
LOST_AFTER = timedelta(minutes=1)
"""Without a sign of life for so long a run may be started again; it makes no second file."""
COUNTED = 100_000
"""Rows are counted no further than this before they are written."""
State = Export.State
CALLED_OFF = (State.REFUSED, State.WITHDRAWN, State.FAILED)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: which table of which union, as what, which columns and rows, masked or `clear` for a
    `purpose` and a `reason`. `once` is the same for two clicks."""

    once: UUID
    table: str
    union: Union
    format: str
    columns: Sequence[str]
    filters: Mapping[str, Any]
    clear: bool = False
    purpose: str = ""
    reason: str = ""
    language: str = "zh-hans"


def ask(*, actor: Actor, at: datetime, wish: Wish) -> Export:
    """The export, under way, or waiting for a second person where it is to show more rows in clear than one person
    may take alone. A second click finds the first. In clear it needs the right to reveal, step-up, a purpose and a
    reason. Raises Refusal, NeedsStepUp, TooMany."""
    table = tables.get(wish.table)
    actor = may_have(actor, table, wish.union.pk, clear=wish.clear or bool(table.fixed_purpose))
    _alone(actor)
    asked = Export.objects.filter(user_id=actor.user_id or 0, once=wish.once).first()
    if asked is not None:
        return asked
    export = _checked(actor, at, table, wish)
    expected = table.count(actor, wish.union, export.filters, COUNTED)
    if not expected:
        raise Refusal("nothing_to_export", _("There is nothing to take along: no row fits."))
    export.expected = expected if expected < COUNTED else None
    if export.clear:
        _require_purpose(actor, table, export)
        if taken_alone(export.user_id, at) + expected > alone_limit(at):
            export.state = State.WAITING
    _require_few(at, export.user_id, expected if export.clear else 0)
    export.save(force_insert=True)
    trail(actor, at, "export.ask", export, detail={"rows": expected, "state": export.state})
    if export.state == State.READY:
        start(export)
    return export


def withdraw(*, actor: Actor, at: datetime, export_id: UUID) -> Export:
    """Take back what one asked for, before it is made. Afterwards nothing happens."""
    export = own(actor, export_id)
    if export.state in (State.WAITING, State.READY):
        export.state, export.moved_at = State.WITHDRAWN, at
        export.save(update_fields=["state", "moved_at"])
        trail(actor, at, "export.withdraw", export)
    return export


def again(*, actor: Actor, at: datetime, export_id: UUID) -> Export:
    """Start a run again that has given no sign of life. One that is alive is left alone."""
    export = own(actor, export_id)
    if export.state in (State.READY, State.WORKING) and at - export.moved_at > LOST_AFTER:
        export.moved_at = at
        export.save(update_fields=["moved_at"])
        start(export)
    return export


def may_have(actor: Actor, table: ExportTable, union_id: int, *, clear: bool) -> Actor:
    """The actor, by the grant that lets them take the table along here; in clear also by the right to reveal.
    Raises NotForYou."""
    access.require(actor, table.permission, union_id)
    if clear:
        access.require(actor, "person.reveal", union_id)
    return access.require(actor, "export.make", union_id)


def own(actor: Actor, export_id: UUID) -> Export:
    """One's own export, held. NotForYou for another's, or none."""
    found = Export.objects.select_for_update().filter(pk=export_id, user_id=actor.user_id or 0).first()
    if found is None:
        raise NotForYou("no_such_export", _("There is no such export of yours."))
    return found


def start(export: Export) -> None:
    """Enqueue the job, in the running transaction."""
    app.configure_task(JOB, queue="slow", allow_unknown=True).defer(export_id=str(export.pk))


def alone_limit(at: datetime) -> int:
    """How many rows in clear one person takes within a day without a second (S-35)."""
    return int(parameters.value("exports.rows_alone", day=days.business_day(at)))


def taken_alone(user_id: int, at: datetime, but: UUID | None = None) -> int:
    """The rows in clear this user took, or is about to, within a day and without a second person: asking in slices
    needs the second person too."""
    alone = _lately(user_id, at).filter(decided_by__isnull=True).exclude(state=State.WAITING)
    return _clear_rows(alone.exclude(pk=but) if but else alone)


def trail(
    actor: Actor, at: datetime, action: str, export: Export, *, detail: Mapping[str, Any] | None = None
) -> None:
    """A line about this export, at its union."""
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="export",
        subject_id=export.pk,
        place=audit.Place(export.union_id, export.county_id),
        reason=export.reason,
        detail={
            "table": export.table,
            "format": export.format,
            "columns": export.columns,
            "clear": export.clear,
            "purpose": export.purpose,
            "standard": export.standard,
            **(detail or {}),
        },
    )


def _checked(actor: Actor, at: datetime, table: ExportTable, wish: Wish) -> Export:
    columns = [column.code for column in table.chosen(wish.columns)]
    if not columns:
        raise Refusal("no_columns", _("Choose at least one column."))
    if wish.format not in table.formats:
        raise Refusal("no_such_format", _("This table is not made in this format. Choose another."))
    clear = bool(table.fixed_purpose) or (wish.clear and table.people)
    assert actor.user_id is not None  # nobody holds a right without an account
    return Export(
        id=new_id(),
        once=wish.once,
        table=table.code,
        format=wish.format,
        columns=columns,
        filters=table.filters(wish.filters),
        clear=clear,
        purpose=(table.fixed_purpose or wish.purpose) if clear else "",
        reason=wish.reason.strip()[:200],
        language=wish.language,
        standard=editions.named(at=at),
        state=State.READY,
        user_id=actor.user_id,
        request_id=actor.request_id,
        asked_at=at,
        moved_at=at,
        union_id=wish.union.pk,
        county_id=wish.union.stands_in,
    )


def _require_purpose(actor: Actor, table: ExportTable, export: Export) -> None:
    if export.purpose not in {purpose.code for purpose in tables.purposes_of(table)}:
        raise Refusal("purpose_missing", _("Say what the values in clear are for: choose a purpose."))
    if not export.reason:
        raise Refusal("reason_missing", _("Say why you need the values in clear. Your reason is kept."))
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again to take values in clear."))


def _alone(actor: Actor) -> None:
    """One wish of a user after another: two at once would each count without the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('registry.exports'), %s)",
            [(actor.user_id or 0) % 2_147_483_647],
        )


def _require_few(at: datetime, user_id: int, clear_rows: int) -> None:
    """Raises TooMany beyond the exports of a day, or beyond the rows in clear of a day, whoever allowed them."""
    day = days.business_day(at)
    lately = _lately(user_id, at)
    most = parameters.value("exports.per_day", day=day)
    if lately.count() >= most:
        raise TooMany(
            "exports_per_day",
            _("You have asked for %(most)s exports within a day, the most there can be. Go on tomorrow.")
            % {"most": most},
            retry_after=int(A_DAY.total_seconds()),
        )
    most = parameters.value("exports.clear_rows_per_day", day=day)
    if clear_rows and _clear_rows(lately) + clear_rows > most:
        raise TooMany(
            "clear_rows_per_day",
            _("That would be more than %(most)s rows in clear within a day. Take fewer, or take them masked.")
            % {"most": most},
            retry_after=int(A_DAY.total_seconds()),
        )


def _lately(user_id: int, at: datetime) -> QuerySet[Export]:
    return Export.objects.filter(user_id=user_id, asked_at__gt=at - A_DAY).exclude(state__in=CALLED_OFF)


def _clear_rows(exports: QuerySet[Export]) -> int:
    """Rows in clear: those written, or those expected while nothing is."""
    rows = Case(When(rows__isnull=False, then=F("clear_rows")), default=Coalesce("expected", COUNTED))
    return exports.filter(clear=True).aggregate(all=Sum(rows))["all"] or 0
