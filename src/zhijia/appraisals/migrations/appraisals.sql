-- The entries whose assessor is asking, or was: they read those, wherever they stand.
CREATE FUNCTION appraisals_mine() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(array_agg(DISTINCT a.entry_id), '{}') FROM public.appraisals_assessor a
  WHERE a.user_id = public.access_user() AND a.left_at IS NULL
$$;

-- Those of them they have still to hand in: until then they read nothing that other assessors gave, not even a third.
CREATE FUNCTION appraisals_unhanded() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(array_agg(DISTINCT a.entry_id), '{}') FROM public.appraisals_assessor a
  WHERE a.user_id = public.access_user() AND a.left_at IS NULL AND a.handed_at IS NULL
$$;

-- The entries about the employers who is asking acts for today: their own account scores them. With `told` those that have
-- a result, of which it reads what others gave.
CREATE FUNCTION appraisals_of_employer(told boolean) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(array_agg(e.id), '{}') FROM public.appraisals_entry e
  WHERE e.kind = 'employer' AND e.target = ANY (public.access_employers()::text[]) AND (NOT told OR e.result IS NOT NULL)
$$;

-- Whether who is asking writes to an entry as the employer it is about, and not as an officer of a union there.
CREATE FUNCTION appraisals_as_employer(kind text, target text, union_id int, county_id int) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT kind = 'employer' AND target = ANY (public.access_employers()::text[])
    AND NOT (union_id = ANY (public.access_unions()) OR county_id = ANY (public.access_counties()))
$$;

