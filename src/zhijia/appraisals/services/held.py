"""A run or an entry, its row held until the transaction ends, and what its definition says."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models import Entry, Run
from zhijia.appraisals.services import versions
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.kernel.errors import NotForYou, Refusal


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


def seen(entry_id: UUID) -> tuple[Entry, Appraisal]:
    """The entry for whoever may read it and writes only what is theirs. Raises NotForYou."""
    found = Entry.objects.select_related("run__version").filter(pk=entry_id).first()
    if found is None:
        raise NotForYou("no_such_entry", _("There is no such entry here."))
    return found, versions.definition(found.run.version)
