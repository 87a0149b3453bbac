import re
import threading
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import process_time

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import Attempt, DemoSms, User
from zhijia.accounts.services import codes, logins
from zhijia.accounts.tests.conftest import PASSWORD, PHONE, totp_now
from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.codes import synthetic_mobile
from zhijia.kernel.errors import Refusal, TooMany

LOGIN = "accounts:login"


def _who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def _try(visitor: Actor, name: str, password: str = "wrong", at=None) -> str:
    try:
        logins.by_password(actor=visitor, at=at or days.now(), name=name, password=password)
    except Refusal as refusal:
        return f"{refusal.code}: {refusal}"
    return "in"


@pytest.mark.parametrize("name", ["worker", "WORKER ", PHONE, f"+86 {PHONE}"])
def test_a_member_comes_in_by_name_or_phone(db: None, member: User, visitor: Actor, name: str) -> None:
    assert logins.by_password(actor=visitor, at=days.now(), name=name, password=PASSWORD) == member


def test_a_closed_account_and_another_password_get_the_same_answer(
    db: None, member: User, visitor: Actor, make_user: Callable[..., User]
) -> None:
    make_user(login="gone", phone=synthetic_mobile(8))
    User.objects.filter(login="gone").update(is_active=False)

    answers = {
        _try(visitor, "worker"),
        _try(visitor, "nobody"),
        _try(visitor, PHONE),
        _try(visitor, synthetic_mobile(9)),
        _try(visitor, "gone", PASSWORD),
    }

    assert len(answers) == 1


def test_ten_wrong_passwords_lock_the_account_and_the_right_one_waits(
    db: None, member: User, visitor: Actor
) -> None:
    now = days.now()

    answers = [_try(visitor, "worker", at=now) for _n in range(10)]

    assert len(set(answers)) == 1
    assert Attempt.objects.filter(kind="locked").count() == 1
    assert _try(visitor, "worker", PASSWORD, now).startswith("login_failed")
    assert _try(visitor, PHONE, PASSWORD, now).startswith("login_failed")
    assert _try(visitor, "worker", PASSWORD, now + timedelta(minutes=29)).startswith("login_failed")
    assert _try(visitor, "worker", PASSWORD, now + timedelta(minutes=31)) == "in"


def test_a_name_nobody_has_locks_in_the_same_way(db: None, visitor: Actor) -> None:
    for _n in range(6):
        _try(visitor, "nobody")

    assert Attempt.objects.filter(kind="locked").count() == 1


def test_a_success_forgets_the_failures(db: None, member: User, visitor: Actor) -> None:
    for _n in range(4):
        _try(visitor, "worker")
    assert _try(visitor, "worker", PASSWORD) == "in"
    for _n in range(4):
        _try(visitor, "worker")

    assert _try(visitor, "worker", PASSWORD) == "in"


def test_one_address_cannot_try_many_accounts_in_a_minute(db: None, visitor: Actor) -> None:
    now = days.now()
    for count in range(20):
        _try(visitor, f"nobody{count}", at=now)

    with pytest.raises(TooMany) as refused:
        logins.by_password(actor=visitor, at=now, name="nobody20", password="x")

    assert 1 <= refused.value.details["retry_after"] <= 61


