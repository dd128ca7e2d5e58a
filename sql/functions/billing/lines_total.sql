-- What a quote's lines come to, in minor units.
create or replace function credits.lines_total(p_lines jsonb)
returns numeric
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum((l.line ->> 'amount_cents')::numeric), 0)
    from jsonb_array_elements(p_lines) as l (line)
$$;

comment on function credits.lines_total(jsonb) is
'What a quote''s lines come to.';

revoke all on function credits.lines_total(jsonb) from public, anon, authenticated, service_role;
