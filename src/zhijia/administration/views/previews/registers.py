"""A list before it is published: its form, a made-up row, who sees what, what falls due."""

from zhijia.administration.services.showing import registers as showing
from zhijia.administration.views.previews.asking import Looked, Shown
from zhijia.catalogue.register_rules import FILES, Register
from zhijia.registers.forms import RowForm
from zhijia.registers.queries import near
from zhijia.registers.services import checking
from zhijia.registers.services.promises import NotTaken
from zhijia.registers.views.lists import chosen_columns
from zhijia.ui.lines import Stop


def show(looked: Looked) -> Shown:
    """The list as its keeper works with it; what was made up is checked."""
    register: Register = looked.definition
    form = RowForm(
        looked.posted,
        columns=register.fields,
        day=looked.today,
        near=near.of(register.fields, looked.union, looked.today),
    )
    tried = _tried(looked, register, form) if form.is_bound else None
    said = tried.values if tried else {}
    columns = chosen_columns(register, {})
    return Shown(
        {
            "form": form,
            "tried": tried,
            "columns": columns,
            "line": showing.line(columns, said) if tried else [],
            "seen": showing.seen(register, said if tried else None),
            "coming": showing.coming(register, said, at=looked.at, division=looked.union.division),
            "stops": [Stop(state.label) for state in register.stations],
            "fit": checking.fit(register),
        },
        wrong=bool(form.is_bound and form.errors),
    )


def _tried(looked: Looked, register: Register, form: RowForm) -> showing.Tried | None:
    sent = [one.name for one in register.fields if one.type in FILES and looked.request.FILES.get(one.name)]
    try:
        return showing.attempt(
            actor=looked.request.actor,
            at=looked.at,
            register=register,
            union=looked.union,
            written=form.typed(),
            files=sent,
        )
    except NotTaken as refusal:
        form.mark(refusal.wrong)
        return None
