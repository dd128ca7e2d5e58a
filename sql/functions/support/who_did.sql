-- Which administrator has made a transaction; null when none has.
create or replace function credits.who_did(p_account_id uuid, p_transaction_id bigint)
returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(a.after ->> 'requested_by', a.actor)
    from credits.audit_log as a
    where
        a.account_id = p_account_id
        and a.after -> 'transaction_id' = to_jsonb(p_transaction_id)
    order by a.id
    limit 1;
$$;

comment on function credits.who_did(uuid, bigint) is
'Which administrator has made a transaction.';

revoke all on function credits.who_did(uuid, bigint) from public, anon, authenticated, service_role;
