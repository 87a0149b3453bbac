"""Made-up books for the bench of the ledger: unions with accounts in one fund, and entries of four legs each."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connections
from numpy.typing import NDArray

from zhijia.ledger.services.bulk import Entries

UNIONS, YEAR, LEGS = 2_000, 2026, 4
CODES = (
    ("102", 1, True, False),
    ("402", -1, False, False),
    ("506", 1, False, True),
    ("201", -1, False, False),
)
FIRST_UNION = 1_000_000
SEED = 7


@dataclass(frozen=True, slots=True)
class Books:
    """The unions, and of each the account at the bank, of income, of expenditure, and what is owed upward."""

    unions: NDArray[np.int64]
    accounts: NDArray[np.int64]


def open_books(unions: int = UNIONS) -> Books:
    """Books and accounts for so many unions that exist in the ledger alone."""
    with connections["bulk"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_book (union_id, county_id, opened_on)"
            " SELECT %s + n, 1, %s FROM generate_series(1, %s) n",
            [FIRST_UNION, date(YEAR, 1, 1), unions],
        )
        for code, sign, guarded, spends in CODES:
            cursor.execute(
                "INSERT INTO ledger_account"
                " (union_id, county_id, chart, code, fund, title, sign, guarded, spends, opened_on, balance)"
                " SELECT union_id, county_id, 'union_2021', %s, 'own', '', %s, %s, %s, opened_on, 0 FROM ledger_book"
                " WHERE union_id > %s",
                [code, sign, guarded, spends, FIRST_UNION],
            )
        cursor.execute(
            "SELECT union_id, array_agg(id ORDER BY code) FROM ledger_account WHERE union_id > %s"
            " GROUP BY union_id ORDER BY union_id",
            [FIRST_UNION],
        )
        found = cursor.fetchall()
    return Books(np.array([row[0] for row in found]), np.array([row[1] for row in found]))


def entries(books: Books, legs: int, turn: int) -> Entries:
    """Contributions received: the bank up, most of it income, a share owed upward, and a fee on the other side. `turn`
    tells the rounds apart."""
    many = legs // LEGS
    made = np.random.default_rng(SEED + turn)
    which = made.integers(0, len(books.unions), many)
    paid = made.integers(1_000, 5_000_000, many)
    fee, share = paid // 200, paid * 4 // 10
    bank, due, income, cost = (books.accounts[which, place] for place in range(LEGS))
    amounts = np.stack([paid - fee, fee, -share, share - paid], axis=1)
    accounts = np.stack([bank, cost, due, income], axis=1)
    start = np.datetime64(f"{YEAR}-01-01")
    return Entries(
        kind="contribution",
        source="bench",
        purpose="",
        unions=books.unions[which],
        counties=np.ones(many, np.int64),
        days=start + made.integers(0, 300, many).astype("timedelta64[D]"),
        source_ids=[f"{turn}-{number}" for number in range(many)],
        first=np.arange(many) * LEGS,
        accounts=accounts.reshape(-1),
        amounts=amounts.reshape(-1),
    )
