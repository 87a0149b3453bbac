"""An employer's members follow it: proposed, answered line by line, a member stays, the others move."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from zhijia.kernel import days
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting, whole
from zhijia.registry.models import Employer, Membership, Person
from zhijia.registry.services.batches import working
from zhijia.registry.tests import world as worlds

NAMES = ("张小丰", "欧阳兰", "李文博")


@pytest.fixture
def populated(world: worlds.World) -> worlds.World:
    """Three members of the factory's union work at one employer."""
    with acting(Actor(None, "command", "test")):
        for serial, name in enumerate(NAMES, start=1):
            worlds.member(world, f"person{serial}", "factory", serial=serial, called=name)
        world.act("factory")
        employer = Employer.objects.create(name="晨光机械有限公司", division="340103000000")
        Person.objects.update(employer_id=employer.pk)
    return world


def texts(page: Any) -> str:
    return str(page.locator("main").inner_text())


def test_members_follow_their_employer_line_by_line(
    populated: worlds.World, signed_in: Callable[..., Any], work: Callable[[], None]
) -> None:
    page = signed_in("factory")
    page.goto("/transfers/together/")
    page.click("main .page-aside a")
    page.fill("input[name=employer]", "晨光机械有限公司")
    page.fill("input[name=receiving]", populated.unions["mill"].name)
    page.click("main form.form .button-main")
    expect(page.locator("main .figure-value").first).to_have_text("3")
    page.fill("textarea[name=reason]", "厂房迁往蜀山")
    page.click("main form.form .button-main")
    page.wait_for_url("**/transfers/together/*-*/")
    work()
    page.reload()
    expect(page.locator("main tbody tr")).to_have_count(3)
    assert "等待答复" in texts(page)

    member = signed_in("person1", phone=True)
    member.goto("/me/data/")
    member.get_by_role("button", name="我留在原工会").click()
    expect(member.locator("body")).to_contain_text("您留在原工会")

    other = signed_in("mill")
    other.goto("/transfers/together/")
    other.click("main .task")
    row = other.locator("main tbody tr", has_text="欧*兰")
    row.locator("input[name=chosen]").check()
    other.fill("textarea[name=reason]", "不在册")
    other.click("main button[value=lines]")
    expect(other.locator("main tbody tr", has_text="欧*兰")).to_contain_text("不同意")
    other.click("main button[value=agree]")
    expect(other.locator("body")).to_contain_text("会员异议期满后办理转接")
    work()
    working.work_due(at=days.now() + timedelta(days=11))

    other.reload()
    assert "已完成" in texts(other)
    with whole():
        here = Membership.objects.using("bulk").filter(union_id=populated.unions["mill"].pk, valid_to=None)
        names = (
            Person.objects.using("bulk")
            .filter(pk__in=here.values("person_id"))
            .values_list("name", flat=True)
        )
        assert list(names) == ["李文博"]
    assert page.goto(page.url).status == 200
    assert signed_in("couriers").goto(page.url).status == 404
