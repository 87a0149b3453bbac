-- The cap of a budget holds whoever spends at once, by the row of its line: what is reserved or committed is on it, what is
-- spent is on it, and `budget_is_not_exceeded` is its check (DUE-14, ADR 0017).
CREATE FUNCTION ledger_count_holds() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM added WHERE state <> 'reserved') THEN
      RAISE EXCEPTION 'a hold begins reserved'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_begins_reserved', TABLE = 'ledger_hold';
    END IF;
    IF EXISTS (SELECT FROM added h JOIN public.ledger_budget_line l ON l.id = h.line_id
      WHERE l.state <> 'approved' OR l.union_id <> h.union_id)
    THEN
      RAISE EXCEPTION 'a hold is of an approved line of its union'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_is_of_an_approved_line', TABLE = 'ledger_hold';
    END IF;
    PERFORM FROM public.ledger_budget_line WHERE id IN (SELECT line_id FROM added) ORDER BY id FOR NO KEY UPDATE;
    UPDATE public.ledger_budget_line line SET held = line.held + more.amount
    FROM (SELECT line_id, sum(amount)::bigint AS amount FROM added GROUP BY line_id) AS more
    WHERE line.id = more.line_id;
    RETURN NULL;
  END IF;
  IF EXISTS (
    SELECT FROM gone o FULL JOIN added n ON n.id = o.id
    WHERE o.id IS NULL OR n.id IS NULL OR (o.line_id, o.amount, o.source, o.source_id, o.union_id)
        IS DISTINCT FROM (n.line_id, n.amount, n.source, n.source_id, n.union_id)
      OR NOT (o.state = n.state OR o.state = 'reserved' OR o.state = 'committed' AND n.state IN ('spent', 'released')))
  THEN
    RAISE EXCEPTION 'a hold goes on, and keeps what it is for'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_goes_on', TABLE = 'ledger_hold';
  END IF;
  PERFORM FROM public.ledger_budget_line WHERE id IN (SELECT line_id FROM added) ORDER BY id FOR NO KEY UPDATE;
  UPDATE public.ledger_budget_line line SET held = line.held - less.amount
  FROM (
    SELECT n.line_id, sum(n.amount)::bigint AS amount FROM gone o JOIN added n ON n.id = o.id
    WHERE o.state IN ('reserved', 'committed') AND n.state IN ('spent', 'released') GROUP BY n.line_id) AS less
  WHERE line.id = less.line_id;
  RETURN NULL;
END $$;

CREATE TRIGGER ledger_hold_is_counted AFTER INSERT ON ledger_hold
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_count_holds();
CREATE TRIGGER ledger_hold_changes AFTER UPDATE ON ledger_hold
  REFERENCING OLD TABLE AS gone NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_count_holds();
CREATE TRIGGER ledger_hold_stays BEFORE DELETE OR TRUNCATE ON ledger_hold
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_budget_change_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF id, line_id, kind, amount, document,
  reason, user_id, at ON ledger_budget_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What the legs of a statement spend, by line. From the year a book has a budget on there is a line for all of it. The book
-- is held before its lines, as by those who draft and approve: a line that is made meanwhile sees what is spent here.
CREATE FUNCTION ledger_spend() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE at_fault text;
BEGIN
  IF NOT EXISTS (SELECT FROM added leg JOIN public.ledger_account a ON a.id = leg.account_id WHERE a.spends) THEN
    RETURN NULL;
  END IF;
  PERFORM FROM public.ledger_book WHERE union_id IN (SELECT union_id FROM added) ORDER BY union_id FOR SHARE;
  PERFORM FROM public.ledger_budget_line line
  WHERE (line.union_id, line.year, line.fund) IN (
    SELECT leg.union_id, extract(year FROM leg.day)::integer, a.fund
    FROM added leg JOIN public.ledger_account a ON a.id = leg.account_id AND a.spends)
  ORDER BY line.id FOR NO KEY UPDATE;
  SELECT leg.entry_id INTO at_fault
  FROM added leg
  JOIN public.ledger_account a ON a.id = leg.account_id AND a.spends
  JOIN public.ledger_entry e ON e.id = leg.entry_id AND e.kind <> 'carry_over'
  JOIN public.ledger_book b ON b.union_id = leg.union_id AND b.budget_from <= extract(year FROM leg.day)
  LEFT JOIN public.ledger_budget_line line ON line.union_id = leg.union_id AND line.fund = a.fund
    AND line.year = extract(year FROM leg.day)::integer AND line.code = left(a.code, 3) AND line.state = 'approved'
  WHERE line.id IS NULL AND leg.amount > 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entry % spends without a line of the budget', at_fault
      USING ERRCODE = 'check_violation', CONSTRAINT = 'spending_has_a_budget_line', TABLE = 'ledger_leg';
  END IF;
  UPDATE public.ledger_budget_line line SET spent = line.spent + moved.amount
  FROM (
    SELECT leg.union_id, a.fund, left(a.code, 3) AS code, extract(year FROM leg.day)::integer AS year,
      sum(leg.amount)::bigint AS amount
    FROM added leg
    JOIN public.ledger_account a ON a.id = leg.account_id AND a.spends
    JOIN public.ledger_entry e ON e.id = leg.entry_id AND e.kind <> 'carry_over'
    GROUP BY 1, 2, 3, 4) AS moved
  WHERE line.union_id = moved.union_id AND line.fund = moved.fund AND line.code = moved.code AND line.year = moved.year;
  RETURN NULL;
