-- The cheapest model in force that would do a model's call for at most so many credits: what a
-- refused caller can use instead.
--
-- p_service  the model that is too dear; another service has no alternative.
-- p_usage    the tokens of the call.
-- Returns    {"model", "credits"}, null when there is none.
create or replace function credits.affordable_model(
    p_service text,
    p_usage jsonb,
    p_most numeric,
    p_at timestamptz
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_at(p_at);
    v_model text;
    v_cost numeric;
    v_best jsonb;
begin
    if not exists (
        select from credits.models as m where m.version = v_version and m.code = p_service
    ) then
        return null;
    end if;
    -- A bound, since the account is locked meanwhile: the catalog's first twenty are looked at.
    for v_model in
        select m.code
        from credits.models as m
        where
            m.version = v_version
            and m.code <> p_service
            and coalesce(m.deprecated_at > p_at, true)
        order by m.position
        limit 20
    loop
        begin
            v_cost := (credits.price_usage(
                v_model, 1::numeric, coalesce(p_usage, '{}'), p_at, v_version
            )).cost;
            if v_cost <= p_most and v_cost < coalesce((v_best ->> 'credits')::numeric, 'infinity')
            then
                v_best := jsonb_build_object('model', v_model, 'credits', v_cost);
            end if;
        exception when data_exception then
            null;    -- This model does not count such tokens.
        end;
    end loop;
    return v_best;
end;
$$;

comment on function credits.affordable_model(text, jsonb, numeric, timestamptz) is
'The cheapest model in force that would do a model''s call for at most so many credits.';

revoke all on function credits.affordable_model(text, jsonb, numeric, timestamptz)
from public, anon, authenticated, service_role;
