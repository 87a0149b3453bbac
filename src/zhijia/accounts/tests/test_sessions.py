from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse

from zhijia.accounts import sessions
from zhijia.accounts.models import Session, User
from zhijia.accounts.services import close_account
from zhijia.accounts.tests.conftest import PASSWORD, PHONE, totp_now
from zhijia.catalogue import ports
from zhijia.kernel import days
from zhijia.kernel.actors import Actor, system
from zhijia.kernel.context import acting

PAGE = "accounts:sessions"
INSIDE = 200
OUTSIDE = 302

Sql = Callable[..., list[Any]]


def _status(client: Client) -> int:
    return client.get(reverse(PAGE)).status_code


def test_a_killed_session_is_out_at_the_very_next_request(
    committed: None, member: User, log_in: Callable[..., Client], owner_sql: Sql
) -> None:
    mine, lost = log_in("worker"), log_in("worker")
    assert (_status(mine), _status(lost)) == (INSIDE, INSIDE)
    ((lost_id,),) = owner_sql(
        "SELECT id FROM accounts_session WHERE key_hash = %s",
        [sessions.key_hash(lost.session.session_key or "")],
    )

    mine.post(reverse("accounts:end_session", args=[lost_id]))

    assert (_status(mine), _status(lost)) == (INSIDE, OUTSIDE)


def test_somebody_elses_session_is_not_found(
    committed: None, member: User, officer: User, log_in: Callable[..., Client], owner_sql: Sql
) -> None:
    theirs, mine = log_in("officer"), log_in("worker")
    ((their_id,),) = owner_sql("SELECT id FROM accounts_session WHERE user_id = %s", [officer.pk])

    answer = mine.post(reverse("accounts:end_session", args=[their_id]))

    assert answer.status_code == 404
    assert _status(theirs) == INSIDE


def test_the_list_shows_ones_own_sessions_alone(
    committed: None, member: User, officer: User, log_in: Callable[..., Client]
) -> None:
    log_in("officer")
    log_in("worker")
    with acting(Actor(user_id=member.pk, channel="page", request_id="test")):
        assert set(Session.objects.values_list("user_id", flat=True)) == {member.pk}
    with acting(system("test")):
        assert not Session.objects.exists()


def test_a_closed_account_is_out_at_the_very_next_request(
    committed: None, member: User, log_in: Callable[..., Client]
) -> None:
    client = log_in("worker")
    with acting(system("test")):
        close_account(actor=system("test"), at=days.now(), user_id=member.pk, reason="left")

    assert _status(client) == OUTSIDE


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(
    committed: None, member: User, log_in: Callable[..., Client]
) -> None:
    mine, other = log_in("worker"), log_in("worker")
    new = "Nothing but rain 77"

    mine.post(reverse("accounts:password"), {"old": PASSWORD, "new": new, "again": new})

    assert (_status(mine), _status(other)) == (INSIDE, OUTSIDE)


@pytest.mark.parametrize("asking", ["officer", "nobody"])
def test_the_database_ends_nobody_elses_sessions_and_makes_none_for_them(
    committed: None, member: User, officer: User, log_in: Callable[..., Client], asking: str
) -> None:
    client = log_in("worker")
    actor = system("test") if asking == "nobody" else Actor(officer.pk, "page", "test")
    values = ["0" * 64, member.pk, "", days.now() + timedelta(hours=1), 0, "", ""]

    with acting(actor), connection.cursor() as cursor:
        ended = sessions.end_all(member.pk)
        cursor.execute(
            "SELECT accounts_session_write(%s, %s, '', now(), 0, '', '')",
            [sessions.key_hash(client.session.session_key or ""), officer.pk],
        )
        (written,) = cursor.fetchone()
        with pytest.raises(ProgrammingError, match="not for who is asking"), transaction.atomic():
            cursor.execute("SELECT accounts_session_make(%s, %s, %s, %s, %s, %s, %s)", values)

    assert (ended, written) == (0, False)
    assert _status(client) == INSIDE


def test_a_new_password_ends_sessions_from_before_it_whoever_is_asking(
    committed: None, member: User, log_in: Callable[..., Client]
) -> None:
    before = log_in("worker")
    User.objects.filter(pk=member.pk).update(password_changed_at=days.now())
    after = log_in("worker")

    with acting(system("test")):
        assert sessions.end_all(member.pk) == 1

    assert (_status(before), _status(after)) == (OUTSIDE, INSIDE)


def test_staff_idle_for_a_quarter_of_an_hour_are_out(
    committed: None, officer: User, log_in: Callable[..., Client], owner_sql: Sql
) -> None:
    client = log_in("officer")
    owner_sql("UPDATE accounts_session SET seen_at = now() - interval '14 minutes 30 seconds'")
    assert _status(client) == INSIDE
    owner_sql("UPDATE accounts_session SET seen_at = now() - interval '15 minutes 1 second'")
    assert _status(client) == OUTSIDE


