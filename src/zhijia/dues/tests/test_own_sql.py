"""Whoever acts for an employer cannot say by SQL what the program would not let them say."""

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from zhijia.dues.models import Bill, MonthTerms
from zhijia.dues.services.declaring import Wages, declare_own
from zhijia.dues.tests.world import AT, build

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
