-- Lets batches whose accounts are not all there wait for each other, and for grant_initial_credits:
-- each opens several, and with each claims whose free credits it may have.
create or replace function credits.share_openings(p_events jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select from jsonb_array_elements(p_events) as e (event)
        where not exists (
            select from credits.accounts as a
            where a.id = credits.as_uuid(e.event ->> 'account_id')
        )
    ) then
        perform pg_advisory_xact_lock(hashtextextended('credits.grant_initial_credits', 0));
    end if;
end;
$$;

comment on function credits.share_openings(jsonb) is
'Lets batches that open accounts wait for each other.';

revoke all on function credits.share_openings(jsonb) from public, anon, authenticated, service_role;
