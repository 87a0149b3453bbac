-- Money of a budget reserved for a case while it was on its way goes back to its line once the case has ended, whoever ended
-- it (who asked for it reads no books): what was granted is kept anew, by its payment, in the same transaction.
CREATE FUNCTION matters_give_back(asked uuid, on_ending timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE public.ledger_hold h SET state = 'released', changed_at = on_ending
  WHERE h.source = 'case' AND h.source_id ^@ (asked::text || '.') AND h.state = 'reserved'
    AND EXISTS (SELECT FROM public.matters_case c WHERE c.id = asked AND c.closed_at IS NOT NULL);
END $$;
