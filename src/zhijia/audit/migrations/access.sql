-- Who is asking. Until `registry` knows grants, nobody may see anything: it replaces these functions with CREATE
-- OR REPLACE, so names, arguments and results stay as they are.

CREATE FUNCTION access_user() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT nullif(current_setting('zhijia.user', true), '')::bigint
$$;

CREATE FUNCTION access_person() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT NULL::uuid
$$;

CREATE FUNCTION access_writes() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT true
$$;

CREATE FUNCTION access_counties() RETURNS int[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT '{}'::int[]
$$;

CREATE FUNCTION access_unions() RETURNS int[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT '{}'::int[]
$$;
