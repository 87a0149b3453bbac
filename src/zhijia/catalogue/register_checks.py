"""What a definition of a list says of others has to be there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from zhijia.catalogue import numbers
from zhijia.catalogue.register_rules import Register
from zhijia.catalogue.sentences import Said, said

if TYPE_CHECKING:
    from zhijia.catalogue.definitions import Library

AREAS = "areas"
RECORD = "row"
"""What a fact of a list opens to."""


def register_problems(library: "Library") -> Iterator[Said]:
    """What is wrong with the lists of this library, one sentence each."""
    for register in library.registers.values():
        for problem in problems_of(register, library):
            yield problem.under(f"registers/{register.code}.yaml")


def problems_of(register: Register, library: "Library") -> Iterator[Said]:
    """What is wrong with one list, one sentence each; what the rule language says of it the room `registers` asks."""
    if register.group not in library.codes[AREAS].by_code:
        yield said("not_in_list", "group", name=register.group, list=AREAS)
    if register.purpose and register.purpose not in library.purposes:
        yield said("no_purpose", "purpose", name=register.purpose)
    if f"retention.{register.retention}" not in library.parameters:
        yield said("no_parameter", "retention", name=f"retention.{register.retention}")
    yield from _permissions(register, library)
    for column in register.fields:
        place = f"fields.{column.name}"
        if column.code_list and column.code_list not in library.codes:
            yield said("no_code_list", place, name=column.code_list)
        if column.of and column.of != register.code and column.of not in library.registers:
            yield said("no_list", place, name=column.of)
    for due in register.dues:
        for named, kind in ((due.every, "whole"), (due.alarm, "whole_list")):
            if named and not numbers.there(library.parameters, named, own_too=True, kind=kind):
                yield said("no_parameter", f"dues.{due.code}", name=named)
    for told in register.facts:
        fact = library.facts.get(told.kind)
        if fact is None:
            yield said("no_fact", "facts", name=told.kind)
            continue
        strange = sorted(told.dimensions.keys() - fact.dimension_codes)
        if strange or fact.record != RECORD:
            yield said("no_dimension", "facts", name=fact.label, dimension=strange[0] if strange else RECORD)
    for code in register.matters:
        if code not in library.matters:
            yield said("no_matter", "matters", name=code)


def _permissions(register: Register, library: "Library") -> Iterator[Said]:
    permissions = library.codes["permissions"].by_code
    granted = {permission for role in library.roles.values() for permission in role.permissions}
    named = [("keeper", register.keeper)]
    named += [(f"states.{state.code}", state.by) for state in register.states if state.by]
    for place, permission in named:
        if permission not in permissions:
            yield said("no_permission", place, name=permission)
        elif permission not in granted:
            yield said("nobody_keeps", place, name=permission)
