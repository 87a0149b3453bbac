-- The least that can be said across unions: which row holds this index. Whoever asks must have the index key.
-- The two halves repeat the conditions of the two partial indexes, so that either can be used in a generic plan.
-- A value of a person (registry_person.*: kinds below 10) is answered with the person it belongs to now: after two
-- registrations of one person were merged, the other document's number stands in its own row and finds the one who stays.

CREATE FUNCTION vault_find(which int, wanted uuid[]) RETURNS TABLE (blind uuid, row_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET row_security = off AS $$
  SELECT s.blind, CASE WHEN s.kind < 10 THEN coalesce(s.person_id, s.row_id) ELSE s.row_id END
    FROM public.vault_secret s
   WHERE s.kind = which AND s.kind IN ({unique}) AND s.blind = ANY (wanted)
  UNION ALL
  SELECT s.blind, CASE WHEN s.kind < 10 THEN coalesce(s.person_id, s.row_id) ELSE s.row_id END
    FROM public.vault_secret s
   WHERE s.kind = which AND NOT (s.kind IN ({unique})) AND s.blind IS NOT NULL AND s.blind = ANY (wanted)
$$;

CREATE FUNCTION vault_holds(which int, place uuid, wanted uuid[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET row_security = off AS $$
  SELECT EXISTS (SELECT FROM public.vault_secret s
                  WHERE s.kind = which AND s.row_id = place AND s.blind = ANY (wanted))
    OR which < 10 AND EXISTS (SELECT FROM public.vault_secret s
                               WHERE s.person_id = place AND s.kind = which AND s.blind = ANY (wanted))
$$;
