"""Whoever acts for an employer cannot say by SQL what the program would not let them say."""

import pytest
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction

from zhijia.dues.models import Bill, Contribution, MonthTerms
from zhijia.dues.services import billing
from zhijia.dues.services.declaring import Wages, declare_own
from zhijia.dues.tests.world import AT, build
from zhijia.registry.tests import by_hand
from zhijia.registry.tests import world as registry_world

NO_POLICY = "row-level security"
DECLARED = """
INSERT INTO dues_declaration (union_id, county_id, employer_id, month, version, staff, wages, rate, amount, reason,
  user_id, by_employer, declared_at)
SELECT d.union_id, {county}, d.employer_id, d.month, d.version + 1, d.staff, d.wages, {rate}, {amount}, '', {user},
  true, now()
FROM dues_declaration d WHERE d.employer_id = %(own)s"""
EXPECTED = """
INSERT INTO payments_receivable (reference, union_id, county_id, source, source_id, purpose, title, amount, fund, role,
  payer_name, employer_id, made_at, received, given_back, stays_owed)
SELECT '{reference}', r.union_id, r.county_id, 'dues_bill', r.source_id, 'mine', 'x', {fen}, r.fund, r.role, 'x',
  r.employer_id, now(), 0, 0, true
FROM payments_receivable r WHERE r.employer_id = %(own)s"""


def declared(*, county="d.county_id", rate="d.rate", amount="d.amount", user="access_user()"):
    """One more declaration of the month, that says this."""
    return DECLARED.format(county=county, rate=rate, amount=amount, user=user)


def expected(fen="r.amount", reference="123456789012"):
    """Another expectation of the bill."""
    return EXPECTED.format(fen=fen, reference=reference)


@pytest.fixture
def dues(committed):
    with transaction.atomic():
        made = build()
        made.acts_for("boss", "factory")
    with transaction.atomic():
        declare_own(
            actor=made.world.act("boss"), at=AT, employer=made.employers["factory"],
            wages=Wages(202610, 10, 80_000_00),
        )  # fmt: skip
    return made


@transaction.atomic
def says(dues, *statements):
    dues.world.act("boss")
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, {"own": dues.employers["factory"].pk})


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("UPDATE dues_bill SET amount = 1 WHERE employer_id = %(own)s",), NO_POLICY),
        (("UPDATE dues_bill SET county_id = 1 WHERE employer_id = %(own)s",), NO_POLICY),
        (("UPDATE dues_bill SET due_on = due_on + 90 WHERE employer_id = %(own)s",), "is refused"),
        (("UPDATE dues_bill SET union_id = union_id + 1 WHERE employer_id = %(own)s",), "is refused"),
        (
            ("UPDATE dues_bill SET reference = '123' WHERE employer_id = %(own)s",),
            "bill_names_what_is_expected",
        ),
        (
            ("UPDATE dues_bill SET receivable_id = 0 WHERE employer_id = %(own)s",),
            "bill_names_what_is_expected",
        ),
        (
            ("UPDATE dues_bill SET receivable_id = NULL, reference = '' WHERE employer_id = %(own)s",),
            "bill_is_expected_while_it_is_owed",
        ),
        (("UPDATE payments_receivable SET called_off_at = now()",), "bill_names_what_is_expected"),
        (
            (
                "UPDATE payments_receivable SET called_off_at = now()",
                "UPDATE dues_bill SET receivable_id = NULL, reference = '' WHERE employer_id = %(own)s",
            ),
            "bill_is_expected_while_it_is_owed",
        ),
        (("UPDATE payments_receivable SET due_on = now()",), "permission denied"),
        (("UPDATE payments_receivable SET given_back = 1",), "permission denied"),
        ((expected(),), "bill_is_expected_as_it_is_owed"),
        (
            (
                expected(fen="1"),
                "UPDATE dues_bill b SET receivable_id = r.id, reference = r.reference FROM payments_receivable r"
                " WHERE r.purpose = 'mine' AND b.employer_id = %(own)s",
            ),
            "bill_is_expected_as_it_is_owed",
        ),
        ((declared(rate="0.0001", amount="round(d.wages * 0.0001)"),), "declaration_is_at_the_rate_in_force"),
        ((declared(amount="1"),), "declaration_is_its_rate"),
        ((declared(user="access_user() + 1"),), NO_POLICY),
        ((declared(county="0"),), NO_POLICY),
        (("UPDATE dues_month_terms SET rate = 0.0001",), "permission denied"),
        (
            ("INSERT INTO dues_month_terms (division, month, rate, due_on) VALUES ('', 202609, 0, now())",),
            "denied",
        ),
        (("UPDATE dues_contribution SET given_back = 0",), ""),
    ],
)
def test_by_hand_neither_bill_nor_declaration_says_less_than_is_owed(dues, said, told):
    before = list(Bill.objects.using("bulk").values())
    if not told:
        says(dues, *said)
    else:
        with pytest.raises(DatabaseError) as error:
            says(dues, *said)
        assert told in f"{error.value} {error.value.__cause__.diag.constraint_name}"

    assert list(Bill.objects.using("bulk").values()) == before


