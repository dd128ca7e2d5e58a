-- Usage events of a gateway, many in one call. One event in error divides by zero.
select 1 / (count(r.transaction_id) = :events)::integer
from
    public.deduct_credits_batch(
        (
            select
                jsonb_agg(
                    jsonb_build_object(
                        'account_id',
                        lpad((1 + floor(random() * :accounts))::bigint::text, 32, '0')::uuid,
                        'key', gen_random_uuid(),
                        'amount', 1,
                        'service', 'query'
                    )
                )
            from generate_series(1, :events)
        )
    ) as r;
