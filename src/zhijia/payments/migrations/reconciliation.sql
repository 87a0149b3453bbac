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

-- The bank has no account here: whoever has one says nothing in its name. Its signature is looked at by `banking.events`.
CREATE FUNCTION payments_told_by_the_bank() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF public.access_user() IS NOT NULL THEN
    RAISE EXCEPTION 'this is told by the bank' USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'event_is_told_by_the_bank',
      TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER payments_bank_event_is_told BEFORE INSERT ON payments_bank_event
  FOR EACH STATEMENT WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION payments_told_by_the_bank();

REVOKE ALL ON payments_statement, payments_statement_line, payments_difference, payments_bank_event
  FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT, INSERT ON payments_statement, payments_statement_line, payments_difference, payments_bank_event
  TO zhijia_app, zhijia_bulk;
GRANT UPDATE (closing, count, came_by, read_at, read_by, compared_at, timeline) ON payments_statement
  TO zhijia_app, zhijia_bulk;
GRANT UPDATE (settled_at, settled_by, answer) ON payments_difference TO zhijia_app, zhijia_bulk;
GRANT UPDATE (worked_at, outcome) ON payments_bank_event TO zhijia_bulk;
GRANT UPDATE (county_id) ON payments_statement, payments_statement_line, payments_difference TO zhijia_bulk;
