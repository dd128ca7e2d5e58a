-- A charge by the back end to the team, for one of its eight members, each with a cap.
\set n random(1, 8)
select *
from public.check_and_deduct_credits(
    lpad('900000', 32, '0')::uuid, 1, gen_random_uuid()::text, 'query',
    user_id => lpad(:n::text, 32, '0')::uuid
);
