DROP TRIGGER ledger_budget_line_keeps ON ledger_budget_line;
DROP FUNCTION ledger_keep_budget();
DROP TRIGGER ledger_budget_line_begins_empty ON ledger_budget_line;
DROP FUNCTION ledger_begin_line();
DROP TRIGGER ledger_leg_is_spent ON ledger_leg;
DROP FUNCTION ledger_spend();
DROP TRIGGER ledger_hold_changes ON ledger_hold;
DROP TRIGGER ledger_hold_is_counted ON ledger_hold;
DROP FUNCTION ledger_count_holds();
