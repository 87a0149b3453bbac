-- What went back of a contribution is what its receipt says, whoever writes it.
CREATE FUNCTION dues_count_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE public.dues_contribution SET given_back = NEW.refunded WHERE source = 'transfer' AND source_id = NEW.id::text;
  RETURN NULL;
END $$;
CREATE TRIGGER dues_receipt_goes_back AFTER UPDATE OF refunded ON payments_receipt
  FOR EACH ROW WHEN (NEW.refunded <> OLD.refunded) EXECUTE FUNCTION dues_count_back();
CREATE FUNCTION dues_went_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.source <> 'transfer' OR NOT EXISTS (SELECT FROM public.payments_receipt r
    WHERE r.id = NEW.source_id::bigint AND r.refunded = NEW.given_back)
  THEN
    RAISE EXCEPTION 'contribution % went back by no receipt', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'contribution_goes_back_by_its_receipt', TABLE = 'dues_contribution';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dues_contribution_is_new BEFORE INSERT ON dues_contribution
  FOR EACH ROW WHEN (NEW.given_back <> 0) EXECUTE FUNCTION dues_went_back();
CREATE TRIGGER dues_contribution_goes_back BEFORE UPDATE OF given_back ON dues_contribution
  FOR EACH ROW WHEN (NEW.given_back <> OLD.given_back) EXECUTE FUNCTION dues_went_back();

-- The terms of a month are written by the platform alone, not in anybody's session.
REVOKE INSERT, UPDATE, DELETE ON dues_month_terms FROM zhijia_app;

-- What somebody declares for an employer they act for is reckoned at the rate in force, and due on its day.
CREATE FUNCTION dues_own_declared() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.registry_employer e JOIN public.dues_month_terms t ON t.division = e.division
    WHERE e.id = NEW.employer_id AND t.month = NEW.month AND t.rate = NEW.rate)
  THEN
    RAISE EXCEPTION 'declaration % is not at the rate in force', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'declaration_is_at_the_rate_in_force', TABLE = 'dues_declaration';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER dues_own_declared AFTER INSERT ON dues_declaration
  FOR EACH ROW WHEN (NEW.by_employer) EXECUTE FUNCTION dues_own_declared();

-- The bill of an employer, as whoever acts for it leaves it at the end of a transaction: due on the day of its terms;
-- expected under a reference of its own at the union that covers it or one above that keeps books, for no less than is
-- owed; expected nowhere only where nothing is owed or nothing ever was expected.
CREATE FUNCTION dues_own_bill(of_bill bigint, is_new boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  bill public.dues_bill;
  told text := NULL;
BEGIN
  SELECT * INTO bill FROM public.dues_bill WHERE id = of_bill;
  IF bill.id IS NOT NULL AND (bill.employer_id = ANY (public.access_employers())) IS NOT TRUE THEN
    RETURN;
  END IF;
  IF is_new AND NOT EXISTS (SELECT FROM public.registry_union u JOIN public.dues_month_terms t ON t.division = u.division
    WHERE u.id = bill.union_id AND t.month = bill.month AND t.due_on = bill.due_on)
  THEN
    told := 'bill_is_due_on_its_day';
  ELSIF bill.receivable_id IS NULL AND (bill.reference <> '' OR bill.amount > dues_came(bill) AND EXISTS (
    SELECT FROM public.payments_receivable r WHERE r.source = 'dues_bill' AND r.source_id = bill.id::text))
  THEN
    told := 'bill_is_expected_while_it_is_owed';
  ELSIF bill.receivable_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM public.payments_receivable r
    JOIN public.registry_union taker ON taker.id = r.union_id JOIN public.ledger_book book ON book.union_id = taker.id
    JOIN public.registry_union payer ON payer.id = bill.union_id
      AND payer.tree_left >= taker.tree_left AND payer.tree_left < taker.tree_right
    WHERE r.id = bill.receivable_id AND r.source = 'dues_bill' AND r.source_id = bill.id::text
      AND r.reference = bill.reference AND r.called_off_at IS NULL)
  THEN
    told := 'bill_names_what_is_expected';
  END IF;
  IF told IS NOT NULL THEN
    RAISE EXCEPTION 'bill % breaks a promise: %', of_bill, told
      USING ERRCODE = 'check_violation', CONSTRAINT = told, TABLE = 'dues_bill';
  END IF;
END $$;
-- What came in for the month of a bill and did not go back, as `rules.by_month` says: what came for several months fills
-- what is declared of them and not paid yet, the oldest first; what is left over stands under its last.
CREATE FUNCTION dues_came(bill dues_bill) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  first int;
  last int;
  one record;
  at_month int;
  rest bigint;
  part bigint;
  found jsonb := '{}';
BEGIN
  SELECT least(bill.month, min(c.since)), greatest(bill.month, max(c.until)) INTO first, last
  FROM public.dues_contribution c
  WHERE c.employer_id = bill.employer_id AND c.since <= bill.month AND c.until >= bill.month AND c.since <> c.until;
  FOR one IN
    SELECT c.since, c.until, c.amount - c.given_back AS fen FROM public.dues_contribution c
    WHERE c.employer_id = bill.employer_id AND c.since <= last AND c.until >= first
    ORDER BY c.since <> c.until, c.since, c.until, c.amount - c.given_back
  LOOP
    rest := one.fen;
    at_month := CASE WHEN one.since <> one.until THEN one.since END;
    WHILE at_month <= one.until LOOP
      part := least(rest, greatest(0,
        coalesce((SELECT b.amount FROM public.dues_bill b WHERE b.employer_id = bill.employer_id AND b.month = at_month
          AND b.month BETWEEN first AND last), 0) - coalesce((found ->> at_month::text)::bigint, 0)));
      found := found || jsonb_build_object(at_month::text, coalesce((found ->> at_month::text)::bigint, 0) + part);
      rest := rest - part;
      at_month := CASE WHEN at_month % 100 = 12 THEN at_month + 89 ELSE at_month + 1 END;
    END LOOP;
    found := found || jsonb_build_object(one.until::text, coalesce((found ->> one.until::text)::bigint, 0) + rest);
  END LOOP;
  RETURN coalesce((found ->> bill.month::text)::bigint, 0);
END $$;
CREATE FUNCTION dues_own_bill_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM dues_own_bill(NEW.id, TG_OP = 'INSERT');
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER dues_own_bill_changed AFTER INSERT OR UPDATE OF receivable_id, reference ON dues_bill
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dues_own_bill_changed();
CREATE FUNCTION dues_own_expected() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.employer_id = ANY (public.access_employers()) AND NOT EXISTS (
    SELECT FROM public.dues_bill b
    WHERE b.id = NEW.source_id::bigint AND b.receivable_id = NEW.id AND NEW.amount >= b.amount - dues_came(b))
  THEN
    RAISE EXCEPTION 'receivable % is not what the bill is', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bill_is_expected_as_it_is_owed', TABLE = 'payments_receivable';
  END IF;
  PERFORM dues_own_bill(NEW.source_id::bigint, false);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER dues_own_expected AFTER INSERT OR UPDATE OF called_off_at ON payments_receivable
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.source = 'dues_bill') EXECUTE FUNCTION dues_own_expected();
