"""The way to a bank over HTTP and by files, against the simulated bank as a process; readers that believe nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from zhijia.payments.banking import layouts, signing
from zhijia.payments.banking.connection import Connection
from zhijia.payments.banking.files import BankFiles
from zhijia.payments.banking.http import HttpBank
from zhijia.payments.banking.layouts import FileProblem
from zhijia.payments.channels import Instruction, Said, Unanswered
from zhijia.payments.tests.bank import ACCOUNT, MONEY, running

KEY = b"k" * 32
DAY = date(2026, 11, 20)


def instruction(reference="ZJ00000000001ABCD01", amount=5000, name="王小明", **more):
    told = {"account": "6217000000000000017", "bank": "建设银行", "note": "慰问金", "payer": ACCOUNT} | more
    return Instruction(reference=reference, amount=amount, name=name, **told)


@pytest.fixture(scope="module")
def running_bank(tmp_path_factory):
    with running(tmp_path_factory.mktemp("bank")) as bank:
        yield bank


@pytest.fixture
def bank(running_bank):
    running_bank.tell("calm")
    return running_bank


_count = iter(range(10_000))


def fresh(**more):
    """An instruction under a reference of its own."""
    return instruction(f"ZJ{next(_count):011d}TEST01", **more)


def paid(bank, told):
    """The amounts the bank's own ledger has under this reference."""
    return [line["amount"] for line in bank.lines() if line["reference"] == told.reference]


def test_an_instruction_is_paid_once_however_often_it_is_sent(bank):
    told = fresh()

    answers = [bank.channel().send(told) for _ in range(3)]

    assert {answer.state for answer in answers} == {Said.PAID}
    assert len({answer.bank_number for answer in answers}) == 1
    assert paid(bank, told) == [-5000]


def test_another_content_under_a_known_reference_is_never_paid(bank):
    told = fresh()
    bank.channel().send(told)

    with pytest.raises(Unanswered):
        bank.channel().send(instruction(told.reference, amount=6000))

    assert paid(bank, told) == [-5000]


def test_what_the_bank_never_had_is_not_found(bank):
    assert bank.channel().ask("ZJ99999999999TEST01").state == Said.NOT_FOUND


@pytest.mark.parametrize("mood", ["time_out_after_paying", "error_after_paying"])
def test_no_answer_though_it_paid_is_found_by_asking(bank, mood):
    told = fresh()
    bank.tell(mood, seconds=2)

    with pytest.raises(Unanswered):
        bank.channel().send(told)

    assert bank.channel().ask(told.reference).state == Said.PAID
    assert paid(bank, told) == [-5000]


@pytest.mark.parametrize("mood", ["time_out_before_paying", "error_before_paying"])
def test_no_answer_and_nothing_paid_is_found_by_asking(bank, mood):
    told = fresh()
    bank.tell(mood, seconds=2)

    with pytest.raises(Unanswered):
        bank.channel().send(told)

    assert bank.channel().ask(told.reference).state == Said.NOT_FOUND


@pytest.mark.parametrize(
    ("mood", "at_first", "later"),
    [("pay_later", Said.ACCEPTED, Said.PAID), ("fail_then_pay", Said.FAILED, Said.PAID),
     ("pay_then_return", Said.PAID, Said.RETURNED)],
)  # fmt: skip
def test_what_the_bank_says_can_change_later(bank, mood, at_first, later):
    told = fresh()
    bank.tell(mood, seconds=3 * 24 * 3600)

    assert bank.channel().send(told).state == at_first
    assert bank.channel().ask(told.reference).state == at_first
    bank.tell("pass", seconds=3 * 24 * 3600 + 1)
    limit = datetime.now(UTC) + timedelta(seconds=5)
    while bank.channel().ask(told.reference).state == at_first:
        assert datetime.now(UTC) < limit
    assert bank.channel().ask(told.reference).state == later
    assert sum(paid(bank, told)) == (0 if later == Said.RETURNED else -5000)


def test_what_cannot_be_paid_failed_with_the_banks_reason(bank):
    answer = bank.channel().send(fresh(amount=MONEY * 10))

    assert (answer.state, answer.reason) == (Said.FAILED, "there is not enough money in the account")


def test_a_request_signed_with_another_key_is_no_answer(bank):
    stranger = HttpBank(Connection(bank.connection.address, b"x" * 32), 1.0)
    told = fresh()

    with pytest.raises(Unanswered):
        stranger.send(told)
    assert paid(bank, told) == []


