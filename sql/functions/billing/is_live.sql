-- Whether a subscription of this status gives its plan: also while a payment is late.
create or replace function credits.is_live(p_status text)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p_status in ('trialing', 'active', 'past_due')
$$;

comment on function credits.is_live(text) is
'True for a status of a subscription that gives its plan.';

revoke all on function credits.is_live(text) from public, anon, authenticated, service_role;
