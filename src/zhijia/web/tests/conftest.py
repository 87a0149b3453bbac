"""The made-up province, as small as it can be."""

import pytest

from zhijia.kernel import days
from zhijia.web.demo.loading import load
from zhijia.web.demo.plan import Plan


@pytest.fixture(scope="module")
def province(committed_for_file: None) -> Plan:
    """Loaded once for all tests of a file, which leave it as it is."""
    plan = Plan(unions=100, members=1000, seed=7)
    load(plan, at=days.now(), say=lambda text: None)
    return plan
