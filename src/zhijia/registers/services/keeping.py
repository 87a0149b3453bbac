"""What falls due of a row was done, on a day that may be written into the row."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from zhijia.catalogue.register_rules import Column, Register
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registers.models import Due, Row
from zhijia.registers.services import changing, dueing, lists


def dated_by(register: Register, due: str) -> Column | None:
    """The field that says when it was last done: the date from which something that comes again is counted, but not the
    one on which the thing itself began."""
    rule = next((one for one in register.dues if one.code == due), None)
    column = register.by_name.get(rule.since) if rule and rule.every else None
    return column if column and column.type == "date" and column.fills != "since" else None


def keep(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    row_id: UUID,
    due: str,
    done_on: date | None = None,
    note: str = "",
) -> Due:
    """It was done, on that day, which the field it is counted from says from now on. Raises what `dueing.keep` and
    `changing.change` raise, and Refusal for a day to come."""
    if done_on and done_on > days.business_day(at):
        raise Refusal("done_later", _("This day is still to come. Write the day it happened."))
    column = dated_by(lists.ready(code, at=at).definition, due)
    on = done_on if column else None
    kept = dueing.keep(actor=actor, at=at, code=code, row_id=row_id, due=due, on=on, note=note)
    if column is not None and done_on is not None:
        row = Row.objects.get(register_id=kept.register_id, pk=row_id)
        typed = {column.name: done_on.isoformat()}
        changing.change(actor=actor, at=at, code=code, row_id=row_id, version=row.version, typed=typed)
    return kept
