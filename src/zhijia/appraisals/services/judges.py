"""Who marks: named by the union that runs it, kept from what is theirs, blind to each other (HON-09)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.appraisals.models import Assessor, Entry
from zhijia.appraisals.rules import recusing
from zhijia.appraisals.rules.recusing import Judged, Reason
from zhijia.appraisals.services import closeness, held, promises, settling, told
from zhijia.catalogue.appraisal_rules import JUDGED
from zhijia.kernel import days, rows
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access, tree
from zhijia.registry.models import Person, Post, Union
from zhijia.registry.queries import colleagues
from zhijia.registry.queries.grants import holders

NAMED = ("named_at", "named_by", "left_at", "left_by", "reason")
"""What changes when somebody who was taken off is named again."""
MOST_OFFERED = 30
"""As many log-ins are offered to choose from; beyond, one writes."""

WHY: Mapping[Reason, Promise] = {
    "self": _("it is about this person"),
    "relative": _("a relative of this person holds a post there"),
    "own_union": _("it is this person's own union"),
    "own_employer": _("it is this person's own employer"),
    "relatives_employer": _("a relative of this person works there"),
    "entered_it": _("this person handed the self-score in"),
}


class Recused(Refusal):
    """Somebody may not judge this; `reasons` say why."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        words = _("This person cannot assess here: %(why)s. Name somebody else.")
        why = gettext("; ").join(str(WHY[reason]) for reason in reasons)
        super().__init__("recused", words % {"why": why})
        self.reasons = reasons


def name(*, actor: Actor, at: datetime, entry_id: UUID, part: str, login: str) -> Assessor:
    """Somebody of the staff marks this part of the entry; again, they are named, and whoever was taken off finds what
    they had marked. Raises Recused, and Refusal for a log-in that may not assess, for who stepped aside, and for a part
    nobody is named for."""
    entry, scheme = held.entry(entry_id)
    actor = access.require(actor, told.HOLD, entry.run.union_id)
    if part not in {one.code for one in scheme.parts if one.by in JUDGED}:
        raise Refusal("nobody_is_named", _("Nobody is named for this part."))
    found = User.objects.filter(login=login.strip(), is_active=True, staff=True).first()
    if found is None or not access.may(Actor(found.pk, "page", actor.request_id), told.MARK):
        raise Refusal("no_such_assessor", _("Nobody who may assess has this log-in."))
    today = days.business_day(at)
    about = judged(entry)
    names = about.names | about.employer_names
    close = closeness.judges({found.pk: found.person_id}, today, names)[found.pk]
    reasons = recusing.reasons(close, about)
    if reasons:
        raise Recused(reasons)
    stood = entry.assessors.filter(part=part, user_id=found.pk).first()
    if stood is not None and stood.stepped_aside:
        raise Refusal("stepped_aside_here", _("This person has stepped aside here."))
    if stood is not None and stood.left_at is None:
        return stood
    assessor = stood or Assessor(
        entry=entry, union_id=entry.union_id, county_id=entry.county_id, part=part, user_id=found.pk
    )
    assessor.named_at, assessor.named_by = at, actor.user_id
    assessor.left_at, assessor.left_by, assessor.reason = None, None, ""
    with promises.kept():
        if stood is None:
            assessor.save(force_insert=True)
        else:
            assessor.save(update_fields=NAMED)
    told.trail(actor, at, "appraisal.name_assessor", entry, {"part": part, "user": found.pk})
    told.tell(actor, at, "appraisal_named_assessor", entry, [found.pk], {})
    return assessor


def candidates(entry: Entry, at: datetime) -> list[tuple[str, str]]:
    """Log-ins to choose from, as whom colleagues know them: those of the union that runs it first, then of those above
    it, as far as `MOST_OFFERED` goes; any other is written. Who is close to the entry is kept from it when named."""
    users: list[int] = []
    for union in reversed(tree.path(Union.objects.get(pk=entry.run.union_id))):
        left = MOST_OFFERED - len(users)
        found = holders([union.pk], told.MARK, at, most=MOST_OFFERED).get(union.pk, []) if left > 0 else []
        users += [user for user in found if user not in users][:left]
    logins = dict(User.objects.filter(pk__in=users).values_list("pk", "login"))
    return [(logins[user], words) for user, words in sorted(colleagues.called(users).items())]


def step_aside(*, actor: Actor, at: datetime, assessor_id: int, reason: str) -> Assessor:
    """Whoever was named says that they do not mark here, or whoever runs it takes them off, and why: what they gave
    does not count, and nobody waits for them any more. Twice is once. Raises Refusal once they have handed in."""
    seen = Assessor.objects.filter(pk=assessor_id).first()
    if seen is None:
        raise NotForYou("not_named_for_it", _("You are not named for this."))
    entry, scheme = held.seen(seen.entry_id)
    if seen.user_id != actor.user_id:
        actor = access.require(actor, told.HOLD, entry.run.union_id)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why."))
    assessor = Assessor.objects.select_for_update().get(pk=assessor_id)
    if assessor.left_at is not None:
        return assessor
    assessor.left_at, assessor.left_by, assessor.reason = at, actor.user_id, reason.strip()[:300]
    with promises.kept():
        assessor.save(update_fields=["left_at", "left_by", "reason"])
    rows.run("SELECT appraisals_show(%s, %s)", [assessor.entry_id, assessor.part])
    aside = assessor.stepped_aside
    action = "appraisal.step_aside" if aside else "appraisal.take_off"
    told.trail(actor, at, action, entry, {"user": assessor.user_id}, reason=assessor.reason)
    if not aside:
        told.tell(actor, at, "appraisal_taken_off", entry, [assessor.user_id], {}, link=told.OWN)
    if not settling.tell_if_all_marked(actor, at, entry, scheme, "appraisal_others_marked") and aside:
        told.tell_holders(actor, at, "appraisal_stepped_aside", entry)
    return assessor


def judged(entry: Entry) -> Judged:
    """What an entry is about: its union, the employers there or itself, and who holds a post there."""
    covered = closeness.employers({entry.union_id}).get(entry.union_id, {})
    posts = Post.objects.filter(union_id=entry.union_id, ended_on__isnull=True).values("person_id")
    people = dict(Person.objects.filter(pk__in=posts).values_list("pk", "name"))
    return Judged(
        unions=frozenset({entry.union_id}),
        employers=frozenset(covered),
        people=frozenset(people),
        names=frozenset(people.values()),
        employer_names=frozenset({*covered.values(), entry.name}),
        entered_by=frozenset({entry.handed_by} if entry.handed_by else ()),
    )
