"""Founding unions and saying whom they cover (ORG-01 to ORG-03, ORG-05, ORG-17)."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connections
from django.utils.translation import gettext_lazy as _

from zhijia.audit import services as audit
from zhijia.facts import services as facts
from zhijia.kernel import codes, days
from zhijia.kernel.actors import Actor
from zhijia.kernel.errors import Refusal
from zhijia.registry import access, tree
from zhijia.registry.models import Coverage, Employer, Parent, Union


def found_union(
    *,
    actor: Actor,
    at: datetime,
    parent_id: int,
    name: str,
    type: str,
    level: int,
    division: str,
    founded_on: date,
    credit_code: str | None = None,
    approval_number: str = "",
    holding_pool: bool = False,
) -> Union:
    """Found a union under `parent_id` (ORG-05). Its money follows the same parent; another is named by a plan
    (ORG-02: `reorganisations`). Raises Refusal for a credit code that is wrong or another union's, and for a name its
    parent has already."""
    actor = access.require(actor, "union.found", parent_id)
    tree.hold()
    if Union.objects.select_for_update().get(pk=parent_id).dissolved_on is not None:
        raise Refusal(
            "parent_dissolved", _("The union above has been dissolved. Choose one that still stands.")
        )
    check_credit_code(credit_code)
    if tree.children(parent_id).filter(name=name, dissolved_on=None).exists():
        raise Refusal("union_name_taken", _("There is a union of this name under the same parent already."))
    union = write(
        at=at,
        day=founded_on,
        parents={
            Parent.Tree.ORGANISATION: parent_id,
            Parent.Tree.FUND: parent_id,
        },
        name=name,
        type=type,
        level=level,
        division=division,
        credit_code=credit_code,
        approval_number=approval_number,
        holding_pool=holding_pool,
    )
    audit.record(
        actor=actor,
        at=at,
        action="union.found",
        subject="union",
        subject_id=union.pk,
        place=access.place_of(union),
        detail={"parent": parent_id},
    )
    return union


def check_takes_members(union_id: int, using: str = "default") -> None:
    """Raises Refusal for a union that is dissolved by now, whatever the caller read of it before."""
    if Union.objects.using(using).filter(pk=union_id, dissolved_on__isnull=False).exists():
        raise Refusal(
            "union_dissolved",
            _("This union has been dissolved and takes no members. Look for the one that took its place."),
        )


def check_stands(union: Union) -> None:
    """Raises Refusal for a union that was merged away or dissolved: nothing new is written at it."""
    if union.dissolved_on is not None:
        raise Refusal(
            "union_ended",
            _("This union ended on %(day)s. Do this at a union that stands.")
            % {"day": union.dissolved_on.isoformat()},
        )


def check_credit_code(credit_code: str | None, using: str = "default") -> None:
    """Raises Refusal for a credit code that is wrong or another union's (ORG-17)."""
    if credit_code and (reason := codes.union_code_error(credit_code)):
        raise Refusal(
            f"union_code_{reason}",
            _("This is not the credit code of a union. It has 18 characters and begins with 81 or 89."),
        )
    if credit_code and Union.objects.using(using).filter(credit_code=credit_code).exists():
        raise Refusal(
            "union_code_taken", _("Another union has this credit code already. Compare it with the papers.")
        )


def write(
    *,
    at: datetime,
    day: date,
    parents: Mapping[str, int],
    name: str,
    type: str,
    level: int,
    division: str,
    credit_code: str | None = None,
    approval_number: str = "",
    holding_pool: bool = False,
    using: str = "default",
) -> Union:
    """The union's row, its dated parents, its place in today's tree and the fact, for whoever founds it. The caller
    holds the tree."""
    parent = Union.objects.using(using).get(pk=parents[Parent.Tree.ORGANISATION])
    union = Union.objects.using(using).create(
        code=next_code(division, using),
        name=name,
        type=type,
        level=level,
        credit_code=credit_code or None,
        division=division,
        county_id=parent.county_id,
        holding_pool=holding_pool,
        founded_on=day,
        approval_number=approval_number,
    )
    Parent.objects.using(using).bulk_create(
        Parent(union=union, parent_id=above, tree=kind, valid_from=day, recorded_at=at)
        for kind, above in parents.items()
    )
    tree.place_leaf(union, parent, using)
    for kind, above in parents.items():
        if kind != Parent.Tree.ORGANISATION:
            tree.follow(union.pk, above, kind, using=using)
    union.refresh_from_db(using=using)
    facts.record(
        [
            facts.NewFact(
                kind="union.founded",
                union_id=union.pk,
                county_id=union.county_id,
                day=day,
                record="union",
                record_id=str(union.pk),
                dimensions={"type": type},
            )
        ],
        using=using,
    )
    return union


def cover_employer(
    *, actor: Actor, at: datetime, union_id: int, name: str, credit_code: str = ""
) -> Coverage:
    """Say that the union covers this employer from today on; an employer is known by its credit code, or by its
    name in the union's county while it has none. Covering it already is no error. Raises Refusal for a union that
    ended."""
    actor = access.require(actor, "union.edit", union_id)
    union = Union.objects.select_for_update().get(pk=union_id)
    check_stands(union)
    employer = employer_of_code(name=name.strip(), credit_code=credit_code.strip(), division=union.division)
    coverage, fresh = Coverage.objects.get_or_create(
        union=union, employer=employer, valid_to=None, defaults={"valid_from": days.business_day(at)}
    )
    if fresh:
        audit.record(
            actor=actor,
            at=at,
            action="union.cover_employer",
            subject="union",
            subject_id=union.pk,
            place=access.place_of(union),
            detail={"employer": employer.pk},
        )
    return coverage


def check_employer_code(credit_code: str) -> None:
    """Raises Refusal for a credit code no employer can have (ORG-17)."""
    if credit_code and codes.employer_code_error(credit_code):
        raise Refusal(
            "employer_code",
            _("This is not the credit code of an employer. Compare it with the business licence."),
        )


def employer_of_code(*, name: str, credit_code: str, division: str) -> Employer:
    """The employer of this credit code, however it was typed, or of this name in the county where it has none; entered
    where it is not known. Raises Refusal for a code no employer can have."""
    check_employer_code(credit_code)
    if credit_code := codes.normal_code(credit_code):
        known, _fresh = Employer.objects.get_or_create(
            credit_code=credit_code, defaults={"name": name, "division": division}
        )
        return known
    unnumbered = Employer.objects.filter(
        name=name, credit_code=None, division__startswith=division[:6]
    ).first()
    return unnumbered or Employer.objects.create(name=name, division=division)


def next_code(division: str, using: str = "default") -> str:
    """The division's six digits and a serial nobody else gets."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT nextval('registry_union_serial')")
        return f"{division[:6]}-{cursor.fetchone()[0]:06d}"
