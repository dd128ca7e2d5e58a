-- The same charge in the transaction that PostgREST puts around a call.
\set n random(1, :accounts)
begin;
select
    set_config('role', 'service_role', true),
    set_config('request.jwt.claims', '{"role": "service_role"}', true),
    set_config('request.method', 'POST', true);
select *
from public.check_and_deduct_credits(
    lpad(:n::text, 32, '0')::uuid, 1, gen_random_uuid()::text, 'query'
);
commit;
