-- What no way of writing gets round. Rows go over a county border with their union: `county_id` is never among what stands.

-- What is shared below a union adds up to its own target, at the end of the transaction.
CREATE FUNCTION campaigns_shares_add_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  looked int[];
  above int;
BEGIN
  IF TG_OP = 'DELETE' THEN
    looked := ARRAY[OLD.above_id, OLD.union_id];
  ELSE
    looked := ARRAY[NEW.above_id, NEW.union_id];
  END IF;
  FOREACH above IN ARRAY looked LOOP
    IF EXISTS (
      SELECT FROM public.campaigns_share s
      WHERE s.drive_id = coalesce(NEW.drive_id, OLD.drive_id) AND s.measure = coalesce(NEW.measure, OLD.measure)
        AND s.year = coalesce(NEW.year, OLD.year) AND s.above_id = above
      HAVING count(*) > 0 AND sum(s.amount) IS DISTINCT FROM (
        SELECT o.amount FROM public.campaigns_share o
        WHERE o.drive_id = coalesce(NEW.drive_id, OLD.drive_id) AND o.measure = coalesce(NEW.measure, OLD.measure)
          AND o.year = coalesce(NEW.year, OLD.year) AND o.union_id = above))
    THEN
      RAISE EXCEPTION 'the shares do not add up' USING ERRCODE = 'check_violation', CONSTRAINT = 'shares_add_up';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER campaigns_shares_add_up AFTER INSERT OR UPDATE OR DELETE ON campaigns_share
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION campaigns_shares_add_up();

-- A target is set where who is asking works, in their own name: the drive's own at its union, those below by the union above them.
CREATE FUNCTION campaigns_shares_are_given_above() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
      SELECT FROM (SELECT DISTINCT coalesce(s.above_id, s.union_id) AS giver FROM written s) w
      WHERE public.registry_works_at(w.giver) IS NOT TRUE)
    OR TG_OP <> 'DELETE' AND EXISTS (
      SELECT FROM written s JOIN public.campaigns_drive d ON d.id = s.drive_id
      WHERE s.given_by IS DISTINCT FROM public.access_user() OR CASE WHEN s.above_id IS NULL THEN s.union_id <> d.union_id
        ELSE NOT EXISTS (SELECT FROM public.registry_parent e WHERE e.union_id = s.union_id AND e.parent_id = s.above_id
          AND e.tree = 'organisation' AND e.valid_to IS NULL) END)
  THEN
    RAISE EXCEPTION 'a target is given by the union above' USING ERRCODE = 'insufficient_privilege',
      CONSTRAINT = 'shares_are_given_above', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER campaigns_share_is_given AFTER INSERT ON campaigns_share REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION campaigns_shares_are_given_above();
CREATE TRIGGER campaigns_share_is_given_anew AFTER UPDATE ON campaigns_share REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION campaigns_shares_are_given_above();
CREATE TRIGGER campaigns_share_is_taken AFTER DELETE ON campaigns_share REFERENCING OLD TABLE AS written
  FOR EACH STATEMENT WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION campaigns_shares_are_given_above();
REVOKE UPDATE ON campaigns_share FROM zhijia_app;
GRANT UPDATE (above_id, amount, given_by, given_at) ON campaigns_share TO zhijia_app;

-- A drive that is over stands, but for goods that come back to its budget; one that is open keeps what it began with.
CREATE FUNCTION campaigns_drive_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF OLD.state IN ('closed', 'stopped') AND (NEW.spent > OLD.spent
      OR to_jsonb(OLD) - '{county_id,spent}'::text[] <> to_jsonb(NEW) - '{county_id,spent}'::text[])
    OR OLD.state = 'open' AND (NEW.state = 'draft' OR NEW.version_id <> OLD.version_id OR NEW.opens_on <> OLD.opens_on
      OR NEW.budget <> OLD.budget OR NEW.pot <> OLD.pot OR NEW.sums <> OLD.sums OR NEW.union_id <> OLD.union_id)
  THEN
    RAISE EXCEPTION 'the drive stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'drive_stands_once_it_is_open';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campaigns_drive_stands BEFORE UPDATE ON campaigns_drive
  FOR EACH ROW EXECUTE FUNCTION campaigns_drive_stands();
CREATE TRIGGER campaigns_drive_is_its_unions BEFORE INSERT OR UPDATE OR DELETE ON campaigns_drive
  FOR EACH ROW EXECUTE FUNCTION registry_run_by_its_union();

-- Whether a drive is open, and stays so to the end of the transaction: whoever closes it waits.
CREATE FUNCTION campaigns_held_open(of_drive int) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM FROM public.campaigns_drive d WHERE d.id = of_drive AND d.state = 'open' FOR SHARE;
  RETURN FOUND;
