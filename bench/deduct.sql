-- A charge by the back end, with all that pgcredits does.
\set n random(1, :accounts)
select *
from public.check_and_deduct_credits(
    lpad(:n::text, 32, '0')::uuid, 1, gen_random_uuid()::text, 'query'
);
