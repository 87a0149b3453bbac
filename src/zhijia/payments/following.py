"""What of payments goes along when a union goes over a county's border, or is merged into another. On `bulk`."""

from collections.abc import Sequence
from typing import Any

from zhijia.registry.models import Union

TABLES = (
    "bank_account",
    "batch",
    "payment",
    "event",
    "alarm",
    "receivable",
    "receipt",
    "payee_account",
    "arrival",
)


# Who pays a member who stands elsewhere reads the account (`payers`): the unions that pay, each with its county now.
_PAYERS = """
UPDATE payments_payee_account a SET payers = ARRAY(
  SELECT DISTINCT unnest(ARRAY[p.union_id, p.county_id]) FROM payments_payment p
  WHERE p.payee_id = a.id AND p.union_id = ANY (a.payers))
WHERE a.payers && %s::int[]"""


def over(*, cursor: Any, unions: Sequence[int], county: int) -> None:
    """The port `registry.over.payments`."""
    for table in TABLES:
        cursor.execute(
            f"UPDATE payments_{table} SET county_id = %s WHERE union_id = ANY (%s)",  # noqa: S608 - names of ours
            [county, list(unions)],
        )
    cursor.execute(_PAYERS, [list(unions)])


def into(*, cursor: Any, source: Union, target: Union) -> list[int]:
    """The port `registry.into.payments`: what was ordered for a union that was merged and has not gone to the bank goes
    to its successor. Of one that was dissolved nobody takes it. Nobody's request went along."""
    if source.successor_id == target.pk:
        cursor.execute("SELECT payments_follow_union(%s, %s)", [source.pk, target.pk])
    return []
