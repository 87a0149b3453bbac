-- What holds of rounds, whoever writes (ADR 0026). The county a row lies in follows its union; nothing here minds that.

CREATE TRIGGER appraisals_round_version_stands BEFORE UPDATE OR DELETE ON appraisals_round_version
  FOR EACH ROW EXECUTE FUNCTION catalogue_published_stands();
CREATE TRIGGER appraisals_round_version_written BEFORE INSERT OR UPDATE OR DELETE ON appraisals_round_version
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION catalogue_version_is_by_two();

-- A round goes its way: what it asks is fixed once it is open, what was decided changes only by going back to the batch
-- (an appeal that was upheld), and what was named or stopped stands.
CREATE FUNCTION appraisals_round_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF to_jsonb(OLD) - 'county_id' = to_jsonb(NEW) - 'county_id' THEN
    RETURN NEW;
  END IF;
  IF OLD.state IN ('named', 'stopped')
    OR OLD.state <> 'draft' AND (NEW.state = 'draft' OR NEW.version_id <> OLD.version_id OR NEW.year <> OLD.year
      OR NEW.union_id <> OLD.union_id OR NEW.budget <> OLD.budget OR NEW.taxonomy <> OLD.taxonomy)
    OR (OLD.state, NEW.state) NOT IN (
      ('draft', 'draft'), ('draft', 'open'), ('draft', 'stopped'), ('open', 'open'), ('open', 'judging'),
      ('open', 'batch'), ('open', 'stopped'), ('judging', 'judging'), ('judging', 'batch'), ('judging', 'stopped'),
      ('batch', 'batch'), ('batch', 'proposed'), ('batch', 'stopped'), ('proposed', 'proposed'), ('proposed', 'batch'),
      ('proposed', 'decided'), ('decided', 'decided'), ('decided', 'batch'), ('decided', 'named'))
  THEN
    RAISE EXCEPTION 'the round stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'round_stands_as_it_was';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_round_stands BEFORE UPDATE ON appraisals_round
  FOR EACH ROW EXECUTE FUNCTION appraisals_round_stands();
CREATE TRIGGER appraisals_round_is_its_unions BEFORE INSERT OR UPDATE OR DELETE ON appraisals_round
  FOR EACH ROW EXECUTE FUNCTION registry_run_by_its_union();

-- Nobody is nominated but while the call is open; what was handed in says what it said; once the round has named, an
-- entry stands.
CREATE FUNCTION appraisals_nomination_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  round public.appraisals_round;
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'county_id' = to_jsonb(NEW) - 'county_id' THEN
    RETURN NEW;
  END IF;
  SELECT * INTO round FROM public.appraisals_round r WHERE r.id = NEW.round_id FOR SHARE;
  IF TG_OP = 'INSERT' THEN
    IF round.state <> 'open' OR NEW.made_at >= round.closes_at THEN
      RAISE EXCEPTION 'the call is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'nomination_while_the_call_is_open';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.round_id <> NEW.round_id
    OR current_user IN ('zhijia_app', 'zhijia_bulk') AND (  -- only a merge of two registrations, as the owner, says whose it is
      (NEW.person_id, NEW.user_id, NEW.by_self, NEW.union_id) IS DISTINCT FROM (OLD.person_id, OLD.user_id, OLD.by_self, OLD.union_id)
      OR (NEW.agreed_at, NEW.withdrew_at) IS DISTINCT FROM (OLD.agreed_at, OLD.withdrew_at)
        AND NEW.person_id IS DISTINCT FROM public.access_person())
    OR OLD.state NOT IN ('draft', 'returned') AND (NEW.answers <> OLD.answers OR NEW.title <> OLD.title
      OR NEW.subject <> OLD.subject OR NEW.handed_at IS DISTINCT FROM OLD.handed_at)
    OR OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number
    OR round.state = 'stopped' AND NEW.state NOT IN (OLD.state, 'withdrawn')
    OR round.state = 'named' AND NEW.state <> OLD.state
      AND NOT (OLD.state IN ('in', 'up', 'shown', 'draft', 'returned') AND NEW.state IN ('named', 'not_named'))
      AND NOT (OLD.state = 'named' AND NEW.state = 'struck')
  THEN
    RAISE EXCEPTION 'the nomination stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'nomination_stands_as_handed_in';
  END IF;
  IF NEW.handed_at IS DISTINCT FROM OLD.handed_at AND (round.state <> 'open' OR NEW.handed_at >= round.closes_at)
    OR NEW.number IS DISTINCT FROM OLD.number AND round.state <> 'open'
  THEN
    RAISE EXCEPTION 'the call is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'nomination_while_the_call_is_open';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_nomination_stands BEFORE INSERT OR UPDATE ON appraisals_nomination
  FOR EACH ROW EXECUTE FUNCTION appraisals_nomination_stands();

