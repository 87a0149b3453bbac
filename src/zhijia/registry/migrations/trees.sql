-- The totals of the fund and the industry tree follow those of the unions, whoever changes these (folding deltas,
-- making all anew). Whoever adds holds the turns: a change of heads waits for it, and the other way round; in a
-- transaction that would not see a change of heads the database refuses.

CREATE FUNCTION registry_tree_totals_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM FROM public.registry_tree_turn FOR SHARE;
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM public.registry_tree_total;
    RETURN NULL;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO public.registry_tree_total AS kept (tree, head_id, kind, quantity, amount, facts)
    SELECT p.tree, p.head_id, a.kind, sum(a.quantity), sum(a.amount), sum(a.facts)
    FROM added a JOIN public.registry_tree_place p ON p.union_id = a.union_id
    GROUP BY p.tree, p.head_id, a.kind
    ON CONFLICT (tree, head_id, kind) DO UPDATE SET quantity = kept.quantity + excluded.quantity,
      amount = kept.amount + excluded.amount, facts = kept.facts + excluded.facts;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    UPDATE public.registry_tree_total kept SET quantity = kept.quantity - less.quantity,
      amount = kept.amount - less.amount, facts = kept.facts - less.facts
    FROM (
      SELECT p.tree, p.head_id, g.kind, sum(g.quantity) AS quantity, sum(g.amount) AS amount, sum(g.facts) AS facts
      FROM gone g JOIN public.registry_tree_place p ON p.union_id = g.union_id
      GROUP BY p.tree, p.head_id, g.kind
    ) AS less
    WHERE kept.tree = less.tree AND kept.head_id = less.head_id AND kept.kind = less.kind;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER facts_union_total_is_added AFTER INSERT ON facts_union_total
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION registry_tree_totals_follow();
CREATE TRIGGER facts_union_total_is_changed AFTER UPDATE ON facts_union_total
  REFERENCING NEW TABLE AS added OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION registry_tree_totals_follow();
CREATE TRIGGER facts_union_total_is_removed AFTER DELETE ON facts_union_total
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION registry_tree_totals_follow();
CREATE TRIGGER facts_union_total_is_emptied AFTER TRUNCATE ON facts_union_total
  FOR EACH STATEMENT EXECUTE FUNCTION registry_tree_totals_follow();
