"""A load that was begun and shall not be gone on with: nothing of it stays."""

from datetime import datetime

from zhijia.catalogue import parameters
from zhijia.facts import rollups
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import Refusal
from zhijia.registry import access
from zhijia.registry.models import Load, RosterImport, Union
from zhijia.registry.services.imports import undoing, words, work
from zhijia.registry.services.loads import indexes, steps, turn
from zhijia.registry.services.loads.clock import Say
from zhijia.registry.services.loads.settling import tell_trail

State = Load.State


def abandon(*, actor: Actor, at: datetime, say: Say) -> Load:
    """Take back the load that has not come to its end. What it wrote into an empty register is taken out, and the
    indexes and rights that were put away come back; in one that held people its import is undone, person by person.
    Killed in the middle it can be done again.

    Raises Refusal "no_load" when there is none, "load_under_way" while it is at work, NotForYou.
    """
    with turn.alone():
        run = turn.unfinished()
        if run is None:
            raise Refusal("no_load", words.of_file("no_load"))
        with acting(actor):
            actor = access.require(actor, "roster.undo", run.union_id)
        written = run.state in (State.WRITING, State.SETTLING)
        if run.empty:
            indexes.take_out(run)
            indexes.bring_back(run, say)
        elif written and run.import_id is not None:
            _undo_import(at, run)
        rollups.fold(at=at)
        with whole():
            steps.pieces_of(run).delete()
            run.state, run.under_way, run.moved_at = State.ABANDONED, None, at
            run.save(using="bulk", update_fields=["state", "under_way", "moved_at"])
            RosterImport.objects.using("bulk").filter(pk=run.import_id or 0).exclude(
                state=RosterImport.State.UNDONE
            ).update(
                state=RosterImport.State.UNDONE, stage="", progress={}, failure="", moved_at=at, undone_at=at,
                counts={"undone": 0, "kept": 0},
            )  # fmt: skip
            tell_trail(actor, at, run, "load.abandoned", {})
    return run


def forget(import_id: int) -> None:
    """An import whose people were taken back: the same file may be loaded again."""
    with whole():
        Load.objects.using("bulk").filter(import_id=import_id, state=State.DONE).update(state=State.ABANDONED)


def _undo_import(at: datetime, run: Load) -> None:
    """Everybody the load made or changed so far is taken back; in the same transaction nothing of it counts as
    written any more."""
    day = days.business_day(at)
    union = Union.objects.using("bulk").get(pk=run.union_id)
    with work.alone(union) as cursor:
        roster = RosterImport.objects.using("bulk").get(pk=run.import_id or 0)
        roster.applied_at, roster.wide = run.started_at, True
        shown = int(parameters.value("import.shown_errors", day=day))
        undone, kept, people = undoing.take_back(cursor, roster=roster, at=at, day=day, shown=shown)
        counts = {**roster.counts, "undone": undone, "kept": kept}
        counts["kept_people"] = [[str(person), why] for person, why in people]
        RosterImport.objects.using("bulk").filter(pk=roster.pk).update(
            state=RosterImport.State.UNDONE, wide=True, stage="", progress={}, failure="", counts=counts,
            applied_at=run.started_at, undone_at=at, moved_at=at,
        )  # fmt: skip
        steps.pieces_of(run).delete()
        run.state = State.ABANDONED
        run.save(using="bulk", update_fields=["state"])
