-- The box half (ADR 0023). Nobody reads or writes it but these functions, which run as the owner: its tables have row
-- policies and none that lets anybody pass. A vote writes one row, here, and takes no lock on any row: what marked a
-- row of the roll (its xmin, or its xmax by a lock) would join the two halves. Who must not cross is held apart by
-- advisory locks, which leave nothing behind.

ALTER TABLE questionnaires_secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE questionnaires_secret FORCE ROW LEVEL SECURITY;
ALTER TABLE questionnaires_ballot ENABLE ROW LEVEL SECURITY;
ALTER TABLE questionnaires_ballot FORCE ROW LEVEL SECURITY;
REVOKE ALL ON questionnaires_secret, questionnaires_ballot FROM zhijia_app, zhijia_bulk;
REVOKE ALL ON questionnaires_strip, questionnaires_receipt FROM zhijia_app, zhijia_bulk;
GRANT SELECT, INSERT ON questionnaires_strip, questionnaires_receipt TO zhijia_app, zhijia_bulk;
GRANT DELETE ON questionnaires_strip, questionnaires_receipt TO zhijia_bulk;

-- Whether who is asking works at the poll's union, or is the platform's own job.
CREATE FUNCTION questionnaires_keeps(of_poll int) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT public.registry_is_job() OR EXISTS (
    SELECT FROM public.questionnaires_poll p WHERE p.id = of_poll AND public.registry_reaches(p.union_id))
$$;

CREATE FUNCTION questionnaires_lock(of_poll int) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT hashtextextended('questionnaires_poll ' || of_poll, 0)
$$;

