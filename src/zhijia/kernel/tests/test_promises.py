"""A constraint that does not hold is a sentence where somebody wrote one, and stays an error where nobody did."""

import pytest
from django.db import IntegrityError, connection, transaction

from zhijia.kernel import promises
from zhijia.kernel.errors import Refusal

pytestmark = pytest.mark.usefixtures("db")


def _write_and_break(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('zhijia.written', 'yes', true)")
        cursor.execute(
            f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{name}'; END $$"
        )


def _written() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('zhijia.written', true)")
        return cursor.fetchone()[0] == "yes"


def test_what_breaks_a_promise_is_refused_in_words_and_leaves_nothing_behind() -> None:
    with pytest.raises(Refusal) as refused, promises.kept({"n_is_small": "Ten is too much."}):
        _write_and_break("n_is_small")

    assert (refused.value.code, str(refused.value)) == ("n_is_small", "Ten is too much.")
    assert not _written()


def test_what_nobody_wrote_a_sentence_for_stays_the_error_it_is() -> None:
    with pytest.raises(IntegrityError) as broken, transaction.atomic(), promises.kept({"n_is_small": ""}):
        _write_and_break("n_is_large")

    assert promises.constraint_of(broken.value) == "n_is_large"
    assert not _written()
