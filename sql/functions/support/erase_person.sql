-- Takes a person out of what other accounts know: memberships, invitations and gifts by address,
-- cards, a top-up, attempts. A part of admin_erase_account.
create or replace function credits.erase_person(p_account credits.accounts)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_emails text[] := credits.emails_of_account(p_account);
begin
    delete from credits.members as m
    where m.user_id = p_account.id or m.account_id = p_account.id;
    update credits.invitations as i
    set
        email = 'erased',
        state = case when i.state = 'open' then 'revoked' else i.state end,
        ended_at = coalesce(i.ended_at, clock_timestamp())
    where i.email = any(v_emails) or i.account_id = p_account.id;
    update credits.gifts as g
    set recipient_email = 'erased', message = null
    where
        g.account_id = p_account.id
        or g.recipient_id = p_account.id
        or g.recipient_email = any(v_emails);
    update credits.auto_topups as t set is_enabled = false where t.account_id = p_account.id;
    delete from credits.cards as c where c.account_id = p_account.id;
    delete from credits.code_attempts as c where c.user_id = p_account.id;
    delete from credits.contacts as c where c.email = any(v_emails);
    -- The application's id is free for a new account.
    update credits.external_ids as e
    set object_id = 'erased:' || p_account.id
    where e.provider = 'application' and e.account_id = p_account.id;
end;
$$;

comment on function credits.erase_person(credits.accounts) is
'Takes a person out of what other accounts know.';

revoke all on function credits.erase_person(credits.accounts)
from public, anon, authenticated, service_role;
