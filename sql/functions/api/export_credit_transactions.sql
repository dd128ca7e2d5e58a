-- RPC for the signed-in user; rules, units and errors: credits.export_transactions.
create or replace function public.export_credit_transactions(
    account_id uuid default null,
    since timestamptz default null,
    until timestamptz default null
)
returns public."text/csv"
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.export_transactions(account_id, since, until)::public."text/csv";
end;
$$;

comment on function public.export_credit_transactions(uuid, timestamptz, timestamptz) is
'An account''s transactions as CSV.';

revoke all on function public.export_credit_transactions(uuid, timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.export_credit_transactions(
    uuid, timestamptz, timestamptz
) to authenticated, service_role;
