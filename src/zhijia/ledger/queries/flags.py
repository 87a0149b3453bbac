"""Flags on vouchers, for the union, the union above and its auditors (DUE-18). Row policies hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhijia.catalogue import codes
from zhijia.ledger.spending_models import Flag
from zhijia.registry import tree
from zhijia.registry.models import Union

BREACHES = frozenset({"cap_exceeded", "each_exceeded", "not_allowed_here", "beyond_dues", "too_many_winners"})
"""Findings that are a limit passed over."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some flags, the latest first, and where the next page begins."""

    rows: Sequence[Flag]
    after: str


def page(
    union: Union,
    *,
    below: bool = False,
    open_only: bool = False,
    breaches: bool = False,
    after: str = "",
    rows: int,
) -> Page:
    """The flags of a union (and of those below it), open ones or passed limits alone where asked for."""
    found = Flag.objects.select_related("voucher").order_by("-id")
    if below:
        found = found.filter(union_id__in=tree.under(union.pk).values("pk"))
    else:
        found = found.filter(union_id=union.pk)
    if open_only:
        found = found.filter(settled_at__isnull=True)
    if breaches:
        found = found.filter(code__in=BREACHES)
    if after.isascii() and after.isdigit():
        found = found.filter(pk__lt=int(after))
    some = list(found[: rows + 1])
    return Page(some[:rows], str(some[rows - 1].pk) if len(some) > rows else "")


def words(flag: Flag) -> str:
    """What it is about, in the reader's language."""
    parts = [codes.label("spending_findings", flag.code)] if flag.code else []
    if flag.prohibition:
        parts.append(codes.label("prohibitions", flag.prohibition))
    return " · ".join(parts)
