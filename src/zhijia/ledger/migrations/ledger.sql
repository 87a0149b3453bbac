-- Whose books somebody at work may come near: those under the unions any of their grants of today is for. What they may do
-- there is asked by the services; a treasurer reads no people, so that the access functions of people do not serve.
-- Each is asked once a statement, and its answer remembered for the transaction as `access_counties` does: what changes a
-- grant, a union or a user makes it forgotten.
CREATE FUNCTION ledger_counties() RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  asking text := coalesce(current_setting('zhijia.user', true), '');
  known text := current_setting('zhijia.found_ledger_counties', true);
  found int[];
BEGIN
  IF asking = '' THEN
    RETURN '{}';
  ELSIF split_part(known, '|', 1) = asking THEN
    RETURN split_part(known, '|', 2)::int[];
  END IF;
  found := public.registry_granted_counties(asking::bigint, false);
  PERFORM set_config('zhijia.found_ledger_counties', asking || '|' || found::text, true);
  RETURN found;
END $$;

CREATE FUNCTION ledger_unions() RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  asking text := coalesce(current_setting('zhijia.user', true), '');
  known text := current_setting('zhijia.found_ledger_unions', true);
  found int[];
BEGIN
  IF asking = '' THEN
    RETURN '{}';
  ELSIF split_part(known, '|', 1) = asking THEN
    RETURN split_part(known, '|', 2)::int[];
  END IF;
  found := public.registry_granted_unions(asking::bigint, false);
  PERFORM set_config('zhijia.found_ledger_unions', asking || '|' || found::text, true);
  RETURN found;
END $$;

-- The ledger's promises, in every way of writing (ADR 0017). A statement brings entries whole: their legs are numbered
-- from one without a gap, so that the primary key refuses legs that come later; they add up to nothing in each union
-- and fund; their accounts stand at the union the leg names and are open; their days are not closed. The accounts'
-- balances and months are brought up in the same statement. Set-based: 50,000 entries cost what one pass over them costs.
CREATE FUNCTION ledger_take_legs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  at_fault bigint;
  promise text;
BEGIN
  -- Books before accounts, as whoever closes days or hands books over holds them.
  PERFORM FROM public.ledger_book WHERE union_id IN (SELECT union_id FROM added) ORDER BY union_id FOR SHARE;
  PERFORM FROM public.ledger_account WHERE id IN (SELECT account_id FROM added) ORDER BY id FOR NO KEY UPDATE;

  SELECT told.entry_id, told.broken INTO at_fault, promise
  FROM (
    SELECT part.entry_id, CASE
      WHEN sum(part.many) <> max(part.last) THEN 'entry_comes_whole'
      WHEN bool_or(part.astray) THEN 'leg_stands_on_an_open_account'
      WHEN bool_or(part.amount <> 0) THEN 'entry_balances'
      WHEN bool_or(part.closed) THEN 'leg_falls_on_an_open_day' END AS broken
    FROM (
      SELECT leg.entry_id, count(*) AS many, max(leg.number) AS last, sum(leg.amount) AS amount,
        bool_or((entry.day, entry.union_id) IS DISTINCT FROM (leg.day, leg.union_id) OR account.id IS NULL
          OR leg.day < account.opened_on OR coalesce(leg.day >= account.closed_on, false)) AS astray,
        bool_or(book.union_id IS NULL OR leg.day < book.opened_on
          OR coalesce(leg.day <= book.closed_through, false)) AS closed
      FROM added leg
      LEFT JOIN public.ledger_entry entry ON entry.id = leg.entry_id
      LEFT JOIN public.ledger_account account ON account.id = leg.account_id AND account.union_id = leg.union_id
      LEFT JOIN public.ledger_book book ON book.union_id = leg.union_id
      GROUP BY leg.entry_id, leg.union_id, account.fund) AS part
    GROUP BY part.entry_id) AS told
  WHERE told.broken IS NOT NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entry % breaks a promise: %', at_fault, promise
      USING ERRCODE = 'check_violation', CONSTRAINT = promise, TABLE = 'ledger_leg';
  END IF;

  UPDATE public.ledger_account account SET balance = account.balance + moved.amount
  FROM (SELECT leg.account_id, sum(leg.amount)::bigint AS amount FROM added leg GROUP BY leg.account_id) AS moved
  WHERE account.id = moved.account_id;

  INSERT INTO public.ledger_month AS kept (account_id, month, debit, credit, union_id, county_id)
  SELECT leg.account_id, (extract(year FROM leg.day) * 100 + extract(month FROM leg.day))::integer AS month,
    coalesce(sum(leg.amount) FILTER (WHERE leg.amount > 0), 0)::bigint,
    coalesce(-sum(leg.amount) FILTER (WHERE leg.amount < 0), 0)::bigint, min(leg.union_id), min(leg.county_id)
  FROM added leg GROUP BY leg.account_id, 2
  ON CONFLICT (account_id, month) DO UPDATE
    SET debit = kept.debit + excluded.debit, credit = kept.credit + excluded.credit;
  RETURN NULL;
END $$;

CREATE TRIGGER ledger_leg_is_taken AFTER INSERT ON ledger_leg
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_take_legs();

-- An entry without legs ends with the transaction that wrote it.
ALTER TABLE ledger_entry ADD COLUMN first_leg smallint NOT NULL DEFAULT 1
  CONSTRAINT entry_names_its_first_leg CHECK (first_leg = 1);
