-- What a receiver's books refused is found once and stays as it was found; it is tried again, and settled once.
CREATE FUNCTION payments_arrival_goes_on() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION 'arrival % is settled', OLD.id
    USING ERRCODE = 'check_violation', CONSTRAINT = 'arrival_is_settled_once', TABLE = 'payments_arrival';
END $$;
CREATE TRIGGER payments_arrival_goes_on BEFORE UPDATE OF broken, tried_at, settled_at, entry_id ON payments_arrival
  FOR EACH ROW WHEN (OLD.settled_at IS NOT NULL) EXECUTE FUNCTION payments_arrival_goes_on();
CREATE TRIGGER payments_arrival_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, union_id, payment_id, round, is_back,
  payer_id, title, amount, found_at ON payments_arrival FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

REVOKE ALL ON payments_arrival FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT ON payments_arrival TO zhijia_app, zhijia_bulk;
GRANT INSERT ON payments_arrival TO zhijia_bulk;
GRANT UPDATE (broken, tried_at, settled_at, entry_id, county_id) ON payments_arrival TO zhijia_bulk;
