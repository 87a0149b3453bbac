-- What payments keep, whoever writes them (ADR 0018).

-- A payment begins waiting and goes on by these ways alone. What it is for never changes; whom it goes to only while it waits.
-- The database makes the reference and the digest of what is released: nobody hands them in.
CREATE FUNCTION payments_goes_on() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  told text := NULL;
  account public.payments_payee_account;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.person_id IS NOT NULL AND NEW.payee_id IS NULL THEN  -- a member elsewhere, whose account who orders does not see
      NEW.payee_id := (SELECT p.id FROM public.payments_payee_account p WHERE p.person_id = NEW.person_id
        ORDER BY p.set_at DESC, p.id DESC LIMIT 1);
    END IF;
    IF NEW.state <> 'waiting' OR NEW.round <> 1 OR NEW.attempt <> 0 OR NEW.batch_id IS NOT NULL
      OR NEW.entry_id IS NOT NULL OR NEW.back_entry_id IS NOT NULL
    THEN
      told := 'payment_begins_waiting';
    ELSIF NEW.ordered_by <> access_user() THEN
      told := 'payment_is_ordered_by_who_is_here';
    END IF;
  ELSE
    IF OLD.state IN ('failed', 'returned') AND NEW.state = 'waiting' AND NEW.partner_id IS NOT NULL THEN
      NEW.partner_id := coalesce(payments_successor(NEW.partner_id), NEW.partner_id);  -- its union was merged away meanwhile
    END IF;
    IF (OLD.id, OLD.salt, OLD.union_id, OLD.source, OLD.source_id, OLD.purpose, OLD.instalment, OLD.amount, OLD.fund,
        OLD.code, OLD.ordered_by, OLD.ordered_at, OLD.case_id)
      IS DISTINCT FROM (NEW.id, NEW.salt, NEW.union_id, NEW.source, NEW.source_id, NEW.purpose, NEW.instalment,
        NEW.amount, NEW.fund, NEW.code, NEW.ordered_by, NEW.ordered_at, NEW.case_id)
      OR NEW.partner_id IS DISTINCT FROM OLD.partner_id AND (OLD.partner_id IS NULL OR NEW.state <> 'waiting')
    THEN
      told := 'payment_keeps_what_it_is_for';
    ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
      ('waiting', 'ready'), ('waiting', 'stopped'),
      ('ready', 'sending'), ('ready', 'waiting'), ('ready', 'stopped'),
      ('sending', 'paid'), ('sending', 'failed'), ('sending', 'returned'), ('sending', 'unknown'),
      ('unknown', 'paid'), ('unknown', 'failed'), ('unknown', 'returned'), ('unknown', 'ready'),
      ('failed', 'paid'), ('failed', 'waiting'), ('failed', 'stopped'),
      ('paid', 'returned'),
      ('returned', 'waiting'), ('returned', 'stopped'))
    THEN
      told := 'payment_goes_on';
    ELSIF NEW.round <> OLD.round + (OLD.state IN ('failed', 'returned') AND NEW.state = 'waiting')::int THEN
      told := 'payment_has_a_reference_a_round';
    ELSIF NEW.attempt <> OLD.attempt + (OLD.state = 'ready' AND NEW.state = 'sending')::int THEN
      told := 'payment_counts_its_attempts';
    ELSIF NEW.payee_id IS DISTINCT FROM OLD.payee_id AND NEW.state <> 'waiting' THEN
      told := 'payment_keeps_whom_it_goes_to';
    ELSIF (OLD.state, NEW.state) IN (('unknown', 'ready'), ('failed', 'waiting'), ('failed', 'stopped'))
      AND (OLD.state = 'unknown' AND OLD.not_found_at IS NULL OR OLD.file_agreed_on IS NULL
        OR OLD.file_agreed_on < (OLD.sent_at AT TIME ZONE 'Asia/Shanghai')::date)
    THEN
      told := 'payment_goes_again_only_when_the_bank_did_not_pay';
    ELSIF NEW.batch_id IS DISTINCT FROM OLD.batch_id AND NEW.batch_id IS NOT NULL AND (NEW.state <> 'waiting'
      OR NOT EXISTS (SELECT FROM public.payments_batch b
        WHERE b.id = NEW.batch_id AND b.state = 'open' AND b.union_id = NEW.union_id))
    THEN
      told := 'payment_joins_an_open_batch';
    ELSIF OLD.state = 'waiting' AND NEW.state = 'ready' AND NEW.not_before > now() THEN
      told := 'payment_waits_for_its_account';
    ELSIF OLD.state = 'waiting' AND NEW.state = 'ready' AND NOT EXISTS (
      SELECT FROM public.payments_batch b
      WHERE b.id = NEW.batch_id AND b.state = 'released' AND b.union_id = NEW.union_id
        AND b.first_by = NEW.first_by AND b.second_by = NEW.second_by)
    THEN
      told := 'payment_is_released_by_two';
    ELSIF NEW.state = 'ready' AND OLD.state = 'waiting' AND EXISTS (
      SELECT FROM public.accounts_user u
      WHERE u.id IN (NEW.first_by, NEW.second_by) AND u.person_id = NEW.person_id)
    THEN
      told := 'payment_is_not_to_who_releases_it';
    END IF;
  END IF;
  IF told IS NULL AND NEW.state = 'waiting' AND NEW.partner_id IS NOT NULL AND NEW.payee_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM public.payments_payee_account p
      WHERE p.id = NEW.payee_id AND p.of_union AND p.union_id = NEW.partner_id)
  THEN
    told := 'payment_to_a_union_goes_to_the_account_it_named';
  END IF;
  IF told IS NOT NULL THEN
    RAISE EXCEPTION 'payment % breaks a promise: %', NEW.id, told
      USING ERRCODE = 'check_violation', CONSTRAINT = told, TABLE = 'payments_payment';
  END IF;

  IF TG_OP = 'INSERT' OR NEW.round <> OLD.round THEN
    NEW.reference := 'ZJ' || lpad(NEW.id::text, 11, '0') || NEW.salt || lpad(NEW.round::text, 2, '0');
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.state = 'waiting'
    AND (OLD.state <> 'waiting' OR NEW.payee_id IS DISTINCT FROM OLD.payee_id)
  THEN
    NEW.batch_id := NULL;  -- what was released for it was released as it was then
  END IF;
  IF NEW.state = 'waiting' THEN
    NEW.first_by := NULL;
    NEW.second_by := NULL;
    SELECT * INTO account FROM public.payments_payee_account p WHERE p.id = NEW.payee_id;
    NEW.account_by := account.set_by;
    NEW.not_before := account.usable_from;
    NEW.snapshot := CASE WHEN account.id IS NULL THEN '' ELSE payments_snapshot(NEW.amount, account) END;
    IF account.person_id IS NOT NULL AND NOT account.payers @> ARRAY[NEW.union_id, NEW.county_id] AND NOT EXISTS (
      SELECT FROM public.registry_union place, public.registry_union payer
      WHERE place.id = account.union_id AND payer.id = NEW.union_id
        AND place.tree_left >= payer.tree_left AND place.tree_left < payer.tree_right)
    THEN
      UPDATE public.payments_payee_account p SET payers = p.payers || ARRAY[NEW.union_id, NEW.county_id] WHERE p.id = account.id;
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- What somebody agrees to who releases it: so much to this account of this holder. `account_key` is keyed already.
CREATE FUNCTION payments_snapshot(amount bigint, account payments_payee_account) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT encode(sha256(convert_to(
    concat_ws('|', amount, account.id, account.account_key, account.holder, account.bank), 'UTF8')), 'hex')
