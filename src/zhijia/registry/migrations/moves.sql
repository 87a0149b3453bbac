-- Who works at an employer among the members of a union, and what keeps them from following it ('' nothing). Under the
-- rights of who calls it.
CREATE FUNCTION registry_followers(source int, works_at int, chosen uuid[], after uuid, most int)
RETURNS TABLE (person_id uuid, name text, obstacle text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT p.id, p.name,
    CASE WHEN m.status IN ('30', '31', '32') THEN 'retained'
      WHEN EXISTS (SELECT FROM public.registry_transfer_leg l WHERE l.person_id = p.id AND l.state = 'pending')
        THEN 'transfer'
      ELSE '' END
  FROM public.registry_person p
  JOIN public.registry_membership m ON m.person_id = p.id AND m.valid_to IS NULL AND m.union_id = source
  WHERE p.union_id = source AND p.employer_id = works_at
    AND (chosen IS NULL OR p.id = ANY (chosen)) AND (after IS NULL OR p.id > after)
  ORDER BY p.id LIMIT most
$$;

-- How many they are, by obstacle: either side may ask before it proposes. It names nobody.
CREATE FUNCTION registry_follower_counts(source int, works_at int, receiving int)
RETURNS TABLE (obstacle text, many bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
BEGIN
  PERFORM public.registry_need(public.registry_reaches(source) OR public.registry_reaches(receiving));
  RETURN QUERY SELECT f.obstacle, count(*) FROM public.registry_followers(source, works_at, NULL, NULL, NULL) f
    GROUP BY f.obstacle;
END $$;

-- Who they are: for the union they are members of alone.
CREATE FUNCTION registry_follower_names(source int, works_at int, most int)
RETURNS TABLE (person_id uuid, name text, obstacle text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
BEGIN
  PERFORM public.registry_need(public.registry_reaches(source));
  RETURN QUERY SELECT f.person_id, f.name, f.obstacle
    FROM public.registry_followers(source, works_at, NULL, NULL, most) f;
END $$;

-- Whatever changes a side of a transfer, the requests it is asked and answered by follow (matters). Sides of an
-- employer's move follow where a request to join waits for them.
CREATE FUNCTION registry_leg_follows() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  NEW.to_follow := NEW.case_id IS NOT NULL OR NEW.side = 'out' AND NEW.batch_id IS NULL;
  RETURN NEW;
END $$;

CREATE TRIGGER registry_leg_is_followed BEFORE INSERT OR UPDATE OF state, union_id ON registry_transfer_leg
  FOR EACH ROW EXECUTE FUNCTION registry_leg_follows();

-- What the job that follows asks: for nobody's eyes, so not for anybody who is logged in.
CREATE FUNCTION registry_transfers_to_follow(most int) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM public.registry_need(public.registry_is_job());
  RETURN ARRAY(SELECT DISTINCT l.transfer_id FROM public.registry_transfer_leg l WHERE l.to_follow
    ORDER BY l.transfer_id LIMIT most);
END $$;

-- Both sides of a transfer as they stand. `leaving_batch` says that the leaving side is answered with an employer's move.
CREATE FUNCTION registry_transfer_sides(transfer uuid)
RETURNS TABLE (
  person_id uuid, name text, leaving_union int, leaving_state text, leaving_case uuid, leaving_batch boolean,
  coming_state text, coming_case uuid, reason text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
BEGIN
  PERFORM public.registry_need(public.registry_is_job());
  RETURN QUERY SELECT o.person_id, o.name::text, o.union_id, o.state::text, o.case_id, o.batch_id IS NOT NULL,
    i.state::text, i.case_id, CASE WHEN i.state = 'refused' THEN i.reason ELSE o.reason END::text
    FROM public.registry_transfer_leg o
    LEFT JOIN public.registry_transfer_leg i ON i.transfer_id = o.transfer_id AND i.side = 'in'
    WHERE o.transfer_id = transfer AND o.side = 'out';
END $$;

-- The requests have followed what was read of both sides; what changed since is followed anew.
CREATE FUNCTION registry_transfer_followed(transfer uuid, leaving text, coming text, leaving_case uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM public.registry_need(public.registry_is_job());
  UPDATE public.registry_transfer_leg l SET
    case_id = CASE WHEN l.side = 'out' THEN coalesce(l.case_id, leaving_case) ELSE l.case_id END,
    to_follow = l.state IS DISTINCT FROM CASE WHEN l.side = 'out' THEN leaving ELSE coming END
    WHERE l.transfer_id = transfer;
END $$;

-- A request to join waits for the move to this union that is under way already; whether there is one.
CREATE FUNCTION registry_transfer_joined(person uuid, receiving int, of_case uuid, applicant bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM public.registry_need(public.registry_reaches(receiving));
  PERFORM FROM public.registry_person p WHERE p.id = person FOR UPDATE;
  UPDATE public.registry_transfer_leg l SET case_id = of_case, applicant_id = applicant
    WHERE l.person_id = person AND l.side = 'in' AND l.union_id = receiving AND l.case_id IS NULL
      AND EXISTS (SELECT FROM public.registry_transfer_leg w
        WHERE w.transfer_id = l.transfer_id AND w.state = 'pending');
  RETURN FOUND;
END $$;

-- Whoever asked by this request takes it back, or stays: the transfer is called off while the leaving side has not
-- answered. For whoever asked, the person, and who works at the union that holds the request.
CREATE FUNCTION registry_transfer_called_off(of_case uuid, ended timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM public.registry_need(public.registry_is_job() OR NOT EXISTS (
    SELECT FROM public.registry_transfer_leg l WHERE l.case_id = of_case
      AND l.person_id IS DISTINCT FROM public.access_person() AND l.applicant_id IS DISTINCT FROM public.access_user()
      AND NOT public.registry_reaches(l.union_id)));
  PERFORM FROM public.registry_person p WHERE p.id IN (
    SELECT l.person_id FROM public.registry_transfer_leg l WHERE l.case_id = of_case) FOR UPDATE;
  UPDATE public.registry_transfer_leg l SET state = 'cancelled', decided_at = ended
    WHERE l.batch_id IS NULL AND l.transfer_id IN (
      SELECT w.transfer_id FROM public.registry_transfer_leg w
      JOIN public.registry_transfer_leg o ON o.transfer_id = w.transfer_id AND o.side = 'out' AND o.state = 'pending'
      WHERE w.case_id = of_case);
  RETURN FOUND;
END $$;

-- Nobody answered for the leaving side in time: it passes (MEM-07). Answers the transfer, none where nothing is late.
CREATE FUNCTION registry_pass_transfer(of_case uuid, moved timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  passed uuid;
BEGIN
  PERFORM public.registry_need(public.registry_is_job());
  PERFORM FROM public.registry_person p WHERE p.id IN (
    SELECT l.person_id FROM public.registry_transfer_leg l WHERE l.case_id = of_case) FOR UPDATE;
  UPDATE public.registry_transfer_leg l SET state = 'approved', decided_at = moved
    WHERE l.case_id = of_case AND l.side = 'out' AND l.state = 'pending'
      AND l.due_on < (moved AT TIME ZONE 'Asia/Shanghai')::date
      AND NOT EXISTS (SELECT FROM public.registry_transfer_leg i
        JOIN public.registry_union u ON u.id = i.union_id AND u.dissolved_on IS NOT NULL
        WHERE i.transfer_id = l.transfer_id AND i.side = 'in')
    RETURNING l.transfer_id INTO passed;
  RETURN passed;
END $$;
