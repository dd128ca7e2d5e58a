-- Writes a charge and the account after it, as next_charge made them; a replay writes nothing.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.post_charge(p_next credits.next_transaction)
returns public.credit_charge
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_transaction credits.transactions := p_next.transaction;
begin
    if (p_next.account).id is not null then
        perform credits.write_ledger(p_next.account, array[v_transaction]);
    end if;
    return (
        v_transaction.id, -v_transaction.amount, v_transaction.balance_after,
        v_transaction.held_after, v_transaction.balance_after - v_transaction.held_after
    )::public.credit_charge;
end;
$$;

comment on function credits.post_charge(credits.next_transaction) is
'Writes a charge and the account after it.';

revoke all on function credits.post_charge(credits.next_transaction)
from public, anon, authenticated, service_role;