$$;

-- What a batch holds, in one digest.
CREATE FUNCTION payments_seal(of_batch bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(encode(sha256(convert_to(string_agg(p.id || '|' || p.snapshot, ';' ORDER BY p.id), 'UTF8')), 'hex'), '')
  FROM public.payments_payment p WHERE p.batch_id = of_batch AND p.state = 'waiting'
$$;

-- The first who releases a batch seals what they saw; the second releases the same or nothing.
CREATE FUNCTION payments_batch_goes_on() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  told text := NULL;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'open' OR NEW.first_by IS NOT NULL OR NEW.second_by IS NOT NULL THEN
      told := 'batch_begins_open';
    END IF;
  ELSIF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
    ('open', 'half'), ('half', 'open'), ('half', 'released'), ('open', 'withdrawn'), ('half', 'withdrawn'))
  THEN
    told := 'batch_goes_on';
  ELSIF OLD.state IN ('released', 'withdrawn') OR NEW.state = OLD.state THEN
    told := 'batch_keeps_who_released_it';
  ELSIF NEW.state = 'half' THEN
    NEW.seal := payments_seal(NEW.id);
    IF NEW.first_by IS NULL OR NEW.seal = '' THEN
      told := 'batch_is_released_by_two';
    ELSIF NEW.first_by <> access_user() THEN
      told := 'batch_is_released_by_who_is_here';
    END IF;
  ELSIF NEW.state = 'released' AND NEW.second_by <> access_user() THEN
    told := 'batch_is_released_by_who_is_here';
  ELSIF NEW.state = 'released' AND (NEW.seal <> OLD.seal OR NEW.seal <> payments_seal(NEW.id)
    OR NEW.first_by IS DISTINCT FROM OLD.first_by)
  THEN
    told := 'batch_is_released_as_it_was_seen';
  END IF;
  IF told IS NOT NULL THEN
    RAISE EXCEPTION 'batch % breaks a promise: %', NEW.id, told
      USING ERRCODE = 'check_violation', CONSTRAINT = told, TABLE = 'payments_batch';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payments_batch_goes_on BEFORE INSERT OR UPDATE OF state, seal, first_by, second_by ON payments_batch
  FOR EACH ROW EXECUTE FUNCTION payments_batch_goes_on();