END $$;

-- What somebody got stays: it is neither undone nor deleted while the drive is there, but for goods that came back and payments
-- that were stopped. Retention takes a closed drive whole. Nobody gets a thing but while the drive is open: its report stands.
-- Whoever gives holds the drive's row, and so does whoever closes it: the first wins, and the second hears of it.
-- Only a merge of two registrations, which runs as the owner, says whose it is.
CREATE FUNCTION campaigns_piece_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  goes_along text[] := CASE WHEN current_user IN ('zhijia_app', 'zhijia_bulk') THEN '{county_id,late}'
    ELSE '{county_id,late,entry_id,person_id,thing}' END;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state <> 'done' OR current_user = 'zhijia_bulk' AND NOT EXISTS (
      SELECT FROM public.campaigns_drive d WHERE d.id = OLD.drive_id AND d.state = 'open')
    THEN
      RETURN OLD;
    END IF;
  ELSIF OLD.state <> 'done' AND NEW.state = 'done'
    AND NOT EXISTS (SELECT FROM public.campaigns_drive d WHERE d.id = NEW.drive_id AND d.state = 'open')
  THEN
    RAISE EXCEPTION 'the drive is not open' USING ERRCODE = 'check_violation', CONSTRAINT = 'given_while_the_drive_is_open';
  ELSIF OLD.state <> 'done' OR to_jsonb(OLD) - goes_along = to_jsonb(NEW) - goes_along
    OR NEW.state <> 'done' AND (public.campaigns_came_back(OLD.source) OR public.campaigns_was_stopped(OLD.id, OLD.source))
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'what was given stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'what_was_given_stands';
END $$;
CREATE TRIGGER campaigns_piece_stands BEFORE UPDATE OR DELETE ON campaigns_piece
  FOR EACH ROW EXECUTE FUNCTION campaigns_piece_stands();

-- A return's versions follow each other while the drive is open, and none changes.
CREATE FUNCTION campaigns_answer_grows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT public.campaigns_held_open((SELECT p.drive_id FROM public.campaigns_piece p WHERE p.id = NEW.piece_id)) THEN
      RAISE EXCEPTION 'the drive is not open' USING ERRCODE = 'check_violation', CONSTRAINT = 'given_while_the_drive_is_open';
    END IF;
    IF NEW.version = 1 + coalesce((SELECT max(a.version) FROM public.campaigns_answer a WHERE a.piece_id = NEW.piece_id), 0)
    THEN
      RETURN NEW;
    END IF;
  ELSIF TG_OP = 'UPDATE' THEN
    IF to_jsonb(OLD) - 'county_id' = to_jsonb(NEW) - 'county_id' THEN
      RETURN NEW;
    END IF;
  ELSIF current_user = 'zhijia_bulk' AND NOT EXISTS (
    SELECT FROM public.campaigns_piece p JOIN public.campaigns_drive d ON d.id = p.drive_id
    WHERE p.id = OLD.piece_id AND d.state = 'open')
  THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'a return only grows' USING ERRCODE = 'check_violation', CONSTRAINT = 'return_only_grows';
END $$;
CREATE TRIGGER campaigns_answer_grows BEFORE INSERT OR UPDATE OR DELETE ON campaigns_answer
  FOR EACH ROW EXECUTE FUNCTION campaigns_answer_grows();

-- Once a return is sent, or corrected, no draft of it waits: neither the officers' nor the employer's, whoever sent it.
CREATE FUNCTION campaigns_sent_leaves_no_draft() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  DELETE FROM public.campaigns_draft t WHERE t.piece_id = NEW.piece_id;
  RETURN NULL;
END $$;
CREATE TRIGGER campaigns_sent_leaves_no_draft AFTER INSERT ON campaigns_answer
  FOR EACH ROW EXECUTE FUNCTION campaigns_sent_leaves_no_draft();

CREATE TRIGGER campaigns_version_stands BEFORE UPDATE OR DELETE ON campaigns_version
  FOR EACH ROW EXECUTE FUNCTION catalogue_published_stands();
CREATE TRIGGER campaigns_version_written BEFORE INSERT OR UPDATE OR DELETE ON campaigns_version
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION catalogue_version_is_by_two();

