"""Proves that no entry lies outside the sealed blocks, reading the whole trail."""

from zhijia.kernel.checks import Checked
from zhijia.kernel.context import whole


def check() -> Checked:
    """Every entry in the order of what was sealed is sealed, and no sealed one is gone. It counts;
    `zhijia audit verify` on an export checks each and names the first bad one."""
    with whole() as cursor:
        cursor.execute(
            "WITH last AS (SELECT last_transaction, last_id FROM audit_seal ORDER BY number DESC LIMIT 1)"
            " SELECT count(*), count(*) FILTER ("
            "   WHERE (transaction, id) <= (SELECT last_transaction, last_id FROM last)),"
            " (SELECT coalesce(sum(entries), 0) FROM audit_seal) FROM audit_entry"
        )
        read, behind, sealed = cursor.fetchone()
    if behind == sealed:
        return Checked(read)
    return Checked(read, (f"Up to its last seal the trail has {behind} entries, and {sealed} were sealed.",))
