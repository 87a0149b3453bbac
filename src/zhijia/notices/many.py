"""Telling many people something at once, in one statement."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections
from psycopg.types.json import Jsonb

from zhijia.catalogue import notices as kinds
from zhijia.kernel import copies
from zhijia.kernel.copies import Bytes
from zhijia.kernel.ids import new_id_rows, new_ids

INTO = """COPY notices_message (id, person_id, kind, "values", link, reason, created_at)
 FROM STDIN (FORMAT binary)"""
"""The COPY that takes `rows`."""
_INSERT = """
INSERT INTO notices_message (id, user_id, person_id, kind, "values", link, reason, created_at)
SELECT told.id, u.id, told.person_id, %s, %s, %s, %s, %s
FROM unnest(%s::uuid[], %s::uuid[]) AS told (id, person_id)
LEFT JOIN accounts_user u ON u.person_id = told.person_id
"""
_INSERT_EACH = """
INSERT INTO notices_message (id, user_id, person_id, kind, "values", link, reason, created_at)
SELECT told.id, u.id, told.person_id, %s, told.said, %s, %s, %s
FROM unnest(%s::uuid[], %s::uuid[], %s::jsonb[]) AS told (id, person_id, said)
LEFT JOIN accounts_user u ON u.person_id = told.person_id
"""


_INSERT_USERS_EACH = """
INSERT INTO notices_message (id, user_id, person_id, kind, "values", link, reason, created_at)
SELECT told.id, u.id, u.person_id, %s, told.said, told.link, %s, %s
FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::jsonb[]) AS told (id, user_id, link, said)
JOIN accounts_user u ON u.id = told.user_id
"""
_NOT_YET = """
WHERE NOT EXISTS (
  SELECT FROM notices_message m WHERE m.user_id = u.id AND m.kind = %s AND m.link = told.link)
"""

_ANEW = """
UPDATE notices_message m SET "values" = told.said, read_at = NULL
FROM unnest(%s::bigint[], %s::text[], %s::jsonb[]) AS told (user_id, link, said)
WHERE m.user_id = told.user_id AND m.kind = %s AND m.link = told.link AND m.created_at >= %s
RETURNING m.user_id, m.link
"""


def tell(
    *,
    at: datetime,
    kind: str,
    values: Mapping[str, object],
    person_ids: Sequence[UUID],
    link: str = "",
    reason: str = "",
    using: str = "bulk",
) -> int:
    """Tell these people (and their accounts, where there are any), in the running transaction of `using`;
    how many.

    For a kind that cannot be switched off; it stands on their page and rings nowhere. The caller names the
    scope and answers for it on the trail.
    """
    filled = _filled(kind, values)
    told: list[Any] = [kind, Jsonb(filled), link, reason, at, new_ids(len(person_ids)), list(person_ids)]
    with connections[using].cursor() as cursor:
        cursor.execute(_INSERT, told)
    return len(person_ids)


def tell_users(
    *,
    at: datetime,
    kind: str,
    values: Mapping[str, object],
    user_ids: Sequence[int],
    link: str = "",
    reason: str = "",
    using: str = "default",
) -> int:
    """The same to accounts of staff, by one statement; how many."""
    told = [(user_id, link, values) for user_id in user_ids]
    return tell_users_each(at=at, kind=kind, told=told, reason=reason, using=using)


def tell_users_each(
    *,
    at: datetime,
    kind: str,
    told: Sequence[tuple[int, str, Mapping[str, object]]],
    reason: str = "",
    using: str = "default",
) -> int:
    """To accounts of staff, each with a link and values of their own, by one statement; how many."""
    with connections[using].cursor() as cursor:
        cursor.execute(_INSERT_USERS_EACH, _to_users(at, kind, told, reason))
    return len(told)


def tell_users_once(
    *,
    at: datetime,
    kind: str,
    told: Sequence[tuple[int, str, Mapping[str, object]]],
    reason: str = "",
    using: str = "bulk",
) -> int:
    """To accounts of staff, each with a link and values of their own, once: whoever has a message of this kind with
    this link hears it no more. How many were told."""
    with connections[using].cursor() as cursor:
        cursor.execute(_INSERT_USERS_EACH + _NOT_YET, [*_to_users(at, kind, told, reason), kind])
        return int(cursor.rowcount)


def tell_users_anew(
    *,
    at: datetime,
    since: datetime,
    kind: str,
    told: Sequence[tuple[int, str, Mapping[str, object]]],
    reason: str = "",
) -> int:
    """To accounts of staff, each with a link and values of their own: whoever was told this with this link since then
    reads the values of now in that message, as a new one; how many were told. In a transaction of `bulk`."""
    _kind, _reason, _at, _ids, users, links, filled = _to_users(at, kind, told, reason)
    with connections["bulk"].cursor() as cursor:
        cursor.execute(_ANEW, [users, links, filled, kind, since])
        known = {(user_id, link) for user_id, link in cursor.fetchall()}
    rest = [one for one in told if one[:2] not in known]
    return len(known) + tell_users_each(at=at, kind=kind, told=rest, reason=reason, using="bulk")


def _to_users(
    at: datetime, kind: str, told: Sequence[tuple[int, str, Mapping[str, object]]], reason: str
) -> list[Any]:
    links = [link for _user, link, _values in told]
    filled = [json.dumps(_filled(kind, values), ensure_ascii=False) for _user, _link, values in told]
    return [kind, reason, at, new_ids(len(told)), [user for user, *_ in told], links, filled]


def tell_each(
    *,
    at: datetime,
    kind: str,
    told: Sequence[tuple[UUID, Mapping[str, object]]],
    link: str = "",
    reason: str = "",
    using: str = "bulk",
) -> int:
    """The same with values of their own for each of these people."""
    values: list[Any] = [
        kind,
        link,
        reason,
        at,
        new_ids(len(told)),
        [person_id for person_id, _values in told],
    ]
    values.append([json.dumps(_filled(kind, said), ensure_ascii=False) for _person_id, said in told])
    with connections[using].cursor() as cursor:
        cursor.execute(_INSERT_EACH, values)
    return len(told)


def rows(
    *,
    at: datetime,
    kind: str,
    values: Mapping[str, object],
    people: Bytes,
    piece: int,
    link: str = "",
    reason: str = "",
) -> Iterator[bytes]:
    """The same for people who are new, and so have no account: rows for `INTO`, so many at once, sixteen bytes in
    `people` for each."""
    said = _filled(kind, values)
    alike = [copies.of_json(said), copies.of_text(link), copies.of_text(reason), copies.of_moment(at)]
    for begins in range(0, len(people), piece):
        some = people[begins : begins + piece]
        yield copies.rows(
            len(some),
            [copies.wide(new_id_rows(len(some))), copies.wide(some), copies.of_text(kind), *alike],
        )


def _filled(kind: str, values: Mapping[str, object]) -> dict[str, str]:
    """The values of the message as they are kept. Raises ValueError when the kind takes others or has an off switch."""
    if kinds.get(kind).can_be_switched_off:
        raise ValueError(f"{kind} can be switched off, and nobody is asked here")
    return kinds.kept(kind, values)
