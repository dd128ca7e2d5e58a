-- Whether two users are one person: the same user, or one e-mail address in two spellings.
create or replace function credits.is_same_person(p_first_id uuid, p_second_id uuid)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return p_first_id = p_second_id or exists (
        select
        from auth.users as f
        inner join auth.users as s
            on credits.normal_email(f.email) = credits.normal_email(s.email)
        where f.id = p_first_id and s.id = p_second_id
    );
end;
$$;

comment on function credits.is_same_person(uuid, uuid) is
'Whether two users are one person.';

revoke all on function credits.is_same_person(uuid, uuid)
from public, anon, authenticated, service_role;
