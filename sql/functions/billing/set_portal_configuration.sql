-- Keeps the provider's name for how its customer portal is configured.
--
-- Errors   PT404 provider_not_found
-- Locks    credits.providers: one row.
create or replace function credits.set_portal_configuration(
    p_provider text,
    p_configuration_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.providers as p
    set portal_configuration_id = p_configuration_id, changed_at = clock_timestamp()
    where p.provider = p_provider;
    if not found then
        raise exception 'provider_not_found' using
            errcode = 'PT404',
            hint = 'There is no such payment provider.';
    end if;
end;
$$;

comment on function credits.set_portal_configuration(text, text) is
'Keeps how the provider''s customer portal is configured.';

revoke all on function credits.set_portal_configuration(text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.set_portal_configuration(text, text) to service_role;
