-- What a provider calls the price of a plan or a pack now, in the mode that the database takes; all
-- null when it is not synced.
create or replace function credits.price_at(p_provider text, p_kind text, p_code text)
returns credits.provider_prices
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_price credits.provider_prices;
begin
    select p.* into v_price
    from credits.provider_prices as p
    where
        p.provider = p_provider
        and p.livemode = credits.livemode(p_provider)
        and p.kind = p_kind
        and p.code = p_code
        and p.is_current;
    return v_price;
end;
$$;

comment on function credits.price_at(text, text, text) is
'What a provider calls the price of a plan or a pack now.';

revoke all on function credits.price_at(text, text, text)
from public, anon, authenticated, service_role;
