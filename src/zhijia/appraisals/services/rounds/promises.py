"""What the promises of the database about rounds say to people, by their names."""

from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.kernel import promises

BROKEN: dict[str, Promise] = {
    "nomination_one_live_of_a_person": _("This person is nominated in this round already. One is enough."),
    "nomination_one_live_of_a_subject": _("This is nominated in this round already. One is enough."),
    "nomination_while_the_call_is_open": _("The call is closed. What came later is not taken in."),
    "nomination_stands_as_handed_in": _("What was handed in stands as it is."),
    "notice_names_who_agreed": _("Somebody of it has not agreed that their name is shown."),
    "score_while_the_stage_is_judged": _("This stage is not judged now. Scores of it stand as they are."),
    "score_is_the_judges_own": _("A judge scores for themselves alone."),
    "nobody_judges_their_own": _("You do not judge this entry: it is your own, or close to you (HON-09)."),
    "score_within_its_points": _("Give each criterion a whole number, from 0 to its points."),
    "batch_stands_once_proposed": _("The batch is put together. It changes only when it is sent back."),
    "round_is_decided_by_a_second_person": _("You put this batch together. A colleague decides it."),
    "batch_is_not_of_who_is_close_to_it": _(
        "You, or somebody close to you, stand in this batch. A colleague who is close to nobody of it does this."
    ),
    "batch_is_of_members": _("Somebody of this batch is a member of no union any more. Take them out."),
    "award_is_what_was_decided": _(
        "This is not what was decided for this name: another sum, or other months."
    ),
    "round_stands_as_it_was": _("The round has gone on since. Look at it again."),
    "award_counts_once_a_person": _(
        "Somebody of the batch holds this already, at this level or a higher one."
    ),
    "round_pays_within_its_budget": _("All of this batch together cost more than there is for this round."),
    "award_is_paid_as_decided": _("This is not what was decided for this name: another sum, month or payee."),
    "round_keeps_what_was_written": _("What was written down of this entry stays as it is."),
    "objection_is_answered_by_another": _("An objection is answered once, by a colleague."),
    "clearance_asked_once": _("This office was asked about this entry already."),
    "judge_once_a_round": _("This person judges this round already."),
    "objection_open_once_of_each": _("You have objected already. It is being looked at."),
}
kept = partial(promises.kept, BROKEN)
"""All of what is written inside or nothing; what breaks a promise is a refusal with its sentence."""
