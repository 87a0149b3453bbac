"""Values are kept, found, masked, looked at, moved and destroyed."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from zhijia.audit.models import Entry
from zhijia.audit.services import Place
from zhijia.kernel import ciphers, codes
from zhijia.kernel.actors import Actor
from zhijia.kernel.context import acting
from zhijia.kernel.errors import NeedsStepUp, Refusal, TooMany
from zhijia.kernel.ids import new_id
from zhijia.vault import kinds
from zhijia.vault import services as vault
from zhijia.vault.models import Secret
from zhijia.vault.services import looking
from zhijia.vault.services.looking import NotHere

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
NUMBER, PHONE = "registry_person.id_number", "registry_person.phone"
CLEAR = codes.synthetic_resident_id(date(1990, 3, 7), 812)
ANNA = Actor(user_id=5, channel="page", request_id="r1", stepped_up=True)
STRANGER = Actor(user_id=6, channel="page", request_id="r2", stepped_up=True)
PLACE = Place(union_id=10, county_id=3)


@pytest.fixture
def kept(db):
    """One identity number, in the scope of user 5."""
    row = new_id()
    vault.seal(NUMBER, row, CLEAR, place=PLACE, at=AT, user_id=5)
    return row


def test_a_value_is_shown_clear_to_who_is_in_scope_and_says_why(kept):
    with acting(ANNA):
        assert vault.reveal(ANNA, NUMBER, kept, reason="the member asked by phone", at=AT) == CLEAR

        (line,) = Entry.objects.filter(action="vault.reveal")
        assert (line.subject, line.subject_id, line.reason) == (
            NUMBER,
            str(kept),
            "the member asked by phone",
        )
        assert (line.union_id, line.county_id) == (10, 3)


def test_a_look_needs_the_password_again(kept):
    hasty = Actor(user_id=5, channel="page", request_id="r1")

    with acting(hasty), pytest.raises(NeedsStepUp):
        vault.reveal(hasty, NUMBER, kept, reason="curious", at=AT)


def test_a_look_needs_a_reason(kept):
    with acting(ANNA), pytest.raises(Refusal) as refusal:
        vault.reveal(ANNA, NUMBER, kept, reason="  ", at=AT)

    assert refusal.value.code == "reason_missing"


def test_an_officer_of_another_union_finds_nothing_to_look_at(kept):
    with acting(STRANGER):
        assert vault.masked(NUMBER, kept) == ""
        assert vault.masked_many(NUMBER, [kept]) == {}
        with pytest.raises(NotHere):
            vault.reveal(STRANGER, NUMBER, kept, reason="curious", at=AT)
        with pytest.raises(NotHere):
            vault.read_inside(NUMBER, kept)


def test_without_a_context_the_table_is_empty(kept):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vault_secret")

        assert cursor.fetchone()[0] == 0


def test_a_stranger_can_neither_change_nor_destroy_a_value(kept):
    with acting(STRANGER):
        assert vault.remove(NUMBER, [kept]) == 0
        with pytest.raises(IntegrityError), transaction.atomic():
            vault.seal(NUMBER, kept, codes.synthetic_resident_id(date(1991, 1, 1), 1), place=PLACE, at=AT)

    with acting(ANNA):
        assert vault.read_inside(NUMBER, kept) == CLEAR


def test_looks_are_counted_and_end_for_the_day(kept, monkeypatch):
    def little(key, *, day):
        return {"vault.unmask_per_day": 2, "vault.unmask_needs_step_up": True}[key]

    monkeypatch.setattr(looking.parameters, "value", little)
    with acting(ANNA):
        for _ in range(2):
            vault.reveal(ANNA, NUMBER, kept, reason="checking", at=AT)

        with pytest.raises(TooMany) as refusal:
            vault.reveal(ANNA, NUMBER, kept, reason="checking", at=AT)

    assert 0 < refusal.value.details["retry_after"] <= 24 * 3600


def test_values_are_masked_as_the_rulebook_says(kept):
    for kind, value in [(PHONE, "16900001234"), ("registry_person.account", codes.synthetic_account(77))]:
        vault.seal(kind, kept, value, place=PLACE, at=AT, user_id=5)

    with acting(ANNA):
        assert vault.masked(NUMBER, kept) == "349***********" + CLEAR[-4:]
        assert vault.masked_many(PHONE, [kept, new_id()]) == {kept: "169****1234"}
        assert vault.masked("registry_person.account", kept) == "****" + codes.synthetic_account(77)[-4:]


def test_a_value_moved_to_another_row_does_not_open(kept, owner_sql):
    other = new_id()
    vault.seal(PHONE, other, "16900000001", place=PLACE, at=AT, user_id=5)
    with acting(ANNA):
        stolen = Secret.objects.get(kind=kinds.get(NUMBER).number, row_id=kept).sealed
        Secret.objects.filter(row_id=other).update(sealed=stolen)

        with pytest.raises(ciphers.CannotOpen):
            vault.masked(PHONE, other)


def test_a_value_is_found_whatever_union_it_is_in_and_however_it_was_typed(kept):
    with acting(STRANGER):
        assert vault.find(NUMBER, f" {CLEAR[:6]} {CLEAR[6:].lower()}") == kept
        assert vault.find(NUMBER, codes.synthetic_resident_id(date(1990, 3, 7), 3)) is None
        assert vault.find(NUMBER, "") is None


def test_a_unique_value_is_held_once(kept):
    with pytest.raises(IntegrityError), transaction.atomic():
        vault.seal(NUMBER, new_id(), CLEAR, place=PLACE, at=AT)


def test_a_shared_value_is_held_by_many_and_found_as_many(db):
    rows = sorted([new_id(), new_id()])
    for row in rows:
        vault.seal(PHONE, row, "169 0000 0001", place=PLACE, at=AT)

    assert vault.find_all(PHONE, "+8616900000001") == rows
    assert vault.find(PHONE, "16900000001") is None


def test_sealing_again_replaces_and_an_empty_value_takes_away(kept):
    other = codes.synthetic_resident_id(date(1990, 3, 7), 814)
    with acting(ANNA):
        vault.seal(NUMBER, kept, other, place=PLACE, at=AT, user_id=5)
        assert (vault.find(NUMBER, CLEAR), vault.find(NUMBER, other)) == (None, kept)

        vault.seal(NUMBER, kept, " ", place=PLACE, at=AT, user_id=5)
        assert vault.find(NUMBER, other) is None
        assert vault.masked(NUMBER, kept) == ""


def test_two_rows_are_compared_without_showing_either(kept):
    account, other = "accounts_user.phone", new_id()
    vault.seal(PHONE, kept, "169 0000 0001", place=PLACE, at=AT, user_id=5)
    vault.seal(PHONE, other, "16900000003", place=PLACE, at=AT, user_id=5)
    vault.seal(account, 6, "16900000001", at=AT)

    with acting(STRANGER):
        assert vault.same_value(account, 6, PHONE, kept)
        assert vault.same_value(PHONE, kept, account, 6)
        assert not vault.same_value(account, 6, PHONE, other)
    assert not vault.same_value(account, 6, PHONE, kept)


def test_an_account_is_found_by_its_number_and_sees_its_own(db):
    vault.seal("accounts_user.phone", 6, "16900000002", at=AT)
    vault.seal("accounts_user.totp", 6, "JBSWY3DPEHPK3PXP", at=AT)

    assert int(vault.find("accounts_user.phone", "16900000002")) == 6
    with acting(STRANGER):
        assert vault.open_to_use("accounts_user.totp", 6) == "JBSWY3DPEHPK3PXP"
        assert vault.masked("accounts_user.totp", 6) == "***"
        with pytest.raises(NotHere):
            vault.reveal(STRANGER, "accounts_user.totp", 6, reason="mine", at=AT)
    with acting(ANNA):
        assert vault.open_to_use("accounts_user.totp", 6) is None


def test_what_tells_something_about_a_person_is_not_opened_for_machines(kept):
    with acting(ANNA), pytest.raises(kinds.UnknownKind):
        vault.open_to_use(NUMBER, kept)


def test_many_values_are_opened_in_one_statement_and_none_out_of_scope(kept, django_assert_num_queries):
    with acting(ANNA):
        with django_assert_num_queries(1):
            assert vault.opened_many(NUMBER, [kept, new_id()]) == {kept: CLEAR}
        with django_assert_num_queries(0):
            assert vault.opened_many(NUMBER, []) == {}
        with pytest.raises(NotHere):
            vault.opened_many("accounts_user.totp", [6])
    with acting(STRANGER):
        assert vault.opened_many(NUMBER, [kept]) == {}


def test_values_move_with_their_person(db):
    person, row = new_id(), new_id()
    vault.seal(PHONE, row, "16900000003", place=Place(10, 3, person), at=AT, user_id=5)

    with acting(ANNA):
        assert vault.move([person], Place(11, 4)) == 1
        moved = Secret.objects.get(row_id=row)

    assert (moved.union_id, moved.county_id, moved.person_id) == (11, 4, person)


def test_erasing_a_person_destroys_what_was_sealed(db):
    person, row = new_id(), new_id()
    for kind, value in [(PHONE, "16900000003"), (NUMBER, CLEAR)]:
        vault.seal(kind, row, value, place=Place(10, 3, person), at=AT, user_id=5)

    with acting(ANNA):
        count = vault.erase(actor=ANNA, at=AT, person_id=person, place=Place(10, 3, person), reason="PI-04")

        assert count == 2
        assert vault.find(NUMBER, CLEAR) is None
        assert Entry.objects.get(action="vault.erase").detail == {"values": 2}


def test_a_digest_is_keyed_and_stable(ring):
    first = vault.digest("registry_grant", "5|officer|10")
    ring.turn("digest:registry_grant")

    assert vault.digest("registry_grant", "5|officer|10") == first
    assert vault.digest("registry_grant", "5|officer|11") != first
    assert vault.digest("other", "5|officer|10") != first


def test_no_number_of_a_kind_is_used_twice():
    assert (
        len({kind.number for kind in kinds.KINDS})
        == len({kind.name for kind in kinds.KINDS})
        == len(kinds.KINDS)
    )
    with pytest.raises(kinds.UnknownKind):
        kinds.get("registry_person.secret")
    with pytest.raises(kinds.UnknownKind):
        kinds.by_number(9999)