ALTER TABLE ledger_entry ADD CONSTRAINT entry_has_legs FOREIGN KEY (id, first_leg)
  REFERENCES ledger_leg (entry_id, number) DEFERRABLE INITIALLY DEFERRED;

-- Legs and entries are only added. Where a union goes over a county border its rows' county goes along, nothing else.
CREATE TRIGGER ledger_leg_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF entry_id, number, account_id, union_id, day,
  amount ON ledger_leg FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, day, kind, source,
  source_id, purpose, note, corrects_id, user_id, run_id, posted_at, first_leg ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_account_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, chart, code, fund,
  partner_id, sign, guarded, spends, opened_on ON ledger_account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_month_stays BEFORE DELETE OR TRUNCATE ON ledger_month
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_book_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF union_id, opened_on ON ledger_book
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Closed days are opened again from above alone, whoever writes: by somebody with a grant over a union above.
CREATE FUNCTION ledger_reopen() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.registry_grant g
    JOIN public.accounts_user a ON a.id = g.user_id AND a.is_active
    JOIN public.registry_union above ON above.id = g.union_id
    JOIN public.registry_union here ON here.tree_left > above.tree_left AND here.tree_left < above.tree_right
    WHERE here.id = NEW.union_id AND g.user_id = public.access_user()
      AND g.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
      AND (g.valid_to IS NULL OR g.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date))
  THEN
    RAISE EXCEPTION 'the days of book % are opened again from above', NEW.union_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'days_are_opened_again_from_above', TABLE = 'ledger_book';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_book_reopens BEFORE UPDATE OF closed_through ON ledger_book FOR EACH ROW
  WHEN (OLD.closed_through IS NOT NULL AND coalesce(NEW.closed_through < OLD.closed_through, true)
    AND access_user() IS NOT NULL)
  EXECUTE FUNCTION ledger_reopen();

-- An account begins with nothing: what it has comes by legs alone.
ALTER TABLE ledger_account ADD CONSTRAINT account_closes_empty CHECK (closed_on IS NULL OR balance = 0);
CREATE FUNCTION ledger_begin_empty() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM added WHERE balance <> 0) THEN
    RAISE EXCEPTION 'an account begins with nothing'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'account_begins_empty', TABLE = 'ledger_account';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_account_begins_empty AFTER INSERT ON ledger_account
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_begin_empty();

CREATE INDEX ledger_leg_by_account ON ledger_leg (account_id, day, entry_id) INCLUDE (amount);

-- Post one entry and say its number, or the promise it would break. A second call for the same source says the number
-- of the entry that stands. The legs' union and county are their accounts'. Runs with the rights of whoever calls it: what
-- they do not see is not there. Planned once a connection: with the lines' number known PostgreSQL would plan it every time,
-- which is a third of what an entry costs.
CREATE FUNCTION ledger_post(
  of_union int, of_county int, on_day date, of_kind text, of_source text, of_id text, of_purpose text, said text,
  taking_back bigint, by_user bigint, at timestamptz, accounts bigint[], amounts bigint[],
  OUT entry_id bigint, OUT stood boolean, OUT broken text)
LANGUAGE plpgsql SET search_path = pg_catalog, public SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  stood := false;
  INSERT INTO public.ledger_entry (union_id, county_id, day, kind, source, source_id, purpose, note, corrects_id,
    user_id, posted_at)
  VALUES (of_union, of_county, on_day, of_kind, of_source, of_id, of_purpose, said, taking_back, by_user, at)
  ON CONFLICT (source_id, source, purpose) DO NOTHING RETURNING id INTO entry_id;
  IF entry_id IS NULL THEN
    SELECT id, true INTO entry_id, stood FROM public.ledger_entry
    WHERE source_id = of_id AND source = of_source AND purpose = of_purpose;
    RETURN;
  END IF;
  INSERT INTO public.ledger_leg (entry_id, number, account_id, union_id, county_id, day, amount)
  SELECT ledger_post.entry_id, leg.number, leg.account_id, account.union_id, account.county_id, on_day, leg.amount
  FROM unnest(accounts, amounts) WITH ORDINALITY AS leg (account_id, amount, number)
  LEFT JOIN public.ledger_account account ON account.id = leg.account_id;
EXCEPTION
  WHEN numeric_value_out_of_range THEN
    broken := 'sum_fits_the_books';
  WHEN integrity_constraint_violation OR insufficient_privilege THEN
    GET STACKED DIAGNOSTICS broken = CONSTRAINT_NAME;
    IF broken = '' THEN
      broken := 'leg_stands_on_an_open_account';
    END IF;
END $$;

REVOKE ALL ON ledger_book, ledger_account, ledger_entry, ledger_leg, ledger_month
  FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT ON ledger_book, ledger_account, ledger_entry, ledger_leg, ledger_month TO zhijia_app, zhijia_bulk;
GRANT INSERT ON ledger_book, ledger_entry, ledger_leg TO zhijia_app, zhijia_bulk;
GRANT INSERT (union_id, county_id, chart, code, fund, title, partner_id, sign, guarded, spends, opened_on, closed_on, balance)
  ON ledger_account TO zhijia_app, zhijia_bulk;
GRANT UPDATE (closed_through) ON ledger_book TO zhijia_app, zhijia_bulk;
GRANT UPDATE (title, closed_on) ON ledger_account TO zhijia_app, zhijia_bulk;
GRANT UPDATE (county_id) ON ledger_book, ledger_account, ledger_entry, ledger_leg, ledger_month TO zhijia_bulk;