def test_a_request_renews_the_idle_time_but_never_the_absolute_end(
    committed: None, officer: User, log_in: Callable[..., Client], owner_sql: Sql
) -> None:
    client = log_in("officer")
    owner_sql("UPDATE accounts_session SET seen_at = now() - interval '10 minutes'")
    ((before,),) = owner_sql("SELECT expires_at FROM accounts_session WHERE user_id = %s", [officer.pk])
    client.get(reverse(PAGE))
    client.post(reverse("accounts:step_up"), {"password": PASSWORD, "code": "000000", "next": "/"})

    ((after, idle),) = owner_sql(
        "SELECT expires_at, now() - seen_at FROM accounts_session WHERE user_id = %s", [officer.pk]
    )

    assert after == before
    assert timedelta(hours=7, minutes=58) < after - days.now() <= timedelta(hours=8)
    assert idle < timedelta(minutes=1)


def test_staff_are_out_after_eight_hours_whatever_they_do(
    committed: None, officer: User, log_in: Callable[..., Client], owner_sql: Sql
) -> None:
    client = log_in("officer", own_device=True)
    owner_sql("UPDATE accounts_session SET expires_at = now() - interval '1 second'")

    assert _status(client) == OUTSIDE


def test_a_member_on_an_own_device_stays_for_thirty_days(
    committed: None, member: User, log_in: Callable[..., Client], owner_sql: Sql
) -> None:
    client = log_in("worker", own_device=True)
    owner_sql("UPDATE accounts_session SET seen_at = now() - interval '20 days'")

    assert _status(client) == INSIDE
    ((idle, ends),) = owner_sql(
        "SELECT idle_seconds, expires_at FROM accounts_session WHERE user_id IS NOT NULL"
    )
    assert idle == 0
    assert timedelta(days=29) < ends - days.now() <= timedelta(days=30)


def test_log_out_ends_the_session_and_needs_a_post(
    committed: None, member: User, log_in: Callable[..., Client]
) -> None:
    client = log_in("worker")
    key = client.session.session_key
    assert client.get(reverse("accounts:logout")).status_code == 405
    client.post(reverse("accounts:logout"))

    client.cookies["session"] = key
    assert _status(client) == OUTSIDE


def test_a_table_of_sessions_opens_no_session(
    committed: None, member: User, log_in: Callable[..., Client], owner_sql: Sql
) -> None:
    client = log_in("worker")
    stored = owner_sql("SELECT key_hash, data FROM accounts_session")

    assert client.session.session_key not in str(stored)


def test_coming_in_and_going_out_leave_lines_on_the_trail(
    committed: None, officer: User, log_in: Callable[..., Client], trail: Callable[[], list[str]]
) -> None:
    Client().post(reverse("accounts:login"), {"name": "officer", "password": "wrong"})
    client = log_in("officer")
    client.post(reverse("accounts:end_other_sessions"))
    client.post(reverse("accounts:logout"))

    assert trail() == ["account.create", "login.fail", "login", "session.end_others", "logout"]


def test_sensitive_things_ask_again_after_a_while_and_lead_back(
    committed: None, officer: User, log_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ports.call
    held = {"accounts.permissions_of": lambda actor: {"membership.view"}}
    monkeypatch.setattr(
        ports, "call", lambda name, *asked, **named: held.get(name, partial(answer, name))(*asked, **named)
    )
    client = log_in("officer")
    session = client.session
    session["stepped_up_at"] = (days.now() - timedelta(minutes=11)).isoformat()
    session.save()
    tokens = reverse("accounts:tokens")
    given = {"name": "report", "days": "30", "scopes": ["membership.view"]}
    refused = client.post(tokens, given)
    assert refused.status_code in (302, 303, 403)

    step_up = reverse("accounts:step_up")
    without = client.post(step_up, {"password": PASSWORD, "code": "000000", "next": tokens})
    User.objects.filter(pk=officer.pk).update(totp_step=0)
    proved = client.post(step_up, {"password": PASSWORD, "code": totp_now(), "next": tokens})

    assert without.status_code == 422
    assert proved["Location"] == tokens
    assert b"zj_" in client.post(tokens, given).content


def test_a_member_without_a_password_steps_up_by_a_code_on_the_phone(
    committed: None, make_user: Callable[..., User]
) -> None:
    import re

    from zhijia.accounts.models import Attempt, DemoSms

    make_user(password="", phone=PHONE)
    client = Client()
    client.post(reverse("accounts:phone"), {"phone": PHONE})
    code = re.search(r"\d{6}", DemoSms.objects.get().text)
    assert code
    client.post(reverse("accounts:phone_code"), {"phone": PHONE, "code": code[0]})
    assert _status(client) == INSIDE
    Attempt.objects.all().delete()
    DemoSms.objects.all().delete()

    client.post(reverse("accounts:step_up_code"), {"next": "/messages/"})
    again = re.search(r"\d{6}", DemoSms.objects.get().text)
    assert again
    done = client.post(reverse("accounts:step_up"), {"code": again[0], "next": "/messages/"})

    assert done["Location"] == "/messages/"
