"""Putting an election off: asked by the union, decided by the union above (ORG-13)."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices import services as notices
from zhijia.registry import access, term_rules
from zhijia.registry.models import Post, Postponement, Term, Union
from zhijia.registry.services.terms.above import refuse_own, require_above, trail
from zhijia.registry.services.unions import check_stands


def ask_postponement(
    *, actor: Actor, at: datetime, once: UUID, term_id: int, until: date, reason: str
) -> Postponement:
    """Ask the union above to let the term end later, at most the months the rule allows after its own end. The same
    `once` again answers the record there is."""
    term = Term.objects.select_for_update().filter(pk=term_id).first()
    if term is None:
        raise NotForYou("no_such_term", _("There is no such term at your union."))
    actor = access.require(actor, "term.record", term.union_id)
    known = Postponement.objects.filter(pk=once).first()
    if known is not None:
        return known
    union = Union.objects.get(pk=term.union_id)
    check_stands(union)
    if term.ended_on is not None:
        raise Refusal("term_over", _("The term this election was held for has ended."))
    if Postponement.objects.filter(term=term, state=Postponement.State.ASKED).exists():
        raise Refusal("postponement_waits", _("A postponement waits for the union above already."))
    months = parameters.value("term.postpone_months", division=union.division, day=days.business_day(at))
    latest = term_rules.months_after(term.ends_on, months)
    if not term.due_on < until <= latest:
        raise Refusal(
            "postponed_too_long",
            _("It can be put off to a day after %(due)s, at the latest to %(latest)s.")
            % {"due": term.due_on, "latest": latest},
        )
    if not reason.strip():
        raise Refusal("reason_missing_postponement", _("Say why the election cannot be held in time."))
    asked = Postponement.objects.create(
        id=once,
        union_id=term.union_id,
        county_id=term.county_id,
        term=term,
        until=until,
        reason=reason.strip(),
        asked_at=at,
        asked_by=actor.user_id,
    )
    trail(actor, at, "postponement.ask", union, "postponement", asked.pk, until=until.isoformat())
    return asked


def decide_postponement(
    *, actor: Actor, at: datetime, postponement_id: UUID, approve: bool, answer: str = ""
) -> Postponement:
    """The union above agrees, and the term and its posts end later, or says no with a reason."""
    asked = Postponement.objects.select_for_update().filter(pk=postponement_id).first()
    if asked is None:
        raise NotForYou("no_such_postponement", _("There is no such request at your unions."))
    actor = require_above(actor, asked.union_id)
    if asked.state != Postponement.State.ASKED:
        raise Refusal("answered_already", _("This request has been answered already. Nothing was changed."))
    refuse_own(actor, asked.asked_by)
    union = Union.objects.get(pk=asked.union_id)
    if approve:
        check_stands(union)
    if not approve and not answer.strip():
        raise Refusal("reason_missing", _("Say why, so that the union knows what to do."))
    asked.state = Postponement.State.APPROVED if approve else Postponement.State.REFUSED
    asked.answer, asked.decided_at, asked.decided_by = answer.strip(), at, actor.user_id
    asked.save(update_fields=["state", "answer", "decided_at", "decided_by"])
    term = Term.objects.select_for_update().get(pk=asked.term_id)
    if approve and term.ended_on is None:
        term.due_on = asked.until
        term.save(update_fields=["due_on"])
        Post.objects.filter(union_id=term.union_id, term_id=term.pk, ended_on__isnull=True).update(
            term_to=asked.until
        )
    trail(actor, at, f"postponement.{asked.state}", union, "postponement", asked.pk)
    notices.send(
        actor=actor,
        at=at,
        to_user=asked.asked_by,
        kind=f"postponement_{asked.state}",
        values={"union": union.name, "body": term.body, "day": asked.until, "reason": asked.answer},
        link=f"/unions/{union.code}/",
        reason="term",
    )
    return asked
