-- RPC for the back end; rules, units and errors: credits.explain_credits.
create or replace function public.explain_credits(
    account_id uuid,
    transaction_id bigint default null
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.explain_credits(account_id, transaction_id);
end;
$$;

comment on function public.explain_credits(uuid, bigint) is
'Explains an accounts balance, or one of its transactions.';

revoke all on function public.explain_credits(uuid, bigint)
from public, anon, authenticated, service_role;
grant execute on function public.explain_credits(uuid, bigint) to service_role;
