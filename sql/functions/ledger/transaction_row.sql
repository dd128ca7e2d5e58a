-- A transaction of an account, of a type if one is named. A foreign id and an absent one get the
-- same answer.
--
-- Errors   PT404 transaction_not_found
create or replace function credits.transaction_row(
    p_account_id uuid,
    p_transaction_id bigint,
    p_type text default null
)
returns credits.transactions
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_transaction credits.transactions;
begin
    select t.* into v_transaction
    from credits.transactions as t
    where
        t.account_id = p_account_id
        and t.id = p_transaction_id
        and (p_type is null or t.type = p_type);
    if not found then
        raise exception 'transaction_not_found' using
            errcode = 'PT404',
            hint = 'This account has no such transaction of this id.';
    end if;
    return v_transaction;
end;
$$;

comment on function credits.transaction_row(uuid, bigint, text) is
'A transaction of an account, or PT404.';

revoke all on function credits.transaction_row(uuid, bigint, text)
from public, anon, authenticated, service_role;
