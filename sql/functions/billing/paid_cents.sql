-- What an account has paid in this calendar month, less what went back of it, in minor units.
create or replace function credits.paid_cents(p_account_id uuid)
returns bigint
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum(p.amount_cents - credits.returned_cents(p)), 0)::bigint
    from credits.payments as p
    where
        p.account_id = p_account_id
        and p.paid_at >= credits.month_start(clock_timestamp())
$$;

comment on function credits.paid_cents(uuid) is
'What an account has paid in this calendar month, less what went back.';

revoke all on function credits.paid_cents(uuid) from public, anon, authenticated, service_role;
