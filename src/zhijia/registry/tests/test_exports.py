"""Tables that leave the house: masked unless for a purpose, allowed by a second person, kept once, opened by one."""

import io
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import openpyxl
import polars
import pytest
from django.db import IntegrityError, transaction

from zhijia.audit.models import Entry
from zhijia.catalogue import parameters, standards
from zhijia.files import services as files
from zhijia.files.models import StoredFile
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NeedsStepUp, NotForYou, Refusal, TooMany
from zhijia.registry.models import Export, Person
from zhijia.registry.services.exports import asking, deciding, opening, tables, work
from zhijia.registry.services.exports.asking import Wish
from zhijia.registry.tests import world as worlds
from zhijia.registry.tests.rosters import small_world
from zhijia.vault import services as vault

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
EVIL = '=HYPERLINK("http://x","y")'
PHONE, EMAIL, ADDRESS = "16900000001", "zhang@example.cn", "安徽省合肥市庐阳区长江中路1号"


@pytest.fixture
def world(committed):
    return small_world()


def people(world, count, union="factory", name="张小丰"):
    """Members put straight into the tables, as many as a test needs, with sealed numbers and phones."""
    from zhijia.registry.models import Membership

    at = world.unions[union]
    ids = [uuid.uuid4() for _ in range(count)]
    Person.objects.using("bulk").bulk_create(
        Person(id=key, name=f"{name}{'甲乙丙丁戊己庚辛'[n % 8]}", birth_date=date(1990, 3, 7), union_id=at.pk,
               county_id=at.county_id, home_division="340103000000", changed_at=AT)
        for n, key in enumerate(ids)
    )  # fmt: skip
    Membership.objects.using("bulk").bulk_create(
        Membership(person_id=key, member_number=f"34010320200000{n:05d}1", status="10", joined_on=date(2020, 1, 1),
                   valid_from=date(2020, 1, 1), channel="demo", union_id=at.pk, county_id=at.county_id)
        for n, key in enumerate(ids)
    )  # fmt: skip
    return ids


def seal(world, person_id, union="factory"):
    """Number, phone, e-mail and address of one of them."""
    from zhijia.registry import access

    place = access.place_of(world.unions[union], person_id)
    with acting(world.actors[union]):
        for field, value in {
            "id_number": worlds.number(1), "phone": PHONE, "email": EMAIL, "address": ADDRESS,
        }.items():  # fmt: skip
            vault.seal(f"registry_person.{field}", person_id, value, place=place, at=AT)


def wish(world, union="factory", **said):
    columns = [column.code for column in tables.get(said.get("table", "members")).columns()]
    usual = {
        "once": uuid.uuid4(),
        "table": "members",
        "union": world.unions[union],
        "format": "csv",
        "columns": columns,
        "filters": {},
    }
    return Wish(**{**usual, **said})


def ask(world, who="factory", at=AT, **said):
    with acting(world.actors[who]) as actor:
        return asking.ask(actor=actor, at=at, wish=wish(world, **{"union": who, **said}))


def make(world, export, who="factory", at=AT):
    actor = Actor(user_id=world.actors[who].user_id, channel="job", request_id="job")
    work.make(actor=actor, at=at, export_id=export.pk)
    return Export.objects.using("bulk").get(pk=export.pk)


def content(world, export, who="factory"):
    with acting(world.actors[who]) as actor:
        return b"".join(files.open_for(actor=actor, at=AT, file_id=export.file_id).pieces)


IN_CLEAR = {"clear": True, "purpose": "register", "reason": "名册上报"}


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_a_table_is_masked_when_nobody_asked_for_more(world, form):
    (person,) = people(world, 1)
    seal(world, person)

    made = make(world, ask(world, format=form))

    said = flat(content(world, made), form)
    for value in ("张小丰甲", worlds.number(1), PHONE, EMAIL, ADDRESS, "1990-03-07", "34010320200000000001"):
        assert value not in said, value
    assert "张**甲" in said
    assert "169****0001" in said
    assert made.clear_rows == 0


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_what_is_held_for_the_purpose_stands_in_clear_and_the_rest_stays_masked(world, form):
    (person,) = people(world, 1)
    seal(world, person)

    made = make(world, ask(world, format=form, **IN_CLEAR))

    said = flat(content(world, made), form)
    for value in ("张小丰甲", worlds.number(1), PHONE, "1990-03-07"):
        assert value in said, value
    for value in (EMAIL, ADDRESS):
        assert value not in said, value
    assert made.clear_rows == 1


