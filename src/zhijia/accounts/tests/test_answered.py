"""What moves money is done once for each key: tried on a view of its own, and on the ledger's voucher."""

import threading
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection, transaction
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from zhijia.accounts import jobs
from zhijia.accounts.answered import once
from zhijia.accounts.models import Answered, User
from zhijia.kernel import context, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.ledger.models import Entry
from zhijia.ledger.tests.world import build

KEY = "1f0d7d5a-0000-4000-8000-000000000001"


class Desk:
    """A view that counts how often it was reached, and answers as it is told."""

    def __init__(self):
        self.reached = 0
        self.answer = lambda: JsonResponse({"number": self.reached}, status=201)
        self.view = once(self._view)

    def _view(self, request, **named):
        self.reached += 1
        return self.answer()

    def post(self, body="{}", key=KEY, path="/api/payments", user_id=7, route="payments", **fields):
        headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
        made = RequestFactory()
        if fields:
            request = made.post(path, fields, **headers)
        else:
            request = made.post(path, body, content_type="application/json", **headers)
        request.actor = Actor(user_id=user_id, channel="api", request_id="r")
        request.request_id = "r"
        request.resolver_match = SimpleNamespace(view_name=route)
        request.session = {}
        request._messages = FallbackStorage(request)
        with context.acting(request.actor):
            return self.view(request)


@pytest.fixture
def desk(db):
    return Desk()


def test_the_same_again_gets_the_same_answer(desk):
    first, second = desk.post(), desk.post()

    assert (desk.reached, second.status_code, second.content) == (1, 201, first.content)
    assert second["Idempotent-Replay"] == "true"


@pytest.mark.parametrize("body", ['{"fen": 2}', "{ }"])
def test_another_body_under_the_key_is_refused_with_a_sentence(desk, body):
    desk.post()

    answer = desk.post(body)

    assert (desk.reached, answer.status_code) == (1, 422)
    assert b"changed_under_the_key" in answer.content


def test_the_same_body_at_another_record_is_refused(desk):
    desk.post(path="/api/payments/1")

    assert desk.post(path="/api/payments/2").status_code == 422


@pytest.mark.parametrize("other", [{"user_id": 8}, {"route": "dues"}, {"key": KEY.replace("1", "2")}])
def test_a_key_belongs_to_its_user_and_address(desk, other):
    desk.post()
    desk.post(**other)

    assert desk.reached == 2


@pytest.mark.parametrize("key", ["", "short", "x" * 81, "with space in it"])
def test_a_program_has_to_send_a_key(desk, key):
    answer = desk.post(key=key)

    assert (desk.reached, answer.status_code) == (0, 422)


def test_what_was_refused_can_be_asked_again_changed(desk):
    done, desk.answer = desk.answer, lambda: JsonResponse({}, status=422)
    desk.post()
    desk.answer = done

    assert desk.post('{"fen": 2}').status_code == 201


def test_a_form_shown_again_is_nothing_done(desk):
    desk.answer = lambda: HttpResponse("the form")
    desk.post(key="", path="/payments", once=KEY, fen="1")
    desk.answer = lambda: HttpResponseRedirect("/payments/1")

    first = desk.post(key="", path="/payments", once=KEY, fen="2")
    again = desk.post(key="", path="/payments", once=KEY, fen="2", csrfmiddlewaretoken="another")

    assert (first["Location"], again["Location"], desk.reached) == ("/payments/1", "/payments/1", 2)


def test_a_form_sent_changed_after_it_was_done_is_refused(desk):
    desk.answer = lambda: HttpResponseRedirect("/payments/1")
    desk.post(key="", path="/payments", once=KEY, fen="1")

    with pytest.raises(Refusal) as refusal:
        desk.post(key="", path="/payments", once=KEY, fen="2")
    assert refusal.value.code == "changed_under_the_key"


def test_what_fails_leaves_no_key_behind(desk):
    def broken():
        raise RuntimeError

    done, desk.answer = desk.answer, broken
    with pytest.raises(RuntimeError):
        desk.post()
    desk.answer = done

    assert desk.post().status_code == 201


def test_an_answer_is_kept_sealed(desk):
    desk.answer = lambda: JsonResponse({"name": "王小明"}, status=201)
    desk.post()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('zhijia.user', '7', true)")

    assert "王小明".encode() not in bytes(Answered.objects.get().answer)


def test_nobody_else_reads_what_was_answered(desk):
    desk.post()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('zhijia.user', '8', true)")

    assert not Answered.objects.exists()


def test_keys_are_kept_for_four_hundred_days(committed):
    for name, age in (("new", 399), ("old", 401)):
        Answered.objects.using("bulk").create(
            user_id=7,
            route="x",
            key=f"key-{name}",
            digest="",
            answer=b"",
            at=days.now() - timedelta(days=age),
        )

    jobs.sweep(0)

    assert [row.key for row in Answered.objects.using("bulk").all()] == ["key-new"]


@pytest.fixture
def ledger(committed):
    with transaction.atomic():
        made = build()
        made.account("factory", "102")
    return made


def test_sixty_four_at_once_make_one(ledger, live):
    """A voucher sent sixty-four times at once is posted once; everybody gets its page, or is told to look again."""
    world = ledger.world
    user = User.objects.get(pk=world.actors["factory-treasurer"].user_id)
    with transaction.atomic():
        bank, income = ledger.account("factory", "102"), ledger.account("factory", "402")
    typed = {"once": str(uuid.uuid4()), "day": "2026-11-20", "note": "拨缴经费", "rows": "4", "account_0": bank,
             "debit_0": "12.50", "account_1": income, "credit_1": "12.50"}  # fmt: skip
    address = reverse("ledger:voucher", args=[world.unions["factory"].code])
    clients = [Client() for _ in range(64)]
    clients[0].force_login(user)
    for client in clients[1:]:
        client.cookies = clients[0].cookies
    where, gate = [], threading.Barrier(64)

    def send(client):
        gate.wait()
        try:
            answer = client.post(address, typed)
            where.append((answer.status_code, answer.get("Location", "")))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    made = Entry.objects.using("bulk").get(source="voucher")
    page = reverse("ledger:entry", args=[made.pk])
    assert {status for status, _ in where} == {302}
    assert len(where) == 64
    assert sum(place == page for _, place in where) >= 1
    assert {place for _, place in where} <= {page, "/"}
