"""What of campaigns goes along when a union goes over a county's border: the county its drives name. On `bulk`."""

from collections.abc import Sequence
from typing import Any

TABLES = ("drive",)


def over(*, cursor: Any, unions: Sequence[int], county: int) -> None:
    """The port `registry.over.campaigns`: what is written for them from now on stands where the union does."""
    for table in TABLES:
        cursor.execute(
            f"UPDATE campaigns_{table} SET county_id = %s WHERE union_id = ANY (%s)",  # noqa: S608 - names of ours
            [county, list(unions)],
        )
