-- How much a hold for a call takes: what the usage costs, or for a model whose output is not known
-- yet, the most that is expected of it.
--
-- A model's output_tokens are the ceiling that the caller gives the model: they are held in full.
-- Without them it is the high bound of the estimate: what the model gave before in nine of ten
-- calls, at most what it can give. Input that is not counted is estimated by the prompt.
--
-- Units    size: credits. is_exact: it is the price of the usage, which is known: no model's.
-- Errors   22023 prompt_required, and those of price_usage
create or replace function credits.hold_size(
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_prompt text,
    p_at timestamptz,
    out size numeric,
    out is_exact boolean
)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_in_force(p_at);
begin
    is_exact := not exists (
        select from credits.models as m where m.version = v_version and m.code = p_service
    );
    if is_exact
        or p_quantity is not null
        or p_usage ? 'output_tokens' and p_usage ? 'input_tokens'
    then
        size := (credits.price_usage(p_service, coalesce(p_quantity, 1), p_usage, p_at)).cost;
    else
        size := (
            credits.estimate_call(v_version, p_service, p_prompt, null, null, p_usage)
        ).high;
    end if;
end;
$$;

comment on function credits.hold_size(text, numeric, jsonb, text, timestamptz) is
'How much a hold for a call takes.';

revoke all on function credits.hold_size(text, numeric, jsonb, text, timestamptz)
from public, anon, authenticated, service_role;
