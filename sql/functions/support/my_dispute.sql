-- A dispute that the signed-in user may read: of an account that the user manages, or one's own.
--
-- Errors   42501 not_signed_in, PT404 dispute_not_found
create or replace function credits.my_dispute(p_dispute_id uuid)
returns credits.disputes
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.acting_user_id();
    v_dispute credits.disputes;
begin
    select d.* into v_dispute
    from credits.disputes as d
    where
        d.id = p_dispute_id
        and (
            v_user_id is null
            or d.account_id = v_user_id
            or d.account_id in (select credits.my_account_ids('manage'))
            or d.user_id = v_user_id and d.account_id in (select credits.my_account_ids('read'))
        );
    if not found then
        raise exception 'dispute_not_found' using
            errcode = 'PT404',
            hint = 'There is no dispute of this id that you may see.';
    end if;
    return v_dispute;
end;
$$;

comment on function credits.my_dispute(uuid) is
'A dispute that the caller may read, or PT404.';

revoke all on function credits.my_dispute(uuid) from public, anon, authenticated, service_role;
