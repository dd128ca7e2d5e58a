-- A signed-in user's charge, priced by the catalog and counted against the limit of requests, in
-- the transaction that PostgREST puts around.
\set n random(:unlimited + 1, :unlimited + :accounts)
begin;
select
    set_config('role', 'authenticated', true),
    set_config(
        'request.jwt.claims',
        '{"role": "authenticated", "sub": "' || lpad(:n::text, 32, '0')::uuid || '"}',
        true
    ),
    set_config('request.method', 'POST', true);
select * from public.use_credits('query', gen_random_uuid()::text);
commit;