END $$;

CREATE TRIGGER ledger_leg_is_spent AFTER INSERT ON ledger_leg
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_spend();

-- A line begins as a draft with nothing held, and with what the year has spent before it: the book is held against those
-- who post meanwhile.
CREATE FUNCTION ledger_begin_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM added WHERE held <> 0 OR spent <> 0 OR raised <> 0 OR state <> 'draft') THEN
    RAISE EXCEPTION 'a line of a budget begins as a draft with nothing held or spent'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_line_begins_empty', TABLE = 'ledger_budget_line';
  END IF;
  PERFORM FROM public.ledger_book WHERE union_id IN (SELECT union_id FROM added) ORDER BY union_id FOR UPDATE;
  UPDATE public.ledger_budget_line line SET spent = before.amount
  FROM (
    SELECT l.id, sum(leg.amount)::bigint AS amount
    FROM added l
    JOIN public.ledger_account a ON a.union_id = l.union_id AND a.fund = l.fund AND a.spends
      AND left(a.code, 3) = l.code
    JOIN public.ledger_leg leg ON leg.account_id = a.id
      AND leg.day BETWEEN make_date(l.year, 1, 1) AND make_date(l.year, 12, 31)
    JOIN public.ledger_entry e ON e.id = leg.entry_id AND e.kind <> 'carry_over'
    GROUP BY l.id) AS before
  WHERE line.id = before.id;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_budget_line_begins_empty AFTER INSERT ON ledger_budget_line
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_begin_line();
CREATE TRIGGER ledger_budget_line_stays BEFORE TRUNCATE OR UPDATE OF id, union_id, year, code, fund ON ledger_budget_line
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION ledger_keep_budget() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'an adopted budget keeps its amounts; it goes from draft to adopted to approved'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_keeps_what_was_adopted', TABLE = 'ledger_budget_line';
END $$;
CREATE TRIGGER ledger_budget_line_keeps BEFORE UPDATE OF amount, state ON ledger_budget_line FOR EACH ROW
  WHEN (OLD.state <> 'draft' AND NEW.amount <> OLD.amount
    OR (OLD.state, NEW.state) NOT IN (('draft', 'draft'), ('draft', 'adopted'), ('adopted', 'approved'),
      ('adopted', 'adopted'), ('approved', 'approved')))
  EXECUTE FUNCTION ledger_keep_budget();

REVOKE ALL ON ledger_budget_line, ledger_budget_change, ledger_hold FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT ON ledger_budget_line, ledger_budget_change, ledger_hold TO zhijia_app, zhijia_bulk;
GRANT INSERT ON ledger_budget_line, ledger_budget_change, ledger_hold TO zhijia_app, zhijia_bulk;
GRANT UPDATE (amount, raised, state) ON ledger_budget_line TO zhijia_app, zhijia_bulk;
GRANT UPDATE (state, changed_at) ON ledger_hold TO zhijia_app, zhijia_bulk;
GRANT UPDATE (budget_from) ON ledger_book TO zhijia_app, zhijia_bulk;
GRANT UPDATE (county_id) ON ledger_budget_line, ledger_budget_change, ledger_hold TO zhijia_bulk;
