-- Withdraws a dispute that nobody has resolved yet. A replay changes nothing.
--
-- Errors   42501 not_signed_in, PT404 dispute_not_found, PT409 dispute_not_open
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.withdraw_dispute(p_dispute_id uuid)
returns public.credit_dispute
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.acting_user_id();
    v_dispute credits.disputes := credits.my_dispute(p_dispute_id);
begin
    perform credits.lock_account(v_dispute.account_id);
    select d.* into strict v_dispute
    from credits.disputes as d
    where d.account_id = v_dispute.account_id and d.id = p_dispute_id;
    if v_dispute.status = 'withdrawn' then
        return credits.show_dispute(v_dispute);
    end if;
    perform credits.check_open_dispute(v_dispute);
    update credits.disputes as d
    set
        status = 'withdrawn',
        resolved_at = clock_timestamp(),
        resolved_by = coalesce('user:' || v_user_id, credits.caller())
    where d.account_id = v_dispute.account_id and d.id = p_dispute_id
    returning d.* into strict v_dispute;
    perform credits.drop_dispute_acts(v_dispute);
    return credits.show_dispute(v_dispute);
end;
$$;

comment on function credits.withdraw_dispute(uuid) is
'Withdraws a dispute that nobody has resolved yet.';

revoke all on function credits.withdraw_dispute(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.withdraw_dispute(uuid) to authenticated, service_role;
