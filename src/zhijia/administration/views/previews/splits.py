"""A rule of sharing before it is published: a made-up sum, shared."""

from zhijia.administration.forms import SumForm
from zhijia.administration.services.showing import splits as showing
from zhijia.administration.views.previews.asking import Looked, Shown
from zhijia.catalogue import divisions
from zhijia.catalogue.split_kinds import SplitRule

EXAMPLE = 100_00
"""Fen that are shared before anybody types a sum."""


def show(looked: Looked) -> Shown:
    """Who gets what of the sum that was typed."""
    rule: SplitRule = looked.definition
    form = SumForm(looked.posted, initial={"sum": EXAMPLE // 100})
    good = form.is_bound and form.is_valid()
    fen = int(form.cleaned_data["sum"] * 100) if good else EXAMPLE
    place = divisions.full_name(rule.division.ljust(12, "0")) if rule.division else ""
    context = {"form": form, "sum": fen, "parts": showing.parts(rule, fen), "where": place}
    return Shown(context, wrong=form.is_bound and not good)
