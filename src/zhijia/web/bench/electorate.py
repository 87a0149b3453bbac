"""A union with any number of members who can vote, each with an account and a session: set-based, so that a hundred
thousand are there in a minute."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections, transaction
from django.db.models import Model

from zhijia.accounts.entries import BACKEND
from zhijia.accounts.models import Session, User
from zhijia.accounts.services import create_user
from zhijia.accounts.sessions import SessionStore, key_hash
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.registry import tree
from zhijia.registry.models import Membership, Person, Union
from zhijia.registry.services import grants

CHUNK = 20_000
# As many rows as there are keys, each as the one that is there but for what is said of it here.
_ALIKE = """
INSERT INTO {table} SELECT r.* FROM {table} t CROSS JOIN {many}
CROSS JOIN LATERAL jsonb_populate_record(t, jsonb_build_object({said})) r WHERE t.{key} = %s"""
_PERSON = "md5('bench person ' || g)::uuid"
_NUMBERED = "generate_series(1, %s) g"
_USER = "nextval(pg_get_serial_sequence('accounts_user', 'id'))"
_NEXT_SESSION = "nextval(pg_get_serial_sequence('accounts_session', 'id'))"


@dataclass(frozen=True, slots=True)
class Electorate:
    """The union, its officer, and the keys of the sessions of those who vote."""

    union: Union
    officer: Actor
    keys: list[str]


def made(many: int, at: datetime) -> Electorate:
    """So many members beside a first one, who is the example they are made from and votes too."""
    founder = Actor(None, "command", "bench")
    with transaction.atomic(), acting(founder):
        union = Union.objects.create(
            code="340103-000001", name="Bench", type="50", level=Union.Level.GRASSROOTS, division="340103000000",
            founded_on=date(2020, 1, 1),
        )  # fmt: skip
        tree.rebuild()
        union.refresh_from_db()
        users = [
            create_user(actor=founder, at=at, login=name, password="Yulan-shu-48", staff=True)  # noqa: S106
            for name in ("a", "b")
        ]
    with transaction.atomic(), acting(Actor(users[1].pk, "command", "bench")) as giver:
        grants.write(at=at, user_id=users[0].pk, role="grassroots_officer", union=union, given_by=giver)
    first = _first(union, at)
    _others(first, many - 1)
    keys = _sessions(at)
    with connections["owner"].cursor() as cursor:
        for model in (Person, Membership, User, Session):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")
    return Electorate(union, Actor(users[0].pk, "command", "bench", stepped_up=True), keys)


def number(place: int) -> str:
    """The member number of the member at this place, from 0 on."""
    return f"M{place:015d}"


def _first(union: Union, at: datetime) -> tuple[Person, Membership, User]:
    with transaction.atomic(using="bulk"):
        person = Person.objects.using("bulk").create(
            name="Bench", name_initials="b", union_id=union.pk, county_id=union.county_id, real_name_level=2,
            changed_at=at,
        )  # fmt: skip
        held = Membership.objects.using("bulk").create(
            person_id=person.pk, member_number=number(0), status="10", joined_on=date(2022, 1, 1),
            valid_from=date(2022, 1, 1), channel="page", union_id=union.pk, county_id=union.stands_in,
        )  # fmt: skip
        user = User.objects.using("bulk").create(login="m0", password="!", person_id=person.pk, created_at=at)  # noqa: S106
    return person, held, user


def _others(first: tuple[Person, Membership, User], many: int) -> None:
    """The others, a statement a table."""
    person, held, user = first
    with whole():
        _alike(person, _NUMBERED, f"'id', {_PERSON}", [many])
        numbered = f"'person_id', {_PERSON}, 'member_number', 'M' || lpad(g::text, 15, '0')"
        _alike(held, _NUMBERED, f"'id', gen_random_uuid(), {numbered}", [many])
        _alike(user, _NUMBERED, f"'id', {_USER}, 'login', 'm' || g, 'person_id', {_PERSON}", [many])


def _sessions(at: datetime) -> list[str]:
    """A session for each member's account, as a log-in leaves it; their keys."""
    store, keys = SessionStore(), []
    users = list(User.objects.using("bulk").filter(person_id__isnull=False).order_by("pk"))
    hashed = users[0].get_session_auth_hash()

    def data(user: User) -> str:
        said = {SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: BACKEND, HASH_SESSION_KEY: hashed}
        return str(store.encode(said))

    example = Session.objects.using("bulk").create(
        key_hash=key_hash(_key(users[0])), user_id=users[0].pk, expires_at=at + timedelta(days=1), idle_seconds=0,
        seen_at=at, created_at=at, address="", device="", data=data(users[0]),
    )  # fmt: skip
    keys.append(_key(users[0]))
    named = "unnest(%s::bigint[], %s::text[], %s::text[]) g (user_id, key_hash, data)"
    said = f"'id', {_NEXT_SESSION}, 'user_id', g.user_id, 'key_hash', g.key_hash, 'data', g.data"
    for start in range(1, len(users), CHUNK):
        some = users[start : start + CHUNK]
        made = [_key(user) for user in some]
        keys += made
        columns = [[user.pk for user in some], [key_hash(key) for key in made], [data(user) for user in some]]
        with whole():
            _alike(example, named, said, columns)
    return keys


def _key(user: User) -> str:
    return hashlib.sha256(f"bench {user.pk}".encode()).hexdigest()[:32]


def _alike(example: Model, many: str, said: str, values: list[Any]) -> None:
    meta = example._meta
    asked = _ALIKE.format(table=meta.db_table, key=meta.pk.column, many=many, said=said)
    with connections["bulk"].cursor() as cursor:
        cursor.execute(asked, [*values, example.pk])
