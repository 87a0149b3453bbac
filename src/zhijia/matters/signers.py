"""Who may sign a step, asked of the database: grants of others are nobody's to read."""

from typing import Any

from zhijia.catalogue import roles
from zhijia.kernel import rows
from zhijia.matters.models import Case


def may_sign(user_id: int, permission: str, union_id: int) -> bool:
    """Whether this user holds the permission over the union today."""
    return bool(_asked("SELECT matters_may_sign(%s, %s, %s)", [user_id, union_id, _giving(permission)]))


def only_signer(permission: str, union_id: int) -> int | None:
    """Who alone holds the permission at the union itself today; none where several do, or nobody."""
    user_id: int | None = _asked("SELECT matters_only_signer(%s, %s)", [union_id, _giving(permission)])
    return user_id


def all_signers(permission: str, union_id: int) -> list[int]:
    """Everybody who holds the permission at the union itself today."""
    user_ids: list[int] = _asked("SELECT matters_all_signers(%s, %s)", [union_id, _giving(permission)])
    return user_ids


def who_asks(case: Case) -> set[int | None]:
    """The accounts that never sign this case: whoever asks or went on with it, typed it in, and the person's own."""
    own: int | None = _asked("SELECT matters_account_of(%s)", [case.person_id]) if case.person_id else None
    return {case.user_id, case.desk_user_id, own, *case.hands}


def _giving(permission: str) -> list[str]:
    return [role.code for role in roles.all() if permission in role.permissions]


def _asked(sql: str, values: list[Any]) -> Any:
    return rows.run(sql, values)[0][0]