CREATE TRIGGER payments_batch_stays BEFORE DELETE OR TRUNCATE ON payments_batch
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER payments_payment_goes_on BEFORE INSERT OR UPDATE ON payments_payment
  FOR EACH ROW EXECUTE FUNCTION payments_goes_on();
CREATE TRIGGER payments_payment_stays BEFORE DELETE OR TRUNCATE ON payments_payment
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- An account somebody named is never changed: another one comes after it.
CREATE TRIGGER payments_payee_account_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, of_union, holder, bank, tail,
  account_key, set_by, set_at, usable_from ON payments_payee_account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payments_payee_account_of_union_stays BEFORE UPDATE OF union_id ON payments_payee_account FOR EACH ROW
  WHEN (OLD.of_union) EXECUTE FUNCTION refuse_change();
-- Whoever pays a member goes on reading the account where the money goes after the member moved.
CREATE FUNCTION payments_account_moves() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.payers := ARRAY(SELECT unnest(OLD.payers) UNION SELECT unnest(ARRAY[p.union_id, p.county_id])
    FROM public.payments_payment p WHERE p.payee_id = NEW.id);
  RETURN NEW;
END $$;
CREATE TRIGGER payments_account_moves BEFORE UPDATE OF union_id ON payments_payee_account FOR EACH ROW
  WHEN (NEW.person_id IS NOT NULL) EXECUTE FUNCTION payments_account_moves();

CREATE FUNCTION payments_account_is_named() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'an account is named by who is here'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'account_is_named_by_who_is_here', TABLE = 'payments_payee_account';
END $$;
CREATE TRIGGER payments_account_is_named BEFORE INSERT ON payments_payee_account FOR EACH ROW
  WHEN (NEW.set_by <> access_user()) EXECUTE FUNCTION payments_account_is_named();

-- An alarm is answered once, by who is here, and never by who named the account.
CREATE FUNCTION payments_answer_alarm() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF OLD.answered_at IS NOT NULL OR NEW.answered_by <> access_user()
    OR EXISTS (SELECT FROM public.payments_payee_account p WHERE p.id = NEW.payee_id AND p.set_by = NEW.answered_by)
  THEN
    RAISE EXCEPTION 'alarm % is answered once, by another than who named the account', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'alarm_is_answered_by_another', TABLE = 'payments_alarm';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payments_alarm_is_answered BEFORE UPDATE OF answered_by, answered_at, answer ON payments_alarm
  FOR EACH ROW EXECUTE FUNCTION payments_answer_alarm();
CREATE TRIGGER payments_event_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF id, payment_id, happened, attempt, at,
  user_id, bank_number, reason, left_batch ON payments_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What a receipt gives back is on it, and on what it was for, as long as the payment may still go out:
-- `receipt_is_not_given_back_twice` is its check.
CREATE FUNCTION payments_count_refund() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  more bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.amount ELSE -NEW.amount END;
  expected bigint;
