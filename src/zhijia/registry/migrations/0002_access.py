"""Who sees what: the functions row policies ask, the ones that look across unions, and the policies themselves."""

from pathlib import Path

from django.db import migrations

from zhijia.kernel.policies import COUNTY, UNION, Policy, protect

UNDO = """
DROP TRIGGER registry_grant_changes_access ON registry_grant;
DROP TRIGGER registry_union_changes_access ON registry_union;
DROP TRIGGER accounts_user_changes_access ON accounts_user;
DROP TRIGGER accounts_user_is_linked_by_others ON accounts_user;
DROP FUNCTION registry_guard_link();
DROP FUNCTION access_forget();
DROP FUNCTION registry_run_by_its_union();
DROP FUNCTION registry_works_at(int);
DROP FUNCTION registry_granted_counties(bigint, boolean);
DROP FUNCTION registry_granted_unions(bigint, boolean);
DROP FUNCTION registry_dead(uuid[]);
DROP FUNCTION registry_standing(uuid[], int);
DROP FUNCTION registry_take_person(uuid, int);
DROP FUNCTION registry_hold_transfer(bigint);
DROP FUNCTION registry_request_transfer(uuid, uuid, int, text, text, timestamptz, date, bigint, uuid, bigint);
DROP FUNCTION registry_complete_transfer(uuid, uuid, date, timestamptz);
DROP FUNCTION registry_end_transfer(uuid, timestamptz);
DROP FUNCTION registry_cancel_transfers(uuid, timestamptz);
DROP FUNCTION registry_transfer_waits(uuid, int);
DROP FUNCTION registry_claim(uuid, text, int, uuid[], int, uuid[]);
DROP FUNCTION registry_is_known_so(uuid, text, int, uuid[], int);
DROP FUNCTION registry_history(uuid);
DROP FUNCTION registry_among(uuid[]);
DROP FUNCTION registry_move_person(uuid, int, int);
DROP FUNCTION registry_move_people(uuid[], int, int);
DROP FUNCTION registry_is_job();
DROP FUNCTION registry_need(boolean);
DROP FUNCTION registry_colleagues(bigint[]);
DROP FUNCTION registry_administers(int);
DROP FUNCTION registry_is_new();
DROP FUNCTION registry_reaches(int);
DROP SEQUENCE registry_member_serial;
DROP SEQUENCE registry_card_serial;
DROP SEQUENCE registry_union_serial;
"""


GIVEN = (
    "given_by = (SELECT access_user()) AND user_id <> (SELECT access_user())"
    " AND (registry_administers(union_id) OR (SELECT registry_is_new()))"
)
"""A grant as a session of the app may write it."""


def sql(name):
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("audit", "0001_initial"), ("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(sql("access.sql"), UNDO),
        protect(
            "registry_person",
            Policy("registry_person_in_scope", arms=(COUNTY, UNION, "id = (SELECT access_person())")),
        ),
        protect("registry_consent"),
        # A person sees their memberships; who works at the union opens and changes them.
        protect(
            "registry_membership",
            Policy("registry_membership_read", "SELECT"),
            Policy("registry_membership_opened", "INSERT", arms=(COUNTY, UNION)),
            Policy("registry_membership_changed", "UPDATE"),
        ),
        migrations.RunSQL(
            sql("memberships.sql"),
            "DROP TRIGGER registry_membership_goes_on ON registry_membership;"
            " DROP TRIGGER registry_membership_opens ON registry_membership;"
            " DROP FUNCTION registry_membership_goes_on(), registry_membership_opens();",
        ),
        protect("registry_membership_change"),
        protect("registry_card"),
        protect("registry_post"),
        protect("registry_transfer_leg"),
        protect("registry_import_change"),
        protect("registry_roster_import", Policy("registry_roster_import_in_scope", arms=(COUNTY, UNION))),
        # Who holds which office is no secret inside a federation. Whoever gives rights over a union gives and ends them
        # there, in their own name and to others; the very first is given by who sets the register up. A grant is ended,
        # never handed on, opened again or changed into another.
        protect(
            "registry_grant",
            Policy("registry_grant_read", "SELECT", arms=("(SELECT access_user()) IS NOT NULL",)),
            Policy("registry_grant_give", "INSERT", arms=(GIVEN,)),
            Policy("registry_grant_end", "UPDATE", arms=("registry_administers(union_id)",)),
        ),
        migrations.RunSQL(
            sql("grants.sql"),
            "DROP TRIGGER registry_grant_ends_once ON registry_grant;"
            " DROP TRIGGER registry_grant_is_on_the_trail ON registry_grant;"
            " DROP FUNCTION registry_grant_ends_once(), registry_grant_is_on_the_trail();",
        ),
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON registry_grant FROM zhijia_app;"
            " GRANT UPDATE (valid_to, seal) ON registry_grant TO zhijia_app;",
            "GRANT UPDATE, DELETE ON registry_grant TO zhijia_app;",
        ),
    ]
