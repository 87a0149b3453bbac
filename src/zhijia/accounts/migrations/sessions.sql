-- A session has to be opened before anybody knows whose it is, and is written after the request's transaction
-- has ended: these functions see one session, by the digest of its key, and nothing else.

-- The data of a living session, or nothing. Remembers that it was seen, to the minute.
CREATE FUNCTION accounts_session_read(key text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  found_session public.accounts_session;
BEGIN
  SELECT * INTO found_session FROM public.accounts_session s
    WHERE s.key_hash = key AND s.expires_at > now()
      AND (s.idle_seconds = 0 OR s.seen_at > now() - s.idle_seconds * interval '1 second');
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF found_session.seen_at < now() - interval '1 minute' THEN
    UPDATE public.accounts_session s SET seen_at = now() WHERE s.id = found_session.id;
  END IF;
  RETURN found_session.data;
END $$;

-- A new session is nobody's yet, or that of who is asking: only one that was nobody's becomes somebody's.
CREATE FUNCTION accounts_session_make(
  key text, whose bigint, content text, ends timestamptz, idle int, at_address text, on_device text
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  IF whose IS NOT NULL AND whose IS DISTINCT FROM public.access_user() THEN
    RAISE EXCEPTION 'not for who is asking' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO public.accounts_session
    (key_hash, user_id, data, created_at, seen_at, expires_at, idle_seconds, address, device)
    VALUES (key, whose, content, now(), now(), ends, idle, at_address, on_device)
    ON CONFLICT (key_hash) DO NOTHING;
  RETURN FOUND;
END $$;

-- False when the session was ended in the meantime, and for one of another account: a killed session never comes back,
-- and nobody's log-in becomes somebody else's.
CREATE FUNCTION accounts_session_write(
  key text, whose bigint, content text, ends timestamptz, idle int, at_address text, on_device text
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE public.accounts_session s SET user_id = whose, data = content, seen_at = now(), expires_at = ends,
    idle_seconds = idle, address = at_address, device = on_device
    WHERE s.key_hash = key AND (s.user_id IS NULL OR s.user_id = whose);
  RETURN FOUND;
END $$;

CREATE FUNCTION accounts_session_end(key text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  DELETE FROM public.accounts_session s WHERE s.key_hash = key
$$;

-- Every session of one account but the kept one (an empty key keeps none): one's own; those of a closed account; those
-- from before a new password.
CREATE FUNCTION accounts_session_end_all(whose bigint, kept text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  ended int;
BEGIN
  DELETE FROM public.accounts_session s USING public.accounts_user a
    WHERE a.id = whose AND s.user_id = a.id AND s.key_hash <> kept
      AND (a.id = public.access_user() OR NOT a.is_active OR s.created_at <= a.password_changed_at);
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$;

CREATE FUNCTION accounts_session_sweep() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  ended int;
BEGIN
  DELETE FROM public.accounts_session s WHERE s.expires_at < now();
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$;
