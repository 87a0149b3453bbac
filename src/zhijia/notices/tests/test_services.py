from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts import sms
from zhijia.accounts.models import DemoSms, User
from zhijia.accounts.services import create_user
from zhijia.kernel import days
from zhijia.kernel.actors import Actor, system
from zhijia.kernel.codes import synthetic_mobile
from zhijia.kernel.context import acting, whole
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.notices import jobs, many, queries, services
from zhijia.notices.models import Delivery, Message

PHONE = synthetic_mobile(31)
SENDER = Actor(user_id=None, channel="page", request_id="test")
PLAIN, LOUD = "please_check_your_data", "password_changed"
VALUES = {PLAIN: {"union": "Forge & Sons"}, LOUD: {}}
NOON = datetime.fromisoformat("2026-11-20T12:00+08:00")


@pytest.fixture
def make() -> Callable[..., User]:
    def made(login: str, **more: Any) -> User:
        return create_user(
            actor=system("test", "command"),
            at=days.now(),
            login=login,
            **more,
        )

    return made


def _as(user: User) -> Actor:
    return Actor(user_id=user.pk, person_id=user.person_id, channel="page", request_id="test")


def _send(kind: str = PLAIN, **to: Any) -> UUID | None:
    with acting(SENDER):
        return services.send(actor=SENDER, at=NOON, kind=kind, values=VALUES[kind], **to)


def _told(user: User) -> list[str]:
    with acting(_as(user)) as actor:
        return [message.kind for message in queries.messages_for(actor).messages]


def test_only_whom_it_was_told_to_reads_a_message(db: None, make: Callable[..., User]) -> None:
    worker, stranger = make("worker"), make("stranger")
    _send(to_user=worker.pk)

    assert _told(worker) == [PLAIN]
    assert _told(stranger) == []
    with acting(SENDER):
        assert not Message.objects.exists()


def test_a_person_finds_what_was_told_before_they_had_an_account(
    committed: None, make: Callable[..., User], owner_sql: Callable[..., Any]
) -> None:
    person, worker = uuid4(), make("worker")
    _send(to_person=person)
    owner_sql("UPDATE accounts_user SET person_id = %s WHERE id = %s", [person, worker.pk])
    worker.refresh_from_db()

    assert _told(worker) == [PLAIN]


def test_a_message_is_said_only_if_its_reason_happens(committed: None, make: Callable[..., User]) -> None:
    worker = make("worker")
    with transaction.atomic():
        _send(LOUD, to_user=worker.pk)
        transaction.set_rollback(True)

    assert _told(worker) == []


def test_words_are_put_together_in_the_readers_language(db: None, make: Callable[..., User]) -> None:
    from django.utils.translation import override

    worker = make("worker")
    _send(to_user=worker.pk)
    with acting(_as(worker)) as actor:
        with override("en"):
            english = queries.messages_for(actor).messages[0]
        with override("zh-hans"):
            chinese = queries.messages_for(actor).messages[0]

    assert "Forge & Sons" in english.body
    assert "Forge & Sons" in chinese.body
    assert english.body != chinese.body
    assert english.why


def test_values_are_exactly_those_the_kind_declares(db: None, make: Callable[..., User]) -> None:
    worker = make("worker")
    for values in ({}, {"union": "x", "phone": PHONE}):
        with pytest.raises(ValueError, match="takes the values"):
            services.send(actor=SENDER, at=NOON, to_user=worker.pk, kind=PLAIN, values=values)


def test_a_value_that_looks_like_a_placeholder_stays_words(db: None, make: Callable[..., User]) -> None:
    worker = make("worker")
    with acting(SENDER):
        services.send(
            actor=SENDER, at=NOON, to_user=worker.pk, kind=PLAIN, values={"union": "{union.__class__}"}
        )

    with acting(_as(worker)) as actor:
        assert "{union.__class__}" in queries.messages_for(actor).messages[0].body


def test_a_kind_that_was_switched_off_is_not_told_and_one_about_rights_cannot_be(
    db: None, make: Callable[..., User]
) -> None:
    worker = make("worker")
    with acting(_as(worker)) as actor:
        services.switch(actor=actor, at=NOON, kind=PLAIN, channel="page", on=False)
        services.switch(actor=actor, at=NOON, kind=PLAIN, channel="page", on=False)
        with pytest.raises(Refusal):
            services.switch(actor=actor, at=NOON, kind=LOUD, channel="page", on=False)

    assert _send(to_user=worker.pk) is None
    assert _send(LOUD, to_user=worker.pk) is not None
    with acting(_as(worker)) as actor:
        services.switch(actor=actor, at=NOON, kind=PLAIN, channel="page", on=True)
    assert _send(to_user=worker.pk) is not None


def test_pages_of_messages_follow_each_other_without_gap_or_overlap(
    db: None, make: Callable[..., User], django_assert_num_queries: Any
) -> None:
    worker = make("worker")
    sent = [_send(to_user=worker.pk) for _n in range(queries.PAGE_SIZE * 2 + 3)]
    seen: list[UUID] = []
    after: UUID | None = None
    with acting(_as(worker)) as actor:
        assert queries.unread_count(actor) == len(sent)
        while True:
            with django_assert_num_queries(1):
                page = queries.messages_for(actor, after)
            seen += [message.id for message in page.messages]
            if not page.next:
                break
            after = UUID(page.next)

    assert seen == sorted(sent, reverse=True)


