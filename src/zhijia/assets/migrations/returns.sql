-- Goods that were handed out by mistake come back into their lot: its row is held, so that no line comes back twice, whoever
-- asks at once. A line is worth its part of the issue, the first of them a fen more until nothing is left (`rules.parts`).
CREATE FUNCTION assets_return_puts_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  gone public.assets_issue;
  roster bigint;
  found bigint;
  told text;
BEGIN
  SELECT * INTO gone FROM public.assets_issue WHERE id = NEW.issue_id AND union_id = NEW.union_id;
  PERFORM FROM public.assets_lot WHERE id = gone.lot_id FOR NO KEY UPDATE;
  SELECT count(*) INTO roster FROM public.assets_handed WHERE issue_id = gone.id;
  IF gone.id IS NULL THEN
    told := 'return_is_of_an_issue_of_its_union';
  ELSIF EXISTS (SELECT FROM public.assets_return r
    WHERE r.issue_id = gone.id AND (roster = 0 OR r.lines && NEW.lines))
  THEN
    told := 'goods_come_back_once';
  ELSIF roster = 0 THEN
    NEW.lines := '{}';
    NEW.quantity := gone.quantity;
    NEW.worth := gone.worth;
  ELSE
    SELECT count(*), coalesce(sum(part.quantity), 0), coalesce(sum(part.worth), 0) INTO found, NEW.quantity, NEW.worth
    FROM (
      SELECT h.id, h.quantity,
        gone.worth / roster + (row_number() OVER (ORDER BY h.id) <= gone.worth % roster)::int AS worth
      FROM public.assets_handed h WHERE h.issue_id = gone.id) AS part
    WHERE part.id = ANY (NEW.lines);
    IF found = 0 OR found <> cardinality(NEW.lines) THEN
      told := 'return_is_of_lines_of_its_issue';
    END IF;
  END IF;
  IF told IS NOT NULL THEN
    RAISE EXCEPTION 'what went out by issue % does not come back so: %', NEW.issue_id, told
      USING ERRCODE = 'check_violation', CONSTRAINT = told, TABLE = 'assets_return';
  END IF;
  UPDATE public.assets_lot SET remains = remains + NEW.quantity, worth = worth + NEW.worth WHERE id = gone.lot_id;
  RETURN NEW;
END $$;
CREATE TRIGGER assets_return_puts_back BEFORE INSERT ON assets_return
  FOR EACH ROW EXECUTE FUNCTION assets_return_puts_back();
CREATE TRIGGER assets_return_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF id, once, issue_id, day, reason, lines,
  quantity, worth, user_id, union_id ON assets_return FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

REVOKE ALL ON assets_return FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT, INSERT ON assets_return TO zhijia_app, zhijia_bulk;
GRANT UPDATE (county_id) ON assets_return TO zhijia_bulk;
