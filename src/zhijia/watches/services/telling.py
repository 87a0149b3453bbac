"""Owners hear of new clues once a day, all of them in one message."""

from datetime import datetime
from typing import Any

from zhijia.catalogue import definitions, roles
from zhijia.kernel import actors, days
from zhijia.kernel.context import acting, whole
from zhijia.notices import services as notices
from zhijia.watches.models import Told

AT_ONCE = 200
"""Accounts in one transaction."""
_NEW = """
SELECT g.user_id, count(DISTINCT c.id), min(c.due_on)
FROM watches_clue c
JOIN unnest(%(permissions)s::text[], %(roles)s::text[]) AS held (permission, role) ON held.permission = c.permission
JOIN registry_grant g ON g.union_id = c.seat_id AND g.role = held.role
  AND g.valid_from <= %(today)s AND (g.valid_to IS NULL OR g.valid_to > %(today)s)
JOIN accounts_user a ON a.id = g.user_id AND a.is_active
LEFT JOIN watches_told t ON t.user_id = g.user_id
WHERE c.state = 'open' AND g.user_id > %(after)s AND (t.user_id IS NULL OR t.day < %(today)s
  AND (greatest(c.seated_at, g.given_at) > t.at OR g.valid_from > t.day))
GROUP BY g.user_id ORDER BY g.user_id LIMIT %(most)s"""


def tell(*, at: datetime) -> int:
    """Tell whoever has new clues in their list, raised or come there with a right, how many and by when the first is
    due; how many accounts. Nobody is told twice a day; stopped, it goes on."""
    pairs = [
        (permission, role.code)
        for permission in sorted({watch.owner.permission for watch in definitions.load().watches.values()})
        for role in roles.all()
        if permission in role.permissions
    ]
    values: dict[str, Any] = {
        "permissions": [permission for permission, _role in pairs],
        "roles": [role for _permission, role in pairs],
        "today": days.business_day(at),
        "after": 0,
        "most": AT_ONCE,
    }
    told = 0
    while True:
        with whole() as cursor:
            cursor.execute(_NEW, values)
            owners = cursor.fetchall()
        if not owners:
            return told
        told += _send(owners, at)
        values["after"] = owners[-1][0]


def _send(owners: list[tuple[Any, ...]], at: datetime) -> int:
    actor, today = actors.system("watches"), days.business_day(at)
    fresh = 0
    with acting(actor):
        for user_id, many, due in owners:
            row, made = Told.objects.select_for_update().get_or_create(
                user_id=user_id, defaults={"day": today, "at": at}
            )
            if not made and row.day >= today:
                continue
            row.day, row.at = today, at
            row.save(update_fields=["day", "at"])
            notices.send(
                actor=actor,
                at=at,
                to_user=user_id,
                kind="clues_waiting",
                values={"many": many, "day": due},
                link="watches:clues",
                reason="watch",
            )
            fresh += 1
    return fresh
