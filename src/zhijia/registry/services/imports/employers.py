"""The employers rows name: known by their credit code, and made known where it comes with a name."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from django.db import connections, transaction

from zhijia.registry.services.imports.batches import Batch, Coded
from zhijia.registry.services.imports.ground import Unions

_EMPLOYERS = """
INSERT INTO registry_employer (name, credit_code, division, unit_nature, industry, platform)
SELECT told.name, told.code, told.division, '', '', false
FROM unnest(%s::text[], %s::text[], %s::text[]) AS told (code, name, division)
ORDER BY told.code ON CONFLICT (credit_code) DO NOTHING
"""
_EMPLOYED = "SELECT credit_code, id FROM registry_employer WHERE credit_code = ANY (%s)"


def known(batches: Sequence[Batch], unions: Unions) -> list[Batch]:
    """The batches with their employers, who are made where nobody knows them: in a transaction of its own, since
    two pieces may name the same."""
    asked = {
        code
        for batch in batches
        if "employer_code" in batch.fields
        for code in batch.fields["employer_code"].values
        if code is not None
    }
    if not asked:
        return list(batches)
    with transaction.atomic(using="bulk"), connections["bulk"].cursor() as cursor:
        cursor.execute(_EMPLOYED, [list(asked)])
        ids = dict(cursor.fetchall())
        named = {code: told for code, told in _named(batches).items() if code not in ids}
        if named:
            names = [name for name, _union in named.values()]
            divisions = [unions.division_codes[union] for _name, union in named.values()]
            cursor.execute(_EMPLOYERS, [list(named), names, divisions])
            cursor.execute(_EMPLOYED, [list(named)])
            ids |= dict(cursor.fetchall())
    return [_employed(batch, ids) for batch in batches]


def _employed(batch: Batch, ids: Mapping[str, int]) -> Batch:
    """The batch with the employers of its credit codes."""
    said = batch.fields.get("employer_code")
    if said is None:
        return batch
    known = Coded([None if code is None else ids.get(code) for code in said.values], said.which)
    return replace(batch, fields={**batch.fields, "employer_id": known})


def _named(batches: Sequence[Batch]) -> dict[str, tuple[str, int]]:
    """The name and the union's place of each employer that comes with a credit code and a name."""
    found: dict[str, tuple[str, int]] = {}
    for batch in batches:
        said, named = batch.fields.get("employer_code"), batch.fields.get("employer_name")
        if said is None or named is None:
            continue
        pairs = said.which * len(named.values) + named.which
        _different, first = np.unique(pairs, return_index=True)
        for row in first.tolist():
            code, name = said.values[said.which[row]], named.values[named.which[row]]
            if code is not None and name is not None and (code not in found or name < found[code][0]):
                found[code] = (name, int(batch.unions[row]))
    return found
