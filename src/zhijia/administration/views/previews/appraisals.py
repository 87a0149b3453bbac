"""An appraisal before it is published: the sheet, its parts and grades, a self-score made up and added up."""

from zhijia.administration.services.showing import appraisals as showing
from zhijia.administration.views.previews.asking import Looked, Shown
from zhijia.appraisals.mark_forms import SheetForm
from zhijia.catalogue.appraisal_rules import Appraisal


def show(looked: Looked) -> Shown:
    """The scheme as assessors and the subject see it; a sheet that was made up is added up."""
    scheme: Appraisal = looked.definition
    known = showing.numbers(scheme, looked.union, on=looked.today)
    form = SheetForm(looked.posted, scheme=scheme)
    tried = None
    if form.is_bound:
        tried, wrong = showing.attempt(scheme, known, form.said())
        form.mark(wrong)
    bars = {bar.code: bar for bar in known.bars}
    return Shown(
        {
            "form": form,
            "tried": tried,
            "groups": [
                (group, sum(one.points for one in group.items if not one.extra)) for group in scheme.scheme
            ],
            "sum": sum(item.points for item in scheme.items.values() if not item.extra),
            "parts": showing.weighed(scheme, known),
            "grades": [(grade, bars[grade.code], scheme.title_of(grade.code)) for grade in scheme.grades],
            "known": known,
        },
        wrong=bool(form.is_bound and form.errors),
    )
