"""What a committee sets out to do: the plan of a term, the audits it plans, who does them and who steps aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.accounts.models import User
from zhijia.auditing.models import Engagement, Member, Plan, Recusal
from zhijia.auditing.services import promises, told
from zhijia.catalogue import codes, definitions, parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.registry import access, tree
from zhijia.registry.models import Body, Parent, Post, Term, Union
from zhijia.registry.queries.grants import holders

WORK, ANSWER = "audit.work", "audit.answer"
TERM, OWN, FUND, HEAD = "term", "own", "fund", "responsibility"
_NEXT = """
INSERT INTO auditing_series (union_id, county_id, year, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (union_id, year) DO UPDATE SET count = auditing_series.count + 1 RETURNING count"""


@dataclass(frozen=True, slots=True)
class Task:
    """What an audit is about: its kind and matters, the days it looks at, when it is to begin, and what some kinds
    need: the fund, the cadre department's document and the post."""

    kind: str
    matters: Sequence[str]
    since: date
    until: date
    plan_on: date
    fund: str = ""
    commission: str = ""
    post: str = ""


def begin_term(*, actor: Actor, at: datetime, union: Union, since: date, until: date) -> Plan:
    """The union's committee sets out to audit every union straight under it once in these days; the plan that stands
    where it says the same. Raises Refusal where another plan has some of the days."""
    actor = access.require(actor, WORK, union.pk)
    if until <= since:
        raise Refusal("days_turned_round", _("The last day comes after the first."))
    stands = Plan.objects.filter(union_id=union.pk, since__lt=until, until__gt=since).first()
    if stands is not None:
        if (stands.since, stands.until) == (since, until):
            return stands
        raise Refusal("another_plan", _("Another plan has some of these days."))
    with promises.kept():
        plan = Plan.objects.create(
            union_id=union.pk, county_id=union.stands_in, since=since, until=until, made_at=at,
            made_by=_user(actor),
        )  # fmt: skip
    told.of_union(actor, at, "audit.plan_term", union, {"from": since.isoformat(), "to": until.isoformat()})
    return plan


def days_of_term(union: Union, today: date) -> tuple[date, date]:
    """The days a plan would have: those of the audit committee's term where one is open, else so many years from the
    beginning of this one on."""
    term = Term.objects.filter(union_id=union.pk, body=Body.AUDIT, ended_on__isnull=True).first()
    if term is not None and term.starts_on <= today:
        return term.starts_on, max(term.due_on, today)
    years = parameters.value("auditing.term_years", division=union.division, day=today)
    return today.replace(month=1, day=1), date(today.year + years - 1, 12, 31)


def plan(*, actor: Actor, at: datetime, auditor: Union, audited: Union, task: Task, once: UUID) -> Engagement:
    """An audit of a union straight under the committee's own (AUD-02: the next lower level), or of its own union, with
    whoever plans it as the lead. The same key again answers the audit that stands. Raises Refusal for a union that is
    neither, for days to come, for a kind without what it needs, and for whoever may not audit there."""
    actor = access.require(actor, WORK, auditor.pk)
    stands = Engagement.objects.filter(pk=once).first()
    if stands is not None:
        return stands
    _fits(task, auditor, audited, days.business_day(at))
    engagement = Engagement(
        id=once,
        union_id=audited.pk,
        county_id=audited.stands_in,
        other_union_id=auditor.pk,
        other_county_id=auditor.stands_in,
        number=_number(auditor, days.business_day(at)),
        kind=task.kind,
        matters=list(task.matters),
        fund=task.fund,
        commission=task.commission.strip(),
        post=task.post.strip(),
        since=task.since,
        until=task.until,
        plan_on=task.plan_on,
        made_at=at,
        made_by=_user(actor),
    )
    with promises.kept():
        engagement.save(force_insert=True)
    told.trail(actor, at, "audit.plan", engagement, {"kind": task.kind})
    _join(actor, at, engagement, _user(actor), lead=True)
    return engagement


def name(*, actor: Actor, at: datetime, engagement_id: UUID, login: str) -> Member:
    """Somebody of the committee joins the team. Raises Refusal for somebody without the right there, for who entered
    something in these books, holds or held a post there, or has stepped aside (AUD-06)."""
    engagement = held(engagement_id)
    actor = access.require(actor, WORK, engagement.other_union_id)
    _is_under_way(engagement)
    found = User.objects.filter(login=login.strip(), is_active=True).first()
    holding = holders([engagement.other_union_id, *_above(engagement.other_union_id)], WORK, at)
    if found is None or not any(found.pk in users for users in holding.values()):
        raise Refusal("not_of_the_committee", _("Nobody of the committee has this log-in."))
    return _join(actor, at, engagement, found.pk, lead=False)


def leave(*, actor: Actor, at: datetime, engagement_id: UUID, member_id: int) -> None:
    """Somebody leaves the team; what they wrote stays. The lead hands over first. Twice is once."""
    engagement = held(engagement_id)
    actor = access.require(actor, WORK, engagement.other_union_id)
    member = engagement.team.select_for_update().filter(pk=member_id, left_at__isnull=True).first()
    if member is None:
        return
    if member.lead:
        raise Refusal("lead_stays", _("The lead stays with the audit."))
    member.left_at = at
    member.save(update_fields=["left_at"])
    told.trail(actor, at, "audit.team_leave", engagement, {"user": member.user_id})


def step_aside(
    *, actor: Actor, at: datetime, engagement_id: UUID, why: str, words: str = "", user_id: int | None = None
) -> Recusal:
    """Whoever acts (or a colleague they name) does not audit this union, because of kin at work there, a former post or
    another reason; they leave the team where they are in it and are not the lead."""
    engagement = held(engagement_id)
    actor = access.require(actor, WORK, engagement.other_union_id)
    asked = user_id or _user(actor)
    if why not in Recusal.Why.values:
        raise Refusal("no_such_reason", _("Choose one of the reasons."))
    stands = Recusal.objects.filter(
        union_id=engagement.union_id, user_id=asked, why=why, ended_on__isnull=True
    ).first()
    if stands is not None:
        return stands
    member = engagement.team.filter(user_id=asked, left_at__isnull=True).first()
    if member is not None:
        leave(actor=actor, at=at, engagement_id=engagement.pk, member_id=member.pk)
    with promises.kept():
        recusal = Recusal.objects.create(
            union_id=engagement.union_id, county_id=engagement.county_id, user_id=asked, why=why,
            words=words.strip(), said_at=at, said_by=_user(actor),
        )  # fmt: skip
    told.trail(actor, at, "audit.step_aside", engagement, {"user": asked, "why": why})
    return recusal


def call_off(*, actor: Actor, at: datetime, engagement_id: UUID, reason: str) -> Engagement:
    """The audit does not take place, for a reason that stays. Only before anybody was in the field."""
    engagement = held(engagement_id)
    actor = access.require(actor, WORK, engagement.other_union_id)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why."))
    engagement.state, engagement.reason = Engagement.State.CALLED_OFF, reason.strip()
    with promises.kept():
        engagement.save(update_fields=["state", "reason"])
    told.trail(actor, at, "audit.call_off", engagement, reason=reason.strip())
    return engagement


def held(engagement_id: UUID) -> Engagement:
    """The audit, its row held until the transaction ends; NotForYou where the actor sees none or writes none."""
    found = Engagement.objects.select_for_update().filter(pk=engagement_id).first()
    if found is None:
        raise NotForYou("no_such_audit", _("There is no such audit here."))
    return found


def at_work(actor: Actor, engagement: Engagement) -> Actor:
    """The actor by the grant that lets them audit here, and of the team. Raises NotForYou."""
    actor = access.require(actor, WORK, engagement.other_union_id)
    if not engagement.team.filter(user_id=_user(actor), left_at__isnull=True).exists():
        raise NotForYou("not_of_the_team", _("You are not in the team of this audit."))
    return actor


def _join(actor: Actor, at: datetime, engagement: Engagement, user_id: int, *, lead: bool) -> Member:
    stood = engagement.team.filter(user_id=user_id).first()
    if stood is not None and stood.left_at is None:
        return stood
    if _holds_or_held_a_post(user_id, engagement, days.business_day(at)):
        raise Refusal(
            "held_a_post_there",
            _("This person holds a post there, or did until not long ago. Somebody else audits this union."),
        )
    with promises.kept():
        if stood is not None:
            stood.left_at = None
            stood.save(update_fields=["left_at"])
            member = stood
        else:
            member = Member.objects.create(
                engagement=engagement, user_id=user_id, lead=lead, named_at=at, **places_of(engagement)
            )
    told.trail(actor, at, "audit.team_join", engagement, {"user": user_id})
    return member


def places_of(engagement: Engagement) -> dict[str, int]:
    """Where the rows of an audit stand: at the audited union and at the committee's."""
    return {
        "union_id": engagement.union_id,
        "county_id": engagement.county_id,
        "other_union_id": engagement.other_union_id,
        "other_county_id": engagement.other_county_id,
    }


def _fits(task: Task, auditor: Union, audited: Union, today: date) -> None:
    own = audited.pk == auditor.pk
    if (
        not own
        and not Parent.objects.filter(
            union=audited, parent=auditor, tree=Parent.Tree.ORGANISATION, valid_to__isnull=True
        ).exists()
    ):
        raise Refusal(
            "not_the_next_level", _("A committee audits its own union and those straight under it.")
        )
    if (task.kind == OWN) != own and task.kind != FUND:
        raise Refusal("kind_does_not_fit", _("This kind of audit is not for that union."))
    if not codes.holds("audit_kinds", task.kind, today) or not task.matters or not all(
        codes.holds("audit_matters", matter, today) for matter in task.matters
    ):  # fmt: skip
        raise Refusal("no_such_kind", _("Choose what is audited from the list."))
    if (task.kind == FUND) != bool(task.fund) or (task.fund and task.fund not in definitions.load().funds):
        raise Refusal("fund_missing", _("An audit of a fund names the fund, and no other does."))
    if task.kind == HEAD and not (task.commission.strip() and task.post.strip()):
        broken = "a_head_is_audited_on_written_commission"
        raise Refusal(broken, promises.BROKEN[broken])
    if not task.since <= task.until < today:
        raise Refusal(
            "days_do_not_fit", _("An audit looks at days that are over, the first before the last.")
        )


def _number(auditor: Union, today: date) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [auditor.pk, auditor.stands_in, today.year])
        (serial,) = cursor.fetchone()
    return f"{today.year}-{serial}"


def _is_under_way(engagement: Engagement) -> None:
    if engagement.state in (Engagement.State.CLOSED, Engagement.State.CALLED_OFF):
        raise Refusal("audit_over", _("This audit is over."))


def _holds_or_held_a_post(user_id: int, engagement: Engagement, today: date) -> bool:
    person_id = User.objects.values_list("person_id", flat=True).get(pk=user_id)
    if person_id is None:
        return False
    years = parameters.value("auditing.recusal_years", day=today)
    since = date(today.year - years, 1, 1)
    posts = Post.objects.filter(union_id=engagement.union_id, person_id=person_id)
    return posts.filter(ended_on__isnull=True).exists() or posts.filter(ended_on__gte=since).exists()


def _above(union_id: int) -> list[int]:
    return [union.pk for union in tree.path_to(union_id)[:-1]]


def _user(actor: Actor) -> int:
    assert actor.user_id is not None
    return actor.user_id
