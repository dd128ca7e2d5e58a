-- Which roles of a member carry a right: each role has the rights of the ones below it.
create or replace function credits.roles_with_right(p_right text)
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case p_right
        when 'read' then array['owner', 'admin', 'member', 'viewer']
        when 'spend' then array['owner', 'admin', 'member']
        when 'manage' then array['owner', 'admin']
    end
$$;

comment on function credits.roles_with_right(text) is
'The member roles that carry a right (read, spend, manage).';

revoke all on function credits.roles_with_right(text)
from public, anon, authenticated, service_role;
