"""A run or an entry, its row held until the transaction ends, and what its definition says."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models import Entry, Run
from zhijia.appraisals.services import told, versions
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access
from zhijia.registry.services import representatives


def run(run_id: int) -> tuple[Run, Appraisal]:
    """The run. Raises NotForYou where there is none."""
    found = Run.objects.select_for_update(of=("self",)).select_related("version").filter(pk=run_id).first()
    if found is None:
        raise NotForYou("no_such_run", _("There is no such appraisal here."))
    return found, versions.definition(found.version)


def open_run(run_id: int) -> tuple[Run, Appraisal]:
    """The run, which is still open. Raises Refusal where it was closed."""
    found, scheme = run(run_id)
    if found.state != Run.State.OPEN:
        raise Refusal("run_closed", _("This appraisal is closed."))
    return found, scheme


def entry(entry_id: UUID) -> tuple[Entry, Appraisal]:
    """The entry with its run. Raises NotForYou where the actor sees none."""
    rows = Entry.objects.select_related("run__version")
    found = rows.select_for_update(of=("self",)).filter(pk=entry_id).first()
    if found is None:
        raise NotForYou("no_such_entry", _("There is no such entry here."))
    return found, versions.definition(found.run.version)


def acts_for(actor: Actor, kind: str, target: str) -> bool:
    """Whether what is appraised is an employer the actor acts for today."""
    return kind == Entry.Kind.EMPLOYER and representatives.acts_for(actor, int(target))


def is_its_employer(actor: Actor, entry: Entry) -> bool:
    """Whether the entry is about an employer the actor acts for today."""
    return acts_for(actor, entry.kind, entry.target)


def as_subject(actor: Actor, entry: Entry) -> Actor:
    """The actor as who scores the entry for the subject itself: an officer who enters for the union concerned, or
    whoever acts for the employer it is about. Raises NotForYou."""
    return actor if is_its_employer(actor, entry) else access.require(actor, told.ENTER, entry.union_id)


def seen(entry_id: UUID) -> tuple[Entry, Appraisal]:
    """The entry for whoever may read it and writes only what is theirs. Raises NotForYou."""
    found = Entry.objects.select_related("run__version").filter(pk=entry_id).first()
    if found is None:
        raise NotForYou("no_such_entry", _("There is no such entry here."))
    return found, versions.definition(found.run.version)
