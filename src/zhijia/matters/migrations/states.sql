-- Which states of a case and of a step follow which (ADR 0015), whoever writes them.
CREATE FUNCTION matters_guard_state() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  step text := OLD.state || ' ' || NEW.state;
BEGIN
  IF OLD.state = NEW.state THEN
    RETURN NEW;
  END IF;
  IF TG_TABLE_NAME = 'matters_case' AND step = ANY (ARRAY[
      'draft open', 'draft granted', 'open paused', 'paused open', 'open granted', 'open refused', 'open withdrawn',
      'paused withdrawn', 'open merged', 'paused merged', 'open partly'])
    OR TG_TABLE_NAME = 'matters_step' AND step = ANY (ARRAY[
      'active paused', 'paused active', 'active done', 'active sent_back', 'active ended', 'paused ended',
      'waiting done', 'waiting sent_back', 'waiting ended',
      'later active', 'later ended'])
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a % does not go from % to %', replace(TG_TABLE_NAME, 'matters_', ''), OLD.state, NEW.state
    USING ERRCODE = 'check_violation', CONSTRAINT = 'state_follows_its_line';
END
$$;

CREATE TRIGGER matters_case_state BEFORE UPDATE OF state ON matters_case
  FOR EACH ROW EXECUTE FUNCTION matters_guard_state();
CREATE TRIGGER matters_step_state BEFORE UPDATE OF state ON matters_step
  FOR EACH ROW EXECUTE FUNCTION matters_guard_state();
-- Row by row: a draft that is thrown away takes its decisions, of which it has none, along.
CREATE TRIGGER matters_decision_only_grows BEFORE UPDATE OR DELETE ON matters_decision
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER matters_decision_stays BEFORE TRUNCATE ON matters_decision
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A case keeps the version it was opened under.
CREATE FUNCTION matters_guard_version() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF OLD.state <> 'draft' AND (NEW.version_id, NEW.code, NEW.number) IS DISTINCT FROM (OLD.version_id, OLD.code, OLD.number) THEN
    RAISE EXCEPTION 'a case keeps its version and its number' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_keeps_its_version';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER matters_case_version BEFORE UPDATE OF version_id, code, number ON matters_case
  FOR EACH ROW EXECUTE FUNCTION matters_guard_version();

-- A part stays a part of the same case, of which it is a part from the moment both are made ready; only when the case as
-- a whole is forgotten does it stand by itself.
CREATE FUNCTION matters_guard_part() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.part_of_id IS DISTINCT FROM OLD.part_of_id AND NEW.part_of_id IS NOT NULL THEN
    RAISE EXCEPTION 'a case stays a part of the same case' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_stays_a_part';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER matters_case_part BEFORE UPDATE OF part_of_id ON matters_case
  FOR EACH ROW EXECUTE FUNCTION matters_guard_part();

