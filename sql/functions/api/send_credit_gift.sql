-- RPC for a signed-in user; rules, units and errors: credits.send_gift.
create or replace function public.send_credit_gift(
    recipient_email text,
    amount numeric,
    key text,
    message text default null
)
returns public.credit_gift
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.send_gift(recipient_email, amount, key, message);
end;
$$;

comment on function public.send_credit_gift(text, numeric, text, text) is
'Gives bought credits to somebody by e-mail, once per key.';

revoke all on function public.send_credit_gift(text, numeric, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.send_credit_gift(text, numeric, text, text) to authenticated;
