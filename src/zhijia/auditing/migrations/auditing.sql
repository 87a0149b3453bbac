-- Where somebody who only reads (the role says so) is at work: those write what belongs to audits, nobody else does.
CREATE FUNCTION auditing_counties() RETURNS int[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(array_agg(DISTINCT county), '{}')
  FROM public.registry_grant g
  JOIN public.accounts_user a ON a.id = g.user_id AND a.is_active
  JOIN public.registry_union u ON u.id = g.union_id
  CROSS JOIN LATERAL unnest(u.county_ids) AS county
  WHERE g.user_id = public.access_user() AND g.reads_only
    AND g.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
    AND (g.valid_to IS NULL OR g.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date)
$$;

CREATE FUNCTION auditing_unions() RETURNS int[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(array_agg(DISTINCT under.id), '{}')
  FROM public.registry_grant g
  JOIN public.accounts_user a ON a.id = g.user_id AND a.is_active
  JOIN public.registry_union u ON u.id = g.union_id AND u.county_ids = '{}'
  JOIN public.registry_union under ON under.tree_left >= u.tree_left AND under.tree_left < u.tree_right
  WHERE g.user_id = public.access_user() AND g.reads_only
    AND g.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
    AND (g.valid_to IS NULL OR g.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date)
$$;

-- Which promise was broken, by its name: services turn it into a sentence.
CREATE FUNCTION auditing_refuse(promise text, on_table text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'an audit breaks a promise: %', promise
    USING ERRCODE = 'check_violation', CONSTRAINT = promise, TABLE = on_table;
END $$;

-- Whether who is here works on this audit: somebody of its team, or the job that tells above what is late.
CREATE FUNCTION auditing_at_work(audit uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT public.registry_is_job() OR EXISTS (SELECT FROM public.auditing_member m
    WHERE m.engagement_id = audit AND m.user_id = public.access_user() AND m.left_at IS NULL)
$$;

-- An audit goes its way (AUD-05) and no other, by its team alone. What it is about never changes; each day and text is
-- written with its own step. The report comes after the comment, or after the days to comment; it is the end of what was
-- drafted; and an audit is closed once everything found was put right. What is late is the job's word.
CREATE FUNCTION auditing_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'planned' THEN
      PERFORM public.auditing_refuse('engagement_begins_with_a_plan', 'auditing_engagement');
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.state <> 'called_off' AND NOT public.auditing_at_work(NEW.id) THEN
    PERFORM public.auditing_refuse('audit_is_written_by_its_team', 'auditing_engagement');
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
    ('planned', 'noticed'), ('planned', 'called_off'), ('noticed', 'fieldwork'), ('noticed', 'called_off'),
    ('fieldwork', 'drafted'), ('drafted', 'fieldwork'), ('drafted', 'reported'), ('reported', 'rectifying'),
    ('reported', 'closed'), ('rectifying', 'closed'), ('rectifying', 'escalated'), ('escalated', 'closed'))
  THEN
    PERFORM public.auditing_refuse('engagement_goes_its_way', 'auditing_engagement');
  END IF;
  IF OLD.reported_on IS NOT NULL AND (NEW.draft, NEW.opinion, NEW.reported_on, NEW.report, NEW.report_sha256, NEW.kind,
    NEW.since, NEW.until) IS DISTINCT FROM (OLD.draft, OLD.opinion, OLD.reported_on, OLD.report, OLD.report_sha256,
    OLD.kind, OLD.since, OLD.until)
  THEN
    PERFORM public.auditing_refuse('what_was_reported_stands', 'auditing_engagement');
  END IF;
  IF (NEW.noticed_on, NEW.may_begin_on) IS DISTINCT FROM (OLD.noticed_on, OLD.may_begin_on)
      AND (OLD.state, NEW.state) <> ('planned', 'noticed')
    OR NEW.fieldwork_on IS DISTINCT FROM OLD.fieldwork_on AND (OLD.state, NEW.state) <> ('noticed', 'fieldwork')
    OR (NEW.draft, NEW.drafted_on, NEW.comment_until) IS DISTINCT FROM (OLD.draft, OLD.drafted_on, OLD.comment_until)
      AND (OLD.state, NEW.state) <> ('fieldwork', 'drafted')
    OR (NEW.opinion, NEW.reported_on, NEW.report, NEW.report_sha256) IS DISTINCT FROM
      (OLD.opinion, OLD.reported_on, OLD.report, OLD.report_sha256) AND (OLD.state, NEW.state) <> ('drafted', 'reported')
    OR NEW.closed_on IS DISTINCT FROM OLD.closed_on AND (NEW.state <> 'closed' OR OLD.state = 'closed')
    OR NEW.reason <> OLD.reason AND (NEW.state <> 'called_off' OR OLD.state = 'called_off')
    OR NEW.escalated_on IS DISTINCT FROM OLD.escalated_on AND (OLD.state, NEW.state) <> ('rectifying', 'escalated')
  THEN
    PERFORM public.auditing_refuse('each_day_comes_with_its_step', 'auditing_engagement');
  END IF;
  IF NEW.state = 'escalated' AND OLD.state <> 'escalated' AND NOT public.registry_is_job() THEN
    PERFORM public.auditing_refuse('what_is_late_is_told_by_the_job', 'auditing_engagement');
  END IF;
  IF NEW.state = 'reported' AND OLD.state = 'drafted' AND NEW.reported_on <= OLD.comment_until AND NOT EXISTS (
    SELECT FROM public.auditing_word w WHERE w.engagement_id = NEW.id AND w.kind = 'comment'
      AND (w.said_at AT TIME ZONE 'Asia/Shanghai')::date >= OLD.drafted_on)
  THEN
    PERFORM public.auditing_refuse('report_waits_for_the_comment', 'auditing_engagement');
  END IF;
  IF NEW.state = 'closed' AND OLD.state <> 'closed' AND EXISTS (
    SELECT FROM public.auditing_finding f WHERE f.engagement_id = NEW.id AND f.state = 'open')
  THEN
    PERFORM public.auditing_refuse('audit_ends_when_all_is_put_right', 'auditing_engagement');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER auditing_engagement_goes_its_way BEFORE INSERT OR UPDATE OF state, noticed_on, may_begin_on, fieldwork_on,
  draft, drafted_on, comment_until, opinion, reported_on, report, report_sha256, escalated_on, closed_on, reason
  ON auditing_engagement FOR EACH ROW EXECUTE FUNCTION auditing_step();

-- Nobody audits what they entered themselves, nor a union for which they stepped aside (AUD-06).
CREATE FUNCTION auditing_join_team() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.left_at IS NULL AND EXISTS (
    SELECT FROM public.auditing_engagement e
    JOIN public.ledger_entry entry ON entry.union_id = e.union_id AND entry.day BETWEEN e.since AND e.until
      AND entry.user_id = NEW.user_id
    WHERE e.id = NEW.engagement_id)
  THEN
    PERFORM public.auditing_refuse('nobody_audits_their_own_entries', 'auditing_member');
  END IF;
  IF NEW.left_at IS NULL AND EXISTS (
    SELECT FROM public.auditing_recusal r
    WHERE r.user_id = NEW.user_id AND r.union_id = NEW.union_id AND r.ended_on IS NULL)
  THEN
    PERFORM public.auditing_refuse('who_stepped_aside_does_not_audit', 'auditing_member');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER auditing_member_is_free_to_audit BEFORE INSERT OR UPDATE OF user_id, engagement_id, left_at
  ON auditing_member FOR EACH ROW EXECUTE FUNCTION auditing_join_team();

-- What was found is written by the team while the audit is in the field or drafted; once reported it stands. What it said
-- before it was changed or taken out is kept by the database.
CREATE FUNCTION auditing_guard_finding() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM public.auditing_engagement e
    WHERE e.id = CASE WHEN TG_OP = 'DELETE' THEN OLD.engagement_id ELSE NEW.engagement_id END
      AND e.state IN ('fieldwork', 'drafted'))
  THEN
    PERFORM public.auditing_refuse('finding_stands_once_reported', 'auditing_finding');
  END IF;
  IF NOT public.auditing_at_work(CASE WHEN TG_OP = 'DELETE' THEN OLD.engagement_id ELSE NEW.engagement_id END) THEN
    PERFORM public.auditing_refuse('audit_is_written_by_its_team', 'auditing_finding');
  END IF;
  IF TG_OP = 'INSERT' AND (NEW.state <> 'open' OR NEW.due_on IS NOT NULL OR NEW.corrected <> 0
    OR NEW.escalated_on IS NOT NULL)
  THEN
    PERFORM public.auditing_refuse('finding_begins_open', 'auditing_finding');
  END IF;
  IF TG_OP = 'INSERT' THEN
    RETURN NEW;
  END IF;
  INSERT INTO public.auditing_earlier (union_id, county_id, other_union_id, other_county_id, engagement_id, number, said,
    taken_out, at, by_user_id)
  VALUES (OLD.union_id, OLD.county_id, OLD.other_union_id, OLD.other_county_id, OLD.engagement_id, OLD.number,
    jsonb_build_object('title', OLD.title, 'words', OLD.words, 'matter', OLD.matter, 'prohibition', OLD.prohibition,
      'amount', OLD.amount, 'post', OLD.post), TG_OP = 'DELETE', now(), coalesce(public.access_user(), 0));
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

-- Whether nothing was said of the finding after this.
CREATE FUNCTION auditing_said_last(word public.auditing_word) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT NOT EXISTS (SELECT FROM public.auditing_word w WHERE w.finding_id = word.finding_id AND w.said_at > word.said_at)
$$;

-- What was reported gets its day with the report, once; it is put right when the committee has verified the union's proof,
-- and not for another amount; that it is late is the job's word. Once verified it stays so.
CREATE FUNCTION auditing_finding_goes_on() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  stands text := (SELECT e.state FROM public.auditing_engagement e WHERE e.id = NEW.engagement_id);
BEGIN
  IF NEW.due_on IS DISTINCT FROM OLD.due_on AND (OLD.due_on IS NOT NULL OR stands <> 'reported'
    OR NOT public.auditing_at_work(NEW.engagement_id))
  THEN
    PERFORM public.auditing_refuse('finding_keeps_its_day', 'auditing_finding');
  END IF;
  IF NEW.escalated_on IS DISTINCT FROM OLD.escalated_on AND NOT public.registry_is_job() THEN
    PERFORM public.auditing_refuse('what_is_late_is_told_by_the_job', 'auditing_finding');
  END IF;
  IF (NEW.state, NEW.corrected, NEW.verified_on, NEW.verified_by) IS NOT DISTINCT FROM
    (OLD.state, OLD.corrected, OLD.verified_on, OLD.verified_by)
  THEN
    RETURN NEW;
  END IF;
  IF OLD.state <> 'open' OR NEW.state <> 'verified' OR stands NOT IN ('rectifying', 'escalated')
    OR NEW.verified_by IS DISTINCT FROM public.access_user() OR NOT EXISTS (
      SELECT FROM public.auditing_word w WHERE w.finding_id = NEW.id AND w.kind = 'verified' AND w.amount = NEW.corrected
        AND w.said_by = NEW.verified_by AND public.auditing_said_last(w))
    OR NOT public.auditing_at_work(NEW.engagement_id)
  THEN
    PERFORM public.auditing_refuse('finding_is_put_right_by_its_proof', 'auditing_finding');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER auditing_finding_goes_on BEFORE UPDATE OF state, corrected, due_on, escalated_on, verified_on, verified_by
  ON auditing_finding FOR EACH ROW EXECUTE FUNCTION auditing_finding_goes_on();

CREATE TRIGGER auditing_finding_stands BEFORE INSERT OR DELETE OR UPDATE OF engagement_id, number, item_id, matter,
  prohibition, title, words, amount, post, repeats_id ON auditing_finding
  FOR EACH ROW EXECUTE FUNCTION auditing_guard_finding();

-- A comment is said to a draft, a proof to a finding that is open in a report; the committee answers a proof, by somebody of
-- the team. Whoever says it is who is here.
CREATE FUNCTION auditing_guard_word() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.kind = 'comment' AND NOT EXISTS (
    SELECT FROM public.auditing_engagement e WHERE e.id = NEW.engagement_id AND e.state = 'drafted')
  THEN
    PERFORM public.auditing_refuse('comment_is_to_a_draft', 'auditing_word');
  END IF;
  IF NEW.kind <> 'comment' AND NOT EXISTS (
    SELECT FROM public.auditing_engagement e
    JOIN public.auditing_finding f ON f.engagement_id = e.id AND f.id = NEW.finding_id
      AND f.state = 'open'
    WHERE e.id = NEW.engagement_id AND e.state IN ('rectifying', 'escalated'))
  THEN
    PERFORM public.auditing_refuse('proof_is_of_an_open_finding', 'auditing_word');
  END IF;
  IF NEW.said_by IS DISTINCT FROM public.access_user() THEN
    PERFORM public.auditing_refuse('word_is_said_by_who_is_here', 'auditing_word');
  END IF;
  IF NEW.kind IN ('returned', 'verified') AND (NOT EXISTS (SELECT FROM public.auditing_word w
      WHERE w.finding_id = NEW.finding_id AND w.kind = 'proof' AND public.auditing_said_last(w))
    OR NOT public.auditing_at_work(NEW.engagement_id))
  THEN
    PERFORM public.auditing_refuse('committee_answers_a_proof', 'auditing_word');
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER auditing_word_is_in_time BEFORE INSERT ON auditing_word
  FOR EACH ROW EXECUTE FUNCTION auditing_guard_word();

-- Samples are drawn and their working papers written in the field, by whoever of the team is here.
CREATE FUNCTION auditing_guard_papers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  audit uuid := CASE WHEN TG_TABLE_NAME = 'auditing_sample' THEN (to_jsonb(NEW) ->> 'engagement_id')::uuid
    ELSE (SELECT s.engagement_id FROM public.auditing_sample s WHERE s.id = (to_jsonb(NEW) ->> 'sample_id')::uuid) END;
  who bigint := coalesce(to_jsonb(NEW) ->> 'drawn_by', to_jsonb(NEW) ->> 'looked_by')::bigint;
BEGIN
  IF NOT public.auditing_at_work(audit) OR who <> public.access_user()
    OR NOT EXISTS (SELECT FROM public.auditing_engagement e WHERE e.id = audit AND e.state = 'fieldwork')
  THEN
    PERFORM public.auditing_refuse('papers_are_written_in_the_field', TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER auditing_sample_in_the_field BEFORE INSERT ON auditing_sample
  FOR EACH ROW EXECUTE FUNCTION auditing_guard_papers();
CREATE TRIGGER auditing_item_in_the_field BEFORE INSERT OR UPDATE OF result, note, file_id, looked_at, looked_by
  ON auditing_item FOR EACH ROW EXECUTE FUNCTION auditing_guard_papers();

-- Samples and words are only added; of an item's row its working paper alone is written; nothing is taken out. Where a
-- union goes over a county border the rows' counties go along.
CREATE TRIGGER auditing_sample_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, other_union_id,
  engagement_id, subject, method, accounts, size, seed, terms, population, amounts, digest, drawn_at, drawn_by
  ON auditing_sample FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER auditing_item_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, other_union_id, sample_id, place,
  number, day, amount, stratum, flags ON auditing_item FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER auditing_word_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, other_union_id,
  engagement_id, finding_id, kind, words, amount, file_id, said_at, said_by ON auditing_word
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER auditing_engagement_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, other_union_id, number, kind,
  matters, fund, commission, post, since, until, plan_on, made_at, made_by ON auditing_engagement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER auditing_plan_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, since, until, made_at, made_by
  ON auditing_plan FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER auditing_member_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, other_union_id, engagement_id,
  user_id, lead, named_at ON auditing_member FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER auditing_recusal_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, user_id, why, words, said_at,
  said_by ON auditing_recusal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER auditing_earlier_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, other_union_id,
  engagement_id, number, said, taken_out, at, by_user_id ON auditing_earlier
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE INSERT ON auditing_earlier FROM zhijia_app, zhijia_bulk, zhijia_sealer;

-- Whoever stepped aside does not say themselves that the reason is over; and what is over stays over.
CREATE FUNCTION auditing_recusal_ends() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF OLD.ended_on IS NOT NULL OR OLD.user_id = public.access_user() THEN
    PERFORM public.auditing_refuse('recusal_is_ended_by_another', 'auditing_recusal');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER auditing_recusal_ends BEFORE UPDATE OF ended_on ON auditing_recusal
  FOR EACH ROW EXECUTE FUNCTION auditing_recusal_ends();

-- What is late goes to the union above, once: for the job alone, which is nobody.
CREATE FUNCTION auditing_escalate(late bigint, today date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM public.registry_need(public.registry_is_job());
  UPDATE public.auditing_finding f SET escalated_on = today
    WHERE f.id = late AND f.state = 'open' AND f.escalated_on IS NULL AND f.due_on < today;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE public.auditing_engagement e SET state = 'escalated', escalated_on = today
    WHERE e.state = 'rectifying' AND e.id = (SELECT f.engagement_id FROM public.auditing_finding f WHERE f.id = late);
  RETURN true;
END $$;
