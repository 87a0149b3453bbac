"""Terms and elections in the reader's words, and as the line."""

from datetime import date

from django.template import Library
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhijia.registry.models import Body, Election
from zhijia.registry.queries.terms import LATE, BodyNow, Terms
from zhijia.ui.lines import State, Stop
from zhijia.ui.templatetags.ui import day as shown_day

register = Library()
NEAR = 30
ANSWERS = {
    "reported": (gettext_lazy("Waiting for the reply"), "waiting"),
    "approved": (gettext_lazy("Approved"), "done"),
    "refused": (gettext_lazy("Not approved"), "stopped"),
}


@register.filter
def left_words(due: date, today: date) -> str:
    """How long a term still runs, or since when it is over."""
    left = (due - today).days
    if left < 0:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", -left) % {"n": -left}
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}


@register.filter
def left_kind(due: date, today: date) -> str:
    """Late, waiting or idle."""
    left = (due - today).days
    return "late" if left < 0 else "waiting" if left <= NEAR else "idle"


@register.filter
def step_kind(step: str) -> str:
    """The shape and colour of an alarm."""
    return "late" if step == LATE else "waiting" if step == str(NEAR) else "idle"


@register.filter
def answer_label(state: str) -> str:
    """What the union above said to an election."""
    return str(ANSWERS[state][0])


@register.filter
def answer_kind(state: str) -> str:
    """The shape and colour of that."""
    return ANSWERS[state][1]


@register.filter
def election_stops(election: Election) -> list[Stop]:
    """An election as a line: held, reported, replied to, the term begun."""
    said_no = election.state == Election.State.REFUSED
    done = election.state == Election.State.APPROVED
    line = [
        Stop(title=_("Election held"), state="done", when=shown_day(election.held_on)),
        Stop(title=_("Reported to the union above"), state="done", when=shown_day(election.recorded_at)),
        Stop(
            title=ANSWERS[election.state][0],
            state="done" if done else "stopped" if said_no else "now",
            who=election.approval_number,
            when=shown_day(election.decided_at) if election.decided_at else "",
        ),
    ]
    if not said_no:
        line.append(Stop(title=_("The term runs"), state="done" if done else "next"))
    return line


@register.filter
def term_stops(now: BodyNow, terms: Terms) -> list[Stop]:
    """A term as a line: begun, replied to, the certificate (of the committee), the next election, its end."""
    term = now.term
    if term is None:
        return []
    line = [
        Stop(title=_("Elected"), state="done", when=shown_day(term.starts_on)),
        Stop(
            title=_("Approved"),
            state="done" if term.approval_number else "next",
            who=term.approval_number,
            when=shown_day(term.approved_on) if term.approved_on else "",
        ),
    ]
    certificate = terms.certificate
    if now.body == Body.COMMITTEE and certificate:
        fits = terms.reissue_by is None
        line.append(
            Stop(
                title=_("Certificate") if fits else _("New certificate"),
                state="done" if fits else "now",
                who=certificate.number if fits else "",
                when=shown_day(certificate.issued_on) if fits else shown_day(terms.reissue_by),
            )
        )
    waits = now.reported is not None
    preparing: State = "late" if now.step == LATE and not waits else "now" if now.step or waits else "next"
    line.append(Stop(title=_("Next election"), state=preparing))
    line.append(Stop(title=_("Term ends"), when=shown_day(term.due_on)))
    return line
