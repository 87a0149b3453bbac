-- Two registrations of one person become one, and an undo puts both back. They run as the owner, since what follows
-- a person may stand where the officer does not work (an earlier membership, an account, a message).

-- The tables whose rows follow a person by their `person_id`, each with a key `id`. What stays behind, and why, stands
-- beside the test that holds every table to one of the two (tests/test_identities_guard.py).
CREATE FUNCTION registry_following() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT ARRAY['registry_transfer_leg', 'registry_post', 'registry_candidate',
    'registry_leave_proposal', 'notices_message', 'files_stored_file']
$$;

-- `stays` takes over what `goes` has. A membership of `goes` that overlaps one of `stays` never was: it ends on the day
-- it began, in status 90, and its facts are taken back, at whatever union it was. The row of `goes` stays,
-- without a place, so that nobody finds it.
CREATE FUNCTION registry_merge_people(
  merge uuid, pair uuid, stays uuid, goes uuid, why text, merged timestamptz, on_day date
) RETURNS TABLE (told bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
  doubles uuid[];
  keeper public.registry_person;
  leaver public.registry_person;
  open_here uuid;
  keeper_user bigint;
  leaver_user bigint;
  thing text;
BEGIN
  PERFORM 1 FROM public.registry_person p WHERE p.id IN (stays, goes) ORDER BY p.id FOR UPDATE;
  SELECT * INTO keeper FROM public.registry_person p WHERE p.id = stays;
  SELECT * INTO leaver FROM public.registry_person p WHERE p.id = goes;
  PERFORM public.registry_need(
    public.registry_reaches(keeper.union_id) AND public.registry_reaches(leaver.union_id));
  keeper_user := (SELECT a.id FROM public.accounts_user a WHERE a.person_id = stays);
  leaver_user := (SELECT a.id FROM public.accounts_user a WHERE a.person_id = goes);
  INSERT INTO public.registry_merge
    (id, pair_id, person_id, gone_id, gone_id_type, person_union_id, gone_union_id, user_id, reason, merged_at,
     merged_by, objection, undo_reason, union_id, county_id)
  VALUES
    (merge, pair, stays, goes, leaver.id_type, keeper.union_id, leaver.union_id, keeper_user, why, merged,
     public.access_user(), '', '', keeper.union_id, coalesce(keeper.county_id, keeper.union_id));

  -- Memberships, with what they were before.
  INSERT INTO public.registry_moved (merge_id, thing, row, followed, status, ended_on, joined_on)
    SELECT merge, 'registry_membership', m.id::text, true, m.status, m.valid_to, m.joined_on
    FROM public.registry_membership m WHERE m.person_id = goes;
  SELECT coalesce(array_agg(m.id), '{}') INTO doubles FROM public.registry_membership m
    WHERE m.person_id = goes AND (m.valid_to IS NULL OR m.valid_to > m.valid_from)
      AND EXISTS (
        SELECT FROM public.registry_membership k
        WHERE k.person_id = stays AND (k.valid_to IS NULL OR (k.valid_to > k.valid_from AND k.valid_to > m.valid_from))
          AND (m.valid_to IS NULL OR m.valid_to > k.valid_from));
  SELECT k.id INTO open_here FROM public.registry_membership k WHERE k.person_id = stays AND k.valid_to IS NULL;
  INSERT INTO public.registry_moved (merge_id, thing, row, followed, joined_on)
    SELECT merge, 'registry_membership', k.id::text, false, k.joined_on
    FROM public.registry_membership k WHERE k.id = open_here;
  -- Who was a member under either registration has been one since the earlier day.
  UPDATE public.registry_membership k SET joined_on = least(k.joined_on, earlier.day)
    FROM (SELECT min(m.joined_on) AS day, bool_or(true) AS any FROM public.registry_membership m
          WHERE m.id = ANY (doubles) AND (m.valid_to IS NULL OR m.valid_to > (
            SELECT o.valid_from FROM public.registry_membership o WHERE o.id = open_here))) AS earlier
    WHERE k.id = open_here AND earlier.day IS NOT NULL;
  UPDATE public.registry_membership m SET person_id = stays,
      status = CASE WHEN m.id = ANY (doubles) THEN '90' ELSE m.status END,
      valid_to = CASE WHEN m.id = ANY (doubles) THEN m.valid_from ELSE m.valid_to END
    WHERE m.person_id = goes;
  UPDATE public.registry_membership_change c SET person_id = stays WHERE c.person_id = goes;
  INSERT INTO public.registry_membership_change (membership_id, person_id, kind, reason, day, at, union_id, county_id)
    SELECT m.id, stays, '07', why, on_day, merged, m.union_id, m.county_id
    FROM public.registry_membership m WHERE m.id = ANY (doubles) ORDER BY m.id;
  PERFORM public.facts_reverse('membership', doubles::text[], NULL, 'merge-' || merge);

  -- One valid card: that of the one who stays, else the other's.
  INSERT INTO public.registry_moved (merge_id, thing, row, ended_at)
    SELECT merge, 'registry_card', c.id::text, c.ended_at FROM public.registry_card c WHERE c.person_id = goes;
  UPDATE public.registry_card c SET person_id = stays,
      ended_at = CASE WHEN c.ended_at IS NULL AND EXISTS (
        SELECT FROM public.registry_card k WHERE k.person_id = stays AND k.ended_at IS NULL)
        THEN merged ELSE c.ended_at END
    WHERE c.person_id = goes;

  -- Agreements: the latest word counts. One the other registration took back later ends here too; one that stands
  -- here already, or was taken back here later, stays behind as the proof it is.
  INSERT INTO public.registry_moved (merge_id, thing, row, followed)
    SELECT merge, 'registry_consent', k.id::text, false FROM public.registry_consent k
    WHERE k.person_id = stays AND k.withdrawn_at IS NULL AND EXISTS (
      SELECT FROM public.registry_consent c WHERE c.person_id = goes AND c.purpose = k.purpose AND c.withdrawn_at > k.given_at
    ) AND NOT EXISTS (
      SELECT FROM public.registry_consent c WHERE c.person_id = goes AND c.purpose = k.purpose AND c.withdrawn_at IS NULL);
  UPDATE public.registry_consent k SET withdrawn_at = merged FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'registry_consent' AND NOT v.followed AND k.id = v.row::bigint;
  INSERT INTO public.registry_moved (merge_id, thing, row)
    SELECT merge, 'registry_consent', c.id::text FROM public.registry_consent c
    WHERE c.person_id = goes AND (c.withdrawn_at IS NOT NULL OR NOT EXISTS (
      SELECT FROM public.registry_consent k WHERE k.person_id = stays AND k.purpose = c.purpose
        AND (k.withdrawn_at IS NULL OR k.withdrawn_at >= c.given_at)));
  UPDATE public.registry_consent c SET person_id = stays FROM public.registry_moved v
    WHERE v.merge_id = merge AND v.thing = 'registry_consent' AND v.followed AND c.id = v.row::bigint;
  UPDATE public.registry_consent c SET union_id = NULL, county_id = NULL WHERE c.person_id = goes;

  FOREACH thing IN ARRAY public.registry_following() LOOP
    EXECUTE format(
      'WITH followed AS (UPDATE public.%1$I t SET person_id = $2 WHERE t.person_id = $3 RETURNING t.id)'
      ' INSERT INTO public.registry_moved (merge_id, thing, row, followed, status)'
      ' SELECT $1, %1$L, f.id::text, true, '''' FROM followed f', thing) USING merge, stays, goes;
  END LOOP;

  -- What is to be decided there is decided there: never twice on one roster, in one round or one family of awards.
  PERFORM public.campaigns_merged(merge, stays, goes, on_day);
  PERFORM public.appraisals_merged(merge, stays, goes, on_day);

  -- Sealed values stay in their own rows and belong to who stays: both numbers find one person (ADR 0004).
  INSERT INTO public.registry_moved (merge_id, thing, row)
    SELECT merge, 'vault_secret', s.kind || ':' || s.row_id FROM public.vault_secret s WHERE s.person_id = goes;
  UPDATE public.vault_secret s SET person_id = stays WHERE s.person_id = goes;

  -- One account a person. The second one loses its person and is told.
  IF leaver_user IS NOT NULL THEN
    INSERT INTO public.registry_moved (merge_id, thing, row) VALUES (merge, 'accounts_user', leaver_user::text);
    UPDATE public.accounts_user a SET person_id = CASE WHEN keeper_user IS NULL THEN stays END WHERE a.id = leaver_user;
    told := CASE WHEN keeper_user IS NOT NULL THEN leaver_user END;
  END IF;

  IF open_here IS NULL AND EXISTS (
    SELECT FROM public.registry_membership m WHERE m.person_id = stays AND m.valid_to IS NULL
  ) THEN
    PERFORM public.registry_move_people(ARRAY[stays], leaver.union_id, leaver.county_id);
  ELSE
    PERFORM public.registry_move_people(ARRAY[stays], keeper.union_id, keeper.county_id);
  END IF;
  UPDATE public.registry_person p SET union_id = NULL, county_id = NULL, changed_at = merged WHERE p.id = goes;
  UPDATE public.registry_person p SET changed_at = merged WHERE p.id = stays;
  DELETE FROM public.registry_pair w
    WHERE w.id <> pair AND w.state = 'open' AND (w.first_id = goes OR w.second_id = goes);
  DELETE FROM public.registry_blocks b WHERE b.person_id = goes;
  UPDATE public.registry_quality_issue q SET state = 'cleared', closed_at = merged
    WHERE q.person_id = goes AND q.state IN ('open', 'asked');
  UPDATE public.registry_pair w
    SET state = 'merged', decided_at = merged, decided_by = public.access_user(), reason = why WHERE w.id = pair;
  RETURN NEXT;
END $$;

-- What has been done since with the one who stayed, in a word; '' when both can be told apart again.
CREATE FUNCTION registry_worked_on(done registry_merge) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
  SELECT CASE
    WHEN EXISTS (SELECT FROM public.registry_merge m WHERE m.undone_at IS NULL AND m.id <> done.id
      AND (m.gone_id = done.person_id OR (m.person_id = done.person_id AND m.merged_at >= done.merged_at)))
      THEN 'merged_again'
    WHEN EXISTS (SELECT FROM public.registry_membership_change c
      WHERE c.person_id = done.person_id AND c.at > done.merged_at) THEN 'membership'
    WHEN EXISTS (SELECT FROM public.registry_transfer_leg l WHERE l.person_id = done.person_id
      AND greatest(l.asked_at, l.decided_at) > done.merged_at) THEN 'membership'
    WHEN EXISTS (SELECT FROM public.registry_card c WHERE c.person_id = done.person_id
      AND (c.issued_at > done.merged_at OR c.ended_at > done.merged_at)) THEN 'card'
    WHEN EXISTS (SELECT FROM public.registry_consent c WHERE c.person_id = done.person_id
      AND (c.given_at > done.merged_at OR c.withdrawn_at > done.merged_at)) THEN 'consent'
    WHEN EXISTS (SELECT FROM public.registry_person p
      WHERE p.id = done.person_id AND p.changed_at <> done.merged_at)
      OR EXISTS (SELECT FROM public.vault_secret s WHERE s.person_id = done.person_id AND s.kind < 40
      AND s.sealed_at > done.merged_at) THEN 'data'
    WHEN (SELECT a.id FROM public.accounts_user a WHERE a.person_id = done.person_id) IS DISTINCT FROM coalesce(
        done.user_id, (SELECT v.row::bigint FROM public.registry_moved v
          WHERE v.merge_id = done.id AND v.thing = 'accounts_user'))
      OR EXISTS (SELECT FROM public.registry_moved v JOIN public.accounts_user a ON a.id = v.row::bigint
        WHERE v.merge_id = done.id AND v.thing = 'accounts_user'
          AND a.person_id IS NOT NULL AND a.person_id <> done.person_id) THEN 'account'
    ELSE '' END
$$;

-- Both registrations again, exactly as they were, and the facts the merge took back. Answers '', or the word for what
-- cannot be separated; nothing is done then.
CREATE FUNCTION registry_unmerge(merge uuid, undone timestamptz, on_day date, why text)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
  refused text;
  doubles uuid[];
  done public.registry_merge;
  thing text;
  key_type text;
BEGIN
  SELECT * INTO done FROM public.registry_merge m WHERE m.id = merge FOR UPDATE;
  PERFORM 1 FROM public.registry_person p WHERE p.id IN (done.person_id, done.gone_id) ORDER BY p.id FOR UPDATE;
  PERFORM public.registry_need(public.registry_reaches(done.gone_union_id) AND public.registry_reaches(
    (SELECT p.union_id FROM public.registry_person p WHERE p.id = done.person_id)));
  refused := CASE WHEN done.undone_at IS NOT NULL THEN 'undone'
    WHEN public.campaigns_given_since(merge, done.merged_at) THEN 'given' ELSE public.registry_worked_on(done) END;
  IF refused <> '' THEN
    RETURN refused;
  END IF;
  SELECT coalesce(array_agg(m.id), '{}') INTO doubles
    FROM public.registry_moved v JOIN public.registry_membership m ON m.id = v.row::uuid
    WHERE v.merge_id = merge AND v.thing = 'registry_membership' AND v.followed
      AND (m.status, m.valid_to) IS DISTINCT FROM (v.status, v.ended_on);
  UPDATE public.registry_membership m SET status = v.status, valid_to = v.ended_on, person_id = done.gone_id
    FROM public.registry_moved v WHERE v.merge_id = merge AND v.thing = 'registry_membership' AND v.followed
      AND m.id = v.row::uuid;
  UPDATE public.registry_membership m SET joined_on = v.joined_on
    FROM public.registry_moved v WHERE v.merge_id = merge AND v.thing = 'registry_membership' AND NOT v.followed
      AND m.id = v.row::uuid;
  UPDATE public.registry_membership_change c SET person_id = done.gone_id
    FROM public.registry_membership m WHERE m.person_id = done.gone_id AND c.membership_id = m.id;
  INSERT INTO public.registry_membership_change (membership_id, person_id, kind, reason, day, at, union_id, county_id)
    SELECT m.id, done.gone_id, '08', why, on_day, undone, m.union_id, m.county_id
    FROM public.registry_membership m WHERE m.id = ANY (doubles) ORDER BY m.id;
  PERFORM public.facts_tell_again('membership', doubles::text[], 'merge-' || merge);
  UPDATE public.registry_card c SET person_id = done.gone_id, ended_at = v.ended_at
    FROM public.registry_moved v WHERE v.merge_id = merge AND v.thing = 'registry_card' AND c.id = v.row::uuid;
  UPDATE public.registry_consent c SET
      person_id = CASE WHEN v.followed THEN done.gone_id ELSE c.person_id END,
      withdrawn_at = CASE WHEN v.followed THEN c.withdrawn_at END
    FROM public.registry_moved v WHERE v.merge_id = merge AND v.thing = 'registry_consent' AND c.id = v.row::bigint;
  FOREACH thing IN ARRAY public.registry_following() LOOP
    key_type := (SELECT format_type(a.atttypid, NULL) FROM pg_attribute a
      WHERE a.attrelid = format('public.%I', thing)::regclass AND a.attname = 'id');
    EXECUTE format(
      'UPDATE public.%1$I t SET person_id = $2 FROM public.registry_moved v'
      ' WHERE v.merge_id = $1 AND v.thing = %1$L AND t.id = v.row::%2$s', thing, key_type)
      USING merge, done.gone_id;
  END LOOP;
  PERFORM public.campaigns_unmerged(merge, done.person_id, done.gone_id);
  PERFORM public.appraisals_unmerged(merge, done.gone_id);
  UPDATE public.vault_secret s SET person_id = done.gone_id
    FROM public.registry_moved v WHERE v.merge_id = merge AND v.thing = 'vault_secret'
      AND s.kind = split_part(v.row, ':', 1)::smallint AND s.row_id = split_part(v.row, ':', 2)::uuid;
  UPDATE public.accounts_user a SET person_id = done.gone_id
    FROM public.registry_moved v WHERE v.merge_id = merge AND v.thing = 'accounts_user' AND a.id = v.row::bigint;
  -- Where they stood, in the county that union is in today.
  PERFORM public.registry_move_people(ARRAY[back.person], u.id, u.county_id)
    FROM (VALUES (done.gone_id, done.gone_union_id), (done.person_id, done.person_union_id)) AS back (person, place)
    JOIN public.registry_union u ON u.id = back.place;
  UPDATE public.registry_person p SET changed_at = undone WHERE p.id IN (done.person_id, done.gone_id);
  -- Perhaps the wrong one was kept: the pair is to be decided anew. Why it was undone stands with the merge.
  UPDATE public.registry_pair w SET state = 'open', decided_at = NULL, decided_by = NULL, reason = ''
    WHERE w.id = done.pair_id;
  UPDATE public.registry_merge m SET undone_at = undone, undone_by = public.access_user(), undo_reason = why
    WHERE m.id = merge;
  RETURN '';
END $$;
