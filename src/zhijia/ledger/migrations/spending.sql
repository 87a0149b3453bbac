-- What a voucher promises, whoever writes (ADR 0021). It begins as a draft, goes its way, and keeps what it says once it
-- was handed in; its roster adds up to it; what members were given is counted by the database and stays within the cap.
CREATE FUNCTION ledger_voucher_goes_on() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.prepared_by <> access_user()
    OR TG_OP = 'UPDATE' AND NEW.state = 'checked' AND OLD.state <> 'checked' AND NEW.checked_by <> access_user()
  THEN
    RAISE EXCEPTION 'a voucher is prepared and checked by who is here'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_is_signed_by_who_is_here', TABLE = 'ledger_voucher';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' THEN
      RAISE EXCEPTION 'a voucher begins as a draft'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_begins_as_a_draft', TABLE = 'ledger_voucher';
    END IF;
    RETURN NEW;
  END IF;
  IF (OLD.state, NEW.state) NOT IN (('draft', 'draft'), ('draft', 'waiting'), ('draft', 'dropped'), ('waiting', 'waiting'),
    ('waiting', 'draft'), ('waiting', 'checked'), ('checked', 'checked'), ('checked', 'draft'), ('checked', 'posted'),
    ('posted', 'posted'), ('posted', 'taken_back'), ('taken_back', 'taken_back'), ('dropped', 'dropped'))
  THEN
    RAISE EXCEPTION 'voucher %: % does not become %', OLD.id, OLD.state, NEW.state
      USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_goes_its_way', TABLE = 'ledger_voucher';
  END IF;
  IF (OLD.id, OLD.once, OLD.union_id) IS DISTINCT FROM (NEW.id, NEW.once, NEW.union_id) OR OLD.state <> 'draft' AND
    (OLD.category, OLD.occasion, OLD.day, OLD.title, OLD.way, OLD.payee, OLD.paid_from_id, OLD.amount, OLD.participants,
     OLD.decided, OLD.prepared_by, OLD.prepared_at, OLD.year) IS DISTINCT FROM
    (NEW.category, NEW.occasion, NEW.day, NEW.title, NEW.way, NEW.payee, NEW.paid_from_id, NEW.amount, NEW.participants,
     NEW.decided, NEW.prepared_by, NEW.prepared_at, NEW.year)
    OR OLD.entry_id IS NOT NULL AND (NEW.entry_id, NEW.number, NEW.checked_by) IS DISTINCT FROM
      (OLD.entry_id, OLD.number, OLD.checked_by)
  THEN
    RAISE EXCEPTION 'voucher % keeps what was handed in', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_keeps_what_it_says', TABLE = 'ledger_voucher';
  END IF;
  IF NEW.state IN ('waiting', 'posted') AND OLD.state <> NEW.state AND NEW.amount <> coalesce(
    (SELECT sum(amount) FROM public.ledger_voucher_line WHERE voucher_id = NEW.id), NEW.amount)
  THEN
    RAISE EXCEPTION 'the roster of voucher % does not add up to it', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_is_its_roster', TABLE = 'ledger_voucher';
  END IF;
  IF NEW.state = 'posted' AND OLD.state <> 'posted' AND NOT EXISTS (
    SELECT FROM public.ledger_entry e WHERE e.id = NEW.entry_id AND e.union_id = NEW.union_id
      AND e.source = 'spending_voucher' AND e.source_id = NEW.id::text)
  THEN
    RAISE EXCEPTION 'voucher % is not what its entry was posted for', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_has_its_own_entry', TABLE = 'ledger_voucher';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ledger_voucher_goes_on BEFORE INSERT OR UPDATE ON ledger_voucher
  FOR EACH ROW EXECUTE FUNCTION ledger_voucher_goes_on();
CREATE TRIGGER ledger_voucher_stays BEFORE DELETE OR TRUNCATE ON ledger_voucher
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Lines and attachments come and go with a draft alone; a line's caps are set by whoever checks the voucher, who did not
-- prepare it, and stand from then on; its person follows when two registrations are merged.
CREATE FUNCTION ledger_voucher_part() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  asked bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.voucher_id ELSE NEW.voucher_id END;
  stands record;
