"""Why a reorganisation cannot be done, in a sentence that says what to do. One for each code of `rules`."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WHY: dict[str, Promise] = {
    "no_such_union": _("One of these unions does not exist."),
    "union_ended": _("One of these unions has been dissolved. Choose one that still stands."),
    "name_taken": _("There is a union of this name under the same parent already. Choose another name."),
    "name_same": _("The union is called that already."),
    "no_tree": _("Choose at least one of the three trees."),
    "hangs_there": _("The union hangs there already. Nothing would change."),
    "highest_union": _("This is the highest union; it has none above it that could decide this."),
    "merged_with_itself": _("A union cannot be merged with itself. Choose another one to take it over."),
    "division_is_higher": _(
        "The place of a merged union holds that of the other. Leave the places as they are."
    ),
    "splits_nothing": _(
        "Choose what goes with the new union: unions under the old one, or employers it covers."
    ),
    "not_under_it": _("One of the chosen unions is not straight under the one that is split."),
    "own_child": _("A union cannot hang under itself or under one of its own. Choose a parent outside it."),
    "needs_parent": _(
        "In the tree of the organisation every union but the highest has a parent. Choose one."
    ),
    "parent_lower": _(
        "The new parent is of a lower level than the union. Choose one of the same level or higher."
    ),
    "members_nowhere": _("The union has members. Say which union they go to."),
    "children_nowhere": _("There are unions under this one. Say where they go."),
    "moved_meanwhile": _(
        "One of the unions has been moved since this was planned. Look at it again and plan it anew."
    ),
    "union_code_taken": _("Another union has this credit code already. Compare it with the papers."),
}
