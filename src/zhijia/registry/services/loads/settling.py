"""The end of a load: done, with its indexes, sums and row on the trail; or given up, with nothing written."""

from datetime import datetime, timedelta
from typing import Any

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.facts import rollups
from zhijia.kernel import ciphers, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import whole
from zhijia.registry.models import Load, RosterImport
from zhijia.registry.services.loads import indexes, steps
from zhijia.registry.services.loads.clock import Say
from zhijia.vault import services as vault

COUNTS = ("rows", "new", "changed", "same", "waiting", "wrong")
State = Load.State


def settle(actor: Actor, at: datetime, run: Load, *, say: Say) -> None:
    """Make the indexes again, add up the sums, and put the run on the trail. Each step can be done twice."""
    counts = dict.fromkeys(COUNTS, 0)
    digests = []
    for told, digest in steps.pieces_of(run).order_by("number").values_list("counts", "digest"):
        digests.append(digest)
        for name, many in told.items():
            counts[name] = counts.get(name, 0) + many
    run.counts = counts
    if run.dry:
        steps.pieces_of(run).delete()
        run.delete(using="bulk")
        return
    indexes.bring_back(run, say)
    rollups.fold(at=at)
    with whole():
        run.state, run.under_way, run.moved_at, run.done_at = State.DONE, None, at, at
        run.save(using="bulk", update_fields=["state", "under_way", "counts", "moved_at", "done_at"])
        steps.pieces_of(run).update(blinds=None)
        if run.import_id is not None:
            _import_applied(at, run)
        digest = vault.digest("roster", ciphers.sm3("".join(digests).encode()).hex())
        tell_trail(actor, at, run, "load.done", {"digest": digest, **counts})


def give_up(actor: Actor, at: datetime, run: Load, code: str) -> None:
    """A file that cannot be taken: nothing was written, and nothing is kept but that it was tried; of a dry run not
    even that."""
    with whole():
        steps.pieces_of(run).delete()
        if run.dry:
            run.delete(using="bulk")
            return
        run.state, run.under_way, run.failure, run.moved_at = State.FAILED, None, code, at
        run.save(using="bulk", update_fields=["state", "under_way", "failure", "moved_at"])
        tell_trail(actor, at, run, "load.failed", {"why": code})


def tell_trail(actor: Actor, at: datetime, run: Load, action: str, detail: dict[str, Any]) -> None:
    """A row on the trail about a run, in the running transaction of `bulk`."""
    audit.record(
        actor=actor, at=at, action=action, subject="load", subject_id=run.pk,
        place=audit.Place(run.union_id, run.county_id), detail={"file": run.file_hash, **detail}, using="bulk",
    )  # fmt: skip


def _import_applied(at: datetime, run: Load) -> None:
    """The import its people carry is applied at the moment that stands in their rows, and can be undone for a while."""
    hours = parameters.value("import.undo_hours", day=days.business_day(at))
    RosterImport.objects.using("bulk").filter(pk=run.import_id or 0).update(
        state=RosterImport.State.APPLIED, wide=True, counts=run.counts, progress={}, stage="", failure="",
        moved_at=at, applied_at=run.started_at, undo_until=at + timedelta(hours=hours),
    )  # fmt: skip
