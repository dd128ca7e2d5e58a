-- RPC for anyone; rules, units and errors: credits.choose_model.
create or replace function public.choose_model(
    prompt text,
    max_credits numeric default null,
    provider text default null,
    needs text[] default '{}'
)
returns public.credit_model_choice
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.choose_model(prompt, max_credits, provider, needs);
end;
$$;

comment on function public.choose_model(text, numeric, text, text[]) is
'Chooses the model that a prompt should go to.';

revoke all on function public.choose_model(text, numeric, text, text[])
from public, anon, authenticated, service_role;
grant execute on function public.choose_model(
    text, numeric, text, text[]
) to anon, authenticated, service_role;