def test_who_did_not_agree_to_a_purpose_stays_masked_in_a_file_in_clear(world):
    from zhijia.registry.models import Consent

    agreed, other = people(world, 2)
    for person in (agreed, other):
        seal_one(world, person)
    Consent.objects.using("bulk").create(
        person_id=agreed, purpose="services", text_version="1", given_at=AT, channel="page",
        union_id=world.unions["factory"].pk, county_id=world.unions["luyang"].pk,
    )  # fmt: skip

    made = make(world, ask(world, clear=True, purpose="services", reason="通知"))

    said = content(world, made).decode()
    assert said.count("@example.cn") == 2
    assert f"{agreed.hex}@example.cn" in said
    assert f"{other.hex}@example.cn" not in said
    assert made.clear_rows == 1
    assert any(words in said.split("\r\n")[8] for words in ("2 行中 1 行", "1 of 2"))


def seal_one(world, person_id):
    from zhijia.registry import access

    place = access.place_of(world.unions["factory"], person_id)
    with acting(world.actors["factory"]):
        vault.seal("registry_person.email", person_id, f"{person_id.hex}@example.cn", place=place, at=AT)


def flat(raw, form):
    """Everything a file says, as text."""
    if form == "csv":
        return raw.decode("utf-8-sig")
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(raw))
        return "\n".join(
            str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None
        )
    frame = polars.read_parquet(io.BytesIO(raw))
    return "\n".join(str(cell) for row in frame.rows() for cell in row if cell is not None)


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_the_file_says_who_took_it_when_by_which_request_and_by_which_standard(world, form):
    people(world, 1)

    made = make(world, ask(world, format=form))

    raw = content(world, made)
    if form == "parquet":
        said = "\n".join(polars.read_parquet_metadata(io.BytesIO(raw)).values())
    else:
        said = flat(raw, form)
    for value in ("factory-officer", "2026-11-21 10:00", str(made.pk), made.request_id, standards.version()):
        assert value in said, value


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"reason": ""}, "reason_missing"),
        ({"purpose": ""}, "purpose_missing"),
        ({"purpose": "sms"}, "purpose_missing"),
        ({"columns": []}, "no_columns"),
        ({"columns": ["password"]}, "no_columns"),
        ({"format": "exe"}, "no_such_format"),
    ],
)
def test_a_wish_in_clear_without_its_reason_or_purpose_is_refused(world, said, error):
    people(world, 1)

    with pytest.raises(Refusal) as refusal:
        ask(world, **{**IN_CLEAR, **said})

    assert refusal.value.code == error
    assert not Export.objects.using("bulk").exists()


def test_in_clear_the_password_is_asked_again_and_masked_it_is_not(world):
    people(world, 1)
    world.actors["factory"] = replace(world.actors["factory"], stepped_up=False)

    assert ask(world).state == "ready"
    with pytest.raises(NeedsStepUp):
        ask(world, **IN_CLEAR)


def limit(monkeypatch, **values):
    """Other numbers than the catalogue's, so that a test needs few rows."""
    true = parameters.value
    monkeypatch.setattr(
        parameters, "value", lambda key, **where: values.get(key.replace(".", "_")) or true(key, **where)
    )


def test_five_hundred_rows_in_clear_are_one_persons_and_five_hundred_and_one_are_not(world):
    people(world, 501)

    more = ask(world, **IN_CLEAR)
    with acting(world.actors["factory"]) as actor:
        asking.withdraw(actor=actor, at=AT, export_id=more.pk)
    Person.objects.using("bulk").filter(pk=Person.objects.using("bulk").order_by("pk").first().pk).delete()
    exactly = ask(world, **IN_CLEAR)

    assert (more.state, exactly.state) == ("waiting", "ready")
    assert make(world, more).file_id is None
    assert make(world, exactly).clear_rows == 500


