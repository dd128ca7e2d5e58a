-- Refuses a life of a hold that is not 1 second to a day.
--
-- Returns  the life.
-- Errors   22023 invalid_ttl
create or replace function credits.check_ttl(p_ttl_seconds integer)
returns interval
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_ttl_seconds between 1 and 86400 then
        return make_interval(secs => p_ttl_seconds);
    end if;
    raise exception 'invalid_ttl' using
        errcode = '22023',
        detail = jsonb_build_object('minimum', 1, 'maximum', 86400)::text,
        hint = 'A hold lives 1 to 86400 seconds, and can be extended.';
end;
$$;

comment on function credits.check_ttl(integer) is
'The life of a hold, or 22023.';

revoke all on function credits.check_ttl(integer) from public, anon, authenticated, service_role;
