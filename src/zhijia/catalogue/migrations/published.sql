-- What was published stands: a version or number in force is never changed or taken away, whoever writes.
CREATE FUNCTION catalogue_published_stands() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF OLD.state = 'published' THEN
    RAISE EXCEPTION 'what was published is never changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'published_stands';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF NEW.state = 'published' AND OLD.state <> 'proposed' THEN
    RAISE EXCEPTION 'nothing is published before it was proposed' USING ERRCODE = 'check_violation', CONSTRAINT = 'published_after_it_was_proposed';
  END IF;
  RETURN NEW;
END
$$;
