-- RPC for a signed-in user; rules, units and errors: credits.accept_gift.
create or replace function public.accept_credit_gift(
    gift_id uuid
)
returns public.credit_gift
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.accept_gift(gift_id);
end;
$$;

comment on function public.accept_credit_gift(uuid) is
'Accepts a gift.';

revoke all on function public.accept_credit_gift(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.accept_credit_gift(uuid) to authenticated;
