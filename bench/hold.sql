-- A hold, and the capture of a part of it: two calls, as before and after a model's answer.
\set n random(1, :accounts)
select hold_id
from public.hold_credits(lpad(:n::text, 32, '0')::uuid, gen_random_uuid()::text, 2, 'query')
\gset
select *
from public.capture_credits(lpad(:n::text, 32, '0')::uuid, :hold_id, 1);
