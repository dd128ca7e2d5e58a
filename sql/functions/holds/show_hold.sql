-- A hold in its public shape, beside what its account has.
create or replace function credits.show_hold(
    p_hold credits.holds,
    p_balance numeric,
    p_held numeric
)
returns public.credit_hold
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        p_hold.id, p_hold.amount, p_hold.state, p_hold.expires_at, p_balance, p_held,
        p_balance - p_held
    )::public.credit_hold;
end;
$$;

comment on function credits.show_hold(credits.holds, numeric, numeric) is
'A hold in its public shape.';

revoke all on function credits.show_hold(credits.holds, numeric, numeric)
from public, anon, authenticated, service_role;
