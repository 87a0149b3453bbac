"""Employers' moves and members who may have left, on pages: what each side sees and can do."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.kernel import context, days
from zhijia.kernel.actors import Actor
from zhijia.registry.models import Employer, LeaveProposal, Membership, Person, TransferBatch, TransferLeg
from zhijia.registry.services.batches import working
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.world import World


@pytest.fixture
def kept(committed: None) -> World:
    """Two members of the factory's union at one employer."""
    with context.acting(Actor(None, "command", "test")):
        world = worlds.build()
        for serial, name in enumerate(("an", "bo"), start=1):
            worlds.member(world, name, "factory", serial=serial, called="欧阳兰")
        world.act("factory")
        employer = Employer.objects.create(name="晨光机械有限公司", division="340103000000")
        Person.objects.update(employer_id=employer.pk)
    return world


def browser(world: World, name: str) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(User.objects.get(pk=world.actors[name].user_id))
    return client


def said(world: World, **different: str) -> dict[str, str]:
    return {
        "employer": "晨光机械有限公司", "what": "moved",
        "leaving": world.unions["factory"].code, "receiving": world.unions["mill"].code,
    } | different  # fmt: skip


def proposed(world: World, by: str = "factory") -> TransferBatch:
    once = str(uuid4())
    sent = said(world) | {"reason": "迁往蜀山", "once": once, "who": "all"}
    for _click in range(2):
        answer = browser(world, by).post(reverse("registry:propose_batch"), sent)
    with context.whole():
        batch = TransferBatch.objects.using("bulk").get()
    assert answer["Location"] == reverse("registry:batch", args=[batch.pk])
    return working.work(at=days.now(), batch_id=batch.pk)


def test_the_preview_names_members_to_their_own_union_and_counts_them_to_the_other(kept: World) -> None:
    here = reverse("registry:propose_batch")

    own = browser(kept, "factory").get(here, said(kept)).content.decode()
    other = browser(kept, "mill").get(here, said(kept)).content.decode()

    assert own.count(">欧*兰</a>") == 2
    assert 'name="chosen"' in own
    assert "欧" not in other
    assert 'name="chosen"' not in other
    assert '<span class="figure-value">2</span>' in own
    assert '<span class="figure-value">2</span>' in other
    with context.whole():
        assert not TransferBatch.objects.using("bulk").exists()


@pytest.mark.parametrize(
    ("different", "words"),
    [
        ({"employer": "没有的单位"}, "没有这个统一社会信用代码或名称的单位"),
        ({"receiving": "没有的工会"}, "没有这个编码或名称的工会"),
        ({"what": "closed"}, "由直接上级工会保留"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(kept: World, different: dict[str, str], words: str) -> None:
    answer = browser(kept, "factory").get(reverse("registry:propose_batch"), said(kept, **different))

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_stranger_proposes_nothing_and_finds_nothing(kept: World) -> None:
    batch = proposed(kept)
    stranger = browser(kept, "couriers")

    assert stranger.get(reverse("registry:batch", args=[batch.pk])).status_code == 404
    assert (
        stranger.post(reverse("registry:answer_batch", args=[batch.pk]), {"do": "agree"}).status_code == 404
    )
    assert stranger.get(reverse("registry:propose_batch"), said(kept)).status_code in (403, 404)
    assert "晨光机械有限公司" not in stranger.get(reverse("registry:batches")).content.decode()


def test_each_side_is_offered_what_it_can_do(kept: World) -> None:
    batch = proposed(kept)
    address = reverse("registry:batch", args=[batch.pk])

    own, other = (browser(kept, name).get(address).content.decode() for name in ("factory", "mill"))

    assert ('value="withdraw"' in own, 'value="agree"' in own) == (True, False)
    assert ('value="withdraw"' in other, 'value="agree"' in other) == (False, True)
    assert other.count('name="chosen"') == 2
    assert "晨光机械有限公司" in browser(kept, "mill").get(reverse("registry:batches")).content.decode()
    assert "晨光机械有限公司" not in browser(kept, "mill").get(reverse("matters:inbox")).content.decode()


def test_a_refusal_without_ticks_or_reason_is_said_and_changes_nothing(kept: World) -> None:
    batch = proposed(kept)
    mill, address = browser(kept, "mill"), reverse("registry:answer_batch", args=[batch.pk])
    with context.whole():
        leg = TransferLeg.objects.using("bulk").filter(side="in").first()
    assert leg is not None

    answers = [
        mill.post(address, {"do": "lines", "reason": "不在册"}),
        mill.post(address, {"do": "lines", "chosen": leg.pk, "reason": ""}),
        mill.post(address, {"do": "refuse", "reason": " "}),
        mill.post(address, {"do": "refuse", "reason": "长" * 201}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 409, 422]
    with context.whole():
        assert TransferLeg.objects.using("bulk").filter(state="pending").count() == 4
    assert mill.post(address, {"do": "lines", "chosen": leg.pk, "reason": "不在册"}).status_code == 302
    assert mill.post(address, {"do": "agree"}).status_code == 302


def test_a_member_reads_of_the_move_and_stays_with_one_tap(kept: World) -> None:
    proposed(kept)
    an = browser(kept, "an")
    with context.whole():
        leg = TransferLeg.objects.using("bulk").get(side="in", person_id=kept.actors["an"].person_id)
    address = reverse("registry:stay_put", args=[leg.pk])
    assert address in an.get(reverse("registry:my_data")).content.decode()

    assert browser(kept, "bo").post(address).status_code == 404
    assert an.post(address).status_code == 302

    assert address not in an.get(reverse("registry:my_data")).content.decode()
    with context.whole():
        leg.refresh_from_db(using="bulk")
    assert leg.state == "objected"


def test_a_silent_member_is_asked_answers_or_is_decided_about(kept: World) -> None:
    an, officer = kept.actors["an"], browser(kept, "factory")
    assert an.person_id is not None
    long_ago = days.business_day(days.now()) - timedelta(days=400)
    with context.whole():
        Membership.objects.using("bulk").update(valid_from=long_ago, joined_on=long_ago)
    asked = {"since": str(long_ago), "words": "会费台账无记录"}
    answer = officer.post(reverse("registry:propose_leaving", args=[an.person_id]), asked)
    with context.whole():
        proposal = LeaveProposal.objects.using("bulk").get()
    page = reverse("registry:leaving", args=[proposal.pk])
    assert answer["Location"] == page
    assert page in officer.get(reverse("registry:leavings")).content.decode()
    assert 'value="left"' not in officer.get(page).content.decode()
    for stranger in ("mill", "couriers"):
        assert browser(kept, stranger).get(page).status_code == 404
        assert (
            browser(kept, stranger).post(f"{page}decide/", {"answer": "left", "reason": "x"}).status_code
            == 404
        )
    assert officer.post(f"{page}decide/", {"answer": "left", "reason": "电话停机"}).status_code == 409
    with context.whole():
        LeaveProposal.objects.using("bulk").update(answer_until=long_ago)
    assert 'value="left"' in officer.get(page).content.decode()

    assert officer.post(f"{page}decide/", {"answer": "left", "reason": ""}).status_code == 422
    assert officer.post(f"{page}decide/", {"answer": "left", "reason": "电话停机"}).status_code == 302

    with context.whole():
        assert Membership.objects.using("bulk").get(person_id=an.person_id).status == "41"
    assert reverse("registry:stay_member", args=[proposal.pk]) not in (
        browser(kept, "an").get(reverse("registry:my_data")).content.decode()
    )
