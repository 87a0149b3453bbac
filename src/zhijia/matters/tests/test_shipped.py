"""The matters that come with the program: each can be read, drawn, asked and decided."""

import pytest

from zhijia.catalogue import definitions
from zhijia.catalogue.matter_rules import Matter
from zhijia.catalogue.versions import content
from zhijia.matters.services import grounds

SHIPPED = sorted(definitions.load().matters.values(), key=lambda matter: matter.code)


@pytest.mark.parametrize("matter", SHIPPED, ids=lambda matter: matter.code)
def test_its_conditions_are_rules_over_its_own_answers(matter: Matter) -> None:
    assert list(grounds.problems_of(matter)) == []


@pytest.mark.parametrize("matter", SHIPPED, ids=lambda matter: matter.code)
def test_it_is_the_same_after_it_was_kept(matter: Matter) -> None:
    assert Matter.model_validate(content(matter)) == matter