def test_a_miss_takes_as_long_as_a_hit(
    db: None, make_user: Callable[..., User], visitor: Actor, settings
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    make_user(login="worker")

    def seconds(name: str) -> float:
        start = process_time()
        _try(visitor, name)
        return process_time() - start

    seconds("nobody")
    hits, misses = [], []
    for count in range(4):
        hits.append(seconds("worker"))
        misses.append(seconds(f"nobody{count}"))

    assert 0.5 < median(misses) / median(hits) < 2


def test_thirty_guesses_at_once_are_five_tries(
    committed: None, make_user: Callable[..., User], owner_sql: Callable[..., list]
) -> None:
    make_user(login="worker")
    outcomes: list[str] = []

    def guess(number: int) -> None:
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        answer = client.post(reverse(LOGIN), {"name": "worker", "password": f"guess {number}"})
        outcomes.append(str(answer.status_code))
        connection.close()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == ["422"] * 12
    tried = owner_sql(
        "SELECT count(*) FROM audit_entry WHERE action = 'login.fail' AND NOT (detail->>'locked')::bool"
    )
    assert tried == [(5,)]
    assert owner_sql("SELECT count(*) FROM audit_entry WHERE action = 'login.lock'") == [(1,)]


def test_staff_come_in_only_with_the_second_factor(committed: None, officer: User, client: Client) -> None:
    first = client.post(reverse(LOGIN), {"name": "officer", "password": PASSWORD})

    assert first["Location"] == reverse("accounts:second_factor")
    assert _who(client) is None
    assert client.get(reverse("accounts:sessions")).status_code == 302
    wrong = client.post(reverse("accounts:second_factor"), {"code": "000000"})
    assert (wrong.status_code, _who(client)) == (422, None)
    client.post(reverse("accounts:second_factor"), {"code": totp_now()})
    assert _who(client) == str(officer.pk)


def test_a_code_opens_once_and_not_in_another_browser(
    committed: None, officer: User, log_in: Callable[..., Client]
) -> None:
    first, second = Client(), Client()
    for browser in (first, second):
        browser.post(reverse(LOGIN), {"name": "officer", "password": PASSWORD})
    code = totp_now()

    first.post(reverse("accounts:second_factor"), {"code": code})
    again = second.post(reverse("accounts:second_factor"), {"code": code})

    assert _who(first) == str(officer.pk)
    assert (again.status_code, _who(second)) == (422, None)


def test_guessing_the_second_factor_locks_the_account(committed: None, officer: User, client: Client) -> None:
    client.post(reverse(LOGIN), {"name": "officer", "password": PASSWORD})
    for number in range(6):
        client.post(reverse("accounts:second_factor"), {"code": f"00000{number}"})

    answer = client.post(reverse("accounts:second_factor"), {"code": totp_now()})

    assert (answer.status_code, _who(client)) == (422, None)


def test_staff_without_a_second_factor_set_it_up_and_get_recovery_codes_once(
    committed: None, make_user: Callable[..., User], client: Client
) -> None:
    user = make_user(login="newcomer", staff=True)
    client.post(reverse(LOGIN), {"name": "newcomer", "password": PASSWORD})
    page = client.get(reverse("accounts:enrol")).content.decode()
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    offer = re.search(r'name="offer" value="([^"]+)"', page)
    assert secret
    assert offer

    from pyotp import TOTP

    code = TOTP(secret[1]).at(days.now())
    done = client.post(reverse("accounts:enrol"), {"code": code, "offer": offer[1]}).content.decode()
    on_paper = re.findall(r"<code>([A-Z0-9]{5}-[A-Z0-9]{5})</code>", done)

    assert len(on_paper) == 8
    assert _who(client) == str(user.pk)
    other = Client()
    other.post(reverse(LOGIN), {"name": "newcomer", "password": PASSWORD})
    other.post(reverse("accounts:second_factor"), {"code": on_paper[0].lower()})
    assert _who(other) == str(user.pk)
    third = Client()
    third.post(reverse(LOGIN), {"name": "newcomer", "password": PASSWORD})
    assert third.post(reverse("accounts:second_factor"), {"code": on_paper[0]}).status_code == 422


def test_another_accounts_offer_is_not_taken(
    committed: None, make_user: Callable[..., User], client: Client
) -> None:
    from pyotp import TOTP

    from zhijia.accounts.services import factors

    make_user(login="newcomer", staff=True)
    thief = make_user(login="thief", staff=True)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    client.post(reverse(LOGIN), {"name": "newcomer", "password": PASSWORD})

    given = {"code": TOTP(secret).at(days.now()), "offer": factors.sealed_offer(thief, secret)}

    assert client.post(reverse("accounts:enrol"), given).status_code == 422


def test_the_first_log_in_changes_the_password(
    committed: None, make_user: Callable[..., User], client: Client
) -> None:
    user = make_user(login="fresh", must_change_password=True)

    first = client.post(reverse(LOGIN), {"name": "fresh", "password": PASSWORD})
    assert first["Location"] == reverse("accounts:first_password")
    assert _who(client) is None
    weak = client.post(reverse("accounts:first_password"), {"new": "short", "again": "short"})
    same = client.post(reverse("accounts:first_password"), {"new": PASSWORD, "again": PASSWORD})
    mine = "My own words, 7 of them"
    client.post(reverse("accounts:first_password"), {"new": mine, "again": mine})

    assert (weak.status_code, same.status_code) == (422, 422)
    assert _who(client) == str(user.pk)


def test_the_session_key_is_new_after_log_in(committed: None, member: User, client: Client) -> None:
    client.get(reverse(LOGIN))
    client.session["planted"] = "x"
    planted = client.session
    planted["planted"] = "x"
    planted.save()
    client.cookies["session"] = planted.session_key
    before = planted.session_key

    client.post(reverse(LOGIN), {"name": "worker", "password": PASSWORD})

    assert client.cookies["session"].value != before
    assert "planted" not in client.session


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "evil"])
def test_log_in_never_leads_out_of_the_house(
    committed: None, member: User, client: Client, target: str
) -> None:
    answer = client.post(reverse(LOGIN), {"name": "worker", "password": PASSWORD, "next": target})

    assert answer["Location"] == "/"


def test_a_member_comes_in_by_a_code_on_the_phone(committed: None, member: User, client: Client) -> None:
    client.post(reverse("accounts:phone"), {"phone": PHONE})
    text = DemoSms.objects.get().text
    code = re.search(r"\d{6}", text)
    assert code

    wrong = client.post(reverse("accounts:phone_code"), {"phone": PHONE, "code": "000000"})
    client.post(reverse("accounts:phone_code"), {"phone": PHONE, "code": code[0], "own_device": "on"})

    assert wrong.status_code == 422
    assert _who(client) == str(member.pk)
    assert client.post(reverse("accounts:phone_code"), {"phone": PHONE, "code": code[0]}).status_code == 422


