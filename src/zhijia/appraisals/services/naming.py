"""What was published becomes final, and is named: a row of a list, by a second person; and it can be withdrawn."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.appraisals.models import Entry
from zhijia.appraisals.services import held, promises, publishing, rechecking, terms, told
from zhijia.appraisals.services.opening import LEVELS
from zhijia.catalogue import clocks, parameters, ports, working_days
from zhijia.catalogue.appraisal_rules import Title
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registers.models import Row
from zhijia.registers.services.writing import Source
from zhijia.registry import access
from zhijia.registry.models import Union
from zhijia.ui.templatetags.ui import day as day_words

SOURCE, PURPOSE = "appraisal", "title"
HONOURS = {"nation": "nation", "province": "ministry", "city": "city", "county": "county"}
"""The level of an honour, by that of the union that names."""
HALF = 50
NOT_REACHED = _("The re-check %(run)s did not find it deserved any more.")


def finish(*, actor: Actor, at: datetime, entry_id: UUID, decision: str = "") -> Entry:
    """The notice is over and nothing was found against it: the result is final, and with a grade that has a title it is
    named by the document `decision`. A re-check keeps the title it looked at, or withdraws it where the grade is no
    longer reached. Twice is once. Raises Refusal while it hangs or is held, and for whoever published it."""
    entry, scheme = held.entry(entry_id)
    actor = access.require(actor, told.HOLD, entry.run.union_id)
    title = scheme.title_of(entry.grade)
    if entry.state == Entry.State.SETTLED and not unfinished(entry, title):
        return entry
    holds = rechecking.held_title(entry, at)
    kept = holds is not None and title is not None and rechecking.is_of(holds, title)
    _can_be_finished(entry, title, actor, at, decision, named=title is not None and not kept)
    fields = ["state", "settled_at", "settled_by"]
    entry.state, entry.settled_at, entry.settled_by = Entry.State.SETTLED, at, actor.user_id
    if entry.rechecks_row is not None:
        entry.rechecked = Entry.Rechecked.KEPT if kept else Entry.Rechecked.WITHDRAWN
        fields.append("rechecked")
    if kept and holds is not None and title is not None:
        rechecking.keep(actor, at, entry, title, _words_of(entry, title, at, decision.strip()))
    elif title is not None:
        entry.named_in, entry.named_row = title.list, _name(actor, at, entry, title, decision.strip())
        fields += ["named_in", "named_row"]
    with promises.kept():
        entry.save(update_fields=fields)
    told.trail(actor, at, "appraisal.finish", entry, {"grade": entry.grade, "list": entry.named_in})
    if entry.named_row is not None:
        told.count("named", [entry], at)
        told.tell_subject(actor, at, "appraisal_named", entry)
    if kept:
        told.tell_subject(actor, at, "appraisal_title_kept", entry)
    elif holds is not None:
        _give_up(actor, at, entry, holds)
    return entry


def unfinished(entry: Entry, title: Title | None) -> bool:
    """Whether a result that stands has still to be named, or the title it looked at again to be decided on."""
    return not entry.rechecked if entry.rechecks_row else title is not None and entry.named_row is None


def withdraw(*, actor: Actor, at: datetime, entry_id: UUID, reason: str) -> Entry:
    """What was named is taken away, for a reason that is publicly told for the days of notice. Twice is once."""
    entry, scheme = held.entry(entry_id)
    actor = access.require(actor, told.HOLD, entry.run.union_id)
    if entry.withdrawn_at is not None:
        return entry
    if entry.named_row is None:
        raise Refusal("not_named", _("Nothing was named here that could be withdrawn."))
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why."))
    ports.call(
        "registers.titles.withdraw",
        actor=actor, at=at, code=entry.named_in, source=_source(entry), reason=reason.strip(),
    )  # fmt: skip
    entry.withdrawn_at, entry.withdrawn_by, entry.reason = at, actor.user_id, reason.strip()[:500]
    with promises.kept():
        entry.save(update_fields=["withdrawn_at", "withdrawn_by", "reason"])
    union = Union.objects.get(pk=entry.run.union_id)
    notice_days = terms.of(entry.run).notice
    if scheme.public and notice_days:
        until = working_days.add(days.business_day(at), notice_days, union.division)
        publishing.notice(entry, scheme, union, at, until, withdrawal=True).save(force_insert=True)
    told.count("withdrawn", [entry], at)
    told.trail(actor, at, "appraisal.withdraw", entry, reason=entry.reason)
    told.tell_subject(actor, at, "appraisal_withdrawn", entry, {"reason": entry.reason})
    return entry


def _give_up(actor: Actor, at: datetime, entry: Entry, holds: Row) -> None:
    """The title a re-check did not find deserved any more is withdrawn, with this reason."""
    reason = rechecking.in_chinese(NOT_REACHED, run=entry.run.title)
    named = Entry.objects.filter(named_in=entry.rechecks_in, named_row=holds.pk, withdrawn_at__isnull=True)
    first = named.values_list("pk", flat=True).first()
    if first is not None:
        withdraw(actor=actor, at=at, entry_id=first, reason=reason)
        return
    ports.call(
        "registers.titles.end", actor=actor, at=at, code=entry.rechecks_in, row_id=holds.pk, reason=reason
    )
    told.tell_subject(actor, at, "appraisal_withdrawn", entry, {"reason": reason})


def _can_be_finished(
    entry: Entry, title: Title | None, actor: Actor, at: datetime, decision: str, *, named: bool
) -> None:
    settled = entry.state == Entry.State.SETTLED
    if entry.state != Entry.State.PUBLISHED and not settled:
        raise Refusal("not_on_notice", _("This result is not on public notice."))
    if entry.held:
        raise Refusal("held", _("Something said against it is being looked into."))
    if entry.notice_until is not None and days.business_day(at) <= entry.notice_until:
        raise Refusal(
            "notice_hangs", _("The notice hangs until %(day)s.") % {"day": day_words(entry.notice_until)}
        )
    if (title is not None or entry.rechecks_row) and actor.user_id == entry.published_by:
        broken = "entry_is_named_by_a_second_person"
        raise Refusal(broken, promises.BROKEN[broken])
    asks = title is not None and "decision" in title.given.values()
    if named and asks and not decision.strip():
        raise Refusal("decision_missing", _("Write the number of the document by which it is named."))


def _name(actor: Actor, at: datetime, entry: Entry, title: Title, decision: str) -> UUID:
    row = ports.call(
        "registers.titles.name",
        actor=actor, at=at, code=title.list, union_id=entry.run.union_id,
        typed=_words_of(entry, title, at, decision), source=_source(entry),
    )  # fmt: skip
    named: UUID = row.pk
    return named


def _words_of(entry: Entry, title: Title, at: datetime, decision: str) -> dict[str, Any]:
    """The fields of a title's row, each as it is typed."""
    union = Union.objects.get(pk=entry.run.union_id)
    words = _words(entry, title, union, days.business_day(at), decision)
    return {field: said[1:] if said.startswith("=") else words[said] for field, said in title.given.items()}


def _words(entry: Entry, title: Title, union: Union, today: date, decision: str) -> dict[str, str]:
    """What a title's row can be given, as it is typed into a form."""
    until = ""
    if title.months:
        months = parameters.value(title.months, division=union.division, day=today)
        until = (clocks.add_months(today, months, lambda _day: True) - timedelta(days=1)).isoformat()
    return {
        "subject": entry.target,
        "name": entry.name,
        "today": today.isoformat(),
        "until": until,
        "level": HONOURS.get(LEVELS[union.level], "unit"),
        "grade": entry.grade,
        "score": str(((entry.result or 0) + HALF) // 100),
        "run": entry.run.title,
        "decision": decision,
    }


def _source(entry: Entry) -> Source:
    return Source(SOURCE, str(entry.pk), PURPOSE)
