-- RPC for a signed-in user; rules, units and errors: credits.claim_referral_code.
create or replace function public.claim_referral_code(
    code text
)
returns public.credit_answer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.claim_referral_code(code);
end;
$$;

comment on function public.claim_referral_code(text) is
'Notes who has referred the signed-in user.';

revoke all on function public.claim_referral_code(text)
from public, anon, authenticated, service_role;
grant execute on function public.claim_referral_code(text) to authenticated;