BEGIN
  SELECT state, union_id INTO stands FROM public.ledger_voucher WHERE id = asked FOR SHARE;
  IF stands.state IS DISTINCT FROM 'draft' OR TG_OP <> 'DELETE' AND NEW.union_id <> stands.union_id THEN
    RAISE EXCEPTION 'voucher % is no draft any more', asked
      USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_keeps_its_parts', TABLE = 'ledger_voucher';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER ledger_voucher_line_of_a_draft BEFORE INSERT OR DELETE OR UPDATE OF voucher_id, union_id, amount
  ON ledger_voucher_line FOR EACH ROW EXECUTE FUNCTION ledger_voucher_part();
CREATE TRIGGER ledger_voucher_file_of_a_draft BEFORE INSERT OR DELETE OR UPDATE OF voucher_id, union_id, file_id
  ON ledger_voucher_file FOR EACH ROW EXECUTE FUNCTION ledger_voucher_part();
CREATE FUNCTION ledger_line_is_capped() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.ledger_voucher WHERE id = NEW.voucher_id AND state = 'waiting'
    AND prepared_by <> public.access_user())
  THEN
    RAISE EXCEPTION 'the caps of a line are set by whoever checks its voucher'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'line_keeps_its_cap', TABLE = 'ledger_voucher_line';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_line_is_capped AFTER UPDATE OF cap, occasion_cap ON ledger_voucher_line FOR EACH ROW
  WHEN ((OLD.cap, OLD.occasion_cap) IS DISTINCT FROM (NEW.cap, NEW.occasion_cap)) EXECUTE FUNCTION ledger_line_is_capped();
CREATE TRIGGER ledger_voucher_line_stays BEFORE TRUNCATE ON ledger_voucher_line
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What these people were given in a year, or on one occasion of it as far as that had a cap, from the posted lines and the
-- goods anew. Their rows are held first, in one order, by a statement of its own: the sum that follows sees what others
-- posted meanwhile. `capped` is the cap the posting stands under; without one
-- (a merge of two registrations, something taken back) what is allowed never falls below what was given.
CREATE FUNCTION ledger_count_given(people uuid[], of_category text, of_year int, of_occasion text, capped bigint, place int,
  county int)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO public.ledger_given AS g (person_id, category, year, occasion, spent, allowed, union_id, county_id)
  SELECT p, of_category, of_year, of_occasion, 0, coalesce(capped, 0), place, county
  FROM (SELECT DISTINCT unnest(people) AS p ORDER BY 1) AS each
  ON CONFLICT (person_id, category, year, occasion) DO UPDATE SET spent = g.spent;
  UPDATE public.ledger_given g SET spent = told.spent,
    allowed = coalesce(capped, greatest(g.allowed, told.spent)), union_id = place, county_id = county
  FROM (
    SELECT p AS person_id, (
        SELECT coalesce(sum(l.amount), 0) FROM public.ledger_voucher_line l
        JOIN public.ledger_voucher v ON v.id = l.voucher_id AND v.state = 'posted' AND v.category = of_category
          AND v.year = of_year AND of_occasion IN ('', v.occasion)
        WHERE l.person_id = p AND (l.occasion_cap IS NOT NULL OR of_occasion = '' AND l.cap IS NOT NULL))
      + (SELECT coalesce(sum(o.amount), 0) FROM public.ledger_gift o
        WHERE o.person_id = p AND o.category = of_category AND o.year = of_year AND of_occasion IN ('', o.occasion)
          AND (o.occasion_cap IS NOT NULL OR of_occasion = '' AND o.cap IS NOT NULL)) AS spent
    FROM (SELECT DISTINCT unnest(people) AS p) AS each) AS told
  WHERE g.person_id = told.person_id AND g.category = of_category AND g.year = of_year AND g.occasion = of_occasion;
END $$;
REVOKE ALL ON FUNCTION ledger_count_given(uuid[], text, int, text, bigint, int, int)
  FROM zhijia_app, zhijia_bulk, zhijia_sealer;

CREATE FUNCTION ledger_voucher_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  people uuid[];
  capped bigint;
  on_occasion bigint;
