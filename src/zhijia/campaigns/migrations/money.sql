-- Money of a drive. The piece a payment is for: its list is a block of 30000 pieces (`ordering.BLOCK`), its instalment the place in it.
CREATE FUNCTION campaigns_paid_piece(of_list text, instalment int) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN of_list ~ '^[0-9]{1,9}[.][0-9]{1,12}([.][0-9]{1,4})?$'
    THEN split_part(of_list, '.', 2)::bigint * 30000 + instalment - 1 END
$$;

-- The union that is paid for one on a roster that is no person: itself, the one that covers an employer, the one a row of a list
-- names; for one that was merged away its successor. None where none stands.
CREATE FUNCTION campaigns_paid_union(of_entry bigint, on_day date) RETURNS int
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT public.payments_successor(coalesce(e.of_union_id,
    (SELECT c.union_id FROM public.registry_coverage c WHERE c.employer_id = e.employer_id AND c.valid_from <= on_day
       AND (c.valid_to IS NULL OR c.valid_to > on_day) ORDER BY c.id LIMIT 1),
    (SELECT r.other_union_id FROM public.registers_row r WHERE r.id = e.row_id)))
  FROM public.campaigns_entry e WHERE e.id = of_entry
$$;

-- Why a payment of a drive is not wanted (any more); none while it is: the piece it is for was taken back or is paid by another,
-- whoever it is for left the roster or has died, the union it goes to was dissolved.
CREATE FUNCTION campaigns_why_unwanted(of_list text, instalment int, person uuid, partner int) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT CASE
    WHEN p.state IS DISTINCT FROM 'done' OR p.source <> 'payment:' || of_list THEN 'withdrawn'
    WHEN EXISTS (SELECT FROM public.registry_dead(ARRAY[person])) THEN 'died'
    WHEN e.left_on IS NOT NULL AND e.left_why <> 'merged' THEN e.left_why
    ELSE (SELECT CASE WHEN u.successor_id IS NULL THEN 'dissolved' ELSE 'merged' END
      FROM public.registry_union u WHERE u.id = partner AND u.dissolved_on IS NOT NULL)
  END
  FROM (VALUES (public.campaigns_paid_piece(of_list, instalment))) AS asked (piece)
  LEFT JOIN public.campaigns_piece p ON p.id = asked.piece
  LEFT JOIN public.campaigns_entry e ON e.id = p.entry_id
$$;

-- The same for whoever works at the union that pays, who may not read the roster: those of these payments that are not wanted.
CREATE FUNCTION campaigns_unwanted(payments bigint[]) RETURNS TABLE (payment bigint, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT y.id, said.why FROM public.payments_payment y
  CROSS JOIN LATERAL public.campaigns_why_unwanted(y.source_id, y.instalment, y.person_id, y.partner_id) AS said (why)
  WHERE y.id = ANY (payments) AND y.source = 'campaign' AND said.why IS NOT NULL
    AND (public.ledger_reaches(y.union_id) OR public.registry_reaches(y.union_id))
$$;

-- The pieces among these whose person has died, wherever they were a member, for whoever works at the drive's union.
CREATE FUNCTION campaigns_dead(pieces bigint[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.id FROM public.campaigns_piece p JOIN public.campaigns_drive d ON d.id = p.drive_id
  WHERE p.id = ANY (pieces) AND public.registry_reaches(d.union_id)
    AND EXISTS (SELECT FROM public.registry_dead(ARRAY[p.person_id]))
$$;

-- A payment for a drive is of one piece on its roster, given by this very payment: of the sum the drive decided for it, of the
-- drive's union and fund, to whom it is meant for, while the drive is open. Each is there once by the payment's source.
CREATE FUNCTION campaigns_is_paid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.campaigns_piece p
    JOIN public.campaigns_entry e ON e.id = p.entry_id
    JOIN public.campaigns_drive d ON d.id = p.drive_id
    JOIN public.campaigns_version v ON v.id = d.version_id
    WHERE p.id = public.campaigns_paid_piece(NEW.source_id, NEW.instalment)
      AND d.id::text = split_part(NEW.source_id, '.', 1) AND p.thing = NEW.purpose
      AND d.state = 'open' AND d.union_id = NEW.union_id AND v.content -> 'budget' ->> 'fund' = NEW.fund
      AND p.amount = NEW.amount AND coalesce((d.sums ->> p.thing)::bigint, e.share) = NEW.amount
      AND (NEW.person_id, NEW.partner_id) IS NOT DISTINCT FROM (p.person_id, CASE WHEN p.person_id IS NULL
        THEN public.campaigns_paid_union(e.id, (NEW.ordered_at AT TIME ZONE 'Asia/Shanghai')::date) END)
      AND public.campaigns_why_unwanted(NEW.source_id, NEW.instalment, NEW.person_id, NEW.partner_id) IS NULL)
  THEN
    RAISE EXCEPTION 'not as the drive decided' USING ERRCODE = 'check_violation', CONSTRAINT = 'drive_is_paid_as_decided';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campaigns_is_paid BEFORE INSERT ON payments_payment
  FOR EACH ROW WHEN (NEW.source = 'campaign') EXECUTE FUNCTION campaigns_is_paid();

-- It goes to the bank, or there again, only while it is wanted.
CREATE FUNCTION campaigns_is_paid_still() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF public.campaigns_why_unwanted(NEW.source_id, NEW.instalment, NEW.person_id, NEW.partner_id) IS NOT NULL THEN
    RAISE EXCEPTION 'not wanted any more' USING ERRCODE = 'check_violation', CONSTRAINT = 'drive_pays_what_is_wanted';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campaigns_is_paid_still BEFORE UPDATE OF state ON payments_payment
  FOR EACH ROW WHEN (NEW.source = 'campaign' AND (OLD.state IN ('failed', 'returned') AND NEW.state = 'waiting'
    OR OLD.state IN ('waiting', 'unknown') AND NEW.state = 'ready'))
  EXECUTE FUNCTION campaigns_is_paid_still();

-- All payments of a drive together are no more than what it says it spent, which lies within its budget.
CREATE FUNCTION campaigns_pays_within_budget() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT split_part(a.source_id, '.', 1)::int AS id FROM added a WHERE a.source = 'campaign') AS of_drive
    JOIN public.campaigns_drive d ON d.id = of_drive.id
    WHERE d.spent < (SELECT sum(y.amount) FROM public.payments_payment y
      WHERE y.source_id >= d.id || '.' AND y.source_id < d.id || '/' AND y.source = 'campaign' AND y.state <> 'stopped'))
  THEN
    RAISE EXCEPTION 'beyond the budget' USING ERRCODE = 'check_violation', CONSTRAINT = 'drive_spends_within_its_budget';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER campaigns_pays_within_budget AFTER INSERT ON payments_payment
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION campaigns_pays_within_budget();

-- Whether what a piece's source names is a payment that was stopped.
CREATE FUNCTION campaigns_was_stopped(of_piece bigint, of_source text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN of_source ~ '^payment:' AND EXISTS (
    SELECT FROM public.payments_payment y WHERE y.source_id = substr(of_source, 9) AND y.source = 'campaign'
      AND public.campaigns_paid_piece(y.source_id, y.instalment) = of_piece AND y.state = 'stopped');
END $$;

-- What waits for the bank, came to nothing or was stopped: few, and looked through night by night.
CREATE INDEX campaigns_payment_not_paid ON payments_payment (state, source_id, instalment)
  WHERE source = 'campaign' AND state <> 'paid';
