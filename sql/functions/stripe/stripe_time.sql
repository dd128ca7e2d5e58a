-- A time of Stripe: seconds since 1970. Null for none.
create or replace function credits.stripe_time(p_seconds jsonb)
returns timestamptz
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select to_timestamp((p_seconds #>> '{}')::bigint)
$$;

comment on function credits.stripe_time(jsonb) is
'A time of Stripe as a time.';

revoke all on function credits.stripe_time(jsonb) from public, anon, authenticated, service_role;
