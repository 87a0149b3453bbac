"""What is next in a run: what is to be done, who does it and until when; counted in a fixed number of statements."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhijia.appraisals.models import Entry, Run
from zhijia.appraisals.services import terms
from zhijia.catalogue.appraisal_rules import JUDGED, Appraisal

State = Entry.State
UNITS, ASSESSORS, YOU, COLLEAGUE = "units", "assessors", "you", "colleague"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is next: in words, whose it is, its last day where it has one and whether that has passed; where
    it is done, and what the button there says, where it is the reader's."""

    words: str
    whose: str
    until: date | None = None
    late: bool = False
    href: str = ""
    button: str = ""

    @property
    def who(self) -> str:
        """Whose step it is."""
        said = {
            UNITS: _("the units that take part"),
            ASSESSORS: _("the assessors"),
            YOU: _("you, or a colleague who runs appraisals here"),
            COLLEAGUE: _("a colleague: you published it"),
        }
        return said[self.whose]


def of_run(run: Run, scheme: Appraisal, user_id: int, today: date) -> list[Step]:
    """What is next, in the order in which it goes on; nothing once the run is closed."""
    if run.state == Run.State.CLOSED:
        return []
    entries = Entry.objects.filter(run=run)
    found = [
        *_scoring_itself(entries, run, today),
        *_marking(entries.filter(state=State.MARKING), run, scheme),
        *_objecting(entries.filter(state=State.SCORED), today),
        *_on_notice(entries, scheme, user_id, today),
    ]
    if found:
        return found
    if run.begins == "self" and run.self_until >= today:
        return [Step(_("Units enter and score themselves."), UNITS, run.self_until)]
    if entries.exists():
        return [Step(_("Every entry is final or left out."), YOU, href="#close", button=_("Close the run"))]
    return [Step(_("Nobody takes part yet."), YOU, href="#call", button=_("Call somebody to take part"))]


def publishable(run: Run, today: date) -> int:
    """How many results can be put on notice: their days of objection are over, and no objection is open."""
    return _ready(Entry.objects.filter(run=run, state=State.SCORED), today).count()


def _ready(scored: QuerySet[Entry], today: date) -> QuerySet[Entry]:
    return scored.filter(objection_until__lt=today).exclude(objections__state="open")


def _scoring_itself(entries: QuerySet[Entry], run: Run, today: date) -> Iterator[Step]:
    many = entries.filter(state=State.BEGUN).count()
    late = run.self_until < today
    if not many:
        return
    words = ngettext("%(n)s unit scores itself.", "%(n)s units score themselves.", many) % {"n": many}
    if late:
        yield Step(words, YOU, run.self_until, late, "#more-time", _("Give more time"))
    else:
        yield Step(words, UNITS, run.self_until)


def _marking(marking: QuerySet[Entry], run: Run, scheme: Appraisal) -> Iterator[Step]:
    numbers = terms.of(run)
    needed = numbers.assessors
    lacking, waiting, counts = Q(pk__in=[]), Q(pk__in=[]), {}
    for place, part in enumerate(part for part in scheme.parts if part.by in JUDGED):
        named = Q(assessors__part=part.code, assessors__left_at__isnull=True)
        counts[f"named_{place}"] = Count("assessors", filter=named)
        counts[f"out_{place}"] = Count("assessors", filter=named & Q(assessors__handed_at__isnull=True))
        lacking |= Q(**{f"named_{place}__lt": needed[part.code]})
        waiting |= Q(**{f"out_{place}__gt": 0})
    counted = marking.annotate(**counts)
    here = f"?state={State.MARKING}"
    if many := counted.filter(lacking).count():
        words = ngettext("%(n)s entry lacks assessors.", "%(n)s entries lack assessors.", many)
        yield Step(words % {"n": many}, YOU, href=here, button=_("Name assessors"))
    if many := counted.exclude(lacking).filter(waiting).count():
        words = ngettext("%(n)s entry is being marked.", "%(n)s entries are being marked.", many)
        yield Step(words % {"n": many}, ASSESSORS)
    if many := counted.exclude(lacking | waiting).count():
        words = ngettext(
            "%(n)s entry has all its marks: work out the result.",
            "%(n)s entries have all their marks: work out the results.",
            many,
        )
        if any(spread is not None for spread in numbers.spreads.values()):
            words = ngettext(
                "%(n)s entry has all its marks: work out the result, or name a third where two are far apart.",
                "%(n)s entries have all their marks: work out the results, or name a third where two are far apart.",
                many,
            )
        yield Step(words % {"n": many}, YOU, href=here, button=_("See the entries"))


def _objecting(scored: QuerySet[Entry], today: date) -> Iterator[Step]:
    here = f"?state={State.SCORED}"
    if many := scored.filter(objections__state="open").distinct().count():
        words = ngettext(
            "%(n)s entry has an objection that waits.", "%(n)s entries have an objection that waits.", many
        )
        yield Step(words % {"n": many}, YOU, href=here, button=_("Answer the objections"))
    going_on = scored.filter(objection_until__gte=today)
    if many := going_on.count():
        last = going_on.aggregate(last=Max("objection_until"))["last"]
        words = ngettext("%(n)s result can be objected to.", "%(n)s results can be objected to.", many)
        yield Step(words % {"n": many}, UNITS, last)
    if many := _ready(scored, today).count():
        words = ngettext("%(n)s result can be published.", "%(n)s results can be published.", many)
        yield Step(words % {"n": many}, YOU, href="#publish", button=_("Publish"))


def _on_notice(entries: QuerySet[Entry], scheme: Appraisal, user_id: int, today: date) -> Iterator[Step]:
    published, here = entries.filter(state=State.PUBLISHED), f"?state={State.PUBLISHED}"
    if many := published.exclude(held="").count():
        words = ngettext(
            "Something was said against %(n)s result.", "Something was said against %(n)s results.", many
        )
        yield Step(words % {"n": many}, YOU, href=here, button=_("Look into it"))
    hanging = published.filter(held="", notice_until__gte=today)
    if many := hanging.count():
        last = hanging.aggregate(last=Max("notice_until"))["last"]
        words = ngettext("%(n)s result is on public notice.", "%(n)s results are on public notice.", many)
        yield Step(words % {"n": many}, COLLEAGUE if _by_me(hanging, user_id) else YOU, last)
    titled = [grade.code for grade in scheme.grades if scheme.title_of(grade.code) is not None]
    over = published.filter(Q(notice_until__lt=today) | Q(notice_until__isnull=True), held="")
    to_name = Q(rechecks_row__isnull=True, grade__in=titled, named_row__isnull=True)
    unfinished = entries.filter(to_name | Q(rechecks_row__isnull=False, rechecked=""), state=State.SETTLED)
    for rows, page in ((over, here), (unfinished, f"?state={State.SETTLED}")):
        if many := rows.count():
            words = ngettext("%(n)s result can be made final.", "%(n)s results can be made final.", many)
            mine = not _by_me(rows, user_id)
            button = _("Make it final") if mine else ""
            yield Step(words % {"n": many}, YOU if mine else COLLEAGUE, href=page, button=button)


def _by_me(rows: QuerySet[Entry], user_id: int) -> bool:
    """Whether the reader published all of them: a second person makes them final."""
    return not rows.exclude(published_by=user_id).exists()
