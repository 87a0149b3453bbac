"""What the database refuses about appraisals, in a sentence each."""

from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhijia.kernel import promises

BROKEN: dict[str, Promise] = {
    "run_opened_once_by_a_form": _("This was opened a moment ago. Look at the list of appraisals."),
    "entry_once_in_a_run": _("This one takes part already."),
    "entry_goes_its_way": _("This entry is further on by now. Look at its page again."),
    "result_stands_once_published": _("What was published stands and is not changed any more."),
    "an_objection_is_answered_first": _("An objection is open. Answer it first."),
    "entry_is_named_by_a_second_person": _(
        "Whoever published the result does not name as well: a second person does."
    ),
    "mark_is_of_an_item_of_its_part": _("This part does not mark that item."),
    "mark_never_above_its_points": _("No more can be given than the item has points."),
    "mark_is_of_its_assessor": _("Only who was named for this part gives marks, until they have handed in."),
    "marks_stand_once_scored": _("The marks stand. An objection opens one of them again."),
    "self_score_stands_once_handed_in": _("The self-score was handed in and stands."),
    "mark_is_given_anew_for_an_objection": _("A mark is given anew where somebody objected to it, and once."),
    "mark_is_given_anew_by_another": _(
        "Whoever gave the mark does not answer the objection: somebody else does."
    ),
    "objection_is_answered_by_another": _("Whoever objected does not answer."),
    "objection_to_a_mark_once": _("This mark was objected to already."),
    "objection_is_to_a_result": _(
        "Objections are to a result, before it is published, and are answered once."
    ),
    "nobody_judges_their_own": _("Nobody marks their own union or employer."),
    "who_handed_in_stays": _("Who has handed in stays with what they gave."),
    "assessors_are_named_while_it_is_marked": _("Assessors are named while an entry is being marked."),
    "assessor_of_a_part_once": _("This person is named for it already."),
    "employers_enter_what_is_open": _(
        "Whoever acts for the employer enters it where employers enter themselves, and a union there covers it."
    ),
    "employers_only_hand_in": _("Whoever acts for the employer scores it and hands that in."),
    "item_opens_a_matter_once": _("This was sent to be put right already."),
}
"""What each promise of the database says to people, by its name."""
kept = partial(promises.kept, BROKEN)
"""All of what is written inside or nothing; what breaks a promise is a refusal with its sentence."""
