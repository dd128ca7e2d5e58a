-- How an account is topped up automatically.
--
-- Units    spent_cents: this calendar month (UTC), the attempt in flight with it.
-- Returns  status: active, off or paused. paused_until_at: null when it is paused for good, until
--          set_auto_topup switches it on again.
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required,
--          PT409 no_catalog
create or replace function credits.get_auto_topup(p_account_id uuid)
returns public.credit_auto_topup
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.show_topup(
        (credits.read_account(credits.authorize_account(p_account_id, 'manage'))).id
    );
end;
$$;

comment on function credits.get_auto_topup(uuid) is
'How an account is topped up automatically.';

revoke all on function credits.get_auto_topup(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.get_auto_topup(uuid) to authenticated, service_role;
