-- Usage events of a team's members, many in one call. One event in error divides by zero.
select 1 / (count(r.transaction_id) = :events)::integer
from
    public.deduct_credits_batch(
        (
            select
                jsonb_agg(
                    jsonb_build_object(
                        'account_id', lpad('900000', 32, '0')::uuid,
                        'key', gen_random_uuid(),
                        'amount', 1,
                        'service', 'query',
                        'user_id', lpad((1 + floor(random() * 8))::bigint::text, 32, '0')::uuid
                    )
                )
            from generate_series(1, :events)
        )
    ) as r;
