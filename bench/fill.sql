-- Usage events that only fill the table: a hundred of three accounts. Two of them belong to account
-- 1 where the first client runs, so that it gets one in a hundred of all with two clients.
\set n random(2, :accounts - 2)
select 1 / (count(r.transaction_id) = :events)::integer
from
    public.deduct_credits_batch(
        (
            select
                jsonb_agg(
                    jsonb_build_object(
                        'account_id',
                        lpad(
                            case when :client_id = 0 and i <= 2 then 1 else :n + i % 3 end::text,
                            32, '0'
                        )::uuid,
                        'key', gen_random_uuid(),
                        'amount', 1,
                        'service', 'query'
                    )
                )
            from generate_series(1, :events) as i
        )
    ) as r;
