"""Every table says whose data it holds and how long; those with personal data are guarded by the database."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from zhijia.accounts.jobs import SWEPT
from zhijia.accounts.models import Session
from zhijia.administration.services.terms import HOLDERS, TERMS
from zhijia.catalogue import parameters, ports
from zhijia.kernel import days
from zhijia.kernel.tables import Keeping, Table
from zhijia.matters.models import Case
from zhijia.matters.services import emptying
from zhijia.web.database import roles

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
PERSONAL_WORDS = {
    "name", "phone", "mobile", "birth", "address", "email", "sex", "gender", "number", "person_id", "card",
    "account", "id_number", "login", "subject_id",
}  # fmt: skip
KEPT_WITH_THE_PERSON = {
    "Person", "Membership", "MembershipChange", "TransferLeg", "Card", "Consent", "Pair", "Merge", "Moved",
    "QualityIssue", "AuthorityAnswer", "LeaveProposal",
}  # fmt: skip
"""A person is erased as a whole or not at all: a row less would be another history. Nobody is proposed yet."""
KEPT_WITH_THE_ACCOUNT = {"User", "OldPassword", "RecoveryCode"}
"""A closed account stays while its grants and its messages do; it opens nothing."""
EMPTIED = {Case, *emptying.GONE, *emptying.EMPTIED}
"""How long a case is kept its matter's own definition says; then it is emptied."""
OURS = [model for model in apps.get_models() if model.__module__.startswith("zhijia.")]
PERSONAL = sorted(model._meta.db_table for model in OURS if getattr(model, "personal", False))


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.db_table)
def test_a_table_says_whose_data_it_holds_and_how_long(model: type[Table]) -> None:
    assert issubclass(model, Table)
    keeping = model.keeping

    assert isinstance(keeping, Keeping)
    assert len(keeping.why) > 5
    if keeping.parameter is not None:
        assert parameters.value(keeping.parameter, day=days.business_day(days.now())) > 0


def test_what_ends_by_itself_is_swept_and_nothing_else_goes_without_a_persons_word() -> None:
    ending = {model for model in OURS if model.keeping.by_itself}  # type: ignore[attr-defined]
    asked_for = {ending.model for ending in TERMS.values()}

    assert ending == {Session, *(table for table, _moment in SWEPT)}
    assert not ending & asked_for
    assert all(model.keeping.parameter for model in asked_for)  # type: ignore[attr-defined]


def test_what_is_kept_for_a_time_is_proposed_when_it_is_over_or_goes_with_what_it_belongs_to() -> None:
    proposed = {ending.model for ending in TERMS.values()}
    kept = {model for model in OURS if model.keeping.parameter and not model.keeping.by_itself}  # type: ignore[attr-defined]
    left = {model for model in kept - proposed if not _goes_with(model, proposed) and model not in EMPTIED}

    assert {model.__name__ for model in left} == KEPT_WITH_THE_PERSON | KEPT_WITH_THE_ACCOUNT


def test_files_are_called_nobodys_only_where_a_room_answers_for_them() -> None:
    assert [owner for owner in HOLDERS if not ports.answered(f"files.may_open.{owner}")] == []


def _goes_with(model: type[models.Model], others: set[Any]) -> bool:
    """Whether the rows are removed with those of one of the others, or with rows that are removed so."""
    above = {
        field.related_model
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.CASCADE
    } - {model}
    return any(one in others or _goes_with(one, others) for one in above)


@pytest.mark.parametrize("table", PERSONAL)
def test_a_table_with_personal_data_has_a_policy_and_force(db: Any, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, relforcerowsecurity,"
            " (SELECT count(*) FROM pg_policies WHERE schemaname = 'public' AND tablename = relname)"
            " FROM pg_class WHERE relname = %s AND relnamespace = 'public'::regnamespace",
            [table],
        )
        enabled, forced, policies = cursor.fetchone()

    assert (enabled, forced) == (True, True)
    assert policies >= 1


@pytest.mark.parametrize("table", PERSONAL)
def test_without_somebody_who_asks_a_table_with_personal_data_is_empty(db: Any, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('zhijia.user', '', true)")
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        assert cursor.fetchone() == (0,)


def test_a_column_named_like_personal_data_stands_in_a_guarded_table_or_is_explained() -> None:
    explained = yaml.safe_load((HERE / "open_columns.yaml").read_text(encoding="utf-8"))
    found = {
        f"{model._meta.db_table}.{field.column}"
        for model in OURS
        if not model.personal
        for field in model._meta.concrete_fields
        if field.column in PERSONAL_WORDS or set(field.column.split("_")) & (PERSONAL_WORDS - {"account"})
    }

    assert sorted(found - set(explained)) == []
    assert sorted(set(explained) - found) == []
    assert all(len(why) > 10 for why in explained.values())


def test_foreign_keys_point_down() -> None:
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    order = layers["tool"]["importlinter"]["contracts"][0]["layers"]
    height = {room: len(order) - place for place, line in enumerate(order) for room in _rooms(line)}

    upward = [
        f"{model.__name__}.{field.name} -> {field.related_model.__name__}"
        for model in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
        and _room(field.related_model) in height
        and height[_room(field.related_model)] > height[_room(model)]
    ]

    assert upward == []
    assert {_room(model) for model in OURS} <= set(height)


def test_no_model_has_changed_without_its_migration(committed: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_suite_works_as_the_app_role(db: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolname = (SELECT pg_get_userbyid(relowner)"
            " FROM pg_class WHERE relname = 'registry_person')"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False, False)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        assert cursor.fetchone() == (0,)


def test_a_function_that_was_revoked_is_run_by_those_alone_it_is_granted_to(db: Any) -> None:
    """Default privileges let the program's roles run every function: only a role's own name takes it from it."""
    migrations = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src" / "zhijia").glob("*/migrations/*.*[yl]")
    )
    revoked = re.findall(r"REVOKE \w+ ON FUNCTION ([^;]+?)\s+FROM ([\w, ]+);", migrations)
    assert revoked
    for functions, named in revoked:
        for function in re.findall(r"\w+\([^)]*\)", functions):
            assert roles.APP.name in named, f"{function} stays open to the app role"
            for role in re.findall(r"\w+", named):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT has_function_privilege(%s, %s, 'EXECUTE')", [role, function])
                    assert cursor.fetchone() == (False,), (role, function)


def _room(model: Any) -> str:
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "zhijia" else ""


def _rooms(line: str) -> list[str]:
    return [room.strip(" ()") for room in line.replace(":", "|").split("|")]
