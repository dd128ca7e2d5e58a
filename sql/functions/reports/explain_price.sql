-- By which price a transaction was charged: the version of the catalog, and the components of the
-- service in it. Null where no catalog priced it.
create or replace function credits.explain_price(p_transaction credits.transactions)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'version', c.version,
        'catalog', c.code,
        'effective_at', c.effective_at,
        'service', p_transaction.service,
        'quantity', p_transaction.quantity,
        'usage', coalesce(p_transaction.usage, '{}'),
        'provider_cost', p_transaction.provider_cost,
        'components', (
            select coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'meter', p.meter,
                        'unit', p.unit,
                        'unit_size', p.unit_size,
                        'credits', p.credits,
                        'above_tokens', p.above_tokens
                    )
                    order by p.meter, p.above_tokens
                ),
                '[]'
            )
            from credits.prices as p
            where p.version = c.version and p.service = p_transaction.service
        )
    )
    from credits.catalogs as c
    where c.version = p_transaction.price_version
$$;

comment on function credits.explain_price(credits.transactions) is
'By which price a transaction was charged.';

revoke all on function credits.explain_price(credits.transactions)
from public, anon, authenticated, service_role;
