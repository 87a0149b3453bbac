-- What cards and lots promise, whoever writes (ADR 0021). What was written down of a card is the sum of its months; what is
-- left of a lot is what came less what went, held on the lot's row, so that no two give the same goods away.
CREATE FUNCTION assets_write_down() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM FROM public.assets_card WHERE id IN (SELECT card_id FROM added) ORDER BY id FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM added d LEFT JOIN public.assets_card c ON c.id = d.card_id AND c.union_id = d.union_id
    WHERE c.id IS NULL OR c.state = 'disposed' OR c.months IS NULL OR d.month < c.begins)
  THEN
    RAISE EXCEPTION 'a card is written down while it is there'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'depreciation_of_a_card_that_is_there', TABLE = 'assets_depreciation';
  END IF;
  UPDATE public.assets_card c SET depreciated = c.depreciated + more.amount
  FROM (SELECT card_id, sum(amount)::bigint AS amount FROM added GROUP BY card_id) AS more WHERE c.id = more.card_id;
  RETURN NULL;
END $$;
CREATE TRIGGER assets_depreciation_is_taken AFTER INSERT ON assets_depreciation
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION assets_write_down();
CREATE TRIGGER assets_depreciation_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF card_id, month, amount, union_id
  ON assets_depreciation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER assets_card_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, once, union_id, year, number, kind, came, donor,
  fund, got_on, cost, months, begins ON assets_card FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER assets_rent_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF lease_id, month, amount, received_on, entry_id,
  union_id ON assets_rent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A card begins with nothing written down; one that is gone stays gone.
CREATE FUNCTION assets_card_goes_on() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' AND (NEW.depreciated <> 0 OR NEW.state NOT IN ('in_use', 'idle'))
    OR TG_OP = 'UPDATE' AND OLD.state = 'disposed' AND NEW.state <> 'disposed'
  THEN
    RAISE EXCEPTION 'card %: this does not become that', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'card_goes_its_way', TABLE = 'assets_card';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER assets_card_goes_on BEFORE INSERT OR UPDATE OF state ON assets_card
  FOR EACH ROW EXECUTE FUNCTION assets_card_goes_on();

-- Goods go out of a lot: the lot's row is held, what is left falls, and the issue is worth its part; the last one takes the
-- rest, to the fen.
CREATE FUNCTION assets_issue_takes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE lot public.assets_lot;
BEGIN
  SELECT * INTO lot FROM public.assets_lot WHERE id = NEW.lot_id AND union_id = NEW.union_id FOR NO KEY UPDATE;
  IF NOT FOUND OR NEW.quantity > lot.remains THEN
    RAISE EXCEPTION 'lot % has not so many left', NEW.lot_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'lot_never_below_nothing', TABLE = 'assets_lot';
  END IF;
  NEW.worth := CASE WHEN NEW.quantity = lot.remains THEN lot.worth
    ELSE div(lot.worth::numeric * NEW.quantity, lot.remains)::bigint END;
  UPDATE public.assets_lot SET remains = remains - NEW.quantity, worth = worth - NEW.worth WHERE id = NEW.lot_id;
  RETURN NEW;
END $$;
CREATE TRIGGER assets_issue_takes BEFORE INSERT ON assets_issue FOR EACH ROW EXECUTE FUNCTION assets_issue_takes();
CREATE TRIGGER assets_issue_only_grows BEFORE DELETE OR TRUNCATE OR UPDATE OF id, once, source, source_id,
  purpose, lot_id, day, what_for, consent, category, occasion, to_union_id, quantity, worth, user_id, union_id ON assets_issue
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER assets_lot_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, once, union_id, name, unit, came, donor, purpose,
  fund, got_on, quantity, cost ON assets_lot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION assets_lot_begins_full() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.remains := NEW.quantity;
  NEW.worth := NEW.cost;
  RETURN NEW;
END $$;
CREATE TRIGGER assets_lot_begins_full BEFORE INSERT ON assets_lot FOR EACH ROW EXECUTE FUNCTION assets_lot_begins_full();
CREATE TRIGGER assets_handed_stays BEFORE DELETE OR TRUNCATE OR UPDATE OF id, issue_id, quantity, union_id ON assets_handed
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Who stands on the rosters of a union's goods.
CREATE FUNCTION assets_names(of_union int, people uuid[]) RETURNS TABLE (person_id uuid, member_number text, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT p.id, coalesce((SELECT m.member_number FROM public.registry_membership m WHERE m.person_id = p.id
    ORDER BY m.valid_to IS NULL DESC, m.valid_from DESC LIMIT 1), ''), p.name
  FROM public.registry_person p
  WHERE p.id = ANY (people) AND public.ledger_reaches(of_union)
    AND EXISTS (SELECT FROM public.assets_handed h WHERE h.person_id = p.id AND h.union_id = of_union)
$$;

REVOKE ALL ON assets_card, assets_depreciation, assets_lease, assets_rent, assets_count, assets_counted, assets_disposal,
  assets_lot, assets_issue, assets_handed FROM zhijia_app, zhijia_bulk, zhijia_sealer;
GRANT SELECT, INSERT ON assets_card, assets_depreciation, assets_lease, assets_rent, assets_count, assets_counted,
  assets_disposal, assets_lot, assets_issue, assets_handed TO zhijia_app, zhijia_bulk;
GRANT UPDATE (name, place, purpose, state, ended_on) ON assets_card TO zhijia_app, zhijia_bulk;
GRANT UPDATE (ended_on) ON assets_lease TO zhijia_app, zhijia_bulk;
GRANT UPDATE (counted_by, counted_at, confirmed_by, confirmed_at) ON assets_count TO zhijia_app, zhijia_bulk;
GRANT UPDATE (there, note) ON assets_counted TO zhijia_app, zhijia_bulk;
GRANT UPDATE (income, income_entry, entry_id, done_at) ON assets_disposal TO zhijia_app, zhijia_bulk;
GRANT UPDATE (signed_at) ON assets_handed TO zhijia_app, zhijia_bulk;
GRANT UPDATE (county_id) ON assets_card, assets_depreciation, assets_lease, assets_rent, assets_count, assets_counted,
  assets_disposal, assets_lot, assets_issue, assets_handed TO zhijia_bulk;
