-- Refuses a need that no catalog can name as a capability of a model.
--
-- Returns  the needs, none for null.
-- Errors   22023 unknown_need
create or replace function credits.check_needs(p_needs text[])
returns text[]
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_need text;
begin
    select n.name into v_need
    from unnest(p_needs) as n (name)
    where coalesce(not n.name = any(credits.capabilities()), true)
    limit 1;
    if found then
        raise exception 'unknown_need' using
            errcode = '22023',
            detail = jsonb_build_object('need', v_need, 'known', credits.capabilities())::text,
            hint = 'A need is a capability of a model.';
    end if;
    return coalesce(p_needs, '{}');
end;
$$;

comment on function credits.check_needs(text[]) is
'The needs, or 22023 for one that is not known.';

revoke all on function credits.check_needs(text[]) from public, anon, authenticated, service_role;
