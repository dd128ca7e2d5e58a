-- Finds the hold that an idempotency key has already placed, or null for a new key. Holds and
-- transactions share their keys.
--
-- p_request  request_hash() of the operation and its inputs.
-- Errors     PT409 idempotency_key_reused: the key belongs to another request.
create or replace function credits.find_hold(
    p_account credits.accounts,
    p_scope text,
    p_key text,
    p_request bytea
)
returns credits.holds
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_hold credits.holds;
begin
    select h.* into v_hold
    from credits.holds as h
    where
        h.account_id = p_account.id
        and h.key = p_key
        and h.scope = p_scope
        and h.request = p_request;
    if not found then
        perform credits.find_transaction(p_account, p_scope, p_key, p_request);
    end if;
    return v_hold;
end;
$$;

comment on function credits.find_hold(credits.accounts, text, text, bytea) is
'The hold that an idempotency key has placed, null for a new key.';

revoke all on function credits.find_hold(credits.accounts, text, text, bytea)
from public, anon, authenticated, service_role;
