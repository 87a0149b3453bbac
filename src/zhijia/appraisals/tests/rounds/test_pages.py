"""The pages of rounds: a member on a phone, a judge who sees no names, officers, and what anybody reads."""

from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.appraisals.models.rounds import Award, Clearance, Nomination, Round, RoundNotice, Standing
from zhijia.appraisals.queries.rounds import desk as listed
from zhijia.appraisals.services.rounds import judging
from zhijia.appraisals.tests.rounds.test_refusals import proposed
from zhijia.appraisals.tests.rounds.world import ANSWERS, CLOSED, PAPER, Fair, fair
from zhijia.catalogue import definitions
from zhijia.catalogue.models import Division
from zhijia.kernel import masking
from zhijia.kernel.actors import Actor
from zhijia.registers.services import adding
from zhijia.registry.services import consents
from zhijia.registry.tests.world import AT

STATION = {
    "kind": "standard", "host": "工会", "division": "340103000000", "address": "淮河路1号", "area": "20",
    "facilities": ["water"], "hours": "08:00-20:00", "opened_on": "2025-05-01",
}  # fmt: skip


@pytest.fixture
def made(db: Any, clock: dict[str, Any]) -> Fair:
    return fair(3)


def browser(actor: Actor | None, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.cookies["language"] = language
    if actor is not None:
        User.objects.filter(pk=actor.user_id).update(language=language)
        client.force_login(User.objects.get(pk=actor.user_id))
    return client


def words(answer: Any) -> str:
    return str(answer.content.decode())


def nominated(made: Fair) -> Nomination:
    """A member nominates themselves on their pages."""
    phone = browser(made.hall.voters[0])
    phone.post(reverse("appraisals:call", args=[made.round.pk]), {"once": str(uuid4())})
    made.member(0)
    row = Nomination.objects.get()
    page = reverse("appraisals:nomination", args=[row.pk])
    kept = phone.post(page, {"once": str(uuid4()), "step": "keep", "trade": "焊工", "years": "lots"})
    assert (kept.status_code, "whole number" in words(kept)) == (422, True)
    handed = phone.post(page, {"once": str(uuid4()), "step": "hand_in", "agreed": "yes", **ANSWERS})
    assert handed.status_code == 302, words(handed)[-2000:]
    return row


def test_a_round_is_walked_on_its_pages(made: Fair, clock: dict[str, Any]) -> None:
    row = nominated(made)
    phone, unit = browser(made.hall.voters[0]), browser(made.world.actors["factory"])
    county, second = browser(made.world.actors["luyang"]), browser(made.world.actors["second"])

    def at_entry(client: Client, act: str, **said: Any) -> Any:
        return client.post(reverse("appraisals:round_entry_act", args=[row.pk, act]), said)

    def step(act: str, client: Client = county, **said: Any) -> Any:
        answer = client.post(reverse("appraisals:round_act", args=[made.round.pk, act]), said)
        assert answer.status_code == 302, words(answer)[-3000:]
        return answer

    assert row.title in words(unit.get(reverse("appraisals:rounds", args=[made.hall.union.code])))
    at_entry(unit, "show")
    assert at_entry(unit, "recommend", **{"yes-words": "会议通过"}).status_code == 422
    clock["at"] = AT + timedelta(days=9)
    assert at_entry(unit, "recommend", **{"yes-words": "会议通过"}).status_code == 302
    step("clear")
    made.act()
    (asked,) = Clearance.objects.all()
    answered = at_entry(
        county, "clear", clearance=str(asked.pk), clear="yes", answered_on="2026-11-29", words="",
        paper=SimpleUploadedFile("paper.pdf", PAPER, "application/pdf"),
    )  # fmt: skip
    assert answered.status_code == 302, words(answered)[-3000:]
    made.name_judges()
    clock["at"] = CLOSED
    step("begin")
    for name in made.judges:
        judge = browser(made.world.actors[name])
        listed = judge.get(reverse("appraisals:judging", args=[made.round.pk]))
        one = reverse("appraisals:judge_entry", args=[made.round.pk, row.pk])
        shown = judge.get(one)
        assert row.title not in words(listed) + words(shown)
        assert "薄壁管道" in words(shown)
        assert judge.post(one, {"skill": "41", "results": "30", "teaching": "10"}).status_code == 422
        assert judge.post(one, {"skill": "40", "results": "30", "teaching": "10"}).status_code == 302
    step("close")
    batch = reverse("appraisals:batch", args=[made.round.pk])
    counted = words(county.post(batch, {"step": "keep", "chosen": [str(row.pk)]}))
    assert "1, at least 1" in counted
    assert county.post(batch, {"step": "propose", "chosen": [str(row.pk)]}).status_code == 302
    step("show")
    hung = RoundNotice.objects.get(where="batch")
    public = browser(None).get(reverse("appraisals:round_notice", args=[hung.pk]))
    assert (public.status_code, row.title in words(public), public["X-Robots-Tag"]) == (200, False, "noindex")
    clock["at"] = CLOSED + timedelta(days=9)
    step("decide", second)
    step("show")
    clock["at"] = CLOSED + timedelta(days=18)
    step("name")
    assert browser(None).get(reverse("appraisals:round_notice", args=[hung.pk])).status_code == 404

    made.act()
    assert made.again().state == Round.State.NAMED
    award = Award.objects.get()
    paper = phone.get(reverse("appraisals:nomination_certificate", args=[row.pk]))
    assert paper.content.startswith(b"%PDF")
    stands = words(browser(None).get(reverse("appraisals:verify_certificate", args=[award.token])))
    assert ("Yes, it stands" in stands, row.title in stands) == (True, False)
    step("withdraw", award=str(award.pk), **{"withdraw-words": "弄虚作假"})
    assert "withdrawn" in words(
        browser(None).get(reverse("appraisals:verify_certificate", args=[award.token]))
    )


def test_all_that_is_missing_is_said_at_once_when_a_nomination_is_handed_in(made: Fair) -> None:
    phone = browser(made.hall.voters[0])
    phone.post(reverse("appraisals:call", args=[made.round.pk]), {"once": str(uuid4())})
    made.member(0)
    page = reverse("appraisals:nomination", args=[Nomination.objects.get().pk])

    said = {"once": str(uuid4()), "step": "hand_in", "agreed": "yes", "trade": "焊工", "years": "lots"}
    handed = phone.post(page, said)

    shown = words(handed)
    linked = [name for name in ANSWERS if f'href="#id_{name}"' in shown]
    assert (handed.status_code, linked) == (422, ["post", "years", "craft", "apprentices"])
    assert shown.count("whole number") == 2  # above, and beside its field: not also as one that is missing


def test_judging_cannot_be_begun_on_the_page_before_it_can(made: Fair, clock: dict[str, Any]) -> None:
    county = browser(made.world.actors["luyang"])
    page = reverse("appraisals:round", args=[made.round.pk])
    begin = reverse("appraisals:round_act", args=[made.round.pk, "begin"])

    early = words(county.get(page))
    clock["at"] = CLOSED
    empty = words(county.get(page))
    made.take_in(made.nominate(0))
    ready = words(county.get(page))

    assert [begin in one for one in (early, empty, ready)] == [False, False, True]
    assert "Not yet: the call is open until" in early
    assert "no nomination is in" in empty


def test_a_stranger_finds_no_round_entry_or_judges_page(made: Fair) -> None:
    row = made.nominate(0)
    mill, other = browser(made.world.actors["mill"]), browser(made.hall.voters[1])

    for name, args in (
        ("round", [made.round.pk]),
        ("rounds", [made.world.unions["luyang"].code]),
        ("round_entry", [row.pk]),
        ("batch", [made.round.pk]),
        ("judging", [made.round.pk]),
    ):
        assert mill.get(reverse(f"appraisals:{name}", args=args)).status_code == 404
    assert other.get(reverse("appraisals:nomination", args=[row.pk])).status_code == 404
    assert mill.post(reverse("appraisals:round_act", args=[made.round.pk, "stop"])).status_code == 404
    assert browser(None).get(reverse("appraisals:verify_certificate", args=["nobody"])).status_code == 404


def test_a_quota_that_cannot_be_met_is_said_before_and_at_the_decision(
    made: Fair, clock: dict[str, Any]
) -> None:
    made.name_judges()
    rows = [made.take_in(made.nominate(place, post="head")) for place in range(2)]
    clock["at"] = CLOSED
    judging.begin(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    made.clear()
    made.judge({row.pk: 20 for row in rows})
    judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)
    county = browser(made.world.actors["luyang"])
    page = reverse("appraisals:batch", args=[made.round.pk])

    before = words(county.get(reverse("appraisals:round", args=[made.round.pk])))
    ticked = {"step": "look", "chosen": [str(row.pk) for row in rows]}
    looked = words(county.post(page, ticked, headers={"HX-Request": "true"}))
    made.act()
    assert not Standing.objects.filter(chosen=True).exists()
    refused = words(county.post(page, {"step": "propose", "chosen": [str(row.pk) for row in rows]}))

    assert "Front-line workers: a full batch needs 1 such entries, and 0 are there." in before
    assert ("<!doctype" in looked.lower(), "2, at most 0" in looked) == (False, True)
    assert "Heads of units: a full batch needs 2 others, and 0 are there." in looked
    assert "there have to be at least 1, and there are 0" in refused
    assert "broken" in refused


def test_somebody_objects_to_an_entry_of_a_notice_and_it_waits(made: Fair, clock: dict[str, Any]) -> None:
    row = made.nominate(0)
    clock["at"] = AT + timedelta(hours=1)
    unit = browser(made.world.actors["factory"])
    unit.post(reverse("appraisals:round_entry_act", args=[row.pk, "show"]))
    made.act("factory")
    notice = RoundNotice.objects.get()
    other = browser(made.hall.voters[2])
    page = reverse("appraisals:round_notice", args=[notice.pk])

    said = other.post(page, {"entry": str(row.pk), "words": "业绩不实。"})
    again = other.post(page, {"entry": str(row.pk), "words": "业绩不实。"})

    assert (said.status_code, again.status_code) == (302, 422)
    clock["at"] = AT + timedelta(days=9)
    county = browser(made.world.actors["luyang"])
    waits = unit.post(
        reverse("appraisals:round_entry_act", args=[row.pk, "recommend"]), {"yes-words": "通过"}
    )
    assert "An objection waits" in words(waits)
    made.act()
    objection = row.objections.get()
    county.post(
        reverse("appraisals:round_entry_act", args=[row.pk, "answer"]),
        {"objection": str(objection.pk), "upheld": "yes", "words": "经核实属实。"},
    )
    row.refresh_from_db()
    assert row.state == Nomination.State.STRUCK


def test_every_round_can_be_prepared_and_opens_in_both_languages(made: Fair) -> None:
    holders = {"county": "luyang", "city": "city", "province": "province", "grassroots": "factory"}
    clients = {language: browser(made.world.actors["province"], language) for language in ("en", "zh-hans")}
    wrong: list[str] = []
    for code, asked in definitions.load().rounds.items():
        language = "en" if len(wrong) + len(code) % 2 else "zh-hans"
        union = made.world.unions[next(holders[one] for one in holders if one in asked.levels)]
        said = {
            "once": str(uuid4()), "code": code, "year": "2026", "opens_at": "2026-11-20T10:00",
            "closes_at": "2026-12-20T10:00", "budget": "1000000",
        }  # fmt: skip
        User.objects.filter(pk=made.world.actors["province"].user_id).update(language=language)
        made_it = clients[language].post(reverse("appraisals:new_round", args=[union.code]), said)
        page = made_it["Location"] if made_it.status_code == 302 else "/"
        shown = unescape(words(clients[language].get(page)))
        opened = clients[language].post(f"{page}open/")
        if (asked.label.en if language == "en" else asked.label.zh) not in shown or opened.status_code != 302:
            wrong.append(code)

    made.act("province")
    there = set(Round.objects.filter(state=Round.State.OPEN).values_list("version__code", flat=True))
    assert (wrong, set(definitions.load().rounds) - there) == ([], set())


def test_what_is_missing_in_a_nomination_is_named(made: Fair) -> None:
    phone = browser(made.hall.voters[0])
    phone.post(reverse("appraisals:call", args=[made.round.pk]), {"once": str(uuid4())})
    made.member(0)
    page = reverse("appraisals:nomination", args=[Nomination.objects.get().pk])

    handed = phone.post(page, {"once": str(uuid4()), "step": "hand_in", "agreed": "yes"})

    assert (handed.status_code, "Fill this in." in words(handed)) == (422, True)
    assert "This field is required" not in words(handed)


def test_the_address_of_a_form_that_was_refused_leads_back_to_its_page(made: Fair) -> None:
    row = nominated(made)
    officer, phone = browser(made.world.actors["luyang"]), browser(made.hall.voters[0])
    stop = reverse("appraisals:round_act", args=[made.round.pk, "stop"])

    assert officer.post(stop, {"stop-words": ""}).status_code == 422

    for client, name, page, key in (
        (officer, "appraisals:round_act", "appraisals:round", made.round.pk),
        (officer, "appraisals:round_entry_act", "appraisals:round_entry", row.pk),
        (phone, "appraisals:nomination_act", "appraisals:nomination", row.pk),
    ):
        answer = client.get(reverse(name, args=[key, "stop"]))
        assert (answer.status_code, answer["Location"]) == (302, reverse(page, args=[key]))


def test_a_row_is_nominated_by_choosing_it_from_the_list_that_the_page_names(
    db: Any, clock: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = fair(2, code="most_beautiful_station", budget=0)
    Division.objects.create(code="340103000000", name="庐阳区", level=3, parent="")
    for union, name in (("factory", "南门驿站"), ("factory", "北门驿站"), ("luyang", "区总驿站")):
        adding.add(
            actor=made.act(union), at=AT, code="service_station", union_id=made.world.unions[union].pk,
            typed={**STATION, "name": name},
        )  # fmt: skip
    unit, union = browser(made.world.actors["factory"]), made.world.unions["factory"]
    address = reverse("appraisals:nominate", args=[union.code, made.round.pk])

    form = unit.get(address).context["form"]
    offered = [text.split(" · ")[-1] for _number, text in form.fields["number"].choices]
    assert sorted(offered) == sorted(["", "北门驿站", "南门驿站"])
    assert str(definitions.load().registers["service_station"].label) in str(form.fields["number"].label)
    assert (
        unit.post(address, {"once": str(uuid4()), "number": form.fields["number"].choices[1][0]}).status_code
        == 302
    )

    monkeypatch.setattr(listed, "CHOSEN_FROM", 1)
    for typed, status in (("区总驿站", 422), ("南门驿站", 302)):
        assert unit.post(address, {"once": str(uuid4()), "number": typed}).status_code == status
    made.act()
    assert set(Nomination.objects.values_list("title", flat=True)) == {"北门驿站", "南门驿站"}


def test_a_name_that_was_withheld_is_read_by_nobody_and_officers_see_why(
    made: Fair, clock: dict[str, Any]
) -> None:
    rows = proposed(made)
    clock["at"] = CLOSED
    notice = RoundNotice.objects.get(where="batch")
    page = reverse("appraisals:round_notice", args=[notice.pk])
    shown = masking.name(rows[0].title)
    assert shown in words(browser(None).get(page))
    consents.withdraw(actor=made.member(0), at=CLOSED, purpose="public_notice")

    seen = words(browser(None).get(page))
    assert (shown in seen, "name withheld" in seen) == (False, True)
    officer = browser(made.world.actors["luyang"])
    assert "withdrew the agreement" in words(officer.get(reverse("appraisals:round", args=[made.round.pk])))
    assert "Withdrew the agreement" in words(
        officer.get(reverse("appraisals:round_entry", args=[rows[0].pk]))
    )
    own = words(browser(made.hall.voters[0]).get(reverse("appraisals:nomination", args=[rows[0].pk])))
    assert "I agree" in own
