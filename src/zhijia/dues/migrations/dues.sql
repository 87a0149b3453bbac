-- What was declared, received and shared is only added (ADR 0019). Where a union goes over a county's border the county of
-- its rows goes along; whose a contribution is may be found out later; nothing else changes.
ALTER TABLE dues_used_rule ADD CONSTRAINT shares_add_up_to_one CHECK (
  grassroots + sector + territorial + county + city + province + national + inspection_bureau + tax_bureau + tax_office = 1);
ALTER TABLE dues_declaration ADD CONSTRAINT declaration_is_its_rate CHECK (amount = round(wages * rate));
ALTER TABLE dues_split ADD CONSTRAINT split_has_one_sign CHECK (
  amount > 0 AND least(grassroots, sector, territorial, county, city, province, national, inspection_bureau, tax_bureau,
    tax_office) >= 0
  OR amount < 0 AND greatest(grassroots, sector, territorial, county, city, province, national, inspection_bureau,
    tax_bureau, tax_office) <= 0);

CREATE TRIGGER dues_declaration_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, employer_id, month, version,
  staff, wages, rate, amount, reason, user_id, declared_at ON dues_declaration
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dues_bill_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, employer_id, month, due_on ON dues_bill
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dues_contribution_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, source, source_id, payer,
  credit_code, since, until, base, amount, paid_on, run_id, taken_at ON dues_contribution
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dues_split_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, contribution_id, rule_id, route_id,
  distribution_id, reverses_id, other_union_id, day, amount, grassroots, sector, territorial, county, city, province, national,
  inspection_bureau, tax_bureau, tax_office ON dues_split
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dues_used_rule_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON dues_used_rule
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dues_route_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON dues_route
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- The ways money takes and the rule it is shared by are written down by the role `bulk`, which shares it out.
REVOKE INSERT, UPDATE, DELETE ON dues_route, dues_used_rule FROM zhijia_app;
CREATE TRIGGER dues_split_version_stands BEFORE UPDATE OR DELETE ON dues_split_version
  FOR EACH ROW EXECUTE FUNCTION catalogue_published_stands();
CREATE TRIGGER dues_split_version_written BEFORE INSERT OR UPDATE OR DELETE ON dues_split_version
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION catalogue_version_is_by_two();

-- A list of payouts keeps what was prepared; a second person decides it in their own name, once; and a line that has its
-- payment is neither closed nor paid by another, so that a refund is listed once a year.
CREATE TRIGGER dues_payout_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, kind, year, weights, made_by, made_at
  ON dues_payout FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dues_payout_is_decided BEFORE UPDATE OF state, decided_by ON dues_payout FOR EACH ROW
  WHEN (OLD.state <> 'draft' AND (NEW.state, NEW.decided_by) IS DISTINCT FROM (OLD.state, OLD.decided_by)
    OR NEW.decided_by <> access_user())
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dues_payout_line_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, payout_id, kind, year,
  other_union_id, basis, amount ON dues_payout_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER dues_payout_line_is_paid_once BEFORE UPDATE OF open, payment_id ON dues_payout_line FOR EACH ROW
  WHEN (OLD.payment_id IS NOT NULL AND (NEW.open, NEW.payment_id) IS DISTINCT FROM (OLD.open, OLD.payment_id))
  EXECUTE FUNCTION refuse_change();

-- The tax office's files, letters and their proofs are read by those who come near the money; what they may open is asked
-- by the room.
CREATE POLICY files_of_dues ON files_stored_file FOR SELECT USING (owner IN ('dues.collection', 'dues.reminder') AND (
  county_id = ANY ((SELECT ledger_counties())::int[]) OR union_id = ANY ((SELECT ledger_unions())::int[])));
