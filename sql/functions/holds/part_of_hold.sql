-- How much of a hold there is: up to the amount, what is available within the caps of the account
-- and of the member. Where there is nothing, the amount, so that it is refused as usual.
create or replace function credits.part_of_hold(
    p_account credits.accounts,
    p_user_id uuid,
    p_amount numeric
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_part numeric := least(p_amount, credits.spendable_by(p_account, p_user_id));
begin
    return case when v_part > 0 then v_part else p_amount end;
end;
$$;

comment on function credits.part_of_hold(credits.accounts, uuid, numeric) is
'How much of a hold there is.';

revoke all on function credits.part_of_hold(credits.accounts, uuid, numeric)
from public, anon, authenticated, service_role;
