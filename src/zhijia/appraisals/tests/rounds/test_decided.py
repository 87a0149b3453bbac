"""What is said of a decision: to whoever is nominated, at their page, and to the union of what is no person."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhijia.appraisals.models.rounds import Nomination, RoundVersion
from zhijia.appraisals.services.rounds import batching, holding, judging, naming, objecting, preparing
from zhijia.appraisals.tests.rounds.test_pages import browser, words
from zhijia.appraisals.tests.rounds.test_refusals import in_stage, proposed, refused
from zhijia.appraisals.tests.rounds.test_told import LATER, decided, stations, told
from zhijia.appraisals.tests.rounds.world import CLOSED, Fair, fair
from zhijia.catalogue import definitions
from zhijia.catalogue.versions import content, digest
from zhijia.kernel import days
from zhijia.notices.models import Message
from zhijia.registry.tests import ready
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

NOT_CHOSEN = "you were not chosen"
WAITS = "You get a message once there is a result."


def plain(code: str, like: str, **instead: Any) -> str:
    """A round like a shipped one, with some things said otherwise."""
    asked = definitions.load().rounds[like].model_copy(update={"code": code, **instead})
    ready.add(RoundVersion(
        code=code, number=1, content=content(asked), digest=digest(asked), state="published",
        since=AT.date(), made_by=1, published_by=2, published_at=AT, made_at=AT,
    ))  # fmt: skip
    return code


def page(made: Fair, place: int, row: Nomination) -> str:
    """What a member reads of their nomination."""
    return words(browser(made.hall.voters[place]).get(reverse("appraisals:nomination", args=[row.pk])))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    hands = {"at": LATER}
    monkeypatch.setattr(days, "now", lambda: hands["at"])
    return hands


def test_whoever_was_not_chosen_reads_how_their_appeal_stands(db: Any, clock: dict[str, Any]) -> None:
    made = fair(4)
    chosen, other = proposed(made)
    assert WAITS in page(made, 1, other)
    batching.decide(actor=made.act("second"), at=LATER, round_id=made.round.pk)
    assert "once the days of appeal are over" in page(made, 0, chosen)

    said = objecting.appeal(actor=made.member(1), at=LATER, nomination_id=other.pk, words="请复核")
    waits = page(made, 1, other)
    assert (NOT_CHOSEN in waits, "when your appeal is answered" in waits, WAITS in waits) == (
        True,
        True,
        False,
    )
    objecting.answer(actor=made.act("province"), at=LATER, objection_id=said.pk, upheld=False, words="无误")
    after = page(made, 1, other)
    assert ("the decision stands" in after, "when your appeal" in after, WAITS in after) == (
        True,
        False,
        False,
    )


def test_whoever_did_not_appeal_reads_that_the_days_are_over(db: Any, clock: dict[str, Any]) -> None:
    made = fair(4)
    _chosen, other = decided(made)
    clock["at"] = LATER + timedelta(days=40)
    late = page(made, 1, other)
    assert (NOT_CHOSEN in late, "The days for an appeal are over." in late, WAITS in late) == (
        True,
        True,
        False,
    )


def test_nothing_is_said_of_appeals_where_a_round_has_none(db: Any, clock: dict[str, Any]) -> None:
    made = fair(4, code=plain("test.craftsman", "craftsman", appeal=""))
    chosen, other = decided(made)
    first, second = page(made, 0, chosen), page(made, 1, other)
    assert ("you were chosen" in first, "days of appeal" in first) == (True, False)
    assert (NOT_CHOSEN in second, "nobody can appeal" in second, WAITS in second) == (True, True, False)


def test_whoever_is_in_a_round_that_was_stopped_reads_why(db: Any, clock: dict[str, Any]) -> None:
    made = fair(4)
    row, _other = in_stage(made)
    preparing.stop(actor=made.act(), at=CLOSED, round_id=made.round.pk, reason="经费没有落实")
    stopped = page(made, 0, row)
    assert ("经费没有落实" in stopped, "The round was stopped" in stopped, WAITS in stopped) == (
        True,
        True,
        False,
    )


def station_round() -> str:
    return plain("test.station", "most_beautiful_station", stages=(), ties=(), quotas=(), notices=())


def test_a_union_is_told_of_each_it_nominated_by_whoever_holds_the_right_now(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = fair(2, code=station_round(), budget=0)
    worlds.appoint(made.world, "factory", "grassroots_officer", "colleague")
    monkeypatch.setattr(days, "now", lambda: CLOSED)
    _chosen, other = stations(made)

    link = f"/work/rounds/entries/{other.pk}/"
    heard = {
        who: told(made.act(who), "round_decided_of_union")
        for who in ("factory", "colleague", "mill", "luyang", "second")
    }
    assert heard == {"factory": [link], "colleague": [link], "mill": [], "luyang": [], "second": []}
    assert told(made.act("factory"), "round_decided") == []
    assert Message.objects.get(kind="round_decided_of_union").values["name"] == other.title


@pytest.mark.parametrize("unit", ["factory", "luyang"])
def test_who_holds_the_round_neither_appeals_nor_is_told_to_even_where_it_is_their_own_entry(
    db: Any, monkeypatch: pytest.MonkeyPatch, unit: str
) -> None:
    made = fair(2, code=station_round(), budget=0)
    monkeypatch.setattr(days, "now", lambda: CLOSED)
    _chosen, other = stations(made, unit)
    assert [told(made.act(who), "round_decided_of_union") for who in ("luyang", "second")] == [[], []]
    for who in ("luyang", "second", "province"):
        act = reverse("appraisals:round_entry_act", args=[other.pk, "appeal"])
        shown = words(browser(made.world.actors[who]).get(reverse("appraisals:round_entry", args=[other.pk])))
        assert act not in shown
        with refused("appeal_of_own_decision"):
            objecting.appeal(actor=made.act(who), at=CLOSED, nomination_id=other.pk, words="请复核")


def test_the_page_of_a_judged_round_counts_its_scores_and_loads_none(db: Any, clock: dict[str, Any]) -> None:
    made = fair(4)
    rows = in_stage(made, 3)
    made.judge({rows[0].pk: 40, rows[1].pk: 10})
    judging.recuse(actor=made.act("judge-0"), at=CLOSED, nomination_id=rows[1].pk)
    made.act()
    held = holding.held(made.act(), made.round.pk)

    with CaptureQueriesContext(connection) as seen:
        waits = judging.waits_for(held, CLOSED.date())

    asked = [
        one["sql"] for one in seen if "appraisals_score" in one["sql"] or "appraisals_recusal" in one["sql"]
    ]
    assert (len(asked), "HAVING count" in asked[0]) == (1, True)
    assert "2、3" in str(waits)
    with refused("too_few_scores"):
        judging.close_stage(actor=made.act(), at=CLOSED, round_id=made.round.pk)


def test_a_union_is_told_by_name_what_was_not_named(db: Any, clock: dict[str, Any]) -> None:
    made = fair(2, code=station_round(), budget=0)
    clock["at"] = CLOSED
    _chosen, other = stations(made)
    clock["at"] = CLOSED + timedelta(days=40)
    naming.name(actor=made.act(), at=clock["at"], round_id=made.round.pk)

    assert told(made.act("factory"), "round_not_named") == []
    made.act("factory")
    (message,) = Message.objects.filter(kind="round_not_named_of_union")
    assert (message.values["name"], str(other.pk) in message.link) == (other.title, True)
