"""Matching with an authority: who agreed is asked about, once; nothing but a digest leaves; an office may be away."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections

from zhijia.audit.models import Entry
from zhijia.catalogue import ports
from zhijia.kernel import context
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal
from zhijia.kernel.processes import leash
from zhijia.registry import authority
from zhijia.registry.models import AuthorityAnswer, AuthorityRun, Person, QualityIssue
from zhijia.registry.services import consents
from zhijia.registry.services.quality import matching
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.test_at_once import at_once
from zhijia.registry.tests.world import AT, World
from zhijia.web.demo import office

AGREED = ["ding", "lan", "mei"]


class Office:
    """Answers as told, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.says: list[str] = []
        self.away = 0

    def ask(self, questions: dict[str, str], *, key: str, wait: float) -> dict[str, str]:
        self.asked.append((key, dict(questions)))
        if self.away:
            self.away -= 1
            raise authority.Away("busy")
        return {ref: self.says[place % len(self.says)] for place, ref in enumerate(questions)}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office()
    made.says = ["match"]
    monkeypatch.setitem(ports._functions, authority.PORT, made.ask)
    monkeypatch.setattr(matching, "available", lambda: True)
    monkeypatch.setattr(matching, "FIRST_PAUSE", 0)
    return made


@pytest.fixture
def kept(committed: None) -> World:
    """Four members of a factory, three of whom agreed to be asked about; one of a mill who agreed too."""
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        for serial, name in enumerate([*AGREED, "no"]):
            worlds.member(world, name, "factory", serial=serial + 1)
        worlds.member(world, "wei", "mill", serial=9)
        for name in [*AGREED, "wei"]:
            consents.give(actor=world.act(name), at=AT, purpose="match_with_authority")
    return world


def ask(world: World, union: str = "factory", by: str = "luyang", key: UUID | None = None) -> AuthorityRun:
    with context.acting(world.actors[by]) as actor:
        return matching.ask_authority(actor=actor, at=AT, key=key or uuid4(), union_id=world.unions[union].pk)


def levels(world: World) -> dict[str, int]:
    with context.whole():
        held = dict(Person.objects.using("bulk").values_list("pk", "real_name_level"))
    return {name: held[world.actors[name].person_id] for name in [*AGREED, "no", "wei"]}  # type: ignore[index]


def test_who_agreed_is_matched_and_nobody_else(kept: World, desk: Office) -> None:
    run = matching.work(at=AT, run_id=ask(kept).pk)

    assert levels(kept) == {"ding": 2, "lan": 2, "mei": 2, "no": 1, "wei": 1}
    assert (run.state, run.sent, run.matched) == ("done", 3, 3)
    with context.whole():
        line = Entry.objects.using("bulk").get(action="authority.run")
    assert line.detail["purpose"] == "match_with_authority"
    assert line.detail["matched"] == 3


def test_nothing_but_a_reference_and_a_digest_leaves(kept: World, desk: Office) -> None:
    matching.work(at=AT, run_id=ask(kept).pk)

    left = json.dumps(desk.asked, ensure_ascii=False)
    with context.whole():
        people = list(Person.objects.using("bulk").all())
    for serial, person in enumerate(people):
        assert person.name not in left
        assert str(person.pk) not in left
        assert worlds.number(serial + 1) not in left
    assert {len(digest) for _key, asked in desk.asked for digest in asked.values()} == {32}


def test_a_difference_opens_an_issue_and_lowers_nothing(kept: World, desk: Office) -> None:
    desk.says = ["differ", "unknown", "match"]

    run = matching.work(at=AT, run_id=ask(kept).pk)

    assert (run.matched, run.differed, run.unknown) == (1, 1, 1)
    assert sorted(levels(kept)[name] for name in AGREED) == [1, 1, 2]
    with context.whole():
        assert QualityIssue.objects.using("bulk").get(state="open").rule == "authority_mismatch"


def test_who_was_answered_about_is_not_asked_about_again_until_corrected(kept: World, desk: Office) -> None:
    desk.says = ["differ"]
    matching.work(at=AT, run_id=ask(kept).pk)
    matching.work(at=AT, run_id=ask(kept).pk)
    assert [len(asked) for _key, asked in desk.asked] == [3]
    with context.whole():
        Person.objects.using("bulk").filter(pk=kept.actors["ding"].person_id).update(name="丁小满")
    desk.says = ["match"]

    matching.work(at=AT, run_id=ask(kept).pk)

    assert [len(asked) for _key, asked in desk.asked] == [3, 1]
    assert levels(kept)["ding"] == 2
    with context.whole():
        assert QualityIssue.objects.using("bulk").filter(state="open").count() == 2


def test_an_office_that_comes_back_is_asked_again_with_the_same_key(kept: World, desk: Office) -> None:
    desk.away = 2

    run = matching.work(at=AT, run_id=ask(kept).pk)

    assert run.state == "done"
    assert len({key for key, _asked in desk.asked}) == 1


def test_an_office_that_stays_away_stops_the_run_and_it_can_go_on(kept: World, desk: Office) -> None:
    desk.away = 99
    run = matching.work(at=AT, run_id=ask(kept).pk)
    assert (run.state, run.failure) == ("stopped", "away")
    assert levels(kept)["ding"] == 1
    desk.away = 0

    with context.acting(kept.actors["luyang"]) as actor:
        matching.go_on(actor=actor, at=AT, run_id=run.pk)
    run = matching.work(at=AT, run_id=run.pk)

    assert (run.state, run.matched) == ("done", 3)


