ALTER TABLE ledger_entry DROP CONSTRAINT entry_has_legs;
DROP FUNCTION ledger_post(int, int, date, text, text, text, text, text, bigint, bigint, timestamptz, bigint[], bigint[]);
DROP TRIGGER ledger_account_begins_empty ON ledger_account;
DROP FUNCTION ledger_begin_empty();
DROP TRIGGER ledger_leg_is_taken ON ledger_leg;
DROP FUNCTION ledger_take_legs();
DROP FUNCTION ledger_unions();
DROP FUNCTION ledger_counties();
