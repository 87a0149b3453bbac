"""A drive before it is published: whom it finds, what each gets, the returns the unions fill in, what it costs."""

from zhijia.administration.services.showing import campaigns as showing
from zhijia.administration.views.previews.asking import Looked, Shown
from zhijia.campaigns.forms import ReturnForm
from zhijia.campaigns.queries import drives, meant
from zhijia.campaigns.services import returning
from zhijia.campaigns.views.returns import shown
from zhijia.catalogue.campaign_rules import Campaign, Thing
from zhijia.kernel.errors import Refusal
from zhijia.matters.services.known import known

THING = "thing"


def show(looked: Looked) -> Shown:
    """The drive as the union that opens it and those on its roster meet it; a made-up return is checked."""
    campaign: Campaign = looked.definition
    sent = looked.posted.get(THING, "") if looked.posted is not None else ""
    forms, tried, wrong = [], None, False
    for thing in campaign.returns:
        data = looked.posted if thing.code == sent else None
        form = ReturnForm(data, questions=thing.typed, day=looked.today, auto_id=f"{thing.code}_%s")
        if data is not None:
            tried = _tried(looked, campaign, thing, form)
            wrong = bool(form.errors)
        held = [question for question in thing.questions if question.held is not None]
        forms.append((thing, form, held))
    return Shown(
        {
            "meant": meant.said(campaign, looked.union, on=looked.today),
            "found": showing.look(
                actor=looked.request.actor,
                at=looked.at,
                version=looked.version,
                campaign=campaign,
                union=looked.union,
            ),
            "given": showing.given(campaign, looked.union, on=looked.today),
            "minutes": drives.minutes_of(campaign, looked.union.division, looked.today),
            "forms": forms,
            "tried": tried,
        },
        wrong=wrong,
    )


def _tried(
    looked: Looked, campaign: Campaign, thing: Thing, form: ReturnForm
) -> list[tuple[object, str]] | None:
    """What would be sent, question by question; none where it would not be taken."""
    read = form.read(known(looked.at))
    if form.errors:
        return None
    try:
        said = returning.asked_for(campaign, thing, read, day=looked.today, division=looked.union.division)
    except Refusal as refusal:
        looked.request.refusal = refusal
        form.add_error(None, str(refusal))
        return None
    return [(thing.by_name[name].label, shown(thing.by_name[name], value)) for name, value in said.items()]