BEGIN
  UPDATE public.payments_receipt SET refunded = refunded + more
  WHERE id = NEW.source_id::bigint AND union_id = NEW.union_id RETURNING receivable_id INTO expected;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a refund is of a receipt of its union'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'refund_is_of_a_receipt', TABLE = 'payments_payment';
  END IF;
  UPDATE public.payments_receivable SET given_back = given_back + more WHERE id = expected;
  RETURN NULL;
END $$;
CREATE TRIGGER payments_refund_is_counted AFTER INSERT ON payments_payment
  FOR EACH ROW WHEN (NEW.source = 'receipt') EXECUTE FUNCTION payments_count_refund();
CREATE TRIGGER payments_refund_is_over AFTER UPDATE OF state ON payments_payment
  FOR EACH ROW WHEN (NEW.source = 'receipt' AND NEW.state = 'stopped' AND OLD.state <> 'stopped')
  EXECUTE FUNCTION payments_count_refund();

-- What came in keeps what the bank said of it, and is matched once; what is expected knows how much has come.
CREATE FUNCTION payments_count_receipt() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.receivable_id IS NOT NULL AND OLD.receivable_id IS DISTINCT FROM NEW.receivable_id THEN
    RAISE EXCEPTION 'a receipt is matched once'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_is_matched_once', TABLE = 'payments_receipt';
  END IF;
  IF NEW.receivable_id IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.receivable_id IS NULL) THEN
    UPDATE public.payments_receivable SET received = received + NEW.amount
    WHERE id = NEW.receivable_id AND union_id = NEW.union_id;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'a receipt is matched to what its own union expects'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_is_of_its_union', TABLE = 'payments_receipt';
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER payments_receipt_is_counted AFTER INSERT OR UPDATE OF receivable_id ON payments_receipt
  FOR EACH ROW EXECUTE FUNCTION payments_count_receipt();
CREATE TRIGGER payments_receipt_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, bank_account_id, bank_number,
  day, amount, payer_name, payer_tail, payer_key, note, read_at ON payments_receipt
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payments_receivable_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, reference, source, source_id,
  purpose, amount, fund, role, due_on, stays_owed ON payments_receivable FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payments_receivable_is_called_off_once BEFORE UPDATE OF called_off_at ON payments_receivable FOR EACH ROW
  WHEN (OLD.called_off_at IS NOT NULL) EXECUTE FUNCTION refuse_change();

