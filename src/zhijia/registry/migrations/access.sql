-- Who is asking, and what today's grants open to them. Replaces the functions `audit` made, which answer nobody.
-- Each is asked once a statement (scalar subquery in the policy), reads today's grants, and runs as the owner so
-- that reading the grants is not itself cut by a policy. The answer is remembered for the rest of the transaction,
-- under the user it was found for: without that a look-up costs three times the same without policies. What would
-- change the answer in this transaction makes it forgotten (`access_forget`); another transaction's change counts
-- from the next one on. Who can set `zhijia.user` can set these too: they give no more than that.

CREATE OR REPLACE FUNCTION access_person() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  asking text := coalesce(current_setting('zhijia.user', true), '');
  known text := current_setting('zhijia.found_person', true);
  found uuid;
BEGIN
  IF asking = '' THEN
    RETURN NULL;
  ELSIF split_part(known, '|', 1) = asking THEN
    RETURN nullif(split_part(known, '|', 2), '')::uuid;
  END IF;
  found := (SELECT a.person_id FROM public.accounts_user a WHERE a.id = asking::bigint AND a.is_active);
  PERFORM set_config('zhijia.found_person', asking || '|' || coalesce(found::text, ''), true);
  RETURN found;
END $$;

-- The counties, and the single unions, that today's grants of a user are for; of those alone that let read people, where so
-- asked. What opens people (`access_…`) and what opens books (`ledger_…`) differ in this, and in nothing else.
CREATE FUNCTION registry_granted_counties(asking bigint, of_people boolean) RETURNS int[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
DECLARE
  today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
  RETURN (
    SELECT coalesce(array_agg(DISTINCT county), '{}')
    FROM public.registry_grant g
    JOIN public.accounts_user a ON a.id = g.user_id AND a.is_active
    JOIN public.registry_union u ON u.id = g.union_id
    CROSS JOIN LATERAL unnest(u.county_ids) AS county
    WHERE g.user_id = asking AND (g.reads_people OR NOT of_people)
      AND g.valid_from <= today AND (g.valid_to IS NULL OR g.valid_to > today));
END $$;

CREATE FUNCTION registry_granted_unions(asking bigint, of_people boolean) RETURNS int[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
DECLARE
  today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
  RETURN (
    SELECT coalesce(array_agg(DISTINCT under.id), '{}')
    FROM public.registry_grant g
    JOIN public.accounts_user a ON a.id = g.user_id AND a.is_active
    JOIN public.registry_union u ON u.id = g.union_id AND u.county_ids = '{}'
    JOIN public.registry_union under ON under.tree_left >= u.tree_left AND under.tree_left < u.tree_right
    WHERE g.user_id = asking AND (g.reads_people OR NOT of_people)
      AND g.valid_from <= today AND (g.valid_to IS NULL OR g.valid_to > today));
END $$;

REVOKE ALL ON FUNCTION registry_granted_counties(bigint, boolean), registry_granted_unions(bigint, boolean)
  FROM zhijia_app, zhijia_bulk, zhijia_sealer;

CREATE OR REPLACE FUNCTION access_counties() RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  asking text := coalesce(current_setting('zhijia.user', true), '');
  known text := current_setting('zhijia.found_counties', true);
  found int[];
BEGIN
  IF asking = '' THEN
    RETURN '{}';
  ELSIF split_part(known, '|', 1) = asking THEN
    RETURN split_part(known, '|', 2)::int[];
  END IF;
  found := public.registry_granted_counties(asking::bigint, true);
  PERFORM set_config('zhijia.found_counties', asking || '|' || found::text, true);
  RETURN found;
END $$;

CREATE OR REPLACE FUNCTION access_unions() RETURNS int[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  asking text := coalesce(current_setting('zhijia.user', true), '');
  known text := current_setting('zhijia.found_unions', true);
  found int[];
BEGIN
  IF asking = '' THEN
    RETURN '{}';
  ELSIF split_part(known, '|', 1) = asking THEN
    RETURN split_part(known, '|', 2)::int[];
  END IF;
  found := public.registry_granted_unions(asking::bigint, true);
  PERFORM set_config('zhijia.found_unions', asking || '|' || found::text, true);
  RETURN found;
END $$;

-- Whether who is asking may write at all beyond what is theirs: whoever holds a role that only reads may not (S-10, AUD-06).
CREATE OR REPLACE FUNCTION access_writes() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  asking text := coalesce(current_setting('zhijia.user', true), '');
  known text := current_setting('zhijia.found_writes', true);
  today date;
  found boolean;
BEGIN
  IF asking = '' THEN
    RETURN true;
  ELSIF split_part(known, '|', 1) = asking THEN
    RETURN split_part(known, '|', 2)::boolean;
  END IF;
  today := (now() AT TIME ZONE 'Asia/Shanghai')::date;
  found := NOT EXISTS (
    SELECT FROM public.registry_grant g
    WHERE g.user_id = asking::bigint AND g.reads_only
      AND g.valid_from <= today AND (g.valid_to IS NULL OR g.valid_to > today));
  PERFORM set_config('zhijia.found_writes', asking || '|' || found::text, true);
  RETURN found;
END $$;

CREATE FUNCTION access_forget() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM set_config('zhijia.found_person', '', true), set_config('zhijia.found_counties', '', true),
    set_config('zhijia.found_unions', '', true), set_config('zhijia.found_writes', '', true),
    set_config('zhijia.found_ledger_counties', '', true), set_config('zhijia.found_ledger_unions', '', true);
  RETURN NULL;
END $$;

CREATE TRIGGER registry_grant_changes_access AFTER INSERT OR UPDATE OR DELETE ON registry_grant
  FOR EACH STATEMENT EXECUTE FUNCTION access_forget();
CREATE TRIGGER registry_union_changes_access
  AFTER INSERT OR DELETE OR UPDATE OF county_ids, tree_left, tree_right ON registry_union
  FOR EACH STATEMENT EXECUTE FUNCTION access_forget();
CREATE TRIGGER accounts_user_changes_access AFTER DELETE OR UPDATE OF is_active, person_id ON accounts_user
  FOR EACH STATEMENT EXECUTE FUNCTION access_forget();

-- Whether who is asking works at this union today. A role that row policies do not hold names its scope itself.
CREATE FUNCTION registry_reaches(asked int) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = session_user AND (r.rolbypassrls OR r.rolsuper))
    OR EXISTS (
      SELECT FROM public.registry_union u
      WHERE u.id = asked
        AND (u.county_id = ANY (public.access_counties()) OR u.id = ANY (public.access_unions())))
$$;

-- Services ask for the right before they call what follows: whoever comes here without one is a mistake of ours.
CREATE FUNCTION registry_need(allowed boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF allowed IS NOT TRUE OR NOT public.access_writes() THEN
    RAISE EXCEPTION 'not for who is asking' USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$;

-- Whether nobody is asking, and the context says that it is a job: a visitor of a page is nobody, too, but no job.
CREATE FUNCTION registry_is_job() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT public.access_user() IS NULL AND coalesce(current_setting('zhijia.channel', true), '') = 'job'
$$;

-- What a union runs is written by who works there or above, by any right that lets them write; and by the program's jobs
-- over everything (`bulk`).
CREATE FUNCTION registry_works_at(asked int) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = session_user AND (r.rolbypassrls OR r.rolsuper))
    OR public.access_writes() AND EXISTS (
      SELECT FROM public.registry_union u
      WHERE u.id = asked AND (u.county_id = ANY (public.registry_granted_counties(public.access_user(), false))
        OR u.id = ANY (public.registry_granted_unions(public.access_user(), false))))
$$;

CREATE FUNCTION registry_run_by_its_union() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
    SELECT FROM unnest(ARRAY[OLD.union_id, NEW.union_id]) AS place
    WHERE place IS NOT NULL AND NOT public.registry_works_at(place))
  THEN
    RAISE EXCEPTION '% is written by who works at its union', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;

-- What follows people to the union they come to. Made for the functions below, which run as the owner, and for
-- reorganisations, which run as the role `bulk`.
CREATE FUNCTION registry_move_people(people uuid[], place int, county int) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE public.registry_person p SET union_id = place, county_id = county WHERE p.id = ANY (people);
  UPDATE public.vault_secret s SET union_id = place, county_id = county WHERE s.person_id = ANY (people);
  UPDATE public.registry_card c SET union_id = place, county_id = county
    WHERE c.person_id = ANY (people) AND c.ended_at IS NULL;
  UPDATE public.registry_consent c SET union_id = place, county_id = county WHERE c.person_id = ANY (people);
  UPDATE public.registry_merge m SET union_id = place, county_id = coalesce(county, place)
    WHERE m.person_id = ANY (people);
  UPDATE public.registry_pair w SET union_id = place, county_id = coalesce(county, place)
    WHERE w.first_id = ANY (people);
  UPDATE public.registry_pair w SET other_union_id = place, other_county_id = coalesce(county, place)
    WHERE w.second_id = ANY (people);
  UPDATE public.registry_quality_issue q SET union_id = place, county_id = coalesce(county, place)
    WHERE q.person_id = ANY (people);
  UPDATE public.registry_authority_answer w SET union_id = place, county_id = county
    WHERE w.person_id = ANY (people);
  UPDATE public.watches_state w SET union_id = place, county_id = county WHERE w.person_id = ANY (people);
  UPDATE public.watches_clue w SET union_id = place, county_id = county WHERE w.person_id = ANY (people);
  UPDATE public.ledger_given g SET union_id = place, county_id = coalesce(county, place) WHERE g.person_id = ANY (people);
  UPDATE public.payments_payee_account w SET union_id = place, county_id = county WHERE w.person_id = ANY (people);
  UPDATE public.registers_row r SET union_id = place, county_id = coalesce(county, place)
    WHERE r.person_id = ANY (people) AND r.follows;
END $$;

CREATE FUNCTION registry_move_person(person uuid, place int, county int) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public AS $$
  SELECT public.registry_move_people(ARRAY[person], place, county)
$$;

-- What must look across unions for one person answers the least: a word, never a union or a day. An officer asks
-- for a union of their own, anybody about themselves.
CREATE FUNCTION registry_standing(people uuid[], asking int)
RETURNS TABLE (person_id uuid, standing text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.id,
    CASE WHEN m.id IS NULL THEN 'free' WHEN m.union_id = asking THEN 'here' ELSE 'elsewhere' END
  FROM public.registry_person p
  LEFT JOIN public.registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL
  WHERE p.id = ANY (people) AND p.name <> ''
    AND (p.id = public.access_person() OR public.registry_reaches(asking) OR public.registry_is_job())
$$;

-- A person without an open membership comes to this union, and what follows them comes along. Somebody forgotten (an
-- import taken back leaves a row without a name) is nobody and comes nowhere.
CREATE FUNCTION registry_take_person(person uuid, taking int) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  county int := (SELECT u.county_id FROM public.registry_union u WHERE u.id = taking);
BEGIN
  PERFORM public.registry_need(public.registry_reaches(taking));
  PERFORM 1 FROM public.registry_person p WHERE p.id = person AND p.name <> '' FOR UPDATE;
  IF NOT FOUND OR EXISTS (
    SELECT 1 FROM public.registry_membership m WHERE m.person_id = person AND m.valid_to IS NULL
  ) THEN
    RETURN false;
  END IF;
  PERFORM public.registry_move_person(person, taking, county);
  RETURN true;
END $$;

-- Whatever ends, moves or answers for somebody's membership holds the person first, then the membership, then the rest:
-- two who do it at once wait for each other and never in a ring. An officer of either side may not see the person.
-- Answers the union the person is to come to.
CREATE FUNCTION registry_hold_transfer(leg bigint) RETURNS int
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT FROM public.registry_person p WHERE p.id = (
    SELECT l.person_id FROM public.registry_transfer_leg l WHERE l.id = leg AND public.registry_reaches(l.union_id))
  FOR UPDATE;
  SELECT coming.union_id FROM public.registry_transfer_leg asked
  JOIN public.registry_transfer_leg coming ON coming.transfer_id = asked.transfer_id AND coming.side = 'in'
  WHERE asked.id = leg AND public.registry_reaches(asked.union_id)
$$;

-- Ask the other side for a person who is active there (MEM-07). The asking side gets the transfer's id and no more; by
-- asking it has answered for itself. `of_case` is the request it asks by, `applicant` the account that made it.
CREATE FUNCTION registry_request_transfer(
  transfer uuid, person uuid, receiving int, shown_name text, origin text, asked timestamptz,
  out_due date, run bigint, of_case uuid DEFAULT NULL, applicant bigint DEFAULT NULL
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  held record;
BEGIN
  PERFORM public.registry_need(public.registry_reaches(receiving));
  PERFORM 1 FROM public.registry_person p WHERE p.id = person FOR UPDATE;
  SELECT m.union_id, m.county_id INTO held FROM public.registry_membership m
    WHERE m.person_id = person AND m.valid_to IS NULL FOR UPDATE;
  IF NOT FOUND OR held.union_id = receiving OR EXISTS (
    SELECT FROM public.registry_transfer_leg l WHERE l.person_id = person AND l.state = 'pending'
  ) THEN
    RETURN false;
  END IF;
  INSERT INTO public.registry_transfer_leg
    (transfer_id, side, person_id, name, state, origin, asked_at, due_on, union_id, county_id, reason, import_id)
  SELECT transfer, 'out', person, p.name, 'pending', origin, asked, out_due, held.union_id, held.county_id, '', run
    FROM public.registry_person p WHERE p.id = person;
  INSERT INTO public.registry_transfer_leg
    (transfer_id, side, person_id, name, state, origin, asked_at, decided_at, decided_by, union_id, county_id, reason,
     import_id, case_id, applicant_id)
  SELECT transfer, 'in', person, shown_name, 'approved', origin, asked, asked, public.access_user(), u.id, u.county_id,
    '', run, of_case, applicant
    FROM public.registry_union u WHERE u.id = receiving;
  RETURN true;
END $$;

-- Somebody whose membership has ended needs no transfer any more: theirs are called off, and the unions they asked
-- can take them in.
CREATE FUNCTION registry_cancel_transfers(person uuid, ended timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM public.registry_need(EXISTS (
    SELECT FROM public.registry_person p
    WHERE p.id = person AND (p.id = public.access_person() OR public.registry_reaches(p.union_id))));
  IF EXISTS (SELECT FROM public.registry_membership m WHERE m.person_id = person AND m.valid_to IS NULL) THEN
    RETURN;
  END IF;
  UPDATE public.registry_transfer_leg l SET state = 'cancelled', decided_at = ended
    WHERE l.person_id = person AND l.transfer_id IN (
      SELECT w.transfer_id FROM public.registry_transfer_leg w WHERE w.person_id = person AND w.state = 'pending');
END $$;

-- Whether this person's move to this union is still to be answered by either side.
CREATE FUNCTION registry_transfer_waits(person uuid, receiving int) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT public.registry_reaches(receiving) AND EXISTS (
    SELECT FROM public.registry_transfer_leg coming
    JOIN public.registry_transfer_leg waiting ON waiting.transfer_id = coming.transfer_id
    WHERE coming.person_id = person AND coming.side = 'in' AND coming.union_id = receiving
      AND waiting.state = 'pending')
$$;

-- Both sides agreed: close one dated row, open the other, and take along what follows the person.
-- Answers where the person came from and went to, so that the caller can write the facts and tell the applicant.
CREATE FUNCTION registry_complete_transfer(transfer uuid, membership uuid, on_day date, moved timestamptz)
RETURNS TABLE (
  person_id uuid, from_union int, from_county int, to_union int, to_county int, old_membership uuid,
  gig_group text, channel text, applicant bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
  leaving public.registry_transfer_leg;
  coming public.registry_transfer_leg;
  held public.registry_membership;
BEGIN
  SELECT * INTO leaving FROM public.registry_transfer_leg l
    WHERE l.transfer_id = transfer AND l.side = 'out' FOR UPDATE;
  SELECT * INTO coming FROM public.registry_transfer_leg l
    WHERE l.transfer_id = transfer AND l.side = 'in' FOR UPDATE;
  PERFORM public.registry_need(
    public.registry_reaches(leaving.union_id) OR public.registry_reaches(coming.union_id)
    OR leaving.decided_by IS NULL AND public.registry_is_job());
  IF leaving.state IS DISTINCT FROM 'approved' OR coming.state IS DISTINCT FROM 'approved' THEN
    RETURN;
  END IF;
  SELECT * INTO held FROM public.registry_membership m
    WHERE m.person_id = leaving.person_id AND m.valid_to IS NULL AND m.union_id = leaving.union_id FOR UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE public.registry_membership m SET valid_to = on_day, status = '40' WHERE m.id = held.id;
  INSERT INTO public.registry_membership
    (id, person_id, member_number, status, joined_on, valid_from, channel, union_id, county_id)
  SELECT membership, held.person_id, held.member_number, CASE WHEN u.holding_pool THEN '11' ELSE '10' END,
    held.joined_on, on_day, held.channel, u.id, u.county_id
    FROM public.registry_union u WHERE u.id = coming.union_id;
  PERFORM public.registry_move_person(held.person_id, coming.union_id, coming.county_id);
  INSERT INTO public.registry_membership_change
    (membership_id, person_id, kind, reason, day, at, union_id, county_id)
  VALUES
    (held.id, held.person_id, '02', leaving.reason, on_day, moved, leaving.union_id, leaving.county_id),
    (membership, held.person_id, '03', coming.reason, on_day, moved, coming.union_id, coming.county_id);
  UPDATE public.accounts_user b SET person_id = held.person_id
    WHERE b.id = coming.applicant_id AND b.person_id IS NULL
      AND NOT EXISTS (SELECT 1 FROM public.accounts_user c WHERE c.person_id = held.person_id);
  RETURN QUERY SELECT held.person_id, leaving.union_id, leaving.county_id, coming.union_id, coming.county_id, held.id,
    p.gig_group::text, held.channel::text, coming.applicant_id FROM public.registry_person p WHERE p.id = held.person_id;
END $$;

-- One side said no: the other leg ends with it. Answers who had asked, so that somebody else is told by the request.
CREATE FUNCTION registry_end_transfer(transfer uuid, ended timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM public.registry_need(EXISTS (
    SELECT FROM public.registry_transfer_leg l
    WHERE l.transfer_id = transfer AND public.registry_reaches(l.union_id)));
  IF NOT EXISTS (
    SELECT FROM public.registry_transfer_leg l WHERE l.transfer_id = transfer AND l.state = 'refused'
  ) THEN
    RETURN NULL;
  END IF;
  UPDATE public.registry_transfer_leg l SET state = 'cancelled', decided_at = ended
    WHERE l.transfer_id = transfer AND l.state <> 'refused';
  RETURN (SELECT l.applicant_id FROM public.registry_transfer_leg l WHERE l.transfer_id = transfer AND l.side = 'in');
END $$;

CREATE SEQUENCE registry_member_serial MINVALUE 1 MAXVALUE 999999999;
CREATE SEQUENCE registry_card_serial MINVALUE 1;
CREATE SEQUENCE registry_union_serial MINVALUE 1;

-- Whose account is whose decides what a person sees, so the application alone cannot say it: an officer links
-- somebody else's account to a person of a union they work at; all else goes through the functions here.
CREATE FUNCTION registry_guard_link() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = current_user AND (r.rolbypassrls OR r.rolsuper)) THEN
    PERFORM public.registry_need(
      TG_OP = 'UPDATE' AND coalesce(OLD.person_id, NEW.person_id) = NEW.person_id
      AND NEW.id <> public.access_user()
      AND EXISTS (SELECT FROM public.registry_person p WHERE p.id = NEW.person_id));
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER accounts_user_is_linked_by_others BEFORE INSERT OR UPDATE OF person_id ON accounts_user
  FOR EACH ROW WHEN (NEW.person_id IS NOT NULL) EXECUTE FUNCTION registry_guard_link();

-- Somebody logged in says they are this person: name, number and phone must fit (the numbers come as blind indexes,
-- which only who has the values and the key can make), and neither side may have a partner yet.
CREATE FUNCTION registry_claim(
  person uuid, said_name text, number_kind int, numbers uuid[], phone_kind int, phones uuid[]
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE public.accounts_user a SET person_id = person
  WHERE a.id = public.access_user() AND a.person_id IS NULL
    AND EXISTS (SELECT 1 FROM public.registry_person p WHERE p.id = person AND p.name = said_name)
    AND public.vault_holds(number_kind, person, numbers) AND public.vault_holds(phone_kind, person, phones)
    AND NOT EXISTS (SELECT 1 FROM public.accounts_user b WHERE b.person_id = person);
  RETURN FOUND;
END $$;

-- The memberships of a person the caller may see. Of another union's the caller gets the days alone.
CREATE FUNCTION registry_history(person uuid)
RETURNS TABLE (id uuid, union_id int, status text, valid_from date, valid_to date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH asking AS (
    SELECT public.access_counties() AS counties, public.access_unions() AS unions,
      person = public.access_person() AS own
  )
  SELECT
    CASE WHEN seen.it THEN m.id END, CASE WHEN seen.it THEN m.union_id END, CASE WHEN seen.it THEN m.status END,
    m.valid_from, m.valid_to
  FROM asking
  JOIN public.registry_person p ON p.id = person
    AND (asking.own OR p.county_id = ANY (asking.counties) OR p.union_id = ANY (asking.unions))
  JOIN public.registry_membership m ON m.person_id = p.id
  CROSS JOIN LATERAL (
    SELECT asking.own OR m.county_id = ANY (asking.counties) OR m.union_id = ANY (asking.unions) AS it
  ) AS seen
  ORDER BY m.valid_from DESC, m.valid_to DESC NULLS FIRST
$$;

-- Those of these people whom the caller may see, by what the row policy says. Who may be seen is found first, whoever
-- is there: a policy asks for it only where there is a row, and the time would tell of people of others.
CREATE FUNCTION registry_among(people uuid[]) RETURNS SETOF registry_person
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  counties int[] := public.access_counties();
  unions int[] := public.access_unions();
  own uuid := public.access_person();
BEGIN
  RETURN QUERY SELECT p.* FROM public.registry_person p
    WHERE p.id = ANY (people) AND (p.county_id = ANY (counties) OR p.union_id = ANY (unions) OR p.id = own);
END $$;

-- Whether the register knows the person by the name and phone an applicant gave: yes or no, so that an officer of the
-- union asked looks at the document. The phone comes as blind indexes.
CREATE FUNCTION registry_is_known_so(person uuid, said_name text, phone_kind int, phones uuid[], asking int)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT public.registry_reaches(asking) AND public.vault_holds(phone_kind, person, phones)
    AND EXISTS (SELECT FROM public.registry_person p WHERE p.id = person AND p.name = said_name)
$$;

-- What colleagues call each other: of accounts of staff the log-in, the name where the register holds one, and the role they
-- hold today, for whoever holds one too.
CREATE FUNCTION registry_colleagues(asked bigint[]) RETURNS TABLE (user_id bigint, login text, name text, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.id, a.login, coalesce(p.name, ''), coalesce((
    SELECT g.role FROM public.registry_grant g
    WHERE g.user_id = a.id AND g.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
      AND (g.valid_to IS NULL OR g.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date)
    ORDER BY g.id LIMIT 1), '')
  FROM public.accounts_user a LEFT JOIN public.registry_person p ON p.id = a.person_id
  WHERE a.id = ANY (asked) AND a.staff
    AND EXISTS (SELECT FROM public.registry_grant g WHERE g.user_id = public.access_user())
$$;

-- Of these people those who have died, at whatever union that was written down, and who are a member of none since: a death written
-- down by mistake is over once they are a member again.
CREATE FUNCTION registry_dead(people uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT DISTINCT m.person_id FROM public.registry_membership m
  WHERE m.person_id = ANY (people) AND m.status = '50' AND NOT EXISTS (
    SELECT FROM public.registry_membership again WHERE again.person_id = m.person_id AND again.valid_to IS NULL)
$$;

-- Before the first right is given nobody works anywhere, and whoever sets the register up writes (`beginnings`).
CREATE FUNCTION registry_is_new() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT NOT EXISTS (SELECT FROM public.registry_grant)
$$;

-- Whether who is asking gives rights over this union today: by a grant that administers, here or above.
CREATE FUNCTION registry_administers(asked int) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (
    SELECT FROM public.registry_grant g
    JOIN public.accounts_user a ON a.id = g.user_id AND a.is_active
    JOIN public.registry_union held ON held.id = g.union_id
    JOIN public.registry_union here ON here.tree_left >= held.tree_left AND here.tree_left < held.tree_right
    WHERE g.user_id = public.access_user() AND g.administers AND here.id = asked
      AND g.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
      AND (g.valid_to IS NULL OR g.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date))
$$;