BEGIN
  SELECT array_agg(person_id), min(cap), min(occasion_cap) INTO people, capped, on_occasion FROM public.ledger_voucher_line
    WHERE voucher_id = NEW.id AND (cap IS NOT NULL OR occasion_cap IS NOT NULL);
  IF people IS NOT NULL THEN
    PERFORM public.ledger_count_given(people, NEW.category, NEW.year, '',
      CASE WHEN NEW.state = 'posted' THEN capped END, NEW.union_id, NEW.county_id);
  END IF;
  IF on_occasion IS NOT NULL THEN
    PERFORM public.ledger_count_given(people, NEW.category, NEW.year, NEW.occasion,
      CASE WHEN NEW.state = 'posted' THEN on_occasion END, NEW.union_id, NEW.county_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_voucher_counts AFTER UPDATE OF state ON ledger_voucher FOR EACH ROW
  WHEN (OLD.state <> NEW.state AND NEW.state IN ('posted', 'taken_back')) EXECUTE FUNCTION ledger_voucher_counts();

CREATE FUNCTION ledger_line_follows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE v public.ledger_voucher;
BEGIN
  SELECT * INTO v FROM public.ledger_voucher WHERE id = NEW.voucher_id;
  IF v.state = 'posted' AND (NEW.cap IS NOT NULL OR NEW.occasion_cap IS NOT NULL) THEN
    PERFORM public.ledger_count_given(ARRAY[OLD.person_id, NEW.person_id], v.category, v.year, '', NULL, v.union_id,
      v.county_id);
  END IF;
  IF v.state = 'posted' AND NEW.occasion_cap IS NOT NULL THEN
    PERFORM public.ledger_count_given(ARRAY[OLD.person_id, NEW.person_id], v.category, v.year, v.occasion, NULL, v.union_id,
      v.county_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_line_follows AFTER UPDATE OF person_id ON ledger_voucher_line FOR EACH ROW
  WHEN (OLD.person_id <> NEW.person_id) EXECUTE FUNCTION ledger_line_follows();

-- Goods handed to members count as money does: what each got stands here, is only added, and goes along when two
-- registrations are merged. What came back is counted back as it was counted, in its year, by a row of its own.
CREATE FUNCTION ledger_gift_counts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  people uuid[] := ARRAY[NEW.person_id];
  moved boolean := TG_OP = 'UPDATE';
  raised boolean := NOT moved AND NEW.amount > 0;
BEGIN
  IF moved THEN
    people := people || OLD.person_id;
  ELSIF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM public.ledger_gift g WHERE g.id = NEW.corrects_id AND g.corrects_id IS NULL
      AND (g.person_id, g.union_id, g.category, g.occasion, g.year, -g.amount, g.cap, g.occasion_cap) IS NOT DISTINCT FROM
        (NEW.person_id, NEW.union_id, NEW.category, NEW.occasion, NEW.year, NEW.amount, NEW.cap, NEW.occasion_cap))
  THEN
    RAISE EXCEPTION 'gift % is counted back as it was counted', NEW.corrects_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'gift_is_counted_back_as_it_was', TABLE = 'ledger_gift';
  END IF;
  IF NEW.cap IS NOT NULL OR NEW.occasion_cap IS NOT NULL THEN
    PERFORM public.ledger_count_given(people, NEW.category, NEW.year, '', CASE WHEN raised THEN NEW.cap END,
      NEW.union_id, NEW.county_id);
  END IF;
  IF NEW.occasion_cap IS NOT NULL THEN
    PERFORM public.ledger_count_given(people, NEW.category, NEW.year, NEW.occasion,
      CASE WHEN raised THEN NEW.occasion_cap END, NEW.union_id, NEW.county_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_gift_counts AFTER INSERT OR UPDATE OF person_id ON ledger_gift
  FOR EACH ROW EXECUTE FUNCTION ledger_gift_counts();
CREATE TRIGGER ledger_gift_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, category, occasion, year, day,
  amount, cap, occasion_cap, source, source_id, corrects_id ON ledger_gift FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The entry of a voucher is taken back with its voucher, so that what was given is given back too.
CREATE FUNCTION ledger_voucher_goes_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM public.ledger_voucher v WHERE v.entry_id = NEW.corrects_id AND v.state = 'posted') THEN
    RAISE EXCEPTION 'entry % is taken back with its voucher', NEW.corrects_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'voucher_is_taken_back_whole', TABLE = 'ledger_entry';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_of_a_voucher AFTER INSERT ON ledger_entry FOR EACH ROW
  WHEN (NEW.corrects_id IS NOT NULL) EXECUTE FUNCTION ledger_voucher_goes_back();

CREATE TRIGGER ledger_flag_only_settles BEFORE DELETE OR TRUNCATE OR UPDATE OF id, voucher_id, code, prohibition, by_fen,
  people, note, user_id, raised_at, union_id ON ledger_flag FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_kin_only_ends BEFORE DELETE OR TRUNCATE ON ledger_kin
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whether who is asking keeps or reads books at this union, and the members a roster there may name: a treasurer reads no
-- people, and yet writes down who got what. Answers the least: the name and the member number. `asked` are names and
-- numbers as typed, all members where none are given; at most `most` of them.
CREATE FUNCTION ledger_reaches(of_union int) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM public.registry_union u WHERE u.id = of_union
    AND (coalesce(u.county_id, u.id) = ANY (public.ledger_counties()) OR u.id = ANY (public.ledger_unions())))