-- Whoever is nominated takes back that their name is shown (PI-01, PI-03): no notice that hangs and no public vote says it any
-- more, in the same moment. At its unit the notice is taken down, and hangs anew once they agree; of several its line stays
-- without a name, as what is voted on does: the entry, and the votes for it, stay.
-- The round is held first: who hangs or opens a vote holds it too, so one of the two waits and then sees what the other did.
CREATE FUNCTION appraisals_withhold(entry uuid, on_moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  said public.appraisals_nomination;
BEGIN
  PERFORM FROM public.appraisals_round r
    WHERE r.id = (SELECT n.round_id FROM public.appraisals_nomination n WHERE n.id = entry) FOR SHARE;
  SELECT * INTO said FROM public.appraisals_nomination n WHERE n.id = entry FOR UPDATE;
  PERFORM public.registry_need(said.person_id = public.access_person());
  UPDATE public.appraisals_nomination n SET agreed_at = NULL, withdrew_at = on_moment,
      state = CASE n.state WHEN 'shown' THEN 'up' ELSE n.state END
    WHERE n.id = entry;
  UPDATE public.appraisals_round_notice t SET hangs_until = on_moment
    WHERE t.nomination_id = entry AND t.hangs_until > on_moment;
  UPDATE public.appraisals_round_notice t SET lines = (
      SELECT jsonb_agg(CASE l.line ->> 'entry' WHEN entry::text THEN jsonb_build_object(
          'entry', entry, 'number', said.number, 'name', '', 'union', '', 'said', '[]'::jsonb) ELSE l.line END ORDER BY l.place)
      FROM jsonb_array_elements(t.lines) WITH ORDINALITY AS l (line, place))
    WHERE t.round_id = said.round_id AND t.hangs_until > on_moment
      AND t.lines @> jsonb_build_array(jsonb_build_object('entry', entry));
  UPDATE public.questionnaires_candidate c SET name = '', about = ''
    FROM public.appraisals_round r, jsonb_each(r.polls) AS held, jsonb_each_text(held.value -> 'entries') AS stands
    WHERE r.id = said.round_id AND stands.value = entry::text AND c.poll_id = (held.value ->> 'poll')::int
      AND c.number = stands.key::int;
END $$;

-- A notice says the names of those who agreed, and of nobody else.
CREATE FUNCTION appraisals_notice_names() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
    SELECT FROM jsonb_array_elements(NEW.lines) AS l JOIN public.appraisals_nomination n ON n.id = (l ->> 'entry')::uuid
    WHERE l ->> 'name' <> '' AND n.person_id IS NOT NULL AND n.agreed_at IS NULL)
  THEN
    RAISE EXCEPTION 'a name nobody agreed to' USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_names_who_agreed';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_notice_names BEFORE INSERT OR UPDATE OF lines ON appraisals_round_notice
  FOR EACH ROW EXECUTE FUNCTION appraisals_notice_names();

