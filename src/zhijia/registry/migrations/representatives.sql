-- The employers the account that asks acts for today.
CREATE FUNCTION access_employers() RETURNS int[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT coalesce(array_agg(r.employer_id), '{}')
  FROM public.registry_representative r
  JOIN public.accounts_user a ON a.id = r.user_id AND a.is_active
  WHERE r.user_id = public.access_user()
    AND r.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
    AND (r.valid_to IS NULL OR r.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date)
$$;
