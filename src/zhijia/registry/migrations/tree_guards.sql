-- Where a union stands decides who sees and who pays (row policies, `payments_follow_union`), so the program's word for it is not
-- enough. How the trees change and how unions end is written by the role `bulk`, which does what was planned (`reorganisations`);
-- a session of the app founds unions and plans, each where who is asking works. What is kept of the tree (intervals, counties,
-- county lists) it may bring in step with the edges and no further. `bulk` and the owner are not asked: an import stays as fast.

-- Whether who is asking works anywhere today, by a right that lets them write.
CREATE FUNCTION registry_works_somewhere() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT public.registry_is_new() OR public.access_writes() AND EXISTS (
    SELECT FROM public.registry_grant g JOIN public.accounts_user a ON a.id = g.user_id AND a.is_active
    WHERE g.user_id = public.access_user() AND g.valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
      AND (g.valid_to IS NULL OR g.valid_to > (now() AT TIME ZONE 'Asia/Shanghai')::date))
$$;

-- Whether one of the unions who is asking works at stands in this county.
CREATE FUNCTION registry_works_in(county int) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT public.registry_works_at(county) OR public.access_writes() AND EXISTS (
    SELECT FROM public.registry_union u
    WHERE u.county_id = county AND u.id = ANY (public.registry_granted_unions(public.access_user(), false)))
$$;

-- Whether who is asking works at the highest unions, so everywhere.
CREATE FUNCTION registry_works_at_the_top() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  SELECT NOT EXISTS (
    SELECT FROM public.registry_union u
    WHERE NOT EXISTS (
        SELECT FROM public.registry_parent e WHERE e.union_id = u.id AND e.tree = 'organisation' AND e.valid_to IS NULL)
      AND NOT public.registry_works_at(u.id))
$$;

