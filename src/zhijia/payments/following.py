"""What of payments goes along when a union goes over a county's border: the county of its rows. On `bulk`."""

from collections.abc import Sequence
from typing import Any

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


def over(*, cursor: Any, unions: Sequence[int], county: int) -> None:
    """The port `registry.over.payments`."""
    for table in TABLES:
        cursor.execute(
            f"UPDATE payments_{table} SET county_id = %s WHERE union_id = ANY (%s)",  # noqa: S608 - names of ours
            [county, list(unions)],
        )
