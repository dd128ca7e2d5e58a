-- Supabase's hook "Before User Created": refuses the sign-up of an address whose domain, or one
-- above it, is in credits.blocked_domains.
--
-- p_event  {"user": {"email", …}, …}; an event without an address passes.
-- Returns  {} to go on, or {"error": {"http_code", "message"}}.
create or replace function credits.before_user_created(p_event jsonb)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_domain text := lower(btrim(substring(p_event #>> '{user,email}' from '@([^@]*)$'), ' .'));
begin
    if exists (
        select from credits.blocked_domains as d
        where v_domain = d.domain or right(v_domain, length(d.domain) + 1) = '.' || d.domain
    ) then
        return jsonb_build_object('error', jsonb_build_object(
            'http_code', 403,
            'message', 'Addresses of this domain cannot sign up.'
        ));
    end if;
    return '{}'::jsonb;
end;
$$;

comment on function credits.before_user_created(jsonb) is
'Refuses the sign-up of blocked e-mail domains.';

revoke all on function credits.before_user_created(jsonb)
from public, anon, authenticated, service_role;
grant execute on function credits.before_user_created(jsonb) to supabase_auth_admin;
