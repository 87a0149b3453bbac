"""The stops of a case so far, each with who was asked to sign it and what was said there: one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from zhijia.kernel import rows
from zhijia.matters import flow
from zhijia.matters.models import Decision, Step

HERE = (Step.State.ACTIVE, Step.State.PAUSED, Step.State.WAITING)
_PASSED_OVER = (Step.State.SKIPPED, Step.State.LATER)
_SQL = """
SELECT s.id, s.number, s.code, s.state, coalesce(b.code, ''),
  ARRAY(SELECT ARRAY[d.by_user_id::text, d.verdict] FROM matters_decision d
        WHERE d.step_id = s.id AND d.by_user_id IS NOT NULL),
  ARRAY(SELECT ARRAY[g.signer_id::text, g.place] FROM matters_signer g WHERE g.step_id = s.id)
FROM matters_step s LEFT JOIN matters_step b ON b.id = s.back_to_id
WHERE s.case_id = %s ORDER BY s.number"""


@dataclass(frozen=True, slots=True)
class Been:
    """A step the case came to: the verdict of each who said something there, and who signs besides whoever sits there
    (`before`, `after` or `with`)."""

    step_id: int
    number: int
    code: str
    state: str
    back_to: str
    said: Mapping[int, str]
    asked: Mapping[int, str]


def of(case_id: UUID) -> list[Been]:
    """Every step the case came to, in their order. Whoever goes by it holds the case's row."""
    return [
        Been(step_id, number, code, state, back_to, _by_user(said), _by_user(asked))
        for step_id, number, code, state, back_to, said, asked in rows.run(_SQL, [case_id])
    ]


def path(been: Sequence[Been]) -> list[flow.Stop]:
    """The same as the way of the case reads it: without steps that were passed over or wait for their day."""
    return [
        flow.Stop(
            code=stop.code,
            ended="" if stop.state in HERE else stop.state,
            signed=frozenset(who for who, said in stop.said.items() if said == Decision.Verdict.APPROVE),
            back_to=stop.back_to,
        )
        for stop in been
        if stop.state not in _PASSED_OVER
    ]


def _by_user(pairs: Sequence[tuple[str, str]]) -> dict[int, str]:
    return {int(user_id): word for user_id, word in pairs}
