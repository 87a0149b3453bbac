"""A questionnaire before it is published: its pages one after the other, as whoever is asked meets them."""

from django.http import QueryDict

from zhijia.administration.services.showing import questionnaires as showing
from zhijia.administration.views.previews.asking import Looked, Shown
from zhijia.catalogue import codes, parameters
from zhijia.catalogue.questionnaire_rules import Questionnaire
from zhijia.kernel.requests import whole_number
from zhijia.questionnaires.drawing import drawn
from zhijia.rules import versions as rules

PAGE = "page"
AGAIN = "again"
NOT_ASKED = {"csrfmiddlewaretoken", PAGE, AGAIN}


def show(looked: Looked) -> Shown:
    """The page that is asked next; what was answered so far goes along in the form and is kept nowhere."""
    asked: Questionnaire = looked.definition
    posted = looked.posted if looked.posted is not None and AGAIN not in looked.posted else QueryDict()
    typed = {name: posted.getlist(name) for name in posted if name not in NOT_ASKED}
    page = min(whole_number(posted.get(PAGE, "")) or 0, len(asked.questions))
    turned = showing.turn(asked, typed, page, on=looked.today, division=looked.union.division)
    said = {one.name: one.words for one in turned.wrong}
    standing = showing.candidates()
    lines = [drawn(one, typed, standing, said.get(one.name)) for one in turned.questions]
    here = {line.name for one in lines for line in one.lines}
    rule = rules.all_in_force(on=looked.today).get(asked.rule)
    return Shown(
        {
            "turned": turned,
            "questions": lines,
            "wrong_answers": [(one.name, asked.by_name[one.name].label, one.words) for one in turned.wrong],
            "carried": [
                (name, value) for name, values in typed.items() if name not in here for value in values
            ],
            "sort": codes.label("questionnaire_sorts", asked.sort),
            "days": parameters.value(asked.days, division=looked.union.division, day=looked.today),
            "who": rule.label if rule else "",
        },
        wrong=bool(turned.wrong),
    )
