"""What colleagues are called: by their name where the register holds it, else by their role, beside their log-in."""

from collections.abc import Iterable

from zhijia.catalogue import roles
from zhijia.kernel import rows

_CALLED = "SELECT user_id, login, name, role FROM registry_colleagues(%s::bigint[])"


def called(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Those of these accounts that are staff's, as a colleague reads them (王芳 · luyang-fang), in one query. Of
    members none is told, and none is told to members."""
    wanted = sorted({user_id for user_id in user_ids if user_id is not None})
    if not wanted:
        return {}
    known = {role.code: str(role.label) for role in roles.all()}
    return {
        number: " · ".join(part for part in (name or known.get(role, ""), login) if part)
        for number, login, name, role in rows.run(_CALLED, [wanted])
    }