def test_asking_in_slices_needs_the_second_person_too(world, monkeypatch):
    limit(monkeypatch, exports_rows_alone=5)
    people(world, 3)

    first, second = ask(world, **IN_CLEAR), ask(world, **IN_CLEAR)

    assert (first.state, second.state) == ("ready", "waiting")


def test_rows_that_came_since_are_not_taken_along_alone(world, monkeypatch):
    limit(monkeypatch, exports_rows_alone=3)
    people(world, 3)
    asked = ask(world, **IN_CLEAR)
    people(world, 1)

    made = make(world, asked)

    assert (made.state, made.file_id) == ("waiting", None)
    assert not StoredFile.objects.using("bulk").exists()


def colleague(world, union="factory", role="grassroots_officer"):
    with acting(world.actors["founder"]):
        return worlds.appoint(world, union, role, "colleague")


def test_a_second_person_allows_it_and_then_it_is_made(world, monkeypatch):
    limit(monkeypatch, exports_rows_alone=1)
    people(world, 2)
    asked = ask(world, **IN_CLEAR)
    other = colleague(world)

    with acting(other):
        deciding.allow(actor=other, at=AT, export_id=asked.pk)
        deciding.allow(actor=other, at=AT, export_id=asked.pk)
    made = make(world, asked)

    assert (made.state, made.clear_rows, made.decided_by) == ("done", 2, other.user_id)


def test_nobody_allows_their_own(world, monkeypatch):
    limit(monkeypatch, exports_rows_alone=1)
    people(world, 2)
    asked = ask(world, **IN_CLEAR)

    with acting(world.actors["factory"]) as actor, pytest.raises(Refusal) as refusal:
        deciding.allow(actor=actor, at=AT, export_id=asked.pk)
    with pytest.raises(IntegrityError), transaction.atomic(using="bulk"):
        Export.objects.using("bulk").filter(pk=asked.pk).update(decided_by=asked.user_id)

    assert refusal.value.code == "own_export"


@pytest.mark.parametrize("who", ["mill", "shushan"])
def test_an_officer_of_another_union_neither_asks_nor_allows_nor_opens(world, monkeypatch, who):
    people(world, 1)
    made = make(world, ask(world))
    limit(monkeypatch, exports_rows_alone=1)
    people(world, 1)
    waiting = ask(world, **IN_CLEAR)

    with acting(world.actors[who]) as actor:
        with pytest.raises(NotForYou):
            asking.ask(actor=actor, at=AT, wish=wish(world))
        with pytest.raises(NotForYou):
            deciding.allow(actor=actor, at=AT, export_id=waiting.pk)
        with pytest.raises(NotForYou):
            opening.require_open(actor=actor, at=AT, export_id=made.pk)
        with pytest.raises(NotForYou):
            files.open_for(actor=actor, at=AT, file_id=made.file_id)


def test_somebody_who_may_allow_it_cannot_open_it(world):
    people(world, 1)
    made = make(world, ask(world))

    with acting(world.actors["luyang"]) as actor, pytest.raises(NotForYou):
        files.open_for(actor=actor, at=AT, file_id=made.file_id)


def test_the_file_is_open_for_its_days_and_no_longer(world, monkeypatch):
    people(world, 1)
    made = make(world, ask(world))
    days = timedelta(days=3)

    with acting(world.actors["factory"]) as actor:
        opening.require_open(actor=actor, at=AT + days - timedelta(seconds=1), export_id=made.pk)
        with pytest.raises(NotForYou):
            opening.require_open(actor=actor, at=AT + days, export_id=made.pk)
    assert work.end_expired(at=AT + days) == 1
    assert work.end_expired(at=AT + days) == 0

    assert not StoredFile.objects.using("bulk").exists()
    assert Export.objects.using("bulk").get().state == "over"


def test_who_lost_the_right_does_not_open_the_file(world):
    people(world, 1)
    made = make(world, ask(world))
    from zhijia.registry.models import Grant

    with acting(world.actors["founder"]):
        held = Grant.objects.get(user_id=made.user_id)
        Grant.objects.filter(pk=held.pk).update(valid_to=date(2021, 1, 1))

    with acting(world.actors["factory"]) as actor, pytest.raises(NotForYou):
        files.open_for(actor=actor, at=AT, file_id=made.file_id)


