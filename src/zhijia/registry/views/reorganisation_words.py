"""Reorganisations in words: what each kind is, what each step does, where one stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhijia.catalogue import divisions
from zhijia.registry.models import Reorganisation
from zhijia.registry.services.reorganisations import words
from zhijia.registry.services.reorganisations.previews import Spot
from zhijia.registry.services.reorganisations.rules import NEW, Begin, Call, Effect, End, Hand, Hang
from zhijia.registry.templatetags.registry import TREES
from zhijia.ui.lines import Stop
from zhijia.ui.templatetags.ui import day as shown_day

Kind, State = Reorganisation.Kind, Reorganisation.State
KINDS: Mapping[str, tuple[Any, Any]] = {
    Kind.MOVE: (
        gettext_lazy("Move it"),
        gettext_lazy("It hangs under another union, with everything under it."),
    ),
    Kind.MERGE: (
        gettext_lazy("Merge it into another"),
        gettext_lazy("It ends and becomes part of another union; nobody has to join anew."),
    ),
    Kind.SPLIT: (
        gettext_lazy("Split it"),
        gettext_lazy("A new union comes out of it, with unions or employers you choose."),
    ),
    Kind.DISSOLVE: (
        gettext_lazy("Dissolve it"),
        gettext_lazy("It ends; its members stay members, in the union you name."),
    ),
    Kind.RENAME: (gettext_lazy("Rename it"), gettext_lazy("It gets another name; the old one stays known.")),
    Kind.FOUND: (
        gettext_lazy("Found a union under it"),
        gettext_lazy("A new union, from today or from a day ahead."),
    ),
}
TITLES: Mapping[str, Any] = {
    Kind.MOVE: gettext_lazy("Move"),
    Kind.MERGE: gettext_lazy("Merger"),
    Kind.SPLIT: gettext_lazy("Split"),
    Kind.DISSOLVE: gettext_lazy("Dissolution"),
    Kind.RENAME: gettext_lazy("New name"),
    Kind.FOUND: gettext_lazy("Founding"),
}
STATES: Mapping[str, tuple[str, Any]] = {
    State.PLANNED: ("waiting", gettext_lazy("Planned")),
    State.DONE: ("done", gettext_lazy("Done")),
    State.UNDONE: ("idle", gettext_lazy("Taken back")),
    State.STOPPED: ("stopped", gettext_lazy("Stopped")),
}
SHOWN = 12


def status(row: Reorganisation) -> dict[str, Any]:
    """The shape and word of where it stands."""
    kind, label = STATES[row.state]
    return {"kind": kind, "label": label}


def why_stopped(row: Reorganisation) -> str:
    """Why it was stopped, in a sentence; empty when it was not."""
    return str(words.WHY.get(row.failure, row.failure)) if row.failure else ""


def stops(row: Reorganisation) -> list[Stop]:
    """Planned, on its day, done."""
    line = [Stop(title=_("Planned"), state="done", when=shown_day(row.recorded_at))]
    if row.state == State.UNDONE:
        return [*line, Stop(title=_("Taken back"), state="stopped", when=shown_day(row.undone_at))]
    if row.state == State.STOPPED:
        return [*line, Stop(title=_("Stopped"), state="stopped", when=shown_day(row.effective_on))]
    waiting = row.state == State.PLANNED
    line.append(
        Stop(title=_("In force"), state="now" if waiting else "done", when=shown_day(row.effective_on))
    )
    line.append(Stop(title=_("All rows and rights follow"), state="next" if waiting else "done"))
    return line


def counted(row: Reorganisation) -> list[tuple[str, int]]:
    """What was counted while it was done."""
    labels = {
        "members": _("Members who changed their union"),
        "over_a_border": _("Members whose union went to another county"),
        "edges": _("Places changed in the trees"),
        "ended": _("Unions that ended"),
        "founded": _("Unions founded"),
    }
    return [(label, row.counts[name]) for name, label in labels.items() if name in row.counts]


def sentences(effects: Sequence[Effect], names: Mapping[int, str]) -> list[str]:
    """What each step does, in a sentence each, as far as they are few."""
    handed = {effect.source for effect in effects if isinstance(effect, Hand)}
    said = [sentence for effect in effects if (sentence := _sentence(effect, names))]
    said += [
        _("What waits for an answer at %(union)s goes nowhere: answer it before.")
        % {"union": names[effect.union]}
        for effect in effects
        if isinstance(effect, End) and effect.union not in handed
    ]
    if len(said) <= SHOWN:
        return said
    more = _("and %(n)s more steps of the same kind") % {"n": len(said) - SHOWN}
    return [*said[:SHOWN], more]


def _sentence(effect: Effect, names: Mapping[int, str]) -> str:
    if isinstance(effect, Begin):
        return _("%(union)s is founded.") % {"union": effect.name}
    if isinstance(effect, Call):
        return _("%(union)s is called %(name)s from then on.") % {
            "union": names[effect.union],
            "name": effect.name,
        }
    if isinstance(effect, Hang):
        tree = str(TREES[effect.tree])
        if effect.parent is None:
            return _("%(tree)s: %(union)s leaves the tree.") % {"tree": tree, "union": names[effect.union]}
        return _("%(tree)s: %(union)s hangs under %(parent)s.") % {
            "tree": tree,
            "union": names[effect.union],
            "parent": names.get(effect.parent, ""),
        }
    if isinstance(effect, Hand):
        if not effect.members:
            return _(
                "The employers %(union)s covers are covered by %(other)s. Applications and transfers that wait to come"
                " in go to it too, and the applicants are told."
            ) % {
                "union": names[effect.source],
                "other": names[effect.target],
            }
        said = (
            _(
                "Members of %(union)s become members of %(other)s, on the same day. Applications and transfers that"
                " wait to come in go to it too, and the applicants are told."
            )
            if effect.employers is None
            else _("Members of %(union)s become members of %(other)s, on the same day.")
        )
        return said % {
            "union": names[effect.source],
            "other": names[effect.target],
        }
    if isinstance(effect, End):
        return _("%(union)s ends. Its history stays.") % {"union": names[effect.union]}
    return _("%(place)s is part of %(other)s from then on.") % {
        "place": divisions.full_name(effect.division),
        "other": divisions.full_name(effect.successor),
    }


def nodes(spots: Sequence[Spot], codes: Mapping[int, str]) -> list[dict[str, Any]]:
    """An excerpt of the tree for the tree component; where many hang side by side, the first few."""
    shown = [_node(spot, codes) for spot in spots[:SHOWN]]
    if len(spots) > SHOWN:
        words_for_more = _("and %(n)s more") % {"n": len(spots) - SHOWN}
        shown.append({"name": words_for_more, "href": "", "count": None, "nodes": []})
    return shown


def _node(spot: Spot, codes: Mapping[int, str]) -> dict[str, Any]:
    name = spot.name
    if spot.ended:
        name = _("%(union)s (ended)") % {"union": name}
    elif spot.id == NEW:
        name = _("%(union)s (new)") % {"union": name}
    return {
        "name": name,
        "href": reverse("registry:union", args=[codes[spot.id]]) if spot.id in codes else "",
        "detail": "",
        "count": spot.members,
        "children_url": "",
        "nodes": nodes(spot.below, codes),
    }