-- How far the parts of a case are and whether they wait, for whoever ended one of them and perhaps sees no other.
CREATE FUNCTION matters_parts(whole uuid) RETURNS TABLE (id uuid, code text, state text, waits boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.id, p.code, p.state, EXISTS (SELECT FROM public.matters_step s WHERE s.case_id = p.id AND s.state = 'waiting')
  FROM public.matters_case p WHERE p.part_of_id = whole ORDER BY p.id
$$;

CREATE SEQUENCE matters_case_number;

-- What follows somebody whose two registrations become one.
CREATE OR REPLACE FUNCTION registry_following() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT ARRAY['registry_transfer_leg', 'registry_post', 'registry_candidate',
    'registry_leave_proposal', 'notices_message', 'files_stored_file', 'matters_case', 'matters_line',
    'payments_payment', 'payments_payee_account', 'payments_receivable', 'payments_receipt',
    'ledger_voucher_line', 'ledger_gift', 'ledger_kin', 'assets_handed', 'registers_row',
    'registers_link']
$$;

-- The one case a job, or an outside party with a token, works on: the policy of cases opens it and no other. Whoever
-- can set this can set `zhijia.user` too: it gives no more than that.
CREATE FUNCTION matters_at_hand() RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT nullif(current_setting('zhijia.case', true), '')::uuid
$$;

-- The cases services have in hand for whoever is asking (`at_hand.take`), besides the one of `zhijia.case`. Nothing is read
-- by it; it ends with the transaction, or as soon as somebody else asks in it.
CREATE FUNCTION matters_in_hand() RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT array_append(
    CASE WHEN split_part(current_setting('zhijia.in_hand', true), '|', 1) = current_setting('zhijia.user', true)
      THEN string_to_array(split_part(current_setting('zhijia.in_hand', true), '|', 2), ',')::uuid[]
      ELSE '{}' END,
    matters_at_hand())
$$;

CREATE FUNCTION matters_take(taken uuid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public AS $$
  SELECT set_config('zhijia.in_hand',
    who || '|' || concat_ws(',', CASE WHEN split_part(held, '|', 1) = who THEN nullif(split_part(held, '|', 2), '') END, taken),
    true)
  FROM (SELECT coalesce(current_setting('zhijia.in_hand', true), '') AS held,
               coalesce(current_setting('zhijia.user', true), '') AS who) now
$$;

-- Whether somebody moves a case here: in hand, or as a job.
CREATE FUNCTION matters_moves_one() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT array_remove(matters_in_hand(), NULL) <> '{}'
$$;

-- Whether who is asking still writes this request: it is theirs, or they typed it in at a desk, and it is a draft or waits
-- for them.
CREATE FUNCTION matters_writing(asked uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (
    SELECT FROM public.matters_case c WHERE c.id = asked AND c.state IN ('draft', 'paused')
      AND (c.user_id = access_user() OR c.desk_user_id = access_user() OR c.person_id = access_person()))
$$;

-- Whether who is asking works where this step is decided, or is the job that has its case at hand.
CREATE FUNCTION matters_sits(asked bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (
    SELECT FROM public.matters_step s WHERE s.id = asked
      AND (s.seat_county_id = ANY (access_counties()) OR s.seat_id = ANY (access_unions()) OR s.case_id = matters_at_hand()))
$$;

-- Who alone holds one of these roles at a union itself today: none where several do.
CREATE FUNCTION matters_only_signer(at_union integer, with_roles text[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN count(DISTINCT g.user_id) = 1 THEN min(g.user_id) END
  FROM public.registry_grant g
  WHERE g.union_id = at_union AND g.role = ANY (with_roles)
    AND g.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
    AND (g.valid_to IS NULL OR g.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date)
    AND (matters_moves_one() OR EXISTS (SELECT FROM public.registry_grant r WHERE r.user_id = access_user()))
$$;

-- Whether somebody holds one of these roles over a union today.
CREATE FUNCTION matters_may_sign(who bigint, at_union integer, with_roles text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (
    SELECT FROM public.registry_grant g
    JOIN public.registry_union held ON held.id = g.union_id
    JOIN public.registry_union here ON here.id = at_union
    WHERE g.user_id = who AND g.role = ANY (with_roles)
      AND here.tree_left >= held.tree_left AND here.tree_left < held.tree_right
      AND g.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
      AND (g.valid_to IS NULL OR g.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date)
      AND (matters_moves_one() OR EXISTS (SELECT FROM public.registry_grant r WHERE r.user_id = access_user())))
$$;

-- Who holds one of these roles at a union itself today: all of them sign where a step asks for everybody.
CREATE FUNCTION matters_all_signers(at_union integer, with_roles text[]) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(array_agg(DISTINCT g.user_id ORDER BY g.user_id), '{}')
  FROM public.registry_grant g
  WHERE g.union_id = at_union AND g.role = ANY (with_roles)
    AND g.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
    AND (g.valid_to IS NULL OR g.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date)
    AND (matters_moves_one() OR EXISTS (SELECT FROM public.registry_grant r WHERE r.user_id = access_user()))
$$;

-- The one case a token opens, while its step is open or after it was answered: nothing else about it.
CREATE FUNCTION matters_case_of_token(digest bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT v.case_id FROM public.matters_served v JOIN public.matters_step s ON s.id = v.step_id
  WHERE v.token_digest = digest AND (s.state = 'active' OR v.answered_at IS NOT NULL)
$$;

-- Whose account a person has, so that nobody is asked to decide their own request.
CREATE FUNCTION matters_account_of(person uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT u.id FROM public.accounts_user u WHERE u.person_id = person AND access_user() IS NOT NULL
$$;
