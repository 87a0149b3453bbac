"""Results are published: grades by points and shares, a notice for some working days, then they are final (PI-03)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from zhijia.appraisals.models import Entry, Notice, Run
from zhijia.appraisals.rules import scoring
from zhijia.appraisals.services import held, promises, rectifying, terms, told
from zhijia.appraisals.services.terms import Terms
from zhijia.catalogue import working_days
from zhijia.catalogue.appraisal_rules import Appraisal
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import access
from zhijia.registry.models import Union

State = Entry.State
LANGUAGES = {"zh": "zh-hans", "en": "en"}
RESULT = _("%(union)s, %(run)s: %(name)s, %(points)s points. Grade: %(grade)s.")
WITHDRAWN = _("%(union)s withdraws what %(name)s was named by %(run)s (grade %(grade)s). Reason: %(reason)s")


def publish(*, actor: Actor, at: datetime, run_id: int) -> int:
    """Every scored entry whose days of objection are over gets its grade and is on notice (final at once, where the
    definition asks for none); what failed is sent to be put right. How many. Where a grade goes to a share of those
    appraised, all are published together. Raises Refusal while something keeps them, and where there is none."""
    run, scheme = held.open_run(run_id)
    actor = access.require(actor, told.HOLD, run.union_id)
    numbers = terms.of(run)
    today = days.business_day(at)
    ready = list(
        run.entries.select_for_update()
        .filter(state=State.SCORED, objection_until__lt=today)
        .exclude(objections__state="open")
        .order_by("pk")
    )
    _nothing_keeps_them(run, ready, numbers)
    reached = {str(one.pk): None if one.vetoed else one.result for one in ready}
    grades = scoring.grades(reached, numbers.bars)
    union = Union.objects.get(pk=run.union_id)
    until = working_days.add(today, numbers.notice, union.division) if numbers.notice else None
    for entry in ready:
        entry.run = run
        entry.grade = grades[str(entry.pk)]
        entry.state = State.PUBLISHED if until else State.SETTLED
        entry.published_at, entry.published_by, entry.notice_until = at, actor.user_id, until
        if until is None:
            entry.settled_at = at
    fields = ["grade", "state", "published_at", "published_by", "notice_until", "settled_at"]
    with promises.kept():
        Entry.objects.bulk_update(ready, fields, batch_size=500)
    if until and scheme.public:
        Notice.objects.bulk_create([notice(entry, scheme, union, at, until) for entry in ready])
    for entry in ready:
        rectifying.open_matters(actor=actor, at=at, entry=entry, scheme=scheme)
        told.trail(actor, at, "appraisal.publish", entry, {"grade": entry.grade})
        told.tell_subject(actor, at, "appraisal_published", entry)
    return len(ready)


def hold(*, actor: Actor, at: datetime, entry_id: UUID, reason: str) -> Entry:
    """Somebody said something against a published entry that is looked into: it is not final until it is let go (with
    an empty reason). Raises Refusal for one that is not on notice."""
    entry, _scheme = held.entry(entry_id)
    actor = access.require(actor, told.HOLD, entry.run.union_id)
    if entry.state != State.PUBLISHED:
        raise Refusal("not_on_notice", _("This result is not on public notice."))
    entry.held = reason.strip()[:500]
    entry.save(update_fields=["held"])
    action = "appraisal.hold" if entry.held else "appraisal.let_go"
    told.trail(actor, at, action, entry, reason=entry.held)
    return entry


def notice(
    entry: Entry, scheme: Appraisal, union: Union, at: datetime, until: date, *, withdrawal: bool = False
) -> Notice:
    """What is publicly told of an entry, to the end of the day."""
    grade = scheme.grade(entry.grade)
    values = {"name": entry.name, "run": entry.run.title, "union": union.name, "reason": entry.reason}
    values["points"] = scoring.as_points(entry.result or 0)
    words = {}
    for code, language in LANGUAGES.items():
        with override(language):
            said = WITHDRAWN if withdrawal else RESULT
            words[code] = str(said % {**values, "grade": str(grade.label) if grade else "—"})
    return Notice(
        entry=entry,
        union_id=entry.run.union_id,
        county_id=entry.run.county_id,
        withdrawal=withdrawal,
        words=words,
        hangs_from=at,
        hangs_until=datetime.combine(until + timedelta(days=1), time(), tzinfo=days.SHANGHAI),
    )


def _nothing_keeps_them(run: Run, ready: Sequence[Entry], numbers: Terms) -> None:
    if not ready:
        raise Refusal(
            "nothing_to_publish",
            _("No result can be published yet: the days of objection are not over, or an objection is open."),
        )
    if any(bar.most is not None for bar in numbers.bars):
        waiting = run.entries.exclude(state=State.OUT).exclude(pk__in=[one.pk for one in ready]).count()
        if waiting:
            raise Refusal(
                "share_of_all",
                _(
                    "A grade goes to a share of all who are appraised: %(waiting)d are not scored yet, or were"
                    " published before. Bring them to their result or leave them out first."
                )
                % {"waiting": waiting},
            )
