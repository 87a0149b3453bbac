"""Holding a case: its row is locked before anything else of it is read, and the step after it. What a version says is
read once a process (`versions.definition`), so its text is not fetched along."""

from uuid import UUID

from zhijia.matters.models import Case, Step

_TEXTS = ("version__content", "version__text")


def case(case_id: UUID) -> Case | None:
    """The case, locked, where whoever asks may change it."""
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("version")
        .defer(*_TEXTS)
        .filter(pk=case_id)
        .first()
    )


def step(step_id: int) -> Step | None:
    """The step with its case (`step.case`), both locked: the case first, as everybody does who holds one."""
    return (
        Step.objects.select_for_update(of=("case", "self"))
        .select_related("case__version")
        .defer(*(f"case__{text}" for text in _TEXTS))
        .filter(pk=step_id)
        .first()
    )