def test_reading_counts_down_and_another_users_message_is_not_found(
    db: None, make: Callable[..., User]
) -> None:
    worker, stranger = make("worker"), make("stranger")
    first, _second = _send(to_user=worker.pk), _send(to_user=worker.pk)
    assert first
    with acting(_as(stranger)) as actor, pytest.raises(NotForYou):
        services.read(actor=actor, at=NOON, message_id=first)
    with acting(_as(worker)) as actor:
        services.read(actor=actor, at=NOON, message_id=first)
        assert queries.unread_count(actor) == 1
        assert services.read_all(actor=actor, at=NOON) == 1
        assert queries.unread_count(actor) == 0


def test_an_sms_goes_out_once_however_often_the_job_runs(
    committed: None, make: Callable[..., User], work: Callable[[], None]
) -> None:
    worker = make("worker", phone=PHONE)
    message = _send(LOUD, to_user=worker.pk)
    work()
    for _n in range(3):
        jobs.deliver_sms(message_id=str(message), sender_id=None)

    assert list(DemoSms.objects.values_list("phone", flat=True)) == [PHONE]
    assert Delivery.objects.get().state == Delivery.State.SENT


def test_a_gateway_out_of_reach_is_tried_again_and_sends_once(
    committed: None, make: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = make("worker", phone=PHONE)
    message = str(_send(LOUD, to_user=worker.pk))

    def down(self: object, number: str, text: str) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(sms.DevelopmentAdapter, "send", down)
        with pytest.raises(OSError, match=""):
            jobs.deliver_sms(message_id=message, sender_id=None)
    jobs.deliver_sms(message_id=message, sender_id=None)
    jobs.deliver_sms(message_id=message, sender_id=None)

    assert DemoSms.objects.count() == 1


def test_an_sms_that_was_switched_off_stays_on_the_page_alone(
    committed: None, make: Callable[..., User], work: Callable[[], None]
) -> None:
    worker = make("worker", phone=PHONE)
    with acting(_as(worker)) as actor:
        services.switch(actor=actor, at=NOON, kind=LOUD, channel="sms", on=False)
    _send(LOUD, to_user=worker.pk)
    work()

    assert not DemoSms.objects.exists()
    assert _told(worker) == [LOUD]


def test_an_account_without_a_phone_is_left_out(
    committed: None, make: Callable[..., User], work: Callable[[], None]
) -> None:
    _send(LOUD, to_user=make("worker").pk)
    work()

    assert Delivery.objects.get().state == Delivery.State.LEFT_OUT


def test_a_job_holds_ids_and_no_phone(
    committed: None, make: Callable[..., User], owner_sql: Callable[..., list[Any]]
) -> None:
    worker = make("worker", phone=PHONE)
    message = _send(LOUD, to_user=worker.pk)

    ((arguments,),) = owner_sql("SELECT args FROM procrastinate_jobs WHERE task_name = 'notices.deliver_sms'")
    assert arguments == {"message_id": str(message), "sender_id": None}


def test_at_night_the_job_waits_for_the_morning(
    committed: None, make: Callable[..., User], owner_sql: Callable[..., list[Any]]
) -> None:
    worker = make("worker", phone=PHONE)
    night = NOON + timedelta(hours=11)
    with acting(SENDER):
        services.send(actor=SENDER, at=night, to_user=worker.pk, kind=LOUD, values={})

    ((due,),) = owner_sql("SELECT scheduled_at FROM procrastinate_jobs")
    assert due == NOON + timedelta(hours=20)


def test_the_pages_show_read_and_switch(committed: None, make: Callable[..., User]) -> None:
    worker, stranger = make("worker"), make("stranger")
    message = _send(to_user=worker.pk, link="notices:preferences")
    client, other = Client(), Client()
    client.force_login(worker)
    other.force_login(stranger)
    page = reverse("notices:messages")

    assert Client().get(page).status_code == 302
    assert "Forge &amp; Sons" in client.get(page).content.decode()
    assert "Forge &amp; Sons" not in other.get(page).content.decode()
    assert other.post(reverse("notices:read", args=[message])).status_code == 404
    opened = client.post(reverse("notices:read", args=[message]))
    assert opened["Location"] == reverse("notices:preferences")
    switched = client.post(reverse("notices:switch", args=[PLAIN, "page"]), {"on": "no"})
    assert switched.status_code == 302
    assert _send(to_user=worker.pk) is None
    assert client.get(page, {"after": "no-id"}).status_code == 404
    assert client.get(reverse("notices:preferences")).status_code == 200


def test_a_link_leads_only_into_the_house() -> None:
    assert queries._address("https://evil.example") == ""
    assert queries._address("//evil.example") == ""
    assert queries._address("/messages/") == "/messages/"
    assert queries._address("no:such") == ""


def test_what_is_told_anew_is_one_message_for_each_link(committed: None, make: Callable[..., User]) -> None:
    worker = make("worker")

    def tell(*links: str, number: int) -> int:
        told = [(worker.pk, link, {"union": "Forge", "round": "2026", "number": number}) for link in links]
        with whole():
            return many.tell_users_anew(at=NOON, since=NOON, kind="round_waits", told=told)

    assert tell("/one/", number=1) == 1
    assert tell("/one/", "/two/", number=2) == 2
    assert tell("/one/", "/two/", number=3) == 2
    with acting(_as(worker)):
        said = sorted((message.link, message.values["number"]) for message in Message.objects.all())
    assert said == [("/one/", "3"), ("/two/", "3")]


def test_telling_nobody_is_no_message(db: None) -> None:
    assert _send() is None