def test_killed_between_the_batches_it_goes_on_and_counts_nobody_twice(
    kept: World, desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = matching.parameters.value
    monkeypatch.setattr(
        matching.parameters,
        "value",
        lambda key, **more: 1 if key == "quality.match_at_once" else real(key, **more),
    )
    run = ask(kept)
    write, left = matching._write, [1]

    def dies(*args: Any) -> None:
        if not left:
            raise KeyboardInterrupt
        left.pop()
        write(*args)

    with monkeypatch.context() as broken:
        broken.setattr(matching, "_write", dies)
        with pytest.raises(KeyboardInterrupt):
            matching.work(at=AT, run_id=run.pk)

    done = matching.work(at=AT, run_id=run.pk)

    assert (done.sent, done.matched) == (3, 3)
    assert len(desk.asked) == 4
    assert desk.asked[1][0] == desk.asked[2][0]


def test_two_workers_on_one_run_count_everybody_once(kept: World, desk: Office) -> None:
    run = ask(kept)
    actor = kept.actors["luyang"]

    at_once(actor, lambda: matching.work(at=AT, run_id=run.pk).state)

    with context.whole():
        ended = AuthorityRun.objects.using("bulk").get(pk=run.pk)
        assert AuthorityAnswer.objects.using("bulk").count() == 3
        assert Entry.objects.using("bulk").filter(action="authority.run").count() == 1
    assert (ended.state, ended.sent, ended.matched) == ("done", 3, 3)


def test_only_who_may_and_gave_the_password_asks_and_one_at_a_time(kept: World, desk: Office) -> None:
    for name in ("factory", "mill", "shushan"):
        with pytest.raises(NotForYou):
            ask(kept, by=name)
    with context.acting(Actor(kept.actors["luyang"].user_id, "page", "test")) as actor:
        with pytest.raises(NeedsStepUp):
            matching.ask_authority(actor=actor, at=AT, key=uuid4(), union_id=kept.unions["factory"].pk)
    key = uuid4()
    assert ask(kept, key=key).pk == ask(kept, key=key).pk

    with pytest.raises(Refusal, check=lambda refusal: refusal.code == "run_waits"):
        ask(kept)
    with context.acting(kept.actors["shushan"]):
        assert not AuthorityRun.objects.exists()


@pytest.mark.parametrize(
    "answers",
    [{}, {"answers": {"other": "match"}}, {"answers": {"ref": "yes"}}, {"answers": ["match"]}, [1]],
)
def test_an_answer_that_does_not_fit_is_no_answer(
    monkeypatch: pytest.MonkeyPatch, settings: Any, answers: Any
) -> None:
    settings.AUTHORITY_URL = "http://127.0.0.1:9"

    class Response:
        def __enter__(self) -> "Response":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def read(self, most: int) -> bytes:
            return json.dumps(answers).encode()

    monkeypatch.setattr(authority.urllib.request, "urlopen", lambda *_, **__: Response())
    with pytest.raises(authority.Away):
        authority.ask({"ref": "0" * 32}, key="k", wait=1)


@pytest.fixture
def made_up(settings: Any) -> Iterator[None]:
    """The simulated office in a thread: quick, but every third question meets an error."""
    desk = office.server(office.Moods(slow=0.0, errors=0.34, hangs=0.0), seed=3)
    threading.Thread(target=desk.serve_forever, daemon=True).start()
    settings.AUTHORITY_URL = f"http://127.0.0.1:{desk.server_address[1]}"
    yield
    desk.shutdown()
    desk.server_close()


def test_the_simulated_office_is_asked_through_its_errors(
    kept: World, made_up: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "FIRST_PAUSE", 0)

    run = matching.work(at=AT, run_id=ask(kept).pk)

    assert (run.state, run.sent) == ("done", 3)
    with context.whole():
        told = list(AuthorityAnswer.objects.using("bulk").values_list("digest", "said"))
    assert all(office.verdict(digest) == said for digest, said in told)


def test_an_office_that_hangs_is_not_waited_for_long(settings: Any) -> None:
    desk = office.server(office.Moods(slow=2.0, errors=0.0, hangs=0.0))
    threading.Thread(target=desk.serve_forever, daemon=True).start()
    settings.AUTHORITY_URL = f"http://127.0.0.1:{desk.server_address[1]}"
    began = time.monotonic()

    with pytest.raises(authority.Away):
        authority.ask({"ref": "0" * 32}, key="k", wait=0.2)

    assert time.monotonic() - began < 1.5
    desk.shutdown()
    desk.server_close()


@pytest.mark.parametrize("demo", [True, False])
def test_the_office_is_a_process_of_the_demo_alone(tmp_path: Any, settings: Any, demo: bool) -> None:
    environment = {**os.environ, "ZHIJIA_DATA": str(tmp_path), "ZHIJIA_DEMO": "1" if demo else ""}
    environment["DJANGO_SETTINGS_MODULE"] = "zhijia.web.settings"
    process = subprocess.Popen(
        [sys.executable, "-m", "zhijia.web", "office", "simulate", "--slow", "0", "--errors", "0"],
        env=environment,
        stderr=subprocess.PIPE,
        preexec_fn=leash(),
    )
    try:
        if not demo:
            assert process.wait(timeout=30) == 1
            return
        settings.DATA, settings.DEMO, settings.AUTHORITY_URL = tmp_path, True, ""
        limit = time.monotonic() + 30
        while not authority.address() and time.monotonic() < limit:
            time.sleep(0.1)
        digest = "ab" * 16
        assert authority.ask({"ref": digest}, key="k", wait=5) == {"ref": office.verdict(digest)}
    finally:
        process.kill()
        process.wait()
    connections.close_all()
