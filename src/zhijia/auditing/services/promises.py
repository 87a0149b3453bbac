"""What the database refuses about audits, in a sentence each, and when things are due."""

from datetime import date
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.catalogue import parameters, working_days
from zhijia.kernel import promises

BROKEN: dict[str, Promise] = {
    "engagement_once_for_the_same_days": _("This audit of the same days is planned already."),
    "engagement_goes_its_way": _("This audit is at another step by now. Look at its page again."),
    "engagement_is_noticed_before_it_begins": _("The union is told first, and has its days to prepare."),
    "fieldwork_waits_for_the_notice": _("The days of the notice are not over yet."),
    "a_draft_leaves_days_to_comment": _("A draft says something and leaves the union its days to comment."),
    "a_head_is_audited_on_written_commission": _(
        "The economic responsibility of a head is audited on the written commission of the cadre department:"
        " name its document and the post."
    ),
    "report_waits_for_the_comment": _(
        "The union has not commented yet, and its days to comment are not over."
    ),
    "audit_ends_when_all_is_put_right": _(
        "Something found has not been verified yet. The audit ends afterwards."
    ),
    "what_was_reported_stands": _("What was reported stands and is not changed any more."),
    "audit_is_written_by_its_team": _("You are not in the team of this audit."),
    "committee_answers_a_proof": _("The union has not said yet how it was put right."),
    "finding_stands_once_reported": _("Findings are written in the field and in the draft, not afterwards."),
    "finding_corrects_no_more_than_it_found": _("No more can be put right than was found."),
    "nobody_audits_their_own_entries": _(
        "This person entered something in these books in those days. Nobody audits their own entries."
    ),
    "who_stepped_aside_does_not_audit": _("This person has stepped aside from this union."),
    "member_of_a_team_once": _("This person is in the team already."),
    "team_has_one_lead": _("The team has a lead already."),
    "comment_is_to_a_draft": _("There is no draft to comment on now."),
    "proof_is_of_an_open_finding": _("This has been put right already, or is not reported yet."),
    "recusal_once_for_a_reason": _("That has been said already."),
    "plan_once_from_a_day": _("A plan that begins on this day is there already."),
}
"""What each promise of the database says to people, by its name."""
kept = partial(promises.kept, BROKEN)
"""All of what is written inside or nothing; what breaks a promise is a refusal with its sentence."""


def working_day(day: date, parameter: str, division: str) -> date:
    """The last of so many working days after this one."""
    return working_days.add(day, parameters.value(parameter, division=division, day=day), division)


def calendar_day(day: date, parameter: str, division: str) -> date:
    """So many days after this one, and on to the next working day."""
    return working_days.add_calendar(day, parameters.value(parameter, division=division, day=day), division)