$$;
CREATE FUNCTION ledger_roster(of_union int, asked text[], most int)
RETURNS TABLE (person_id uuid, member_number text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT m.person_id, m.member_number, p.name
  FROM public.registry_union held
  JOIN public.registry_union under ON under.tree_left >= held.tree_left AND under.tree_left < held.tree_right
  JOIN public.registry_membership m ON m.union_id = under.id AND m.valid_to IS NULL
  JOIN public.registry_person p ON p.id = m.person_id AND p.name <> ''
  WHERE held.id = of_union AND public.ledger_reaches(of_union)
    AND (cardinality(asked) = 0 OR p.name = ANY (asked) OR m.member_number = ANY (asked))
  ORDER BY p.name, m.member_number LIMIT most
$$;
-- Which of these people are members there.
CREATE FUNCTION ledger_members(of_union int, people uuid[]) RETURNS TABLE (person_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT m.person_id FROM public.registry_membership m
  JOIN public.registry_union held ON held.id = of_union
  JOIN public.registry_union under ON under.id = m.union_id
    AND under.tree_left >= held.tree_left AND under.tree_left < held.tree_right
  WHERE m.person_id = ANY (people) AND m.valid_to IS NULL AND public.ledger_reaches(of_union)
$$;
-- Who stands on the vouchers of a union, or declared a relative there.
CREATE FUNCTION ledger_names(of_union int, people uuid[]) RETURNS TABLE (person_id uuid, member_number text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.id, coalesce((SELECT m.member_number FROM public.registry_membership m WHERE m.person_id = p.id
    ORDER BY m.valid_to IS NULL DESC, m.valid_from DESC LIMIT 1), ''), p.name
  FROM public.registry_person p
  WHERE p.id = ANY (people) AND public.ledger_reaches(of_union)
    AND (EXISTS (SELECT FROM public.ledger_voucher_line l WHERE l.person_id = p.id AND l.union_id = of_union)
      OR EXISTS (SELECT FROM public.ledger_kin k WHERE k.person_id = p.id AND k.union_id = of_union))
$$;

-- What is still free for these people: also what another union gave them this year, which is all that is said of it.
CREATE FUNCTION ledger_given_to(of_union int, people uuid[], of_category text, of_year int, of_occasion text)
RETURNS TABLE (person_id uuid, spent bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT g.person_id, g.spent FROM public.ledger_given g
  WHERE g.person_id = ANY (people) AND g.category = of_category AND g.year = of_year AND g.occasion = of_occasion
    AND public.ledger_reaches(of_union)
$$;

REVOKE ALL ON ledger_voucher, ledger_voucher_line, ledger_voucher_file, ledger_given, ledger_gift, ledger_flag, ledger_kin
  FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT ON ledger_voucher, ledger_voucher_line, ledger_voucher_file, ledger_given, ledger_gift, ledger_flag, ledger_kin
  TO zhijia_app, zhijia_bulk;
GRANT INSERT ON ledger_gift TO zhijia_app, zhijia_bulk;
GRANT UPDATE (county_id) ON ledger_gift TO zhijia_bulk;
GRANT INSERT, UPDATE ON ledger_voucher, ledger_flag, ledger_kin TO zhijia_app, zhijia_bulk;
GRANT INSERT, DELETE ON ledger_voucher_line, ledger_voucher_file TO zhijia_app, zhijia_bulk;
GRANT UPDATE (cap, occasion_cap) ON ledger_voucher_line TO zhijia_app, zhijia_bulk;
GRANT UPDATE (county_id) ON ledger_voucher_line, ledger_voucher_file TO zhijia_bulk;
GRANT UPDATE (union_id, county_id) ON ledger_given TO zhijia_app, zhijia_bulk;

-- Whoever may read the books there opens their attachments: the ledger's own port decides further.
CREATE POLICY files_of_vouchers ON files_stored_file FOR SELECT USING (owner = 'ledger.voucher' AND (
  county_id = ANY ((SELECT ledger_counties())::int[]) OR union_id = ANY ((SELECT ledger_unions())::int[])));
