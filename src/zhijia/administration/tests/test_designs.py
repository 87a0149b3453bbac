"""Definitions written in the program: drafted by one, published by a second, checked and tried before."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
import yaml
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.administration.services import designing, filling, kinds, trying
from zhijia.administration.services.kinds import KINDS
from zhijia.catalogue import definitions, written
from zhijia.catalogue.text import Text
from zhijia.catalogue.versions import Version
from zhijia.kernel import days
from zhijia.kernel.errors import NotForYou, Refusal
from zhijia.matters.models import Case, MatterVersion
from zhijia.matters.queries import offered
from zhijia.matters.services import asking, versions
from zhijia.notices.models import Message
from zhijia.registry.access import rights_of
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import AT

MATTERS, RULES = KINDS["matters"], KINDS["rules"]
TODAY = days.business_day(AT)


@pytest.fixture
def world(db: Any) -> worlds.World:
    """The province has a second officer; the factory has a member."""
    world = worlds.build()
    worlds.appoint(world, "province", "province_officer", "second")
    worlds.member(world, "member", "factory", serial=41)
    return world


def copied(world: worlds.World, code: str = "degree_support", new: str = "fees_back") -> Version:
    return designing.start(actor=world.act("province"), at=AT, kind=MATTERS, code=code, new_code=new)


def typed(world: worlds.World, draft: Version, **more: Any) -> Version:
    """The draft with some keys said otherwise."""
    said = {**yaml.safe_load(draft.text), **more}
    text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False)
    return designing.keep(actor=world.act("province"), at=AT, kind=MATTERS, version_id=draft.pk, text=text)


def proposed(world: worlds.World, version: Version, since: date = TODAY) -> Version:
    return designing.propose(
        actor=world.act("province"), at=AT, kind=MATTERS, version_id=version.pk, since=since
    )


def published(world: worlds.World, version: Version) -> Version:
    return designing.publish(actor=world.act("second"), at=AT, kind=MATTERS, version_id=version.pk)


def test_a_copied_benefit_can_be_asked_for_once_a_second_person_published_it(world: worlds.World) -> None:
    version = typed(world, copied(world), label={"en": "Fees back", "zh": "学费返还"})
    proposed(world, version)
    assert offered.find(world.act("member"), "fees_back") is None

    published(world, version)

    found = offered.find(world.act("member"), "fees_back")
    assert found is not None
    assert found.label.zh == "学费返还"
    case = asking.start(actor=world.act("member"), at=AT, code="fees_back")
    assert case.version_id == version.pk


def given_back(
    world: worlds.World, version: Version, reason: str = "Not yet", *, by: str = "second"
) -> Version:
    return designing.give_back(actor=world.act(by), at=AT, kind=MATTERS, version_id=version.pk, reason=reason)


def test_a_county_gives_no_proposal_back(world: worlds.World) -> None:
    version = proposed(world, copied(world))
    with pytest.raises(NotForYou):
        given_back(world, version, by="luyang")


def test_whoever_proposed_it_hears_what_a_second_person_made_of_it(world: worlds.World) -> None:
    version = proposed(world, copied(world))
    given_back(world, version, "The amount is too high.")
    published(world, proposed(world, version))
    again = proposed(world, copied(world, new="again"))
    designing.take_back(actor=world.act("province"), at=AT, kind=MATTERS, version_id=again.pk)
    maker = world.act("province")
    told = Message.objects.filter(user_id=maker.user_id, kind__startswith="design_").order_by("pk")
    assert [message.kind for message in told] == ["design_returned", "design_published"]
    assert told[0].values["reason"] == "The amount is too high."


def test_whoever_may_publish_a_proposal_is_told_and_finds_it_on_their_pages(world: worlds.World) -> None:
    worlds.appoint(world, "province", "province_officer", "third")
    version = designing.start(
        actor=world.act("luyang"), at=AT, kind=MATTERS, code="degree_support", new_code="ours"
    )
    designing.propose(actor=world.act("luyang"), at=AT, kind=MATTERS, version_id=version.pk, since=TODAY)

    told = {name: _told(world, name) for name in ("province", "second", "third", "luyang", "shushan")}
    waits = {name: designing.waiting(rights_of(world.act(name))) for name in ("second", "luyang", "shushan")}

    assert told == {"province": 1, "second": 1, "third": 1, "luyang": 0, "shushan": 0}
    assert waits == {"second": 1, "luyang": 0, "shushan": 0}
    published(world, version)
    assert designing.waiting(rights_of(world.act("third"))) == 0


def _told(world: worlds.World, name: str) -> int:
    return Message.objects.filter(user_id=world.act(name).user_id, kind="design_proposed").count()


def test_whoever_proposed_it_does_not_publish_it(world: worlds.World) -> None:
    version = proposed(world, copied(world))

    with pytest.raises(Refusal) as same:
        designing.publish(actor=world.act("province"), at=AT, kind=MATTERS, version_id=version.pk)

    assert same.value.code == "second_person"
    with pytest.raises(ProgrammingError), transaction.atomic():
        MatterVersion.objects.filter(pk=version.pk).update(
            state="published", published_by=version.made_by, published_at=AT
        )


@pytest.mark.parametrize("way", ["UPDATE matters_version SET content = '{}'", "DELETE FROM matters_version"])
def test_what_was_published_never_changes_whoever_writes(world: worlds.World, way: str) -> None:
    version = published(world, proposed(world, copied(world)))

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{way} WHERE id = %s", [version.pk])


def test_nothing_is_published_that_was_not_proposed(world: worlds.World) -> None:
    version = copied(world)

    with pytest.raises(NotForYou):
        published(world, version)
    with pytest.raises(IntegrityError), transaction.atomic():
        MatterVersion.objects.filter(pk=version.pk).update(
            state="published", published_by=1, published_at=AT, since=TODAY
        )


def test_a_running_case_keeps_the_version_it_began_with(world: worlds.World) -> None:
    case = asking.start(actor=world.act("member"), at=AT, code="degree_support")
    version = typed(world, copied(world, new=""), label={"en": "Another", "zh": "另一个"})
    published(world, proposed(world, version))

    world.act("member")
    kept = Case.objects.get(pk=case.pk)

    assert versions.definition(kept.version).label.zh != "另一个"
    assert versions.in_force("degree_support", at=AT, day=TODAY).pk == version.pk
    assert version.number == definitions.load().matters["degree_support"].version + 1


def test_a_version_of_a_later_day_is_not_in_force_before_it(world: worlds.World) -> None:
    version = typed(world, copied(world), label={"en": "Later", "zh": "以后"})
    published(world, proposed(world, version, since=TODAY + timedelta(days=3)))

    assert "fees_back" not in versions.all_in_force(day=TODAY + timedelta(days=2))
    assert "fees_back" in versions.all_in_force(day=TODAY + timedelta(days=3))


def test_an_older_version_is_not_published_over_a_newer_one(world: worlds.World) -> None:
    first, second = copied(world, new=""), copied(world, new="")
    proposed(world, first)
    published(world, proposed(world, second))

    with pytest.raises(Refusal) as late:
        published(world, first)

    assert late.value.code == "newer_published"


def test_a_county_drafts_and_does_not_publish(world: worlds.World) -> None:
    version = designing.start(
        actor=world.act("luyang"), at=AT, kind=MATTERS, code="degree_support", new_code="fees_back"
    )
    designing.propose(actor=world.act("luyang"), at=AT, kind=MATTERS, version_id=version.pk, since=TODAY)

    with pytest.raises(NotForYou):
        designing.publish(actor=world.act("shushan"), at=AT, kind=MATTERS, version_id=version.pk)

    assert published(world, version).state == Version.State.PUBLISHED


@pytest.mark.parametrize("name", ["factory", "member"])
def test_nobody_without_the_right_sees_or_writes_one(world: worlds.World, name: str) -> None:
    version = proposed(world, copied(world))
    with pytest.raises(NotForYou):
        designing.find(world.act(name), MATTERS, version.pk)
    with pytest.raises(NotForYou):
        designing.start(actor=world.act(name), at=AT, kind=MATTERS, code="degree_support", new_code="other")


def test_anothers_draft_is_none(world: worlds.World) -> None:
    version = copied(world)
    with pytest.raises(NotForYou):
        designing.find(world.act("second"), MATTERS, version.pk)
    with pytest.raises(NotForYou):
        designing.keep(actor=world.act("second"), at=AT, kind=MATTERS, version_id=version.pk, text="a: 1")


def test_a_code_is_taken_once(world: worlds.World) -> None:
    copied(world)
    for taken in ("fees_back", "petition"):
        with pytest.raises(Refusal) as refused:
            copied(world, new=taken)
        assert refused.value.code == "code_taken"


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("an unknown key", {"colour": "red"}, "colour"),
    ("no translation", {"label": {"en": "Only English"}}, "label"),
    ("an unknown list", {"group": "moon"}, "group"),
    ("another code", {"code": "petition"}, "code"),
    ("another version", {"version": 9}, "version"),
]


@pytest.mark.parametrize(("why", "more", "key"), BAD, ids=[why for why, *_rest in BAD])
def test_what_is_wrong_is_told_in_its_line_and_not_proposed(
    world: worlds.World, why: str, more: dict[str, Any], key: str
) -> None:
    version = typed(world, copied(world), **more)
    _definition, wrong = kinds.read(MATTERS, version, version.text, on=TODAY)

    assert wrong
    assert version.text.splitlines()[wrong[0].line - 1].startswith(f"{key}:")
    with pytest.raises(Refusal) as refused:
        proposed(world, version)
    assert refused.value.code == "still_wrong"


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{two}: &{two} [*{one}, *{one}]\n" for one, two in pairwise("abcdefghij")
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: [1",
        "- 1",
        "a: 1\na: 2",
        "x" * 100_001,
        "a: !!python/object:os {}",
        "\t",
        "[" * 50_000,
        "[" * 3_000 + "]" * 3_000,
        "&a [*a]",
        LAUGHS,
    ],
)
def test_a_text_that_is_no_definition_is_a_sentence(text: str) -> None:
    found, wrong = written.read(RULES.definition, text)
    assert found is None
    assert all(one.words.en and one.words.zh and one.line >= 1 for one in wrong)
    assert wrong


def test_a_mistake_in_a_rule_is_told_in_the_line_it_stands_in(world: worlds.World) -> None:
    version = designing.start(
        actor=world.act("province"), at=AT, kind=RULES, code="member.votes", new_code="own"
    )
    text = (
        f"code: own\nlabel: {{en: Own, zh: 自定}}\nversion: 1\nsource: own\nconfidence: D\nsubject: person\n"
        f"purpose: register\nsince: {TODAY}\ntext: |\n  person.migrant &&\n  person.nothing > 1\n"
    )
    _found, wrong = kinds.read(RULES, version, text, on=TODAY)
    assert [one.line for one in wrong] == [11]


def test_it_is_tried_without_leaving_anything(world: worlds.World) -> None:
    matter = definitions.load().matters["degree_support"]
    factory = world.unions["factory"]
    before = list(Case.objects.values_list("pk", flat=True))
    tried = {
        yuan: trying.attempt(
            actor=world.act("province"), at=AT, matter=matter, union=factory, typed={"asked": yuan}
        )
        for yuan in ("100", "999999")
    }

    small, large = ([stop.who for stop in one.stops if stop.who] for one in tried.values())
    assert small[0] == factory.name
    assert world.unions["city"].name in large
    assert world.unions["city"].name not in small
    assert all(stop.when for one in tried.values() for stop in one.stops if stop.who)
    assert list(Case.objects.values_list("pk", flat=True)) == before


def test_what_cannot_be_an_answer_is_told_when_it_is_tried(world: worlds.World) -> None:
    tried = trying.attempt(
        actor=world.act("province"),
        at=AT,
        matter=definitions.load().matters["degree_support"],
        union=world.unions["factory"],
        typed={"asked": "much"},
    )
    assert [wrong.name for wrong in tried.wrong] == ["asked"]


def browser(world: worlds.World, name: str, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.cookies["language"] = language
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_lead_from_the_copy_to_the_publication(world: worlds.World, language: str) -> None:
    kind, code = "matters", "degree_support"
    maker, second = browser(world, "province", language), browser(world, "second", language)
    copy = reverse("administration:copy_design", args=[kind, code])
    shelf = reverse("administration:shelf", args=[kind])
    assert shelf in maker.get(reverse("administration:designs")).content.decode()
    assert copy in maker.get(shelf).content.decode()
    answer = maker.post(copy, {"becomes": "new", "name_zh": "学历帮扶", "new_code": "my_own"})
    page = answer["location"]
    version = KINDS[kind].model._default_manager.get(code="my_own")
    assert second.get(page).status_code == 404
    sent = {"text": "code: [broken", "made_from": filling.digest_of(version.text)}
    assert maker.post(page, sent).status_code == 302
    assert "code: [broken" in maker.get(page).content.decode()
    maker.post(page, {"text": version.text, "made_from": filling.digest_of("code: [broken")})
    assert maker.post(f"{page}propose/", {"since": str(days.business_day(days.now()))}).status_code == 302
    assert maker.post(f"{page}publish/", follow=True).status_code == 200
    version.refresh_from_db()
    assert version.state == Version.State.PROPOSED

    assert second.get(page).status_code == 200
    second.post(f"{page}publish/", {"seen": designing.proposal(version)})

    version.refresh_from_db()
    assert version.state == Version.State.PUBLISHED
    assert maker.get(page).status_code == 200


def test_a_code_that_is_made_is_no_longer_than_a_code_may_be(world: worlds.World) -> None:
    """A definition whose code has all 60 letters is copied twice under names of their own."""
    long = f"degree_{'x' * 50}_so"
    version = proposed(world, copied(world, new=long))
    designing.publish(actor=world.act("second"), at=AT, kind=MATTERS, version_id=version.pk)
    named = Text(en="Mine", zh="我的")
    made = [
        designing.start(actor=world.act("province"), at=AT, kind=MATTERS, code=long, name=named).code
        for _twice in range(2)
    ]
    assert made == [f"degree_{'x' * 50}_{number}" for number in (2, 3)]


def test_an_old_window_overwrites_nothing_and_what_was_typed_in_it_stays(world: worlds.World) -> None:
    maker, version = browser(world, "province"), copied(world)
    page, began = reverse("administration:design", args=["matters", version.pk]), version.text
    old = filling.digest_of(began)
    assert f'name="made_from" value="{old}"' in maker.get(page, {"as": "text"}).content.decode()
    assert maker.post(page, {"text": f"{began}# first\n", "made_from": old}).status_code == 302
    for made_from in (old, ""):
        answer = maker.post(page, {"text": f"{began}# second\n", "made_from": made_from})
        assert answer.status_code == 422
        said = answer.content.decode()
        assert "已在另一个窗口" in said
        assert "# second" in said
    version.refresh_from_db()
    assert version.text == f"{began}# first\n"


def test_a_text_that_is_too_long_stays_on_its_page(world: worlds.World) -> None:
    maker, version = browser(world, "province"), copied(world)
    page, sent = reverse("administration:design", args=["matters", version.pk]), "x: long\n" * 13_000
    answer = maker.post(page, {"text": sent, "made_from": filling.digest_of(version.text)})
    assert (answer.status_code, "x: long" in answer.content.decode()) == (422, True)


def test_what_was_proposed_anew_is_not_published_by_who_saw_the_former(world: worlds.World) -> None:
    version = proposed(world, copied(world))
    page, second = (
        reverse("administration:publish_design", args=["matters", version.pk]),
        browser(world, "second"),
    )
    seen = designing.proposal(version)
    designing.take_back(actor=world.act("province"), at=AT, kind=MATTERS, version_id=version.pk)
    version = proposed(world, typed(world, version, guidance={"en": "Other", "zh": "后来改的"}))

    for before in ({"seen": seen}, {}):
        assert "重新提交" in second.post(page, before, follow=True).content.decode()
        version.refresh_from_db()
        assert version.state == Version.State.PROPOSED
    second.post(page, {"seen": designing.proposal(version)})
    version.refresh_from_db()
    assert version.state == Version.State.PUBLISHED


@pytest.mark.parametrize("unseen", ["\\0", "\\x07", "\\ud800"])
def test_a_character_that_no_record_holds_is_named_at_its_line(unseen: str) -> None:
    found, wrong = written.tree_of(f'code: mine\nsource: "one{unseen}two"\n')
    assert (found, [one.line for one in wrong]) == (None, [2])


def test_a_matter_is_tried_on_its_page(world: worlds.World) -> None:
    maker = browser(world, "province")
    version = copied(world)
    page = reverse("administration:try_design", args=["matters", version.pk])
    told = maker.post(page, {"tried_at": world.unions["factory"].code, "asked": "100"}).content.decode()
    assert world.unions["luyang"].name in told
    assert maker.post(page, {"tried_at": "nowhere"}).status_code == 422


def test_who_holds_the_right_below_the_top_is_offered_no_publishing(world: worlds.World) -> None:
    worlds.appoint(world, "luyang", "county_reviewer", "below")
    version = proposed(world, copied(world))
    page = reverse("administration:design", args=["matters", version.pk])
    publish = reverse("administration:publish_design", args=["matters", version.pk])
    assert publish in browser(world, "second").get(page).content.decode()
    below = browser(world, "below")
    assert publish not in below.get(page).content.decode()
    assert below.post(publish).status_code == 404


def test_what_was_given_back_is_the_makers_draft_who_reads_why_until_it_is_proposed_again(
    world: worlds.World,
) -> None:
    version = proposed(world, copied(world))
    page = reverse("administration:give_back_design", args=["matters", version.pk])
    answer: Any = browser(world, "second").post(page, {"reason": "  <b>The steps</b> are wrong.  "})
    assert answer["location"] == reverse("administration:designs")
    version.refresh_from_db()
    assert (version.state, version.returned) == (Version.State.DRAFT, "<b>The steps</b> are wrong.")
    design = reverse("administration:design", args=["matters", version.pk])
    assert (
        "&lt;b&gt;The steps&lt;/b&gt; are wrong." in browser(world, "province").get(design).content.decode()
    )

    proposed(world, version)
    version.refresh_from_db()
    assert version.returned == ""
    designing.take_back(actor=world.act("province"), at=AT, kind=MATTERS, version_id=version.pk)
    designing.discard(actor=world.act("province"), at=AT, kind=MATTERS, version_id=version.pk)
    assert not MatterVersion.objects.filter(pk=version.pk).exists()


@pytest.mark.parametrize("typed_reason", ["", " \n ", "x" * 10_000])
def test_nothing_is_given_back_without_a_reason_one_can_read(world: worlds.World, typed_reason: str) -> None:
    version = proposed(world, copied(world))
    with pytest.raises(Refusal):
        given_back(world, version, typed_reason)
    page = reverse("administration:give_back_design", args=["matters", version.pk])

    answer = browser(world, "second").post(page, {"reason": typed_reason})

    assert answer.status_code == 422
    assert typed_reason.strip() in answer.content.decode()
    version.refresh_from_db()
    assert (version.state, version.returned) == (Version.State.PROPOSED, "")


def test_what_is_given_back_twice_at_once_is_given_back_once(world: worlds.World) -> None:
    version = proposed(world, copied(world))
    given_back(world, version, "First")
    with pytest.raises(Refusal) as late:
        given_back(world, version, "Second")
    assert late.value.code == "moved_on"
    page = reverse("administration:give_back_design", args=["matters", version.pk])
    assert browser(world, "second").post(page, {"reason": "Second"}).status_code == 302
    version.refresh_from_db()
    assert version.returned == "First"
    world.act("province")
    assert Message.objects.filter(kind="design_returned").count() == 1


def test_whoever_proposed_it_takes_it_back_and_gives_nothing_back(world: worlds.World) -> None:
    version = proposed(world, copied(world))
    with pytest.raises(Refusal) as own:
        given_back(world, version, by="province")
    assert own.value.code == "own_proposal"
    with pytest.raises(NotForYou):
        designing.take_back(actor=world.act("second"), at=AT, kind=MATTERS, version_id=version.pk)


def test_a_copy_remembers_what_it_was_copied_from(world: worlds.World) -> None:
    assert copied(world).copied_from == "degree_support"
    assert copied(world, new="").copied_from == ""


def test_a_first_day_in_the_past_is_refused(world: worlds.World) -> None:
    with pytest.raises(Refusal) as past:
        proposed(world, copied(world), since=TODAY - timedelta(days=1))
    assert past.value.code == "since_past"


def test_every_write_is_on_the_trail(world: worlds.World) -> None:
    published(world, proposed(world, typed(world, copied(world))))
    worlds.appoint(world, "province", "auditor", "auditor")
    world.act("auditor")
    with connection.cursor() as cursor:
        cursor.execute("SELECT action FROM audit_entry WHERE subject = 'design' ORDER BY id")
        done = [action for (action,) in cursor.fetchall()]
    assert done == ["design.start", "design.keep", "design.propose", "design.publish"]