CREATE FUNCTION registry_refuse_tree(why text, said text, of_table name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RAISE EXCEPTION '%', said USING ERRCODE = 'insufficient_privilege', CONSTRAINT = why, TABLE = of_table;
END $$;

-- A union is founded in a county of those who found it. It begins with no place in the tree, and goes on.
CREATE FUNCTION registry_union_is_founded() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (SELECT FROM added a WHERE a.tree_left <> 0 OR a.tree_right <> 0 OR a.county_ids <> '{}'
      OR a.dissolved_on IS NOT NULL OR a.successor_id IS NOT NULL)
    OR NOT public.registry_is_new()
      AND EXISTS (SELECT FROM (SELECT DISTINCT county_id FROM added) a WHERE public.registry_works_in(a.county_id) IS NOT TRUE)
  THEN
    PERFORM public.registry_refuse_tree('union_is_founded_by_who_works_above', 'a union is founded by who works above it', TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END $$;

-- An edge comes with the founding of the union it is about, in each tree under a union who founds it works at; those of the other
-- trees come after that of the organisation.
CREATE FUNCTION registry_edge_is_founded() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF NEW.valid_to IS NOT NULL
    OR EXISTS (
      SELECT FROM public.registry_union u
      WHERE u.id = NEW.union_id AND (u.tree_left <> 0 OR u.dissolved_on IS NOT NULL))
    OR NOT public.registry_is_new() AND (public.registry_works_at(NEW.parent_id) IS NOT TRUE OR NOT EXISTS (
      SELECT FROM public.registry_parent e
      WHERE e.union_id = NEW.union_id AND e.tree = 'organisation' AND e.valid_to IS NULL AND public.registry_works_at(e.parent_id)))
  THEN
    PERFORM public.registry_refuse_tree('union_is_founded_by_who_works_above', 'a union is founded by who works above it', TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END $$;

-- What is kept of the tree is what the open edges say, in every row that was written: an interval lies in that of the union above and
-- beside those next to it, and holds what hangs there; the county is that of the union above, or the union itself; the list of a
-- union of county level and up is what lies in its interval.
CREATE FUNCTION registry_place_is_true() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('registry.tree'), 0);
  IF public.registry_works_somewhere() IS NOT TRUE THEN
    PERFORM public.registry_refuse_tree('tree_is_kept_by_who_works', 'the tree is kept by who works at a union', TG_TABLE_NAME);
  END IF;
  IF EXISTS (
    WITH moved AS (
      SELECT n.id, n.tree_left, n.tree_right FROM now n JOIN was w ON w.id = n.id
      WHERE (n.tree_left, n.tree_right) IS DISTINCT FROM (w.tree_left, w.tree_right)
    ), edge AS NOT MATERIALIZED (
      SELECT e.union_id, e.parent_id FROM public.registry_parent e WHERE e.tree = 'organisation' AND e.valid_to IS NULL
    ), near AS (
      SELECT DISTINCT edge.parent_id FROM moved m LEFT JOIN edge ON edge.union_id = m.id
    ), beside AS (
      SELECT u.id, u.tree_left, u.tree_right,
        lag(u.tree_right) OVER (PARTITION BY edge.parent_id ORDER BY u.tree_left, u.tree_right) AS taken
      FROM near JOIN edge ON edge.parent_id = near.parent_id JOIN public.registry_union u ON u.id = edge.union_id
    ), highest AS (
      SELECT u.id, u.tree_left, u.tree_right,
        lag(u.tree_right) OVER (ORDER BY u.tree_left, u.tree_right) AS taken
      FROM public.registry_union u
      WHERE EXISTS (SELECT FROM near WHERE near.parent_id IS NULL)
        AND NOT EXISTS (SELECT FROM edge WHERE edge.union_id = u.id)
    )
    SELECT FROM moved m WHERE m.tree_left >= m.tree_right
    UNION ALL
    SELECT FROM moved m JOIN edge ON edge.union_id = m.id JOIN public.registry_union a ON a.id = edge.parent_id
      WHERE NOT (a.tree_left < m.tree_left AND m.tree_right <= a.tree_right)
    UNION ALL
    SELECT FROM moved m JOIN edge ON edge.parent_id = m.id JOIN public.registry_union b ON b.id = edge.union_id
      WHERE b.tree_left <> 0 AND NOT (m.tree_left < b.tree_left AND b.tree_right <= m.tree_right)
    UNION ALL
    SELECT FROM beside WHERE tree_left < taken
    UNION ALL
    SELECT FROM highest WHERE tree_left < taken)
  THEN
    PERFORM public.registry_refuse_tree('tree_is_what_its_edges_say', 'an interval is not what the edges say', TG_TABLE_NAME);
  END IF;
  IF EXISTS (
    SELECT FROM now n JOIN was w ON w.id = n.id
    LEFT JOIN public.registry_parent e ON e.union_id = n.id AND e.tree = 'organisation' AND e.valid_to IS NULL
    LEFT JOIN public.registry_union a ON a.id = e.parent_id
    WHERE (n.county_id, n.county_ids) IS DISTINCT FROM (w.county_id, w.county_ids)
      AND (n.county_id, n.county_ids) IS DISTINCT FROM (
        CASE WHEN n.level <= 4 THEN n.id ELSE a.county_id END,
        CASE WHEN n.level <= 4 THEN ARRAY(
          SELECT c.id FROM public.registry_union c
          WHERE c.level <= 4 AND c.tree_left >= n.tree_left AND c.tree_left < n.tree_right ORDER BY c.tree_left)
        ELSE '{}' END))
  THEN
    PERFORM public.registry_refuse_tree('tree_is_what_its_edges_say', 'a county is not what the edges say', TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER registry_union_is_founded AFTER INSERT ON registry_union REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION registry_union_is_founded();
CREATE TRIGGER registry_union_stands_where_it_hangs AFTER UPDATE ON registry_union REFERENCING OLD TABLE AS was NEW TABLE AS now
  FOR EACH STATEMENT WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION registry_place_is_true();
CREATE TRIGGER registry_parent_is_founded AFTER INSERT ON registry_parent
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION registry_edge_is_founded();

REVOKE UPDATE, DELETE ON registry_union, registry_parent FROM zhijia_app;
GRANT UPDATE (tree_left, tree_right, county_id, county_ids) ON registry_union TO zhijia_app;
REVOKE INSERT, UPDATE, DELETE ON registry_union_name, registry_county_change FROM zhijia_app;

-- The fund and the industry tree bear figures and no rights: whoever works somewhere keeps them, `zhijia verify` looks at the sums.
CREATE FUNCTION registry_kept_by_who_works() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF public.registry_works_somewhere() IS NOT TRUE THEN
    PERFORM public.registry_refuse_tree('tree_is_kept_by_who_works', 'the tree is kept by who works at a union', TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER registry_tree_place_is_kept BEFORE INSERT OR UPDATE OR DELETE ON registry_tree_place
  FOR EACH STATEMENT WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION registry_kept_by_who_works();
CREATE TRIGGER registry_tree_total_is_kept BEFORE INSERT OR UPDATE OR DELETE ON registry_tree_total
  FOR EACH STATEMENT WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION registry_kept_by_who_works();
CREATE TRIGGER registry_tree_turn_is_kept BEFORE INSERT OR UPDATE OR DELETE ON registry_tree_turn
  FOR EACH STATEMENT WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION registry_kept_by_who_works();

-- The role `bulk` does what a plan says, so who plans works at every union that decides it: the one above each that changes, and each
-- that takes something over (`rules.deciding`).
CREATE FUNCTION registry_plan_is_decided() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  said jsonb := NEW.plan -> 'said';
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state <> 'planned' OR NEW.state <> 'undone' OR NEW.undone_by IS DISTINCT FROM public.access_user()
      OR public.registry_works_at(OLD.place_id) IS NOT TRUE
    THEN
      PERFORM public.registry_refuse_tree('plan_is_decided_above', 'a plan is taken back where it was decided', TG_TABLE_NAME);
    END IF;
  ELSIF NEW.state <> 'planned' OR NEW.user_id IS DISTINCT FROM public.access_user() OR EXISTS (
    SELECT FROM (
      SELECT NEW.place_id AS id
      UNION SELECT (said ->> place)::int
        FROM unnest('{parent,fund_parent,industry_parent,members_to,children_to}'::text[]) AS place
        WHERE said ->> place IS NOT NULL
      UNION SELECT coalesce(e.parent_id, changed.id) FROM (
          SELECT (said ->> name)::int AS id FROM unnest('{union,into}'::text[]) AS name WHERE said ->> name IS NOT NULL
          UNION SELECT one::int FROM jsonb_array_elements_text(coalesce(said -> 'unions', '[]')) AS one
        ) changed
        LEFT JOIN public.registry_parent e ON e.union_id = changed.id AND e.tree = 'organisation' AND e.valid_to IS NULL
    ) deciding WHERE NOT public.registry_works_at(deciding.id))
  THEN
    PERFORM public.registry_refuse_tree('plan_is_decided_above', 'a plan is decided by who works above', TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER registry_plan_is_decided BEFORE INSERT OR UPDATE ON registry_reorganisation
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION registry_plan_is_decided();
REVOKE UPDATE, DELETE ON registry_reorganisation FROM zhijia_app;
GRANT UPDATE (state, undone_at, undone_by) ON registry_reorganisation TO zhijia_app;

-- Whom a union covers decides who declares and who speaks for an employer: said by who works there. An end of it, and what an employer
-- is called, is written by imports and reorganisations.
CREATE FUNCTION registry_coverage_is_its_unions() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF public.registry_works_at(NEW.union_id) IS NOT TRUE THEN
    PERFORM public.registry_refuse_tree('union_covers_by_who_works_there', 'a union says whom it covers', TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER registry_coverage_is_its_unions BEFORE INSERT ON registry_coverage
  FOR EACH ROW WHEN (current_user = 'zhijia_app') EXECUTE FUNCTION registry_coverage_is_its_unions();
REVOKE UPDATE, DELETE ON registry_coverage, registry_employer FROM zhijia_app;
