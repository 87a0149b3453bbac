-- Whoever acts for an employer reads what was declared, billed and received for it, and declares itself; the transfer for
-- its bill is expected in the same transaction. Each arm has an index.
CREATE POLICY dues_declaration_own ON dues_declaration FOR SELECT
  USING (employer_id = ANY ((SELECT access_employers())::int[]));
CREATE POLICY dues_declaration_by_employer ON dues_declaration FOR INSERT
  WITH CHECK (by_employer AND user_id = (SELECT access_user()) AND employer_id = ANY ((SELECT access_employers())::int[])
    AND county_id = (SELECT coalesce(u.county_id, u.id) FROM registry_union u WHERE u.id = union_id));
CREATE POLICY dues_bill_own ON dues_bill FOR SELECT USING (employer_id = ANY ((SELECT access_employers())::int[]));
CREATE POLICY dues_bill_by_employer ON dues_bill FOR INSERT
  WITH CHECK (employer_id = ANY ((SELECT access_employers())::int[]) AND EXISTS (
    SELECT FROM dues_declaration d WHERE d.id = declaration_id AND (d.employer_id, d.month, d.amount, d.union_id)
      = (dues_bill.employer_id, dues_bill.month, dues_bill.amount, dues_bill.union_id))
    AND county_id = (SELECT coalesce(u.county_id, u.id) FROM registry_union u WHERE u.id = union_id));
CREATE POLICY dues_bill_follows_employer ON dues_bill FOR UPDATE
  USING (employer_id = ANY ((SELECT access_employers())::int[]))
  WITH CHECK (employer_id = ANY ((SELECT access_employers())::int[]) AND EXISTS (
    SELECT FROM dues_declaration d WHERE d.id = declaration_id
      AND (d.employer_id, d.month, d.amount) = (dues_bill.employer_id, dues_bill.month, dues_bill.amount))
    AND county_id = (SELECT coalesce(u.county_id, u.id) FROM registry_union u WHERE u.id = union_id));
CREATE POLICY dues_contribution_own ON dues_contribution FOR SELECT
  USING (employer_id = ANY ((SELECT access_employers())::int[]));

CREATE INDEX payments_expected_by_firm ON payments_receivable (employer_id) WHERE employer_id IS NOT NULL;
CREATE POLICY dues_expected_of_employer ON payments_receivable FOR SELECT
  USING (source = 'dues_bill' AND employer_id = ANY ((SELECT access_employers())::int[]));
CREATE POLICY dues_expected_by_employer ON payments_receivable FOR INSERT
  WITH CHECK (source = 'dues_bill' AND employer_id = ANY ((SELECT access_employers())::int[]) AND EXISTS (
    SELECT FROM dues_bill b JOIN dues_declaration d ON (d.employer_id, d.month) = (b.employer_id, b.month)
    WHERE b.employer_id = payments_receivable.employer_id AND b.id::text = payments_receivable.source_id
      AND d.amount >= payments_receivable.amount));
CREATE POLICY dues_expected_no_more ON payments_receivable FOR UPDATE
  USING (source = 'dues_bill' AND employer_id = ANY ((SELECT access_employers())::int[]))
  WITH CHECK (source = 'dues_bill' AND employer_id = ANY ((SELECT access_employers())::int[]));