-- Somebody (a person, or a union) named another account: what was to go to the one before waits again, with the new one; a batch somebody had begun
-- to release is open again. Whoever names an account may not see the payments: this says the least, the numbers of those it
-- changed. Called for an account that is the last one named it does no harm, whoever calls.
CREATE FUNCTION payments_follow_account(named uuid, changed timestamptz)
RETURNS TABLE (payment bigint, at_union int, at_county int, was text, maker bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
  said public.payments_payee_account;
  now_named public.payments_payee_account;
BEGIN
  SELECT * INTO said FROM public.payments_payee_account WHERE id = named;
  SELECT * INTO now_named FROM public.payments_payee_account p
  WHERE p.person_id = said.person_id OR said.of_union AND p.of_union AND p.union_id = said.union_id
  ORDER BY p.set_at DESC, p.id DESC LIMIT 1;
  IF now_named.id IS DISTINCT FROM named OR named IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH held AS (
    SELECT p.id, p.state, p.batch_id, p.payee_id,
      (SELECT b.made_by FROM public.payments_batch b WHERE b.id = p.batch_id AND b.state IN ('half', 'released')) AS made_by
    FROM public.payments_payment p
    WHERE (p.person_id = now_named.person_id OR now_named.of_union AND p.partner_id = now_named.union_id)
      AND p.state IN ('waiting', 'ready') AND p.payee_id IS DISTINCT FROM named
    ORDER BY p.id FOR UPDATE
  ), opened AS (
    UPDATE public.payments_batch b SET state = 'open', seal = '', first_by = NULL, first_at = NULL
    FROM held h WHERE h.batch_id = b.id AND b.state = 'half' RETURNING b.id
  ), followed AS (
    UPDATE public.payments_payment p SET payee_id = named, state = 'waiting', batch_id = NULL,
      payee_name = CASE WHEN p.partner_id IS NULL THEN p.payee_name ELSE now_named.holder END
    FROM held h WHERE p.id = h.id RETURNING p.id, p.union_id, p.county_id, h.state AS before,
      h.payee_id AS earlier, h.made_by, h.batch_id AS left_batch
  ), rung AS (
    INSERT INTO public.payments_alarm (payment_id, payee_id, kind, raised_at, answer, union_id, county_id)
    SELECT f.id, named, 'changed', changed, '', f.union_id, f.county_id FROM followed f WHERE f.earlier IS NOT NULL
    ON CONFLICT DO NOTHING
  ), told AS (
    INSERT INTO public.payments_event (payment_id, happened, attempt, at, user_id, bank_number, reason, union_id, county_id,
      left_batch)
    SELECT f.id, CASE WHEN f.earlier IS NULL THEN 'named' ELSE 'changed' END, 0, changed, now_named.set_by, '', '',
      f.union_id, f.county_id, f.left_batch
    FROM followed f
  )
  SELECT f.id, f.union_id, f.county_id, CASE WHEN f.earlier IS NULL THEN 'unnamed' ELSE f.before::text END, f.made_by
  FROM followed f;
END $$;

-- The union that is paid for this one: itself, or, where it was merged away, its successor. None where none stands.
CREATE FUNCTION payments_successor(of_union int) RETURNS int
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN (
    WITH RECURSIVE went AS (
      SELECT u.id, u.successor_id, u.dissolved_on FROM public.registry_union u WHERE u.id = of_union
      UNION
      SELECT u.id, u.successor_id, u.dissolved_on FROM public.registry_union u JOIN went
        ON went.dissolved_on IS NOT NULL AND u.id = went.successor_id)
    SELECT went.id FROM went WHERE went.dissolved_on IS NULL);
END $$;

-- A union is merged into another: what waits or was released for it and has not gone goes to that one, on the account it named,
-- is released anew by two, who see why. What would go to the union that pays stays there, and is stopped by people.
CREATE FUNCTION payments_follow_union(gone int, taking int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.registry_union u WHERE u.id = gone AND u.dissolved_on IS NOT NULL AND u.successor_id = taking)
  THEN
    RAISE EXCEPTION 'union % was not merged into %', gone, taking
      USING ERRCODE = 'check_violation', CONSTRAINT = 'payments_follow_a_merger', TABLE = 'payments_payment';
  END IF;
  WITH held AS (
    SELECT p.id, p.batch_id, p.attempt, p.union_id, p.county_id FROM public.payments_payment p
    WHERE p.partner_id = gone AND p.union_id <> taking AND p.state IN ('waiting', 'ready') ORDER BY p.id FOR UPDATE
  ), named AS (
    SELECT a.id, a.holder FROM public.payments_payee_account a WHERE a.of_union AND a.union_id = taking
    ORDER BY a.set_at DESC, a.id DESC LIMIT 1
  ), opened AS (
    UPDATE public.payments_batch b SET state = 'open', seal = '', first_by = NULL, first_at = NULL
    FROM held h WHERE h.batch_id = b.id AND b.state = 'half' RETURNING b.id
  ), followed AS (
    UPDATE public.payments_payment p SET partner_id = taking, payee_id = (SELECT n.id FROM named n), state = 'waiting', batch_id = NULL,
      payee_name = coalesce((SELECT n.holder FROM named n), (SELECT u.name FROM public.registry_union u WHERE u.id = taking))
    FROM held h WHERE p.id = h.id RETURNING p.id, p.union_id, p.county_id, p.payee_id
  ), rung AS (
    INSERT INTO public.payments_alarm (payment_id, payee_id, kind, raised_at, answer, union_id, county_id)
    SELECT f.id, f.payee_id, 'changed', now(), '', f.union_id, f.county_id FROM followed f WHERE f.payee_id IS NOT NULL
    ON CONFLICT DO NOTHING
  )
  INSERT INTO public.payments_event (payment_id, happened, attempt, at, user_id, bank_number, reason, union_id, county_id,
      left_batch)
    SELECT h.id, 'followed', h.attempt, now(), public.access_user(), '', '', h.union_id, h.county_id, h.batch_id FROM held h;
END $$;
REVOKE ALL ON FUNCTION payments_follow_union(int, int) FROM zhijia_app, zhijia_sealer;

-- Somebody's death becomes known: what was released for them and has not gone, or lies in a batch, waits again by itself; a batch
-- somebody had begun to release is open again. It rings when it is put into another one (`wanting.dead`).
CREATE FUNCTION payments_hold_for_dead() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  WITH held AS (
    SELECT p.id, p.batch_id, p.attempt, p.union_id, p.county_id FROM public.payments_payment p
    WHERE p.person_id = NEW.person_id AND p.state IN ('waiting', 'ready') AND p.batch_id IS NOT NULL
    ORDER BY p.id FOR UPDATE
  ), opened AS (
    UPDATE public.payments_batch b SET state = 'open', seal = '', first_by = NULL, first_at = NULL
    FROM held h WHERE h.batch_id = b.id AND b.state = 'half' RETURNING b.id
  ), gone AS (
    UPDATE public.payments_payment p SET state = 'waiting', batch_id = NULL FROM held h WHERE p.id = h.id
  )
  INSERT INTO public.payments_event (payment_id, happened, attempt, at, user_id, bank_number, reason, union_id, county_id,
      left_batch)
    SELECT h.id, 'died', h.attempt, now(), public.access_user(), '', '', h.union_id, h.county_id, h.batch_id FROM held h;
  RETURN NULL;
END $$;
CREATE TRIGGER payments_hold_for_dead AFTER INSERT OR UPDATE OF status ON registry_membership
  FOR EACH ROW WHEN (NEW.status = '50') EXECUTE FUNCTION payments_hold_for_dead();

-- The accounts named last by whom payments of this union wait for that do not know of them: ordered in the same moment in which
-- the account was named, neither saw the other. They are followed (`payments_follow_account`) before a batch is put together.
CREATE FUNCTION payments_left_behind(of_union int) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT DISTINCT last.id FROM public.payments_payment p CROSS JOIN LATERAL (
    (SELECT a.id FROM public.payments_payee_account a WHERE a.person_id = p.person_id
      ORDER BY a.set_at DESC, a.id DESC LIMIT 1)
    UNION ALL
    (SELECT a.id FROM public.payments_payee_account a WHERE a.of_union AND a.union_id = p.partner_id
      ORDER BY a.set_at DESC, a.id DESC LIMIT 1)) AS last
  WHERE p.union_id = of_union AND p.state = 'waiting' AND p.payee_id IS DISTINCT FROM last.id
$$;

REVOKE ALL ON payments_bank_account, payments_payee_account, payments_batch, payments_payment, payments_event,
  payments_alarm, payments_gate, payments_receivable, payments_receipt FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT, INSERT ON payments_bank_account, payments_payee_account, payments_batch, payments_payment, payments_event,
  payments_alarm, payments_receivable, payments_receipt TO zhijia_app, zhijia_bulk;
GRANT UPDATE (closed_at, channel) ON payments_bank_account TO zhijia_app, zhijia_bulk;
GRANT UPDATE (state, seal, first_by, first_at, second_by, second_at) ON payments_batch TO zhijia_app, zhijia_bulk;
GRANT UPDATE (round, state, attempt, payee_id, payee_name, hold_id, batch_id, first_by, second_by, sent_at, asked_at,
  not_found_at, file_agreed_on, ended_at, bank_number, reason, entry_id, back_entry_id, unposted)
  ON payments_payment TO zhijia_app, zhijia_bulk;
GRANT UPDATE (answered_by, answered_at, answer) ON payments_alarm TO zhijia_app, zhijia_bulk;
GRANT UPDATE (called_off_at) ON payments_receivable TO zhijia_app, zhijia_bulk;
GRANT UPDATE (receivable_id, person_id, entry_id, matched_at, matched_by) ON payments_receipt TO zhijia_app, zhijia_bulk;
GRANT UPDATE (county_id) ON payments_bank_account, payments_payee_account, payments_batch, payments_payment,
  payments_event, payments_alarm, payments_receivable, payments_receipt TO zhijia_bulk;
GRANT UPDATE (union_id, county_id) ON payments_payee_account TO zhijia_app, zhijia_bulk;
GRANT UPDATE (payers) ON payments_payee_account TO zhijia_bulk;
GRANT SELECT ON payments_gate TO zhijia_app, zhijia_bulk;
GRANT UPDATE ON payments_gate TO zhijia_bulk;
INSERT INTO payments_gate (id, is_open, timeline, reason) VALUES (1, true, 0, '');
