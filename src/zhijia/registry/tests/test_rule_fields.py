"""What the register tells rules: every field runs, speaks both languages, and has its reasons."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from zhijia.catalogue import codes, definitions, purposes
from zhijia.registry import rule_fields, rule_questions
from zhijia.rules.schema import Entity, Field, Relation, declared
from zhijia.rules.sql.reading import Reading
from zhijia.rules.sql.scopes import one
from zhijia.rules.sql.values import field as field_text
from zhijia.rules.types import Kind

TODAY = date(2026, 11, 21)
FIELDS = [(entity, field) for entity in rule_fields.ENTITIES for field in entity.fields.values()]
COLUMNS = [(entity, field) for entity, field in FIELDS if not field.years_since]
RELATIONS = [(entity, relation) for entity in rule_fields.ENTITIES for relation in entity.relations.values()]
POSTGRES = {
    Kind.BOOL: {"boolean"},
    Kind.INT: {"smallint", "integer", "bigint"},
    Kind.STRING: {"text", "character varying"},
    Kind.DATE: {"date"},
}

KEYS = {20: "bigint", 23: "int", 2950: "uuid"}
"""PostgreSQL's own numbers of the types of keys."""


def _named(part: Any) -> str:
    return getattr(part, "name", "")


def _reading(entity: Entity) -> Reading:
    return Reading(
        schema=declared,
        subject=entity.name,
        purpose="services",
        on=TODAY,
        parameters=lambda key: None,
        union=1,
    )


@pytest.mark.parametrize(("entity", "field"), COLUMNS, ids=_named)
def test_a_field_runs_and_has_the_type_it_says(db: None, entity: Entity, field: Field) -> None:
    reading = _reading(entity)
    said = field_text(reading, reading.subject, field)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pg_typeof(x) FROM (SELECT 1) AS one LEFT JOIN LATERAL"
            f" (SELECT {said} AS x FROM {reading.subject.scope.text()} LIMIT 1) AS held ON true",
            reading.bindings.params,
        )
        assert cursor.fetchone()[0] in POSTGRES[field.type.kind]


@pytest.mark.parametrize(("entity", "relation"), RELATIONS, ids=_named)
def test_a_relation_leads_to_rows_of_the_table_it_says(db: None, entity: Entity, relation: Relation) -> None:
    reading = _reading(entity)
    to = one(reading.templates, reading.names, reading.subject, relation)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {to.key} FROM {reading.subject.scope.text()} LIMIT 1", reading.bindings.params
        )
        found = cursor.description[0].type_code

    assert KEYS[found] == declared.entity(relation.to).key_type


@pytest.mark.parametrize(("entity", "part"), [*FIELDS, *RELATIONS], ids=_named)
def test_a_part_has_words_purposes_and_a_source(entity: Entity, part: Field | Relation) -> None:
    assert part.label.en.isascii()
    assert not part.label.zh.isascii()
    assert part.purposes
    assert all(purposes.get(code) for code in part.purposes)
    kind, _, element = part.source.partition(" ")
    assert kind == "element"
    assert element in definitions.load().elements
    if isinstance(part, Field) and part.code_list:
        assert codes.options(part.code_list, TODAY)


@pytest.mark.parametrize(("entity", "field"), COLUMNS, ids=_named)
def test_a_field_says_how_it_becomes_known_and_what_shows_another_value(entity: Entity, field: Field) -> None:
    if not field.required:
        assert field.ask is not None
        assert field.ask.en.endswith(("?", "."))
    if not field.fixed:
        assert field.evidence is not None
        assert field.evidence.en.isascii()


def test_every_question_belongs_to_a_field_or_a_relation() -> None:
    told = {(entity, part) for entity, parts in rule_questions.TOLD.items() for part in parts}
    assert told <= {(entity.name, part.name) for entity, part in [*FIELDS, *RELATIONS]}


def test_what_is_sensitive_is_used_only_for_what_is_asked_by_consent() -> None:
    asked = {code for _, part in [*FIELDS, *RELATIONS] if part.sensitive for code in part.purposes}

    assert {purposes.get(code).basis for code in asked} == {"consent"}


def test_nothing_of_the_vault_is_told_but_that_it_is_there() -> None:
    told = " ".join(field.sql for _, field in FIELDS)

    assert "sealed" not in told
    assert "blind" not in told


@pytest.mark.parametrize("entity", rule_fields.ENTITIES, ids=_named)
def test_the_row_behind_a_one_is_found_by_a_unique_column(db: None, entity: Entity) -> None:
    for relation in entity.relations.values():
        if relation.many:
            continue
        table = declared.entity(relation.to).table
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indisunique AND indrelid = %s::regclass",
                [table],
            )
            indexes = " ".join(row[0] for row in cursor.fetchall())
        assert f"({relation.keys[0][0]})" in indexes


def test_a_required_field_is_a_column_that_is_never_empty(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE attnotnull")
        never_empty = set(cursor.fetchall())

    required = {
        (entity.table, field.sql.removeprefix("{row}.")) for entity, field in FIELDS if field.required
    }
    assert required <= never_empty
