"""Who asks and what they hold is read by statements a connection plans once: whoever asks over it, each answer is their
own, and what ends has ended at the next question."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib.auth.hashers import make_password
from django.db import connection

from zhijia.accounts import sessions
from zhijia.accounts.backends import Accounts
from zhijia.accounts.models import User
from zhijia.kernel import context, rows
from zhijia.kernel.actors import Actor
from zhijia.registry import access
from zhijia.registry.models import Grant, Person
from zhijia.registry.services import grants
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT, World

OFTEN = rows.PLANNED_FROM + 2
Answer = TypeVar("Answer")


def _planned(words: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_prepared_statements WHERE strpos(statement, %s) > 0)", [words]
        )
        return bool(cursor.fetchone()[0])


def _in_turn(world: World, names: tuple[str, ...], ask: Callable[[Actor], Answer]) -> list[Answer]:
    """What each is answered the last time, after all have asked in turn so often that the statement is planned."""
    answers = []
    for _time in range(OFTEN):
        answers = [ask(world.act(name)) for name in names]
    return answers


def test_each_holds_their_own_rights_and_an_ended_one_no_more(world: World) -> None:
    security = worlds.appoint(world, "province", "security_admin", "security")
    factory, mill = world.unions["factory"].pk, world.unions["mill"].pk

    def at_factory(actor: Actor) -> tuple[bool, list[int]]:
        held = access.unions_granted(actor, "person.view")
        return access.may(actor, "person.view", factory), [union.pk for union in held]

    names = ("factory", "mill", "luyang")
    before = [(True, [factory]), (False, [mill]), (True, [world.unions["luyang"].pk])]
    assert _in_turn(world, names, at_factory) == before
    assert _planned("JOIN registry_union here")

    held = Grant.objects.get(user_id=world.actors["factory"].user_id)
    world.act("security")
    grants.end(actor=security, at=AT, grant_id=held.pk)

    assert [at_factory(world.act(name)) for name in names] == [(False, []), *before[1:]]


def test_each_sees_the_people_of_their_own_unions_by_one_plan(world: World) -> None:
    there = {
        name: worlds.member(world, f"of-{name}", name, serial=place).person_id
        for place, name in enumerate(("factory", "mill"), start=1)
    }

    def sees(actor: Actor) -> list[bool]:
        return [rows.find(Person, person) is not None for person in there.values()]

    world.actors["nobody"] = Actor(None, "page", "test")
    names = ("factory", "mill", "nobody", "province")
    assert _in_turn(world, names, sees) == [[True, False], [False, True], [False, False], [True, True]]
    assert _planned('FROM "registry_person" t')


def test_an_account_is_its_own_and_what_changes_it_counts_at_once(world: World) -> None:
    first, second = (world.actors[name].user_id or 0 for name in ("factory", "mill"))
    for _time in range(OFTEN):
        assert [Accounts().get_user(number).pk for number in (first, second)] == [first, second]  # type: ignore[union-attr]
    known = Accounts().get_user(first)
    assert known

    User.objects.filter(pk=first).update(password=make_password("Another-word-77"))
    User.objects.filter(pk=second).update(is_active=False)

    changed = Accounts().get_user(first)
    assert changed
    assert changed.get_session_auth_hash() != known.get_session_auth_hash()
    assert Accounts().get_user(second) is None


def test_a_session_is_its_own_and_one_that_ended_is_nobodys(world: World) -> None:
    context.enter(Actor(None, "page", "test"))
    keys = []
    for word in ("mine", "theirs"):
        store = sessions.SessionStore()
        store["word"] = word
        store.create()
        keys.append(store.session_key)

    def read() -> list[str | None]:
        return [sessions.SessionStore(key).get("word") for key in keys]

    for _time in range(OFTEN):
        assert read() == ["mine", "theirs"]
    assert _planned("accounts_session_read")

    sessions.SessionStore().delete(keys[0])

    assert read() == [None, "theirs"]