def test_nothing_is_expected_of_an_employer_that_was_not_declared(dues):
    with pytest.raises(ProgrammingError, match=NO_POLICY):
        says(dues, expected(fen="1000000000"))


def test_a_bill_by_hand_is_due_on_its_day(dues):
    said = """
        INSERT INTO dues_bill (union_id, county_id, employer_id, month, declaration_id, amount, due_on, reference)
        SELECT union_id, county_id, employer_id, 202609, id, amount, '2027-09-30', '' FROM new"""
    new = f"WITH new AS ({declared().replace('d.month', '202609')} RETURNING *) {said}"
    with transaction.atomic():
        MonthTerms.objects.using("bulk").create(
            division=dues.employers["factory"].division, month=202609, rate="0.02", due_on="2026-10-31"
        )

    with pytest.raises(DatabaseError):
        says(dues, new)

    assert Bill.objects.using("bulk").count() == 1


def test_the_terms_follow_the_catalogue(dues):
    terms = MonthTerms.objects.using("bulk").get()
    MonthTerms.objects.using("bulk").update(rate="0.0300")

    with transaction.atomic():
        declare_own(
            actor=dues.world.act("boss"), at=AT, employer=dues.employers["factory"],
            wages=Wages(202610, 10, 90_000_00), reason="漏报",
        )  # fmt: skip

    assert MonthTerms.objects.using("bulk").get().rate == terms.rate
    assert Bill.objects.using("bulk").get().amount == 1800_00


CALLED_OFF = (
    "UPDATE payments_receivable SET called_off_at = now() FROM dues_bill b"
    " WHERE b.receivable_id = payments_receivable.id AND b.month = 202610",
    "UPDATE dues_bill SET receivable_id = NULL, reference = '' WHERE employer_id = %(own)s AND month = 202610",
)


def _months_before(dues, *months):
    with transaction.atomic():
        for month in months:
            declare_own(
                actor=dues.world.act("boss"), at=AT, employer=dues.employers["factory"],
                wages=Wages(month, 10, 80_000_00),
            )  # fmt: skip


def _came(dues, *sums):
    """Money for these months (first, last, yuan) that the tax office collected."""
    union = dues.world.unions["factory"]
    Contribution.objects.using("bulk").bulk_create(
        Contribution(
            union_id=union.pk, county_id=union.stands_in, source=Contribution.Source.TAX, source_id=f"t{place}",
            employer_id=dues.employers["factory"].pk, other_union_id=union.pk, other_county_id=union.stands_in,
            payer="厂", since=since, until=until, base=0, amount=yuan * 100, paid_on=AT.date(), taken_at=AT,
        )
        for place, (since, until, yuan) in enumerate(sums)
    )  # fmt: skip


@pytest.mark.parametrize(("yuan", "may"), [(1600, False), (4799, False), (4800, True)])
def test_a_quarters_money_pays_a_month_only_with_what_the_months_before_leave(dues, yuan, may):
    _months_before(dues, 202608, 202609)
    _came(dues, (202608, 202610, yuan))

    if may:
        says(dues, *CALLED_OFF)
    else:
        with pytest.raises(DatabaseError, match="bill_is_expected_while_it_is_owed"):
            says(dues, *CALLED_OFF)

    assert (Bill.objects.using("bulk").get(month=202610).receivable_id is None) is may


@pytest.mark.parametrize(
    "sums",
    [
        [],
        [(202610, 202610, 1000)],
        [(202608, 202610, 2000)],
        [(202607, 202609, 5000), (202609, 202610, 700)],
        [(202608, 202609, 1600), (202609, 202609, 1000), (202608, 202610, 3000)],
        [(202512, 202610, 9000)],
    ],
)
def test_what_sql_says_came_for_a_month_is_what_the_rule_says(dues, sums):
    _months_before(dues, 202608, 202609)
    _came(dues, *sums)

    bills = list(Bill.objects.using("bulk").order_by("month"))
    with transaction.atomic():
        dues.world.act("boss")
        ruled = [one.amount - billing.owed(one) for one in bills]
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT dues_came(b) FROM dues_bill b ORDER BY b.month")
        assert [came for (came,) in cursor.fetchall()] == ruled


def test_a_month_declared_anew_asks_for_what_a_quarters_money_leaves_open(dues):
    _months_before(dues, 202608, 202609)
    _came(dues, (202608, 202610, 5000))
    with transaction.atomic():
        declare_own(
            actor=dues.world.act("boss"), at=AT, employer=dues.employers["factory"],
            wages=Wages(202608, 10, 90_000_00), reason="漏报",
        )  # fmt: skip

    bill = Bill.objects.using("bulk").get(month=202608)
    assert (bill.amount, bill.receivable_id) == (1800_00, None)


@pytest.mark.parametrize("table", ["dues_route", "dues_used_rule"])
@pytest.mark.parametrize("write", ["INSERT INTO {} DEFAULT VALUES", "UPDATE {} SET id = 1", "DELETE FROM {}"])
def test_no_session_says_which_way_money_takes_or_by_which_rule(db, table, write):
    world = registry_world.build()

    assert all(by_hand.refused(actor, write.format(table), {}) for actor in world.actors.values())
