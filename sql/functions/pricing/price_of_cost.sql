-- What a cost is in credits at cost + mark-up: cost x (1 + mark-up) / what one credit is worth.
--
-- p_kind   the mark-up that counts: models or services.
-- Units    p_cost: major units of the catalog's currency. Returns credits, to 36 places, so that a
--          quotient without end is exact to the places that price_usage keeps, for any count.
create or replace function credits.price_of_cost(p_cost numeric, p_catalog jsonb, p_kind text)
returns numeric
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select trim_scale(round(
        (p_cost * (1 + coalesce((p_catalog #>> array['markup', p_kind])::numeric, 0)))
        / coalesce(
            p_catalog ->> 'base_price_per_credit', p_catalog ->> 'list_price_per_credit'
        )::numeric(80, 40),
        36
    ))
$$;

comment on function credits.price_of_cost(numeric, jsonb, text) is
'What a provider''s cost is in credits at the catalog''s mark-up.';

revoke all on function credits.price_of_cost(numeric, jsonb, text)
from public, anon, authenticated, service_role;
