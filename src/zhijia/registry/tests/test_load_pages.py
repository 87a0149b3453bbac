"""A file of many unions goes through the import pages: checked with progress, its wrong rows shown and given back,
confirmed, written, taken back; and what happens when it is killed, sent twice or meets another."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse

from zhijia.accounts.models import User
from zhijia.catalogue import parameters
from zhijia.kernel import days
from zhijia.kernel.context import acting
from zhijia.registry import verify
from zhijia.registry.forms import FoundForm
from zhijia.registry.models import Load, Membership, Person, RosterImport
from zhijia.registry.services.imports import runs as imports
from zhijia.registry.services.imports import words
from zhijia.registry.services.loads import abandoning, indexes, runs, sources, turn, wizard
from zhijia.registry.tests import rosters
from zhijia.registry.tests.provinces import Here, file_of, row
from zhijia.registry.tests.rosters import AT, small_world

GOOD = 60
BAD = 3


@pytest.fixture
def world(committed, monkeypatch):
    monkeypatch.setattr(runs, "Team", Here)
    monkeypatch.setattr(sources, "PIECE_BYTES", 400)
    monkeypatch.setattr(runs.load, "__kwdefaults__", {**runs.load.__kwdefaults__, "sizes": (400, 5)})
    Here.until = -1
    yield small_world()
    for begun in Load.objects.using("bulk").filter(under_way=True):
        indexes.bring_back(begun, lambda progress: None)


def browser_of(world, name, language="zh-hans"):
    client = Client(raise_request_exception=False)
    client.cookies["language"] = language
    user = User.objects.get(pk=world.actors[name].user_id)
    User.objects.filter(pk=user.pk).update(language=language)
    client.force_login(user)
    return client


def rows_of(world, first=1, good=GOOD):
    whole = [row(world, ("factory", "couriers")[n % 2], n) for n in range(first, first + good)]
    return [
        *whole,
        row(world, "factory", 900, name="李4"),
        row(world, "mill", 901),
        row(world, "couriers", first),
    ]


def content(path):
    return path.read_bytes()


def send(client, world, data, name="全省.csv", union="luyang"):
    address = reverse("registry:imports", args=[world.unions[union].code])
    return client.post(address, {"file": SimpleUploadedFile(name, data)}, follow=True)


def the_import():
    return RosterImport.objects.using("bulk").latest("pk")


def members():
    return Membership.objects.using("bulk").filter(valid_to__isnull=True)


def text(response):
    return response.content.decode()


def confirmed(client, roster):
    return client.post(
        reverse("registry:import_confirm", args=[roster.pk]), {"mode": "good_rows"}, follow=True
    )


@pytest.mark.parametrize("into_empty", [True, False])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_officer_of_the_county_sends_looks_confirms_and_takes_back(
    world, work, tmp_path, language, into_empty
):
    client = browser_of(world, "luyang", language)
    if not into_empty:
        rosters.applied(world.actors["mill"], world.unions["mill"], rosters.content([rosters.person(800)]))
    before, stood = indexes.defined(), members().count()
    data = content(file_of(tmp_path / "f.csv", rows_of(world)))

    moving = send(client, world, data)
    assert 'hx-trigger="every 2s"' in text(moving)
    work()
    roster = the_import()
    assert (roster.state, roster.wide) == ("checked", True)
    assert (roster.counts["rows"], roster.counts["new"], roster.counts["wrong"]) == (GOOD + BAD, GOOD, BAD)
    assert members().count() == stood
    page = text(client.get(reverse("registry:import", args=[roster.pk])))
    assert "李*" in page
    assert row(world, "factory", 900)[2] not in page
    assert page.count('value="all"') == 0

    errors = client.get(reverse("files:stored_file", args=[roster.errors_id]))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(errors.streaming_content))).active
    found = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=2)]
    assert [line[-2] for line in found] == [str(GOOD + 2), str(GOOD + 3), str(GOOD + 4)]
    assert found[0][2] == row(world, "factory", 900)[2]

    for _click in range(2):
        confirmed(client, roster)
    work()
    assert (the_import().state, members().count()) == ("applied", stood + GOOD)
    assert indexes.defined() == before
    assert verify.members_are_the_facts().differences == ()
    done = text(client.get(reverse("registry:import", args=[roster.pk])))
    assert reverse("registry:import_undo", args=[roster.pk]) in done

    client.post(reverse("registry:import_undo", args=[roster.pk]))
    work()
    assert (the_import().state, members().count()) == ("undone", stood)
    assert verify.members_are_the_facts().differences == ()
    assert client.get(reverse("registry:import", args=[roster.pk])).status_code == 200


def test_after_it_was_taken_back_the_same_file_can_be_loaded_again(world, work, tmp_path):
    client = browser_of(world, "luyang")
    data = content(file_of(tmp_path / "f.csv", rows_of(world)))
    for state in ("applied", "undone", "applied"):
        if state == "undone":
            client.post(reverse("registry:import_undo", args=[the_import().pk]))
        else:
            send(client, world, data)
            work()
            confirmed(client, the_import())
        work()
        assert the_import().state == state

    assert members().count() == GOOD


def test_the_same_file_twice_brings_nothing_new_and_offers_nothing_to_confirm(world, work, tmp_path):
    client = browser_of(world, "luyang")
    data = content(file_of(tmp_path / "f.csv", rows_of(world)))
    send(client, world, data)
    work()
    confirmed(client, the_import())
    work()
    before = set(Person.objects.using("bulk").values_list("pk", "changed_at"))

    send(client, world, data)
    work()

    roster = the_import()
    assert (roster.counts["new"], roster.counts["same"], roster.counts["changed"]) == (0, GOOD, 0)
    page = text(client.get(reverse("registry:import", args=[roster.pk])))
    assert reverse("registry:import_confirm", args=[roster.pk]) not in page
    assert set(Person.objects.using("bulk").values_list("pk", "changed_at")) == before


def test_two_files_that_overlap_are_each_told_what_became_of_them(world, work, tmp_path):
    client = browser_of(world, "luyang")
    send(client, world, content(file_of(tmp_path / "a.csv", rows_of(world, 1, 40))), name="a.csv")
    send(client, world, content(file_of(tmp_path / "b.csv", rows_of(world, 21, 40))), name="b.csv")
    work()
    first, second = RosterImport.objects.using("bulk").order_by("pk")
    assert (first.counts["new"], second.counts["new"]) == (40, 40)

    confirmed(client, first)
    refused = confirmed(client, second)
    assert "另一次导入" in text(refused)
    work()
    confirmed(client, second)
    work()

    first, second = RosterImport.objects.using("bulk").order_by("pk")
    assert (first.state, first.counts["new"]) == ("applied", 40)
    assert (second.state, second.counts["new"], second.counts["same"]) == ("applied", 20, 20)
    assert members().count() == Person.objects.using("bulk").count() == 60


def test_while_another_load_is_at_work_the_page_says_that_it_waits_and_its_turn_comes(world, work, tmp_path):
    client = browser_of(world, "luyang")
    send(client, world, content(file_of(tmp_path / "f.csv", rows_of(world))))
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [turn._LOCK])
        work()
        roster = the_import()
        assert (roster.state, roster.stage, roster.failure) == ("checking", "waiting", "")
        page = text(client.get(reverse("registry:import", args=[roster.pk])))
        assert words.of_file("load_under_way") not in page
        assert "progress" not in page.split('id="import"')[1].split("</div>")[0]
        cursor.execute("SELECT pg_advisory_unlock(%s)", [turn._LOCK])
    wizard.check(actor=world.actors["luyang"], at=AT, import_id=roster.pk)

    assert the_import().state == "checked"


def begun_and_killed(world, client, work, tmp_path, until):
    """A file confirmed whose writing was killed after so many pieces."""
    data = content(file_of(tmp_path / "f.csv", rows_of(world)))
    send(client, world, data)
    work()
    roster = the_import()
    confirmed(client, roster)
    Here.until = until
    with pytest.raises(KeyboardInterrupt):
        wizard.apply(actor=world.actors["luyang"], at=AT, import_id=roster.pk)
    Here.until = -1
    return roster


@pytest.mark.parametrize("into_empty", [True, False])
@pytest.mark.parametrize("until", [3, 18])
def test_killed_in_the_middle_it_goes_on_from_the_page(world, work, tmp_path, until, into_empty):
    client = browser_of(world, "luyang")
    if not into_empty:
        rosters.applied(world.actors["mill"], world.unions["mill"], rosters.content([rosters.person(800)]))
    roster = begun_and_killed(world, client, work, tmp_path, until)
    page = text(client.get(reverse("registry:import", args=[roster.pk])))
    assert reverse("registry:import_again", args=[roster.pk]) in page
    assert reverse("registry:import_undo", args=[roster.pk]) in page

    client.post(reverse("registry:import_again", args=[roster.pk]))
    work()

    assert (the_import().state, the_import().counts["new"]) == ("applied", GOOD)
    assert members().count() == GOOD + (not into_empty)
    assert verify.members_are_the_facts().differences == ()


@pytest.mark.parametrize("into_empty", [True, False])
@pytest.mark.parametrize("until", [3, 18])
def test_killed_in_the_middle_it_can_be_taken_back_and_nothing_of_it_stays(
    world, work, tmp_path, until, into_empty
):
    client = browser_of(world, "luyang")
    stood = 0
    if not into_empty:
        rosters.applied(world.actors["mill"], world.unions["mill"], rosters.content([rosters.person(800)]))
        rosters.applied(
            world.actors["factory"],
            world.unions["factory"],
            rosters.content([rosters.person(2, job="锚杆装配")]),
        )
        stood = 2
    before = indexes.defined()
    roster = begun_and_killed(world, client, work, tmp_path, until)

    client.post(reverse("registry:import_undo", args=[roster.pk]))
    work()

    assert the_import().state == "undone"
    assert (members().count(), indexes.defined()) == (stood, before)
    assert Person.objects.using("bulk").exclude(name="").count() == stood
    assert verify.members_are_the_facts().differences == ()
    if stood:
        assert Person.objects.using("bulk").filter(occupation="锚杆装配").count() == 1
    assert not Load.objects.using("bulk").filter(under_way=True).exists()
    send(client, world, content(tmp_path / "f.csv"))
    work()
    confirmed(client, the_import())
    work()
    assert (the_import().state, members().count()) == ("applied", stood + GOOD - bool(stood))


def test_an_officer_of_a_union_below_neither_sees_nor_takes_back_the_load_of_the_county(
    world, work, tmp_path
):
    roster = begun_and_killed(world, browser_of(world, "luyang"), work, tmp_path, 18)
    stranger = browser_of(world, "mill")

    for name in ("import", "import_again", "import_undo", "import_confirm"):
        address = reverse(f"registry:{name}", args=[roster.pk])
        answer = stranger.get(address) if name == "import" else stranger.post(address)
        assert answer.status_code == 404
    assert the_import().state == "applying"


def test_a_file_too_big_for_the_page_is_refused_with_the_command_that_takes_it(world, monkeypatch, tmp_path):
    really = parameters.value
    monkeypatch.setattr(
        parameters,
        "value",
        lambda key, **more: 900 if key == "files.import_max_bytes" else really(key, **more),
    )
    answer = send(browser_of(world, "luyang"), world, content(file_of(tmp_path / "f.csv", rows_of(world))))

    assert "zhijia import members" in text(answer)
    assert not RosterImport.objects.using("bulk").exists()


def test_a_broken_quote_is_named_with_its_row_on_the_page(world, work, tmp_path):
    path = file_of(tmp_path / "f.csv", rows_of(world))
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[30] = lines[30].replace(",张", ',"张')
    client = browser_of(world, "luyang")
    send(client, world, "\n".join(lines).encode())
    work()

    roster = the_import()
    assert (roster.state, roster.failure) == ("failed", "quote_open 31")
    assert words.of_file("quote_open 31") in text(client.get(reverse("registry:import", args=[roster.pk])))
    assert not Load.objects.using("bulk").exists()


def test_while_an_empty_register_is_filled_other_pages_say_so_calmly(world, work, tmp_path):
    begun_and_killed(world, browser_of(world, "luyang"), work, tmp_path, 18)
    union = world.unions["shushan"]
    form = FoundForm(parent=union)
    fields = {
        "name": "新厂工会",
        "type": form.fields["type"].choices[0][0],
        "division": form.fields["division"].choices[0][0],
        "founded_on": "2026-01-05",
    }
    answer = browser_of(world, "shushan", "en").post(reverse("registry:found", args=[union.code]), fields)

    assert answer.status_code == 503
    assert "permission denied" not in text(answer)
    assert "filled" in text(answer)
    assert answer["Retry-After"]


def test_the_command_takes_an_unfinished_load_back(world, work, tmp_path, capsys):
    before = indexes.defined()
    begun_and_killed(world, browser_of(world, "luyang"), work, tmp_path, 18)
    assert indexes.defined() == []

    abandoning.abandon(actor=world.actors["luyang"], at=days.now(), say=lambda progress: None)

    assert indexes.defined() == before
    assert not Person.objects.using("bulk").exists()
    with acting(world.actors["luyang"]), pytest.raises(imports.Refusal) as refusal:
        abandoning.abandon(actor=world.actors["luyang"], at=days.now(), say=lambda progress: None)
    assert refusal.value.code == "no_load"