def test_a_bank_that_is_away_gives_no_answer():
    with pytest.raises(Unanswered):
        HttpBank(Connection("http://127.0.0.1:9", KEY), 0.5).send(instruction())


def test_the_books_survive_a_kill(tmp_path):
    with running(tmp_path / "killed") as bank:
        told = fresh()
        bank.channel().send(told)
        bank.kill()
        bank.start()

        assert bank.channel().send(told).state == Said.PAID
        assert paid(bank, told) == [-5000]


@pytest.mark.parametrize("profile", ["csv", "fixed"])
def test_a_batch_goes_out_and_its_result_comes_back(bank, profile):
    files = BankFiles(profile, bank.connection.key, DAY)
    told = [fresh(amount=100 + turn, name="努尔·买买提" if turn else "王小明") for turn in range(3)]

    answers = files.read_results(_batch(bank, files.write(told), profile))

    assert [answer.reference for answer in answers] == [one.reference for one in told]
    assert {answer.state for answer in answers} == {Said.PAID}
    assert [paid(bank, one) for one in told] == [[-100], [-101], [-102]]


def test_the_same_batch_again_pays_nothing_again(bank):
    files = BankFiles("csv", bank.connection.key, DAY)
    told = [fresh(), fresh()]
    content = files.write(told)

    first, second = (files.read_results(_batch(bank, content, "csv")) for _ in range(2))

    assert first == second
    assert [paid(bank, one) for one in told] == [[-5000], [-5000]]


def test_of_a_batch_the_bank_takes_half_of_the_rest_is_not_found(bank):
    files = BankFiles("csv", bank.connection.key, DAY)
    told = [fresh() for _ in range(4)]
    bank.tell("half_of_batch")

    answers = files.read_results(_batch(bank, files.write(told), "csv"))

    assert [answer.reference for answer in answers] == [one.reference for one in told[:2]]
    assert bank.channel().ask(told[3].reference).state == Said.NOT_FOUND


@pytest.mark.parametrize("mood", ["forged_trailer", "wrong_totals"])
def test_a_statement_the_bank_got_wrong_is_refused(bank, mood):
    bank.channel().send(fresh())
    bank.tell(mood)

    with pytest.raises(FileProblem):
        bank.channel().statement(ACCOUNT, _today(bank))


def test_the_statement_has_every_line_and_follows_the_day_before(bank):
    told = fresh(amount=777)
    bank.channel().send(told)
    bank.post(
        "/incoming",
        account=ACCOUNT,
        amount=12_300,
        name="晨光公司",
        other="4563000000000000011",
        note="会费 AB12",
    )

    statement = bank.channel().statement(ACCOUNT, _today(bank))

    assert statement.closing == bank.get(f"/accounts/{ACCOUNT}")["balance"]
    assert [line.amount for line in statement.lines][-2:] == [-777, 12_300]
    assert (statement.lines[-2].reference, statement.lines[-1].note) == (told.reference, "会费 AB12")


def _today(bank):
    return date.fromisoformat(bank.get("/health")["day"])


def _batch(bank, content, profile):
    """The result file of a batch, as somebody would carry it."""
    channel = bank.channel()
    status, result = channel._called("POST", f"/batches?profile={profile}", content)
    assert status == 200, result
    return result


# Readers: every byte counts. A good result file, and what becomes of it when something is not as it should be.
FILES = {profile: BankFiles(profile, KEY, DAY) for profile in ("csv", "fixed")}


def result(profile="csv", records=None, seal_with=KEY):
    """A result file as a bank would write it."""
    records = records or [("ZJ1", "paid", 100), ("ZJ2", "failed", 200)]
    details = [
        {"reference": reference, "state": state, "amount": amount, "bank_number": f"B{amount}",
         "at": "2026-11-20T10:00:00+08:00", "reason": "户名不符" if state == "failed" else ""}
        for reference, state, amount in records
    ]  # fmt: skip
    total = sum(one["amount"] for one in details if one["state"] == "paid")
    head = {"batch": "ZJB", "payer": ACCOUNT, "day": "20261120"}
    return layouts.written(layouts.RESULT, head, details, {"total": total}, profile, seal_with)