-- A judge scores for themselves alone, while the stage is judged, within the points of its criteria, and never what is
-- their own or what they are kept from.
CREATE FUNCTION appraisals_score_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  said record;
  criteria jsonb;
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'county_id' = to_jsonb(NEW) - 'county_id' THEN
    RETURN NEW;
  END IF;
  SELECT j.user_id, j.person_id, j.out_at, j.round_id AS judges, r.state, r.stage, n.round_id AS entered,
      n.person_id AS about, n.user_id AS entered_by, v.content
    INTO said
    FROM public.appraisals_judge j
    JOIN public.appraisals_round r ON r.id = j.round_id
    JOIN public.appraisals_round_version v ON v.id = r.version_id
    LEFT JOIN public.appraisals_nomination n ON n.id = NEW.nomination_id
    WHERE j.id = NEW.judge_id FOR SHARE OF r;
  IF said.state IS DISTINCT FROM 'judging' OR said.stage <> NEW.stage OR said.judges IS DISTINCT FROM said.entered
    OR said.out_at IS NOT NULL
    OR NOT EXISTS (SELECT FROM public.appraisals_standing s WHERE s.nomination_id = NEW.nomination_id AND s.out_at = '')
  THEN
    RAISE EXCEPTION 'not judged now' USING ERRCODE = 'check_violation', CONSTRAINT = 'score_while_the_stage_is_judged';
  END IF;
  IF said.user_id IS DISTINCT FROM public.access_user() THEN
    RAISE EXCEPTION 'another judge' USING ERRCODE = 'check_violation', CONSTRAINT = 'score_is_the_judges_own';
  END IF;
  IF said.person_id = said.about OR said.entered_by = said.user_id OR EXISTS (
    SELECT FROM public.appraisals_recusal x WHERE x.judge_id = NEW.judge_id AND x.nomination_id = NEW.nomination_id)
  THEN
    RAISE EXCEPTION 'a judge of their own' USING ERRCODE = 'check_violation', CONSTRAINT = 'nobody_judges_their_own';
  END IF;
  SELECT s -> 'criteria' INTO criteria FROM jsonb_array_elements(said.content -> 'stages') s WHERE s ->> 'code' = NEW.stage;
  IF (SELECT count(*) FROM jsonb_object_keys(NEW.points)) <> jsonb_array_length(criteria)
    OR EXISTS (SELECT FROM jsonb_array_elements(criteria) c
      WHERE (NEW.points ->> (c ->> 'code'))::int NOT BETWEEN 0 AND (c ->> 'points')::int
        OR NOT NEW.points ? (c ->> 'code'))
    OR NEW.total <> (SELECT coalesce(sum(p.value::int), 0) FROM jsonb_each_text(NEW.points) p)
  THEN
    RAISE EXCEPTION 'points beyond' USING ERRCODE = 'check_violation', CONSTRAINT = 'score_within_its_points';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_score_fits BEFORE INSERT OR UPDATE ON appraisals_score
  FOR EACH ROW EXECUTE FUNCTION appraisals_score_fits();

-- The entries a judge of the round still judges: those no stage left behind. Where they stand judges do not see.
CREATE FUNCTION appraisals_still_in(of_round int) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT s.nomination_id FROM public.appraisals_standing s
  JOIN public.appraisals_nomination n ON n.id = s.nomination_id AND n.state = 'in'
  WHERE s.round_id = of_round AND s.out_at = '' AND EXISTS (
    SELECT FROM public.appraisals_judge j
    WHERE j.round_id = of_round AND j.user_id = public.access_user() AND j.out_at IS NULL)
$$;

-- Where entries stand is fixed with the batch: what a second person decides is what was put together.
CREATE FUNCTION appraisals_standing_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'county_id' = to_jsonb(NEW) - 'county_id' THEN
    RETURN NEW;
  END IF;
  IF (SELECT r.state FROM public.appraisals_round r WHERE r.id = NEW.round_id) NOT IN ('open', 'judging', 'batch') THEN
    RAISE EXCEPTION 'the batch stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_stands_once_proposed';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_standing_stands BEFORE INSERT OR UPDATE ON appraisals_standing
  FOR EACH ROW EXECUTE FUNCTION appraisals_standing_stands();

