-- RPC for a signed-in user and the back end; rules, units and errors: credits.redeem_code.
create or replace function public.redeem_credit_code(
    code text,
    account_id uuid default null
)
returns public.credit_answer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.redeem_code(code, account_id);
end;
$$;

comment on function public.redeem_credit_code(text, uuid) is
'Redeems a code that grants credits.';

revoke all on function public.redeem_credit_code(text, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.redeem_credit_code(text, uuid) to authenticated, service_role;