def test_who_lost_the_right_before_it_was_made_gets_nothing(world):
    from zhijia.registry.models import Grant

    people(world, 1)
    asked = ask(world)
    Grant.objects.using("bulk").filter(user_id=asked.user_id).update(valid_to=date(2021, 1, 1))

    made = make(world, asked)

    assert (made.state, made.failure, made.file_id) == ("failed", "not_for_you", None)


def test_a_file_in_clear_wants_the_password_again(world):
    people(world, 1)
    made = make(world, ask(world, **IN_CLEAR))
    later = replace(world.actors["factory"], stepped_up=False)

    with acting(later):
        with pytest.raises(NeedsStepUp):
            opening.require_open(actor=later, at=AT, export_id=made.pk)
        with pytest.raises(NotForYou):
            files.open_for(actor=later, at=AT, file_id=made.file_id)


def test_two_clicks_are_one_export_and_one_job(world, owner_sql):
    people(world, 1)
    once = uuid.uuid4()

    first, second = ask(world, once=once), ask(world, once=once)

    assert first.pk == second.pk
    jobs = owner_sql("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [asking.JOB])
    assert jobs == [(1,)]


def test_killed_in_the_middle_it_is_made_anew_and_kept_once(world, monkeypatch):
    people(world, 5)
    asked = ask(world)
    whole = tables.get("members")

    def dying(actor, union, filters):
        yield from whole.rows(actor, union, filters)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(tables, "get", lambda code: replace(whole, rows=dying))
        with pytest.raises(KeyboardInterrupt):
            make(world, asked)
    left = Export.objects.using("bulk").get(pk=asked.pk)
    assert (left.state, left.file_id) == ("working", None)

    made = make(world, asked)
    again = make(world, asked)

    assert (made.state, made.rows) == ("done", 5)
    assert again.file_id == made.file_id
    assert StoredFile.objects.using("bulk").count() == 1


def test_of_two_runs_at_once_one_file_is_kept(world, monkeypatch):
    people(world, 2)
    asked = ask(world)
    true = work._kept

    def overtaken(*args):
        with monkeypatch.context() as patch:
            patch.setattr(work, "_kept", true)
            make(world, asked)
        true(*args)

    monkeypatch.setattr(work, "_kept", overtaken)
    make(world, asked)

    assert StoredFile.objects.using("bulk").count() == 1
    assert Entry.objects.using("bulk").filter(action="members.export").count() == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_is_a_formula(world, form):
    (person,) = people(world, 1)
    Person.objects.using("bulk").filter(pk=person).update(employer_name=EVIL, occupation="＝1+1")

    raw = content(world, make(world, ask(world, format=form)))

    if form == "csv":
        assert "'=HYPERLINK" in raw.decode("utf-8-sig")
        assert "'＝1+1" in raw.decode("utf-8-sig")
    else:
        cells = [c for sheet in openpyxl.load_workbook(io.BytesIO(raw)) for row in sheet for c in row]
        assert EVIL in [cell.value for cell in cells]
        assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "inlineStr"}


def test_a_typed_table_has_the_types_and_the_names_of_the_standard(world):
    people(world, 1)

    masked = polars.read_parquet(io.BytesIO(content(world, make(world, ask(world, format="parquet")))))
    made = make(world, ask(world, format="parquet", **IN_CLEAR))
    clear = polars.read_parquet(io.BytesIO(content(world, made)))

    assert clear.schema["birth_date"] == polars.Date
    assert masked.schema["birth_date"] == polars.String
    assert clear.schema["is_migrant"] == polars.Boolean
    assert clear.schema["rn_level"] == polars.Int64
    assert clear.schema["status"] == polars.String
    assert clear["birth_date"].to_list() == [date(1990, 3, 7)]
    names = {c.name for one in standards.elements() if one.subject == "member" for c in one.columns}
    assert set(clear.columns) - {"union_name"} <= names


