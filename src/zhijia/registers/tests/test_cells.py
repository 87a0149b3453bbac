"""What is held, as a cell of a list says it."""

import pytest

from zhijia.catalogue.register_rules import Column
from zhijia.catalogue.text import Text
from zhijia.registers.queries import cells

_NUMBER = Column(name="number", label=Text(en="Number", zh="数量"), type="whole")


@pytest.mark.parametrize(("number", "shown"), [(0, "0"), (1979, "1979"), (-9999, "-9999"), (12345, "12,345")])
def test_a_number_of_four_digits_stands_together_since_it_may_be_a_year(number: int, shown: str) -> None:
    assert cells.lines([_NUMBER], [{"number": number}]) == [[shown]]
