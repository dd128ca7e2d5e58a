-- Whether a dispute of this status waits for an administrator.
create or replace function credits.is_open_dispute(p_status text)
returns boolean
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return p_status in ('pending', 'under_review');
end;
$$;

comment on function credits.is_open_dispute(text) is
'True for the status of a dispute that waits for an administrator.';

revoke all on function credits.is_open_dispute(text) from public, anon, authenticated, service_role;
