"""What differs between the bank and here: a table, and a pencil is enough."""

from datetime import date, timedelta

import pytest

from zhijia.payments.reconciliation.rules import Found, Kind, Ours, Theirs, base, compare, references_in

DAY = date(2026, 11, 20)
REF = "ZJ00000000007ABCD01"


def ours(state="paid", amount=500, sent=DAY, ended=DAY, reference=REF):
    return Ours(7, reference, amount, state, sent, ended if state in ("paid", "failed", "returned") else None)


OUT, BACK = Theirs(1, REF, -500), Theirs(2, REF, 500)


@pytest.mark.parametrize(
    ("state", "lines", "kinds"),
    [
        ("paid", [OUT], []),
        ("paid", [], [Kind.BANK_NOT]),
        ("unknown", [OUT], [Kind.BANK_PAID]),
        ("sending", [OUT], [Kind.BANK_PAID]),
        ("failed", [OUT], [Kind.BANK_PAID]),
        ("stopped", [OUT], [Kind.BANK_PAID]),
        ("paid", [Theirs(1, REF, -600)], [Kind.AMOUNT]),
        ("unknown", [Theirs(1, REF, -600)], [Kind.AMOUNT, Kind.BANK_PAID]),
        ("paid", [OUT, Theirs(3, REF, -500)], [Kind.TWICE]),
        ("paid", [OUT, BACK], [Kind.RETURNED]),
        ("unknown", [OUT, BACK], [Kind.RETURNED]),
        ("returned", [OUT, BACK], []),
        ("failed", [], []),
    ],
)
def test_what_differs_about_a_payment(state, lines, kinds):
    found = compare([ours(state)], lines, through=DAY).differences

    assert sorted(one.kind for one in found) == sorted(kinds)
    assert all(one.payment_id == 7 for one in found)


@pytest.mark.parametrize(
    ("sent", "through", "kinds"),
    [(DAY, DAY, []), (DAY, DAY + timedelta(days=1), [Kind.NOT_ARRIVED]), (DAY, DAY - timedelta(days=1), [])],
)
@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_what_was_sent_has_a_day_to_arrive(state, sent, through, kinds):
    found = compare([ours(state, sent=sent)], [], through=through).differences

    assert [one.kind for one in found] == kinds


def test_what_was_paid_after_the_last_day_the_bank_told_of_is_no_difference():
    assert compare([ours()], [], through=DAY - timedelta(days=1)).differences == []


def test_a_line_that_names_no_payment_of_ours_is_looked_at():
    lines = [Theirs(1, "", -1000), Theirs(2, "FEE", -20), Theirs(3, "", 700)]

    assert compare([], lines, through=DAY).differences == [
        Found(Kind.UNKNOWN_LINE, None, 1, 0, 1000),
        Found(Kind.UNKNOWN_LINE, None, 2, 0, 20),
    ]


def test_two_rounds_of_a_payment_are_one_payment():
    """The bank paid the round that had failed, after the second round was paid: it went out twice."""
    second = ours(reference=REF[:-2] + "02")

    found = compare([second], [OUT, Theirs(9, second.reference, -500)], through=DAY).differences

    assert found == [Found(Kind.TWICE, 7, 9, 500, 500)]


@pytest.mark.parametrize(
    ("state", "lines", "through", "never"),
    [("unknown", [], DAY, True), ("failed", [], DAY, True), ("unknown", [OUT], DAY, False), ("paid", [], DAY, False),
     ("unknown", [], DAY - timedelta(days=1), False), ("sending", [], DAY, False), ("failed", [BACK], DAY, True)],
)  # fmt: skip
def test_the_file_agrees_that_it_was_never_paid(state, lines, through, never):
    assert compare([ours(state)], lines, through=through).never_paid == ([7] if never else [])


@pytest.mark.parametrize(
    ("reference", "short"),
    [(REF, REF[:-2]), ("ZJ1", "ZJ1"), ("", ""), ("ZJ00000000007abcd01", "ZJ00000000007abcd01")],
)
def test_a_reference_without_its_round(reference, short):
    assert base(reference) == short


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("会费 123456789012", {"123456789012"}),
        ("会费123456 789012谢谢", {"123456789012"}),
        ("1234-5678-9012", {"123456789012"}),
        ("１２３４５６７８９０１２", {"123456789012"}),
        ("会费", set()),
        ("", set()),
        ("12345678901", set()),
        ("123456789012和998877665544", {"123456789012", "998877665544"}),
        ("1234567890123", {"123456789012", "234567890123"}),
    ],
)
def test_the_reference_people_wrote_is_found(note, found):
    assert references_in(note) == found
