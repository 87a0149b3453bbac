"""Exporting and checking the whole trail, as an outsider would, in the background."""

import tempfile
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from zhijia.administration.models import TrailProof
from zhijia.audit import export as exports
from zhijia.audit import services as audit
from zhijia.audit import verification
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NeedsStepUp
from zhijia.notices import services as notices
from zhijia.registry import access, tree

JOB = "administration.prove_trail"
OWNER = "administration.trail"
NAME = "zhijia-trail.jsonl"


def ask(*, actor: Actor, at: datetime) -> TrailProof:
    """Have the whole trail exported and checked; the one under way, where the same person asked already.
    The trail is of all unions: only who may check it at every highest union may ask. Needs step-up (S-06)."""
    actor = _require_everywhere(actor)
    if not actor.stepped_up:
        raise NeedsStepUp("needs_step_up", _("Give your password again first."))
    assert actor.user_id is not None  # nobody holds a right without an account
    proof, fresh = TrailProof.objects.get_or_create(
        user_id=actor.user_id, state=TrailProof.State.ASKED, defaults={"asked_at": at}
    )
    if fresh:
        audit.record(actor=actor, at=at, action="trail.export", subject="trail_proof", subject_id=proof.pk)
        app.configure_task(JOB, queue="slow", allow_unknown=True).defer(proof_id=proof.pk)
    return proof


def make(*, at: datetime, proof_id: int) -> None:
    """Do what was asked: export, check, keep the file, tell who asked. Done once, however often it is begun.

    The long part holds no transaction of the app role.
    """
    asked = TrailProof.objects.filter(pk=proof_id, state=TrailProof.State.ASKED).first()
    if asked is None:
        return
    actor = Actor(user_id=asked.user_id, channel="job", request_id=f"trail-proof-{proof_id}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        exports.export(path)
        report = verification.verify(path)
        with acting(actor), path.open("rb") as content:
            proof = TrailProof.objects.select_for_update().get(pk=proof_id)
            if proof.state != TrailProof.State.ASKED:
                return
            proof.file_id = files.store(
                actor=actor,
                at=at,
                content=content,
                name=NAME,
                owner=OWNER,
                owner_id=proof_id,
                largest="trail.proof_max_bytes",
            )
            proof.state = TrailProof.State.BROKEN if report.fault else TrailProof.State.WHOLE
            proof.entries, proof.done_at = report.entries, at
            proof.fault = report.fault.in_words if report.fault else ""
            proof.save(update_fields=["file_id", "state", "entries", "done_at", "fault"])
            audit.record(
                actor=actor,
                at=at,
                action="trail.verify",
                subject="trail_proof",
                subject_id=proof_id,
                detail={"state": proof.state, "entries": proof.entries},
            )
            notices.send(
                actor=actor,
                at=at,
                to_user=proof.user_id,
                kind=f"trail_{proof.state}",
                values={},
                link="administration:verify",
                reason="work",
            )


def latest(actor: Actor) -> TrailProof | None:
    """The check the actor asked for last."""
    return TrailProof.objects.filter(user_id=actor.user_id or 0).order_by("-id").first()


def may_open(actor: Actor, file: StoredFile) -> bool:
    """Who asked may take the export along while they may check the whole trail (the port
    `files.may_open.administration.trail`)."""
    asked = TrailProof.objects.filter(user_id=actor.user_id or 0, file_id=file.pk).exists()
    return asked and all(access.may(actor, "trail.verify", root) for root in tree.roots())


def _require_everywhere(actor: Actor) -> Actor:
    for root in tree.roots():
        actor = access.require(actor, "trail.verify", root)
    return actor
