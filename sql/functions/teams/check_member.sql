-- Refuses a spend by somebody who may not spend for a team, or beyond the member's monthly cap.
-- What the member holds counts as spent.
--
-- p_user_id  who acts; null for the back end, which no member's cap binds.
-- Errors   PT404 member_not_found, PT402 member_cap_reached
create or replace function credits.check_member(
    p_account credits.accounts,
    p_user_id uuid,
    p_amount numeric
)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_member credits.members;
    v_left numeric;
begin
    if p_user_id is null then
        return;
    end if;
    v_member := credits.member_row(p_account.id, p_user_id);
    if v_member.role is null or not v_member.role = any(credits.roles_with_right('spend')) then
        raise exception 'member_not_found' using
            errcode = 'PT404',
            hint = 'This user is no member of the account who may spend.';
    end if;
    v_left := credits.member_left(p_account, v_member);
    if v_left is not null and p_amount > greatest(v_left, 0) then
        raise exception 'member_cap_reached' using
            errcode = 'PT402',
            detail = jsonb_build_object(
                'cap', v_member.monthly_cap,
                'spent', v_member.monthly_cap - v_left,
                'required', p_amount,
                'resets_at', credits.month_end(p_account.last_transaction_at)
            )::text,
            hint = 'This month''s spending limit of the member is reached.';
    end if;
end;
$$;

comment on function credits.check_member(credits.accounts, uuid, numeric) is
'Refuses a spend beyond a member''s monthly cap with PT402.';

revoke all on function credits.check_member(credits.accounts, uuid, numeric)
from public, anon, authenticated, service_role;
