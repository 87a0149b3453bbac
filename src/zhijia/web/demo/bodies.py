"""The bodies of the demo's unions: terms over five years, elections, certificates, and what waits of them, in a few
statements (`data/bodies.sql`), so that a whole province costs seconds."""

from datetime import datetime
from typing import Any

from zhijia.kernel import days
from zhijia.kernel.context import whole
from zhijia.registry.models import Term
from zhijia.registry.services import terms
from zhijia.web.demo.logins import workplace
from zhijia.web.demo.words import statements


def make_terms(*, at: datetime) -> None:
    """Terms, elections and certificates of the demo, what waits for the county's reply, and the officers told. Made
    once: where there are terms nothing is changed."""
    work = workplace()
    with whole() as cursor:
        if Term.objects.using("bulk").exists():
            return
        values: dict[str, Any] = {
            "today": days.business_day(at),
            "at": at,
            "work": work.pk,
            "county": work.county_id,
        }
        for statement in statements("bodies"):
            cursor.execute(statement, values)
    terms.raise_alarms(at=at)
