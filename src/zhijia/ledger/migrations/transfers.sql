-- What the other side's books say of a transfer to or from this union, for whoever may come near this union's books: so
-- that what arrives is what was sent. Held to the end of the transaction: two sides that post at once see each other. What
-- was taken back is not there.
CREATE FUNCTION ledger_other_side(of_union int, of_source text, of_id text, of_purpose text,
  OUT day date, OUT fund text, OUT amount bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('ledger_transfer ' || of_source || ' ' || of_id, 0));
  IF NOT EXISTS (
    SELECT FROM public.ledger_book book WHERE book.union_id = of_union
      AND (book.union_id = ANY (public.ledger_unions()) OR book.county_id = ANY (public.ledger_counties())))
  THEN
    RETURN;
  END IF;
  SELECT entry.day, account.fund, abs(leg.amount) INTO day, fund, amount
  FROM public.ledger_entry entry
  JOIN public.ledger_leg leg ON leg.entry_id = entry.id
  JOIN public.ledger_account account ON account.id = leg.account_id AND account.partner_id = of_union
  WHERE entry.source_id = of_id AND entry.source = of_source AND entry.purpose = of_purpose
    AND NOT EXISTS (SELECT FROM public.ledger_entry back WHERE back.corrects_id = entry.id)
  ORDER BY leg.number LIMIT 1;
END $$;

-- What was sent, what was taken back and what ended a year, union by union: few entries among many.
CREATE INDEX ledger_entry_sent ON ledger_entry (union_id, day, id) WHERE purpose ^@ 'out:';
CREATE INDEX ledger_entry_got ON ledger_entry (union_id, day, id) WHERE purpose ^@ 'in:';
CREATE INDEX ledger_entry_back ON ledger_entry (union_id) INCLUDE (id, corrects_id) WHERE corrects_id IS NOT NULL;
CREATE INDEX ledger_entry_carried ON ledger_entry (union_id, day) INCLUDE (id) WHERE kind = 'carry_over';
