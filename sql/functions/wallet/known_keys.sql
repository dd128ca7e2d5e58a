-- The keys of a batch's events that the back end has used on an account, by charges or by holds.
--
-- Each is looked up by itself: for an array of keys PostgreSQL would read the whole history.
create or replace function credits.known_keys(p_account credits.accounts, p_events jsonb)
returns text[]
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return array(
        select e.event ->> 'key'
        from jsonb_array_elements(p_events) as e (event)
        cross join lateral (
            select from credits.transactions as t
            where
                t.account_id = p_account.id
                and t.key = e.event ->> 'key'
                and t.scope = 'service'
            limit 1
        ) as f
        union all
        select e.event ->> 'key'
        from jsonb_array_elements(p_events) as e (event)
        cross join lateral (
            select from credits.holds as h
            where
                p_account.has_holds
                and h.account_id = p_account.id
                and h.key = e.event ->> 'key'
                and h.scope = 'service'
            limit 1
        ) as f
    );
end;
$$;

comment on function credits.known_keys(credits.accounts, jsonb) is
'The keys of a batch''s events that the back end has used on an account.';

revoke all on function credits.known_keys(credits.accounts, jsonb)
from public, anon, authenticated, service_role;
