-- A charge of usage that the caller may dispute: of an account without members, of one that the
-- caller manages, or the caller's own.
--
-- Errors   PT404 transaction_not_found
create or replace function credits.disputable_charge(p_account_id uuid, p_transaction_id bigint)
returns credits.transactions
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_only_user_id uuid := credits.only_own_user_id(p_account_id);
    v_charge credits.transactions
        := credits.transaction_row(p_account_id, p_transaction_id, 'usage');
begin
    if v_only_user_id is not null and v_charge.user_id is distinct from v_only_user_id then
        raise exception 'transaction_not_found' using
            errcode = 'PT404',
            hint = 'This account has no such transaction of this id.';
    end if;
    return v_charge;
end;
$$;

comment on function credits.disputable_charge(uuid, bigint) is
'A charge of usage that the caller may dispute, or PT404.';

revoke all on function credits.disputable_charge(uuid, bigint)
from public, anon, authenticated, service_role;