def test_the_trail_tells_how_many_rows_which_columns_what_for_and_the_digest(world):
    people(world, 2)

    made = make(world, ask(world, columns=["name", "id_no"], **IN_CLEAR))

    line = Entry.objects.using("bulk").get(action="members.export")
    assert line.detail["rows"] == line.detail["clear_rows"] == 2
    assert line.detail["columns"] == ["name", "id_no"]
    assert line.detail["purpose"] == "register"
    assert line.detail["digest"] == StoredFile.objects.using("bulk").get(pk=made.file_id).sha256
    assert line.reason == "名册上报"
    assert line.union_id == world.unions["factory"].pk


def test_more_than_a_days_exports_are_refused(world, monkeypatch):
    limit(monkeypatch, exports_per_day=2)
    people(world, 1)
    ask(world)
    ask(world)

    with pytest.raises(TooMany):
        ask(world)
    assert ask(world, at=AT + timedelta(days=1, seconds=1)).state == "ready"


def test_more_than_a_days_rows_in_clear_are_refused_whoever_would_allow_them(world, monkeypatch):
    limit(monkeypatch, exports_clear_rows_per_day=3, exports_rows_alone=1)
    people(world, 2)
    assert ask(world, **IN_CLEAR).state == "waiting"

    with pytest.raises(TooMany):
        ask(world, **IN_CLEAR)


def test_a_county_takes_its_unions_members_and_a_union_its_own(world):
    people(world, 2, "factory")
    people(world, 1, "couriers")
    people(world, 4, "mill")

    county = make(world, ask(world, "luyang"), "luyang")
    alone = make(world, ask(world, "factory"))

    assert (county.rows, alone.rows) == (3, 2)


def test_the_filters_of_the_page_are_those_of_the_file(world):
    people(world, 2, name="王小")
    people(world, 1, name="李大")

    made = make(world, ask(world, filters={"name": "王", "password": "x"}))

    assert made.rows == 2
    assert made.filters == {"name": "王", "members_only": True}


def test_who_left_stands_in_the_file_when_asked_for_alone(world):
    from zhijia.registry.models import Membership

    _stays, left = people(world, 2)
    gone = Membership.objects.using("bulk").filter(person_id=left)
    gone.update(status="40", valid_to=date(2026, 1, 1))

    assert make(world, ask(world)).rows == 1
    assert make(world, ask(world, filters={"left": "on"})).rows == 2


def test_every_member_is_there_once_however_many_batches(world, monkeypatch):
    ids = people(world, 23)
    from zhijia.registry.services.exports import members

    monkeypatch.setattr(members, "BATCH", 5)

    made = make(world, ask(world, "luyang", format="parquet", columns=["person_id"]), "luyang")

    found = polars.read_parquet(io.BytesIO(content(world, made, "luyang")))["person_id"].to_list()
    assert sorted(found) == sorted(map(str, ids))


def test_the_statements_of_an_export_do_not_grow_with_the_rows(world, django_assert_max_num_queries):
    people(world, 400)
    asked = ask(world)

    with django_assert_max_num_queries(60):
        make(world, asked)


def test_the_unions_and_the_trail_can_be_taken_along_too(world):
    with acting(world.actors["founder"]):
        worlds.appoint(world, "province", "auditor", "auditor")
    unions = make(world, ask(world, "luyang", table="unions", format="parquet"), "luyang")
    with acting(world.actors["auditor"]) as actor:
        asked = asking.ask(actor=actor, at=AT, wish=wish(world, "province", table="trail", format="csv"))
    trail = make(world, asked, "auditor")

    frame = polars.read_parquet(io.BytesIO(content(world, unions, "luyang")))
    assert sorted(frame["name"].to_list()) == sorted(
        [world.unions[key].name for key in ("luyang", "factory", "couriers")]
    )
    assert frame.schema["found_date"] == polars.Date
    assert trail.rows > 0


def test_every_column_is_an_element_or_says_that_it_is_the_systems():
    system = {
        (table.code, column.code)
        for table in tables.all()
        for column in table.columns()
        if not column.element
    }

    assert system == {("cards", "qr")} | {("trail", column.code) for column in tables.get("trail").columns()}


def test_every_table_has_its_action_on_the_trail():
    from zhijia.catalogue import codes

    assert all(f"{table.code}.export" in codes.get("trail_actions").by_code for table in tables.all())
