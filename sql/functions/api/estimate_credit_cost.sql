-- RPC for anyone; rules, units and errors: credits.estimate_cost.
create or replace function public.estimate_credit_cost(
    prompt text default null,
    model text default null,
    input_tokens integer default null,
    max_output_tokens integer default null,
    service text default null,
    usage jsonb default '{}'
)
returns public.credit_estimate
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.estimate_cost(
        prompt, model, input_tokens, max_output_tokens, service, usage
    );
end;
$$;

comment on function public.estimate_credit_cost(text, text, integer, integer, text, jsonb) is
'What a call would cost, before it is made.';

revoke all on function public.estimate_credit_cost(text, text, integer, integer, text, jsonb)
from public, anon, authenticated, service_role;
grant execute on function public.estimate_credit_cost(
    text, text, integer, integer, text, jsonb
) to anon, authenticated, service_role;