-- Of an award only its end, what it gave way to and its row in the list are written later; whose it is says a merge of two
-- registrations alone, which runs as the owner. It is given for what was chosen in the decided batch, to whom that is, by
-- the union that holds the round, with the money that was decided (what would go to the union that pays stays there).
CREATE FUNCTION appraisals_award_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (
      SELECT FROM public.appraisals_standing s JOIN public.appraisals_round r ON r.id = s.round_id
      JOIN public.appraisals_nomination n ON n.id = s.nomination_id
      WHERE s.nomination_id = NEW.nomination_id AND s.chosen AND s.grade = NEW.grade AND r.state = 'decided'
        AND r.id = NEW.round_id AND n.person_id IS NOT DISTINCT FROM NEW.person_id AND NEW.payer_id = r.union_id
        AND NEW.decided_by = r.decided_by AND coalesce(NEW.to_union_id, n.union_id) = n.union_id)
    THEN
      RAISE EXCEPTION 'not chosen' USING ERRCODE = 'check_violation', CONSTRAINT = 'award_for_who_was_chosen';
    END IF;
    IF NOT EXISTS (
      SELECT FROM public.appraisals_standing s WHERE s.nomination_id = NEW.nomination_id
        AND (NEW.monthly, NEW.months) IN ((s.monthly, s.months), (CASE WHEN NEW.to_union_id = NEW.payer_id THEN 0 END, 0)))
    THEN
      RAISE EXCEPTION 'not as decided' USING ERRCODE = 'check_violation', CONSTRAINT = 'award_is_what_was_decided';
    END IF;
  ELSIF to_jsonb(OLD) - '{ended_on,ended_why,gave_way_on,row_id,person_id,county_id}'::text[]
    <> to_jsonb(NEW) - '{ended_on,ended_why,gave_way_on,row_id,person_id,county_id}'::text[]
    OR OLD.ended_on IS NOT NULL AND (NEW.ended_on, NEW.ended_why) IS DISTINCT FROM (OLD.ended_on, OLD.ended_why)
    OR current_user IN ('zhijia_app', 'zhijia_bulk') AND (NEW.person_id IS DISTINCT FROM OLD.person_id
      OR OLD.gave_way_on IS NOT NULL AND NEW.gave_way_on IS DISTINCT FROM OLD.gave_way_on)
  THEN
    RAISE EXCEPTION 'the award stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'award_stands_as_given';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_award_stands BEFORE INSERT OR UPDATE ON appraisals_award
  FOR EACH ROW EXECUTE FUNCTION appraisals_award_stands();

-- What was written down of an entry stays: who recommended it, who judges, and what a judge is kept from. The argument names what
-- may be written later.
CREATE FUNCTION appraisals_round_keeps() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF to_jsonb(OLD) - TG_ARGV[0]::text[] <> to_jsonb(NEW) - TG_ARGV[0]::text[] THEN
    RAISE EXCEPTION 'it stays as it was written down' USING ERRCODE = 'check_violation', CONSTRAINT = 'round_keeps_what_was_written';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_recommendation_stays BEFORE UPDATE ON appraisals_recommendation
  FOR EACH ROW EXECUTE FUNCTION appraisals_round_keeps('{county_id}');
CREATE TRIGGER appraisals_recusal_stays BEFORE UPDATE ON appraisals_recusal
  FOR EACH ROW EXECUTE FUNCTION appraisals_round_keeps('{county_id}');
CREATE TRIGGER appraisals_judge_stays BEFORE UPDATE ON appraisals_judge
  FOR EACH ROW EXECUTE FUNCTION appraisals_round_keeps('{county_id,out_at}');

-- An objection is answered once, by who is here and did not raise it; what was said stands.
CREATE FUNCTION appraisals_round_objection_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state = 'open' AND NEW.user_id = public.access_user() THEN
      RETURN NEW;
    END IF;
  ELSIF to_jsonb(OLD) - 'county_id' = to_jsonb(NEW) - 'county_id'
    OR to_jsonb(OLD) - '{county_id,state,answer,answered_by,answered_at}'::text[]
      = to_jsonb(NEW) - '{county_id,state,answer,answered_by,answered_at}'::text[]
      AND OLD.state = 'open' AND NEW.answered_by = public.access_user() AND NEW.answered_by <> OLD.user_id
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the objection stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'objection_is_answered_by_another';
END $$;

CREATE TRIGGER appraisals_round_objection_stands BEFORE INSERT OR UPDATE ON appraisals_round_objection
  FOR EACH ROW EXECUTE FUNCTION appraisals_round_objection_stands();

-- What an office said is written down until the batch is put together: it is decided by what was there then.
CREATE FUNCTION appraisals_clearance_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'county_id' = to_jsonb(NEW) - 'county_id'
    OR (SELECT r.state FROM public.appraisals_nomination n JOIN public.appraisals_round r ON r.id = n.round_id
      WHERE n.id = NEW.nomination_id) IN ('open', 'judging', 'batch')
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the batch stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_stands_once_proposed';
END $$;

CREATE TRIGGER appraisals_clearance_stands BEFORE INSERT OR UPDATE ON appraisals_clearance
  FOR EACH ROW EXECUTE FUNCTION appraisals_clearance_stands();

