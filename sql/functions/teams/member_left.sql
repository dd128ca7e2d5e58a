-- What is left of a member's monthly cap: what the member holds counts as spent. Null without a
-- cap.
create or replace function credits.member_left(
    p_account credits.accounts,
    p_member credits.members
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_member.monthly_cap is null then
        return null;
    end if;
    return p_member.monthly_cap - credits.member_spent(p_account, p_member)
    - credits.member_held(p_account, p_member.user_id);
end;
$$;

comment on function credits.member_left(credits.accounts, credits.members) is
'What is left of a member''s monthly cap, null without one.';

revoke all on function credits.member_left(credits.accounts, credits.members)
from public, anon, authenticated, service_role;
