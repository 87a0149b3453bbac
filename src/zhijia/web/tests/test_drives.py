"""Each campaign that comes with the program is opened: it is sound, a union makes a drive of it with targets, its
roster is made, and it is told as a fact."""

import html
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.campaigns import checking
from zhijia.campaigns.models import Drive
from zhijia.campaigns.services import opening, rostering
from zhijia.campaigns.tests.world import TODAY, Season, season
from zhijia.catalogue import definitions
from zhijia.facts.models import Fact
from zhijia.kernel.context import whole
from zhijia.registers.services import adding
from zhijia.registry.models import Coverage, Employer
from zhijia.registry.tests import ready
from zhijia.registry.tests.world import AT

CODES = sorted(definitions.load().campaigns)
POT = 1_000_001
AIMS = {("founded", 0): 2, ("visited", 0): 2}


@pytest.fixture(scope="module")
def made(committed_for_file: None) -> Iterator[Season]:
    world = season(factory=2, mill=1)
    firm = Employer.objects.create(
        name="晨光机械有限公司", division="340103000000", staff_count=240, unit_nature="170"
    )
    ready.add(Coverage(union=world.factory.union, employer=firm, valid_from=TODAY))
    return world


def test_the_program_brings_enough_campaigns() -> None:
    assert len(CODES) >= 20


@pytest.mark.parametrize("code", CODES)
def test_a_drive_is_made_of_it_and_its_roster(code: str, made: Season) -> None:
    campaign = definitions.load().campaigns[code]
    assert [str(one) for one in checking.problems_of(campaign, on=TODAY)] == []
    home = "luyang" if "county" in campaign.levels else "province"
    aims = {(measure, TODAY.year if campaign.years else 0): 10 for measure in campaign.targets}
    drive = made.drive(code, by=home, targets=aims, pot=POT if campaign.pot else 0)
    assert drive.state == Drive.State.OPEN
    assert drive.roster_on == TODAY
    assert made.fill(drive) == rostering.Kept()
    with whole():
        told = Fact.objects.using("bulk").filter(kind="campaign.opened", dimensions__campaign=code)
        assert told.count() == 1
    for language, words in (("zh-hans", "zh"), ("en", "en")):
        reader = Client()
        reader.cookies["language"] = language
        reader.force_login(User.objects.get(pk=made.world.actors[home].user_id))
        page = reader.get(reverse("campaigns:drive", args=[made.world.unions[home].code, drive.pk]))
        shown = html.unescape(page.content.decode())
        said = [one.label for one in (*campaign.measures, *campaign.each)] + [campaign.guidance]
        lacking = [getattr(one, words) for one in said if getattr(one, words) not in shown]
        assert (page.status_code, lacking) == (200, []), language
    made.do(home, opening.stop, drive_id=drive.pk, reason="nobody needs it any more", at=AT)


def test_the_drive_for_firms_of_a_hundred_holds_those_alone_that_have_no_union(made: Season) -> None:
    firms = {"large": ("large", "yes"), "small": ("middle", "yes"), "other": ("large", "no")}
    names = {}
    for number, (name, (size, zone)) in enumerate(firms.items()):
        typed = {
            "firm": name, "code": f"9134010000000000{number}X", "staff": "150", "size": size, "zone": zone,
            "class": "usual", "officer": "丁小满",
        }  # fmt: skip
        union = made.world.unions["luyang"]
        row = made.do("luyang", adding.add, code="founding_targets", union_id=union.pk, typed=typed)
        names[row.pk] = name
    drives = {code: made.drive(code, targets=AIMS) for code in ("founding_drive", "founding_drive_zones")}
    listed = {code: {names[entry.row_id] for entry in made.listed(drive)} for code, drive in drives.items()}
    assert listed == {"founding_drive": {"large", "other"}, "founding_drive_zones": {"large", "small"}}
