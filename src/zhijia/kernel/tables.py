"""What every table says of itself: whose data it holds, how long it is kept and why."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import models


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long the rows stay and for what reason. `parameter` is the key under `retention.` in the catalogue
    that holds the number; None means for as long as the thing itself exists. Rows past their term are proposed and
    a person confirms that they go (`administration.services.retention`). `by_itself` says that they end by their own
    nature and count for nothing any more (a session, a code): a job sweeps them away unasked."""

    why: str
    parameter: str | None = None
    by_itself: bool = False


class Table(models.Model):
    """A table of Zhijia. `personal` is True when a row tells something about a natural person: such a table
    has a row policy with FORCE (an architecture test looks). `keeping` says how long and why."""

    personal: ClassVar[bool] = False
    keeping: ClassVar[Keeping]

    class Meta:
        abstract = True


class ProtectedTable(Table):
    """A table with personal data: its rows carry the union, the county-level union above it and the person,
    by plain id, and `zhijia.kernel.policies.protect` stands in its migration."""

    personal: ClassVar[bool] = True

    union_id: "models.Field[int | None, int | None]" = models.IntegerField(null=True)
    county_id: "models.Field[int | None, int | None]" = models.IntegerField(null=True)

    class Meta:
        abstract = True


class UnionTable(ProtectedTable):
    """A table with personal data whose rows always stand at a union."""

    union_id: "models.Field[int, int]" = models.IntegerField()
    county_id: "models.Field[int, int]" = models.IntegerField()

    class Meta:
        abstract = True
