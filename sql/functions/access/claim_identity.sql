-- Claims something that is given once per person for an account, and keeps who had it as a salted
-- hash of the person's e-mail address, which outlives the user.
--
-- p_kind     what is given: welcome, or a code.
-- p_user_id  the person; null for the owner of the account. An account of the application's own
--            user is known by the address it was opened with.
-- Returns    true when it is the account's: it was free, it was claimed for this account before, or
--            nobody's address is known. False for another account of the same person, and for an
--            anonymous user.
-- Locks      credits.identities: one row, until commit.
create or replace function credits.claim_identity(
    p_kind text,
    p_account credits.accounts,
    p_user_id uuid default null
)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user record;
    v_hash bytea;
begin
    select u.email, u.is_anonymous into v_user
    from auth.users as u
    where u.id = coalesce(p_user_id, p_account.owner_id);
    if v_user.is_anonymous then
        return false;
    end if;
    select sha256(s.salt || convert_to(
        credits.normal_email(coalesce(v_user.email, p_account.email)), 'UTF8'
    )) into strict v_hash
    from credits.identity_salts as s;
    if v_hash is null then
        return true;
    end if;
    insert into credits.identities (kind, hash, claimed_for)
    values (p_kind, v_hash, p_account.id)
    on conflict (kind, hash) do nothing;
    return found or exists (
        select from credits.identities as i
        where i.kind = p_kind and i.hash = v_hash and i.claimed_for = p_account.id
    );
end;
$$;

comment on function credits.claim_identity(text, credits.accounts, uuid) is
'Claims what is given once per person for an account.';

revoke all on function credits.claim_identity(text, credits.accounts, uuid)
from public, anon, authenticated, service_role;
