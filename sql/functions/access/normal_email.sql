-- The one spelling of an e-mail address by which a person is known: lower case, without a tag after
-- +; at Gmail, whose other name is Googlemail, dots count for nothing.
create or replace function credits.normal_email(p_email text)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_domain text := lower(btrim(substring(p_email from '@([^@]*)$'), ' .'));
    v_local text := regexp_replace(lower(btrim(substring(p_email from '^(.*)@'))), '\+.*$', '');
begin
    if v_domain in ('gmail.com', 'googlemail.com') then
        return replace(v_local, '.', '') || '@gmail.com';
    end if;
    return v_local || '@' || v_domain;
end;
$$;

comment on function credits.normal_email(text) is
'The one spelling of an e-mail address by which a person is known.';

revoke all on function credits.normal_email(text) from public, anon, authenticated, service_role;
