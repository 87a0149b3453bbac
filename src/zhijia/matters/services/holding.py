"""Holding a case: its row is locked before anything else of it is read, and the step after it. What a version says is
read once a process (`versions.definition`), so its text is not fetched along."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from zhijia.kernel import rows
from zhijia.matters.models import Case, MatterVersion, Step
from zhijia.matters.services.versions import TEXTS

_CASE = f"""
SELECT {rows.columns(Case, "c")}, {rows.columns(MatterVersion, "v", TEXTS)}
FROM matters_case c JOIN matters_version v ON v.id = c.version_id WHERE c.id = %s FOR UPDATE OF c"""  # noqa: S608
_STEP = f"""
SELECT {rows.columns(Step, "s")}, {rows.columns(Case, "c")}, {rows.columns(MatterVersion, "v", TEXTS)}
FROM matters_step s JOIN matters_case c ON c.id = s.case_id JOIN matters_version v ON v.id = c.version_id
WHERE s.id = %s FOR UPDATE OF c, s"""  # noqa: S608 - columns of ours
_WIDE, _LONG = len(Case._meta.concrete_fields), len(Step._meta.concrete_fields)


def case(case_id: UUID) -> Case | None:
    """The case, locked, where whoever asks may see it."""
    found = rows.run(_CASE, [case_id])
    return _made(found[0]) if found else None


def step(step_id: int) -> Step | None:
    """The step with its case (`step.case`), both locked: the case first, as everybody does who holds one."""
    found = rows.run(_STEP, [step_id])
    if not found:
        return None
    held = rows.made(Step, found[0][:_LONG])
    held.case = _made(found[0][_LONG:])
    return held


def _made(values: Sequence[Any]) -> Case:
    held = rows.made(Case, values[:_WIDE])
    held.version = rows.made(MatterVersion, values[_WIDE:], TEXTS)
    return held
