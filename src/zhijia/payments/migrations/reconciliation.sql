-- What the bank said stays as it said it: lines are only added, a statement grows, a difference is settled and never lost.
CREATE TRIGGER payments_statement_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, bank_account_id, day, opening
  ON payments_statement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payments_statement_line_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, statement_id, bank_account_id,
  number, day, at, bank_number, amount, after, name, tail, reference, note
  ON payments_statement_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payments_difference_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, kind, payment_id, line_id, ours, theirs,
  found_at ON payments_difference FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payments_bank_event_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, provider, event_id, reference, state,
  amount, bank_number, at, reason, received_at ON payments_bank_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

REVOKE ALL ON payments_statement, payments_statement_line, payments_difference, payments_bank_event
  FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT, INSERT ON payments_statement, payments_statement_line, payments_difference, payments_bank_event
  TO zhijia_app, zhijia_bulk;
GRANT UPDATE (closing, count, came_by, read_at, read_by, compared_at, timeline) ON payments_statement
  TO zhijia_app, zhijia_bulk;
GRANT UPDATE (settled_at, settled_by, answer) ON payments_difference TO zhijia_app, zhijia_bulk;
GRANT UPDATE (worked_at, outcome) ON payments_bank_event TO zhijia_bulk;
GRANT UPDATE (county_id) ON payments_statement, payments_statement_line, payments_difference TO zhijia_bulk;
