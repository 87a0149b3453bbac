"""Roles: what each may do, and which never stand together (S-09, S-10)."""

import ast
from pathlib import Path

import pytest
from django.utils import translation

import zhijia
from zhijia.catalogue import codes, roles

STAFF = {
    "audit_committee",
    "auditor",
    "cashier",
    "county_reviewer",
    "grassroots_officer",
    "hotline_agent",
    "province_officer",
    "security_admin",
    "system_admin",
    "treasurer",
}


def test_everybody_but_the_member_is_staff():
    assert {role.code for role in roles.all() if role.staff} == STAFF
    assert {role.code for role in roles.all()} == STAFF | {"member"}


def test_the_three_administrators_never_stand_together():
    three = {"auditor", "security_admin", "system_admin"}
    for role in three:
        assert roles.get(role).apart_from == three - {role}


@pytest.mark.parametrize(
    ("role", "permission"),
    [
        ("system_admin", "trail.view"),
        ("system_admin", "person.view"),
        ("system_admin", "grant.give"),
        ("security_admin", "person.view"),
        ("hotline_agent", "person.reveal"),
        ("hotline_agent", "membership.view"),
        ("grassroots_officer", "grant.give"),
        ("province_officer", "membership.approve"),
    ],
)
def test_a_role_cannot_do_what_another_is_for(role, permission):
    assert permission not in roles.get(role).permissions


def test_the_auditor_changes_nothing():
    taking_a_copy = {"export.make"}
    verbs = {permission.split(".")[1] for permission in roles.get("auditor").permissions - taking_a_copy}
    assert verbs <= {"view", "verify", "sample"}


def test_who_reads_no_people_has_no_permission_about_them():
    about_people = {
        "person",
        "membership",
        "roster",
        "transfer",
        "correction",
        "hotline",
        "card",
        "pool",
        "export",
    }
    for role in roles.all():
        if not role.reads_people:
            assert not {p.split(".")[0] for p in role.permissions} & about_people, role.code


def test_every_permission_is_in_somebodys_hands():
    held = {permission for role in roles.all() for permission in role.permissions}
    assert set(codes.get("permissions").by_code) == held


def permissions_asked_for():
    """(file, permission) of every `access.require(…, "…")` and its like in the code."""
    asking = {"require", "may", "unions_granted"}
    for path in sorted(Path(zhijia.__file__).parent.rglob("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) > 1
            ):
                continue
            owner, second = node.func.value, node.args[1]
            of_access = isinstance(owner, ast.Name) and owner.id == "access" and node.func.attr in asking
            if of_access and isinstance(second, ast.Constant):
                yield path.name, second.value


def test_every_permission_the_code_asks_for_is_declared():
    asked = list(permissions_asked_for())
    assert len(asked) > 10
    assert [(file, one) for file, one in asked if one not in codes.get("permissions").by_code] == []


def test_a_role_speaks_the_readers_language():
    with translation.override("en"):
        assert str(roles.get("auditor").label) == "Audit administrator"
        assert roles.permission_label("trail.view") == "Read the trail"
    with translation.override("zh-hans"):
        assert str(roles.get("auditor").label) == "审计管理员"
