-- Voids a grant as an act says: what is left of it and not held goes now, what is held expires when
-- it returns.
--
-- Returns  the transaction; null where all of it is held.
-- Errors   PT404 grant_not_found, PT409 grant_is_empty
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.perform_void(
    p_account credits.accounts,
    p_act credits.pending_acts
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_grant_id bigint := (p_act.arguments ->> 'grant_id')::bigint;
    v_left numeric := credits.left_of_grant(p_account, v_grant_id);
begin
    if v_left = 0 and not (
        credits.held_of_grant(p_account.id, v_grant_id) > 0
        and exists (
            select from credits.grants as g
            where g.account_id = p_account.id and g.id = v_grant_id and g.voided_at is null
        )
    ) then
        raise exception 'grant_is_empty' using
            errcode = 'PT409',
            detail = jsonb_build_object('grant_id', v_grant_id)::text,
            hint = 'Nothing is left of this grant.';
    end if;
    update credits.grants as g
    set voided_at = p_account.last_transaction_at, expires_at = p_account.last_transaction_at
    where g.account_id = p_account.id and g.id = v_grant_id;
    if v_left = 0 then
        return null;
    end if;
    return credits.post_transaction(
        credits.take_credits(p_account, v_grant_id, v_left), 'adjustment', -v_left, p_act.scope,
        p_act.key, p_act.request,
        p_grants => jsonb_build_object(v_grant_id, v_left),
        p_description => p_act.reason,
        p_metadata => jsonb_build_object('voided_grant_id', v_grant_id)
    );
end;
$$;

comment on function credits.perform_void(credits.accounts, credits.pending_acts) is
'Voids a grant as an act says.';

revoke all on function credits.perform_void(credits.accounts, credits.pending_acts)
from public, anon, authenticated, service_role;
