-- A hold of an account, not that of a gift. A foreign id and an absent one get the same answer.
--
-- Errors   PT404 hold_not_found
create or replace function credits.hold_row(p_account_id uuid, p_hold_id uuid)
returns credits.holds
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_hold credits.holds;
begin
    select h.* into v_hold
    from credits.holds as h
    where h.account_id = p_account_id and h.id = p_hold_id and h.gift_id is null;
    if not found then
        raise exception 'hold_not_found' using
            errcode = 'PT404',
            hint = 'This account has no hold of this id.';
    end if;
    return v_hold;
end;
$$;

comment on function credits.hold_row(uuid, uuid) is
'A hold of an account, or PT404.';

revoke all on function credits.hold_row(uuid, uuid) from public, anon, authenticated, service_role;