def test_a_phone_without_an_account_sees_the_same_page_and_opens_one_by_its_code(
    committed: None, member: User, client: Client
) -> None:
    stranger = synthetic_mobile(99)

    known = client.post(reverse("accounts:phone"), {"phone": PHONE}).content.decode()
    unknown = client.post(reverse("accounts:phone"), {"phone": stranger}).content.decode()
    code = re.search(r"\d{6}", DemoSms.objects.get(phone=stranger).text)
    assert code
    client.post(reverse("accounts:phone_code"), {"phone": stranger, "code": code[0]})

    def bare(page: str, number: str) -> str:
        return re.sub(r"[A-Za-z0-9]{64}", "token", page.replace(number, ""))

    assert bare(known, PHONE) == bare(unknown, stranger)
    opened = User.objects.exclude(pk=member.pk).get()
    assert _who(client) == str(opened.pk)
    assert (opened.staff, opened.person_id) == (False, None)


def test_a_closed_account_gets_a_sentence_and_no_code(committed: None, member: User, client: Client) -> None:
    User.objects.filter(pk=member.pk).update(is_active=False)

    client.post(reverse("accounts:phone"), {"phone": PHONE})

    assert not re.search(r"\d{6}", DemoSms.objects.get().text)


def test_a_number_of_a_real_person_is_refused_in_a_demo(committed: None, client: Client) -> None:
    answer = client.post(reverse("accounts:phone"), {"phone": "13800138000"})

    assert answer.status_code == 422
    assert not DemoSms.objects.exists()


def test_one_phone_gets_five_messages_a_day_and_waits_between_them(db: None, visitor: Actor) -> None:
    now = days.now()

    def ask(at) -> bool:
        try:
            codes.send(phone=PHONE, purpose="login", actor=visitor, at=at)
        except TooMany:
            return False
        return True

    assert [ask(now), ask(now + timedelta(seconds=10))] == [True, False]
    assert [ask(now + timedelta(minutes=minute)) for minute in (2, 4, 6, 8, 10)] == [True] * 4 + [False]
    assert ask(now + timedelta(days=1, minutes=12))


def test_a_code_is_guessed_at_five_times_and_dies(db: None, visitor: Actor) -> None:
    now = days.now()
    codes.send(phone=PHONE, purpose="login", actor=visitor, at=now)
    from zhijia.accounts.models import OneTimeCode
    from zhijia.accounts.services import attempts

    row = OneTimeCode.objects.get()
    OneTimeCode.objects.filter(pk=row.pk).update(digest=codes._digest(row.phone, "login", "123456"))
    assert row.phone == attempts.digest(f"phone:{PHONE}")

    def check(code: str, at=now, purpose: str = "login") -> bool:
        return codes.check(phone=PHONE, purpose=purpose, code=code, actor=visitor, at=at)

    assert not check("123456", purpose="join")
    assert not check("123456", at=now + timedelta(minutes=6))
    assert [check("654321") for _n in range(5)] == [False] * 5
    assert not check("123456")


def test_a_demo_account_does_not_exist_where_the_production_switch_is_on(
    db: None, make_user: Callable[..., User], visitor: Actor, settings
) -> None:
    make_user(login="demo", demo=True)
    assert _try(visitor, "demo", PASSWORD) == "in"
    settings.PRODUCTION = True

    assert _try(visitor, "demo", PASSWORD).startswith("login_failed")


def test_the_page_of_codes_exists_in_a_demo_alone(
    committed: None, make_user: Callable[..., User], client: Client, settings
) -> None:
    from zhijia.accounts.tests.conftest import SECRET

    make_user(login="demo", staff=True, demo=True, totp_secret=SECRET)
    make_user(login="no-demo-account", staff=True, totp_secret=SECRET)
    settings.DEMO = False
    assert client.get(reverse("accounts:demo_codes")).status_code == 404
    settings.DEMO = True

    before = totp_now()
    page = client.get(reverse("accounts:demo_codes")).content.decode()

    assert before in page or totp_now() in page  # the half minute may end in between
    assert ">demo<" in page
    assert "no-demo-account" not in page


def test_no_table_of_accounts_holds_a_phone_or_a_secret_in_clear(
    committed: None, make_user: Callable[..., User], client: Client, owner_sql: Callable[..., list]
) -> None:
    from zhijia.accounts.tests.conftest import SECRET

    make_user(login="worker", phone=PHONE, staff=True, totp_secret=SECRET)
    client.post(reverse("accounts:phone"), {"phone": PHONE})
    client.post(reverse(LOGIN), {"name": PHONE, "password": PASSWORD})
    tables = owner_sql(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        " AND relname <> 'accounts_demo_sms'"
    )

    found = [
        name
        for (name,) in tables
        if owner_sql(
            f'SELECT 1 FROM "{name}" t WHERE t::text LIKE %s OR t::text LIKE %s',
            [f"%{PHONE}%", f"%{SECRET}%"],
        )
    ]

    assert found == []
