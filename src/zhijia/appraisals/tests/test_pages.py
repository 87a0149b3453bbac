"""The pages of appraisals, from opening a run to a title, for each side; nobody else finds them."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from zhijia.accounts.models import User
from zhijia.appraisals.models import Entry, Mark, Proof, Run
from zhijia.appraisals.services import judges
from zhijia.appraisals.tests.world import AFTER, CODE, GOOD, LATER, Homes, again
from zhijia.registry.tests.world import AT

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


@pytest.fixture
def homes(db: Any, clock: dict[str, Any]) -> Homes:
    return Homes()


def _browser(homes: Homes, who: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=homes.world.actors[who].user_id))
    return client


def _page(name: str, *args: object) -> str:
    return reverse(f"appraisals:{name}", args=args)


def _marks(client: Client, entry: Entry, part: str, **marks: str) -> None:
    for item, said in {**GOOD, **marks}.items():
        sent = client.post(_page("mark_item", entry.pk, part, item), {"said": said, "words": "见台账"})
        assert sent.status_code == 302, sent.content.decode()[:500]
    assert client.post(_page("hand_in", entry.pk, part)).status_code == 302


def test_an_appraisal_goes_its_way_on_pages(homes: Homes, clock: dict[str, Any]) -> None:
    luyang, factory = _browser(homes, "luyang"), _browser(homes, "factory")
    code = homes.world.unions["luyang"].code
    typed = {
        "once": str(uuid4()), "code": CODE, "title": "2026年建家", "since": "2026-01-01", "until": "2026-12-31",
        "begins": "above",
    }  # fmt: skip
    made = luyang.post(_page("new", code), typed)
    run = Run.objects.get()
    assert made["Location"] == _page("run", run.pk)
    assert luyang.post(_page("new", code), typed)["Location"] == made["Location"]
    assert luyang.post(_page("run_act", run.pk, "call"), {"text": "没有这个工会"}).status_code == 422
    luyang.post(_page("run_act", run.pk, "call"), {"text": "晨光机械工会"})
    entry = Entry.objects.get()

    assert "晨光机械工会" in factory.get(_page("own")).content.decode()
    sent = {"said": "9", "words": "", "page": SimpleUploadedFile("room.png", PNG)}
    factory.post(_page("mark_item", entry.pk, "self", "rooms"), sent)
    factory.post(
        _page("mark_item", entry.pk, "self", "rooms"), {**sent, "page": SimpleUploadedFile("again.png", PNG)}
    )
    homes.act("factory")
    assert Proof.objects.filter(entry=entry).count() == 1
    wrong = factory.post(_page("mark_item", entry.pk, "self", "rooms"), {"said": "11", "words": "很好"})
    assert wrong.status_code == 422
    assert "很好" in wrong.content.decode()
    _marks(factory, entry, "self", rooms="9")
    assert again(entry).state == "marking"

    for name in ("second", "third"):
        luyang.post(_page("entry_act", entry.pk, "name"), {"part": "visit", "login": f"{name}-officer"})
    for name in ("second", "third"):
        _marks(_browser(homes, name), entry, "visit", honours="5")
    assert luyang.post(_page("entry_act", entry.pk, "settle")).status_code == 302
    shown = factory.get(_page("entry", entry.pk)).content.decode()
    homes.act("luyang")
    entry = again(entry)
    assert (entry.state, entry.points in shown) == ("scored", True)

    objection = {"place": "members:joined", "words": "我们今年发展了三名会员"}
    assert factory.post(_page("entry_act", entry.pk, "object"), objection).status_code == 302
    homes.act("luyang")
    number = entry.objections.get().pk
    answer = {"objection": number, "said": "10", "words": "核实属实"}
    assert luyang.post(_page("entry_act", entry.pk, "answer"), answer).status_code == 302
    clock["at"] = LATER
    luyang.post(_page("run_act", run.pk, "publish"))
    public = Client().get(_page("public"))
    assert "晨光机械工会" in public.content.decode()
    assert "noindex" in public["X-Robots-Tag"]
    clock["at"] = AFTER
    assert "晨光机械工会" not in Client().get(_page("public")).content.decode()
    second = _browser(homes, "second")
    second.post(_page("entry_act", entry.pk, "finish"), {"decision": "庐工〔2026〕8号"})
    homes.act("luyang")
    assert again(entry).named_row is not None
    second.post(_page("entry_act", entry.pk, "withdraw"), {"reason": "复核不达标"})
    assert again(entry).withdrawn_at is not None
    assert "复核不达标" in Client().get(_page("public")).content.decode()


def test_nobody_else_finds_an_entry_nor_its_pictures(homes: Homes) -> None:
    entry = homes.called()
    factory = _browser(homes, "factory")
    sent = {"said": "9", "words": "", "page": SimpleUploadedFile("room.png", PNG)}
    factory.post(_page("mark_item", entry.pk, "self", "rooms"), sent)
    homes.act("factory")
    picture = reverse("files:stored_file", args=[Proof.objects.get().file_id])
    assert factory.get(picture).status_code == 200
    for name in ("couriers", "shushan", "mill"):
        client = _browser(homes, name)
        found = [
            client.get(_page("entry", entry.pk)),
            client.get(_page("marks", entry.pk, "self")),
            client.get(_page("marks", entry.pk, "visit")),
            client.get(_page("run", entry.run_id)),
            client.get(picture),
            client.post(_page("mark_item", entry.pk, "self", "rooms"), {"said": "1", "words": ""}),
            client.post(_page("entry_act", entry.pk, "settle")),
        ]
        assert [one.status_code for one in found] == [404] * len(found), name
    assert factory.post(_page("entry_act", entry.pk, "settle")).status_code == 404
    assert factory.get(_page("marks", entry.pk, "visit")).status_code == 404


def test_the_subject_reads_what_others_gave_once_there_is_a_result(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    homes.name(entry, "second", "third")
    for name in ("second", "third"):
        _marks(_browser(homes, name), entry, "visit")
    page = _page("entry", entry.pk)
    assert "见台账" not in _browser(homes, "factory").get(page).content.decode()
    luyang = _browser(homes, "luyang")
    assert "见台账" in luyang.get(page).content.decode()
    luyang.post(_page("entry_act", entry.pk, "settle"))
    assert "见台账" in _browser(homes, "factory").get(page).content.decode()


def test_an_item_is_saved_by_itself_and_answered_as_a_piece(homes: Homes) -> None:
    entry = homes.called()
    factory = _browser(homes, "factory")
    piece = factory.post(
        _page("mark_item", entry.pk, "self", "mothers"),
        {"said": "lacks", "words": ""},
        headers={"HX-Request": "true"},
    )
    assert piece.content.decode().count('id="mothers"') == 1
    homes.act("factory")
    assert Mark.objects.get(entry=entry).points is None


def test_handing_in_too_early_lists_what_each_item_lacks_with_a_way_to_it(homes: Homes) -> None:
    entry = homes.called()
    factory = _browser(homes, "factory")
    rooms = {"said": "9", "words": ""}
    piece = factory.post(
        _page("mark_item", entry.pk, "self", "rooms"), rooms, headers={"HX-Request": "true"}
    ).content.decode()
    assert "缺少照片或文件" in piece
    assert "status-done" not in piece
    assert piece.count("选填") == 1
    assert "继续自评" in factory.get(_page("entry", entry.pk)).content.decode()

    early = factory.post(_page("hand_in", entry.pk, "self"))

    assert early.status_code == 422
    told = early.content.decode().partition("notice-list")[2].partition("</ul>")[0]
    assert '<a href="#term">按期换届</a> · 未评分' in told
    assert '<a href="#rooms">活动场所</a> · 缺少照片或文件' in told
    factory.post(
        _page("mark_item", entry.pk, "self", "rooms"), {**rooms, "page": SimpleUploadedFile("room.png", PNG)}
    )
    again_early = factory.post(_page("hand_in", entry.pk, "self")).content.decode()
    assert "#rooms" not in again_early.partition("notice-list")[2].partition("</ul>")[0]
    homes.act("factory")
    assert again(entry).state == "begun"


def test_what_was_done_is_said_and_one_line_of_the_menu_is_lit(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    luyang = _browser(homes, "luyang")
    named = {"part": "visit", "login": "second-officer"}

    after = luyang.post(_page("entry_act", entry.pk, "name"), named, follow=True).content.decode()

    assert "已确定second-officer为考评人" in after
    lit = {name: f'href="{_page(name)}" aria-current="page"' for name in ("here", "own")}
    assert f'href="{_page("own")}"' in after
    assert (lit["here"] in after, lit["own"] in after) == (True, False)
    marking = _browser(homes, "second").get(_page("marks", entry.pk, "visit")).content.decode()
    assert (lit["here"] in marking, lit["own"] in marking) == (False, True)


def test_two_entries_of_a_union_are_told_apart_on_a_phone(homes: Homes) -> None:
    homes.called()
    page = _browser(homes, "factory").get(_page("own")).content.decode()
    assert '<span class="small only-narrow">2026年建家考评</span>' in page


def test_who_is_named_steps_aside_on_the_page(homes: Homes) -> None:
    entry = homes.scored_itself(homes.called())
    (named,) = homes.name(entry, "second")
    client = _browser(homes, "second")
    assert client.get(_page("marks", entry.pk, "visit")).status_code == 200
    client.post(_page("step_aside", entry.pk, "visit"), {"reason": "爱人在该单位工作"})
    homes.act("luyang")
    named.refresh_from_db()
    assert named.left_at is not None
    assert client.get(_page("marks", entry.pk, "visit"))["Location"] == _page("own")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_are_drawn_in_both_languages_without_a_leftover(homes: Homes, language: str) -> None:
    entry = homes.published(honours="5")
    luyang, code = _browser(homes, "luyang"), homes.world.unions["luyang"].code
    luyang.cookies["django_language"] = language
    with override(language):
        pages = [
            _page("runs", code), _page("new", code), _page("run", entry.run_id), _page("entry", entry.pk), _page("own"),
        ]  # fmt: skip
        for page in pages:
            shown = luyang.get(page)
            assert shown.status_code == 200, page
            assert not re.search(r"\{[{%]|%\(\w+\)s", shown.content.decode()), page


def test_the_pages_of_a_run_ask_a_handful_of_statements(
    homes: Homes, django_assert_max_num_queries: Any
) -> None:
    entry = homes.published(honours="5")
    luyang = _browser(homes, "luyang")
    luyang.get(_page("run", entry.run_id))
    with django_assert_max_num_queries(45):
        luyang.get(_page("entry", entry.pk))
    with django_assert_max_num_queries(40):
        luyang.get(_page("run", entry.run_id))


def test_only_so_many_log_ins_are_offered_those_of_the_union_that_runs_it_first(
    homes: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = homes.called()
    homes.act("luyang")
    of_all = {login for login, _called in judges.candidates(entry, AT)}
    monkeypatch.setattr(judges, "MOST_OFFERED", len(of_all) - 1)

    offered = {login for login, _called in judges.candidates(entry, AT)}

    assert of_all - offered == {"province-officer"}


def test_nobody_is_offered_where_nobody_can_be_named_any_more(
    homes: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, asked = homes.published(), list[Entry]()
    monkeypatch.setattr(judges, "candidates", lambda one, _at: asked.append(one) or [])

    _browser(homes, "luyang").get(_page("entry", entry.pk))

    assert asked == []


def test_a_new_run_is_proposed_the_days_after_the_last_one(homes: Homes) -> None:
    luyang, code = _browser(homes, "luyang"), homes.world.unions["luyang"].code
    assert f"?of={CODE}" in luyang.get(_page("new", code)).content.decode()
    form = _page("new", code) + f"?of={CODE}"
    for year in ("2026", "2027"):
        shown = luyang.get(form).content.decode()
        assert f'value="{year}年建家考评"' in shown
        assert f'value="{year}-01-01"' in shown
        homes.opened()
