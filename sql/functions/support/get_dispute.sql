-- One dispute of the signed-in user's accounts.
--
-- Errors   42501 not_signed_in, PT404 dispute_not_found
create or replace function credits.get_dispute(p_dispute_id uuid)
returns public.credit_dispute
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.acting_user_id();
    return credits.show_dispute(credits.my_dispute(p_dispute_id));
end;
$$;

comment on function credits.get_dispute(uuid) is
'One dispute of the signed-in user''s accounts.';

revoke all on function credits.get_dispute(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.get_dispute(uuid) to authenticated, service_role;