@pytest.mark.parametrize("profile", ["csv", "fixed"])
def test_a_good_file_is_read_whole(profile):
    answers = FILES[profile].read_results(result(profile))

    assert [(one.reference, one.state, one.reason) for one in answers] == [
        ("ZJ1", Said.PAID, ""),
        ("ZJ2", Said.FAILED, "户名不符"),
    ]


def _resealed(content):
    """The file sealed again after somebody changed it: what is wrong then is not the seal."""
    start = content.rindex(b",") + 1
    return content[:start] + signing.seal(KEY, content[:start]).encode() + b"\n"


GOOD = result()
WRONG = {
    "file_empty": b"",
    "file_has_a_mark": b"\xef\xbb\xbf" + GOOD,
    "line_in_another_encoding": GOOD.decode().encode("gb18030"),
    "file_is_cut": GOOD[:-30],
    "line_of_no_kind": b"x" + GOOD,
    "line_has_another_shape": GOOD.replace(b"D,1,", b"D,1,1,"),
    "line_cannot_be_read": GOOD.replace(b"ZJ1,", b'"ZJ1,'),
    "no_whole_number": GOOD.replace(b"paid,100", b"paid,1e2"),
    "file_out_of_order": _resealed(GOOD.replace(b"D,2,", b"D,3,")),
    "file_seal_wrong": GOOD.replace(b"paid,100", b"paid,900"),
    "file_of_another_kind": _resealed(GOOD.replace(b"ZJR1", b"ZJS1")),
    "file_count_wrong": _resealed(GOOD.replace(b"T,2,", b"T,3,")),
    "file_sum_wrong": _resealed(GOOD.replace(b"T,2,100", b"T,2,101")),
    "state_unknown": _resealed(GOOD.replace(b",failed,", b",lost,")),
    "no_such_moment": _resealed(GOOD.replace(b"2026-11-20T10:00:00+08:00", b"2026-11-20T10:00:00")),
    "reference_twice": result(records=[("ZJ1", "paid", 100), ("ZJ1", "paid", 100)]),
    "text_too_long": _resealed(GOOD.replace(b"ZJ1,", b"ZJ1\x00,")),
    "file_too_long": b"D\n" * (layouts.MOST_LINES + 3),
}


@pytest.mark.parametrize("code", WRONG)
def test_what_is_not_exactly_so_is_refused_in_a_sentence(code):
    with pytest.raises(FileProblem) as problem:
        FILES["csv"].read_results(WRONG[code])

    assert problem.value.code == code
    assert str(problem.value)


def test_a_problem_names_its_line():
    with pytest.raises(FileProblem, match="3"):
        FILES["csv"].read_results(GOOD.replace(b"failed,200", b"failed,two"))


def test_a_file_sealed_with_another_key_is_refused():
    with pytest.raises(FileProblem) as problem:
        FILES["fixed"].read_results(result("fixed", seal_with=b"x" * 32))
    assert problem.value.code == "file_seal_wrong"


@pytest.mark.parametrize("profile", ["csv", "fixed"])
@pytest.mark.parametrize(
    "told", [{"name": "王" * 31}, {"note": "换\n行"}, {"name": " 王小明"}, {"bank": "\u200b"}]
)
def test_what_does_not_fit_the_banks_file_is_refused_before_it_is_sent(profile, told):
    with pytest.raises(FileProblem) as problem:
        FILES[profile].write([instruction(**told)])
    assert problem.value.code == "text_does_not_fit"


def test_a_file_pays_from_one_account():
    with pytest.raises(FileProblem):
        FILES["csv"].write([instruction(), instruction(payer="1302000000000000009")])


@pytest.mark.parametrize(
    ("age", "changed", "holds"),
    [(0, False, True), (299, False, True), (-299, False, True), (301, False, False), (-301, False, False),
     (0, True, False)],
)  # fmt: skip
def test_a_message_is_the_banks_when_signed_and_in_time(age, changed, holds):
    at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    moment = str(int(at.timestamp()) - age)
    signature = signing.sign(KEY, moment, b"body")

    body = b"Body" if changed else b"body"
    assert signing.is_signed(KEY, moment, body, signature, at=at, window=300) is holds


@pytest.mark.parametrize("moment", ["", "now", "１２３", "-5", "9" * 40])
def test_a_moment_that_is_none_is_refused(moment):
    at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert not signing.is_signed(KEY, moment, b"", signing.sign(KEY, moment, b""), at=at, window=300)
