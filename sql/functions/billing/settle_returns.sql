-- Takes back, or gives back, credits until each grant of a payment has given up the share that went
-- back of the money, the rewards of a referral that it earned with them: an absolute rule, so that
-- no order and no repetition of news counts twice.
--
-- Returns  whether anything moved.
-- Locks    none of its own: the caller has locked the account by lock_payer.
create or replace function credits.settle_returns(
    p_account_id uuid,
    p_provider text,
    p_payment_id text
)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments := credits.payment_row(p_account_id, p_provider, p_payment_id);
    v_due record;
    v_moved boolean := false;
begin
    for v_due in select d.* from credits.due_returns(v_payment) as d where d.amount <> 0
    loop
        if v_due.amount > 0 then
            perform credits.claw_back(v_due.account_id, v_due.grant_id, v_due.amount);
        else
            perform credits.reinstate(v_due.account_id, v_due.grant_id, -v_due.amount);
        end if;
        v_moved := true;
    end loop;
    return v_moved;
end;
$$;

comment on function credits.settle_returns(uuid, text, text) is
'Takes or gives back credits until a payment''s grants fit what went back of it.';

revoke all on function credits.settle_returns(uuid, text, text)
from public, anon, authenticated, service_role;
