"""Every column of the register is an element of the data dictionary, with a purpose, or says why it is none (S-33)."""

from pathlib import Path

import yaml
from django.apps import apps

from zhijia.catalogue import definitions, standards
from zhijia.vault import kinds

EXPLAINED = yaml.safe_load((Path(__file__).parent / "element_columns.yaml").read_text(encoding="utf-8"))
COLUMNS = {
    f"{model._meta.db_table}.{field.column}"
    for model in apps.get_app_config("registry").get_models()
    for field in model._meta.concrete_fields
}
TABLES = {column.partition(".")[0] for column in COLUMNS}


def test_every_column_of_the_register_is_an_element_or_says_why_it_is_none() -> None:
    held = {place for place in standards.held_in() if "." in place}
    unmapped = {
        c for c in COLUMNS if c not in held and c not in EXPLAINED and c.partition(".")[0] not in EXPLAINED
    }

    assert sorted(unmapped) == []


def test_what_is_explained_exists_and_is_no_element() -> None:
    held = set(standards.held_in())

    assert sorted(set(EXPLAINED) - COLUMNS - TABLES) == []
    assert sorted(set(EXPLAINED) & held) == []
    assert all(len(why) > 10 for why in EXPLAINED.values())


def test_every_place_an_element_names_exists() -> None:
    secrets = {f"vault:{kind.name}" for kind in kinds.KINDS}
    facts = {f"facts:{code}" for code in definitions.load().facts}

    assert sorted(set(standards.held_in()) - COLUMNS - secrets - facts) == []


def test_every_sealed_value_of_a_person_is_an_element() -> None:
    sealed = {f"vault:{kind.name}" for kind in kinds.KINDS if kind.name.startswith("registry_person.")}

    assert sorted(sealed - set(standards.held_in())) == []
