-- The addresses of the person behind an account, in lower case: the one that the back end has
-- given, and the user's own when it is confirmed, else it may be another's. A team is nobody.
create or replace function credits.emails_of_account(p_account credits.accounts)
returns text[]
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array_remove(
        array[
            lower(p_account.email),
            case
                when p_account.kind = 'personal'
                    then lower(credits.confirmed_email(p_account.owner_id))
            end
        ],
        null
    );
$$;

comment on function credits.emails_of_account(credits.accounts) is
'The addresses of the person behind an account.';

revoke all on function credits.emails_of_account(credits.accounts)
from public, anon, authenticated, service_role;
