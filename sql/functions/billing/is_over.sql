-- Whether a subscription of this status has ended for good: such a status is never left.
create or replace function credits.is_over(p_status text)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p_status in ('canceled', 'incomplete_expired')
$$;

comment on function credits.is_over(text) is
'True for a status of a subscription that has ended for good.';

revoke all on function credits.is_over(text) from public, anon, authenticated, service_role;
