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

-- A drive that is over stands; one that is open keeps what it began with.
CREATE FUNCTION campaigns_drive_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF OLD.state IN ('closed', 'stopped') AND to_jsonb(OLD) - 'county_id' <> to_jsonb(NEW) - 'county_id'
    OR OLD.state = 'open' AND (NEW.state = 'draft' OR NEW.version_id <> OLD.version_id OR NEW.opens_on <> OLD.opens_on
      OR NEW.budget <> OLD.budget OR NEW.pot <> OLD.pot OR NEW.union_id <> OLD.union_id)
  THEN
    RAISE EXCEPTION 'the drive stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'drive_stands_once_it_is_open';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER campaigns_drive_stands BEFORE UPDATE ON campaigns_drive
  FOR EACH ROW EXECUTE FUNCTION campaigns_drive_stands();

-- What somebody got stays: it is neither undone nor deleted while the drive is there. Retention takes a closed drive whole.
CREATE FUNCTION campaigns_piece_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state <> 'done' OR current_user = 'zhijia_bulk' AND NOT EXISTS (
      SELECT FROM public.campaigns_drive d WHERE d.id = OLD.drive_id AND d.state = 'open')
    THEN
      RETURN OLD;
    END IF;
  ELSIF OLD.state <> 'done' OR to_jsonb(OLD) - '{county_id,late}'::text[] = to_jsonb(NEW) - '{county_id,late}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'what was given stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'what_was_given_stands';
END $$;
CREATE TRIGGER campaigns_piece_stands BEFORE UPDATE OR DELETE ON campaigns_piece
  FOR EACH ROW EXECUTE FUNCTION campaigns_piece_stands();

-- A return's versions follow each other, and none changes.
CREATE FUNCTION campaigns_answer_grows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
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

CREATE TRIGGER campaigns_version_stands BEFORE UPDATE OR DELETE ON campaigns_version
  FOR EACH ROW EXECUTE FUNCTION catalogue_published_stands();