-- Of these people those who are a member of no union any more, or have died, wherever that was written down.
CREATE FUNCTION appraisals_gone(people uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT asked.person FROM unnest(people) AS asked (person)
  WHERE public.access_user() IS NOT NULL
    AND NOT EXISTS (SELECT FROM public.registry_membership m WHERE m.person_id = asked.person AND m.valid_to IS NULL)
$$;

-- A batch is put together and decided by somebody who is not of it, no declared relative of anybody of it, and was not kept from
-- an entry of it as a judge (HON-09); and of people who are members still.
CREATE FUNCTION appraisals_batch_goes_on() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  myself uuid := (SELECT u.person_id FROM public.accounts_user u WHERE u.id = public.access_user());
  today date := (CASE NEW.state WHEN 'decided' THEN NEW.decided_at ELSE NEW.proposed_at END AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
  IF EXISTS (
    WITH of_it AS (
      SELECT n.id, n.person_id, lower(regexp_replace(called.name, '[\s\u00a0\u3000]', '', 'g')) AS plain
      FROM public.appraisals_standing s JOIN public.appraisals_nomination n ON n.id = s.nomination_id AND n.state = 'in'
      LEFT JOIN public.registry_person p ON p.id = n.person_id
      CROSS JOIN LATERAL (VALUES (n.title), (p.name)) AS called (name)
      WHERE s.round_id = NEW.id AND s.chosen)
    SELECT FROM of_it o WHERE o.person_id = myself
      OR EXISTS (SELECT FROM public.appraisals_recusal x JOIN public.appraisals_judge j ON j.id = x.judge_id
        WHERE x.nomination_id = o.id AND j.user_id = public.access_user())
      OR length(o.plain) >= 2 AND EXISTS (SELECT FROM public.ledger_kin k WHERE k.person_id = myself AND k.declared_on <= today
        AND (k.ended_on IS NULL OR k.ended_on > today)
        AND lower(regexp_replace(k.name, '[\s\u00a0\u3000]', '', 'g')) = o.plain))
  THEN
    RAISE EXCEPTION 'close to the batch' USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_is_not_of_who_is_close_to_it';
  END IF;
  IF EXISTS (SELECT FROM public.appraisals_gone(ARRAY(
    SELECT n.person_id FROM public.appraisals_standing s
    JOIN public.appraisals_nomination n ON n.id = s.nomination_id AND n.state = 'in' AND n.person_id IS NOT NULL
    WHERE s.round_id = NEW.id AND s.chosen)))
  THEN
    RAISE EXCEPTION 'not a member any more' USING ERRCODE = 'check_violation', CONSTRAINT = 'batch_is_of_members';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_batch_goes_on BEFORE UPDATE OF state ON appraisals_round
  FOR EACH ROW WHEN (NEW.state IN ('proposed', 'decided') AND NEW.state <> OLD.state) EXECUTE FUNCTION appraisals_batch_goes_on();

-- All awards of a round together are paid no more than its budget, whoever names at once.
CREATE FUNCTION appraisals_award_within_budget() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  there_is bigint;
BEGIN
  SELECT r.budget INTO there_is FROM public.appraisals_round r WHERE r.id = NEW.round_id FOR UPDATE;
  IF NEW.monthly * NEW.months + (SELECT coalesce(sum(a.monthly * a.months), 0) FROM public.appraisals_award a
    WHERE a.round_id = NEW.round_id) > there_is
  THEN
    RAISE EXCEPTION 'beyond the budget' USING ERRCODE = 'check_violation', CONSTRAINT = 'round_pays_within_its_budget';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_award_within_budget BEFORE INSERT ON appraisals_award
  FOR EACH ROW WHEN (NEW.monthly > 0) EXECUTE FUNCTION appraisals_award_within_budget();

-- The number of the award a payment names as its source; none where it names something else.
CREATE FUNCTION appraisals_award_number(source_id text) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT CASE WHEN source_id ~ '^[1-9][0-9]{0,17}$' THEN source_id::bigint END
$$;

-- A payment for an award is one of its months, of its sum, to whom it was given, while it stands. Each month is there once by
-- the payment's source.
CREATE FUNCTION appraisals_award_is_paid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.appraisals_award a
    WHERE a.id = public.appraisals_award_number(NEW.source_id) AND NEW.purpose = 'allowance'
      AND a.payer_id = NEW.union_id AND a.monthly = NEW.amount AND NEW.instalment BETWEEN 1 AND a.months
      AND a.ended_on IS NULL AND a.gave_way_on IS NULL
      AND (NEW.person_id, NEW.partner_id) IS NOT DISTINCT FROM
        (CASE WHEN a.to_union_id IS NULL THEN a.person_id END, public.payments_successor(a.to_union_id)))
  THEN
    RAISE EXCEPTION 'not as decided' USING ERRCODE = 'check_violation', CONSTRAINT = 'award_is_paid_as_decided';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER appraisals_award_is_paid BEFORE INSERT ON payments_payment
  FOR EACH ROW WHEN (NEW.source = 'award') EXECUTE FUNCTION appraisals_award_is_paid();

-- What came to nothing goes to the bank again only while the award is there and was not withdrawn. What was due before it gave way to a higher
-- one is owed still.
CREATE FUNCTION appraisals_award_is_paid_again() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.appraisals_award a
    WHERE a.id = public.appraisals_award_number(NEW.source_id) AND a.ended_on IS NULL)
  THEN
    RAISE EXCEPTION 'the name was withdrawn' USING ERRCODE = 'check_violation', CONSTRAINT = 'award_is_paid_while_it_stands';
  END IF;
  RETURN NEW;