-- Two registrations become one (`registry_merge_people`): a place on a roster and what was given there follow. Where both
-- stand on one roster the place of `stays` holds what either got or has under way, and the other is left: nobody gets a thing twice.
CREATE FUNCTION campaigns_merged(merge uuid, stays uuid, goes uuid, on_day date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  -- What of the second place counts for more than the same thing of the first changes places with it.
  INSERT INTO public.registry_moved (merge_id, thing, row, followed)
    SELECT merge, 'campaigns_piece', side.piece, side.followed
    FROM public.campaigns_entry g
    JOIN public.campaigns_entry k ON k.drive_id = g.drive_id AND k.person_id = stays AND k.row_id IS NULL
    JOIN public.campaigns_piece a ON a.entry_id = g.id
    LEFT JOIN public.campaigns_piece b ON b.entry_id = k.id AND b.thing = a.thing AND b.begins_on = a.begins_on
    CROSS JOIN LATERAL (VALUES (a.id::text, true), (b.id::text, false)) AS side (piece, followed)
    WHERE g.person_id = goes AND g.row_id IS NULL AND side.piece IS NOT NULL
      AND (a.state = 'done' OR a.case_id IS NOT NULL)
      AND b.state IS DISTINCT FROM 'done' AND (a.state = 'done' OR b.case_id IS NULL);
  PERFORM public.campaigns_exchange(merge, goes, stays);

  INSERT INTO public.registry_moved (merge_id, thing, row, followed, ended_on)
    SELECT merge, 'campaigns_entry', g.id::text, k.id IS NULL, g.left_on
    FROM public.campaigns_entry g
    LEFT JOIN public.campaigns_entry k ON k.drive_id = g.drive_id AND k.person_id = stays
      AND k.row_id IS NULL AND g.row_id IS NULL
    WHERE g.person_id = goes;
  UPDATE public.campaigns_entry e SET person_id = stays FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'campaigns_entry' AND v.followed AND e.id = v.row::bigint;
  UPDATE public.campaigns_piece p SET person_id = stays FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'campaigns_entry' AND v.followed AND p.entry_id = v.row::bigint;
  UPDATE public.campaigns_entry e SET left_on = coalesce(e.left_on, on_day),
    left_why = CASE WHEN e.left_on IS NULL THEN 'twice' ELSE e.left_why END WHERE e.person_id = goes;
  UPDATE public.campaigns_piece p SET state = 'void' WHERE p.person_id = goes AND p.state = 'open';
END $$;

-- The pieces a merge exchanged between two places go from the place of `giver` to that of `taker`, theirs the other way.
CREATE FUNCTION campaigns_exchange(merge uuid, giver uuid, taker uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  moved bigint[] := (SELECT coalesce(array_agg(v.row::bigint), '{}') FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'campaigns_piece');
  names jsonb := (SELECT coalesce(jsonb_object_agg(p.id, p.thing), '{}') FROM public.campaigns_piece p WHERE p.id = ANY (moved));
BEGIN
  -- Each place has a thing once at every moment: under a name of their own they pass each other.
  UPDATE public.campaigns_piece p SET thing = '~' || p.id WHERE p.id = ANY (moved);
  UPDATE public.campaigns_piece p SET entry_id = e.id, person_id = e.person_id FROM public.campaigns_entry e
    WHERE p.id = ANY (moved) AND e.drive_id = p.drive_id AND e.row_id IS NULL
      AND e.person_id = CASE p.person_id WHEN giver THEN taker ELSE giver END;
  UPDATE public.campaigns_piece p SET thing = names ->> p.id::text WHERE p.id = ANY (moved);
END $$;

-- A merge is undone: places and pieces are whose they were.
CREATE FUNCTION campaigns_unmerged(merge uuid, stays uuid, goes uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE public.campaigns_piece p SET person_id = goes FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'campaigns_entry' AND v.followed AND p.entry_id = v.row::bigint;
  UPDATE public.campaigns_entry e SET person_id = goes FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'campaigns_entry' AND v.followed AND e.id = v.row::bigint;
  UPDATE public.campaigns_entry e SET left_on = v.ended_on,
    left_why = CASE WHEN v.ended_on IS NULL THEN '' ELSE e.left_why END FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'campaigns_entry' AND NOT v.followed AND e.id = v.row::bigint;
  PERFORM public.campaigns_exchange(merge, stays, goes);
  UPDATE public.campaigns_piece p SET state = 'open' FROM public.campaigns_entry e
    WHERE p.entry_id = e.id AND e.left_on IS NULL AND p.state = 'void' AND p.person_id IN (stays, goes);
END $$;

-- Whether somebody was given money or goods since a merge, at a place an undo would take from them.
CREATE FUNCTION campaigns_given_since(merge uuid, merged timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT EXISTS (
    SELECT FROM public.registry_moved v JOIN public.campaigns_piece p
      ON v.thing = 'campaigns_entry' AND v.followed AND p.entry_id = v.row::bigint
      OR v.thing = 'campaigns_piece' AND p.id = v.row::bigint
    WHERE v.merge_id = merge AND p.done_at > merged AND p.source ~ '^(payment|issue):')
$$;
