"""A proposal that a member has left: opened by an officer, answered by the member, decided by an officer (MEM-10)."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices import services as notices
from zhijia.registry import access, rules
from zhijia.registry.models import LeaveProposal, Membership, Person, Union
from zhijia.registry.services import memberships
from zhijia.registry.services.leaving.finding import EDIT, dates

State = LeaveProposal.State


def propose(*, actor: Actor, at: datetime, membership_id: UUID, since: date, words: str) -> LeaveProposal:
    """Say that a member has not been heard of since that day; the member is asked, and it stands in the officer's work
    list. The one that is open already, when there is one. Raises Refusal for a membership that is not active, less
    than the months of the rule (by how much), or no words."""
    membership = memberships.held(membership_id)
    actor = access.require(actor, EDIT, membership.union_id)
    opened = LeaveProposal.objects.filter(membership_id=membership.pk, state=State.ASKED).first()
    if opened is not None:
        return opened
    if membership.status not in rules.ACTIVE:
        raise Refusal("not_active", _("This membership is not active: it is not ended for silence."))
    today = days.business_day(at)
    _check_silence(membership, since, today)
    if not words.strip():
        raise Refusal("reason_missing", _("Say why, so that others can understand it later."))
    until, due = dates(today)
    proposal = LeaveProposal.objects.create(
        membership_id=membership.pk,
        person_id=membership.person_id,
        why=LeaveProposal.Why.OFFICER,
        words=words.strip(),
        since=since,
        owner_id=actor.user_id,
        opened_at=at,
        opened_by=actor.user_id,
        answer_until=until,
        due_on=due,
        union_id=membership.union_id,
        county_id=membership.county_id,
    )
    _record(actor, at, proposal, "leave.propose", words)
    _tell(actor, at, proposal, "leave_asked", until=until)
    return proposal


def stay(*, actor: Actor, at: datetime, proposal_id: UUID) -> None:
    """The member says that they stay: the proposal is over, and nothing changes for them.
    Raises NotForYou for somebody else's, Refusal for one that is over already."""
    proposal = _held(proposal_id)
    if actor.person_id is None or proposal.person_id != actor.person_id:
        raise NotForYou("no_such_proposal", _("There is no such question to you."))
    _settle(proposal, actor, at, State.STAYS, "")
    _record(actor, at, proposal, "leave.stay", "")


def keep(*, actor: Actor, at: datetime, proposal_id: UUID, reason: str) -> None:
    """The officer keeps the member, with a reason, and the member is told."""
    proposal = _held(proposal_id)
    actor = access.require(actor, EDIT, proposal.union_id)
    _settle(proposal, actor, at, State.KEPT, reason)
    _record(actor, at, proposal, "leave.keep", reason)
    _tell(actor, at, proposal, "leave_kept")


def confirm(*, actor: Actor, at: datetime, proposal_id: UUID, reason: str) -> None:
    """The officer confirms that the member has left: the membership ends today, and the member is told how to come
    back. Raises Refusal while the member may still answer, for one that is over, or without a reason."""
    proposal = _held(proposal_id)
    actor = access.require(actor, EDIT, proposal.union_id)
    if proposal.state == State.ASKED and days.business_day(at) <= proposal.answer_until:
        raise Refusal(
            "member_asked",
            _("The member has been asked and can answer until %(day)s. Decide after that day.")
            % {"day": proposal.answer_until},
        )
    _check_open(proposal, State.CONFIRMED, reason)
    memberships.deem_left(actor=actor, at=at, membership_id=proposal.membership_id, reason=reason.strip())
    _settle(proposal, actor, at, State.CONFIRMED, reason)
    _tell(actor, at, proposal, "leave_confirmed")


def _check_silence(membership: Membership, since: date, today: date) -> None:
    least = parameters.value("membership.silent_months", day=today)
    latest = rules.months_before(today, least)
    if since > latest:
        raise Refusal(
            "silent_too_short",
            _(
                "Nobody is taken to have left before %(months)s months without dues and without taking part: "
                "that would be %(day)s or earlier."
            )
            % {"months": least, "day": latest},
        )
    if since < membership.valid_from:
        raise Refusal("silent_before", _("The day lies before this membership began."))


def _held(proposal_id: UUID) -> LeaveProposal:
    """The proposal, its person held before it. Raises NotForYou for somebody who may not see it."""
    found = LeaveProposal.objects.filter(pk=proposal_id).first()
    if found is None:
        raise NotForYou("no_such_proposal", _("There is no such proposal at your union."))
    Person.objects.select_for_update().filter(pk=found.person_id).first()
    return LeaveProposal.objects.select_for_update().get(pk=proposal_id)


def _check_open(proposal: LeaveProposal, state: str, reason: str) -> None:
    if proposal.state != State.ASKED:
        raise Refusal("proposal_over", _("This has been answered already. Nothing was changed."))
    if state != State.STAYS and not reason.strip():
        raise Refusal("reason_missing", _("Say why, so that others can understand it later."))


def _settle(proposal: LeaveProposal, actor: Actor, at: datetime, state: str, reason: str) -> None:
    _check_open(proposal, state, reason)
    proposal.state, proposal.decided_at, proposal.decided_by = state, at, actor.user_id
    proposal.reason = reason.strip()
    proposal.save(update_fields=["state", "decided_at", "decided_by", "reason"])


def _record(actor: Actor, at: datetime, proposal: LeaveProposal, action: str, reason: str) -> None:
    audit.record(
        actor=actor,
        at=at,
        action=action,
        subject="membership",
        subject_id=proposal.membership_id,
        place=audit.Place(proposal.union_id, proposal.county_id, proposal.person_id),
        reason=reason,
    )


def _tell(actor: Actor, at: datetime, proposal: LeaveProposal, kind: str, **values: object) -> None:
    notices.send(
        actor=actor,
        at=at,
        to_person=proposal.person_id,
        kind=kind,
        values={"union": Union.objects.values_list("name", flat=True).get(pk=proposal.union_id), **values},
        link="registry:my_data",
        reason="membership",
    )
