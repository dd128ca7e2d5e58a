-- RPC for a signed-in user; rules, units and errors: credits.referral_code.
create or replace function public.get_referral_code()
returns public.credit_referral
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.referral_code();
end;
$$;

comment on function public.get_referral_code() is
'The referral code of the signed-in user, and what it earned.';

revoke all on function public.get_referral_code() from public, anon, authenticated, service_role;
grant execute on function public.get_referral_code() to authenticated;