END $$;

-- Which of these sources of payments are no award, or, for whoever works or pays at the union that pays, one that was
-- withdrawn: they need not see whose name it is.
CREATE FUNCTION appraisals_unwanted(sources text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT DISTINCT said FROM unnest(sources) AS said
  LEFT JOIN public.appraisals_award a ON a.id = public.appraisals_award_number(said)
  WHERE a.id IS NULL
    OR a.ended_on IS NOT NULL AND (public.ledger_reaches(a.payer_id) OR public.registry_reaches(a.payer_id))
$$;

CREATE TRIGGER appraisals_award_is_paid_again BEFORE UPDATE OF state ON payments_payment
  FOR EACH ROW WHEN (NEW.source = 'award' AND (OLD.state IN ('failed', 'returned') AND NEW.state = 'waiting'
    OR OLD.state IN ('waiting', 'unknown') AND NEW.state = 'ready'))
  EXECUTE FUNCTION appraisals_award_is_paid_again();

-- Whom awards are paid to, for whoever works at the union that pays: the name, the union (of one that was merged away its
-- successor), and whether they have died (HON-06), or no union stands but the one that pays. They may be members of a union by
-- now that who pays does not see.
CREATE FUNCTION appraisals_paid_to(awards bigint[]) RETURNS TABLE (award bigint, name text, over boolean, partner int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.id, CASE WHEN a.to_union_id IS NULL THEN p.name ELSE u.name END,
    CASE WHEN a.to_union_id IS NULL THEN EXISTS (SELECT FROM public.registry_dead(ARRAY[a.person_id]))
    ELSE u.id IS NULL OR u.id = a.payer_id END, u.id
  FROM public.appraisals_award a
  LEFT JOIN public.registry_person p ON p.id = a.person_id
  LEFT JOIN public.registry_union u ON u.id = public.payments_successor(a.to_union_id)
  WHERE a.id = ANY (awards) AND public.registry_reaches(a.payer_id)
$$;

-- What a certificate's QR asks: the least, to anybody who holds the paper.
CREATE FUNCTION appraisals_certificate(asked text)
RETURNS TABLE (number text, title text, grade text, named_on date, ended_on date, round_id int, of_person boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.number, a.title, a.grade, a.named_on, a.ended_on, a.round_id, a.person_id IS NOT NULL
  FROM public.appraisals_award a WHERE a.token = asked
$$;

-- A lower award of the family gives way, wherever it was given: one person counts once. Levels count from the top down.
CREATE FUNCTION appraisals_give_way(person uuid, of_family text, to_level int, at_union int, on_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM public.registry_need(public.registry_reaches(at_union));
  UPDATE public.appraisals_award a SET gave_way_on = on_day
    WHERE a.person_id = person AND a.family = of_family AND of_family <> '' AND a.level > to_level
      AND a.ended_on IS NULL AND a.gave_way_on IS NULL;
END $$;

-- The people of a round's batch who hold an award of the family already, at this level or a higher one.
CREATE FUNCTION appraisals_holding(people uuid[], of_family text, at_level int) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT a.person_id FROM public.appraisals_award a
  WHERE a.person_id = ANY (people) AND a.family = of_family AND of_family <> '' AND a.level <= at_level
    AND a.ended_on IS NULL AND a.gave_way_on IS NULL AND public.access_writes() AND public.access_user() IS NOT NULL
$$;

-- Where an entry of a notice that hangs stands: whoever objects may not see the entry.
CREATE FUNCTION appraisals_entry_stands(entry uuid) RETURNS TABLE (union_id int, county_id int, round_id int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT n.union_id, n.county_id, n.round_id FROM public.appraisals_nomination n
  WHERE n.id = entry AND public.access_user() IS NOT NULL
$$;

-- Whether a decision chose this entry, for whoever sees the entry: where it stands is told to officers alone.
CREATE FUNCTION appraisals_is_chosen(entry uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (
    SELECT FROM public.appraisals_standing s JOIN public.appraisals_round r ON r.id = s.round_id
    JOIN public.appraisals_nomination n ON n.id = s.nomination_id
    WHERE s.nomination_id = entry AND s.chosen AND r.state IN ('decided', 'named') AND (n.person_id = public.access_person()
      OR n.union_id = ANY (public.access_unions()) OR n.county_id = ANY (public.access_counties())))
$$;

-- Two registrations become one (`registry_merge_people`): what they were nominated for and named follows. Where both stood
-- in a round that is over, what was decided of the second stays behind as it was; while a round goes on one of the two is
-- withdrawn first (`nomination_one_live_of_a_person`). Of two awards of a family the lower, or the later, gives way.
CREATE FUNCTION appraisals_merged(merge uuid, stays uuid, goes uuid, on_day date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  INSERT INTO public.registry_moved (merge_id, thing, row)
    SELECT merge, 'appraisals_nomination', n.id::text
    FROM public.appraisals_nomination n JOIN public.appraisals_round r ON r.id = n.round_id
    WHERE n.person_id = goes AND NOT (r.state IN ('named', 'stopped')
      AND n.state NOT IN ('refused', 'withdrawn', 'struck') AND EXISTS (
        SELECT FROM public.appraisals_nomination k WHERE k.round_id = n.round_id AND k.person_id = stays
          AND k.state NOT IN ('refused', 'withdrawn', 'struck')));
  UPDATE public.appraisals_nomination n SET person_id = stays FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'appraisals_nomination' AND n.id = v.row::uuid;

  INSERT INTO public.registry_moved (merge_id, thing, row, followed, status)
    SELECT merge, 'appraisals_award', a.id::text, a.person_id = goes,
      CASE WHEN higher.id IS NOT NULL THEN 'gave_way' ELSE '' END
    FROM public.appraisals_award a
    LEFT JOIN public.appraisals_award higher ON higher.family = a.family AND a.family <> ''
      AND higher.person_id = CASE a.person_id WHEN goes THEN stays ELSE goes END
      AND a.ended_on IS NULL AND a.gave_way_on IS NULL AND higher.ended_on IS NULL AND higher.gave_way_on IS NULL
      AND (higher.level, higher.named_on, higher.id) < (a.level, a.named_on, a.id)
    WHERE a.person_id = goes OR a.person_id = stays AND higher.id IS NOT NULL;
  UPDATE public.appraisals_award a SET gave_way_on = on_day FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'appraisals_award' AND v.status = 'gave_way' AND a.id = v.row::bigint;
  UPDATE public.appraisals_award a SET person_id = stays FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'appraisals_award' AND v.followed AND a.id = v.row::bigint;
END $$;

-- A merge is undone: each has their own again, and what gave way counts again unless something of the family counts since.
CREATE FUNCTION appraisals_unmerged(merge uuid, goes uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE public.appraisals_nomination n SET person_id = goes FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'appraisals_nomination' AND n.id = v.row::uuid;
  UPDATE public.appraisals_award a SET person_id = goes FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'appraisals_award' AND v.followed AND a.id = v.row::bigint;
  UPDATE public.appraisals_award a SET gave_way_on = NULL FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'appraisals_award' AND v.status = 'gave_way' AND a.id = v.row::bigint
      AND NOT EXISTS (SELECT FROM public.appraisals_award o WHERE o.person_id = a.person_id AND o.family = a.family
        AND o.ended_on IS NULL AND o.gave_way_on IS NULL);
END $$;
