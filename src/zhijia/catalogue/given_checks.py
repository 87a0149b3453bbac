"""What a definition writes into a list: nothing the list has no field for, and all the list needs."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from zhijia.catalogue.register_rules import Column, Register
from zhijia.catalogue.sentences import Said, said
from zhijia.catalogue.sentences.of_rules import in_short
from zhijia.catalogue.text import Text


def misplaced(
    place: str, register: Register, told: Collection[str], registers: Mapping[str, Register]
) -> Iterator[Said]:
    """One sentence for all the fields that are `told` and that the list has not, called as one of the lists that have
    them calls them, and one for all that it needs and nobody tells."""
    if strange := [name for name in told if name not in register.by_name]:
        known = by_any_list(registers.values())
        labels = [known[name][0].label if name in known else Text(en=name, zh=name) for name in strange]
        yield said("no_fields", place, list=register.label, names=in_short(labels))
    if empty := [one.label for one in register.fields if one.is_needed and one.name not in told]:
        yield said("fields_empty", place, list=register.label, names=in_short(empty))


def by_any_list(registers: Iterable[Register]) -> dict[str, list[Column]]:
    """The fields of all lists by their name: of several of one name first those of lists of titles, then by the list's
    code."""
    found: dict[str, list[Column]] = {}
    for register in sorted(registers, key=lambda one: (not one.titles, one.code)):
        for column in register.fields:
            found.setdefault(column.name, []).append(column)
    return found
