-- How many hours an administrator took to resolve a dispute; null while it is open, or withdrawn.
create or replace function credits.hours_to_resolution(p_dispute credits.disputes)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return case
        when p_dispute.status in ('approved', 'partially_approved', 'rejected')
            then extract(epoch from p_dispute.resolved_at - p_dispute.created_at) / 3600
    end;
end;
$$;

comment on function credits.hours_to_resolution(credits.disputes) is
'How many hours an administrator took to resolve a dispute.';

revoke all on function credits.hours_to_resolution(credits.disputes)
from public, anon, authenticated, service_role;
