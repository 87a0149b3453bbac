"""What a definition says otherwise than another, in words."""

from typing import Any

import pytest
from django.utils import translation

from zhijia.administration.services import comparing
from zhijia.administration.services.kinds import KINDS
from zhijia.administration.tests.filling.drafts import TODAY
from zhijia.catalogue import definitions
from zhijia.catalogue.versions import content

pytestmark = pytest.mark.django_db
REGISTERS = KINDS["registers"]


def brands() -> dict[str, Any]:
    return content(definitions.load().registers["service_brands"])


def told(after: dict[str, Any], language: str = "en") -> list[tuple[str, str, str, str]]:
    with translation.override(language):
        found = comparing.changes(REGISTERS, brands(), after, on=TODAY)
        return [(" › ".join(one.where), one.how, one.before, one.after) for one in found]


def test_what_is_the_same_is_not_told_and_neither_is_what_never_can_be() -> None:
    assert told({**brands(), "code": "other", "version": 7}) == []


def test_a_word_of_one_language_is_told_to_the_readers_of_the_other() -> None:
    after = brands()
    after["label"] = {**after["label"], "zh": "品牌"}
    assert told(after, "zh-hans")[0][2:] == ("工会服务品牌", "品牌")
    assert told(after, "en")[0][2:] == ("工会服务品牌", "品牌")


def test_a_key_of_an_entry_is_told_under_what_the_entry_is_called() -> None:
    after = brands()
    after["fields"][0] = {**after["fields"][0], "most": 80, "see": "keepers"}
    changes = told(after)
    assert [how for _where, how, *_said in changes] == ["changed", "changed"]
    assert all(" › Brand › " in where for where, *_rest in changes)
    assert {said for *_rest, said in changes if said.isdigit()} == {"80"}


def test_entries_come_go_and_change_places() -> None:
    after = brands()
    first, second, *rest = after["fields"]
    new = {**first, "name": "extra", "label": {"en": "Extra", "zh": "另外"}}
    after["fields"] = [second, first, *rest[:-1], new]
    changes = {where.rpartition(" › ")[2]: how for where, how, *_said in told(after)}
    assert changes["Trade mark until"] == "removed"
    assert changes["Extra"] == "added"
    assert "ordered" in changes.values()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_any_two_definitions_of_a_kind_can_be_compared(kind: str) -> None:
    rows = list(getattr(definitions.load(), kind).values())
    for one, other in zip(rows, rows[1:] + rows[:1], strict=True):
        for language in ("zh-hans", "en"):
            with translation.override(language):
                for change in comparing.changes(KINDS[kind], content(one), content(other), on=TODAY):
                    assert change.where
                    assert isinstance(change.before, str)
                    assert isinstance(change.after, str)


def told_of(
    kind: str, code: str, after: dict[str, Any], language: str = "zh-hans"
) -> dict[str, tuple[str, str]]:
    """What differs from a shipped definition, by where it stands."""
    before = content(getattr(definitions.load(), kind)[code])
    with translation.override(language):
        found = comparing.changes(KINDS[kind], before, {**before, **after}, on=TODAY)
        return {" › ".join(one.where): (one.before, one.after) for one in found}


def test_a_rule_that_changed_is_told_in_the_words_of_the_outline() -> None:
    rule = definitions.load().rules["member.active"]
    told = told_of("rules", rule.code, {"text": "person.age > 49"})
    ((before, after),) = [said for where, said in told.items() if "规则" in where]
    assert "person." not in before + after
    assert "满50周岁" in after
    assert "会籍状态" in before


def test_pairs_that_changed_are_told_row_by_row_by_their_labels() -> None:
    asked = content(definitions.load().rounds["craftsman"])
    given = {**asked["gives"]["given"], "kind": "=craftsman_of_year", "decision": "=年度文件"}
    del given["trade"]
    told = told_of("rounds", "craftsman", {"gives": {**asked["gives"], "given": given}})
    fields = definitions.load().registers["honour_title"].by_name
    rows = {where.rpartition(" › ")[2]: said for where, said in told.items()}
    assert set(rows) == {str(fields[name].label.zh) for name in ("kind", "decision", "trade")}
    assert rows[fields["trade"].label.zh] == ("工种", "")
    assert not any("=" in one or "craftsman" in one for said in rows.values() for one in said)


def test_a_number_that_changed_is_told_with_what_it_is_called() -> None:
    told = told_of("rounds", "craftsman", {"days": "=12"})
    ((before, after),) = told.values()
    assert "rounds." not in before
    assert after == "12"


def test_a_part_that_is_said_for_the_first_time_is_told_in_words() -> None:
    drive = content(definitions.load().campaigns["send_coolness"])
    assert drive["budget"] is not None
    ((before, after),) = told_of("campaigns", "send_coolness", {"budget": None}).values()
    assert after == ""
    assert "fund" not in before
    assert "=" not in before


def test_parts_of_a_part_that_is_said_for_the_first_time_are_told_too() -> None:
    code, drive = next(
        (code, content(one))
        for code, one in definitions.load().campaigns.items()
        if any(ask.held and ask.held.told for thing in one.each for ask in thing.questions)
    )
    asks = [ask for thing in drive["each"] for ask in thing["questions"]]
    ask = next(ask for ask in asks if (ask["held"] or {}).get("told"))
    fact = definitions.load().facts[ask["held"]["told"]["kind"]].label.zh
    ask["held"] = None
    ((before, after),) = told_of("campaigns", code, {"each": drive["each"]}).values()
    assert after == ""
    assert f"（统计什么：{fact}；" in before


def test_two_rules_that_read_alike_are_told_as_they_are_written() -> None:
    rules, old = KINDS["rules"], content(definitions.load().rules["member.active"])
    before, after = {**old, "text": "person.age > 49"}, {**old, "text": "person.age >= 50"}
    with translation.override("zh-hans"):
        (change,) = comparing.changes(rules, before, after, on=TODAY)
    assert (change.before, change.after) == ("person.age > 49", "person.age >= 50")


def test_two_values_of_a_pair_that_read_alike_are_told_as_they_are_written() -> None:
    old = content(definitions.load().rounds["craftsman"])
    before, after = (
        {**old, "gives": {**old["gives"], "given": {**old["gives"]["given"], "decision": said}}}
        for said in ("=年度文件", "年度文件")
    )
    with translation.override("zh-hans"):
        (change,) = comparing.changes(KINDS["rounds"], before, after, on=TODAY)
    assert (change.before, change.after) == ("=年度文件", "年度文件")
