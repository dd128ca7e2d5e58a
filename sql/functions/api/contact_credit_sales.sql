-- RPC for anybody; rules, units and errors: credits.contact_sales.
create or replace function public.contact_credit_sales(
    email text,
    message text,
    name text default null,
    company text default null
)
returns public.credit_answer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.contact_sales(email, message, name, company);
end;
$$;

comment on function public.contact_credit_sales(text, text, text, text) is
'Takes a message to sales.';

revoke all on function public.contact_credit_sales(text, text, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.contact_credit_sales(
    text, text, text, text
) to anon, authenticated, service_role;
