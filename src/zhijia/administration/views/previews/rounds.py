"""A round before it is published: the nomination, the way with its days, quotas, what is given."""

from zhijia.administration.services.showing import rounds as showing
from zhijia.administration.views.previews.asking import Looked, Shown
from zhijia.appraisals.round_forms import AnswersForm
from zhijia.appraisals.services.rounds import answering
from zhijia.catalogue.round_rules import Round
from zhijia.registers.services import versions as lists
from zhijia.rules import versions as rules


def show(looked: Looked) -> Shown:
    """The round as nominees, officers and judges meet it; a made-up nomination is checked."""
    asked: Round = looked.definition
    data = (looked.posted, looked.request.FILES) if looked.posted is not None else (None,)
    form = AnswersForm(*data, asked=asked, given={}, day=looked.today)
    tried = None
    if form.is_bound:
        tried, wrong, lacking = showing.attempt(
            actor=looked.request.actor,
            asked=asked,
            union=looked.union,
            on=looked.today,
            typed=form.typed(),
            sent=form.sent(),
        )
        form.mark(wrong)
        form.need(lacking)
    rule = rules.all_in_force(on=looked.today).get(asked.eligibility)
    gives = asked.gives
    titles = lists.all_in_force(day=looked.today).get(gives.list) if gives.list else None
    return Shown(
        {
            "form": form,
            "tried": tried,
            "who_may": rule.label if rule else "",
            "stops": showing.way(asked, looked.union, on=looked.today),
            "out_of_order": showing.out_of_order(asked, looked.union, on=looked.today),
            "quotas": list(showing.quotas(asked, looked.union, on=looked.today)),
            "places": showing.places(asked, looked.union, on=looked.today),
            "titles": titles.label if titles else "",
            "open": [question for question in asked.questions if question.open],
            "stages": [
                (stage, answering.judged(asked, blind=stage.blind))
                for stage in asked.stages
                if stage.criteria
            ],
        },
        wrong=bool(form.is_bound and form.errors),
    )