-- Which promise was broken, by its name: services turn it into a sentence.
CREATE FUNCTION appraisals_refuse(promise text, on_table text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'an appraisal breaks a promise: %', promise
    USING ERRCODE = 'check_violation', CONSTRAINT = promise, TABLE = on_table;
END $$;

-- How far an entry is.
CREATE FUNCTION appraisals_state(of_entry uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT e.state FROM public.appraisals_entry e WHERE e.id = of_entry
$$;

-- How this part is marked (self, desk, visit, figures), and the points of an item it marks; nothing where it does not.
CREATE FUNCTION appraisals_item(of_entry uuid, of_part text, of_item text, OUT by_whom text, OUT points int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p ->> 'by', (i ->> 'points')::int
  FROM public.appraisals_entry e
  JOIN public.appraisals_run r ON r.id = e.run_id
  JOIN public.appraisals_version v ON v.id = r.version_id
  CROSS JOIN LATERAL jsonb_array_elements(v.content -> 'parts') AS p
  CROSS JOIN LATERAL jsonb_array_elements(v.content -> 'scheme') AS g
  CROSS JOIN LATERAL jsonb_array_elements(g -> 'items') AS i
  WHERE e.id = of_entry AND p ->> 'code' = of_part AND i ->> 'code' = of_item
    AND (p -> 'groups' = '[]' OR p -> 'groups' ? (g ->> 'code'))
$$;

-- Whether the account belongs to what is judged: a member there, somebody who works there by a right of that union itself,
-- who acts for the employer, or who handed its self-score in.
CREATE FUNCTION appraisals_is_theirs(of_entry uuid, account bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (
    SELECT FROM public.appraisals_entry e WHERE e.id = of_entry AND (
      account = e.handed_by
      OR EXISTS (SELECT FROM public.registry_grant g WHERE g.user_id = account AND g.union_id = e.union_id
        AND g.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
        AND (g.valid_to IS NULL OR g.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date))
      OR EXISTS (SELECT FROM public.accounts_user a JOIN public.registry_membership m ON m.person_id = a.person_id
        WHERE a.id = account AND m.union_id = e.union_id AND m.valid_to IS NULL)
      OR e.kind = 'employer' AND EXISTS (SELECT FROM public.registry_representative r
        WHERE r.user_id = account AND r.employer_id::text = e.target AND r.valid_to IS NULL)))
$$;

-- Of each of these people with an account: which of these names is a relative's, or a firm's a relative works for, as
-- declared at whatever union and standing on the day. It says yes to a pair, past what row policies show whoever asks, and
-- never a name that was not asked. Names are compared without spaces and capitals; one of a single character says nothing.
CREATE FUNCTION appraisals_kin(judges uuid[], names text[], on_day date)
RETURNS TABLE (judge uuid, name text, works_there boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH asked AS (
    SELECT n AS name, lower(regexp_replace(n, '[\s\u00a0\u3000]', '', 'g')) AS plain FROM unnest(names) n
  ), declared AS (
    SELECT k.person_id, lower(regexp_replace(said.word, '[\s\u00a0\u3000]', '', 'g')) AS plain, said.works
    FROM public.ledger_kin k CROSS JOIN LATERAL (VALUES (k.name, false), (k.works_for, true)) AS said (word, works)
    WHERE k.person_id = ANY (judges) AND k.declared_on <= on_day AND (k.ended_on IS NULL OR k.ended_on > on_day)
      AND EXISTS (SELECT FROM public.accounts_user a WHERE a.person_id = k.person_id)
  )
  SELECT DISTINCT d.person_id, a.name, d.works FROM declared d JOIN asked a USING (plain)
  WHERE length(plain) >= 2 AND cardinality(public.access_unions()) + cardinality(public.access_counties()) > 0
$$;

-- Whether everybody who marks this part has handed in, as many as it takes: whoever is named later sees nothing before.
CREATE FUNCTION appraisals_all_handed_in(of_entry uuid, of_part text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(bool_and(a.handed_at IS NOT NULL), false) AND count(*) >= (
    SELECT coalesce((r.terms -> 'assessors' ->> of_part)::int, 1)
    FROM public.appraisals_entry e JOIN public.appraisals_run r ON r.id = e.run_id WHERE e.id = of_entry)
  FROM public.appraisals_assessor a WHERE a.entry_id = of_entry AND a.part = of_part AND a.left_at IS NULL
$$;

-- The accounts that mark an entry and have not handed in, for who scores it for the subject: they are told that it came in.
CREATE FUNCTION appraisals_assessors(of_entry uuid) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT DISTINCT a.user_id FROM public.appraisals_assessor a JOIN public.appraisals_entry e ON e.id = a.entry_id
  WHERE e.id = of_entry AND e.handed_by = public.access_user() AND a.left_at IS NULL AND a.handed_at IS NULL
$$;

-- What all who mark a part gave is seen from now on, once the last of them has handed in; what somebody gave who stepped
-- aside is not. Answers whether it is.
CREATE FUNCTION appraisals_show(of_entry uuid, of_part text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT public.appraisals_all_handed_in(of_entry, of_part) THEN
    RETURN false;
  END IF;
  UPDATE public.appraisals_mark m SET shown = true FROM public.appraisals_assessor a
    WHERE a.id = m.assessor_id AND a.left_at IS NULL AND m.entry_id = of_entry AND m.part = of_part AND NOT m.shown;
  RETURN true;
END $$;

-- A mark is given while its entry is marked, of an item its part marks, by its assessor before they have handed in; the
-- subject scores itself before it has; afterwards one mark is given anew for each objection, by somebody else.
CREATE FUNCTION appraisals_guard_mark() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  mark public.appraisals_mark := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  stands text := public.appraisals_state(mark.entry_id);
  rule record;
BEGIN
  IF TG_OP = 'DELETE' AND (current_user = 'zhijia_bulk' OR stands IS NULL) THEN
    RETURN OLD;
  END IF;
  SELECT * INTO rule FROM public.appraisals_item(mark.entry_id, mark.part, mark.item);
  IF rule.points IS NULL OR mark.most <> rule.points * 100 THEN
    PERFORM public.appraisals_refuse('mark_is_of_an_item_of_its_part', 'appraisals_mark');
  END IF;
  IF mark.turn = 1 THEN
    IF TG_OP <> 'INSERT' OR stands IS DISTINCT FROM 'scored' OR mark.assessor_id IS NOT NULL
      OR mark.user_id IS DISTINCT FROM public.access_user()
      OR NOT EXISTS (SELECT FROM public.appraisals_objection o WHERE o.entry_id = mark.entry_id AND o.part = mark.part
        AND o.item = mark.item AND o.state = 'open')
    THEN
      PERFORM public.appraisals_refuse('mark_is_given_anew_for_an_objection', 'appraisals_mark');
    END IF;
    IF EXISTS (SELECT FROM public.appraisals_mark m WHERE m.entry_id = mark.entry_id AND m.part = mark.part
      AND m.item = mark.item AND m.user_id = mark.user_id AND m.turn = 0)
    THEN
      PERFORM public.appraisals_refuse('mark_is_given_anew_by_another', 'appraisals_mark');
    END IF;
    RETURN NEW;
  END IF;
  IF stands IS NULL OR stands NOT IN ('begun', 'marking') THEN
    PERFORM public.appraisals_refuse('marks_stand_once_scored', 'appraisals_mark');
  END IF;
  IF rule.by_whom = 'self' AND (mark.assessor_id IS NOT NULL OR stands <> 'begun') THEN
    PERFORM public.appraisals_refuse('self_score_stands_once_handed_in', 'appraisals_mark');
  END IF;
  IF rule.by_whom = 'figures' AND (mark.assessor_id IS NOT NULL
    OR mark.entry_id = ANY (public.appraisals_of_employer(false))
      AND NOT (mark.union_id = ANY (public.access_unions()) OR mark.county_id = ANY (public.access_counties())))
  THEN
    PERFORM public.appraisals_refuse('figures_mark_for_themselves', 'appraisals_mark');
  END IF;
  IF rule.by_whom IN ('desk', 'visit') AND NOT EXISTS (
    SELECT FROM public.appraisals_assessor a WHERE a.id = mark.assessor_id AND a.entry_id = mark.entry_id
      AND a.part = mark.part AND a.user_id = public.access_user() AND mark.user_id = a.user_id
      AND a.handed_at IS NULL AND a.left_at IS NULL)
  THEN
    PERFORM public.appraisals_refuse('mark_is_of_its_assessor', 'appraisals_mark');
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER appraisals_mark_is_given BEFORE INSERT OR DELETE OR UPDATE OF entry_id, part, item, assessor_id, turn, said,
  points, most, words, user_id ON appraisals_mark FOR EACH ROW EXECUTE FUNCTION appraisals_guard_mark();

-- Nobody sees what others gave before all have handed in: a mark is shown once they have.
CREATE FUNCTION appraisals_guard_shown() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.shown AND NEW.assessor_id IS NOT NULL
    AND NOT public.appraisals_all_handed_in(NEW.entry_id, NEW.part)
  THEN
    PERFORM public.appraisals_refuse('marks_are_blind_until_all_handed_in', 'appraisals_mark');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_mark_is_shown BEFORE INSERT OR UPDATE OF shown ON appraisals_mark
  FOR EACH ROW EXECUTE FUNCTION appraisals_guard_shown();

-- What shows a mark is added and taken away by whose the mark is, as long as it can be changed: the subject before it has handed
-- in, the assessor likewise.
CREATE FUNCTION appraisals_guard_proof() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  proof public.appraisals_proof := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  stands text := public.appraisals_state(proof.entry_id);
BEGIN
  IF TG_OP = 'DELETE' AND (current_user = 'zhijia_bulk' OR stands IS NULL) THEN
    RETURN OLD;
  END IF;
  IF proof.assessor_id IS NULL AND (stands IS DISTINCT FROM 'begun' OR NOT EXISTS (
    SELECT FROM public.appraisals_entry e WHERE e.id = proof.entry_id))
  THEN
    PERFORM public.appraisals_refuse('self_score_stands_once_handed_in', 'appraisals_proof');
  END IF;
  IF proof.assessor_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM public.appraisals_assessor a WHERE a.id = proof.assessor_id AND a.entry_id = proof.entry_id
      AND a.part = proof.part AND a.user_id = public.access_user() AND a.handed_at IS NULL AND a.left_at IS NULL)
  THEN
    PERFORM public.appraisals_refuse('mark_is_of_its_assessor', 'appraisals_proof');
  END IF;
  RETURN proof;
END $$;

CREATE TRIGGER appraisals_proof_is_given BEFORE INSERT OR DELETE ON appraisals_proof
  FOR EACH ROW EXECUTE FUNCTION appraisals_guard_proof();

-- Nobody judges what is theirs. Who handed in stays; who is named, is named while the entry is marked.
CREATE FUNCTION appraisals_guard_assessor() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  by_whom text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF current_user = 'zhijia_bulk' OR public.appraisals_state(OLD.entry_id) IS NULL THEN
      RETURN OLD;
    END IF;
    PERFORM public.appraisals_refuse('assessors_stay_on_record', 'appraisals_assessor');
  END IF;
  IF coalesce(public.appraisals_state(NEW.entry_id), '') NOT IN ('begun', 'marking') THEN
    PERFORM public.appraisals_refuse('assessors_are_named_while_it_is_marked', 'appraisals_assessor');
  END IF;
  IF TG_OP = 'UPDATE' AND ((NEW.entry_id, NEW.part, NEW.user_id) IS DISTINCT FROM (OLD.entry_id, OLD.part, OLD.user_id)
    OR OLD.handed_at IS NOT NULL AND (NEW.handed_at IS DISTINCT FROM OLD.handed_at OR NEW.left_at IS NOT NULL)
    OR NEW.handed_at IS DISTINCT FROM OLD.handed_at AND NEW.user_id IS DISTINCT FROM public.access_user())
  THEN
    PERFORM public.appraisals_refuse('who_handed_in_stays', 'appraisals_assessor');
  END IF;
  IF NEW.left_at IS NULL AND public.appraisals_is_theirs(NEW.entry_id, NEW.user_id) THEN
    PERFORM public.appraisals_refuse('nobody_judges_their_own', 'appraisals_assessor');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_assessor_is_free BEFORE INSERT OR DELETE OR UPDATE OF entry_id, part, user_id, handed_at, left_at
  ON appraisals_assessor FOR EACH ROW EXECUTE FUNCTION appraisals_guard_assessor();

-- An entry begins without a result and goes its way. What was scored may be scored anew while objections are answered; once it was published, its
-- result stands, whoever writes.
CREATE FUNCTION appraisals_guard_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state NOT IN ('begun', 'marking') OR NEW.result IS NOT NULL OR NEW.grade <> '' OR NEW.named_row IS NOT NULL THEN
      PERFORM public.appraisals_refuse('entry_goes_its_way', 'appraisals_entry');
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.run_id, NEW.kind, NEW.target, NEW.rechecks_in, NEW.rechecks_row)
      IS DISTINCT FROM (OLD.run_id, OLD.kind, OLD.target, OLD.rechecks_in, OLD.rechecks_row)
    OR NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
      ('begun', 'marking'), ('begun', 'out'), ('marking', 'scored'), ('marking', 'out'), ('scored', 'out'),
      ('scored', 'published'), ('scored', 'settled'), ('published', 'settled'), ('published', 'out'))
  THEN
    PERFORM public.appraisals_refuse('entry_goes_its_way', 'appraisals_entry');
  END IF;
  IF OLD.state IN ('published', 'settled', 'out')
    AND (NEW.result, NEW.grade, NEW.vetoed, NEW.stands, NEW.failed, NEW.published_at, NEW.notice_until)
      IS DISTINCT FROM (OLD.result, OLD.grade, OLD.vetoed, OLD.stands, OLD.failed, OLD.published_at, OLD.notice_until)
    OR OLD.named_row IS NOT NULL AND (NEW.named_row, NEW.named_in) IS DISTINCT FROM (OLD.named_row, OLD.named_in)
    OR OLD.rechecked <> '' AND NEW.rechecked <> OLD.rechecked
    OR OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at, NEW.reason) IS DISTINCT FROM (OLD.withdrawn_at, OLD.reason)
  THEN
    PERFORM public.appraisals_refuse('result_stands_once_published', 'appraisals_entry');
  END IF;
  IF OLD.state = 'scored' AND NEW.state IN ('published', 'settled') AND EXISTS (
    SELECT FROM public.appraisals_objection o WHERE o.entry_id = NEW.id AND o.state = 'open')
  THEN
    PERFORM public.appraisals_refuse('an_objection_is_answered_first', 'appraisals_entry');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_entry_goes_its_way BEFORE INSERT OR UPDATE OF run_id, kind, target, state, result, grade, vetoed, stands,
  failed, published_at, notice_until, named_row, named_in, rechecks_in, rechecks_row, rechecked, withdrawn_at, reason
  ON appraisals_entry
  FOR EACH ROW EXECUTE FUNCTION appraisals_guard_entry();

-- The employer's own account enters what it acts for in a run that is open to employers, until its day, at a union that covers
-- it that day under the one that runs it, and says nothing of its result.
CREATE FUNCTION appraisals_guard_employer_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  today date := (NEW.begun_at AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
  IF NEW.begun_by IS DISTINCT FROM public.access_user()
    OR jsonb_strip_nulls(to_jsonb(NEW) - '{id,run_id,union_id,county_id,kind,target,name,state,begun_at,begun_by}'::text[])
      <> '{"stands": {}, "failed": [], "vetoed": "", "grade": "", "held": "", "named_in": "", "rechecks_in": "",
        "rechecked": "", "reason": ""}'
    OR NOT EXISTS (
      SELECT FROM public.appraisals_run r
      JOIN public.appraisals_version v ON v.id = r.version_id
      JOIN public.registry_union above ON above.id = r.union_id
      JOIN public.registry_union u ON u.tree_left >= above.tree_left AND u.tree_left < above.tree_right
      JOIN public.registry_coverage c ON c.union_id = u.id AND c.valid_from <= today AND (c.valid_to IS NULL OR c.valid_to > today)
      JOIN public.registry_employer e ON e.id = c.employer_id
      WHERE r.id = NEW.run_id AND r.state = 'open' AND r.begins = 'self' AND r.self_until >= today
        AND v.content ->> 'subject' = 'employer'
        AND u.id = NEW.union_id AND coalesce(u.county_id, u.id) = NEW.county_id AND e.id::text = NEW.target
        AND left(e.name, 120) = NEW.name AND NEW.state = CASE
          WHEN EXISTS (SELECT FROM jsonb_array_elements(v.content -> 'parts') p WHERE p ->> 'by' = 'self')
          THEN 'begun' ELSE 'marking' END)
  THEN
    PERFORM public.appraisals_refuse('employers_enter_what_is_open', 'appraisals_entry');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_entry_is_entered BEFORE INSERT ON appraisals_entry FOR EACH ROW
  WHEN (appraisals_as_employer(NEW.kind, NEW.target, NEW.union_id, NEW.county_id))
  EXECUTE FUNCTION appraisals_guard_employer_entry();

-- The row of the title an entry of an employer named or keeps, for whoever acts for it: that row and no other of its list.
CREATE FUNCTION appraisals_own_title(of_entry uuid)
RETURNS TABLE (list text, number bigint, "values" jsonb, ended_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT l.code, w.number, w."values", w.ended_on
  FROM public.appraisals_entry e
  JOIN public.registers_row w ON w.id = coalesce(e.named_row, e.rechecks_row)
  JOIN public.registers_list l ON l.id = w.register_id AND l.code = coalesce(nullif(e.named_in, ''), e.rechecks_in)
  WHERE e.id = of_entry AND e.id = ANY (public.appraisals_of_employer(true))
$$;

-- The employer's own account hands its score in, and changes nothing else of its entry.
CREATE FUNCTION appraisals_guard_employer() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (OLD.state, NEW.state) IS DISTINCT FROM ('begun'::varchar, 'marking'::varchar)
    OR NEW.handed_by IS DISTINCT FROM public.access_user()
    OR to_jsonb(NEW) - '{state,handed_at,handed_by}'::text[] IS DISTINCT FROM
      to_jsonb(OLD) - '{state,handed_at,handed_by}'::text[]
  THEN
    PERFORM public.appraisals_refuse('employers_only_hand_in', 'appraisals_entry');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_entry_is_handed_in BEFORE UPDATE ON appraisals_entry FOR EACH ROW
  WHEN (appraisals_as_employer(OLD.kind, OLD.target, OLD.union_id, OLD.county_id))
  EXECUTE FUNCTION appraisals_guard_employer();

-- What a run is computed by stands from its opening on.
CREATE FUNCTION appraisals_guard_run() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF (NEW.version_id, NEW.terms, NEW.since, NEW.until, NEW.union_id) IS DISTINCT FROM
    (OLD.version_id, OLD.terms, OLD.since, OLD.until, OLD.union_id) OR OLD.state = 'closed' AND NEW.state <> 'closed'
  THEN
    PERFORM public.appraisals_refuse('run_stands_once_opened', 'appraisals_run');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_run_stands BEFORE UPDATE OF version_id, terms, since, until, union_id, state ON appraisals_run
  FOR EACH ROW EXECUTE FUNCTION appraisals_guard_run();

CREATE TRIGGER appraisals_run_is_its_unions BEFORE INSERT OR UPDATE OR DELETE ON appraisals_run
  FOR EACH ROW EXECUTE FUNCTION registry_run_by_its_union();

-- An objection is raised against a result, and answered once, each by who is here.
CREATE FUNCTION appraisals_guard_objection() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF coalesce(public.appraisals_state(NEW.entry_id), '') <> 'scored'
    OR TG_OP = 'INSERT' AND (NEW.state <> 'open' OR NOT EXISTS (
      SELECT FROM public.appraisals_entry e, public.appraisals_item(e.id, NEW.part, NEW.item) m
      WHERE e.id = NEW.entry_id AND (e.union_id, e.county_id) = (NEW.union_id, NEW.county_id) AND m.by_whom <> 'self'))
    OR TG_OP = 'UPDATE' AND (OLD.state <> 'open' OR (NEW.entry_id, NEW.part, NEW.item, NEW.words, NEW.user_id)
      IS DISTINCT FROM (OLD.entry_id, OLD.part, OLD.item, OLD.words, OLD.user_id)
      OR NEW.answered_by IS DISTINCT FROM public.access_user())
    OR TG_OP = 'INSERT' AND NEW.user_id IS DISTINCT FROM public.access_user()
  THEN
    PERFORM public.appraisals_refuse('objection_is_to_a_result', 'appraisals_objection');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_objection_stands BEFORE INSERT OR UPDATE OF entry_id, part, item, words, user_id, state, answer
  ON appraisals_objection FOR EACH ROW EXECUTE FUNCTION appraisals_guard_objection();

CREATE TRIGGER appraisals_version_stands BEFORE UPDATE OR DELETE ON appraisals_version
  FOR EACH ROW EXECUTE FUNCTION catalogue_published_stands();
CREATE TRIGGER appraisals_version_written BEFORE INSERT OR UPDATE OR DELETE ON appraisals_version
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION catalogue_version_is_by_two();
