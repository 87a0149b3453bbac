-- For whom a draft asks, whoever writes it without having it in hand (row policies let one write one's own drafts): for
-- oneself, or at a desk for somebody one may see; for a union one works at (with an employer that one covers beside it), an
-- employer one acts for, or whoever asked in the case it belongs to. Once begun, a draft asks for nobody else; only who asks themselves is written in when the register
-- knows them.
CREATE FUNCTION matters_guard_asker() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  whole public.matters_case;
BEGIN
  IF NOT row_security_active('public.matters_case') OR NEW.id = ANY (public.matters_in_hand()) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF (NEW.user_id, NEW.desk_user_id, NEW.asking_union_id, NEW.asking_employer_id, NEW.appeals_id) IS DISTINCT FROM
        (OLD.user_id, OLD.desk_user_id, OLD.asking_union_id, OLD.asking_employer_id, OLD.appeals_id)
      OR NEW.person_id IS DISTINCT FROM OLD.person_id
        AND (OLD.person_id IS NOT NULL OR NEW.person_id IS DISTINCT FROM public.access_person())
    THEN
      RAISE EXCEPTION 'a draft asks for nobody else'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'case_asks_for_whom_it_began', TABLE = 'matters_case';
    END IF;
    RETURN NEW;
  END IF;
  SELECT * INTO whole FROM public.matters_case c WHERE c.id = coalesce(NEW.part_of_id, NEW.appeals_id);
  IF NEW.person_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM public.access_person()
      AND NEW.person_id IS DISTINCT FROM whole.person_id
      AND (NEW.desk_user_id IS DISTINCT FROM public.access_user()
        OR NOT EXISTS (SELECT FROM public.registry_person p WHERE p.id = NEW.person_id))
    OR NEW.asking_union_id IS NOT NULL AND NEW.asking_union_id IS DISTINCT FROM whole.asking_union_id
      AND NOT public.registry_reaches(NEW.asking_union_id)
    OR NEW.asking_employer_id IS NOT NULL AND NEW.asking_employer_id IS DISTINCT FROM whole.asking_employer_id
      AND NEW.asking_employer_id <> ALL (public.access_employers())
      AND NOT EXISTS (SELECT FROM public.registry_coverage c
        WHERE c.union_id = NEW.asking_union_id AND c.employer_id = NEW.asking_employer_id AND c.valid_to IS NULL)
  THEN
    RAISE EXCEPTION 'a draft asks for who is here, or whom they may ask for'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'case_asks_for_whom_it_may', TABLE = 'matters_case';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER matters_case_asker BEFORE INSERT OR UPDATE OF person_id, user_id, desk_user_id, asking_union_id,
  asking_employer_id, appeals_id ON matters_case FOR EACH ROW EXECUTE FUNCTION matters_guard_asker();