-- The secret of a poll that is about to open.
CREATE FUNCTION questionnaires_lay_down(of_poll int, made bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM public.registry_need(public.questionnaires_keeps(of_poll) AND EXISTS (
    SELECT FROM public.questionnaires_poll p WHERE p.id = of_poll AND p.state = 'draft'));
  INSERT INTO public.questionnaires_secret (poll_id, sealed) VALUES (of_poll, made);
END $$;

-- The sealed secret of an open poll; none once it is counted.
CREATE FUNCTION questionnaires_secret_of(of_poll int) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT s.sealed FROM public.questionnaires_secret s WHERE s.poll_id = of_poll
$$;

-- Nobody counts the poll, and nobody else decides about this voter, until the transaction ends. Answers its state.
CREATE FUNCTION questionnaires_hold(of_poll int, of_slot uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(public.questionnaires_lock(of_poll));
  PERFORM pg_advisory_xact_lock(hashtextextended(of_slot::text, 1));
  RETURN (SELECT p.state FROM public.questionnaires_poll p WHERE p.id = of_poll);
END $$;

-- Put a closed ballot into the box. Answers whether it went in: the key keeps one for each voter.
CREATE FUNCTION questionnaires_cast(of_poll int, of_slot uuid, closed bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF public.questionnaires_hold(of_poll, of_slot) IS DISTINCT FROM 'open' THEN
    RAISE EXCEPTION 'the box is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'ballot_while_the_poll_is_open';
  END IF;
  INSERT INTO public.questionnaires_ballot (poll_id, slot, sealed) VALUES (of_poll, of_slot, closed)
    ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;

-- Whether there is a ballot under this slot.
CREATE FUNCTION questionnaires_is_in(of_poll int, of_slot uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (SELECT FROM public.questionnaires_ballot b WHERE b.poll_id = of_poll AND b.slot = of_slot)
$$;

-- How many ballots are in the box.
CREATE FUNCTION questionnaires_in_box(of_poll int) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT count(*) FROM public.questionnaires_ballot b WHERE b.poll_id = of_poll AND public.questionnaires_keeps(of_poll)
$$;

-- Wait for whoever is voting, let nobody else in, and take the ballots out, in the order of their slots.
CREATE FUNCTION questionnaires_take_out(of_poll int) RETURNS TABLE (slot uuid, sealed bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM public.registry_need(public.questionnaires_keeps(of_poll));
  PERFORM pg_advisory_xact_lock(public.questionnaires_lock(of_poll));
  RETURN QUERY SELECT b.slot, b.sealed FROM public.questionnaires_ballot b WHERE b.poll_id = of_poll ORDER BY b.slot;
END $$;

-- What was in the box has been counted, each with its receipt: the box is emptied and the secret is destroyed.
CREATE FUNCTION questionnaires_burn(of_poll int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  gone bigint;
BEGIN
  PERFORM public.registry_need(public.questionnaires_keeps(of_poll));
  PERFORM pg_advisory_xact_lock(public.questionnaires_lock(of_poll));
  DELETE FROM public.questionnaires_ballot b WHERE b.poll_id = of_poll;
  GET DIAGNOSTICS gone = ROW_COUNT;
  IF NOT EXISTS (SELECT FROM public.questionnaires_poll p WHERE p.id = of_poll AND p.state IN ('counted', 'stopped'))
    OR gone <> (SELECT count(*) FROM public.questionnaires_receipt r WHERE r.poll_id = of_poll)
      AND NOT EXISTS (SELECT FROM public.questionnaires_poll p WHERE p.id = of_poll AND p.state = 'stopped')
  THEN
    RAISE EXCEPTION 'a ballot would be lost' USING ERRCODE = 'check_violation', CONSTRAINT = 'no_ballot_is_lost';
  END IF;
  DELETE FROM public.questionnaires_secret s WHERE s.poll_id = of_poll;
  DELETE FROM public.questionnaires_draft d WHERE d.poll_id = of_poll;
  DELETE FROM public.questionnaires_slip s WHERE s.poll_id = of_poll;
END $$;

-- Who is asked and who stands are fixed once the poll is open; of a voter only how they take part is written, once, and the name
-- of whoever stands is withheld where they agree to it no more (the votes for their number stay): by the owner alone, whose
-- functions ask whose name it is.
CREATE FUNCTION questionnaires_roll_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  poll int := CASE WHEN TG_OP = 'INSERT' THEN NEW.poll_id ELSE OLD.poll_id END;
  now_is text := (SELECT p.state FROM public.questionnaires_poll p WHERE p.id = poll);
BEGIN
  IF TG_OP = 'DELETE' AND now_is IS NULL
    OR TG_OP = 'DELETE' AND current_user = 'zhijia_bulk' AND now_is IN ('counted', 'stopped')
    OR now_is = 'draft'
    OR TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'questionnaires_voter' AND now_is IN ('open', 'counted')
      AND to_jsonb(OLD) - 'way' = to_jsonb(NEW) - 'way' AND to_jsonb(OLD) ->> 'way' = ''
    OR TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'questionnaires_candidate' AND current_user NOT IN ('zhijia_app', 'zhijia_bulk')
      AND to_jsonb(NEW) ->> 'name' = '' AND to_jsonb(NEW) ->> 'about' = '' AND to_jsonb(OLD) ->> 'person_id' IS NULL
      AND to_jsonb(OLD) - '{name,about}'::text[] = to_jsonb(NEW) - '{name,about}'::text[]
    OR TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'county_id' = to_jsonb(NEW) - 'county_id'
  THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION 'the roll stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'roll_stands_once_the_poll_is_open';
END $$;

CREATE TRIGGER questionnaires_voter_stands BEFORE INSERT OR UPDATE OR DELETE ON questionnaires_voter
  FOR EACH ROW EXECUTE FUNCTION questionnaires_roll_stands();
CREATE TRIGGER questionnaires_candidate_stands BEFORE INSERT OR UPDATE OR DELETE ON questionnaires_candidate
  FOR EACH ROW EXECUTE FUNCTION questionnaires_roll_stands();

-- Slips are made by those who hold the poll, while it is open, and are never changed.
CREATE FUNCTION questionnaires_slip_is_kept() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM public.registry_need(public.questionnaires_keeps(NEW.poll_id) AND EXISTS (
    SELECT FROM public.questionnaires_poll p WHERE p.id = NEW.poll_id AND p.state = 'open'));
  RETURN NEW;
END $$;
CREATE TRIGGER questionnaires_slip_is_kept BEFORE INSERT ON questionnaires_slip
  FOR EACH ROW EXECUTE FUNCTION questionnaires_slip_is_kept();
REVOKE UPDATE, DELETE ON questionnaires_slip FROM zhijia_app;

-- How many entered a contest, handed in, and passed, without anybody's name; nothing for whoever does not keep it.
CREATE FUNCTION questionnaires_contest(of_poll int, part int, of_whole int)
RETURNS TABLE (entered bigint, handed_in bigint, passed bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT count(*), count(a.ended_at), count(*) FILTER (WHERE a.points * of_whole >= a.most * part)
  FROM public.questionnaires_attempt a
  WHERE a.poll_id = of_poll AND NOT a.practice AND public.questionnaires_keeps(of_poll)
$$;

-- A poll that was counted stands; what is written afterwards is that its result went into the register.
CREATE FUNCTION questionnaires_poll_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF OLD.state IN ('counted', 'stopped')
    AND to_jsonb(OLD) - '{election_id,county_id}'::text[] <> to_jsonb(NEW) - '{election_id,county_id}'::text[]
    OR OLD.state = 'open' AND (NEW.state = 'draft' OR NEW.entitled <> OLD.entitled OR NEW.seats <> OLD.seats
      OR NEW.version_id <> OLD.version_id OR NEW.roll_on <> OLD.roll_on)
  THEN
    RAISE EXCEPTION 'the poll stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'poll_stands_once_it_is_open';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER questionnaires_poll_stands BEFORE UPDATE ON questionnaires_poll
  FOR EACH ROW EXECUTE FUNCTION questionnaires_poll_stands();

-- A poll is held by who works at its union, or above; a job counts one as the officer who opened it.
CREATE TRIGGER questionnaires_poll_is_its_unions BEFORE INSERT OR UPDATE OR DELETE ON questionnaires_poll
  FOR EACH ROW EXECUTE FUNCTION registry_run_by_its_union();

-- The papers of an open poll are counted by two who work there, each in their own name, and a count is never changed: where the two
-- differ both go, and are counted anew.
CREATE FUNCTION questionnaires_papers_are_counted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.user_id IS DISTINCT FROM public.access_user() OR NOT EXISTS (
    SELECT FROM public.questionnaires_poll p
    WHERE p.id = coalesce(NEW.poll_id, OLD.poll_id) AND p.state = 'open' AND p.on_paper AND public.registry_works_at(p.union_id))
  THEN
    RAISE EXCEPTION 'papers are counted by two who work there' USING ERRCODE = 'insufficient_privilege',
      CONSTRAINT = 'papers_are_counted_by_two_who_work_there', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER questionnaires_papers_are_counted BEFORE INSERT OR DELETE ON questionnaires_paper_count
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION questionnaires_papers_are_counted();
REVOKE UPDATE ON questionnaires_paper_count FROM zhijia_app;

-- What was in the box is published once, in the transaction that counts it and destroys its secret: nothing comes to it later.
CREATE FUNCTION questionnaires_published_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT poll_id FROM added) a
    WHERE NOT public.questionnaires_keeps(a.poll_id) OR NOT EXISTS (
      SELECT FROM public.questionnaires_poll p JOIN public.questionnaires_secret s ON s.poll_id = p.id
      WHERE p.id = a.poll_id AND p.state = 'counted'))
  THEN
    RAISE EXCEPTION 'ballots are published as they are counted' USING ERRCODE = 'insufficient_privilege',
      CONSTRAINT = 'ballots_are_published_as_they_are_counted', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER questionnaires_strip_is_counted AFTER INSERT ON questionnaires_strip REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT WHEN (current_user IN ('zhijia_app', 'zhijia_bulk')) EXECUTE FUNCTION questionnaires_published_once();
CREATE TRIGGER questionnaires_receipt_is_counted AFTER INSERT ON questionnaires_receipt REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT WHEN (current_user IN ('zhijia_app', 'zhijia_bulk')) EXECUTE FUNCTION questionnaires_published_once();

-- A try begins with nothing and is handed in once: what it drew, its time and, once it is over, its answers and points stand. That the
-- points are those of the answers the service alone says; `zhijia verify` counts them again.
CREATE FUNCTION questionnaires_attempt_goes_on() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  later text[] := '{county_id,publish,called}';
  handed_in text[] := '{answers,ended_at,points}';
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF num_nonnulls(NEW.ended_at, NEW.points) > 0 OR NEW.answers <> '{}' OR NEW.publish THEN
      RAISE EXCEPTION 'a try begins with nothing' USING ERRCODE = 'check_violation', CONSTRAINT = 'attempt_begins_with_nothing';
    END IF;
  ELSIF OLD.ended_at IS NULL AND (NEW.publish OR coalesce(NEW.points, 0) NOT BETWEEN 0 AND NEW.most
      OR (NEW.points IS NULL) <> (NEW.ended_at IS NULL)
      OR to_jsonb(NEW) - later - handed_in <> to_jsonb(OLD) - later - handed_in)
    OR OLD.ended_at IS NOT NULL AND to_jsonb(NEW) - later <> to_jsonb(OLD) - later
  THEN
    RAISE EXCEPTION 'a try is handed in once' USING ERRCODE = 'check_violation', CONSTRAINT = 'attempt_is_handed_in_once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER questionnaires_attempt_goes_on BEFORE INSERT OR UPDATE ON questionnaires_attempt
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION questionnaires_attempt_goes_on();

-- What was done is put up for rating by the platform's job (`bulk`); whoever it was done for gives the mark, once; a low one is
-- followed up once, by somebody else in their own name who had no part in it.
CREATE FUNCTION questionnaires_rating_goes_on() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  asking bigint := public.access_user();
  given boolean := (NEW.answers, NEW.answered_at, NEW.mark, NEW.low) IS DISTINCT FROM
    (OLD.answers, OLD.answered_at, OLD.mark, OLD.low);
  followed boolean := (NEW.followed_by, NEW.followed_at, NEW.followed) IS DISTINCT FROM
    (OLD.followed_by, OLD.followed_at, OLD.followed);
BEGIN
  IF given AND (OLD.answered_at IS NOT NULL OR OLD.user_id IS DISTINCT FROM asking)
    OR followed AND (OLD.followed_at IS NOT NULL OR NOT OLD.low OR NEW.followed_by IS DISTINCT FROM asking
      OR OLD.user_id = asking OR OLD.not_by @> to_jsonb(asking) OR public.registry_works_at(OLD.union_id) IS NOT TRUE)
  THEN
    RAISE EXCEPTION 'not for who is asking' USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'rating_is_given_once',
      TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER questionnaires_rating_goes_on BEFORE UPDATE ON questionnaires_rating
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION questionnaires_rating_goes_on();
REVOKE INSERT, UPDATE, DELETE ON questionnaires_rating FROM zhijia_app;
GRANT UPDATE (answers, answered_at, mark, low, followed_by, followed_at, followed) ON questionnaires_rating TO zhijia_app;

CREATE TRIGGER questionnaires_version_stands BEFORE UPDATE OR DELETE ON questionnaires_version
  FOR EACH ROW EXECUTE FUNCTION catalogue_published_stands();
CREATE TRIGGER questionnaires_version_written BEFORE INSERT OR UPDATE OR DELETE ON questionnaires_version
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION catalogue_version_is_by_two();
