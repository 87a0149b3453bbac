"""While an empty register is filled from files nobody listens: afterwards every kept rule is asked of everybody."""

from typing import Any

from zhijia.watches.services import keeping
from zhijia.watches.subjects import LISTENING


def begins(*, cursor: Any, tables: tuple[str, ...]) -> None:
    """The port `registry.filling.watches`: these tables are filled from now on. In the owner's transaction, which holds
    them."""
    _listen(cursor, tables, "DISABLE")


def ended(*, cursor: Any, tables: tuple[str, ...]) -> None:
    """The port `registry.filled.watches`: listen again, and ask everybody. In the owner's transaction."""
    _listen(cursor, tables, "ENABLE")
    keeping.all_due(cursor)


def _listen(cursor: Any, tables: tuple[str, ...], how: str) -> None:
    for table in sorted(LISTENING.intersection(tables)):
        for what in ("insert", "update", "delete"):
            cursor.execute(f"ALTER TABLE {table} {how} TRIGGER watches_hear_{what}")
