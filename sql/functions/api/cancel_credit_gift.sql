-- RPC for a signed-in user; rules, units and errors: credits.cancel_gift.
create or replace function public.cancel_credit_gift(
    gift_id uuid
)
returns public.credit_gift
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.cancel_gift(gift_id);
end;
$$;

comment on function public.cancel_credit_gift(uuid) is
'Takes a pending gift back.';

revoke all on function public.cancel_credit_gift(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.cancel_credit_gift(uuid) to authenticated;
