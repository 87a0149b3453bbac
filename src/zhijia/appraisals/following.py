"""What of appraisals goes along when a union goes over a county's border: the county its runs, rounds and notices
name. On `bulk`."""

from collections.abc import Sequence
from typing import Any

TABLES = ("run", "notice", "round", "round_notice")


def over(*, cursor: Any, unions: Sequence[int], county: int) -> None:
    """The port `registry.over.appraisals`: what is written for them from now on stands where the union does."""
    for table in TABLES:
        cursor.execute(
            f"UPDATE appraisals_{table} SET county_id = %s WHERE union_id = ANY (%s)",  # noqa: S608 - names of ours
            [county, list(unions)],
        )
