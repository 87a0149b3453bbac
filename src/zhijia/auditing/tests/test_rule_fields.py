"""What rules may say of entries, vouchers and payments runs, speaks both languages, and is of no person."""

from datetime import date

import pytest
from django.db import connection

from zhijia.catalogue import codes, definitions
from zhijia.ledger import rule_fields as books
from zhijia.payments import rule_fields as payments
from zhijia.rules.schema import declared
from zhijia.rules.sql.reading import Reading
from zhijia.rules.sql.values import field as field_text
from zhijia.rules.types import Kind

ENTITIES = (*books.ENTITIES, *payments.ENTITIES)
FIELDS = [(entity, field) for entity in ENTITIES for field in entity.fields.values()]
RELATIONS = [(entity, relation) for entity in ENTITIES for relation in entity.relations.values()]
POSTGRES = {
    Kind.BOOL: {"boolean"},
    Kind.INT: {"smallint", "integer", "bigint"},
    Kind.STRING: {"text", "character varying"},
    Kind.DATE: {"date"},
}
OF_PEOPLE = {"person", "payee", "user", "name"}


def _named(part):
    return getattr(part, "name", "")


@pytest.mark.parametrize(("entity", "field"), FIELDS, ids=_named)
def test_a_field_runs_and_has_the_type_it_says(db, entity, field):
    reading = Reading(
        schema=declared, subject=entity.name, purpose="audit", on=date(2026, 11, 21), parameters=lambda key: None,
        union=1,
    )  # fmt: skip
    said = field_text(reading, reading.subject, field)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_typeof(x) FROM (SELECT 1) AS one LEFT JOIN LATERAL"
            f" (SELECT {said} AS x FROM {reading.subject.scope.text()} LIMIT 1) AS held ON true",
            reading.bindings.params,
        )
        assert cursor.fetchone()[0] in POSTGRES[field.type.kind]


@pytest.mark.parametrize(("entity", "part"), [*FIELDS, *RELATIONS], ids=_named)
def test_it_speaks_both_languages_is_for_audits_alone_and_of_no_person(entity, part):
    assert part.label.en
    assert part.label.zh != part.label.en
    assert part.purposes == {"audit"}
    assert part.name not in OF_PEOPLE
    assert not getattr(part, "code_list", "") or codes.get(part.code_list)
    assert getattr(part, "to", entity.name) in declared.entities


def test_no_rule_for_audits_is_about_people():
    assert {
        rule.subject for rule in definitions.load().rules.values() if rule.purpose == "audit"
    } == {"entry", "payment"}  # fmt: skip
