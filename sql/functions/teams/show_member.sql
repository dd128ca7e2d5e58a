-- A member in the public shape. Who does not manage the account is shown the numbers of the own row
-- only.
--
-- p_only_user_id  whose numbers are shown; null for everybody's.
create or replace function credits.show_member(
    p_account credits.accounts,
    p_member credits.members,
    p_only_user_id uuid
)
returns public.credit_member
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is_shown boolean := p_only_user_id is null or p_only_user_id = p_member.user_id;
begin
    return (
        p_member.account_id, p_member.user_id,
        (select u.email from auth.users as u where u.id = p_member.user_id),
        p_member.role,
        case when v_is_shown then p_member.monthly_cap end,
        case when v_is_shown then credits.member_spent(p_account, p_member) end,
        case when v_is_shown then credits.member_held(p_account, p_member.user_id) end,
        credits.month_end(p_account.last_transaction_at), p_member.created_at
    )::public.credit_member;
end;
$$;

comment on function credits.show_member(credits.accounts, credits.members, uuid) is
'A member in the public shape.';

revoke all on function credits.show_member(credits.accounts, credits.members, uuid)
from public, anon, authenticated, service_role;
