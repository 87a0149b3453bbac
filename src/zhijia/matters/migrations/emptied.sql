-- A verdict is added and never changed, but for one way: of a case that was emptied in this transaction or before, what it
-- said and who said it become these values, and nothing else of the row changes (`services/emptying.py`, PI-07).
CREATE FUNCTION matters_only_emptied() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND current_setting('zhijia.retention', true) = 'on' AND current_user = 'zhijia_bulk'
    AND to_jsonb(NEW) = to_jsonb(OLD) || TG_ARGV[0]::jsonb
    AND EXISTS (SELECT FROM matters_case c WHERE c.id = OLD.case_id AND c.emptied_at IS NOT NULL)
  THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% of % is refused: its rows are only added', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;
DROP TRIGGER matters_decision_only_grows ON matters_decision;
CREATE TRIGGER matters_decision_only_grows BEFORE UPDATE OR DELETE ON matters_decision FOR EACH ROW
  EXECUTE FUNCTION matters_only_emptied('{"reason": "", "by_user_id": null, "grant_id": null, "rules": {}}');
DROP TRIGGER matters_line_answer_only_grows ON matters_line_answer;
CREATE TRIGGER matters_line_answer_only_grows BEFORE UPDATE OR DELETE ON matters_line_answer FOR EACH ROW
  EXECUTE FUNCTION matters_only_emptied('{"reason": "", "by_user_id": null}');

-- Only a case that has ended is emptied, and what was emptied stays so.
CREATE FUNCTION matters_guard_emptied() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.emptied_at IS DISTINCT FROM OLD.emptied_at AND (
    OLD.emptied_at IS NOT NULL OR NEW.closed_at IS NULL OR current_user <> 'zhijia_bulk'
    OR coalesce(current_setting('zhijia.retention', true), '') <> 'on')
  THEN
    RAISE EXCEPTION 'a case is emptied once, when its term is over'
      USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'case_is_emptied_once';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER matters_case_emptied BEFORE UPDATE OF emptied_at ON matters_case
  FOR EACH ROW EXECUTE FUNCTION matters_guard_emptied();

-- For whoever holds the random id of a case (an old link, the QR of a receipt): that it was emptied, and when.
CREATE FUNCTION matters_emptied_at(asked uuid) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT c.emptied_at FROM public.matters_case c WHERE c.id = asked
$$;
