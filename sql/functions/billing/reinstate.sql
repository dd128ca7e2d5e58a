-- Gives back what clawbacks took of a grant, the latest first: it cancels debt, then it
-- is granted anew, to burn as the grant did, with the life that was left when it was taken.
--
-- Locks    credits.accounts: one row, until commit.
drop function if exists credits.reinstate(credits.payments, bigint, numeric);
create or replace function credits.reinstate(
    p_account_id uuid,
    p_grant_id bigint,
    p_amount numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_clawback credits.clawbacks;
    v_left numeric := p_amount;
    v_part numeric;
begin
    for v_clawback in
        select c.*
        from credits.clawbacks as c
        where
            c.account_id = p_account_id
            and c.grant_id = p_grant_id
            and c.amount > c.reinstated
        order by c.transaction_id desc
    loop
        v_part := least(v_left, v_clawback.amount - v_clawback.reinstated);
        exit when v_part = 0;
        perform credits.reinstate_clawback(v_clawback, v_part);
        v_left := v_left - v_part;
    end loop;
end;
$$;

comment on function credits.reinstate(uuid, bigint, numeric) is
'Gives back what clawbacks took of a grant.';

revoke all on function credits.reinstate(uuid, bigint, numeric)
from public, anon, authenticated, service_role;
