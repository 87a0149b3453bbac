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
