-- The acts that wait for a second administrator, the longest waiting first.
--
-- Errors   PT403 admin_only
create or replace function credits.admin_list_pending_acts()
returns setof public.credit_act
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.acting_admin();
    return query
    select s.*
    from credits.pending_acts as a
    cross join lateral credits.show_act(a) as s
    where a.state = 'pending' and a.expires_at > clock_timestamp()
    order by a.requested_at, a.id;
end;
$$;

comment on function credits.admin_list_pending_acts() is
'The acts that wait for a second administrator.';

revoke all on function credits.admin_list_pending_acts()
from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_pending_acts() to authenticated, service_role;
