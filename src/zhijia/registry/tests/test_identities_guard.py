"""Every table that names a person says what becomes of its rows when two registrations are merged."""

from typing import Any

from django.db import connection

BY_ITSELF = {
    "registry_membership", "registry_membership_change", "registry_card", "registry_consent",
    "vault_secret", "accounts_user", "campaigns_entry", "campaigns_piece", "appraisals_nomination",
    "appraisals_award",
}  # fmt: skip
"""`registry_merge_people` moves these one by one: there is something to decide in each."""
STAYS = {
    "audit_entry": "the trail is sealed: it says what was known then, and names the merge",
    "facts_fact": "facts are never edited; those of a double are taken back on their own days",
    "registry_import_change": "an import cannot be undone for somebody who was merged since",
    "registry_quality_issue": "cleared by the merge; the next check opens what is wrong with the one who stays",
    "registry_authority_answer": "what an authority said of the document that was sent",
    "registry_blocks": "made anew by the next run",
    "registry_merge": "says itself who stayed and who went",
    "watches_state": "worked out anew: both registrations are touched by the merge",
    "watches_clue": "goes by itself where the rule no longer holds; what was answered stays said of whom it was about",
    "ledger_given": "counted anew by the database from the lines of vouchers, which follow",
    "questionnaires_voter": "a roll stands as it was on its day; nobody votes twice by a merge, nor loses a vote",
    "questionnaires_candidate": "who stood is part of the ballot that was published",
    "appraisals_judge": "who judged a round is part of what was decided",
    "registry_lookup": "counts look-ups, not who was looked for",
    "registers_past": "follows its row, by the row's trigger",
    "registers_due": "follows its row, by the row's trigger",
}


def test_every_table_with_a_person_follows_or_says_why_it_stays(db: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(registry_following())")
        following = {table for (table,) in cursor.fetchall()}
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'person_id'"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " AND NOT a.attisdropped"
        )
        tables = {table for (table,) in cursor.fetchall()}

    assert tables - following - BY_ITSELF - STAYS.keys() == set()
    assert following <= tables
    assert all(len(why) > 10 for why in STAYS.values())
