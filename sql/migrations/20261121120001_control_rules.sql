insert into credits.migrations (id, parent_id) values ('20261121120001', '20261121120000');
select set_config('lock_timeout', '4s', true);

-- Bodies in plain SQL may name what comes further down; the tests check every one.
select set_config('check_function_bodies', 'off', true);

-- source: sql/functions/access/before_user_created.sql sha256:ae6ab75f5b5d85d2648bcb5b5eb65f2daf031a3a0be82073696a789a6e2cd27d
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

-- source: sql/functions/access/check_confirmed.sql sha256:7bb788353c7bfba4227226022d159e1779ff54d6fa7bd55d83ca9f9cbc7b84f9
-- Refuses a user without a confirmed e-mail address; the back end is nobody in particular.
--
-- p_user_id  null for the back end.
-- Errors     PT403 email_not_confirmed
create or replace function credits.check_confirmed(p_user_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_user_id is not null and credits.confirmed_email(p_user_id) is null then
        raise exception 'email_not_confirmed' using
            errcode = 'PT403',
            hint = 'Confirm your e-mail address first.';
    end if;
end;
$$;

comment on function credits.check_confirmed(uuid) is
'Refuses a user without a confirmed e-mail address with PT403.';

revoke all on function credits.check_confirmed(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/access/check_email.sql sha256:cccbcf430191785a7c2a14e47e54f09f978d51e8c42ffe76ac7a946c9cca62dc
-- Refuses what cannot be an e-mail address.
--
-- Returns  the address in lower case, without spaces around it.
-- Errors   22023 invalid_email
create or replace function credits.check_email(p_email text)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_email text := lower(btrim(p_email));
begin
    if length(v_email) <= 320 and v_email ~ '^[^@\s[:cntrl:]]+@[^@\s[:cntrl:]]+$' then
        return v_email;
    end if;
    raise exception 'invalid_email' using
        errcode = '22023',
        detail = jsonb_build_object('limit', 320)::text,
        hint = 'An e-mail address has one @ and at most 320 characters.';
end;
$$;

comment on function credits.check_email(text) is
'An e-mail address in lower case, or 22023.';

revoke all on function credits.check_email(text) from public, anon, authenticated, service_role;

-- source: sql/functions/access/claim_identity.sql sha256:0bb22fabf63274e30ad3d86e7c8b07e1e501bdce1c0b2e07c2dc88f1e226b5ad
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

-- source: sql/functions/access/confirmed_email.sql sha256:7d83b36981d8d9eb974bc1c239d09bae1e0458e654ecb6e8e8aac4fce641e839
-- The e-mail address that a user has confirmed, in lower case; null without one. Claims of a token
-- are not asked.
create or replace function credits.confirmed_email(p_user_id uuid)
returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select lower(u.email)
        from auth.users as u
        where u.id = p_user_id and u.email_confirmed_at is not null and u.deleted_at is null
    );
end;
$$;

comment on function credits.confirmed_email(uuid) is
'The e-mail address that a user has confirmed.';

revoke all on function credits.confirmed_email(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/access/is_same_person.sql sha256:01d6b4d4aed9fa20470e26784779de4258bba7443919e76baaf4d1f799eb7088
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

-- source: sql/functions/access/is_user.sql sha256:d92b0e39cabfd6973a97c42c107dae7bd14f96c8dffebd21c417a46e1b9ef3de
-- Whether somebody is in auth.users, and neither deleted nor banned.
create or replace function credits.is_user(p_user_id uuid)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from auth.users as u
        where
            u.id = p_user_id
            and u.deleted_at is null
            and (u.banned_until is null or u.banned_until <= clock_timestamp())
    );
end;
$$;

comment on function credits.is_user(uuid) is
'Whether somebody is in auth.users, and neither deleted nor banned.';

revoke all on function credits.is_user(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/access/normal_email.sql sha256:748703220e486243f83af6120e9c18384b854292e169d793a190d291aed18734
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

-- source: sql/functions/access/signed_in_user_id.sql sha256:1aa55cb8849c00494e99d58cd35b5c5adf4d817c319e2507bd8e8607beb04059
-- The signed-in user who calls: for what only a person can do.
--
-- Errors   42501 not_signed_in (the back end too), user_unknown
create or replace function credits.signed_in_user_id()
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.acting_user_id();
begin
    if v_user_id is null then
        raise exception 'not_signed_in' using
            errcode = '42501',
            hint = 'Send the access token of a signed-in user.';
    end if;
    return v_user_id;
end;
$$;

comment on function credits.signed_in_user_id() is
'The signed-in user who calls, or 42501.';

revoke all on function credits.signed_in_user_id() from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/burn_grants.sql sha256:04c2174e2a5ec333cbd743872c20665e487c75bff228b6f26f3ad46cb11ec445
-- Takes credits out of an account's grants in the published burn-down order: priority, soonest
-- expiry, free before paid, oldest.
--
-- The head's credits stand on the account's row. When they run out, the next grant becomes the
-- head: its credits move to the account's row and its own remaining becomes 0.
--
-- Returns  the account with its new head (to be written by post_transaction), and how much each
--          grant gave: {"<grant id>": credits}.
-- Errors   PT402 insufficient_credits
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.burn_grants(
    p_account credits.accounts,
    p_amount numeric
)
returns credits.burnt_grants
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ids bigint[] := '{}'::bigint[];
    v_amounts numeric[] := '{}'::numeric[];
    v_needed numeric := p_amount;
    v_taken numeric;
    v_next record;
begin
    if p_account.balance - p_account.held < p_amount then
        perform credits.refuse_insufficient(p_account, p_amount);
    end if;

    loop
        v_taken := least(p_account.head_remaining, v_needed);
        if v_taken > 0 then
            p_account.head_remaining := p_account.head_remaining - v_taken;
            v_ids := v_ids || p_account.head_grant_id;
            v_amounts := v_amounts || v_taken;
            v_needed := v_needed - v_taken;
        end if;
        exit when v_needed = 0;

        select g.id, g.remaining into strict v_next
        from credits.grants as g
        where g.account_id = p_account.id and g.remaining > 0
        order by g.priority, g.expires_at, g.is_paid, g.id
        limit 1;
        update credits.grants as g
        set remaining = 0
        where g.account_id = p_account.id and g.id = v_next.id;
        p_account.head_grant_id := v_next.id;
        p_account.head_remaining := v_next.remaining;
    end loop;
    return (
        p_account,
        coalesce(
            (
                select jsonb_object_agg(t.id, t.amount)
                from unnest(v_ids, v_amounts) as t (id, amount)
            ),
            '{}'
        )
    )::credits.burnt_grants;
end;
$$;

comment on function credits.burn_grants(credits.accounts, numeric) is
'Takes credits out of the grants of a locked account in burn-down order, or PT402.';

revoke all on function credits.burn_grants(credits.accounts, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/check_priced.sql sha256:ad6b298afdc7832e060024fdb21aa9b36c7b39d62a65c62c43066b8f7d178f45
-- Refuses a charge or a hold that has neither an amount nor a service that prices it.
--
-- Errors   22023 amount_or_service_required
create or replace function credits.check_priced(p_amount numeric, p_service text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_amount is null and p_service is null then
        raise exception 'amount_or_service_required' using
            errcode = '22023',
            hint = 'Name the amount, or the service that prices it.';
    end if;
end;
$$;

comment on function credits.check_priced(numeric, text) is
'Refuses what has neither an amount nor a service.';

revoke all on function credits.check_priced(numeric, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/expire_due.sql sha256:816a10c01f8e1919f733cd6a2f684d0440e0aa8e0933b036fe66447be36c3cf1
-- Ends what is over on a locked account: holds give their credits back, then grants expire, then
-- debt is repaid from what came back.
--
-- p_account  its last_transaction_at is the time of the lock.
-- p_at       what is over by then is due; what is posted is stamped with the time of the lock.
-- Returns    the account's row as it stands afterwards, with a time of its own.
-- Locks      none of its own: the caller has locked the account.
create or replace function credits.expire_due(p_account credits.accounts, p_at timestamptz)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now timestamptz := p_account.last_transaction_at;
begin
    if p_account.debt = 0 and p_account.next_expiry_at > p_at then
        return p_account;
    end if;
    p_account := credits.release_due_holds(p_account, p_at);
    p_account := credits.expire_grants(p_account, p_at);
    if p_account.debt > 0 and p_account.balance > p_account.held then
        perform credits.repay_debt(p_account.id);
        select a.* into strict p_account from credits.accounts as a where a.id = p_account.id;
    end if;
    p_account.last_transaction_at := greatest(v_now, p_account.last_transaction_at);
    return p_account;
end;
$$;

comment on function credits.expire_due(credits.accounts, timestamptz) is
'Ends the holds and grants of a locked account that are over.';

revoke all on function credits.expire_due(credits.accounts, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/expire_grants.sql sha256:506044c1ec2a98f7c03613ec7c90ee60f70ebe10a7f68b76a869dabf0584a7d0
-- Takes what has expired out of a locked account's grants, one transaction a grant.
--
-- p_at     what expires until then is due; the transactions are stamped with the time of now.
-- What came back to a grant after it expired goes the same way, in a transaction of its own.
--
-- Returns  the account's row as it stands afterwards.
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.expire_grants(p_account credits.accounts, p_at timestamptz)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_due record;
begin
    for v_due in
        select
            g.id,
            case
                when g.id = p_account.head_grant_id then p_account.head_remaining
                else g.remaining
            end as amount
        from credits.grants as g
        where
            g.account_id = p_account.id
            and g.expires_at <= p_at
            and (g.remaining > 0 or g.id = p_account.head_grant_id and p_account.head_remaining > 0)
        order by g.expires_at, g.id
    loop
        perform credits.post_transaction(
            credits.take_credits(p_account, v_due.id, v_due.amount),
            'expiry', -v_due.amount, 'system',
            'expiry:' || v_due.id || ':' || p_account.last_transaction_id + 1,
            credits.request_hash(jsonb_build_array('expire_grant', v_due.id)),
            p_grants => jsonb_build_object(v_due.id, v_due.amount)
        );
        select a.* into strict p_account from credits.accounts as a where a.id = p_account.id;
    end loop;

    update credits.accounts as a
    set next_expiry_at = least(
        (
            select min(g.expires_at)
            from credits.grants as g
            where
                g.account_id = a.id
                and (g.remaining > 0 or g.id = a.head_grant_id and a.head_remaining > 0)
        ),
        (
            select min(h.expires_at)
            from credits.holds as h
            where h.account_id = a.id and h.state = 'open'
        ),
        'infinity'
    )
    where a.id = p_account.id
    returning a.* into strict p_account;
    return p_account;
end;
$$;

comment on function credits.expire_grants(credits.accounts, timestamptz) is
'Expires the due grants of a locked account and finds when something is due next.';

revoke all on function credits.expire_grants(credits.accounts, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/find_transaction.sql sha256:9397ef586fee428ae5b8e802192ac31b1f470c0ca5c300bbe9c3fc7433cbd5bc
-- Finds what an idempotency key has already done: the stored transaction, or null for a new key.
--
-- Called under the account's lock and before status, price, cap and rate are looked at, so that a
-- replay is answered as it was then. Holds and transactions share their keys.
--
-- p_request  request_hash() of the operation and its inputs.
-- Errors     PT409 idempotency_key_reused: the key belongs to another request.
drop function if exists credits.find_transaction(uuid, text, text, bytea);
create or replace function credits.find_transaction(
    p_account credits.accounts,
    p_scope text,
    p_key text,
    p_request bytea
)
returns credits.transactions
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_transaction credits.transactions;
begin
    select t.* into v_transaction
    from credits.transactions as t
    where t.account_id = p_account.id and t.key = p_key and t.scope = p_scope;
    if found and v_transaction.request is distinct from p_request
        or v_transaction.id is null and p_account.has_holds and exists (
            select from credits.holds as h
            where h.account_id = p_account.id and h.key = p_key and h.scope = p_scope
        )
    then
        raise exception 'idempotency_key_reused' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'key', p_key, 'transaction_id', v_transaction.id
            )::text,
            hint = 'This key belongs to another request: use a new key for a new request.';
    end if;
    return v_transaction;
end;
$$;

comment on function credits.find_transaction(credits.accounts, text, text, bytea) is
'The transaction that an idempotency key has made, null for a new key, PT409 for another request.';

revoke all on function credits.find_transaction(credits.accounts, text, text, bytea)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/first_grants.sql sha256:8a27c0e65ffaf6ac545c9956a542194043d78b253224eca91ec5f1a1d42e4d5e
-- The part of what grants gave that comes first in burn-down order, or last.
--
-- p_grants   how much each grant gave: {"<grant id>": credits}, at least p_amount in sum.
-- p_is_last  the part that burns down last, so that what was spent last comes back first.
-- Returns    the same shape, p_amount in sum.
create or replace function credits.first_grants(
    p_account_id uuid,
    p_grants jsonb,
    p_amount numeric,
    p_is_last boolean default false
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        with ranked as (
            select
                k.key,
                k.value::numeric as amount,
                row_number() over (
                    order by g.priority, g.expires_at, g.is_paid, g.id
                ) * case when p_is_last then -1 else 1 end as rank
            from jsonb_each_text(p_grants) as k
            inner join credits.grants as g on g.account_id = p_account_id and k.key::bigint = g.id
        ),

        running as (
            select
                r.key,
                r.amount,
                sum(r.amount) over (order by r.rank) - r.amount as before
            from ranked as r
        )

        select coalesce(
            jsonb_object_agg(r.key, trim_scale(least(r.amount, p_amount - r.before))), '{}'
        )
        from running as r
        where r.before < p_amount
    );
end;
$$;

comment on function credits.first_grants(uuid, jsonb, numeric, boolean) is
'The part of what grants gave that comes first, or last, in burn-down order.';

revoke all on function credits.first_grants(uuid, jsonb, numeric, boolean)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/grant_row.sql sha256:fa14b880184692b188418692c0932cd6f6b7a34548d9a41d2bb4593db1f1c9fe
-- A grant of an account, which is there.
create or replace function credits.grant_row(p_account_id uuid, p_grant_id bigint)
returns credits.grants
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_grant credits.grants;
begin
    select g.* into strict v_grant
    from credits.grants as g
    where g.account_id = p_account_id and g.id = p_grant_id;
    return v_grant;
end;
$$;

comment on function credits.grant_row(uuid, bigint) is
'A grant of an account.';

revoke all on function credits.grant_row(uuid, bigint)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/lock_account.sql sha256:4ca2b779332b79d128ee95e75246c802b92d12e161fd138bf982da003638d5f6
-- Locks an account's row and settles what is due on it: every write begins here.
--
-- A user's missing account is opened by the first write. Holds and grants that are over end before
-- anything else happens, swept or not.
--
-- The clock is read once: the row is returned with last_transaction_at set to the time of this
-- lock, which stamps what is posted under it, so that nothing can expire in between.
--
-- p_at     counts as due what expires until then, when that is later than now (for jobs).
-- Errors   PT404 account_not_found, 22023 account_id_required
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.lock_account(p_account_id uuid, p_at timestamptz default null)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_now timestamptz;
begin
    select a.* into v_account
    from credits.accounts as a
    where a.id = p_account_id
    for no key update;
    if not found then
        if p_account_id is null then
            raise exception 'account_id_required' using
                errcode = '22023',
                hint = 'Name the account that is meant.';
        end if;
        perform credits.open_personal_account(p_account_id);
        select a.* into v_account
        from credits.accounts as a
        where a.id = p_account_id
        for no key update;
    end if;

    v_now := greatest(clock_timestamp(), v_account.last_transaction_at);
    v_account.last_transaction_at := v_now;
    if v_account.next_expiry_at <= greatest(v_now, p_at) then
        v_account := credits.expire_due(v_account, greatest(v_now, p_at));
    end if;
    return v_account;
end;
$$;

comment on function credits.lock_account(uuid, timestamptz) is
'Locks one account for a write, opening a user''s missing one and expiring what is due.';

revoke all on function credits.lock_account(uuid, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/lock_accounts.sql sha256:95597cd0de22d170966c7cb81cec9d1b1bd1883352cc39d32978a45ff1981285
-- Locks several accounts in the order of their ids, so that two calls never wait for each other;
-- see lock_account.
--
-- Locks    credits.accounts: those rows, until commit.
create or replace function credits.lock_accounts(p_account_ids uuid[])
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid;
begin
    for v_account_id in
        select distinct i.id
        from unnest(p_account_ids) as i (id)
        where i.id is not null
        order by i.id
    loop
        perform credits.lock_account(v_account_id);
    end loop;
end;
$$;

comment on function credits.lock_accounts(uuid[]) is
'Locks several accounts in the order of their ids.';

revoke all on function credits.lock_accounts(uuid[]) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/month_start.sql sha256:649e839d99a41ba15ef1b813a7af487a1d135836ccd8fc021c449ce7bd62ae9e
-- When the calendar month that holds a time began, in UTC.
create or replace function credits.month_start(p_at timestamptz)
returns timestamptz
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.month_of(p_at)::timestamp at time zone 'UTC';
end;
$$;

comment on function credits.month_start(timestamptz) is
'When the month that holds a time began, in UTC.';

revoke all on function credits.month_start(timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/next_transaction.sql sha256:1370cedec73bff8a85a4dfc7f92ad2aceca5ece839660ab183e83243da0eea29
-- The next transaction of a locked account, and the account after it: nothing of the account's row
-- or its history is written here.
--
-- Credits that are spent without naming grants leave them in burn-down order; see post_transaction.
--
-- p_transaction  without its place in the history: id, times, balances and hash are set here.
-- Errors   PT402 insufficient_credits, 22023 balance_out_of_bounds
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.next_transaction(
    p_account credits.accounts,
    p_transaction credits.transactions
)
returns credits.next_transaction
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_amount numeric := p_transaction.amount;
    v_burnt credits.burnt_grants;
begin
    if p_transaction.grants is null then
        if p_account.head_remaining >= -v_amount and v_amount < 0 then
            p_account.head_remaining := trim_scale(p_account.head_remaining + v_amount);
            p_transaction.grants := jsonb_build_object(p_account.head_grant_id, -v_amount);
        else
            v_burnt := credits.burn_grants(p_account, -v_amount);
            p_account := v_burnt.account;
            p_transaction.grants := v_burnt.grants;
        end if;
    end if;
    if p_account.balance + v_amount > 1e15 then
        raise exception 'balance_out_of_bounds' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 1e15)::text,
            hint = 'An account holds at most 10^15 credits.';
    end if;

    p_account.last_transaction_id := p_account.last_transaction_id + 1;
    p_account.balance := trim_scale(p_account.balance + v_amount);
    p_transaction.account_id := p_account.id;
    p_transaction.id := p_account.last_transaction_id;
    p_transaction.created_at := p_account.last_transaction_at;
    p_transaction.balance_after := p_account.balance;
    p_transaction.held_after := p_account.held;
    p_transaction.hash := credits.transaction_hash(p_account.last_hash, p_transaction);
    p_account.last_hash := p_transaction.hash;

    if p_account.last_transaction_at >= p_account.month_ends_at then
        p_account.month_spent := 0;
        p_account.month_ends_at := credits.month_end(p_account.last_transaction_at);
    end if;
    if p_transaction.type = 'usage' then
        p_account.total_spent := p_account.total_spent - v_amount;
        p_account.month_spent := p_account.month_spent - v_amount;
    elsif p_transaction.type = 'purchase' then
        p_account.total_purchased := p_account.total_purchased + v_amount;
    end if;
    return (p_account, p_transaction)::credits.next_transaction;
end;
$$;

comment on function credits.next_transaction(credits.accounts, credits.transactions) is
'The next transaction of a locked account, and the account after it.';

revoke all on function credits.next_transaction(credits.accounts, credits.transactions)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/open_grants.sql sha256:5fdf82e36ebf15acc63fbeb8512f7f1591310341458bc905730fc00678d41b0d
-- An account's grants that still have credits, with what remains of each: the head's credits stand
-- on the account's row, and those of holds that are over by the account's time are back. Expired
-- grants that no write has swept yet are among them.
create or replace function credits.open_grants(p_account credits.accounts)
returns table (id bigint, source text, remaining numeric, expires_at timestamptz)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select g.id, g.source, r.remaining, g.expires_at
    from credits.grants as g
    left join credits.returning_credits(p_account) as b on g.id = b.grant_id
    cross join lateral (
        select
            case
                when g.id = p_account.head_grant_id then p_account.head_remaining
                else g.remaining
            end + coalesce(b.amount, 0) as remaining
    ) as r
    where g.account_id = p_account.id and r.remaining > 0;
end;
$$;

comment on function credits.open_grants(credits.accounts) is
'The grants of an account that still have credits, and what remains of each.';

revoke all on function credits.open_grants(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/post_grant.sql sha256:dc117b0af29e34f6639dd8a52c1249a05e5a989cfb410bcf8307efe952371539
-- Grants credits to a locked account: the grant and the transaction of the same number. They repay
-- its debt first, in a transaction of its own.
--
-- Units    p_amount: credits. p_paid_cents: what was paid for them, minor units of p_currency.
-- Errors   22023 invalid_expiry: the expiry is not in the future; 22023 balance_out_of_bounds
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.post_grant(
    p_account credits.accounts,
    p_source text,
    p_amount numeric,
    p_scope text,
    p_key text,
    p_request bytea,
    p_priority integer default 100,
    p_expires_at timestamptz default null,
    p_is_paid boolean default false,
    p_paid_cents bigint default null,
    p_currency text default null,
    p_reference text default null,
    p_description text default null,
    p_metadata jsonb default null,
    p_price_version integer default null
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_transaction credits.transactions;
begin
    if p_expires_at <= p_account.last_transaction_at or p_expires_at = 'infinity' then
        raise exception 'invalid_expiry' using
            errcode = '22023',
            hint = 'Credits expire at a time in the future, or never (null).';
    end if;
    v_transaction := credits.post_transaction(
        credits.put_grant(
            p_account, p_source, p_amount, p_priority, p_expires_at, p_is_paid, p_paid_cents,
            p_currency, p_reference
        ),
        p_source, p_amount, p_scope, p_key, p_request,
        p_grants => jsonb_build_object(p_account.last_transaction_id + 1, p_amount),
        p_reference => p_reference,
        p_description => p_description,
        p_metadata => nullif(p_metadata, '{}'),
        p_price_version => p_price_version
    );
    if p_account.debt > 0 then
        perform credits.repay_debt(p_account.id);
    end if;
    return v_transaction;
end;
$$;

comment on function credits.post_grant(
    credits.accounts, text, numeric, text, text, bytea, integer, timestamptz, boolean, bigint,
    text, text, text, jsonb, integer
) is
'Grants credits to a locked account: the grant and its transaction.';

revoke all on function credits.post_grant(
    credits.accounts, text, numeric, text, text, bytea, integer, timestamptz, boolean, bigint,
    text, text, text, jsonb, integer
) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/post_transaction.sql sha256:2c0ab483397593f09d0f02f50579909a48a60376053a3993553d9d4083e3dbc8
-- Appends one transaction to an account and moves its balance.
--
-- The caller has locked the account's row by lock_account, whose time stamps the transaction, and
-- has settled who may do this, under which key, and at what price. Credits that are spent without
-- naming grants leave them in burn-down order here; a caller that touches grants of its own choice
-- passes the changed account, and what each grant gave or got in p_grants.
--
-- Units    p_amount: credits; positive adds, negative takes.
-- Returns  the transaction; its id is the next of the account's own sequence.
-- Errors   PT402 insufficient_credits, 22023 balance_out_of_bounds
-- Locks    none of its own: the caller has locked the account.
drop function if exists credits.post_transaction(
    credits.accounts, text, numeric, text, text, bytea, jsonb, uuid, text, numeric, jsonb,
    integer, text, text, jsonb
);
create or replace function credits.post_transaction(
    p_account credits.accounts,
    p_type text,
    p_amount numeric,
    p_scope text,
    p_key text,
    p_request bytea,
    p_grants jsonb default null,
    p_user_id uuid default null,
    p_service text default null,
    p_quantity numeric default null,
    p_usage jsonb default null,
    p_price_version integer default null,
    p_reference text default null,
    p_description text default null,
    p_metadata jsonb default null,
    p_provider_cost numeric default null
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_next credits.next_transaction;
begin
    v_next := credits.next_transaction(
        p_account,
        (
            p_account.id, null::bigint, null::timestamptz, p_user_id, p_price_version, p_type,
            p_amount, null::numeric, null::numeric, p_scope, p_key, p_request, p_service,
            p_quantity, p_usage, p_provider_cost, p_reference, p_description, p_metadata,
            null::text, p_grants, null::bytea
        )::credits.transactions
    );
    perform credits.write_ledger(v_next.account, array[v_next.transaction]);
    return v_next.transaction;
end;
$$;

comment on function credits.post_transaction(
    credits.accounts, text, numeric, text, text, bytea, jsonb, uuid, text, numeric, jsonb,
    integer, text, text, jsonb, numeric
) is
'Appends one transaction to a locked account and moves its balance.';

revoke all on function credits.post_transaction(
    credits.accounts, text, numeric, text, text, bytea, jsonb, uuid, text, numeric, jsonb,
    integer, text, text, jsonb, numeric
) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/read_account.sql sha256:46577a1368062e079d66d3e2ac0d21a1c98df9b6313932a1d6e4654a5015e510
-- An account as a reader sees it now: holds and credits that have expired are left out, swept or
-- not, and what came back so has repaid debt.
--
-- A user without an account yet reads as zeros; the first write opens it.
--
-- Returns  the account's row, its balance less what is due to expire, its last_transaction_at the
--          time of this reading.
-- Errors   PT404 account_not_found
create or replace function credits.read_account(p_account_id uuid)
returns credits.accounts
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_repaid numeric;
begin
    select a.* into v_account from credits.accounts as a where a.id = p_account_id;
    v_account.last_transaction_at := greatest(clock_timestamp(), v_account.last_transaction_at);
    if v_account.id is not null then
        if v_account.next_expiry_at <= v_account.last_transaction_at then
            v_account.held := v_account.held - (
                select coalesce(sum(r.amount), 0)
                from credits.returning_credits(v_account) as r
            );
            v_account.balance := v_account.balance - (
                select coalesce(sum(g.remaining), 0)
                from credits.open_grants(v_account) as g
                where g.expires_at <= v_account.last_transaction_at
            );
            v_repaid := least(v_account.debt, v_account.balance - v_account.held);
            v_account.debt := v_account.debt - v_repaid;
            v_account.balance := v_account.balance - v_repaid;
        end if;
        return v_account;
    elsif not exists (
        select from auth.users as u where u.id = p_account_id and u.deleted_at is null
    ) then
        raise exception 'account_not_found' using
            errcode = 'PT404',
            hint = 'There is no account of this id that you may use.';
    end if;

    v_account.id := p_account_id;
    v_account.kind := 'personal';
    v_account.owner_id := p_account_id;
    v_account.status := 'active';
    v_account.balance := 0;
    v_account.held := 0;
    v_account.debt := 0;
    v_account.total_purchased := 0;
    v_account.total_spent := 0;
    v_account.month_spent := 0;
    return v_account;
end;
$$;

comment on function credits.read_account(uuid) is
'An account as it stands now; a user''s missing one as zeros.';

revoke all on function credits.read_account(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/refuse_insufficient.sql sha256:dd0b658bc6026bd83a929a17234aced1c1fe241ce634c0ab52471530f2a53170
-- Refuses what an account's available credits do not pay.
--
-- p_alternative  {"model", "credits"}: what they would pay instead; null for nothing.
-- p_available    what there is for this, where not all of it counts.
-- Errors   PT402 insufficient_credits
create or replace function credits.refuse_insufficient(
    p_account credits.accounts,
    p_required numeric,
    p_alternative jsonb default null,
    p_available numeric default null
)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'insufficient_credits' using
        errcode = 'PT402',
        detail = (
            jsonb_build_object(
                'required', p_required,
                'available', coalesce(p_available, p_account.balance - p_account.held),
                'balance', p_account.balance,
                'held', p_account.held
            ) || case
                when p_alternative is null then '{}'
                else jsonb_build_object('alternative', p_alternative)
            end
        )::text,
        hint = case
            when p_available is null then 'Buy credits, or wait for the next allowance.'
            else 'Only credits that were bought can be given.'
        end;
end;
$$;

comment on function credits.refuse_insufficient(credits.accounts, numeric, jsonb, numeric) is
'Refuses what an account''s available credits do not pay.';

revoke all on function credits.refuse_insufficient(credits.accounts, numeric, jsonb, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/repay_debt.sql sha256:259c509a9ca64ab446d42b3bed4eed84162054a69b0cfe56f1fa7d208278f9bb
-- Repays an account's debt from what is available, after credits have come: debt and available
-- credits never stand side by side. It is stamped with the time of the lock, under which what came
-- into expired grants has expired before.
--
-- Locks    none of its own: the caller has locked the account, and written its row.
drop function if exists credits.repay_debt(uuid, bigint);
create or replace function credits.repay_debt(p_account_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_amount numeric;
    v_key text;
begin
    select a.* into strict v_account from credits.accounts as a where a.id = p_account_id;
    v_amount := least(v_account.debt, v_account.balance - v_account.held);
    v_key := 'repayment:' || v_account.last_transaction_id;
    if v_amount > 0 then
        perform credits.post_transaction(
            v_account, 'clawback', -v_amount, 'system', v_key,
            credits.request_hash(jsonb_build_array('repayment', v_key)),
            p_description => 'Repays debt',
            p_metadata => jsonb_build_object('debt_change', -v_amount)
        );
        perform credits.change_debt(p_account_id, -v_amount);
    end if;
end;
$$;

comment on function credits.repay_debt(uuid) is
'Repays an account''s debt from what is available.';

revoke all on function credits.repay_debt(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/return_credits.sql sha256:07397595c1d1640e970d150148a3a1e448738b5be1fdc5799c3a1d74d5db028d
-- Gives credits back to grants of a locked account; write_ledger or post_transaction must follow.
--
-- A grant that is open again and sorts before the head becomes the head. One that has expired is
-- due at once: lock_account takes its credits then.
--
-- p_grants  how much each grant gets: {"<grant id>": credits}.
-- Returns   the account with its head and next expiry, to be passed on.
-- Locks     none of its own: the caller has locked the account.
create or replace function credits.return_credits(
    p_account credits.accounts,
    p_grants jsonb
)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is_head_open boolean := p_account.head_remaining > 0;
    v_first record;
begin
    p_account.head_remaining := trim_scale(
        p_account.head_remaining
        + coalesce((p_grants ->> p_account.head_grant_id::text)::numeric, 0)
    );
    p_grants := p_grants - p_account.head_grant_id::text;
    if p_grants = '{}' and v_is_head_open then
        return p_account;
    end if;

    update credits.grants as g
    set remaining = trim_scale(g.remaining + r.value::numeric)
    from jsonb_each_text(p_grants) as r
    where g.account_id = p_account.id and g.id = r.key::bigint;
    p_account.next_expiry_at := least(p_account.next_expiry_at, (
        select min(o.expires_at) from credits.open_grants(p_account) as o
    ));
    select g.id, g.remaining into v_first
    from credits.grants as g
    left join credits.grants as head
        on head.account_id = p_account.id and head.id = p_account.head_grant_id
    where
        g.account_id = p_account.id
        and g.remaining > 0
        and (g.priority, coalesce(g.expires_at, 'infinity'), g.is_paid, g.id)
        < (head.priority, coalesce(head.expires_at, 'infinity'), head.is_paid, head.id)
    order by g.priority, g.expires_at, g.is_paid, g.id
    limit 1;
    if found and p_account.head_remaining > 0 then
        update credits.grants as g
        set remaining = case when g.id = v_first.id then 0 else p_account.head_remaining end
        where g.account_id = p_account.id and g.id in (v_first.id, p_account.head_grant_id);
        p_account.head_grant_id := v_first.id;
        p_account.head_remaining := v_first.remaining;
    end if;
    return p_account;
end;
$$;

comment on function credits.return_credits(credits.accounts, jsonb) is
'Gives credits back to grants of a locked account.';

revoke all on function credits.return_credits(credits.accounts, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/returning_credits.sql sha256:707d456e0b50a0c6730860ce94f881e4a92a6b44aa78f319c6c76e1398be60d4
-- What the holds that are over by the account's time, and that no write has swept yet, give back to
-- each grant.
create or replace function credits.returning_credits(p_account credits.accounts)
returns table (grant_id bigint, amount numeric)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select g.key::bigint, sum(g.value::numeric)
    from credits.holds as h
    cross join lateral jsonb_each_text(h.grants) as g
    where
        h.account_id = p_account.id
        and h.state = 'open'
        and h.expires_at <= p_account.last_transaction_at
    group by g.key;
end;
$$;

comment on function credits.returning_credits(credits.accounts) is
'What the holds of an account that are over give back to each grant.';

revoke all on function credits.returning_credits(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/sum_grants.sql sha256:128f5d60d1ae62c2b233821e39a5003f88bd48f5d491b0c60fbccc4129c04f97
-- What two allocations to grants come to: {"<grant id>": credits} each, without those of nothing.
--
-- p_sign  1 adds the second, -1 takes it away.
create or replace function credits.sum_grants(p_first jsonb, p_second jsonb, p_sign integer)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select coalesce(jsonb_object_agg(s.key, s.amount), '{}')
        from (
            select g.key, trim_scale(sum(g.amount)) as amount
            from (
                select f.key, f.value::numeric as amount from jsonb_each_text(p_first) as f
                union all
                select s.key, s.value::numeric * p_sign from jsonb_each_text(p_second) as s
            ) as g
            group by g.key
        ) as s
        where s.amount <> 0
    );
end;
$$;

comment on function credits.sum_grants(jsonb, jsonb, integer) is
'What two allocations to grants come to.';

revoke all on function credits.sum_grants(jsonb, jsonb, integer)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/touch_account.sql sha256:f16e784bb8cf0011afea54079d5e2aa3140ee6d7c55bd1f2b31760244657451c
-- Writes a locked account's row as it is: what the lock protects is read from a snapshot, and a
-- session whose snapshot is older is 40001 then, and not wrong.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.touch_account(p_account_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.accounts as a set created_at = a.created_at where a.id = p_account_id;
end;
$$;

comment on function credits.touch_account(uuid) is
'Writes a locked account''s row as it is.';

revoke all on function credits.touch_account(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/transaction_row.sql sha256:c8728b20e7817ddde0263597426f696ec4cd78b18aa73d2a173d0f44b50a9212
-- A transaction of an account, of a type if one is named. A foreign id and an absent one get the
-- same answer.
--
-- Errors   PT404 transaction_not_found
create or replace function credits.transaction_row(
    p_account_id uuid,
    p_transaction_id bigint,
    p_type text default null
)
returns credits.transactions
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_transaction credits.transactions;
begin
    select t.* into v_transaction
    from credits.transactions as t
    where
        t.account_id = p_account_id
        and t.id = p_transaction_id
        and (p_type is null or t.type = p_type);
    if not found then
        raise exception 'transaction_not_found' using
            errcode = 'PT404',
            hint = 'This account has no such transaction of this id.';
    end if;
    return v_transaction;
end;
$$;

comment on function credits.transaction_row(uuid, bigint, text) is
'A transaction of an account, or PT404.';

revoke all on function credits.transaction_row(uuid, bigint, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/types_called.sql sha256:e00e6c7355ccc01c389e189cba258ebccdaff05df51f23025ee84868d5a139c6
-- The types of transactions that a word means: the type itself, and those with this plain word.
create or replace function credits.types_called(p_word text)
returns text[]
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return array(
        select t.type
        from unnest(array[
            'purchase', 'allowance', 'welcome', 'bonus', 'promotion', 'referral', 'gift_received',
            'usage', 'gift_sent', 'refund', 'adjustment', 'opening', 'expiry', 'clawback',
            'reinstatement'
        ]) as t (type)
        where p_word in (t.type, credits.transaction_word(t.type))
    );
end;
$$;

comment on function credits.types_called(text) is
'The types of transactions that a type or a plain word names.';

revoke all on function credits.types_called(text) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/write_ledger.sql sha256:2c08b8fd2c2f0d3fc1ec9afc8a8f7ecf920be49ce06172806e56b55f54414745
-- Writes a locked account's row as the ledger has moved it, and appends the transactions that moved
-- it: the only writer of balances and of the history.
--
-- p_account       what it holds, its head grant, where its history stands, and its counters; as the
--                 last of the transactions left it.
-- p_transactions  as next_transaction made them, one after the other; null where credits went
--                 between grants and holds only.
-- Locks           none of its own: the caller has locked the account.
create or replace function credits.write_ledger(
    p_account credits.accounts,
    p_transactions credits.transactions[] default null
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    with appended as (
        insert into credits.transactions select t.* from unnest(p_transactions) as t
    )

    update credits.accounts as a
    set
        balance = p_account.balance,
        held = p_account.held,
        head_grant_id = p_account.head_grant_id,
        head_remaining = p_account.head_remaining,
        next_expiry_at = p_account.next_expiry_at,
        last_transaction_id = p_account.last_transaction_id,
        last_transaction_at = p_account.last_transaction_at,
        last_hash = p_account.last_hash,
        total_purchased = p_account.total_purchased,
        total_spent = p_account.total_spent,
        month_spent = p_account.month_spent,
        month_ends_at = p_account.month_ends_at,
        has_holds = p_account.has_holds,
        requested_at = p_account.requested_at
    where a.id = p_account.id;
end;
$$;

comment on function credits.write_ledger(credits.accounts, credits.transactions[]) is
'Writes a locked account''s row and appends the transactions that moved it.';

revoke all on function credits.write_ledger(credits.accounts, credits.transactions[])
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/accept_gift.sql sha256:5916b458d35037a3c1e236913280a99be9d156f46d000b89b9cf3bd54145881c
-- Accepts a gift: what was held at the giver becomes grants of the caller's, each with the expiry,
-- the order and the cost it had, and the grant it was bought with. What has expired meanwhile does
-- not move. Again, it changes nothing.
--
-- Errors   42501 not_signed_in, PT404 gift_not_found, PT409 gift_not_pending, PT403 account_closed
-- Locks    credits.accounts: the giver's row and the caller's, in id order, until commit.
create or replace function credits.accept_gift(p_gift_id uuid)
returns public.credit_gift
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_gift credits.gifts := credits.gift_row(v_user_id, p_gift_id, false);
begin
    perform credits.lock_accounts(array[v_user_id, v_gift.account_id]);
    v_gift := credits.gift_row(v_user_id, p_gift_id, false);
    if v_gift.state <> 'accepted' then
        if (credits.lock_account(v_user_id)).status = 'closed' then
            raise exception 'account_closed' using
                errcode = 'PT403',
                hint = 'A closed account takes no credits.';
        end if;
        perform credits.grant_gift(v_gift, v_user_id, credits.give_gift(v_gift));
        update credits.gifts as g
        set recipient_id = v_user_id
        where g.account_id = v_gift.account_id and g.id = v_gift.id;
    end if;
    return credits.show_gift(credits.gift_row(v_user_id, p_gift_id, false), 'received');
end;
$$;

comment on function credits.accept_gift(uuid) is
'Accepts a gift.';

revoke all on function credits.accept_gift(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.accept_gift(uuid) to authenticated;

-- source: sql/functions/wallet/add_credits.sql sha256:bbddbee97be1d12a9a3d6ff438caa346deb37160726d7f0f52d08351bd613bde
-- Adds credits to an account, once per key: the back end's way to grant, whatever the reason. They
-- repay its debt first.
--
-- p_source  purchase, allowance, bonus, promotion, referral, refund, adjustment or opening. Only
--           purchase counts as bought.
-- p_priority  0 to 1000, 100 by default; lower burns first.
-- Errors   22023 invalid_amount, invalid_source, invalid_priority, invalid_expiry and the limits of
--          texts, PT404 account_not_found, PT403 account_closed, PT409 idempotency_key_reused
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.add_credits(
    p_account_id uuid,
    p_amount numeric,
    p_source text,
    p_key text,
    p_expires_at timestamptz,
    p_priority integer,
    p_description text,
    p_metadata jsonb
)
returns public.credit_grant
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_amount numeric := credits.check_amount(p_amount);
    v_request bytea;
    v_account credits.accounts;
    v_transaction credits.transactions;
begin
    p_key := credits.check_texts(p_key, null, null, p_description, p_metadata);
    perform credits.check_grant_terms(p_source, p_priority);
    v_request := credits.request_hash(jsonb_build_array(
        'add', v_amount, p_source, extract(epoch from p_expires_at), coalesce(p_priority, 100),
        p_description,
        coalesce(p_metadata, '{}')
    ));
    v_account := credits.lock_account(p_account_id);
    v_transaction := credits.find_transaction(v_account, 'service', p_key, v_request);
    if v_transaction.id is null then
        if v_account.status = 'closed' then
            raise exception 'account_closed' using
                errcode = 'PT403',
                hint = 'A closed account takes no credits.';
        end if;
        v_transaction := credits.post_grant(
            v_account, p_source, v_amount, 'service', p_key, v_request,
            p_priority => coalesce(p_priority, 100),
            p_expires_at => p_expires_at,
            p_is_paid => p_source = 'purchase',
            p_description => p_description,
            p_metadata => p_metadata
        );
    end if;
    return credits.show_grant(v_transaction);
end;
$$;

comment on function credits.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) is
'Adds credits to an account, once per key.';

revoke all on function credits.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) from public, anon, authenticated, service_role;
grant execute on function credits.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) to service_role;

-- source: sql/functions/wallet/assign_plan.sql sha256:e2a299b49a2629118337d01dd0def18bbf3699dd9c40e85caa52593cfbad7e82
-- Puts a locked account on a plan and gives what the plan gives at once: the welcome credits that
-- are still due, and this period's allowance less what was granted for it.
--
-- With its first plan an account claims the free credits of its person: a person's second account
-- has a plan, and none of them. The account's periods are counted in months from the first plan
-- with an allowance, for good: to leave a plan and come back is no way to a second allowance.
--
-- p_subscription_id  the subscription that pays for the plan: its allowances come with its paid
--                    invoices, and the account's own periods rest.
-- Returns  the credits granted.
-- Locks    none of its own: the caller has locked the account.
drop function if exists credits.assign_plan(credits.accounts, credits.plans);
create or replace function credits.assign_plan(
    p_account credits.accounts,
    p_plan credits.plans,
    p_subscription_id text default null
)
returns numeric
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is_renewed boolean;
    v_welcome numeric;
begin
    p_account.is_duplicate := p_account.is_duplicate
        or p_account.plan is null and not credits.claim_identity('welcome', p_account);
    v_is_renewed := p_plan.monthly_credits > 0
        and p_subscription_id is null
        and credits.may_have_allowance(p_account, p_plan);
    v_welcome := credits.welcome_due(p_account, p_plan.welcome_credits);
    update credits.accounts as a
    set
        plan = p_plan.code,
        is_duplicate = p_account.is_duplicate,
        monthly_spend_cap = p_plan.monthly_spend_cap,
        monthly_purchase_cap_cents = p_plan.monthly_purchase_cap_cents,
        requests_per_minute = p_plan.requests_per_minute,
        plan_subscription_id = p_subscription_id,
        period_anchor_at = case
            when v_is_renewed then coalesce(a.period_anchor_at, clock_timestamp())
            else a.period_anchor_at
        end,
        period_end_at = case when v_is_renewed then a.period_end_at end
    where a.id = p_account.id;

    if v_welcome > 0 then
        perform credits.post_grant(
            p_account, 'welcome', v_welcome, 'system',
            'welcome:' || p_plan.code || ':' || p_plan.version,
            credits.request_hash(jsonb_build_array('welcome', p_plan.code)),
            p_description => 'Welcome credits of the plan ' || p_plan.name,
            p_price_version => p_plan.version
        );
    end if;
    if v_is_renewed then
        return v_welcome + credits.renew_allowance(
            credits.lock_account(p_account.id), p_plan, clock_timestamp()
        );
    end if;
    return v_welcome;
end;
$$;

comment on function credits.assign_plan(credits.accounts, credits.plans, text) is
'Puts a locked account on a plan and grants what the plan gives at once.';

revoke all on function credits.assign_plan(credits.accounts, credits.plans, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/cancel_gift.sql sha256:260a1aaf3f67829947698447804cfd8c9ddeb3fcfa0d43c4d33ce458f6aa6edf
-- Takes a pending gift back: its credits are available to the giver again. Again, it changes
-- nothing.
--
-- Errors   42501 not_signed_in, PT404 gift_not_found, PT409 gift_not_pending
-- Locks    credits.accounts: the caller's own row, until commit.
create or replace function credits.cancel_gift(p_gift_id uuid)
returns public.credit_gift
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_account credits.accounts := credits.lock_account(v_user_id);
    v_gift credits.gifts := credits.gift_row(v_user_id, p_gift_id, true);
    v_hold credits.holds;
begin
    if v_gift.state <> 'cancelled' then
        perform credits.check_pending(v_gift, null);
        select h.* into strict v_hold
        from credits.holds as h
        where h.account_id = v_user_id and h.id = v_gift.hold_id;
        v_account := credits.end_hold(v_account, v_hold, null);
        perform credits.expire_due(v_account, v_account.last_transaction_at);
    end if;
    return credits.show_gift(credits.gift_row(v_user_id, p_gift_id, true), 'sent');
end;
$$;

comment on function credits.cancel_gift(uuid) is
'Takes a pending gift back.';

revoke all on function credits.cancel_gift(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.cancel_gift(uuid) to authenticated;

-- source: sql/functions/wallet/cap_left.sql sha256:6a5a088a740dbba6db1d2180020e847ad779ac634bd0ffa33d5e9b02eaaeee06
-- What is left of an account's monthly cap: the holds that are open count as spent, those of gifts
-- do not, for a gift is no use.
--
-- Returns  credits; null for an account without a cap, below 0 when the cap was lowered since.
create or replace function credits.cap_left(p_account credits.accounts)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left numeric := p_account.monthly_spend_cap - credits.month_spent(p_account);
begin
    if v_left is null or p_account.held = 0 then
        return v_left;
    end if;
    return v_left - (
        select coalesce(sum(h.amount), 0)
        from credits.holds as h
        where
            h.account_id = p_account.id
            and h.state = 'open'
            and h.expires_at > p_account.last_transaction_at
            and h.gift_id is null
    );
end;
$$;

comment on function credits.cap_left(credits.accounts) is
'What is left of an account''s monthly cap, null without one.';

revoke all on function credits.cap_left(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/change_plan.sql sha256:c25b3ce1ccf95673193e60672e9f0e8022d42898ddc685d06ba62725281fc784
-- Changes an account's plan, once per key.
--
-- An upgrade before the first use tops the welcome credits up to the higher plan's. A higher
-- allowance is topped up for the running period; a lower one counts from the next. The change is
-- kept as a transaction of no credits under the caller's key; what the plan grants has its own.
--
-- Errors   22023 unknown_plan, invalid_key, PT404 account_not_found, PT409 idempotency_key_reused,
--          plan_is_subscribed, PT403 account_closed
-- Locks    credits.catalogs against a new catalog, then credits.accounts: one row; until commit.
create or replace function credits.change_plan(p_account_id uuid, p_plan text, p_key text)
returns public.credit_plan_change
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_request bytea := credits.request_hash(jsonb_build_array('change_plan', p_plan));
    v_account credits.accounts;
    v_old_plan text;
    v_granted numeric;
    v_transaction credits.transactions;
begin
    p_key := credits.check_texts(p_key, null, null, null, null);
    perform credits.share_catalog();
    v_account := credits.lock_account(p_account_id);
    v_transaction := credits.find_transaction(v_account, 'service', p_key, v_request);
    if v_transaction.id is null then
        if v_account.status = 'closed' then
            raise exception 'account_closed' using
                errcode = 'PT403',
                hint = 'A closed account has no plan to change.';
        elsif v_account.plan_subscription_id is not null then
            raise exception 'plan_is_subscribed' using
                errcode = 'PT409',
                detail = jsonb_build_object('plan', v_account.plan)::text,
                hint = 'A subscription pays for this plan: change or cancel the subscription.';
        end if;
        v_old_plan := v_account.plan;
        v_granted := credits.assign_plan(v_account, credits.plan_in_force(p_plan));
        v_transaction := credits.post_transaction(
            credits.lock_account(p_account_id), 'adjustment', 0, 'service', p_key, v_request,
            p_grants => '{}',
            p_description => 'Plan changed to ' || p_plan,
            p_metadata => jsonb_build_object(
                'old_plan', v_old_plan, 'new_plan', p_plan, 'granted', v_granted
            )
        );
    end if;
    return (
        v_transaction.metadata ->> 'old_plan', v_transaction.metadata ->> 'new_plan',
        v_transaction.metadata ->> 'granted'
    )::public.credit_plan_change;
end;
$$;

comment on function credits.change_plan(uuid, text, text) is
'Changes an account''s plan, once per key.';

revoke all on function credits.change_plan(uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.change_plan(uuid, text, text) to service_role;

-- source: sql/functions/wallet/charge_events.sql sha256:e0169c3230819f3ee215a0aabf06030bb8f48003b42155aa60bcb42c90a145b1
-- Charges events of a locked account: one after the other, and then written at once. An event that
-- is refused gets its error.
--
-- p_events  a JSON array. A key that comes again finds its charge written.
-- Returns   per event its place in the array and its result.
-- Locks     none of its own: the caller has locked the account.
create or replace function credits.charge_events(p_account credits.accounts, p_events jsonb)
returns setof credits.batch_result
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event jsonb;
    v_next credits.next_transaction;
    v_result public.credit_batch_result;
    v_new credits.transactions[] := '{}'::credits.transactions[];
    v_keys text[] := '{}'::text[];
    v_known text[] := credits.known_keys(p_account, p_events);
    v_position bigint := 0;
    v_state text;
    v_message text;
    v_detail text;
    v_hint text;
begin
    for v_event in select e.* from jsonb_array_elements(p_events) as e
    loop
        v_position := v_position + 1;
        if v_event ->> 'key' = any(v_keys) then
            perform credits.write_ledger(p_account, v_new);
            v_known := v_known || v_keys;
            v_new := '{}'::credits.transactions[];
            v_keys := '{}'::text[];
        end if;
        v_result := (p_account.id, v_event ->> 'key', null, null, null);
        begin
            v_next := credits.next_charge(
                p_account, credits.event_charge(v_event), false,
                not v_event ->> 'key' = any(v_known)
            );
            v_result.transaction_id := (v_next.transaction).id;
            v_result.cost := -(v_next.transaction).amount;
            if (v_next.account).id is not null then
                p_account := v_next.account;
                v_new := v_new || v_next.transaction;
                v_keys := v_keys || (v_next.transaction).key;
            end if;
        exception when data_exception or sqlstate 'PT000' then
            get stacked diagnostics
                v_state = returned_sqlstate,
                v_message = message_text,
                v_detail = pg_exception_detail,
                v_hint = pg_exception_hint;
            v_result.error := credits.event_error(v_state, v_message, v_detail, v_hint);
        end;
        return next (v_position, v_result)::credits.batch_result;
    end loop;
    if cardinality(v_new) > 0 then
        perform credits.write_ledger(p_account, v_new);
    end if;
end;
$$;

comment on function credits.charge_events(credits.accounts, jsonb) is
'Charges events of a locked account and writes them at once.';

revoke all on function credits.charge_events(credits.accounts, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/check_active.sql sha256:7be2b29c04e1987570623eb2367295da92cc06352a75b0d4fd0dc2ea9340fff1
-- Refuses an account that may not spend.
--
-- Errors   PT403 account_paused, account_closed
create or replace function credits.check_active(p_account credits.accounts)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account.status = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account cannot spend.';
    elsif p_account.status <> 'active' then
        raise exception 'account_paused' using
            errcode = 'PT403',
            hint = 'This account cannot spend until an administrator resumes it.';
    end if;
end;
$$;

comment on function credits.check_active(credits.accounts) is
'Refuses an account that may not spend with PT403.';

revoke all on function credits.check_active(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/check_cap.sql sha256:244a12ea0050aee895f0b71bbdba29570a8f112de1c77d2a0a6d4ec366dab277
-- Refuses a spend beyond the account's monthly cap. What is held counts as spent, for it can be.
--
-- Errors   PT402 spend_cap_reached
create or replace function credits.check_cap(p_account credits.accounts, p_amount numeric)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left numeric := credits.cap_left(p_account);
begin
    if v_left is not null and p_amount > greatest(v_left, 0) then
        raise exception 'spend_cap_reached' using
            errcode = 'PT402',
            detail = jsonb_build_object(
                'cap', p_account.monthly_spend_cap,
                'spent', p_account.monthly_spend_cap - v_left,
                'required', p_amount,
                'resets_at', credits.month_end(p_account.last_transaction_at)
            )::text,
            hint = 'This month''s spending limit is reached.';
    end if;
end;
$$;

comment on function credits.check_cap(credits.accounts, numeric) is
'Refuses a spend beyond an account''s monthly cap with PT402.';

revoke all on function credits.check_cap(credits.accounts, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/check_gift.sql sha256:6e26c27a562beb102c53ade7ef1616f18503a16e05e81515d7eac1b6bd816062
-- Refuses a gift to oneself, in whatever spelling, and a message that is too long.
--
-- Returns  the recipient's address.
-- Errors   22023 invalid_email, gift_to_self, message_too_long
create or replace function credits.check_gift(
    p_user_id uuid,
    p_recipient_email text,
    p_message text
)
returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_email text := credits.check_email(p_recipient_email);
begin
    if exists (
        select from auth.users as u
        where
            u.id = p_user_id
            and credits.normal_email(u.email) = credits.normal_email(v_email)
    ) then
        raise exception 'gift_to_self' using
            errcode = '22023',
            hint = 'This is your own e-mail address.';
    elsif length(p_message) > 500 then
        raise exception 'message_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 500)::text,
            hint = 'A message has at most 500 characters.';
    end if;
    return v_email;
end;
$$;

comment on function credits.check_gift(uuid, text, text) is
'Refuses a gift to oneself and a message that is too long.';

revoke all on function credits.check_gift(uuid, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/check_gifts_sent.sql sha256:e408fbec2d6b9d668ed9d24f9e920d19133a6a76f218b79e3d677b457b9c8174
-- Refuses more gifts than an account may have pending, or send within a day.
--
-- Errors   PT409 too_many_gifts
create or replace function credits.check_gifts_sent(p_account credits.accounts)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_pending bigint;
    v_sent bigint;
begin
    select
        count(*) filter (where g.state = 'pending'),
        count(*) filter (where g.created_at > p_account.last_transaction_at - interval '1 day')
    into strict v_pending, v_sent
    from credits.gifts as g
    where g.account_id = p_account.id;
    if v_pending >= 100 or v_sent >= 200 then
        raise exception 'too_many_gifts' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'limit', case when v_pending >= 100 then 100 else 200 end
            )::text,
            hint = 'So many gifts are pending, or were sent within a day.';
    end if;
end;
$$;

comment on function credits.check_gifts_sent(credits.accounts) is
'Refuses more gifts than an account may have pending or send within a day with PT409.';

revoke all on function credits.check_gifts_sent(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/check_pending.sql sha256:95ef95e4e40bdabaedaaff4d143fc9693e9d6929a0bb8221c39f5a9cdbfeef8c
-- Refuses a gift that has ended, or whose giver may not give now: owes, because somebody took the
-- money back, or is paused or closed.
--
-- p_giver  null where the giver is not asked.
--
-- Errors   PT409 gift_not_pending
create or replace function credits.check_pending(p_gift credits.gifts, p_giver credits.accounts)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_gift.state <> 'pending' or p_giver.debt > 0 or p_giver.status <> 'active' then
        raise exception 'gift_not_pending' using
            errcode = 'PT409',
            detail = jsonb_build_object('gift_id', p_gift.id, 'state', p_gift.state)::text,
            hint = 'This gift has ended, or cannot be given now.';
    end if;
end;
$$;

comment on function credits.check_pending(credits.gifts, credits.accounts) is
'Refuses a gift that has ended, or whose giver may not give now, with PT409.';

revoke all on function credits.check_pending(credits.gifts, credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/check_refund.sql sha256:41bd7166b28b4ee2958746a99aa48df84bbc8a06e7e0a9ad5fc18ddd21e02f02
-- Refuses to refund more of a charge than is left of it.
--
-- p_left   what each grant paid and did not get back.
-- Errors   PT409 refund_exceeds_paid
create or replace function credits.check_refund(
    p_charge credits.transactions,
    p_left jsonb,
    p_amount numeric
)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left numeric := coalesce(
        (select sum(g.value::numeric) from jsonb_each_text(p_left) as g), 0
    );
begin
    if coalesce(p_amount, 0) = 0 or p_amount > v_left then
        raise exception 'refund_exceeds_paid' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'paid', -p_charge.amount,
                'refunded', trim_scale(-p_charge.amount - v_left),
                'required', p_amount
            )::text,
            hint = 'A charge is refunded up to what was paid for it, in sum.';
    end if;
end;
$$;

comment on function credits.check_refund(credits.transactions, jsonb, numeric) is
'Refuses to refund more of a charge than is left of it with PT409.';

revoke all on function credits.check_refund(credits.transactions, jsonb, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/check_spend.sql sha256:495a8b07015ffd2ca6712cbb2a8c4ec7636070c90dcaa455c267b22b16863532
-- Refuses a spend that the member's cap, the account's cap, or its available credits do not allow.
--
-- p_service, p_usage  what it is for: where it is a model, the refusal names one that is
-- affordable.
-- Errors   PT404 member_not_found, PT402 member_cap_reached, spend_cap_reached,
--          insufficient_credits
create or replace function credits.check_spend(
    p_account credits.accounts,
    p_user_id uuid,
    p_amount numeric,
    p_service text,
    p_usage jsonb
)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_available numeric := p_account.balance - p_account.held;
begin
    if p_account.kind = 'team' then
        perform credits.check_member(p_account, p_user_id, p_amount);
    end if;
    if p_account.monthly_spend_cap is not null then
        perform credits.check_cap(p_account, p_amount);
    end if;
    if p_amount > v_available then
        perform credits.refuse_insufficient(
            p_account, p_amount,
            credits.affordable_model(
                p_service, p_usage, v_available, p_account.last_transaction_at
            )
        );
    end if;
end;
$$;

comment on function credits.check_spend(credits.accounts, uuid, numeric, text, jsonb) is
'Refuses a spend that caps or available credits do not allow.';

revoke all on function credits.check_spend(credits.accounts, uuid, numeric, text, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/count_request.sql sha256:86c11720adac375ad4c375e708c42c8f69d57a5443ae322e286b72438a3571db
-- Counts a request against the account's limit per minute: in no 60 seconds are there more of them.
-- Their times stand on the account's row, which the request writes anyway.
--
-- Returns  the account with the time of this request, to be written with it.
-- Errors   PT429 rate_limited
create or replace function credits.count_request(p_account credits.accounts)
returns credits.accounts
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now timestamptz := p_account.last_transaction_at;
    v_limit integer := p_account.requests_per_minute;
    v_times timestamptz[];
begin
    if v_limit is null then
        return p_account;
    end if;
    v_times := array(
        select r.at
        from unnest(p_account.requested_at) as r (at)
        where r.at > v_now - interval '60 seconds'
        order by r.at
    );
    if cardinality(v_times) >= v_limit then
        raise exception 'rate_limited' using
            errcode = 'PT429',
            detail = jsonb_build_object(
                'limit', v_limit,
                'retry_after_seconds', ceil(extract(
                    epoch from v_times[cardinality(v_times) - v_limit + 1]
                    + interval '60 seconds' - v_now
                ))::integer
            )::text,
            hint = 'Too many requests in a minute: wait retry_after_seconds and try again.';
    end if;
    p_account.requested_at := v_times || v_now;
    return p_account;
end;
$$;

comment on function credits.count_request(credits.accounts) is
'Counts a request against an account''s limit per minute, or PT429.';

revoke all on function credits.count_request(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/deduct_batch.sql sha256:ede7e972ebd6048fb82686353f2ca0c0e56190a93a9dd7131cf9d72978c72210
-- Charges many events of usage in one commit, one account's events in one write: for gateways that
-- meter. A bad event gets its error and does not spoil the others.
--
-- p_events  at most 1000; each {"account_id", "key", "amount", or "service" with "quantity" or
--           "usage"; "reference", "description", "metadata", "user_id"}.
-- Returns   per event, in their order: the transaction and its cost, or the error.
-- Errors    22023 invalid_batch, batch_too_large
-- Locks     credits.accounts: the rows of all events, in id order, until commit. Batches that open
--           accounts wait for each other, since a person may have several.
create or replace function credits.deduct_batch(p_events jsonb)
returns setof public.credit_batch_result
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_part record;
    v_results credits.batch_result[] := '{}'::credits.batch_result[];
begin
    if jsonb_typeof(p_events) is distinct from 'array' then
        raise exception 'invalid_batch' using
            errcode = '22023',
            hint = 'A batch is a JSON array of events.';
    elsif jsonb_array_length(p_events) > 1000 then
        raise exception 'batch_too_large' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 1000)::text,
            hint = 'A batch has at most 1000 events: send several.';
    end if;
    perform credits.share_openings(p_events);
    for v_part in
        select
            e.account_id,
            jsonb_agg(e.event order by e.position) as events,
            array_agg(e.position order by e.position) as positions
        from (
            select i.position, i.event, credits.as_uuid(i.event ->> 'account_id') as account_id
            from jsonb_array_elements(p_events) with ordinality as i (event, position)
        ) as e
        group by e.account_id
        order by e.account_id
    loop
        v_results := v_results || array(
            select r
            from credits.post_batch(v_part.account_id, v_part.events, v_part.positions) as r
        );
    end loop;
    return query
    select (r.result).* from unnest(v_results) as r order by r.position;
end;
$$;

comment on function credits.deduct_batch(jsonb) is
'Charges many events of usage in one commit.';

revoke all on function credits.deduct_batch(jsonb) from public, anon, authenticated, service_role;
grant execute on function credits.deduct_batch(jsonb) to service_role;

-- source: sql/functions/wallet/deduct_credits.sql sha256:a534c72f451c9783c5cd89fa990144fd1f84cc611e5c2fde036833f8717e3b11
-- Charges an account a stated amount, for the application's back end.
--
-- Units    p_amount: credits, above 0, at most nine places.
-- Errors   22023 invalid_amount, invalid_quantity, invalid_usage, invalid_key and the other limits
--          of texts, PT404 account_not_found, and those of next_charge
create or replace function credits.deduct_credits(
    p_account_id uuid,
    p_amount numeric,
    p_key text,
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_reference text,
    p_description text,
    p_metadata jsonb,
    p_user_id uuid
)
returns public.credit_charge
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_request bytea;
begin
    p_amount := credits.check_amount(p_amount);
    if p_quantity is not null or p_usage is distinct from '{}' then
        p_quantity := credits.check_quantity(p_quantity);
        p_usage := credits.check_usage_shape(p_usage);
    end if;
    p_key := credits.check_texts(p_key, p_service, p_reference, p_description, p_metadata);
    v_request := credits.usage_request(
        p_amount, p_service, p_quantity, p_usage, p_reference, p_description, p_metadata, p_user_id
    );
    return credits.post_charge(credits.next_charge(
        credits.lock_account(p_account_id),
        (
            p_account_id, null::bigint, null::timestamptz, p_user_id, null::integer, 'usage',
            -p_amount, null::numeric, null::numeric, 'service', p_key, v_request, p_service,
            p_quantity, nullif(p_usage, '{}'), null::numeric, p_reference, p_description,
            nullif(p_metadata, '{}'), null::text, null::jsonb, null::bytea
        )::credits.transactions,
        true
    ));
end;
$$;

comment on function credits.deduct_credits(
    uuid, numeric, text, text, numeric, jsonb, text, text, jsonb, uuid
) is
'Charges an account a stated amount, once per key.';

revoke all on function credits.deduct_credits(
    uuid, numeric, text, text, numeric, jsonb, text, text, jsonb, uuid
) from public, anon, authenticated, service_role;
grant execute on function credits.deduct_credits(
    uuid, numeric, text, text, numeric, jsonb, text, text, jsonb, uuid
) to service_role;

-- source: sql/functions/wallet/event_charge.sql sha256:04f3a9823d911ed5b24caf32252839b7f08581383db539b1dabed302ece3d16d
-- An event of a batch as a charge that is not placed yet: with an amount as
-- check_and_deduct_credits would charge it, without one as use_credits would.
--
-- Errors   22023 invalid_event, amount_or_service_required, invalid_amount, invalid_quantity,
--          invalid_usage, invalid_key and the other limits of texts
create or replace function credits.event_charge(p_event jsonb)
returns credits.transactions
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_keys text[] := array[
        'account_id', 'key', 'amount', 'service', 'quantity', 'usage', 'reference', 'description',
        'metadata', 'user_id'
    ];
    v_wrong text;
    v_charge credits.transactions;
    v_usage jsonb := credits.check_usage_shape(nullif(p_event -> 'usage', 'null'));
begin
    if jsonb_typeof(p_event) = 'object' then
        select e.key into v_wrong
        from jsonb_each(p_event) as e
        where
            not e.key = any(v_keys)
            or e.key in ('key', 'service', 'reference', 'description', 'user_id')
            and jsonb_typeof(e.value) not in ('string', 'null')
        limit 1;
    end if;
    if jsonb_typeof(p_event) <> 'object' or v_wrong is not null then
        raise exception 'invalid_event' using
            errcode = '22023',
            detail = jsonb_build_object('key', v_wrong)::text,
            hint = 'An event is an object: see docs/batches.md for its keys.';
    end if;
    v_charge.type := 'usage';
    v_charge.scope := 'service';
    v_charge.user_id := (p_event ->> 'user_id')::uuid;
    v_charge.service := p_event ->> 'service';
    v_charge.quantity := credits.check_quantity((p_event ->> 'quantity')::numeric);
    v_charge.reference := p_event ->> 'reference';
    v_charge.description := p_event ->> 'description';
    v_charge.metadata := nullif(p_event -> 'metadata', 'null');
    v_charge.key := credits.check_texts(
        p_event ->> 'key', v_charge.service, v_charge.reference, v_charge.description,
        v_charge.metadata
    );
    if nullif(p_event -> 'amount', 'null') is not null then
        v_charge.amount := -credits.check_amount((p_event ->> 'amount')::numeric);
    else
        perform credits.check_priced(null, v_charge.service);
        v_charge.quantity := coalesce(v_charge.quantity, 1);
    end if;
    v_charge.request := credits.usage_request(
        -v_charge.amount, v_charge.service, v_charge.quantity, v_usage, v_charge.reference,
        v_charge.description, v_charge.metadata, v_charge.user_id
    );
    v_charge.usage := nullif(v_usage, '{}');
    v_charge.metadata := nullif(v_charge.metadata, '{}');
    return v_charge;
end;
$$;

comment on function credits.event_charge(jsonb) is
'An event of a batch as a charge that is not placed yet.';

revoke all on function credits.event_charge(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/event_error.sql sha256:68b877fcb1dde2fe4d95bd7ae254470be6225bad53d97e09c62da48611c1ae2d
-- The error of one event of a batch, in the shape in which the API answers one for a call. A value
-- that is not of its type is an invalid event.
create or replace function credits.event_error(
    p_sqlstate text,
    p_message text,
    p_detail text,
    p_hint text
)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_sqlstate <> '22023' and p_sqlstate not like 'PT%' then
        return jsonb_build_object(
            'code', '22023', 'message', 'invalid_event', 'details', null,
            'hint', 'A value of this event is not of its type.'
        );
    end if;
    return jsonb_build_object(
        'code', p_sqlstate, 'message', p_message,
        'details', nullif(p_detail, '')::jsonb, 'hint', p_hint
    );
end;
$$;

comment on function credits.event_error(text, text, text, text) is
'The error of one event of a batch.';

revoke all on function credits.event_error(text, text, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/get_balance.sql sha256:370e1f9c645aa6bc878c0352804cd4dc9df745e2a0bc82f0730be499e0f27cb8
-- What an account holds now.
--
-- Units    credits. expiring_credits: those that expire soonest, at expires_at. subscription: see
--          show_subscription.
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required
create or replace function credits.get_balance(p_account_id uuid)
returns public.credit_balance
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'read'));
    v_expiring numeric;
    v_expires_at timestamptz;
    v_subscription jsonb := credits.show_subscription(v_account.id);
begin
    if v_account.next_expiry_at < 'infinity' then
        select g.expires_at, sum(g.remaining) into v_expires_at, v_expiring
        from credits.open_grants(v_account) as g
        where g.expires_at > clock_timestamp()
        group by g.expires_at
        order by g.expires_at
        limit 1;
    end if;
    return (
        v_account.id, v_account.owner_id, v_account.status, v_account.plan, v_account.balance,
        v_account.held, v_account.balance - v_account.held, v_account.debt,
        v_account.total_purchased, v_account.total_spent, v_account.balance - v_account.held,
        v_account.status, v_subscription,
        (v_subscription ->> 'next_billing_at')::timestamptz, v_account.low_balance,
        v_expiring, v_expires_at
    )::public.credit_balance;
end;
$$;

comment on function credits.get_balance(uuid) is
'What an account holds now.';

revoke all on function credits.get_balance(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.get_balance(uuid) to authenticated, service_role;

-- source: sql/functions/wallet/get_summary.sql sha256:b03b95e7797fef4c81b4f33b00be776ff03ce8f9d330c7753028664fdc0c46a7
-- An account in one object: balance, open credits by source, this month's usage by service, caps.
-- Who may not see the whole history gets the own usage, and null for the grants.
--
-- Returns  {"balance": credit_balance, "grants": {"<source>": credits},
--          "usage": {"since": time, "credits": total, "services": {"<service>": credits}},
--          "caps": {"monthly_spend_cap", "spent", "resets_at"},
--          "subscription": see show_subscription}
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required
create or replace function credits.get_summary(p_account_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'read'));
    v_month timestamptz
        := credits.month_start(v_account.last_transaction_at);
    v_only_user_id uuid := credits.only_own_user_id(v_account.id);
    v_balance public.credit_balance := credits.get_balance(v_account.id);
    v_grants jsonb;
    v_services jsonb;
    v_spent numeric;
begin
    select coalesce(jsonb_object_agg(s.source, s.remaining), '{}') into strict v_grants
    from (
        select g.source, sum(g.remaining) as remaining
        from credits.open_grants(v_account) as g
        where g.expires_at is null or g.expires_at > clock_timestamp()
        group by g.source
    ) as s;

    select
        coalesce(jsonb_object_agg(s.service, s.spent), '{}'),
        coalesce(sum(s.spent), 0)
    into strict v_services, v_spent
    from (
        select coalesce(t.service, '') as service, -sum(t.amount) as spent
        from credits.transactions as t
        where
            t.account_id = v_account.id
            and t.type = 'usage'
            and (v_only_user_id is null or t.user_id = v_only_user_id)
            and t.id > coalesce((
                select l.id
                from credits.transactions as l
                where l.account_id = v_account.id and l.created_at < v_month
                order by l.id desc
                limit 1
            ), 0)
        group by coalesce(t.service, '')
    ) as s;

    return jsonb_build_object(
        'balance', to_jsonb(v_balance),
        'grants', case when v_only_user_id is null then v_grants end,
        'usage', jsonb_build_object(
            'since', v_month, 'credits', v_spent, 'services', v_services
        ),
        'caps', credits.show_caps(v_account) - case
            when v_only_user_id is null then '{}'
            else array['paid_cents', 'open_cents', 'monthly_purchase_cap_cents']
        end,
        'subscription', v_balance.subscription
    );
end;
$$;

comment on function credits.get_summary(uuid) is
'An account''s balance, grants, usage of the month and caps in one object.';

revoke all on function credits.get_summary(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.get_summary(uuid) to authenticated, service_role;

-- source: sql/functions/wallet/gift_grants.sql sha256:e49529d0ab12c995bc4e1ef91585ada972e40137c942bb1425697ca03dac2b98
-- Which grants of a locked account a gift comes from: credits that were bought, in burn-down order.
--
-- Returns  how much each grant gives: {"<grant id>": credits}.
-- Errors   PT402 insufficient_credits: less is there that can be given
create or replace function credits.gift_grants(p_account credits.accounts, p_amount numeric)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_bought jsonb;
    v_available numeric;
begin
    select coalesce(jsonb_object_agg(o.id, o.remaining), '{}'), coalesce(sum(o.remaining), 0)
    into strict v_bought, v_available
    from credits.open_grants(p_account) as o
    inner join credits.grants as g on g.account_id = p_account.id and o.id = g.id
    where g.source = 'purchase' and g.is_paid;
    if v_available < p_amount then
        perform credits.refuse_insufficient(p_account, p_amount, null, v_available);
    end if;
    return credits.first_grants(p_account.id, v_bought, p_amount);
end;
$$;

comment on function credits.gift_grants(credits.accounts, numeric) is
'Which grants of a locked account a gift comes from.';

revoke all on function credits.gift_grants(credits.accounts, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/gift_row.sql sha256:aa1f5bb6d4ff4908a6591b9312a4b1f9f7395930b7337004567ef60d230b7424
-- A gift of one's own: given by an account, or for a user's confirmed e-mail address. Another's and
-- an absent one get the same answer.
--
-- p_is_giver  whether the user must be the giver, or the recipient.
-- Errors   PT404 gift_not_found
create or replace function credits.gift_row(
    p_user_id uuid,
    p_gift_id uuid,
    p_is_giver boolean
)
returns credits.gifts
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_gift credits.gifts;
begin
    select g.* into v_gift
    from credits.gifts as g
    where
        g.id = p_gift_id
        and case
            when p_is_giver then g.account_id = p_user_id
            when g.recipient_id is not null then g.recipient_id = p_user_id
            else
                g.recipient_email = credits.confirmed_email(p_user_id)
                and g.account_id is distinct from p_user_id
        end;
    if not found then
        raise exception 'gift_not_found' using
            errcode = 'PT404',
            hint = 'There is no gift of this id for you.';
    end if;
    return v_gift;
end;
$$;

comment on function credits.gift_row(uuid, uuid, boolean) is
'A gift of one''s own, or PT404.';

revoke all on function credits.gift_row(uuid, uuid, boolean)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/give_gift.sql sha256:51f5b86dbceae41993e43923837497a8779f4ab299a297aac38bf47ce4519cf3
-- Takes an accepted gift out of the giver's locked account. Parts of grants that have expired, or
-- do so within a second, go back to them first, and expire.
--
-- Returns  what moves, by the giver's grants: {"<grant id>": credits}.
-- Errors   PT409 gift_not_pending
-- Locks    none of its own: the caller has locked the accounts.
create or replace function credits.give_gift(p_gift credits.gifts)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_giver credits.accounts := credits.lock_account(p_gift.account_id);
    v_hold credits.holds;
    v_alive jsonb;
    v_moved numeric;
    v_transaction credits.transactions;
begin
    -- Under this lock: an earlier one may have seen it pending a moment before its end.
    select g.* into strict p_gift
    from credits.gifts as g
    where g.account_id = p_gift.account_id and g.id = p_gift.id;
    perform credits.check_pending(p_gift, v_giver);
    select h.* into strict v_hold
    from credits.holds as h
    where h.account_id = p_gift.account_id and h.id = p_gift.hold_id;
    select jsonb_object_agg(k.key, k.value::numeric), sum(k.value::numeric)
    into v_alive, v_moved
    from jsonb_each_text(v_hold.grants) as k
    inner join credits.grants as g
        on g.account_id = p_gift.account_id and k.key::bigint = g.id
    where coalesce(g.expires_at > v_giver.last_transaction_at + interval '1 second', true);
    if v_moved is null then
        p_gift.state := 'expired';
        perform credits.check_pending(p_gift, v_giver);
    elsif v_moved < v_hold.amount then
        v_giver.held := trim_scale(v_giver.held - v_hold.amount + v_moved);
        v_giver := credits.return_credits(
            v_giver, credits.sum_grants(v_hold.grants, v_alive, -1)
        );
        perform credits.write_ledger(v_giver);
        v_giver := credits.expire_due(v_giver, v_giver.last_transaction_at);
    end if;

    v_giver.held := trim_scale(v_giver.held - v_moved);
    v_transaction := credits.post_transaction(
        v_giver, 'gift_sent', -v_moved, 'system', 'gift:' || p_gift.id,
        credits.request_hash(jsonb_build_array('gift', p_gift.id)),
        p_grants => v_alive,
        p_user_id => v_hold.user_id,
        p_reference => 'gift:' || p_gift.id,
        p_description => 'Gift'
    );
    update credits.holds as h
    set
        state = 'captured',
        transaction_id = v_transaction.id,
        ended_at = v_transaction.created_at
    where h.account_id = v_hold.account_id and h.id = v_hold.id and h.state = 'open'
    returning h.id into strict v_hold.id;
    update credits.gifts as g
    set state = 'accepted', moved = v_moved, ended_at = v_transaction.created_at
    where g.account_id = p_gift.account_id and g.id = p_gift.id;
    return v_alive;
end;
$$;

comment on function credits.give_gift(credits.gifts) is
'Takes an accepted gift out of the giver''s locked account.';

revoke all on function credits.give_gift(credits.gifts)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/grant_gift.sql sha256:0264dafd17daf8455015f5d3f1de2f34c8859fcc6454bd58dceccf7c3a929042
-- Grants a locked account what moves of a gift: a grant for each of the giver's.
--
-- p_grants  what moves: {"<the giver's grant id>": credits}.
-- Locks     none of its own: the caller has locked the accounts.
create or replace function credits.grant_gift(
    p_gift credits.gifts,
    p_recipient_id uuid,
    p_grants jsonb
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_part record;
    v_transaction credits.transactions;
begin
    for v_part in
        select
            g.*,
            k.value::numeric as moved,
            floor(g.paid_cents * k.value::numeric / g.amount)::bigint as moved_cents
        from jsonb_each_text(p_grants) as k
        inner join credits.grants as g
            on g.account_id = p_gift.account_id and k.key::bigint = g.id
        order by g.priority, g.expires_at, g.id
    loop
        v_transaction := credits.post_grant(
            credits.lock_account(p_recipient_id), 'gift_received', v_part.moved, 'system',
            'gift:' || p_gift.id || ':' || v_part.id,
            credits.request_hash(jsonb_build_array('gift', p_gift.id, v_part.id)),
            p_priority => v_part.priority,
            p_expires_at => v_part.expires_at,
            p_is_paid => true,
            p_paid_cents => v_part.moved_cents,
            p_currency => v_part.currency,
            p_reference => 'gift:' || p_gift.id,
            p_description => 'Gift'
        );
        update credits.grants as g
        set origin_account_id = p_gift.account_id, origin_grant_id = v_part.id
        where g.account_id = p_recipient_id and g.id = v_transaction.id;
    end loop;
end;
$$;

comment on function credits.grant_gift(credits.gifts, uuid, jsonb) is
'Grants a locked account what moves of a gift.';

revoke all on function credits.grant_gift(credits.gifts, uuid, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/grant_initial_credits.sql sha256:0a3fca27c75e4b8626b7a2d220e58b6313dce7162ef54777eb0503f76ef32b49
-- Back-fills users who are there already: opens missing personal accounts and starts accounts that
-- have no plan yet, with the free plan's credits, once each.
--
-- An account that another session holds is left for the next run; one that fails is reported as a
-- warning and does not stop the others.
--
-- Returns  how many accounts were opened or started.
-- Errors   22023 invalid_batch_size
-- Locks    credits.catalogs against a new catalog, then credits.accounts: the rows it starts; until
--          commit.
create or replace function credits.grant_initial_credits(p_batch_size integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid;
    v_count integer := 0;
begin
    perform credits.check_job(clock_timestamp(), p_batch_size);
    if not pg_try_advisory_xact_lock(hashtextextended('credits.grant_initial_credits', 0)) then
        return 0;    -- Another one is at it: two would wait for each other's persons.
    end if;
    perform credits.share_catalog();
    for v_user_id in
        select u.id
        from auth.users as u
        left join credits.accounts as a on u.id = a.id
        where
            u.deleted_at is null
            and (
                a.id is null
                or a.plan is null and not u.is_anonymous and (select credits.has_free_plan())
            )
        order by u.created_at, u.id
    loop
        exit when v_count = p_batch_size;
        begin
            perform from credits.accounts as a
            where a.id = v_user_id
            for no key update skip locked;
            continue when not found
                and exists (select from credits.accounts as a where a.id = v_user_id);
            perform credits.open_personal_account(v_user_id);
            v_count := v_count + 1;
        exception when others then
            raise warning 'pgcredits: account % not started: % (%)', v_user_id, sqlerrm, sqlstate;
        end;
    end loop;
    return v_count;
end;
$$;

comment on function credits.grant_initial_credits(integer) is
'Opens and starts the accounts of users who were there before pgcredits.';

revoke all on function credits.grant_initial_credits(integer)
from public, anon, authenticated, service_role;
grant execute on function credits.grant_initial_credits(integer) to service_role;

-- source: sql/functions/wallet/has_enough.sql sha256:3bfc5f580c08904b9a88c4d7034d8af4d87908fa9114941079964c0f9db01072
-- Whether an account could pay for a use of a service now. Advice only: between the answer and the
-- spend another call may take the credits.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, and those of price_usage
create or replace function credits.has_enough(
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_account_id uuid
)
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'spend'));
    v_cost numeric := credits.calculate_query_cost('{}', p_service, p_usage, p_quantity);
begin
    return v_account.status = 'active' and v_cost <= greatest(
        credits.spendable_by(v_account, credits.acting_user_id()), 0
    );
end;
$$;

comment on function credits.has_enough(text, numeric, jsonb, uuid) is
'Whether an account could pay for a use of a service now.';

revoke all on function credits.has_enough(text, numeric, jsonb, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.has_enough(
    text, numeric, jsonb, uuid
) to authenticated, service_role;

-- source: sql/functions/wallet/has_plan_feature.sql sha256:f50308bf556fa81daf84acc692d333b82ae7c29bfec3b51aebf79f2da519da26
-- Whether an account's plan has a feature, as the catalog in force lists it.
--
-- Errors   42501 not_signed_in, PT404 account_not_found
create or replace function credits.has_plan_feature(p_feature text, p_account_id uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'read'));
begin
    return exists (
        select from credits.plans as p
        where
            p.version = credits.version_at(clock_timestamp())
            and p.code = v_account.plan
            and p.features ? p_feature
    );
end;
$$;

comment on function credits.has_plan_feature(text, uuid) is
'Whether an account''s plan has a feature.';

revoke all on function credits.has_plan_feature(text, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.has_plan_feature(text, uuid) to authenticated, service_role;

-- source: sql/functions/wallet/known_keys.sql sha256:4ca6d0a4e1013edb901e42b6ad003d63a686c5938e371c570b6f1aa98b05f209
-- The keys of a batch's events that the back end has used on an account, by charges or by holds.
--
-- Each is looked up by itself: for an array of keys PostgreSQL would read the whole history.
create or replace function credits.known_keys(p_account credits.accounts, p_events jsonb)
returns text[]
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return array(
        select e.event ->> 'key'
        from jsonb_array_elements(p_events) as e (event)
        cross join lateral (
            select from credits.transactions as t
            where
                t.account_id = p_account.id
                and t.key = e.event ->> 'key'
                and t.scope = 'service'
            limit 1
        ) as f
        union all
        select e.event ->> 'key'
        from jsonb_array_elements(p_events) as e (event)
        cross join lateral (
            select from credits.holds as h
            where
                p_account.has_holds
                and h.account_id = p_account.id
                and h.key = e.event ->> 'key'
                and h.scope = 'service'
            limit 1
        ) as f
    );
end;
$$;

comment on function credits.known_keys(credits.accounts, jsonb) is
'The keys of a batch''s events that the back end has used on an account.';

revoke all on function credits.known_keys(credits.accounts, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/list_gifts.sql sha256:8be57dee80a4df73a74f91759248476cfe3d39c59e4f66f39ed4667779283f9e
-- The gifts of the signed-in user, given and received, and those that wait for the confirmed e-mail
-- address: newest first, at most 200.
--
-- Errors   42501 not_signed_in
create or replace function credits.list_gifts()
returns setof public.credit_gift
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_email text := credits.confirmed_email(v_user_id);
begin
    return query
    select s.*
    from (
        select g.*, case when g.account_id = v_user_id then 'sent' else 'received' end as direction
        from credits.gifts as g
        where
            g.account_id = v_user_id
            or g.recipient_id = v_user_id
            or g.recipient_id is null and g.recipient_email = v_email
        order by g.created_at desc, g.id
        limit 200
    ) as l
    inner join credits.gifts as g on l.account_id = g.account_id and l.id = g.id
    cross join lateral credits.show_gift(g, l.direction) as s
    order by s.created_at desc, s.id;
end;
$$;

comment on function credits.list_gifts() is
'The gifts of the signed-in user.';

revoke all on function credits.list_gifts() from public, anon, authenticated, service_role;
grant execute on function credits.list_gifts() to authenticated;

-- source: sql/functions/wallet/list_transactions.sql sha256:2fd9237d08e872b0bc5295dcc1ed6fc5f4150e42176b8ea59ee7631ab5e17f00
-- An account's transactions, newest first, a page at a time. Members and viewers see the own ones.
-- (A plan kept for all pages would read the whole history: hence custom plans.)
--
-- p_type       a type, or the plain word for some.
-- p_before     the last id of the page before.
-- p_page_size  1 to 200.
-- Errors       42501 not_signed_in, PT404 account_not_found, 22023 account_id_required,
--              invalid_page_size
create or replace function credits.list_transactions(
    p_account_id uuid,
    p_type text,
    p_service text,
    p_since timestamptz,
    p_until timestamptz,
    p_before bigint,
    p_page_size integer
)
returns setof public.credit_transaction
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'read');
    v_only_user_id uuid := credits.only_own_user_id(v_account_id);
    v_types text[] := case when p_type is not null then credits.types_called(p_type) end;
begin
    perform credits.check_page_size(p_page_size);
    perform credits.read_account(v_account_id);
    return query
    select s.*
    from (
        select t.*
        from credits.transactions as t
        where
            t.account_id = v_account_id
            and (v_only_user_id is null or t.user_id = v_only_user_id)
            and (p_before is null or t.id < p_before)
            and (p_type is null or t.type = any(v_types))
            and (p_service is null or t.service = p_service)
            and (p_since is null or t.created_at >= p_since)
            and (p_until is null or t.created_at < p_until)
        order by t.id desc
        limit p_page_size
    ) as t
    cross join lateral credits.show_transaction(t) as s
    order by s.id desc;
end;
$$;

comment on function credits.list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'An account''s transactions, newest first, a page at a time.';

revoke all on function credits.list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
grant execute on function credits.list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) to authenticated, service_role;

-- source: sql/functions/wallet/may_have_allowance.sql sha256:9ff82f822bf7f90455fddd3f05ffe9fb51aaff5d808fcea6b59ed1e89fd00851
-- Whether an account may have a plan's monthly credits without paying: the free plan's are one
-- account's of a person.
create or replace function credits.may_have_allowance(
    p_account credits.accounts,
    p_plan credits.plans
)
returns boolean
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return not (p_account.is_duplicate and p_plan.code = 'free');
end;
$$;

comment on function credits.may_have_allowance(credits.accounts, credits.plans) is
'Whether an account may have a plan''s monthly credits without paying.';

revoke all on function credits.may_have_allowance(credits.accounts, credits.plans)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/next_charge.sql sha256:4bab769c1b46297e4fdf8eeda2a3ae4c71d3dd523e4ddce0aedf40f669537bc5
-- The next charge of a locked account, once per key, and the account after it; neither is written
-- here. The core of use_credits, check_and_deduct_credits and the batch.
--
-- Without an amount the catalog in force prices the service. A replay is answered before status,
-- rate, price and caps are looked at, with the stored cost and balance of then.
--
-- p_charge   type usage, its amount negative or null; see next_transaction.
-- p_is_call  a call, which counts against the limit per minute.
-- p_is_new   the caller knows that the key is.
-- Returns    the stored transaction and no account, on a replay.
-- Errors   PT409 idempotency_key_reused, PT403 account_paused, account_closed, PT429 rate_limited,
--          PT402 insufficient_credits, spend_cap_reached, member_cap_reached,
--          PT404 member_not_found, and those of price_usage
-- Locks    credits.members: one row of a team; the caller has locked the account.
create or replace function credits.next_charge(
    p_account credits.accounts,
    p_charge credits.transactions,
    p_is_call boolean,
    p_is_new boolean default false
)
returns credits.next_transaction
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_stored credits.transactions;
    v_cost numeric := -p_charge.amount;
begin
    if not p_is_new then
        v_stored := credits.find_transaction(
            p_account, p_charge.scope, p_charge.key, p_charge.request
        );
        if v_stored.id is not null then
            return (null, v_stored)::credits.next_transaction;
        end if;
    end if;
    if p_account.status <> 'active' then
        perform credits.check_active(p_account);
    end if;
    if p_is_call and p_account.requests_per_minute is not null then
        p_account := credits.count_request(p_account);
    end if;
    if v_cost is null then
        select p.cost, p.version, p.provider_cost
        into strict v_cost, p_charge.price_version, p_charge.provider_cost
        from credits.price_usage(
            p_charge.service, p_charge.quantity, coalesce(p_charge.usage, '{}'),
            p_account.last_transaction_at
        ) as p;
        p_charge.amount := -v_cost;
    end if;
    -- A look at what can refuse it: last month's counter is too high at most, and a gift's hold is
    -- no use. check_spend looks closer.
    if p_account.kind = 'team'
        or v_cost > p_account.balance - p_account.held
        or v_cost > p_account.monthly_spend_cap - p_account.month_spent - p_account.held
    then
        perform credits.check_spend(
            p_account, p_charge.user_id, v_cost,
            -- What a batch reports is done: no other model can do it now.
            case when p_is_call then p_charge.service end, p_charge.usage
        );
        perform credits.count_member_spend(p_account, p_charge.user_id, v_cost);
    end if;
    return credits.next_transaction(p_account, p_charge);
end;
$$;

comment on function credits.next_charge(credits.accounts, credits.transactions, boolean, boolean) is
'The next charge of a locked account, once per key, and the account after it.';

revoke all on function credits.next_charge(credits.accounts, credits.transactions, boolean, boolean)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/place_gift.sql sha256:1368d30736d106f08029e94fa0a29edca881e976b4a9e9d691e2cc48c41db5df
-- Places a gift of a locked account: a hold of bought credits, and word to the recipient, once a
-- day at most. An account has 100 pending ones at most, and sends 200 a day.
--
-- p_hold   its amount, user, key and request.
-- Errors   PT402 insufficient_credits, PT409 too_many_gifts
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.place_gift(
    p_account credits.accounts,
    p_hold credits.holds,
    p_recipient_email text,
    p_message text
)
returns credits.gifts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_part record;
    v_gift credits.gifts;
begin
    perform credits.check_gifts_sent(p_account);
    p_hold.grants := credits.gift_grants(p_account, p_hold.amount);
    for v_part in
        select k.key::bigint as grant_id, k.value::numeric as amount
        from jsonb_each_text(p_hold.grants) as k
    loop
        p_account := credits.take_credits(p_account, v_part.grant_id, v_part.amount);
    end loop;
    p_hold.gift_id := gen_random_uuid();
    p_hold.expires_at := p_account.last_transaction_at + interval '30 days';
    p_hold := credits.place_hold(p_account, p_hold);
    insert into credits.gifts (
        account_id, id, hold_id, recipient_email, amount, message, created_at, expires_at
    )
    values (
        p_account.id, p_hold.gift_id, p_hold.id, p_recipient_email, p_hold.amount,
        nullif(p_message, ''), p_hold.created_at, p_hold.expires_at
    )
    returning * into strict v_gift;
    perform credits.put_notice(
        p_account.id, 'gift',
        concat_ws(
            ':', p_account.id, p_recipient_email, (v_gift.created_at at time zone 'UTC')::date
        ),
        jsonb_build_object(
            'gift_id', v_gift.id, 'email', p_recipient_email, 'amount', v_gift.amount,
            'message', v_gift.message, 'expires_at', v_gift.expires_at
        )
    );
    return v_gift;
end;
$$;

comment on function credits.place_gift(credits.accounts, credits.holds, text, text) is
'Places a gift of a locked account.';

revoke all on function credits.place_gift(credits.accounts, credits.holds, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/post_batch.sql sha256:58916c9c31ac5ac26e5aed31387d4b8289d455a1fb2372c4e42ee463c5eef77a
-- Charges one account's events of a batch in one write. Where the account is refused, they all are.
--
-- p_account_id  null for events whose account cannot be read.
-- p_positions   of the events in the batch.
-- Returns  per event its place and its result.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.post_batch(
    p_account_id uuid,
    p_events jsonb,
    p_positions bigint[]
)
returns setof credits.batch_result
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_state text;
    v_message text;
    v_detail text;
    v_hint text;
begin
    begin
        v_account := credits.lock_account(p_account_id);
    exception when data_exception or sqlstate 'PT000' then
        get stacked diagnostics
            v_state = returned_sqlstate,
            v_message = message_text,
            v_detail = pg_exception_detail,
            v_hint = pg_exception_hint;
        return query
        select
            p_positions[e.number],
            (
                p_account_id, e.event ->> 'key', null, null,
                case
                    when p_account_id is null and (
                        jsonb_typeof(e.event) <> 'object' or e.event ->> 'account_id' is not null
                    ) then credits.event_error('22P02', null, null, null)
                    else credits.event_error(v_state, v_message, v_detail, v_hint)
                end
            )::public.credit_batch_result
        from jsonb_array_elements(p_events) with ordinality as e (event, number);
        return;
    end;
    return query
    select p_positions[r.position], r.result
    from credits.charge_events(v_account, p_events) as r;
end;
$$;

comment on function credits.post_batch(uuid, jsonb, bigint[]) is
'Charges one account''s events of a batch in one write.';

revoke all on function credits.post_batch(uuid, jsonb, bigint[])
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/post_charge.sql sha256:ae18fffa4a1736a345eef72da04584816d2723d3f36342451d7e96a7700da4d4
-- Writes a charge and the account after it, as next_charge made them; a replay writes nothing.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.post_charge(p_next credits.next_transaction)
returns public.credit_charge
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_transaction credits.transactions := p_next.transaction;
begin
    if (p_next.account).id is not null then
        perform credits.write_ledger(p_next.account, array[v_transaction]);
    end if;
    return (
        v_transaction.id, -v_transaction.amount, v_transaction.balance_after,
        v_transaction.held_after, v_transaction.balance_after - v_transaction.held_after
    )::public.credit_charge;
end;
$$;

comment on function credits.post_charge(credits.next_transaction) is
'Writes a charge and the account after it.';

revoke all on function credits.post_charge(credits.next_transaction)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/post_refund.sql sha256:11c0eecd0e913a089f4c047be33547e8e8b571c0d7058fa63d8f0b0c51b73211
-- Writes a refund of a charge to a locked account: back to the grants that are alive, and for those
-- that have expired a grant of the refund's own.
--
-- p_grants  what goes back to each grant that paid; p_amount in sum.
-- Returns   the refund.
-- Locks     none of its own: the caller has locked the account.
create or replace function credits.post_refund(
    p_account credits.accounts,
    p_charge credits.transactions,
    p_grants jsonb,
    p_amount numeric,
    p_scope text,
    p_key text,
    p_request bytea,
    p_reason text
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := p_account;
    v_expired numeric;
    v_alive jsonb;
    v_own jsonb := '{}'::jsonb;
    v_refund credits.transactions;
begin
    select
        coalesce(sum(r.value::numeric) filter (where g.expires_at <= v.at), 0),
        coalesce(
            jsonb_object_agg(r.key, r.value::numeric)
            filter (where coalesce(g.expires_at > v.at, true)),
            '{}'
        )
    into strict v_expired, v_alive
    from (values (p_account.last_transaction_at)) as v (at)
    cross join lateral jsonb_each_text(p_grants) as r
    inner join credits.grants as g on g.account_id = p_account.id and r.key::bigint = g.id
    group by v.at;
    v_account := credits.return_credits(v_account, v_alive);
    if v_expired > 0 then
        v_account := credits.put_grant(
            v_account, 'refund', v_expired, 100,
            v_account.last_transaction_at
            + make_interval(days => credits.refund_days(v_account.last_transaction_at)),
            false, null, null, p_charge.reference
        );
        v_own := jsonb_build_object(v_account.last_transaction_id + 1, v_expired);
    end if;
    if p_charge.created_at >= credits.month_start(v_account.last_transaction_at) then
        v_account.month_spent := v_account.month_spent - p_amount;
        perform credits.count_member_spend(v_account, p_charge.user_id, -p_amount);
    end if;
    v_refund := credits.post_transaction(
        v_account, 'refund', p_amount, p_scope, p_key, p_request,
        p_grants => v_alive || v_own,
        p_user_id => p_charge.user_id,
        p_service => p_charge.service,
        p_reference => p_charge.reference,
        p_description => p_reason,
        p_metadata => jsonb_build_object('transaction_id', p_charge.id)
    );
    insert into credits.usage_refunds (account_id, id, transaction_id, amount, grants)
    values (p_account.id, v_refund.id, p_charge.id, p_amount, p_grants);
    if p_account.debt > 0 then
        perform credits.repay_debt(p_account.id);
    end if;
    return v_refund;
end;
$$;

comment on function credits.post_refund(
    credits.accounts, credits.transactions, jsonb, numeric, text, text, bytea, text
) is
'Writes a refund of a charge to a locked account.';

revoke all on function credits.post_refund(
    credits.accounts, credits.transactions, jsonb, numeric, text, text, bytea, text
) from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/refund_credits.sql sha256:d1fae47af1f384a795eb0a0d682991f4b4b2a975b54b51245d085c3bafc5c76d
-- Refunds a charge of usage, whole or in part, once per key: back to the grants that paid, the last
-- in burn-down order first, and never more than was paid in sum. It repays debt first.
--
-- The share of a grant that has expired meanwhile is a grant of its own, with the refund's number,
-- that lives as many days as the catalog says.
--
-- Units    p_amount: credits; null for all that is left of the charge.
-- Returns  grant_id: of that grant, null when there is none.
-- Errors   PT404 account_not_found, transaction_not_found, PT403 account_closed, PT409
--          refund_exceeds_paid, idempotency_key_reused, 22023 invalid_amount and the limits of
--          texts
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.refund_credits(
    p_account_id uuid,
    p_transaction_id bigint,
    p_key text,
    p_amount numeric,
    p_reason text
)
returns public.credit_grant
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_request bytea;
    v_account credits.accounts;
    v_charge credits.transactions;
    v_refund credits.transactions;
    v_left jsonb;
begin
    if p_amount is not null then
        p_amount := credits.check_amount(p_amount);
    end if;
    p_key := credits.check_texts(p_key, null, null, p_reason, null);
    v_request := credits.request_hash(jsonb_build_array(
        'refund', p_transaction_id, p_amount, p_reason
    ));
    v_account := credits.lock_account(p_account_id);
    v_refund := credits.find_transaction(v_account, 'service', p_key, v_request);
    if v_refund.id is null then
        v_charge := credits.transaction_row(p_account_id, p_transaction_id, 'usage');
        if v_account.status = 'closed' then
            raise exception 'account_closed' using
                errcode = 'PT403',
                hint = 'A closed account takes no credits.';
        end if;
        v_left := credits.refundable_grants(v_charge);
        p_amount := coalesce(
            p_amount, (select sum(g.value::numeric) from jsonb_each_text(v_left) as g)
        );
        perform credits.check_refund(v_charge, v_left, p_amount);
        v_refund := credits.post_refund(
            v_account, v_charge,
            credits.first_grants(p_account_id, v_left, p_amount, true),
            p_amount, 'service', p_key, v_request, p_reason
        );
    end if;
    return credits.show_refund(v_refund);
end;
$$;

comment on function credits.refund_credits(uuid, bigint, text, numeric, text) is
'Refunds a charge of usage, whole or in part, once per key.';

revoke all on function credits.refund_credits(uuid, bigint, text, numeric, text)
from public, anon, authenticated, service_role;
grant execute on function credits.refund_credits(uuid, bigint, text, numeric, text) to service_role;

-- source: sql/functions/wallet/refundable_grants.sql sha256:afd39b24e65534987c0233a206acb1574971891c8a7137f48a1e8909acff9f4c
-- What each grant paid for a charge and did not get back yet: {"<grant id>": credits}.
create or replace function credits.refundable_grants(p_charge credits.transactions)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_refunded jsonb;
begin
    select jsonb_object_agg(s.key, s.amount) into v_refunded
    from (
        select g.key, sum(g.value::numeric) as amount
        from credits.usage_refunds as r
        cross join lateral jsonb_each_text(r.grants) as g
        where r.account_id = p_charge.account_id and r.transaction_id = p_charge.id
        group by g.key
    ) as s;
    return credits.sum_grants(p_charge.grants, v_refunded, -1);
end;
$$;

comment on function credits.refundable_grants(credits.transactions) is
'What each grant paid for a charge and did not get back yet.';

revoke all on function credits.refundable_grants(credits.transactions)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/send_gift.sql sha256:0dbf2c8cd41a8eb6035d47b74ba07ffd214387766dba77f7a60e995ddde4d7a8
-- Gives bought credits to somebody by e-mail, once per key: they are held until the other accepts,
-- for 30 days at most. Credits that were free or received are not given.
--
-- Units    p_amount: credits
-- Errors   42501 not_signed_in, 22023 invalid_amount, invalid_email, gift_to_self,
--          message_too_long, invalid_key, PT403 account_paused, account_closed, PT402
--          insufficient_credits, PT409 idempotency_key_reused, too_many_gifts
-- Locks    credits.accounts: the caller's own row, until commit.
create or replace function credits.send_gift(
    p_recipient_email text,
    p_amount numeric,
    p_key text,
    p_message text
)
returns public.credit_gift
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_account credits.accounts;
    v_hold credits.holds;
    v_placed credits.holds;
    v_gift credits.gifts;
begin
    v_hold.amount := credits.check_amount(p_amount);
    v_gift.recipient_email := credits.check_gift(v_user_id, p_recipient_email, p_message);
    v_hold.key := credits.check_texts(p_key, null, null, null, null);
    v_hold.scope := v_user_id::text;
    v_hold.user_id := v_user_id;
    v_hold.request := credits.request_hash(jsonb_build_array(
        'gift', v_gift.recipient_email, v_hold.amount, p_message
    ));
    v_account := credits.lock_account(v_user_id);
    v_placed := credits.find_hold(v_account, v_hold.scope, v_hold.key, v_hold.request);
    if v_placed.id is null then
        perform credits.check_active(v_account);
        v_gift := credits.place_gift(v_account, v_hold, v_gift.recipient_email, p_message);
    else
        v_gift := credits.gift_row(v_user_id, v_placed.gift_id, true);
    end if;
    return credits.show_gift(v_gift, 'sent');
end;
$$;

comment on function credits.send_gift(text, numeric, text, text) is
'Gives bought credits to somebody by e-mail, once per key.';

revoke all on function credits.send_gift(text, numeric, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.send_gift(text, numeric, text, text) to authenticated;

-- source: sql/functions/wallet/share_openings.sql sha256:58545ec8b0233ae985306f5ae6be05b2547e070d3e4e6b8bd65559d470edacf3
-- Lets batches whose accounts are not all there wait for each other, and for grant_initial_credits:
-- each opens several, and with each claims whose free credits it may have.
create or replace function credits.share_openings(p_events jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select from jsonb_array_elements(p_events) as e (event)
        where not exists (
            select from credits.accounts as a
            where a.id = credits.as_uuid(e.event ->> 'account_id')
        )
    ) then
        perform pg_advisory_xact_lock(hashtextextended('credits.grant_initial_credits', 0));
    end if;
end;
$$;

comment on function credits.share_openings(jsonb) is
'Lets batches that open accounts wait for each other.';

revoke all on function credits.share_openings(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/show_caps.sql sha256:a474a0ee5a4e0d814654d1031a86610b6cbba7e8298b0bb618e9b61d73404168
-- The limits of an account, and how far they are used.
--
-- Returns  left: of the spend cap, with what is held counted as spent; null without a cap.
create or replace function credits.show_caps(p_account credits.accounts)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_build_object(
        'monthly_spend_cap', p_account.monthly_spend_cap,
        'spent', credits.month_spent(p_account),
        'left', credits.cap_left(p_account),
        'monthly_purchase_cap_cents', p_account.monthly_purchase_cap_cents,
        'paid_cents', credits.paid_cents(p_account.id),
        'open_cents', credits.open_cents(p_account.id, null),
        'requests_per_minute', p_account.requests_per_minute,
        'resets_at', credits.month_end(p_account.last_transaction_at)
    );
end;
$$;

comment on function credits.show_caps(credits.accounts) is
'The limits of an account, and how far they are used.';

revoke all on function credits.show_caps(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/show_gift.sql sha256:a70324e18ab1fb510dbd6f49399f5665dd9f7f0b59c2375cc65d6565c3badb40
-- A gift in its public shape: one that is pending too long has expired; what came of an accepted
-- one is its amount.
create or replace function credits.show_gift(p_gift credits.gifts, p_direction text)
returns public.credit_gift
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is_over boolean := p_gift.state = 'pending' and p_gift.expires_at <= clock_timestamp();
begin
    return (
        p_gift.id, p_direction,
        case when v_is_over then 'expired' else p_gift.state end,
        coalesce(p_gift.moved, p_gift.amount),
        (select u.email from auth.users as u where u.id = p_gift.account_id),
        p_gift.recipient_email, p_gift.message, p_gift.created_at, p_gift.expires_at,
        case when v_is_over then p_gift.expires_at else p_gift.ended_at end
    )::public.credit_gift;
end;
$$;

comment on function credits.show_gift(credits.gifts, text) is
'A gift in its public shape.';

revoke all on function credits.show_gift(credits.gifts, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/show_refund.sql sha256:bbe32282588410e1fe0a7f11d63ef3eaa467a8544bd1bdc04238fc811181babc
-- A refund of a charge in its public shape. Where it repaid debt at once, the balance is the one
-- after that; its grant is named where it has one.
create or replace function credits.show_refund(p_refund credits.transactions)
returns public.credit_grant
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_shown public.credit_grant := credits.show_grant(p_refund);
begin
    if not p_refund.grants ? p_refund.id::text then
        v_shown.grant_id := null;
    end if;
    return v_shown;
end;
$$;

comment on function credits.show_refund(credits.transactions) is
'A refund of a charge in its public shape.';

revoke all on function credits.show_refund(credits.transactions)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/spendable.sql sha256:ccc9663a750cf14e40de54bf6a735f7fa62ae44706169d1324488fece2651698
-- What an account could spend now: its available credits, within its monthly cap, nothing unless it
-- is active.
create or replace function credits.spendable(p_account credits.accounts)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account.status <> 'active' then
        return 0::numeric;
    end if;
    return least(p_account.balance - p_account.held, credits.cap_left(p_account));
end;
$$;

comment on function credits.spendable(credits.accounts) is
'What an account could spend now.';

revoke all on function credits.spendable(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/spendable_by.sql sha256:a89a6eb9e49e648db90acece7219df2f44bc6aa5435965003768261a57f2270b
-- What somebody could spend of an account now: within the account's limits, and of a team within
-- the member's.
--
-- p_user_id  null for the back end.
create or replace function credits.spendable_by(p_account credits.accounts, p_user_id uuid)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return least(
        credits.spendable(p_account),
        credits.member_left(p_account, credits.member_row(p_account.id, p_user_id))
    );
end;
$$;

comment on function credits.spendable_by(credits.accounts, uuid) is
'What somebody could spend of an account now.';

revoke all on function credits.spendable_by(credits.accounts, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/usage_request.sql sha256:35c75204ca9f87251854f421aa8d7f8a5ad7f51ee4018933709352efadcb657d
-- The fingerprint of a charge: of a stated amount, or of a use that the catalog prices. The single
-- calls and the batch share it, so that they answer each other's keys.
--
-- The parameters are as the checks of the caller returned them.
create or replace function credits.usage_request(
    p_amount numeric,
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_reference text,
    p_description text,
    p_metadata jsonb,
    p_user_id uuid
)
returns bytea
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_amount is not null then
        return credits.request_hash(jsonb_build_array(
            'deduct', p_amount, p_service, p_quantity, p_usage, p_reference, p_description,
            coalesce(p_metadata, '{}'), p_user_id
        ));
    elsif p_user_id is not null then
        return credits.request_hash(jsonb_build_array(
            'use', p_service, p_quantity, p_usage, p_reference, p_description,
            coalesce(p_metadata, '{}'), p_user_id
        ));
    end if;
    return credits.request_hash(jsonb_build_array(
        'use', p_service, p_quantity, p_usage, p_reference, p_description,
        coalesce(p_metadata, '{}')
    ));
end;
$$;

comment on function credits.usage_request(numeric, text, numeric, jsonb, text, text, jsonb, uuid) is
'The fingerprint of a charge.';

revoke all on function credits.usage_request(numeric, text, numeric, jsonb, text, text, jsonb, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/use_credits.sql sha256:665e89fab94d8f5941ee71b52a8f95ed68771ab9db910e0a3a90f1e6cd4710e8
-- Charges an account for one use of a service, priced by the catalog and never by the caller.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 unknown_service, invalid_quantity,
--          invalid_usage and the limits of texts, and those of next_charge
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.use_credits(
    p_service text,
    p_key text,
    p_quantity numeric,
    p_usage jsonb,
    p_reference text,
    p_description text,
    p_metadata jsonb,
    p_account_id uuid
)
returns public.credit_charge
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'spend');
    v_user_id uuid := case credits.caller() when 'authenticated' then auth.uid() end;
    v_metadata jsonb := coalesce(p_metadata, '{}');
    v_request bytea;
begin
    p_quantity := coalesce(credits.check_quantity(p_quantity), 1);
    p_usage := credits.check_usage_shape(p_usage);
    p_key := credits.check_texts(p_key, p_service, p_reference, p_description, v_metadata);
    v_request := credits.usage_request(
        null, p_service, p_quantity, p_usage, p_reference, p_description, v_metadata, null
    );
    return credits.post_charge(credits.next_charge(
        credits.lock_account(v_account_id),
        (
            v_account_id, null::bigint, null::timestamptz, v_user_id, null::integer, 'usage',
            null::numeric, null::numeric, null::numeric, coalesce(v_user_id::text, 'service'),
            p_key, v_request, p_service, p_quantity, nullif(p_usage, '{}'), null::numeric,
            p_reference, p_description, nullif(v_metadata, '{}'), null::text, null::jsonb,
            null::bytea
        )::credits.transactions,
        true
    ));
end;
$$;

comment on function credits.use_credits(text, text, numeric, jsonb, text, text, jsonb, uuid) is
'Charges an account for one use of a service at the catalog''s price, once per key.';

revoke all on function credits.use_credits(text, text, numeric, jsonb, text, text, jsonb, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.use_credits(
    text, text, numeric, jsonb, text, text, jsonb, uuid
) to authenticated, service_role;

-- source: sql/functions/wallet/welcome_due.sql sha256:3346ed6e23bc9e030e67abbcb77afdd23f4254aa56c9cad538f02ba4b75dc356
-- The welcome credits that a plan still owes an account: all of them the first time, later only
-- the difference to a higher plan, and only while the account has not used any credits. A person's
-- second account gets none.
create or replace function credits.welcome_due(
    p_account credits.accounts,
    p_welcome_credits numeric
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_given numeric;
begin
    if p_account.is_duplicate then
        return 0::numeric;
    end if;
    select sum(g.amount) into v_given
    from credits.grants as g
    where g.account_id = p_account.id and g.source = 'welcome';

    if v_given is null then
        return p_welcome_credits;
    elsif p_account.total_spent > 0 or p_account.held > 0 or exists (
        select from credits.transactions as t
        where t.account_id = p_account.id and t.type in ('usage', 'gift_sent')
    ) then
        return 0::numeric;
    end if;
    return greatest(0, p_welcome_credits - v_given);
end;
$$;

comment on function credits.welcome_due(credits.accounts, numeric) is
'The welcome credits that a plan still owes an account.';

revoke all on function credits.welcome_due(credits.accounts, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/holds/capture_credits.sql sha256:cfeebef67d37468262cb01c3938994b7f1d869e6d685c0b45711c2f0016f14d7
-- Charges what a held call has cost; the rest of the hold is available again. An identical capture
-- is answered as it was then.
--
-- Units    p_amount: credits. Without it the usage is priced; without that, the whole hold is
--          taken.
-- Returns  released: what came back of the hold.
-- Errors   PT404 account_not_found, hold_not_found, PT409 hold_not_open, 22023 invalid_amount, the
--          limits of texts and those of price_usage. Beyond the hold also PT402
--          insufficient_credits, spend_cap_reached, member_cap_reached, PT404 member_not_found,
--          PT403 account_paused, account_closed: the hold stands then.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.capture_credits(
    p_account_id uuid,
    p_hold_id uuid,
    p_amount numeric,
    p_usage jsonb,
    p_description text,
    p_metadata jsonb
)
returns public.credit_capture
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_usage jsonb := credits.check_usage_shape(p_usage);
    v_request bytea;
    v_account credits.accounts;
    v_hold credits.holds;
    v_transaction credits.transactions;
    v_price record;
begin
    if p_amount is not null then
        p_amount := credits.check_amount(p_amount);
    end if;
    p_metadata := credits.digest_prompt(p_metadata);
    perform credits.check_texts('capture', null, null, p_description, p_metadata);
    v_request := credits.request_hash(jsonb_build_array(
        'capture', p_hold_id, p_amount, v_usage, p_description, p_metadata
    ));
    v_account := credits.lock_account(p_account_id);
    v_hold := credits.hold_row(p_account_id, p_hold_id);
    select t.* into v_transaction
    from credits.transactions as t
    where
        t.account_id = p_account_id and t.id = v_hold.transaction_id and t.request = v_request;
    if not found then
        perform credits.check_open(v_hold);
        v_price := credits.capture_price(v_hold, p_amount, v_usage);
        v_hold.usage := nullif(coalesce(nullif(v_usage, '{}'), v_hold.usage), '{}');
        v_hold.metadata := nullif(v_hold.metadata || p_metadata, '{}');
        v_transaction := credits.charge_hold(
            v_account, v_hold, v_price.cost, v_request, p_description, v_price.version,
            v_price.provider_cost
        );
    end if;
    return (
        v_transaction.id, -v_transaction.amount,
        greatest(v_hold.amount + v_transaction.amount, 0), v_transaction.balance_after,
        v_transaction.held_after, v_transaction.balance_after - v_transaction.held_after
    )::public.credit_capture;
end;
$$;

comment on function credits.capture_credits(uuid, uuid, numeric, jsonb, text, jsonb) is
'Charges what a held call has cost, and gives the rest of the hold back.';

revoke all on function credits.capture_credits(uuid, uuid, numeric, jsonb, text, jsonb)
from public, anon, authenticated, service_role;
grant execute on function credits.capture_credits(
    uuid, uuid, numeric, jsonb, text, jsonb
) to service_role;

-- source: sql/functions/holds/capture_price.sql sha256:09f4cd8f7bf7b33fb476a9103b56bff9ae22de0d85e1631d26a4597e2c68a888
-- What the capture of a hold costs: the amount that is stated, or the price of the usage by the
-- catalog of when the hold was placed, or the whole hold. The hold's quantity counts where the
-- usage does not say otherwise.
--
-- Returns  version: of the catalog that priced it; null for a stated amount.
-- Errors   22023 unknown_service, invalid_usage, invalid_quantity, PT409 no_catalog
create or replace function credits.capture_price(
    p_hold credits.holds,
    p_amount numeric,
    p_usage jsonb,
    out cost numeric,
    out provider_cost numeric,
    out version integer
)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_quantity numeric := coalesce(p_hold.quantity, 1);
begin
    cost := coalesce(p_amount, p_hold.amount);
    if p_amount is not null or p_usage = '{}' then
        version := case when p_amount is null and p_hold.is_priced then p_hold.price_version end;
        return;
    end if;
    if exists (
        select from credits.services as s
        where
            s.version = p_hold.price_version
            and s.code = p_hold.service
            and (s.unit_meter is null or p_usage ? s.unit_meter)
    ) then
        v_quantity := 1;
    end if;
    select p.cost, p.provider_cost, p.version
    into strict capture_price.cost, capture_price.provider_cost, capture_price.version
    from credits.price_usage(
        p_hold.service, v_quantity, p_usage, p_hold.created_at, p_hold.price_version
    ) as p;
end;
$$;

comment on function credits.capture_price(credits.holds, numeric, jsonb) is
'What the capture of a hold costs.';

revoke all on function credits.capture_price(credits.holds, numeric, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/holds/charge_hold.sql sha256:201c38332d839123fd0c62bf5c5124fc8f9b5857d169349d5469455d44128f64
-- Writes the charge of an open hold of a locked account. What the hold has too much goes back
-- first: it expires where its grant has expired, and repays debt, so that the charge stands last.
-- What it has too little comes from the available credits.
--
-- p_hold   with the usage and the metadata of the charge.
-- Returns  the charge.
-- Errors   those of capture_credits beyond the hold
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.charge_hold(
    p_account credits.accounts,
    p_hold credits.holds,
    p_cost numeric,
    p_request bytea,
    p_description text,
    p_price_version integer,
    p_provider_cost numeric
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_kept numeric := least(p_cost, p_hold.amount);
    v_grants jsonb := p_hold.grants;
    v_rest jsonb;
    v_burnt credits.burnt_grants;
    v_transaction credits.transactions;
begin
    if p_cost > p_hold.amount then
        perform credits.check_active(p_account);
        -- The call is made: no other model can do it now.
        perform credits.check_spend(
            p_account, p_hold.user_id, p_cost - p_hold.amount, null, null
        );
        v_burnt := credits.burn_grants(p_account, p_cost - p_hold.amount);
        p_account := v_burnt.account;
        v_grants := credits.sum_grants(v_grants, v_burnt.grants, 1);
    elsif p_cost < p_hold.amount then
        if v_grants = jsonb_build_object(p_account.head_grant_id, p_hold.amount) then
            -- The head alone, as usual: no need to look who comes first.
            v_grants := jsonb_build_object(p_account.head_grant_id, p_cost);
            v_rest := jsonb_build_object(p_account.head_grant_id, p_hold.amount - p_cost);
        else
            v_grants := credits.first_grants(p_account.id, v_grants, p_cost);
            v_rest := credits.sum_grants(p_hold.grants, v_grants, -1);
        end if;
        p_account.held := trim_scale(p_account.held - p_hold.amount + p_cost);
        p_account := credits.return_credits(p_account, v_rest);
        if p_account.debt > 0 or p_account.next_expiry_at <= p_account.last_transaction_at then
            perform credits.write_ledger(p_account);
            p_account := credits.expire_due(p_account, p_account.last_transaction_at);
        end if;
    end if;

    p_account.held := trim_scale(p_account.held - v_kept);
    v_transaction := credits.post_transaction(
        p_account, 'usage', -p_cost, 'system', 'capture:' || p_hold.id, p_request,
        p_grants => v_grants,
        p_user_id => p_hold.user_id,
        p_service => p_hold.service,
        p_quantity => p_hold.quantity,
        p_usage => p_hold.usage,
        p_price_version => p_price_version,
        p_reference => p_hold.reference,
        p_description => p_description,
        p_metadata => p_hold.metadata,
        p_provider_cost => p_provider_cost
    );
    if p_account.kind = 'team' then
        perform credits.count_member_spend(p_account, p_hold.user_id, p_cost);
    end if;
    update credits.holds as h
    set
        state = 'captured',
        transaction_id = v_transaction.id,
        ended_at = v_transaction.created_at
    where h.account_id = p_hold.account_id and h.id = p_hold.id and h.state = 'open'
    returning h.id into strict p_hold.id;
    return v_transaction;
end;
$$;

comment on function credits.charge_hold(
    credits.accounts, credits.holds, numeric, bytea, text, integer, numeric
) is
'Writes the charge of an open hold of a locked account.';

revoke all on function credits.charge_hold(
    credits.accounts, credits.holds, numeric, bytea, text, integer, numeric
) from public, anon, authenticated, service_role;

-- source: sql/functions/holds/check_open.sql sha256:abee640c30d4b049ffe582835ca253de74760c31d3fd60aec1fc29481838e59a
-- Refuses a hold that has ended.
--
-- Errors   PT409 hold_not_open
create or replace function credits.check_open(p_hold credits.holds)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_hold.state <> 'open' then
        raise exception 'hold_not_open' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'hold_id', p_hold.id, 'state', p_hold.state, 'ended_at', p_hold.ended_at
            )::text,
            hint = case
                when p_hold.state = 'captured' then 'This hold is charged already.'
                else 'This hold has ended: work that is done can be charged by '
                'check_and_deduct_credits.'
            end;
    end if;
end;
$$;

comment on function credits.check_open(credits.holds) is
'Refuses a hold that has ended with PT409.';

revoke all on function credits.check_open(credits.holds)
from public, anon, authenticated, service_role;

-- source: sql/functions/holds/check_ttl.sql sha256:03c4c7ff94e7ecf529b63c66aa00aa857970f1f7e54270c03a56d19834bf7e4f
-- Refuses a life of a hold that is not 1 second to a day.
--
-- Returns  the life.
-- Errors   22023 invalid_ttl
create or replace function credits.check_ttl(p_ttl_seconds integer)
returns interval
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_ttl_seconds between 1 and 86400 then
        return make_interval(secs => p_ttl_seconds);
    end if;
    raise exception 'invalid_ttl' using
        errcode = '22023',
        detail = jsonb_build_object('minimum', 1, 'maximum', 86400)::text,
        hint = 'A hold lives 1 to 86400 seconds, and can be extended.';
end;
$$;

comment on function credits.check_ttl(integer) is
'The life of a hold, or 22023.';

revoke all on function credits.check_ttl(integer) from public, anon, authenticated, service_role;

-- source: sql/functions/holds/digest_prompt.sql sha256:226c41e2d228a0de49789e243491993b3d8ba135641d1c3a82708828d536dfb3
-- The metadata of a request without the text of its prompt: what is kept is its SHA-256 and how
-- many characters it has.
--
-- Errors   22023 invalid_metadata: the prompt is no text; prompt_required, prompt_too_long
create or replace function credits.digest_prompt(p_metadata jsonb)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_prompt text;
begin
    if jsonb_typeof(p_metadata) is distinct from 'object' or not p_metadata ? 'prompt' then
        return coalesce(p_metadata, '{}');
    elsif jsonb_typeof(p_metadata -> 'prompt') <> 'string' then
        raise exception 'invalid_metadata' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 200000)::text,
            hint = 'The prompt of a request is a text.';
    end if;
    v_prompt := credits.check_prompt(p_metadata ->> 'prompt');
    return p_metadata - 'prompt' || jsonb_build_object(
        'prompt_sha256', encode(sha256(convert_to(v_prompt, 'UTF8')), 'hex'),
        'prompt_characters', length(v_prompt)
    );
end;
$$;

comment on function credits.digest_prompt(jsonb) is
'The metadata of a request, with a digest in place of its prompt.';

revoke all on function credits.digest_prompt(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/holds/end_hold.sql sha256:545ea199fbe7959556b3f321c2f9600a865c2453a5409adab05441f020be397c
-- Releases a hold of a locked account: its credits go back to the grants they came from, and a gift
-- is cancelled with it.
--
-- Returns   the account's row as it stands afterwards. Grants that have expired meanwhile and debt
--           are still to be settled: expire_due does.
-- Locks     none of its own: the caller has locked the account.
create or replace function credits.end_hold(
    p_account credits.accounts,
    p_hold credits.holds,
    p_reason text
)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.holds as h
    set state = 'released', reason = p_reason, ended_at = p_account.last_transaction_at
    where h.account_id = p_hold.account_id and h.id = p_hold.id and h.state = 'open'
    returning h.id into strict p_hold.id;
    update credits.gifts as g
    set state = 'cancelled', ended_at = p_account.last_transaction_at
    where g.account_id = p_hold.account_id and g.id = p_hold.gift_id;
    p_account.held := trim_scale(p_account.held - p_hold.amount);
    p_account := credits.return_credits(p_account, p_hold.grants);
    perform credits.write_ledger(p_account);
    return p_account;
end;
$$;

comment on function credits.end_hold(credits.accounts, credits.holds, text) is
'Releases a hold of a locked account.';

revoke all on function credits.end_hold(credits.accounts, credits.holds, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/holds/extend_hold.sql sha256:eb08ec86c258c8275f50122d791628cfe49050fc5236000861ff704f3d1a202b
-- Lets an open hold live so long from now, never shorter than it would.
--
-- Errors   PT404 account_not_found, hold_not_found, PT409 hold_not_open, 22023 invalid_ttl
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.extend_hold(
    p_account_id uuid,
    p_hold_id uuid,
    p_ttl_seconds integer
)
returns public.credit_hold
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_ttl interval := credits.check_ttl(p_ttl_seconds);
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_hold credits.holds := credits.hold_row(p_account_id, p_hold_id);
begin
    perform credits.check_open(v_hold);
    update credits.holds as h
    set expires_at = greatest(h.expires_at, v_account.last_transaction_at + v_ttl)
    where h.account_id = p_account_id and h.id = p_hold_id
    returning h.* into strict v_hold;
    return credits.show_hold(v_hold, v_account.balance, v_account.held);
end;
$$;

comment on function credits.extend_hold(uuid, uuid, integer) is
'Lets an open hold live longer.';

revoke all on function credits.extend_hold(uuid, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.extend_hold(uuid, uuid, integer) to service_role;

-- source: sql/functions/holds/find_hold.sql sha256:9143254b48677986cce6ef7fee67d78535272c2e5c0170269147c84f933d6a4c
-- Finds the hold that an idempotency key has already placed, or null for a new key. Holds and
-- transactions share their keys.
--
-- p_request  request_hash() of the operation and its inputs.
-- Errors     PT409 idempotency_key_reused: the key belongs to another request.
create or replace function credits.find_hold(
    p_account credits.accounts,
    p_scope text,
    p_key text,
    p_request bytea
)
returns credits.holds
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_hold credits.holds;
begin
    select h.* into v_hold
    from credits.holds as h
    where
        h.account_id = p_account.id
        and h.key = p_key
        and h.scope = p_scope
        and h.request = p_request;
    if not found then
        perform credits.find_transaction(p_account, p_scope, p_key, p_request);
    end if;
    return v_hold;
end;
$$;

comment on function credits.find_hold(credits.accounts, text, text, bytea) is
'The hold that an idempotency key has placed, null for a new key.';

revoke all on function credits.find_hold(credits.accounts, text, text, bytea)
from public, anon, authenticated, service_role;

-- source: sql/functions/holds/hold_credits.sql sha256:9e7c05ac3ac3b091e0753c1a09f3d009f958fb362cd1c265ccd1049db455c8e3
-- Holds credits for a call whose cost is known afterwards, once per key: no other spend can have
-- them until the hold is captured, released, or over.
--
-- The hold is the log of the request: it keeps service, quantity, usage, reference and metadata,
-- and of metadata.prompt no more than its size and hash.
--
-- Units    p_amount: credits; null to size the hold by the service (hold_size). p_ttl_seconds: 1 to
--          86400.
-- p_partial  hold what there is, up to the amount.
-- Returns  on a replay, the balances as the hold was placed, and its state of now.
-- Errors   22023 invalid_amount, invalid_ttl, amount_or_service_required, the limits of texts and
--          those of price_usage, PT404 account_not_found, member_not_found, PT403 account_paused,
--          account_closed, PT429 rate_limited, PT402 insufficient_credits, spend_cap_reached,
--          member_cap_reached, PT409 idempotency_key_reused
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.hold_credits(
    p_account_id uuid,
    p_key text,
    p_amount numeric,
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_ttl_seconds integer,
    p_reference text,
    p_metadata jsonb,
    p_user_id uuid,
    p_partial boolean
)
returns public.credit_hold
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_hold credits.holds;
    v_placed credits.holds;
    v_burnt credits.burnt_grants;
    v_size numeric := p_amount;
    v_ttl interval := credits.check_ttl(p_ttl_seconds);
begin
    if p_amount is not null then
        v_size := credits.check_amount(p_amount);
    end if;
    perform credits.check_priced(v_size, p_service);
    v_hold.user_id := p_user_id;
    v_hold.scope := 'service';
    v_hold.service := p_service;
    v_hold.quantity := credits.check_quantity(p_quantity);
    v_hold.usage := credits.check_usage_shape(p_usage);
    v_hold.reference := p_reference;
    v_hold.metadata := credits.digest_prompt(p_metadata);
    v_hold.key := credits.check_texts(p_key, p_service, p_reference, null, v_hold.metadata);
    v_hold.request := credits.request_hash(jsonb_build_array(
        'hold', v_size, p_service, v_hold.quantity, v_hold.usage, p_ttl_seconds, p_reference,
        v_hold.metadata, p_user_id, coalesce(p_partial, false)
    ));

    v_account := credits.lock_account(p_account_id);
    v_placed := credits.find_hold(v_account, v_hold.scope, v_hold.key, v_hold.request);
    if v_placed.id is null then
        if v_account.status <> 'active' or v_account.requests_per_minute is not null then
            perform credits.check_active(v_account);
            v_account := credits.count_request(v_account);
        end if;
        v_hold.expires_at := v_account.last_transaction_at + v_ttl;
        v_hold.price_version := credits.version_at(v_account.last_transaction_at);
        if v_size is null then
            select s.size, s.is_exact into strict v_size, v_hold.is_priced
            from credits.hold_size(
                p_service, v_hold.quantity, v_hold.usage, p_metadata ->> 'prompt',
                v_account.last_transaction_at
            ) as s;
        end if;
        v_hold.amount := v_size;
        if p_partial then
            v_hold.amount := credits.part_of_hold(v_account, p_user_id, v_size);
            v_hold.is_priced := v_hold.is_priced and v_hold.amount = v_size;
        end if;
        perform credits.check_spend(
            v_account, p_user_id, v_hold.amount, p_service, v_hold.usage
        );
        v_burnt := credits.burn_grants(v_account, v_hold.amount);
        v_hold.grants := v_burnt.grants;
        v_placed := credits.place_hold(v_burnt.account, v_hold);
    end if;
    return credits.show_hold(v_placed, v_placed.balance_after, v_placed.held_after);
end;
$$;

comment on function credits.hold_credits(
    uuid, text, numeric, text, numeric, jsonb, integer, text, jsonb, uuid, boolean
) is
'Holds credits for a call whose cost is known afterwards, once per key.';

revoke all on function credits.hold_credits(
    uuid, text, numeric, text, numeric, jsonb, integer, text, jsonb, uuid, boolean
) from public, anon, authenticated, service_role;
grant execute on function credits.hold_credits(
    uuid, text, numeric, text, numeric, jsonb, integer, text, jsonb, uuid, boolean
) to service_role;

-- source: sql/functions/holds/hold_row.sql sha256:f98b4400d23c93df2aff965b930924575539a659078dfee0ac669488ba6e63c8
-- A hold of an account, not that of a gift. A foreign id and an absent one get the same answer.
--
-- Errors   PT404 hold_not_found
create or replace function credits.hold_row(p_account_id uuid, p_hold_id uuid)
returns credits.holds
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_hold credits.holds;
begin
    select h.* into v_hold
    from credits.holds as h
    where h.account_id = p_account_id and h.id = p_hold_id and h.gift_id is null;
    if not found then
        raise exception 'hold_not_found' using
            errcode = 'PT404',
            hint = 'This account has no hold of this id.';
    end if;
    return v_hold;
end;
$$;

comment on function credits.hold_row(uuid, uuid) is
'A hold of an account, or PT404.';

revoke all on function credits.hold_row(uuid, uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/holds/hold_size.sql sha256:6dfbcc393bb874eea0761e6d7747d81b1967ebacfc31c9b397f54bc476d6b4fb
-- How much a hold for a call takes: what the usage costs, or for a model whose output is not known
-- yet, the most that is expected of it.
--
-- A model's output_tokens are the ceiling that the caller gives the model: they are held in full.
-- Without them it is the high bound of the estimate: what the model gave before in nine of ten
-- calls, at most what it can give. Input that is not counted is estimated by the prompt.
--
-- Units    size: credits. is_exact: it is the price of the usage, which is known: no model's.
-- Errors   22023 prompt_required, and those of price_usage
create or replace function credits.hold_size(
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_prompt text,
    p_at timestamptz,
    out size numeric,
    out is_exact boolean
)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_in_force(p_at);
begin
    is_exact := not exists (
        select from credits.models as m where m.version = v_version and m.code = p_service
    );
    if is_exact
        or p_quantity is not null
        or p_usage ? 'output_tokens' and p_usage ? 'input_tokens'
    then
        size := (credits.price_usage(p_service, coalesce(p_quantity, 1), p_usage, p_at)).cost;
    else
        size := (
            credits.estimate_call(v_version, p_service, p_prompt, null, null, p_usage)
        ).high;
    end if;
end;
$$;

comment on function credits.hold_size(text, numeric, jsonb, text, timestamptz) is
'How much a hold for a call takes.';

revoke all on function credits.hold_size(text, numeric, jsonb, text, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/holds/part_of_hold.sql sha256:24730ec4669daf767434ae30747e73bb20960e9554f75bd514de0fd1f8ee5f58
-- How much of a hold there is: up to the amount, what is available within the caps of the account
-- and of the member. Where there is nothing, the amount, so that it is refused as usual.
create or replace function credits.part_of_hold(
    p_account credits.accounts,
    p_user_id uuid,
    p_amount numeric
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_part numeric := least(p_amount, credits.spendable_by(p_account, p_user_id));
begin
    return case when v_part > 0 then v_part else p_amount end;
end;
$$;

comment on function credits.part_of_hold(credits.accounts, uuid, numeric) is
'How much of a hold there is.';

revoke all on function credits.part_of_hold(credits.accounts, uuid, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/holds/place_hold.sql sha256:a59737cf9bd1ea8e175bad0228c588282c2bb4f04f8ca1e6533ee64951c36f83
-- Places a hold on a locked account: its credits have left the grants, and count as held until it
-- ends.
--
-- p_account  without the credits in its grants, as burn_grants or take_credits left it.
-- p_hold     what is held, for whom and for what, and p_hold.grants: how much each grant gave.
-- Returns    the hold with its id, and what the account has with it.
-- Locks      none of its own: the caller has locked the account.
create or replace function credits.place_hold(
    p_account credits.accounts,
    p_hold credits.holds
)
returns credits.holds
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    p_account.held := trim_scale(p_account.held + p_hold.amount);
    p_account.has_holds := true;
    p_account.next_expiry_at := least(p_account.next_expiry_at, p_hold.expires_at);
    perform credits.write_ledger(p_account);
    p_hold.account_id := p_account.id;
    p_hold.id := coalesce(p_hold.id, gen_random_uuid());
    p_hold.state := 'open';
    p_hold.created_at := p_account.last_transaction_at;
    p_hold.balance_after := p_account.balance;
    p_hold.held_after := p_account.held;
    insert into credits.holds values (p_hold.*);
    return p_hold;
end;
$$;

comment on function credits.place_hold(credits.accounts, credits.holds) is
'Places a hold on a locked account.';

revoke all on function credits.place_hold(credits.accounts, credits.holds)
from public, anon, authenticated, service_role;

-- source: sql/functions/holds/release_credits.sql sha256:fd292cd0e0f0a38b533578fbee902ee67be79b22b2b2219730f5d3d0c56beca3
-- Releases a hold: all its credits are available again. Again, it changes nothing.
--
-- p_reason  why, such as the error of a call: it is kept with the hold.
-- Returns   the hold, and what the account has now.
-- Errors    PT404 account_not_found, hold_not_found, PT409 hold_not_open, 22023
--           description_too_long
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.release_credits(
    p_account_id uuid,
    p_hold_id uuid,
    p_reason text
)
returns public.credit_hold
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_hold credits.holds;
begin
    perform credits.check_texts('release', null, null, p_reason, null);
    v_account := credits.lock_account(p_account_id);
    v_hold := credits.hold_row(p_account_id, p_hold_id);
    if v_hold.state <> 'released' then
        perform credits.check_open(v_hold);
        v_account := credits.end_hold(v_account, v_hold, p_reason);
        v_account := credits.expire_due(v_account, v_account.last_transaction_at);
        v_hold.state := 'released';
    end if;
    return credits.show_hold(v_hold, v_account.balance, v_account.held);
end;
$$;

comment on function credits.release_credits(uuid, uuid, text) is
'Releases a hold.';

revoke all on function credits.release_credits(uuid, uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.release_credits(uuid, uuid, text) to service_role;

-- source: sql/functions/holds/release_due_holds.sql sha256:68d046674269f5232c12313b63968b1aef454d1f8c898ded0558dcf29b9ee083
-- Ends the holds of a locked account that are over, all at once: see end_hold.
--
-- Returns  the account's row as it stands afterwards.
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.release_due_holds(
    p_account credits.accounts,
    p_at timestamptz
)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_held numeric;
    v_grants jsonb;
begin
    with ended as (
        update credits.holds as h
        set state = 'expired', ended_at = p_account.last_transaction_at
        where h.account_id = p_account.id and h.state = 'open' and h.expires_at <= p_at
        returning h.amount, h.grants, h.gift_id
    ),

    gone as (
        update credits.gifts as g
        set state = 'expired', ended_at = p_account.last_transaction_at
        from ended as e
        where g.account_id = p_account.id and g.id = e.gift_id
    )

    select
        sum(e.amount),
        (
            select coalesce(jsonb_object_agg(s.key, s.amount), '{}')
            from (
                select k.key, sum(k.value::numeric) as amount
                from ended as a
                cross join lateral jsonb_each_text(a.grants) as k
                group by k.key
            ) as s
        )
    into strict v_held, v_grants
    from ended as e;
    if v_held is not null then
        p_account.held := trim_scale(p_account.held - v_held);
        p_account := credits.return_credits(p_account, v_grants);
        perform credits.write_ledger(p_account);
    end if;
    return p_account;
end;
$$;

comment on function credits.release_due_holds(credits.accounts, timestamptz) is
'Ends the holds of a locked account that are over.';

revoke all on function credits.release_due_holds(credits.accounts, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/holds/release_expired_holds.sql sha256:72f5623566c04ddb37f9f2e9ab6df7f336c31e031d0b8fb305d40eeb4d0c0a14
-- Releases the holds that are over: each once, however often and by however many sessions it runs.
--
-- Accounts are taken one by one, at most 1000; one that another session holds is left for the next
-- run, one that fails is reported as a warning and does not stop the others.
--
-- p_at     what is over by then.
-- Returns  how many holds were released.
-- Errors   22023 invalid_time
-- Locks    credits.accounts: the rows of those holds, until commit.
create or replace function credits.release_expired_holds(p_at timestamptz)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid;
    v_account credits.accounts;
    v_due integer;
    v_accounts integer := 0;
    v_count integer := 0;
begin
    perform credits.check_job(p_at, 1000);
    for v_account_id in
        select a.id
        from credits.accounts as a
        where
            a.next_expiry_at <= p_at
            and exists (
                select from credits.holds as h
                where h.account_id = a.id and h.state = 'open' and h.expires_at <= p_at
            )
        order by a.next_expiry_at
    loop
        exit when v_accounts = 1000;
        begin
            select a.* into v_account
            from credits.accounts as a
            where a.id = v_account_id
            for no key update skip locked;
            continue when not found;
            select count(*) into strict v_due
            from credits.holds as h
            where h.account_id = v_account_id and h.state = 'open' and h.expires_at <= p_at;
            v_account.last_transaction_at
                := greatest(clock_timestamp(), v_account.last_transaction_at);
            v_account := credits.release_due_holds(v_account, p_at);
            if v_account.debt > 0 then
                perform credits.expire_due(v_account, p_at);
            end if;
            v_accounts := v_accounts + 1;
            v_count := v_count + v_due;
        exception when others then
            raise warning 'pgcredits: holds of account % not released: % (%)',
                v_account_id, sqlerrm, sqlstate;
        end;
    end loop;
    return v_count;
end;
$$;

comment on function credits.release_expired_holds(timestamptz) is
'Releases the holds that are over.';

revoke all on function credits.release_expired_holds(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.release_expired_holds(timestamptz) to service_role;

-- source: sql/functions/holds/show_hold.sql sha256:4f31cf04806e2d0fa9e0022a106175a3110cc2db2b5d6b011a4fafd7e92d4ee7
-- A hold in its public shape, beside what its account has.
create or replace function credits.show_hold(
    p_hold credits.holds,
    p_balance numeric,
    p_held numeric
)
returns public.credit_hold
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        p_hold.id, p_hold.amount, p_hold.state, p_hold.expires_at, p_balance, p_held,
        p_balance - p_held
    )::public.credit_hold;
end;
$$;

comment on function credits.show_hold(credits.holds, numeric, numeric) is
'A hold in its public shape.';

revoke all on function credits.show_hold(credits.holds, numeric, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/affordable_model.sql sha256:b1494ba805bf0651077e12cc89636e8a24b0c5bee9ca723bf49b238281f4cef7
-- The cheapest model in force that would do a model's call for at most so many credits: what a
-- refused caller can use instead.
--
-- p_service  the model that is too dear; another service has no alternative.
-- p_usage    the tokens of the call.
-- Returns    {"model", "credits"}, null when there is none.
create or replace function credits.affordable_model(
    p_service text,
    p_usage jsonb,
    p_most numeric,
    p_at timestamptz
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_at(p_at);
    v_model text;
    v_cost numeric;
    v_best jsonb;
begin
    if not exists (
        select from credits.models as m where m.version = v_version and m.code = p_service
    ) then
        return null;
    end if;
    -- A bound, since the account is locked meanwhile: the catalog's first twenty are looked at.
    for v_model in
        select m.code
        from credits.models as m
        where
            m.version = v_version
            and m.code <> p_service
            and coalesce(m.deprecated_at > p_at, true)
        order by m.position
        limit 20
    loop
        begin
            v_cost := (credits.price_usage(
                v_model, 1::numeric, coalesce(p_usage, '{}'), p_at, v_version
            )).cost;
            if v_cost <= p_most and v_cost < coalesce((v_best ->> 'credits')::numeric, 'infinity')
            then
                v_best := jsonb_build_object('model', v_model, 'credits', v_cost);
            end if;
        exception when data_exception then
            null;    -- This model does not count such tokens.
        end;
    end loop;
    return v_best;
end;
$$;

comment on function credits.affordable_model(text, jsonb, numeric, timestamptz) is
'The cheapest model in force that would do a model''s call for at most so many credits.';

revoke all on function credits.affordable_model(text, jsonb, numeric, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/catalog_keys.sql sha256:759f6a2a9fe32b5e96fa3cb9bebba01f1e19ad1bf71f8e87cca65f6d281fba20
-- The keys that each kind of object of a catalog may have: see catalog_objects.
create or replace function credits.catalog_keys(p_kind text)
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case p_kind
        when 'catalog' then array[
            'code', 'name', 'currency', 'list_price_per_credit', 'base_price_per_credit',
            'effective_at', 'rounding', 'markup', 'custom_quantity', 'fees', 'cost_source',
            'subscriptions', 'refund_days', 'referral'
        ]
        when 'rounding' then array['places', 'mode']
        when 'markup' then array['models', 'services', 'packages']
        when 'custom_quantity' then array['minimum', 'maximum', 'bulk_tiers']
        when 'bulk_tier' then array['from', 'discount_percent']
        when 'fees' then array[
            'method', 'processor_percent', 'processor_fixed_cents', 'platform_fixed_cents'
        ]
        when 'subscriptions' then array['upgrade', 'downgrade', 'grace_hours']
        when 'referral' then array[
            'referrer_credits', 'referee_credits', 'maximum_rewards', 'minimum_cents'
        ]
        when 'cost_source' then array['name', 'version', 'sha256']
        when 'plan' then array[
            'code', 'name', 'price_cents', 'billing_interval', 'monthly_credits',
            'welcome_credits', 'rollover_months', 'monthly_spend_cap', 'discount_percent',
            'features', 'contact_only', 'trial_days', 'trial_credits', 'requests_per_minute',
            'monthly_purchase_cap_cents'
        ]
        when 'package' then array[
            'code', 'name', 'credits', 'bonus_credits', 'price_cents', 'cost_cents', 'features'
        ]
        when 'service' then array[
            'code', 'description', 'unit', 'unit_size', 'meter', 'credits', 'cost', 'base', 'tools',
            'meters', 'free', 'whole_units', 'minimum_credits', 'maximum_credits', 'rounding'
        ]
        when 'meter' then array['unit', 'unit_size', 'credits', 'cost']
        when 'model' then array[
            'code', 'name', 'description', 'provider', 'tier', 'source', 'deprecated_at',
            'context_tokens', 'max_output_tokens', 'capabilities', 'free', 'minimum_credits',
            'maximum_credits', 'rounding', 'credits_per_1k_tokens', 'credits_per_1m_tokens', 'cost'
        ]
        when 'token_prices' then array[
            'input', 'output', 'cached', 'cache_write', 'reasoning', 'above'
        ]
        when 'token_tier' then array[
            'context_tokens', 'input', 'output', 'cached', 'cache_write', 'reasoning'
        ]
    end
$$;

comment on function credits.catalog_keys(text) is
'The keys that a catalog''s objects may have.';

revoke all on function credits.catalog_keys(text) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/catalog_objects.sql sha256:cc599ca78bdbc9a9ddc4aae9eb77528ac71fc5d86b03c5478cbfc4461831c355
-- A catalog's objects at every depth: the items, and what is nested in them.
--
-- Returns  kind: what catalog_keys knows. code: of the item that it is in, for messages.
create or replace function credits.catalog_objects(p_catalog jsonb)
returns table (kind text, code text, object jsonb)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with items as (
        select i.kind, i.code, i.item from credits.catalog_items(p_catalog) as i
    ),

    token_lists as (
        select i.code, l.prices
        from items as i
        cross join lateral (
            values (i.item -> 'credits_per_1m_tokens'), (i.item -> 'cost')
        ) as l (prices)
        where i.kind = 'model' and l.prices is not null
    )

    select i.kind, i.code, i.item from items as i
    union all
    select n.kind, i.code, i.item -> n.kind
    from items as i
    inner join (
        values
        ('catalog', 'rounding'), ('catalog', 'markup'), ('catalog', 'custom_quantity'),
        ('catalog', 'fees'), ('catalog', 'cost_source'), ('catalog', 'subscriptions'),
        ('catalog', 'referral'),
        ('service', 'rounding'), ('model', 'rounding')
    ) as n (parent, kind) on i.kind = n.parent and i.item ? n.kind
    union all
    select 'bulk_tier', p_catalog ->> 'code', b.tier
    from jsonb_array_elements(
        coalesce(p_catalog #> '{custom_quantity,bulk_tiers}', '[]')
    ) as b (tier)
    union all
    select 'meter', i.code || ' ' || m.key, m.value
    from items as i
    cross join lateral jsonb_each(coalesce(i.item -> 'meters', '{}')) as m
    union all
    select 'token_prices', t.code, t.prices from token_lists as t
    union all
    select 'token_tier', t.code, a.tier
    from token_lists as t
    cross join lateral jsonb_array_elements(coalesce(t.prices -> 'above', '[]')) as a (tier)
$$;

comment on function credits.catalog_objects(jsonb) is
'A catalog''s objects at every depth.';

revoke all on function credits.catalog_objects(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/catalog_problem.sql sha256:47b00a53fa27628bd8df2dd5bfe582d0663c2d5187e9c9c5bd5ace6e0f42bd29
-- What is wrong with a catalog that its tables would not refuse: a key that means nothing here (a
-- misspelt price must not vanish), a code used twice, or a price that price_problem finds.
--
-- Returns  the first problem, null when there is none. A wrong shape raises a data exception.
create or replace function credits.catalog_problem(p_catalog jsonb)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_problem text;
begin
    select format('%s %s: unknown key %s', o.kind, o.code, k.key) into v_problem
    from credits.catalog_objects(p_catalog) as o
    cross join lateral jsonb_object_keys(o.object) as k (key)
    where not k.key = any(credits.catalog_keys(o.kind))
    limit 1;
    if found then
        return v_problem;
    end if;

    select format('%s is used twice', c.code) into v_problem
    from credits.catalog_items(p_catalog) as c
    group by case when c.kind = 'model' then 'service' else c.kind end, c.code
    having count(*) > 1
    limit 1;
    if found then
        return v_problem;
    end if;

    select w.problem into v_problem
    from (
        values
        ('null is no value', jsonb_path_exists(p_catalog, '$.** ? (@ == null)')),
        ('effective_at: a time with its offset', p_catalog ->> 'effective_at'
        !~ '^\d{4}-\d\d-\d\d[T ][0-9:.]+([+-]\d\d(:?\d\d)?|Z)$'),
        ('deprecated_at: a date', exists (
            select from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]')) as m (item)
            where m.item ->> 'deprecated_at' !~ '^\d{4}-\d\d-\d\d$'
        )),
        ('capabilities: one that is not known', exists (
            select
            from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]')) as m (item)
            cross join lateral jsonb_array_elements_text(
                coalesce(m.item -> 'capabilities', '[]')
            ) as c (name)
            where not c.name = any(credits.capabilities())
        )),
        ('markup: a fraction from 0 to 1000', exists (
            select from jsonb_each_text(coalesce(p_catalog -> 'markup', '{}')) as m
            where not coalesce(m.value::numeric between 0 and 1000, false)
        )),
        ('rounding: places from 0 to 9, and the mode half_up or up', not coalesce(
            (p_catalog #>> '{rounding,places}')::integer between 0 and 9, true
        ) or p_catalog #>> '{rounding,mode}' not in ('half_up', 'up')),
        ('subscriptions: one of upgrade and downgrade must wait for the renewal', coalesce(
            p_catalog #>> '{subscriptions,downgrade}' = 'now'
            and p_catalog #>> '{subscriptions,upgrade}' is distinct from 'renewal',
            false
        )),
        ('referral: referrer_credits and referee_credits', p_catalog ? 'referral' and (
            p_catalog #> '{referral,referrer_credits}' is null
            or p_catalog #> '{referral,referee_credits}' is null
        )),
        ('fees: no method', p_catalog ? 'fees' and p_catalog #> '{fees,method}' is null)
    ) as w (problem, is_so)
    where w.is_so
    limit 1;
    if found then
        return v_problem;
    end if;

    select format('%s: %s', s.item ->> 'code', p.problem) into v_problem
    from credits.catalog_services(p_catalog) as s
    cross join lateral credits.price_problem(s.item, p_catalog) as p (problem)
    where p.problem is not null
    limit 1;
    return v_problem;
end;
$$;

comment on function credits.catalog_problem(jsonb) is
'What is wrong with a catalog that its tables would not refuse; null when nothing is.';

revoke all on function credits.catalog_problem(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/has_free_plan.sql sha256:049ae4bc10e605b73c499c162214828c96d988384e9f57a25a102defd9084c5a
-- Tells whether the catalog in force has a free plan; false before any catalog is applied.
create or replace function credits.has_free_plan()
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return exists (
        select from credits.plans as p
        where
            p.code = 'free'
            and p.version = credits.version_at(clock_timestamp())
    );
end;
$$;

comment on function credits.has_free_plan() is
'True when the catalog in force has a plan of the code free.';

revoke all on function credits.has_free_plan() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/price_usage.sql sha256:164bf9dbb75d6e198199a1a44f9d6e062d1562389da5027a8188fcfc66addd64
-- Prices one use of a service by the catalog in force, exact to nine places.
--
-- The price is the sum of the service's components: each meter's count times its credits per
-- unit_size, rounded once by the service's rule, and kept between its minimum and maximum. The
-- tokens read decide which tier of a component holds. A use that comes to nothing is refused
-- unless the catalog says that the service is free, so a missing count never makes a call free of
-- charge.
--
-- p_quantity  as check_quantity returned it, not null.
-- p_usage     as check_usage_shape returned it.
-- p_at        the time of the charge.
-- p_version   the catalog that prices it; null for the one in force.
-- Units       cost: credits. provider_cost: what it costs us, in major units of the catalog's
--             currency, of the components whose cost is known; null when none is.
--             version: the catalog's version, to be kept with the charge.
-- Errors      22023 unknown_service, invalid_quantity, invalid_usage, PT409 no_catalog
drop function if exists credits.price_usage(text, numeric, jsonb);
drop function if exists credits.price_usage(text, numeric, jsonb, timestamptz);
create or replace function credits.price_usage(
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_at timestamptz,
    p_version integer default null,
    out cost numeric,
    out provider_cost numeric,
    out version integer
)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_service credits.services;
    v_context bigint := 1;
begin
    version := coalesce(p_version, credits.version_in_force(p_at));
    select s.* into v_service
    from credits.services as s
    where s.version = price_usage.version and s.code = p_service;
    if not found then
        raise exception 'unknown_service' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service)::text,
            hint = 'list_credit_prices() lists the services.';
    end if;
    if p_usage <> '{}' then
        perform credits.check_usage(version, p_service, p_usage);
        v_context := greatest(credits.context_tokens(p_usage), 1);
    end if;
    if p_usage <> '{}' or p_quantity <> 1 then
        p_quantity := credits.count_quantity(v_service, p_quantity, p_usage);
    end if;

    -- Quotients with 30 places, and their dust cut off far below nine, so that thirds add up.
    select
        round(sum(p.credits * u.units / p.unit_size::numeric(60, 30)), 20),
        trim_scale(round(sum(p.cost * u.units / p.unit_size::numeric(60, 30)), 20))
    into cost, provider_cost
    from credits.prices as p
    cross join lateral (
        select case
            when p.meter = v_service.unit_meter then p_quantity
            else credits.count_units(p, p_quantity, p_usage)
        end
    ) as u (units)
    where
        p.version = price_usage.version
        and p.service = p_service
        and p.above_tokens < v_context
        and (p.up_to_tokens is null or p.up_to_tokens >= v_context);
    cost := case when cost > 0 then credits.round_credits(cost, v_service) else 0 end;
    if cost > 1e12 or cost = 0 and not v_service.is_free then
        raise exception 'invalid_usage' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service, 'cost', cost)::text,
            hint = 'The usage must name what this service counts: see list_credit_prices().';
    end if;
end;
$$;

comment on function credits.price_usage(text, numeric, jsonb, timestamptz, integer) is
'The cost of one use of a service by the catalog in force, and that catalog''s version.';

revoke all on function credits.price_usage(text, numeric, jsonb, timestamptz, integer)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/refund_days.sql sha256:71df0501d4e2ca882ea829a7a071f58471d984cc5bf72e0b6bc12de1c093cc83
-- How many days the refund of credits that have expired lives: as the catalog of a time says, 30
-- where there is none.
create or replace function credits.refund_days(p_at timestamptz)
returns integer
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        (
            select c.refund_days
            from credits.catalogs as c
            where c.version = credits.version_at(p_at)
        ),
        30
    );
end;
$$;

comment on function credits.refund_days(timestamptz) is
'How many days the refund of credits that have expired lives.';

revoke all on function credits.refund_days(timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/start_due_catalog.sql sha256:e63471490e547b16d576f97ad4811c4c5c016e23e58846a989f22eb411b9316f
-- Fits the accounts to a catalog that was to take effect later, once its time has come: a part of
-- maintenance. Its prices count from its time on, whether this has run or not.
--
-- Returns  1 when there was such a catalog since the last maintenance, else 0.
-- Locks    credits.catalogs, as apply_catalog does (before the caller shares it), so that no change
--          of plan is missed that is not committed yet;
--          the accounts whose plan's cap or allowance changes, in id order, until commit.
create or replace function credits.start_due_catalog()
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_at(statement_timestamp());
begin
    if not exists (
        select from credits.catalogs as c
        where
            c.version = v_version
            and c.effective_at > c.applied_at
            and c.effective_at >= coalesce(
                (
                    select max(j.started_at)
                    from credits.job_runs as j
                    where j.job = 'maintenance'
                ),
                '-infinity'
            )
    ) then
        return 0;
    end if;
    lock table credits.catalogs in share row exclusive mode;
    perform credits.use_catalog(v_version);
    return 1;
end;
$$;

comment on function credits.start_due_catalog() is
'Fits the accounts to a scheduled catalog whose time has come.';

revoke all on function credits.start_due_catalog() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/store_catalog.sql sha256:3fb4bb7e0b91ec4b8e9b6068bfda92e573b162d5a14a3ec43bdde035867701c3
-- Writes a catalog as a new version. The tables' own constraints are what a catalog must keep.
--
-- Locks    the new rows only; apply_catalog has locked the table.
drop function if exists credits.store_catalog(jsonb);
create or replace function credits.store_catalog(p_catalog jsonb, p_effective_at timestamptz)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := 1 + coalesce((select max(c.version) from credits.catalogs as c), 0);
begin
    insert into credits.catalogs (
        version, code, name, currency, list_price_per_credit, base_price_per_credit,
        package_markup, custom_minimum, custom_maximum,
        fee_method, processor_percent, processor_fixed_cents, platform_fixed_cents,
        upgrade, downgrade, grace_hours, refund_days, referrer_credits, referee_credits,
        referral_maximum_rewards, referral_minimum_cents, content, effective_at, applied_by
    )
    values (
        v_version, p_catalog ->> 'code', p_catalog ->> 'name', p_catalog ->> 'currency',
        (p_catalog ->> 'list_price_per_credit')::numeric,
        (p_catalog ->> 'base_price_per_credit')::numeric,
        coalesce((p_catalog #>> '{markup,packages}')::numeric, 0),
        (p_catalog #>> '{custom_quantity,minimum}')::numeric,
        (p_catalog #>> '{custom_quantity,maximum}')::numeric,
        p_catalog #>> '{fees,method}',
        coalesce((p_catalog #>> '{fees,processor_percent}')::numeric, 0),
        coalesce((p_catalog #>> '{fees,processor_fixed_cents}')::bigint, 0),
        coalesce((p_catalog #>> '{fees,platform_fixed_cents}')::bigint, 0),
        coalesce(p_catalog #>> '{subscriptions,upgrade}', 'now'),
        coalesce(p_catalog #>> '{subscriptions,downgrade}', 'renewal'),
        coalesce((p_catalog #>> '{subscriptions,grace_hours}')::integer, 0),
        coalesce((p_catalog ->> 'refund_days')::integer, 30),
        (p_catalog #>> '{referral,referrer_credits}')::numeric,
        (p_catalog #>> '{referral,referee_credits}')::numeric,
        (p_catalog #>> '{referral,maximum_rewards}')::integer,
        (p_catalog #>> '{referral,minimum_cents}')::bigint,
        p_catalog, p_effective_at, credits.caller()
    )
    -- At REPEATABLE READ a version that the snapshot does not show is 40001, to be retried.
    on conflict (version) do nothing;

    insert into credits.bulk_tiers (version, from_credits, discount_percent)
    select v_version, (b.tier ->> 'from')::numeric, (b.tier ->> 'discount_percent')::numeric
    from jsonb_array_elements(
        coalesce(p_catalog #> '{custom_quantity,bulk_tiers}', '[]')
    ) as b (tier);

    perform credits.store_offers(v_version, p_catalog);
    perform credits.store_prices(v_version, p_catalog);
    return v_version;
end;
$$;

comment on function credits.store_catalog(jsonb, timestamptz) is
'Writes a catalog as a new version and returns its number.';

revoke all on function credits.store_catalog(jsonb, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/store_offers.sql sha256:6808db373682ab6daa76838cf5276c04c03746f40ef5484d102f2d45c90ee9b9
-- Writes a catalog's plans and packs.
create or replace function credits.store_offers(p_version integer, p_catalog jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.plans (
        version, code, name, position, price_cents, billing_interval, monthly_credits,
        welcome_credits, rollover_months, monthly_spend_cap, discount_percent, features,
        contact_only, trial_days, trial_credits, requests_per_minute, monthly_purchase_cap_cents
    )
    select
        p_version, p.code, p.name, p.position, p.price_cents, p.billing_interval,
        coalesce(p.monthly_credits, 0), coalesce(p.welcome_credits, 0),
        coalesce(p.rollover_months, 0), p.monthly_spend_cap, coalesce(p.discount_percent, 0),
        coalesce(p.features, '[]'), coalesce(p.contact_only, false),
        coalesce(p.trial_days, 0), coalesce(p.trial_credits, 0), p.requests_per_minute,
        p.monthly_purchase_cap_cents
    from rows from (
        jsonb_to_recordset(coalesce(p_catalog -> 'plans', '[]')) as (
            code text, name text, price_cents bigint, billing_interval text,
            monthly_credits numeric, welcome_credits numeric, rollover_months integer,
            monthly_spend_cap numeric, discount_percent numeric, features jsonb,
            contact_only boolean, trial_days integer, trial_credits numeric,
            requests_per_minute integer, monthly_purchase_cap_cents bigint
        )
    ) with ordinality as p (
        code, name, price_cents, billing_interval, monthly_credits, welcome_credits,
        rollover_months, monthly_spend_cap, discount_percent, features, contact_only,
        trial_days, trial_credits, requests_per_minute, monthly_purchase_cap_cents, position
    );

    insert into credits.packages (
        version, code, name, position, credits, bonus_credits, price_cents, cost_cents, features
    )
    select
        p_version, p.code, p.name, p.position, p.credits, coalesce(p.bonus_credits, 0),
        p.price_cents, p.cost_cents, coalesce(p.features, '[]')
    from rows from (
        jsonb_to_recordset(coalesce(p_catalog -> 'packages', '[]')) as (
            code text, name text, credits numeric, bonus_credits numeric, price_cents bigint,
            cost_cents bigint, features jsonb
        )
    ) with ordinality as p (
        code, name, credits, bonus_credits, price_cents, cost_cents, features, position
    );
end;
$$;

comment on function credits.store_offers(integer, jsonb) is
'Writes a catalog''s plans and packs.';

revoke all on function credits.store_offers(integer, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/use_catalog.sql sha256:94e19005de419d7a0cd87dd554bba79e44abb0567b2bab1166a778f19e5f5721
-- Fits the accounts to a new version of the catalog: their plans, and those of subscriptions, must
-- still be there, their limits are the plans', and a plan that gives monthly credits now is
-- due at the next maintenance, unless a subscription pays for it.
--
-- Errors   PT409 plan_in_use
-- Locks    credits.accounts: those that change, in id order, until commit.
create or replace function credits.use_catalog(p_version integer)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_plan text;
begin
    select a.plan into v_plan
    from (
        select a.plan from credits.accounts as a
        union all
        select unnest(array[s.plan, s.paid_plan])
        from credits.subscriptions as s
        where not credits.is_over(s.status)
    ) as a
    where
        a.plan is not null
        and not exists (
            select from credits.plans as p where p.version = p_version and p.code = a.plan
        )
    limit 1;
    if found then
        raise exception 'plan_in_use' using
            errcode = 'PT409',
            detail = jsonb_build_object('plan', v_plan)::text,
            hint = 'Accounts are on this plan: keep it in the catalog, or change their plan first.';
    end if;

    with due as (
        select
            a.id,
            p.monthly_spend_cap,
            p.monthly_purchase_cap_cents,
            p.requests_per_minute,
            p.monthly_credits > 0
            and a.plan_subscription_id is null
            and credits.may_have_allowance(a, p) as is_renewed
        from credits.accounts as a
        inner join credits.plans as p on a.plan = p.code
        where
            p.version = p_version
            and (
                (a.monthly_spend_cap, a.monthly_purchase_cap_cents, a.requests_per_minute)
                is distinct from
                (p.monthly_spend_cap, p.monthly_purchase_cap_cents, p.requests_per_minute)
                or (a.period_end_at is not null) is distinct from (
                    p.monthly_credits > 0
                    and a.plan_subscription_id is null
                    and credits.may_have_allowance(a, p)
                )
            )
        order by a.id
        for no key update of a
    )

    update credits.accounts as a
    set
        monthly_spend_cap = due.monthly_spend_cap,
        monthly_purchase_cap_cents = due.monthly_purchase_cap_cents,
        requests_per_minute = due.requests_per_minute,
        period_anchor_at = case
            when due.is_renewed then coalesce(a.period_anchor_at, now())
            else a.period_anchor_at
        end,
        period_end_at = case
            when due.is_renewed then coalesce(a.period_end_at, now())
        end
    from due
    where a.id = due.id;
end;
$$;

comment on function credits.use_catalog(integer) is
'Fits the accounts'' plans and limits to a new version of the catalog.';

revoke all on function credits.use_catalog(integer) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/version_at.sql sha256:611f5309d6ff8e90917f859c99ee193437fca3bd1adbd39fcc33610637606db3
-- The version of the catalog whose prices count at a time, null when there is none. The same rule
-- stands in version_in_force, which refuses then and is asked by every use.
create or replace function credits.version_at(p_at timestamptz)
returns integer
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select c.version
        from credits.catalogs as c
        where c.effective_at <= p_at
        order by c.version desc
        limit 1
    );
end;
$$;

comment on function credits.version_at(timestamptz) is
'The version of the catalog whose prices count at a time, null when there is none.';

revoke all on function credits.version_at(timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/allowance_due.sql sha256:43893079b54088c808bf14e5af1b9e457fdbf774c3151fb92a2b645eafd3f818
-- The credits that an invoice gives for a part of the time: for a period its plan's monthly
-- credits, less those of other invoices for it; for a change within a period the share that was
-- paid. All invoices together give no more than the dearest plan that is paid for does, so that to
-- change up and down gives nothing twice.
drop function if exists credits.allowance_due(
    uuid, text, credits.paid_invoice, timestamptz, timestamptz
);
create or replace function credits.allowance_due(
    p_account_id uuid,
    p_provider text,
    p_invoice credits.paid_invoice,
    p_plan credits.plans,
    p_start_at timestamptz,
    p_end_at timestamptz
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_most numeric;
    v_given numeric;
    v_given_for_periods numeric;
begin
    select greatest(p_plan.monthly_credits, max((credits.plan_in_force(p.plan)).monthly_credits))
    into strict v_most
    from credits.payments as p
    where
        p.account_id = p_account_id and p.provider = p_provider
        and p.subscription_id = p_invoice.subscription_id
        and p.period_end_at = p_invoice.period_end_at
        and p.plan is not null;
    select
        coalesce(sum(a.credits), 0),
        coalesce(sum(a.credits) filter (where not a.is_prorated), 0)
    into strict v_given, v_given_for_periods
    from credits.allowances as a
    where
        a.account_id = p_account_id and a.provider = p_provider
        and a.subscription_id = p_invoice.subscription_id
        and a.starts_at < p_end_at and a.ends_at > p_start_at;
    return least(
        case
            when p_invoice.is_prorated then credits.shared_credits(p_invoice.shares)
            else p_plan.monthly_credits - v_given_for_periods
        end,
        v_most - v_given
    );
end;
$$;

comment on function credits.allowance_due(
    uuid, text, credits.paid_invoice, credits.plans, timestamptz, timestamptz
) is
'The credits that an invoice gives for a part of the time.';

revoke all on function credits.allowance_due(
    uuid, text, credits.paid_invoice, credits.plans, timestamptz, timestamptz
) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/claim_referral_code.sql sha256:beeeb1dc9032b1bf0e5a03d6f365a9cd39aa1d0cf0093a1642be41348767284d
-- Notes who has referred the signed-in user, before the first purchase. A refusal is returned, so
-- that a wrong code counts as an attempt.
--
-- Returns  ok, and the credits that the first purchase will earn the caller; or message:
--          referral_code_invalid (unknown, one's own, no program, no confirmed address),
--          already_referred, already_purchased, referral_cycle.
-- Errors   42501 not_signed_in, PT429 rate_limited
-- Locks    credits.accounts: the caller's own row; claims wait for each other, so that no two make
--          a cycle; until commit.
create or replace function credits.claim_referral_code(p_code text)
returns public.credit_answer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_account credits.accounts;
    v_credits numeric;
    v_referrer_id uuid;
    v_problem text;
begin
    v_account := credits.lock_account(v_user_id);
    perform credits.count_code_attempt(v_user_id);
    perform pg_advisory_xact_lock(hashtextextended('credits.referrals', 0));
    select c.referrer_id, p.referee_credits into v_referrer_id, v_credits
    from credits.referral_codes as c
    inner join credits.catalogs as p
        on p.version = credits.version_at(clock_timestamp()) and p.referrer_credits is not null
    where
        c.code = credits.promotion_code(p_code)
        and not credits.is_same_person(c.referrer_id, v_user_id)
        and credits.confirmed_email(v_user_id) is not null;
    if not found then
        return (false, 'referral_code_invalid', null, null)::public.credit_answer;
    end if;
    perform credits.forgive_code_attempt(v_user_id);
    -- Written, so that an older snapshot is 40001, and does not overlook another claim.
    update credits.referral_codes as c
    set created_at = c.created_at
    where c.referrer_id in (v_user_id, v_referrer_id);
    v_problem := credits.referral_problem(v_account, v_referrer_id);
    if v_problem is not null then
        return (false, v_problem, null, null)::public.credit_answer;
    end if;
    perform credits.touch_account(v_user_id);
    insert into credits.referrals (referee_id, referrer_id, claimed_at)
    values (v_user_id, v_referrer_id, clock_timestamp())
    on conflict (referee_id) do nothing;
    return (
        true, null, v_credits, v_account.balance
    )::public.credit_answer;
end;
$$;

comment on function credits.claim_referral_code(text) is
'Notes who has referred the signed-in user.';

revoke all on function credits.claim_referral_code(text)
from public, anon, authenticated, service_role;
grant execute on function credits.claim_referral_code(text) to authenticated;

-- source: sql/functions/billing/claw_back.sql sha256:74e5f49a2818d4a740cdbc83fe4eb0447e8217d3c4c4b9b3f6dbd87f881a279c
-- Takes credits back of a grant that a payment gave: what remains of it, and of what was reinstated
-- of the payment; then other credits in burn-down order. What is not there becomes debt. Credits
-- that are held are not touched.
--
-- Locks    credits.accounts: one row, until commit.
drop function if exists credits.claw_back(credits.payments, bigint, numeric);
create or replace function credits.claw_back(
    p_account_id uuid,
    p_grant_id bigint,
    p_amount numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_origin credits.grants := credits.grant_row(p_account_id, p_grant_id);
    v_own credits.burnt_grants := credits.take_own(v_account, v_origin, p_amount);
    v_burnt credits.burnt_grants;
    v_left numeric;
    v_others numeric;
    v_debt numeric;
    v_transaction credits.transactions;
begin
    select p_amount - coalesce(sum(g.value::numeric), 0) into strict v_left
    from jsonb_each_text(v_own.grants) as g;
    v_others := least(
        v_left, v_account.balance - v_account.held - (p_amount - v_left)
    );
    v_debt := v_left - v_others;
    v_burnt := credits.burn_grants(v_own.account, v_others);
    v_transaction := credits.post_transaction(
        v_burnt.account, 'clawback', -trim_scale(p_amount - v_debt), 'system',
        'clawback:' || p_grant_id || ':' || v_account.last_transaction_id + 1,
        credits.request_hash(jsonb_build_array('clawback', p_grant_id, p_amount)),
        p_grants => v_own.grants || v_burnt.grants,
        p_reference => v_origin.reference,
        p_description => 'Money went back to the buyer',
        p_metadata => jsonb_build_object('grant_id', p_grant_id, 'debt_change', v_debt)
    );
    perform credits.change_debt(p_account_id, v_debt);
    insert into credits.clawbacks (
        account_id, transaction_id, grant_id, amount, debt, created_at
    )
    values (
        p_account_id, v_transaction.id, p_grant_id, p_amount, v_debt,
        v_transaction.created_at
    );
end;
$$;

comment on function credits.claw_back(uuid, bigint, numeric) is
'Takes credits back of a grant, then of others, then as debt.';

revoke all on function credits.claw_back(uuid, bigint, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/count_code_attempt.sql sha256:a65b908c15ff6caab5b06e7071ccfb430beb5c7aa345a55cdaf8adb31c286694
-- Counts an attempt with a code before the code is looked at: after ten wrong ones within an hour
-- no code is taken from this user. Who brings a good one is given the attempt back
-- (forgive_code_attempt).
--
-- Called in a transaction of its own where a wrong code raises, for that would undo the count.
--
-- Errors   PT429 rate_limited
-- Locks    credits.code_attempts: one row, until commit; after the account's row, before those of
--          promotions and identities.
create or replace function credits.count_code_attempt(p_user_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now timestamptz := clock_timestamp();
    v_row credits.code_attempts;
begin
    insert into credits.code_attempts as c (user_id, attempts, window_ends_at)
    values (p_user_id, 1, v_now + interval '1 hour')
    on conflict (user_id) do update
    set
        attempts = case when c.window_ends_at <= v_now then 1 else c.attempts + 1 end,
        window_ends_at = case
            when c.window_ends_at <= v_now then excluded.window_ends_at
            else c.window_ends_at
        end
    returning * into strict v_row;
    if v_row.attempts > 10 then
        raise exception 'rate_limited' using
            errcode = 'PT429',
            detail = jsonb_build_object(
                'limit', 10,
                'retry_after_seconds',
                ceil(extract(epoch from v_row.window_ends_at - v_now))::integer
            )::text,
            hint = 'Too many wrong codes: wait retry_after_seconds and try again.';
    end if;
end;
$$;

comment on function credits.count_code_attempt(uuid) is
'Counts an attempt of a user with a code, or PT429.';

revoke all on function credits.count_code_attempt(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.count_code_attempt(uuid) to credits_edge, service_role;

-- source: sql/functions/billing/create_promotion.sql sha256:e27c9dc8498b28e740d62c2f30b58257155a5c2d3ee68d7e6d7fedd0522c0f34
-- Creates a promotion: a code that takes something off a purchase, adds credits to it, or grants
-- credits at once.
--
-- p_promotion  {"code", "name", "discount_type": percent, fixed, bonus_credits, bonus_percent
--              or credits, "discount_value", "currency" (of a fixed amount), "starts_at",
--              "ends_at", "maximum_uses", "maximum_uses_per_account" (1 unless stated, null for no
--              limit), "minimum_cents", "packages", "plans" (codes it is for; neither: for
--              everything), "credits_days" (how long granted credits live)}
-- Units        discount_value: percent, minor units of the currency, credits, or percent of the
--              credits bought.
-- Returns      the code in its one spelling.
-- Errors       22023 invalid_promotion
create or replace function credits.create_promotion(p_promotion jsonb)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_problem text;
    v_constraint text;
begin
    begin
        select format('unknown key %s', k.key) into v_problem
        from jsonb_object_keys(p_promotion) as k (key)
        where not k.key = any(array[
            'code', 'name', 'discount_type', 'discount_value', 'currency', 'starts_at', 'ends_at',
            'maximum_uses', 'maximum_uses_per_account', 'minimum_cents', 'packages', 'plans',
            'credits_days'
        ])
        limit 1;
        insert into credits.promotions (
            code, name, discount_type, discount_value, currency, starts_at, ends_at, maximum_uses,
            maximum_uses_per_account, minimum_cents, packages, plans, credits_days, created_by
        )
        select
            credits.promotion_code(p_promotion ->> 'code'), p.name, p.discount_type,
            p.discount_value, p.currency, coalesce(p.starts_at, now()), p.ends_at,
            p.maximum_uses,
            case
                when p_promotion ? 'maximum_uses_per_account' then p.maximum_uses_per_account
                else 1
            end,
            coalesce(p.minimum_cents, 0), p.packages, p.plans, p.credits_days, credits.caller()
        from jsonb_to_record(p_promotion) as p (
            name text, discount_type text, discount_value numeric, currency text,
            starts_at timestamptz, ends_at timestamptz, maximum_uses integer,
            maximum_uses_per_account integer, minimum_cents bigint, packages text[], plans text[],
            credits_days integer
        );
    exception
        when integrity_constraint_violation or data_exception then
            get stacked diagnostics
                v_problem = message_text,
                v_constraint = constraint_name;
            v_problem := case
                when sqlstate = '23505' then 'the code is taken'
                when v_constraint <> '' then replace(v_constraint, '_', ' ')
                else v_problem
            end;
    end;
    if v_problem is not null then
        raise exception 'invalid_promotion' using
            errcode = '22023',
            detail = jsonb_build_object('problem', v_problem)::text,
            hint = 'docs/purchases.md describes a promotion.';
    end if;
    return credits.promotion_code(p_promotion ->> 'code');
end;
$$;

comment on function credits.create_promotion(jsonb) is
'Creates a promotion and returns its code.';

revoke all on function credits.create_promotion(jsonb)
from public, anon, authenticated, service_role;
grant execute on function credits.create_promotion(jsonb) to service_role;

-- source: sql/functions/billing/due_returns.sql sha256:de7e4fb0397d41a20d0f1094f5ca0ec070bd009ee4fc5b9f9604acac537268cd
-- What each grant that a payment gave has still to give back (above 0) or to get back (below 0):
-- its share of the money that went back, to nine places, less what was taken back of it already. (A
-- quotient has as many places as its dividend, at least.)
--
-- The rewards of a referral that the payment earned are among them, on both accounts; of a referral
-- that is void, all of them.
drop function if exists credits.due_returns(credits.payments);
create or replace function credits.due_returns(p_payment credits.payments)
returns table (account_id uuid, grant_id bigint, amount numeric)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with given as (
        select g.account_id, g.id, g.amount, false as is_void
        from credits.grants as g
        where
            g.account_id = p_payment.account_id
            and g.reference = p_payment.id
            and g.source in ('purchase', 'bonus', 'allowance')
        union all
        select g.account_id, g.id, g.amount, r.is_void
        from credits.referrals as r
        inner join credits.grants as g
            on g.account_id in (r.referee_id, r.referrer_id)
            and g.source = 'referral'
            and g.reference = credits.referral_reference(r.referee_id)
        where
            r.referee_id = p_payment.account_id
            and r.provider = p_payment.provider
            and r.payment_id = p_payment.id
    )

    select
        g.account_id,
        g.id,
        trim_scale(
            case
                when g.is_void then g.amount
                else round(
                    g.amount * credits.returned_cents(p_payment)::numeric(40, 20)
                    / nullif(p_payment.amount_cents, 0),
                    9
                )
            end - coalesce(
                (
                    select sum(c.amount - c.reinstated)
                    from credits.clawbacks as c
                    where c.account_id = g.account_id and c.grant_id = g.id
                ),
                0
            )
        )
    from given as g
    where p_payment.amount_cents > 0
    order by g.account_id, g.id
$$;

comment on function credits.due_returns(credits.payments) is
'What each grant of a payment has still to give or to get back.';

revoke all on function credits.due_returns(credits.payments)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/follow_subscriptions.sql sha256:0e3431d82b9be8519a5e9f23fc9dcde3a41f94a2abb610bf039d75d076396eeb
-- Lets a locked account's plan follow its subscriptions.
--
-- The plan is that of what is paid, or of the trial. Where the catalog lets a downgrade count at
-- once, it is the smaller plan from the day of the change. Of several subscriptions the one of the
-- dearest plan counts. When the last one ends, the account is on the free plan, or on none.
--
-- Errors   22023 unknown_plan
-- Locks    none of its own: the caller has locked the account, and shares the catalog.
create or replace function credits.follow_subscriptions(p_account_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_next credits.subscriptions := credits.giving_subscription(p_account_id);
    v_plan credits.plans;
begin
    if v_next.id is not null then
        v_plan := credits.plan_in_force(credits.given_plan(v_next));
        if (v_account.plan, v_account.plan_subscription_id)
            is distinct from (v_plan.code::text, v_next.id)
        then
            perform credits.assign_plan(v_account, v_plan, v_next.id);
        end if;
        perform credits.grant_trial(v_next, v_plan);
    elsif v_account.plan_subscription_id is not null then
        if credits.has_free_plan() then
            perform credits.assign_plan(v_account, credits.plan_in_force('free'));
        else
            update credits.accounts as a
            set
                plan = null,
                plan_subscription_id = null,
                monthly_spend_cap = null,
                monthly_purchase_cap_cents = null,
                requests_per_minute = null
            where a.id = v_account.id;
        end if;
    end if;
end;
$$;

comment on function credits.follow_subscriptions(uuid) is
'Lets a locked account''s plan follow its subscriptions.';

revoke all on function credits.follow_subscriptions(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/forgive_code_attempt.sql sha256:bcfdc7776695cf7531dcc5f6a24e1a73985634c497ed4a359af302c8254016b0
-- Gives an attempt with a code back: the code was a good one.
--
-- Locks    credits.code_attempts: one row, until commit.
create or replace function credits.forgive_code_attempt(p_user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.code_attempts as c
    set attempts = c.attempts - 1
    where c.user_id = p_user_id and c.attempts > 0;
end;
$$;

comment on function credits.forgive_code_attempt(uuid) is
'Gives an attempt with a code back.';

revoke all on function credits.forgive_code_attempt(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/giving_subscription.sql sha256:6f8b14cdc119527a45c7f0e886b835ba834f03ee7c540e44bdd1fec74c9b2845
-- Which of an account's subscriptions gives it its plan: the one of the dearest plan, then the
-- oldest. All null when none does.
create or replace function credits.giving_subscription(p_account_id uuid)
returns credits.subscriptions
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_subscription credits.subscriptions;
begin
    select s.* into v_subscription
    from credits.subscriptions as s
    cross join lateral credits.given_plan(s) as g (plan)
    where
        s.account_id = p_account_id
        and s.livemode = credits.livemode(s.provider)
        and g.plan is not null
    order by
        (credits.plan_in_force(g.plan)).price_cents desc nulls last,
        s.created_at,
        s.id
    limit 1;
    return v_subscription;
end;
$$;

comment on function credits.giving_subscription(uuid) is
'Which of an account''s subscriptions gives it its plan.';

revoke all on function credits.giving_subscription(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/grant_allowance.sql sha256:2170fdb7a4d951ae6705211d6b8b70bc81e0da421288987bd23bf6351c3e78b5
-- Grants the credits that an invoice gives for a part of the time it has paid; see allowance_due.
-- The share of the money that went back since goes at once.
--
-- They expire with that time, or so many months later as the plan rolls over, and so many hours
-- later as the catalog waits for the next payment.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.grant_allowance(
    p_account_id uuid,
    p_provider text,
    p_invoice credits.paid_invoice,
    p_plan credits.plans,
    p_start_at timestamptz,
    p_end_at timestamptz
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_key text := 'invoice:' || p_provider || ':' || p_invoice.id || ':'
        || extract(epoch from p_end_at)::bigint;
    v_due numeric := credits.allowance_due(
        p_account_id, p_provider, p_invoice, p_plan, p_start_at, p_end_at
    );
    v_transaction credits.transactions;
begin
    if v_due <= 0 then
        return;
    end if;
    v_transaction := credits.post_grant(
        credits.lock_account(p_account_id), 'allowance', trim_scale(v_due), 'system', v_key,
        credits.request_hash(jsonb_build_array('allowance', v_key)),
        p_expires_at => credits.period_start(p_end_at, p_plan.rollover_months)
        + make_interval(hours => (credits.catalog_in_force()).grace_hours),
        p_reference => p_invoice.id,
        p_description => 'Monthly credits of the plan ' || p_plan.name || ' from '
        || to_char(p_start_at at time zone 'UTC', 'YYYY-MM-DD'),
        p_price_version => p_plan.version
    );
    insert into credits.allowances (
        account_id, transaction_id, provider, subscription_id, payment_id, starts_at, ends_at,
        credits, is_prorated
    )
    values (
        p_account_id, v_transaction.id, p_provider, p_invoice.subscription_id, p_invoice.id,
        p_start_at, p_end_at, v_transaction.amount, p_invoice.is_prorated
    );
    update credits.payments as p
    set transaction_id = v_transaction.id
    where
        p.account_id = p_account_id and p.provider = p_provider and p.id = p_invoice.id
        and p.transaction_id is null;
    perform credits.settle_returns(p_account_id, p_provider, p_invoice.id);
end;
$$;

comment on function credits.grant_allowance(
    uuid, text, credits.paid_invoice, credits.plans, timestamptz, timestamptz
) is
'Grants a plan''s monthly credits for a part of the time that an invoice has paid.';

revoke all on function credits.grant_allowance(
    uuid, text, credits.paid_invoice, credits.plans, timestamptz, timestamptz
) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/grant_code.sql sha256:c6155967aaf4a95c5f382e8a009b85bd0ba5016ee42e63cf0c4da9db729959f4
-- Grants a locked account the credits of a promotion, and counts the use.
--
-- Locks    none of its own: the caller has locked the account and the promotion.
create or replace function credits.grant_code(
    p_account credits.accounts,
    p_promotion credits.promotions
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id uuid := gen_random_uuid();
    v_transaction credits.transactions;
begin
    v_transaction := credits.post_grant(
        p_account, 'promotion', p_promotion.discount_value, 'system', 'promotion:' || v_id,
        credits.request_hash(jsonb_build_array('promotion', v_id)),
        p_expires_at => p_account.last_transaction_at
        + make_interval(days => p_promotion.credits_days),
        p_reference => p_promotion.code,
        p_description => p_promotion.name
    );
    insert into credits.redemptions (account_id, id, code, transaction_id)
    values (p_account.id, v_id, p_promotion.code, v_transaction.id);
    return v_transaction;
end;
$$;

comment on function credits.grant_code(credits.accounts, credits.promotions) is
'Grants a locked account the credits of a promotion.';

revoke all on function credits.grant_code(credits.accounts, credits.promotions)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/grant_reward.sql sha256:d0ff6539ba7c7a5251aadd972973156fce4b5509d424cfaaed5b8699cfd83988
-- Grants one side's reward of a referral; a closed account gets none.
--
-- Locks    none of its own: the caller has locked the accounts.
create or replace function credits.grant_reward(
    p_account_id uuid,
    p_referral credits.referrals,
    p_credits numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_reference text := credits.referral_reference(p_referral.referee_id);
begin
    if p_credits > 0 and v_account.status <> 'closed' then
        perform credits.post_grant(
            v_account, 'referral', p_credits, 'system', v_reference,
            credits.request_hash(jsonb_build_array('referral', v_reference)),
            p_reference => v_reference,
            p_description => 'Reward of a referral'
        );
    end if;
end;
$$;

comment on function credits.grant_reward(uuid, credits.referrals, numeric) is
'Grants one side''s reward of a referral.';

revoke all on function credits.grant_reward(uuid, credits.referrals, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/has_use_left.sql sha256:fdc5dc04d0ff7fbc8793c7799d1df09c27e8f6af8014f44c27affa6c6849d5e3
-- Whether an account may use a promotion once more: paid orders have used it, and those that may
-- still be paid hold a use. Who buys for several accounts has one account's uses in all.
--
-- p_user_id    who buys; null for nobody in particular.
-- p_except_id  an order that does not count, or null.
drop function if exists credits.has_use_left(credits.promotions, uuid, uuid);
create or replace function credits.has_use_left(
    p_promotion credits.promotions,
    p_account_id uuid,
    p_user_id uuid,
    p_except_id uuid
)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        coalesce(count(*) < p_promotion.maximum_uses, true)
        and coalesce(
            count(*) filter (where r.account_id = p_account_id or o.user_id = p_user_id)
            < p_promotion.maximum_uses_per_account,
            true
        )
    from credits.redemptions as r
    left join credits.orders as o on r.account_id = o.account_id and r.order_id = o.id
    where
        r.code = p_promotion.code
        and (p_except_id is null or r.order_id is distinct from p_except_id)
        and (r.lapses_at is null or r.lapses_at > statement_timestamp())
$$;

comment on function credits.has_use_left(credits.promotions, uuid, uuid, uuid) is
'Whether an account may use a promotion once more.';

revoke all on function credits.has_use_left(credits.promotions, uuid, uuid, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/lock_payer.sql sha256:a23c9a51f8aa416451eecd83c38981ca45003233dee9d2eef0911118f833f643
-- Locks an account whose payments are news, and with it who referred it: what a payment earned goes
-- back with it on both.
--
-- Locks    credits.accounts: those rows, in id order, until commit.
create or replace function credits.lock_payer(p_account_id uuid)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_referrer_id uuid;
    v_account credits.accounts;
begin
    -- A claim locks the account first: under its lock the answer stays true. A claim between the
    -- look and the lock gives the lock back, so that the ids stay in order.
    loop
        begin
            v_referrer_id := credits.referrer_of(p_account_id);
            perform credits.lock_accounts(array[p_account_id, v_referrer_id]);
            v_account := credits.lock_account(p_account_id);
            exit when credits.referrer_of(p_account_id) is not distinct from v_referrer_id;
            raise exception 'claimed_meanwhile' using errcode = 'PT200';
        exception when sqlstate 'PT200' then
            null;
        end;
    end loop;
    return v_account;
end;
$$;

comment on function credits.lock_payer(uuid) is
'Locks an account whose payments are news, and who referred it.';

revoke all on function credits.lock_payer(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/new_topup.sql sha256:c9b7ed31ce82efc5879b80385dedc075087e2c61c3917bd081636f5d6c103b42
-- A new order of a locked account to top it up; all null when it has no room within its limit or
-- the account's purchase cap, or when its pack is not sold any more: then the top-up pauses.
--
-- Errors   PT409 no_catalog
create or replace function credits.new_topup(p_account credits.accounts, p_provider text)
returns credits.orders
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_in_force(statement_timestamp());
    v_topup credits.auto_topups;
    v_quote jsonb;
    v_total_cents bigint;
    v_order credits.orders;
begin
    select t.* into strict v_topup
    from credits.auto_topups as t
    where t.account_id = p_account.id;
    if not exists (
        select from credits.packages as p
        where
            p.version = v_version
            and p.code = v_topup.package
    ) then
        perform credits.pause_topup(p_account.id, 'package_not_sold', 'infinity');
        return v_order;
    end if;
    v_quote := credits.quote_purchase(p_account, null, v_topup.package, null, null, null);
    v_total_cents := (v_quote ->> 'total_cents')::bigint;
    if v_quote ->> 'message' = 'purchase_cap_reached'
        or credits.topup_spent(p_account.id) + v_total_cents > v_topup.monthly_limit_cents
    then
        -- What an open checkout takes of the cap, it gives back within a day.
        perform credits.pause_topup(
            p_account.id, 'monthly_limit',
            case
                when v_quote ->> 'message' = 'purchase_cap_reached'
                    and credits.paid_cents(p_account.id) + v_total_cents
                    <= p_account.monthly_purchase_cap_cents
                    then clock_timestamp() + interval '1 day'
                else credits.month_end(clock_timestamp())
            end
        );
        return v_order;
    end if;
    perform credits.touch_account(p_account.id);
    insert into credits.orders (
        account_id, user_id, provider, package, price_version, credits, bonus_credits,
        total_cents, currency, status, quote, is_topup
    )
    values (
        p_account.id, v_topup.changed_by, p_provider, v_topup.package,
        v_version, (v_quote ->> 'credits')::numeric,
        (v_quote ->> 'bonus_credits')::numeric, v_total_cents,
        v_quote ->> 'currency', 'open', v_quote, true
    )
    returning * into strict v_order;
    return v_order;
end;
$$;

comment on function credits.new_topup(credits.accounts, text) is
'A new order to top a locked account up.';

revoke all on function credits.new_topup(credits.accounts, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/note_card.sql sha256:7f6a2bbc0cf0b93a5d89b322d7d233b95a1db68f1ee43a89af46fa2847955c1e
-- Notes a card with which an account has paid. Who has referred whom with the same card has earned
-- nothing: such a referral is void, whenever it is told.
--
-- p_account_id   null for an account that is not ours.
-- p_fingerprint  the provider's name of the card, the same for all customers.
-- Returns  applied, or ignored: known already, no card, no account of ours.
-- Locks    credits.accounts: the payer's row, who referred the payer and whom the payer referred,
--          in id order; until commit. A new card is rare.
create or replace function credits.note_card(
    p_provider text,
    p_account_id uuid,
    p_fingerprint text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_referral credits.referrals;
begin
    if p_fingerprint is null or not exists (
        select from credits.accounts as a where a.id = p_account_id
    ) then
        return ('ignored', 'no card of an account of ours', null)::credits.outcome;
    elsif exists (
        select from credits.cards as c
        where
            c.account_id = p_account_id
            and c.provider = p_provider
            and c.fingerprint = p_fingerprint
    ) then
        return ('ignored', 'known already', null)::credits.outcome;
    end if;
    -- All of them, whatever cards they have: another's card may be on its way as well.
    perform credits.lock_accounts(p_account_id || array(
        select unnest(array[r.referee_id, r.referrer_id])
        from credits.referrals as r
        where p_account_id in (r.referee_id, r.referrer_id) and not r.is_void
    ));
    insert into credits.cards (account_id, provider, fingerprint)
    values (p_account_id, p_provider, p_fingerprint)
    on conflict (account_id, provider, fingerprint) do nothing;
    for v_referral in
        update credits.referrals as r
        set is_void = true
        where
            p_account_id in (r.referee_id, r.referrer_id)
            and not r.is_void
            and credits.shares_card(r.referee_id, r.referrer_id)
        returning r.*
    loop
        if v_referral.payment_id is not null then
            perform credits.settle_returns(
                v_referral.referee_id, v_referral.provider, v_referral.payment_id
            );
        end if;
    end loop;
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.note_card(text, uuid, text) is
'Notes a card with which an account has paid.';

revoke all on function credits.note_card(text, uuid, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/note_chargeback.sql sha256:c11bfdf28a73f7e0233945c13e596f64e48ec1e715f69e207a5021ad9bcad40a
-- Takes in what is told of a chargeback, in whatever order it is told: the latest news stay.
--
-- p_told_at  when it was told; null for how it stands now, which wins over all of the same time,
--            and what is told later wins over that.
-- Returns  applied, ignored (known already, or older), waiting for its payment, or quarantined.
-- Locks    credits.accounts: the payer's row, and who referred the payer; until commit.
create or replace function credits.note_chargeback(
    p_provider text,
    p_intent_id text,
    p_chargeback_id text,
    p_amount_cents bigint,
    p_currency text,
    p_status text,
    p_told_at timestamptz
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments := credits.payment_of(p_provider, p_intent_id);
    v_problem credits.outcome := credits.return_problem(v_payment, p_intent_id, p_currency);
    v_old credits.chargebacks;
begin
    if v_problem.state is not null then
        return v_problem;
    elsif credits.chargeback_rank(p_status) is null then
        return ('quarantined', 'unknown status of a chargeback', null)::credits.outcome;
    end if;
    perform credits.lock_payer(v_payment.account_id);
    select c.* into v_old
    from credits.chargebacks as c
    where
        c.account_id = v_payment.account_id and c.provider = p_provider
        and c.id = p_chargeback_id;
    if (
        v_old.told_at, credits.chargeback_rank(v_old.status), v_old.status
    ) >= (
        coalesce(p_told_at, v_old.told_at),
        case when p_told_at is null then 100 else credits.chargeback_rank(p_status) end,
        p_status
    ) then
        return ('ignored', 'known already, or older', null)::credits.outcome;
    end if;
    insert into credits.chargebacks as c (
        account_id, provider, id, payment_id, amount_cents, status, told_at
    )
    values (
        v_payment.account_id, p_provider, p_chargeback_id, v_payment.id, p_amount_cents,
        p_status, coalesce(p_told_at, v_old.told_at, '-infinity')
    )
    on conflict (account_id, provider, id) do update
    set
        amount_cents = excluded.amount_cents,
        status = excluded.status,
        told_at = excluded.told_at;
    if (v_old.status, v_old.amount_cents) = (p_status, p_amount_cents) then
        return ('ignored', 'says nothing new', null)::credits.outcome;
    end if;
    perform credits.settle_returns(v_payment.account_id, p_provider, v_payment.id);
    perform credits.put_notice(
        v_payment.account_id, 'chargeback', p_chargeback_id || ':' || p_status,
        jsonb_build_object(
            'payment_id', v_payment.id, 'status', p_status, 'amount_cents', p_amount_cents,
            'currency', p_currency
        )
    );
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.note_chargeback(text, text, text, bigint, text, text, timestamptz) is
'Takes in what is told of a chargeback.';

revoke all on function credits.note_chargeback(text, text, text, bigint, text, text, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/note_refund.sql sha256:919ef487547372e1bb229e6937702f42273606c5a8fa4d95773b013d7243d8fc
-- Takes in what is told of one refund of a payment: a failure is final.
--
-- Returns  applied, ignored (known already), waiting for its payment, or quarantined.
-- Locks    credits.accounts: the payer's row, and who referred the payer; until commit.
create or replace function credits.note_refund(
    p_provider text,
    p_intent_id text,
    p_refund_id text,
    p_amount_cents bigint,
    p_currency text,
    p_status text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments := credits.payment_of(p_provider, p_intent_id);
    v_problem credits.outcome := credits.return_problem(v_payment, p_intent_id, p_currency);
    v_is_new boolean;
begin
    if v_problem.state is not null then
        return v_problem;
    end if;
    perform credits.lock_payer(v_payment.account_id);
    insert into credits.refunds as r (
        account_id, provider, id, payment_id, amount_cents, status
    )
    values (
        v_payment.account_id, p_provider, p_refund_id, v_payment.id, p_amount_cents, p_status
    )
    on conflict (account_id, provider, id) do update
    set status = excluded.status, told_at = clock_timestamp()
    where not credits.is_failed(r.status) and r.status <> excluded.status;
    v_is_new := found;
    if credits.settle_returns(v_payment.account_id, p_provider, v_payment.id) or v_is_new then
        return ('applied', null, null)::credits.outcome;
    end if;
    return ('ignored', 'known already', null)::credits.outcome;
end;
$$;

comment on function credits.note_refund(text, text, text, bigint, text, text) is
'Takes in what is told of one refund of a payment.';

revoke all on function credits.note_refund(text, text, text, bigint, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/note_refunded_total.sql sha256:27e0bf6cda1471ed4e929eb3dd6e9dcc6e11e30aff9110d28e76aca36542b072
-- Takes in how much of a payment is refunded in all, as the provider counts it: the largest total
-- counts, for totals are told late and in any order.
--
-- Returns  applied, ignored (known already), waiting for its payment, or quarantined.
-- Locks    credits.accounts: the payer's row, and who referred the payer; until commit.
create or replace function credits.note_refunded_total(
    p_provider text,
    p_intent_id text,
    p_total_cents bigint,
    p_currency text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments := credits.payment_of(p_provider, p_intent_id);
    v_problem credits.outcome := credits.return_problem(v_payment, p_intent_id, p_currency);
begin
    if v_problem.state is not null then
        return v_problem;
    end if;
    perform credits.lock_payer(v_payment.account_id);
    update credits.payments as p
    set refunded_cents = p_total_cents
    where
        p.account_id = v_payment.account_id and p.provider = p_provider and p.id = v_payment.id
        and p.refunded_cents < p_total_cents;
    if not found then
        return ('ignored', 'known already', null)::credits.outcome;
    end if;
    perform credits.settle_returns(v_payment.account_id, p_provider, v_payment.id);
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.note_refunded_total(text, text, bigint, text) is
'Takes in how much of a payment is refunded in all.';

revoke all on function credits.note_refunded_total(text, text, bigint, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/open_cents.sql sha256:fba03c74e1baa3524dd4c570a957feb7636c5ee147fb353633c5855e813db6ba
-- What an account's open orders come to that can still be paid: those of the last 24 hours, and a
-- top-up in flight.
--
-- p_except_id  an order that does not count, or null.
-- Units        minor units
create or replace function credits.open_cents(p_account_id uuid, p_except_id uuid)
returns bigint
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum(o.total_cents), 0)::bigint
    from credits.orders as o
    where
        o.account_id = p_account_id
        and o.status = 'open'
        and (o.is_topup or o.created_at > clock_timestamp() - interval '24 hours')
        and o.id is distinct from p_except_id
$$;

comment on function credits.open_cents(uuid, uuid) is
'What an account''s open orders come to that can still be paid.';

revoke all on function credits.open_cents(uuid, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/open_order.sql sha256:0c0be288e301bafd61dd701d92d1628f2e7cda050e14b68fe7b1580ceb99bfa4
-- Opens an order for a pack or a quantity at its quote, before anybody is asked to pay.
--
-- The edge has verified who the user is. Price and credits come from the quote alone and are kept
-- with the order: what is paid later is compared with it. A promotion's use, and room within the
-- purchase cap, are held for the order as long as it can be paid; who comes again for the same
-- purchase meanwhile is given the same order. provider_key is the idempotency key of the call that
-- creates the checkout, kept before that call is made.
--
-- Units    total_cents, and fee_cents of them, called fee_label: minor units of currency.
-- Returns  expires_at: when the checkout must end, an hour before the promotion's use is free
--          again, so that the news of a payment can come in. product_id: of the pack at the
--          provider, null when it is not synced. saves_card: the card shall pay later top-ups.
-- Errors   22023 invalid_purchase, unknown_package, invalid_quantity, promotion_code_invalid,
--          PT404 account_not_found, 42501 user_unknown, PT403 account_closed, PT402
--          purchase_cap_reached
-- Locks    credits.catalogs, shared, so that the quote and its version are one; then
--          credits.accounts: one row, then the promotion's; until commit.
drop function if exists credits.open_order(uuid, uuid, text, text);
drop function if exists credits.open_order(uuid, uuid, text, text, numeric, text);
create or replace function credits.open_order(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text,
    p_package text,
    p_quantity numeric,
    p_promotion_code text
)
returns table (
    account_id uuid,
    order_id uuid,
    provider_key uuid,
    name text,
    total_cents bigint,
    fee_cents bigint,
    fee_label text,
    currency text,
    expires_at timestamptz,
    product_id text,
    saves_card boolean
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_user(
        credits.check_user(p_user_id), p_account_id, 'manage'
    );
    v_account credits.accounts;
    v_code text := nullif(credits.promotion_code(p_promotion_code), '');
    v_quote jsonb;
    v_order credits.orders;
begin
    perform credits.share_catalog();
    v_account := credits.lock_account(v_account_id);
    if v_code is not null then
        perform credits.forgive_code_attempt(p_user_id);    -- A refusal below undoes it.
    end if;
    -- Written, not only locked, so that an older snapshot is 40001 and counts no use too few.
    update credits.promotions as p set last_order_at = clock_timestamp() where p.code = v_code;
    v_quote := credits.quote_purchase(
        v_account, p_user_id, p_package, null, p_quantity, p_promotion_code
    );
    perform credits.refuse_purchase(v_account, v_quote);

    v_order := credits.repeatable_order(
        v_account, p_user_id, v_code, p_package, null, (v_quote ->> 'credits')::numeric,
        v_quote -> 'lines'
    );
    if v_order.id is null then
        perform credits.touch_account(v_account.id);
        insert into credits.orders (
            account_id, user_id, provider, package, promotion_code, price_version, credits,
            bonus_credits, total_cents, currency, status, quote
        )
        values (
            v_account.id, p_user_id, p_provider, p_package, v_code,
            credits.version_in_force(statement_timestamp()), (v_quote ->> 'credits')::numeric,
            (v_quote ->> 'bonus_credits')::numeric, (v_quote ->> 'total_cents')::bigint,
            v_quote ->> 'currency', 'open', v_quote
        )
        returning * into strict v_order;
        insert into credits.redemptions (account_id, order_id, code, lapses_at)
        select v_order.account_id, v_order.id, v_code, v_order.created_at + interval '24 hours'
        where v_code is not null;
    end if;
    return query select
        v_order.account_id, v_order.id, v_order.provider_key,
        v_quote #>> '{lines,0,label}', v_order.total_cents,
        (v_quote ->> 'fee_cents')::bigint,
        jsonb_path_query_first(v_quote, '$.lines[*] ? (@.kind == "fee").label') #>> '{}',
        v_order.currency,
        v_order.created_at + interval '23 hours',
        (credits.price_at(p_provider, 'package', v_order.package)).product_id,
        exists (
            select from credits.auto_topups as t
            where t.account_id = v_order.account_id and t.is_enabled
        );
end;
$$;

comment on function credits.open_order(uuid, uuid, text, text, numeric, text) is
'Opens an order for a pack or a quantity of credits at its quote.';

revoke all on function credits.open_order(uuid, uuid, text, text, numeric, text)
from public, anon, authenticated, service_role;
grant execute on function credits.open_order(
    uuid, uuid, text, text, numeric, text
) to credits_edge, service_role;

-- source: sql/functions/billing/open_subscription_order.sql sha256:7c43b3874dc2c44da53fbb2cc2bcad1983f080ae963cd72affcdb0749cca94c8
-- Opens an order for a plan, before anybody is asked to pay: who comes again meanwhile is given the
-- same one. The provider bills the plan by its own price, which `pgcredits stripe sync` has made.
--
-- Returns  provider_key: the idempotency key of the call that creates the checkout. trial_days: 0
--          for an account that had a subscription before. expires_at: when the checkout must end.
-- Errors   22023 unknown_plan, plan_not_sold, PT404 account_not_found, 42501 user_unknown,
--          PT403 account_closed, PT402 purchase_cap_reached, PT409 plan_not_synced,
--          already_subscribed
-- Locks    credits.catalogs, shared; then credits.accounts: one row; until commit.
create or replace function credits.open_subscription_order(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text,
    p_plan text
)
returns table (
    account_id uuid,
    order_id uuid,
    provider_key uuid,
    plan text,
    price_id text,
    trial_days integer,
    expires_at timestamptz
)
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_user(
        credits.check_user(p_user_id), p_account_id, 'manage'
    );
    v_account credits.accounts;
    v_plan credits.plans;
    v_price credits.provider_prices;
    v_order credits.orders;
begin
    perform credits.share_catalog();
    v_plan := credits.plan_in_force(p_plan);
    v_account := credits.lock_account(v_account_id);
    v_price := credits.check_subscribable(v_account, p_provider, v_plan);
    v_order := credits.plan_order(v_account, p_user_id, p_provider, v_plan);
    return query select
        v_order.account_id, v_order.id, v_order.provider_key, v_plan.code::text,
        v_price.price_id,
        case
            when exists (
                select from credits.subscriptions as s
                where
                    s.account_id = v_account_id
                    and s.livemode = credits.livemode(p_provider)
            ) then 0
            else v_plan.trial_days
        end,
        v_order.created_at + interval '23 hours';
end;
$$;

comment on function credits.open_subscription_order(uuid, uuid, text, text) is
'Opens an order for a plan.';

revoke all on function credits.open_subscription_order(uuid, uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.open_subscription_order(
    uuid, uuid, text, text
) to credits_edge, service_role;

-- source: sql/functions/billing/paid_cents.sql sha256:026eb71f2a12b4179f4cb9da35db85040e98a9bc2eb054cdebbfa5ce749903ca
-- What an account has paid in this calendar month, less what went back of it, in minor units.
create or replace function credits.paid_cents(p_account_id uuid)
returns bigint
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum(p.amount_cents - credits.returned_cents(p)), 0)::bigint
    from credits.payments as p
    where
        p.account_id = p_account_id
        and p.paid_at >= credits.month_start(clock_timestamp())
$$;

comment on function credits.paid_cents(uuid) is
'What an account has paid in this calendar month, less what went back.';

revoke all on function credits.paid_cents(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/plan_order.sql sha256:330e4f0e1930cace8f1bc015b1bbe542243d83229e618d58b9ba3a8a39fd3fc5
-- The open order of a locked account for a plan: the one of before as long as it can be used and is
-- the same, else a new one.
--
-- Errors   PT402 purchase_cap_reached, PT403 account_closed
drop function if exists credits.plan_order(uuid, uuid, text, credits.plans);
create or replace function credits.plan_order(
    p_account credits.accounts,
    p_user_id uuid,
    p_provider text,
    p_plan credits.plans
)
returns credits.orders
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_quote jsonb;
    v_order credits.orders;
begin
    select o.* into v_order
    from credits.orders as o
    where
        o.account_id = p_account.id
        and o.user_id = p_user_id
        and o.provider = p_provider
        and o.plan = p_plan.code
        and o.price_version = p_plan.version
        and o.status = 'open'
        and o.created_at > clock_timestamp() - interval '22 hours'
    order by o.created_at desc
    limit 1;
    if not found then
        v_quote := credits.quote_purchase(p_account, p_user_id, null, p_plan.code, null, null);
        perform credits.refuse_purchase(p_account, v_quote);
        perform credits.touch_account(p_account.id);
        insert into credits.orders (
            account_id, user_id, provider, plan, price_version, credits, bonus_credits,
            total_cents, currency, status, quote
        )
        values (
            p_account.id, p_user_id, p_provider, p_plan.code, p_plan.version,
            p_plan.monthly_credits, 0, p_plan.price_cents, v_quote ->> 'currency', 'open', v_quote
        )
        returning * into strict v_order;
    end if;
    return v_order;
end;
$$;

comment on function credits.plan_order(credits.accounts, uuid, text, credits.plans) is
'The open order of a locked account for a plan.';

revoke all on function credits.plan_order(credits.accounts, uuid, text, credits.plans)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/purchase_room.sql sha256:578d9bd3bed7cdfd34f57b42b86548fb114c74720e620df42550db9d45705706
-- How much an account may still pay this calendar month: its cap less what it has paid, and less
-- what its open orders may come to, for they can all still be paid.
--
-- p_except_id  an order that does not count, or null.
-- Returns      minor units; null for an account without a cap.
create or replace function credits.purchase_room(
    p_account credits.accounts,
    p_except_id uuid
)
returns bigint
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account.monthly_purchase_cap_cents is null then
        return null;
    end if;
    return p_account.monthly_purchase_cap_cents - credits.paid_cents(p_account.id)
    - credits.open_cents(p_account.id, p_except_id);
end;
$$;

comment on function credits.purchase_room(credits.accounts, uuid) is
'How much an account may still pay this month, null without a cap.';

revoke all on function credits.purchase_room(credits.accounts, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/quote_for_caller.sql sha256:c87c54f8f69f918dad0a04de519bbc915718f7037fed7377f84f06a681e4698d
-- Quotes a purchase for an account that the caller may buy for: see quote_purchase. A code that
-- does not count is an attempt with a wrong one.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, PT429 rate_limited, and those of
--          quote_purchase
-- Locks    credits.code_attempts: one row where a code is given, until commit.
create or replace function credits.quote_for_caller(
    p_package text,
    p_plan text,
    p_quantity numeric,
    p_promotion_code text,
    p_account_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'manage'));
    v_user_id uuid := credits.acting_user_id();
    v_is_attempt boolean := v_user_id is not null and nullif(p_promotion_code, '') is not null;
    v_quote jsonb;
begin
    if v_is_attempt then
        perform credits.count_code_attempt(v_user_id);
    end if;
    v_quote := credits.quote_purchase(
        v_account, v_user_id, p_package, p_plan, p_quantity, p_promotion_code
    );
    if v_is_attempt and coalesce(v_quote ->> 'message', '') in ('', 'purchase_cap_reached') then
        perform credits.forgive_code_attempt(v_user_id);
    end if;
    return v_quote;
end;
$$;

comment on function credits.quote_for_caller(text, text, numeric, text, uuid) is
'Quotes a purchase for an account that the caller may buy for.';

revoke all on function credits.quote_for_caller(text, text, numeric, text, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.quote_for_caller(
    text, text, numeric, text, uuid
) to authenticated, service_role;

-- source: sql/functions/billing/quote_purchase.sql sha256:a81df4a935c72540c27340d48405d6937d6d463dbca4f7db98c8d4b762123a09
-- Quotes a purchase by the catalog in force: what is bought, what it costs, and what is taken off
-- or added. Exactly one of pack, plan and quantity is bought.
--
-- The discounts follow each other, each on what the one before left: the bulk tier of a quantity,
-- the plan of the account (packs and quantities), the promotion. The processor's fees come last,
-- where the catalog passes them on (packs and quantities). Every line is rounded to a whole cent,
-- half up, and the lines add up to the total.
--
-- p_user_id  who buys: an open order of this user for the same purchase holds no use of the
--            promotion against it. Null for nobody in particular.
-- Units    cents: minor units of the catalog's currency. credits: those paid for.
-- Returns  ok: whether it could be bought so. Else message says why not, and the amounts are
--          those without the promotion: account_closed, plan_not_sold,
--          promotion_code_invalid (unknown, ended, used up and not for this purchase alike),
--          purchase_cap_reached.
-- Errors   22023 invalid_purchase, unknown_package, unknown_plan, invalid_quantity
create or replace function credits.quote_purchase(
    p_account credits.accounts,
    p_user_id uuid,
    p_package text,
    p_plan text,
    p_quantity numeric,
    p_promotion_code text
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs := credits.catalog_in_force();
    v_item credits.purchase_item := credits.purchase_item(
        v_catalog, p_package, p_plan, p_quantity
    );
    v_price_lines jsonb := credits.price_lines(v_catalog, v_item, p_account.plan);
    v_promotion credits.promotions;
    v_lines jsonb;
    v_again_id uuid;
    v_message text;
begin
    if nullif(p_promotion_code, '') is not null then
        v_promotion := credits.usable_promotion(
            p_promotion_code, v_item, credits.lines_total(v_price_lines), v_catalog.currency
        );
    end if;
    v_lines := credits.final_lines(v_catalog, v_item, v_price_lines, v_promotion);
    v_again_id := (credits.repeatable_order(
        p_account, p_user_id, v_promotion.code, p_package, p_plan, v_item.credits, v_lines
    )).id;
    if v_promotion.code is not null
        and not credits.has_use_left(v_promotion, p_account.id, p_user_id, v_again_id)
    then
        v_promotion := null;
        v_lines := credits.final_lines(v_catalog, v_item, v_price_lines, v_promotion);
    end if;

    v_message := case
        when p_account.status = 'closed' then 'account_closed'
        when v_item.price_cents is null then 'plan_not_sold'
        when nullif(p_promotion_code, '') is not null and v_promotion.code is null
            then 'promotion_code_invalid'
        when credits.lines_total(v_lines) > credits.purchase_room(p_account, v_again_id)
            then 'purchase_cap_reached'
    end;
    return credits.show_quote(v_catalog, v_item, v_promotion, v_lines, v_message);
end;
$$;

comment on function credits.quote_purchase(credits.accounts, uuid, text, text, numeric, text) is
'Quotes a purchase by the catalog in force.';

revoke all on function credits.quote_purchase(credits.accounts, uuid, text, text, numeric, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/redeem_code.sql sha256:9d4b2b2571c2f7d7d8ba1a9fd3ab214e6dd26b8771ca3d257082523e59402a02
-- Redeems a code that grants credits. A refusal is returned, so that the attempt counts.
--
-- Returns  ok, credits granted and the balance with them; or message: promotion_code_invalid
--          (unknown, ended, used up, had by the same person: all alike), enter_code_at_purchase (a
--          good code, which takes something off a purchase).
-- Errors   42501 not_signed_in, PT404 account_not_found, PT403 account_closed, PT429 rate_limited
-- Locks    credits.accounts, credits.code_attempts and credits.promotions: one row each, until
--          commit.
create or replace function credits.redeem_code(p_code text, p_account_id uuid)
returns public.credit_answer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'manage');
    v_user_id uuid := credits.acting_user_id();
    v_account credits.accounts := credits.lock_account(v_account_id);
    v_promotion credits.promotions;
    v_transaction credits.transactions;
begin
    if v_user_id is not null then
        perform credits.count_code_attempt(v_user_id);
    end if;
    if v_account.status = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account takes no credits.';
    end if;
    -- Written, not only locked, so that an older snapshot is 40001 and counts no use too few.
    update credits.promotions as p
    set last_order_at = clock_timestamp()
    where
        p.code = credits.promotion_code(p_code)
        and p.is_active
        and p.starts_at <= clock_timestamp()
        and (p.ends_at is null or p.ends_at > clock_timestamp())
    returning p.* into v_promotion;
    if v_promotion.code is null
        or not credits.has_use_left(v_promotion, v_account_id, v_user_id, null)
        or v_promotion.discount_type = 'credits'
        and not credits.claim_identity('code:' || v_promotion.code, v_account, v_user_id)
    then
        return (false, 'promotion_code_invalid', null, null)::public.credit_answer;
    end if;
    perform credits.forgive_code_attempt(v_user_id);
    if v_promotion.discount_type <> 'credits' then
        return (false, 'enter_code_at_purchase', null, null)::public.credit_answer;
    end if;
    v_transaction := credits.grant_code(v_account, v_promotion);
    return (
        true, null, v_transaction.amount, (credits.show_grant(v_transaction)).balance
    )::public.credit_answer;
end;
$$;

comment on function credits.redeem_code(text, uuid) is
'Redeems a code that grants credits.';

revoke all on function credits.redeem_code(text, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.redeem_code(text, uuid) to authenticated, service_role;

-- source: sql/functions/billing/referral_code.sql sha256:5e884971488de65f0593a20270fcc790862f3d6431a95fda902a1a4bbc5612da
-- The referral code of the signed-in user, made on its first use, and what it has earned.
--
-- Returns  url_suffix: what a link to the application ends with. credits_earned: rewards less what
--          went back of them.
-- Errors   42501 not_signed_in
-- Locks    credits.accounts: the caller's own row, until commit.
create or replace function credits.referral_code()
returns public.credit_referral
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_code text;
    v_shown public.credit_referral;
begin
    perform credits.lock_account(v_user_id);
    loop
        select c.code into v_code
        from credits.referral_codes as c
        where c.referrer_id = v_user_id;
        exit when found;
        insert into credits.referral_codes (code, referrer_id)
        values (upper(left(md5(gen_random_uuid()::text), 8)), v_user_id)
        on conflict do nothing;
    end loop;
    select
        v_code,
        '?ref=' || v_code,
        count(*),
        count(e.credits),
        coalesce(sum(e.credits), 0)
    into v_shown
    from credits.referrals as r
    left join lateral (
        select sum(g.amount - coalesce(c.amount, 0)) as credits
        from credits.grants as g
        left join lateral (
            select sum(b.amount - b.reinstated) as amount
            from credits.clawbacks as b
            where b.account_id = g.account_id and b.grant_id = g.id
        ) as c on true
        where
            g.account_id = v_user_id
            and g.source = 'referral'
            and g.reference = credits.referral_reference(r.referee_id)
        having sum(g.amount - coalesce(c.amount, 0)) > 0
    ) as e on true
    where r.referrer_id = v_user_id;
    return v_shown;
end;
$$;

comment on function credits.referral_code() is
'The referral code of the signed-in user, and what it has earned.';

revoke all on function credits.referral_code() from public, anon, authenticated, service_role;
grant execute on function credits.referral_code() to authenticated;

-- source: sql/functions/billing/referral_problem.sql sha256:44bd2bac6cd83857ea53dfcb3c006d91cebe6d7c9e22ceac0177e0ce4bcfd6ae
-- Why somebody cannot be referred by an account: null when it is possible, or done already.
--
-- Locks    credits.identities: one row, until commit.
create or replace function credits.referral_problem(
    p_account credits.accounts,
    p_referrer_id uuid
)
returns text
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_old_id uuid;
begin
    select r.referrer_id into v_old_id
    from credits.referrals as r
    where r.referee_id = p_account.id;
    if found then
        return case when v_old_id is distinct from p_referrer_id then 'already_referred' end;
    elsif exists (
        select from credits.payments as p
        where p.account_id = p_account.id and p.amount_cents > 0
    ) then
        return 'already_purchased';
    elsif exists (
        with recursive ancestors as (
            select p_referrer_id as id
            union
            select r.referrer_id
            from credits.referrals as r
            inner join ancestors as a on r.referee_id = a.id
        )

        select from ancestors as a where a.id = p_account.id
    ) then
        return 'referral_cycle';
    elsif not credits.claim_identity('referral', p_account) then
        return 'already_referred';
    end if;
    return null;
end;
$$;

comment on function credits.referral_problem(credits.accounts, uuid) is
'Why somebody cannot be referred by an account.';

revoke all on function credits.referral_problem(credits.accounts, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/referral_reference.sql sha256:9ab530741fae8c2955ae20b866974330f995bce3169f754525707bd21d96fb93
-- The reference of a referral's rewards, on both accounts.
create or replace function credits.referral_reference(p_referee_id uuid)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return 'referral:' || p_referee_id;
end;
$$;

comment on function credits.referral_reference(uuid) is
'The reference of a referral''s rewards.';

revoke all on function credits.referral_reference(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/referrer_of.sql sha256:facf9abed40a20857a3ebdbc4c0d1c2878e195087868b14ac9cdf1dac1ee61fc
-- Who has referred an account; null when nobody has.
create or replace function credits.referrer_of(p_account_id uuid)
returns uuid
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select r.referrer_id
    from credits.referrals as r
    where r.referee_id = p_account_id;
$$;

comment on function credits.referrer_of(uuid) is
'Who has referred an account.';

revoke all on function credits.referrer_of(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/refuse_purchase.sql sha256:d5a3e8ddd78eb75880fdb9c6e3550c2bab9e4227b78c5dee5843f7aed66e93e3
-- Refuses a purchase for the reason that its quote gives; see quote_purchase.
--
-- Errors   PT403 account_closed, 22023 promotion_code_invalid, PT402 purchase_cap_reached
create or replace function credits.refuse_purchase(
    p_account credits.accounts,
    p_quote jsonb
)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_quote ->> 'message' = 'account_closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account buys nothing.';
    elsif p_quote ->> 'message' = 'promotion_code_invalid' then
        raise exception 'promotion_code_invalid' using
            errcode = '22023',
            hint = 'This code is unknown, has ended or is used up, or is not for this purchase.';
    elsif p_quote ->> 'message' = 'purchase_cap_reached' then
        raise exception 'purchase_cap_reached' using
            errcode = 'PT402',
            detail = jsonb_build_object(
                'cap_cents', p_account.monthly_purchase_cap_cents,
                'paid_cents', credits.paid_cents(p_account.id),
                'open_cents', credits.open_cents(p_account.id, null),
                'required_cents', (p_quote ->> 'total_cents')::bigint,
                'currency', p_quote ->> 'currency',
                'resets_at', credits.month_end(clock_timestamp())
            )::text,
            hint = 'This month''s limit of purchases is reached: checkouts that were opened count '
            'for a day.';
    end if;
end;
$$;

comment on function credits.refuse_purchase(credits.accounts, jsonb) is
'Refuses a purchase for the reason that its quote gives.';

revoke all on function credits.refuse_purchase(credits.accounts, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/reinstate.sql sha256:fdcfd16cf20b6cb2412abd2fa2f307cf30c747488438d6845cbd8e15d1623762
-- Gives back what clawbacks took of a grant, the latest first: it cancels debt, then it
-- is granted anew, to burn as the grant did, with the life that was left when it was taken.
--
-- Locks    credits.accounts: one row, until commit.
drop function if exists credits.reinstate(credits.payments, bigint, numeric);
create or replace function credits.reinstate(
    p_account_id uuid,
    p_grant_id bigint,
    p_amount numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_clawback credits.clawbacks;
    v_left numeric := p_amount;
    v_part numeric;
begin
    for v_clawback in
        select c.*
        from credits.clawbacks as c
        where
            c.account_id = p_account_id
            and c.grant_id = p_grant_id
            and c.amount > c.reinstated
        order by c.transaction_id desc
    loop
        v_part := least(v_left, v_clawback.amount - v_clawback.reinstated);
        exit when v_part = 0;
        perform credits.reinstate_clawback(v_clawback, v_part);
        v_left := v_left - v_part;
    end loop;
end;
$$;

comment on function credits.reinstate(uuid, bigint, numeric) is
'Gives back what clawbacks took of a grant.';

revoke all on function credits.reinstate(uuid, bigint, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/reinstate_clawback.sql sha256:c74e6478c22566ff275a0474eff328d3fb14be61d3b4d66cff4f270e696e5bd8
-- Gives back a part of one clawback: debt is cancelled first, the rest is a grant.
--
-- Locks    credits.accounts: one row, until commit.
drop function if exists credits.reinstate_clawback(credits.payments, credits.clawbacks, numeric);
create or replace function credits.reinstate_clawback(
    p_clawback credits.clawbacks,
    p_amount numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_clawback.account_id);
    v_debt numeric := least(p_amount, v_account.debt);
    v_origin credits.grants := credits.grant_row(v_account.id, p_clawback.grant_id);
    v_key text := 'reinstatement:' || p_clawback.transaction_id || ':'
        || v_account.last_transaction_id + 1;
    v_request bytea := credits.request_hash(jsonb_build_array('reinstatement', v_key));
    v_metadata jsonb := jsonb_build_object(
        'grant_id', p_clawback.grant_id, 'debt_change', -v_debt
    );
begin
    perform credits.change_debt(v_account.id, -v_debt);
    v_account.debt := v_account.debt - v_debt;
    if v_debt < p_amount then
        perform credits.post_grant(
            v_account, 'reinstatement', trim_scale(p_amount - v_debt), 'system', v_key, v_request,
            p_priority => v_origin.priority,
            p_expires_at => v_account.last_transaction_at
            + credits.life_left(p_clawback, v_origin),
            p_is_paid => v_origin.is_paid,
            p_reference => v_origin.reference,
            p_description => 'Money came back from the buyer',
            p_metadata => v_metadata
        );
    else
        perform credits.post_transaction(
            v_account, 'reinstatement', 0, 'system', v_key, v_request,
            p_grants => '{}',
            p_reference => v_origin.reference,
            p_description => 'Money came back from the buyer',
            p_metadata => v_metadata
        );
    end if;
    update credits.clawbacks as c
    set reinstated = c.reinstated + p_amount
    where
        c.account_id = p_clawback.account_id
        and c.transaction_id = p_clawback.transaction_id;
end;
$$;

comment on function credits.reinstate_clawback(credits.clawbacks, numeric) is
'Gives back a part of one clawback.';

revoke all on function credits.reinstate_clawback(credits.clawbacks, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/repeatable_order.sql sha256:c58e94ecf86a43d215766cfafccaf7e5592ebda73b56894997b61479c0d03b67
-- The open order by which a user holds a use of a promotion, or a part of the account's purchase
-- cap, for the same purchase: who tries to pay again, at the same lines of a quote, is given it
-- again, and it does not stand in its own way.
--
-- p_code   of the promotion, or null.
-- Returns  all null when there is none, or when the time to pay it is nearly over.
drop function if exists credits.repeatable_order(uuid, uuid, text, text, numeric, jsonb);
create or replace function credits.repeatable_order(
    p_account credits.accounts,
    p_user_id uuid,
    p_code text,
    p_package text,
    p_plan text,
    p_credits numeric,
    p_lines jsonb
)
returns credits.orders
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_in_force(statement_timestamp());
    v_order credits.orders;
begin
    if p_code is null and p_account.monthly_purchase_cap_cents is null then
        return null;
    end if;
    select o.* into v_order
    from credits.orders as o
    left join credits.redemptions as r on o.account_id = r.account_id and o.id = r.order_id
    where
        o.account_id = p_account.id
        and o.promotion_code is not distinct from p_code
        and (p_code is null or r.lapses_at is not null)
        and o.created_at > statement_timestamp() - interval '22 hours 30 minutes'
        and o.status = 'open'
        and o.plan is not distinct from p_plan
        and not o.is_topup
        and o.user_id = p_user_id
        and o.price_version = v_version
        and o.package is not distinct from p_package
        and o.credits = p_credits
        and o.quote -> 'lines' = p_lines
    order by o.created_at desc
    limit 1;
    return v_order;
end;
$$;

comment on function credits.repeatable_order(
    credits.accounts, uuid, text, text, text, numeric, jsonb
) is
'The open order by which a user holds room for the same purchase.';

revoke all on function credits.repeatable_order(
    credits.accounts, uuid, text, text, text, numeric, jsonb
) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/return_problem.sql sha256:5192a8fc5ed3edb22a6ea7c7e25b4624d5166aac280d398d5015ef35e5966b77
-- Why news of money that went back cannot be taken in: its payment is not known yet, or was in
-- another currency. All null when it can.
create or replace function credits.return_problem(
    p_payment credits.payments,
    p_intent_id text,
    p_currency text
)
returns credits.outcome
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_payment.id is null then
        return ('waiting', 'its payment is not known yet', p_intent_id)::credits.outcome;
    elsif p_currency is distinct from p_payment.currency then
        return ('quarantined', 'currency differs from the payment', null)::credits.outcome;
    end if;
    return null;
end;
$$;

comment on function credits.return_problem(credits.payments, text, text) is
'Why news of money that went back cannot be taken in.';

revoke all on function credits.return_problem(credits.payments, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/reward_referral.sql sha256:ac909b3f36c589086809ed56a6a65744b10ce76d3db8dc30a870e23dfad1d11c
-- Rewards a referral with its referee's first settled payment that is large enough: both, unless
-- the referrer has had as many rewards as there are. What goes back of that payment takes them
-- back; see due_returns.
--
-- Locks    none of its own: the caller has locked the accounts by lock_payer.
create or replace function credits.reward_referral(p_payment credits.payments)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs;
    v_referral credits.referrals;
begin
    select c.* into v_catalog
    from credits.catalogs as c
    where c.version = credits.version_at(clock_timestamp());
    update credits.referrals as r
    set
        provider = p_payment.provider,
        payment_id = p_payment.id,
        rewarded_at = clock_timestamp(),
        is_void = credits.shares_card(r.referee_id, r.referrer_id)
    where
        r.referee_id = p_payment.account_id
        and r.payment_id is null
        and not r.is_void
        and p_payment.amount_cents > 0
        and p_payment.amount_cents >= coalesce(v_catalog.referral_minimum_cents, 0)
        and v_catalog.referrer_credits is not null
    returning r.* into v_referral;
    if not found or v_referral.is_void then
        return;
    end if;
    perform credits.grant_reward(v_referral.referee_id, v_referral, v_catalog.referee_credits);
    if coalesce(v_catalog.referral_maximum_rewards >= (
        select count(*)
        from credits.referrals as r
        where r.referrer_id = v_referral.referrer_id and r.rewarded_at is not null
    ), true) then
        perform credits.grant_reward(
            v_referral.referrer_id, v_referral, v_catalog.referrer_credits
        );
    end if;
end;
$$;

comment on function credits.reward_referral(credits.payments) is
'Rewards a referral with its referee''s first settled payment.';

revoke all on function credits.reward_referral(credits.payments)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/settle_invoice.sql sha256:d21be2303434c4fce975749bb2dc3f24dd0c24449044cc944892c08e812b6db8
-- Grants what a paid invoice pays for: a period of a plan. Once per invoice, however often and by
-- however many events it is told.
--
-- A change within the period counts at once, or, as the catalog says, from the next renewal. A
-- period that is over gives nothing: its credits would have expired. That a closed account is still
-- billed, somebody is told.
--
-- Units    amount_cents: what was paid, minor units.
-- Returns  applied, ignored (it is settled already), or quarantined.
-- Errors   22023 unknown_plan
-- Locks    credits.catalogs against a new catalog, then credits.accounts as lock_payer; until
--          commit.
create or replace function credits.settle_invoice(
    p_account_id uuid,
    p_provider text,
    p_invoice credits.paid_invoice
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
    v_plan credits.plans;
    v_counts boolean;
begin
    perform credits.share_catalog();
    v_account := credits.lock_payer(p_account_id);
    v_plan := credits.plan_in_force(p_invoice.plan);
    v_counts := not p_invoice.is_prorated or (credits.catalog_in_force()).upgrade = 'now';
    if not credits.keep_external_id(p_provider, p_invoice.id, p_account_id) then
        return ('quarantined', 'the invoice is of another account', null)::credits.outcome;
    end if;
    insert into credits.payments (
        account_id, id, provider, amount_cents, currency, paid_at, livemode, subscription_id,
        plan, is_prorated, period_start_at, period_end_at
    )
    values (
        p_account_id, p_invoice.id, p_provider, p_invoice.amount_cents, p_invoice.currency,
        clock_timestamp(), credits.livemode(p_provider), p_invoice.subscription_id,
        case when v_counts then v_plan.code end, p_invoice.is_prorated,
        p_invoice.period_start_at, p_invoice.period_end_at
    )
    on conflict (account_id, provider, id) do nothing;
    if not found then
        return ('ignored', 'known already', null)::credits.outcome;
    end if;
    if p_invoice.intent_id is not null then
        perform credits.link_intent(p_provider, p_invoice.id, p_invoice.intent_id);
    end if;

    perform credits.note_paid_period(p_account_id, p_provider, p_invoice.subscription_id);
    perform credits.follow_subscriptions(p_account_id);
    if v_counts then
        perform credits.grant_period(p_account_id, p_provider, p_invoice, clock_timestamp());
    end if;
    perform credits.reward_referral(
        credits.payment_row(p_account_id, p_provider, p_invoice.id)
    );
    if v_account.status = 'closed' then
        perform credits.put_notice(
            p_account_id, 'closed_account_paid', p_invoice.id,
            jsonb_build_object('subscription_id', p_invoice.subscription_id)
        );
    end if;
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.settle_invoice(uuid, text, credits.paid_invoice) is
'Grants what a paid invoice pays for, once per invoice.';

revoke all on function credits.settle_invoice(uuid, text, credits.paid_invoice)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/settle_payment.sql sha256:add775749ddbca9065eb730babbf2005642270c870ca39e8320987b1d2b6496c
-- Credits a paid order, once per payment, however often and by however many events it is told.
--
-- The credits bought and the bonus are two grants: the bonus has cost nothing.
--
-- p_payment_id  what refunds and chargebacks will name it by.
-- Units    p_amount_cents: what was paid, minor units of p_currency.
-- Returns  applied, ignored (it is credited already), or quarantined, for a payment that does not
--          fit its order: nothing is credited.
-- Locks    credits.accounts: the payer's row, and who referred the payer; until commit.
drop function if exists credits.settle_payment(uuid, uuid, text, text, bigint, text);
create or replace function credits.settle_payment(
    p_account_id uuid,
    p_order_id uuid,
    p_provider text,
    p_payment_id text,
    p_amount_cents bigint,
    p_currency text
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_order credits.orders;
    v_transaction credits.transactions;
begin
    select o.* into v_order
    from credits.orders as o
    where o.account_id = p_account_id and o.id = p_order_id and o.provider = p_provider;
    if not found then
        return ('quarantined', 'unknown order', null)::credits.outcome;
    elsif v_order.plan is not null then
        return ('quarantined', 'the order is for a plan', null)::credits.outcome;
    elsif (p_amount_cents, p_currency) is distinct from (v_order.total_cents, v_order.currency) then
        return (
            'quarantined', 'amount or currency differs from the order', null
        )::credits.outcome;
    end if;

    perform credits.lock_payer(p_account_id);
    if exists (
        select from credits.payments as p
        where
            p.account_id = p_account_id and p.provider = p_provider and p.id = p_payment_id
            and p.order_id = p_order_id
    ) then
        return ('ignored', 'known already', null)::credits.outcome;
    elsif exists (
        select from credits.payments as p
        where p.account_id = p_account_id and p.order_id = p_order_id
    ) then
        return ('quarantined', 'order is paid by another payment', null)::credits.outcome;
    elsif not credits.keep_external_id(p_provider, p_payment_id, p_account_id) then
        return ('quarantined', 'the payment is of another account', null)::credits.outcome;
    end if;

    v_transaction := credits.grant_order(v_order, p_payment_id);
    insert into credits.payments (
        account_id, id, provider, order_id, amount_cents, currency, transaction_id, paid_at,
        intent_id, livemode
    )
    values (
        p_account_id, p_payment_id, p_provider, p_order_id, p_amount_cents, p_currency,
        v_transaction.id, v_transaction.created_at, p_payment_id, credits.livemode(p_provider)
    );
    update credits.redemptions as r
    set lapses_at = null
    where r.account_id = p_account_id and r.order_id = p_order_id;
    update credits.orders as o
    set status = 'paid', paid_at = v_transaction.created_at
    where o.account_id = p_account_id and o.id = p_order_id;
    if v_order.is_topup then
        update credits.auto_topups as t
        set declines = 0, failures = 0, next_attempt_at = '-infinity'
        where t.account_id = p_account_id;
    end if;
    perform credits.reward_referral(
        credits.payment_row(p_account_id, p_provider, p_payment_id)
    );
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.settle_payment(uuid, uuid, text, text, bigint, text) is
'Credits a paid order, once per payment.';

revoke all on function credits.settle_payment(uuid, uuid, text, text, bigint, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/settle_returns.sql sha256:3540c18d0365c9704b7978054c8ad17d599c4287a6a1e2e0153f9fba9b122a82
-- Takes back, or gives back, credits until each grant of a payment has given up the share that went
-- back of the money, the rewards of a referral that it earned with them: an absolute rule, so that
-- no order and no repetition of news counts twice.
--
-- Returns  whether anything moved.
-- Locks    none of its own: the caller has locked the account by lock_payer.
create or replace function credits.settle_returns(
    p_account_id uuid,
    p_provider text,
    p_payment_id text
)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment credits.payments := credits.payment_row(p_account_id, p_provider, p_payment_id);
    v_due record;
    v_moved boolean := false;
begin
    for v_due in select d.* from credits.due_returns(v_payment) as d where d.amount <> 0
    loop
        if v_due.amount > 0 then
            perform credits.claw_back(v_due.account_id, v_due.grant_id, v_due.amount);
        else
            perform credits.reinstate(v_due.account_id, v_due.grant_id, -v_due.amount);
        end if;
        v_moved := true;
    end loop;
    return v_moved;
end;
$$;

comment on function credits.settle_returns(uuid, text, text) is
'Takes or gives back credits until a payment''s grants fit what went back of it.';

revoke all on function credits.settle_returns(uuid, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/shares_card.sql sha256:6ab891e901f9db9a35348a6a87c3042126f4a4e24389d66dce5ebcbac0a1e2f1
-- Whether two accounts have paid with the same card.
create or replace function credits.shares_card(p_first_id uuid, p_second_id uuid)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select
        from credits.cards as f
        inner join credits.cards as s on f.provider = s.provider and f.fingerprint = s.fingerprint
        where f.account_id = p_first_id and s.account_id = p_second_id
    )
$$;

comment on function credits.shares_card(uuid, uuid) is
'Whether two accounts have paid with the same card.';

revoke all on function credits.shares_card(uuid, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/take_own.sql sha256:ca1c56624a40c79402c21e2bef8c51d1c6723c25da082d327748962fe391f582
-- Takes credits out of what a payment gave: out of one of its grants, then out of what was
-- reinstated of it, as far as that goes.
--
-- Returns  the account with its head as it stands then, and how much each grant gave.
-- Locks    none of its own: the caller has locked the account.
drop function if exists credits.take_own(credits.accounts, text, bigint, numeric);
create or replace function credits.take_own(
    p_account credits.accounts,
    p_origin credits.grants,
    p_amount numeric
)
returns credits.burnt_grants
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_grants jsonb := '{}'::jsonb;
    v_left numeric := p_amount;
    v_grant record;
begin
    for v_grant in
        select o.id, o.remaining
        from credits.open_grants(p_account) as o
        inner join credits.grants as g on o.id = g.id and g.account_id = p_account.id
        where
            g.id = p_origin.id
            or g.source = 'reinstatement' and g.reference = p_origin.reference
        order by g.id is distinct from p_origin.id, g.id
    loop
        exit when v_left = 0;
        v_grants := v_grants
            || jsonb_build_object(v_grant.id, least(v_left, v_grant.remaining));
        p_account := credits.take_credits(
            p_account, v_grant.id, least(v_left, v_grant.remaining)
        );
        v_left := v_left - least(v_left, v_grant.remaining);
    end loop;
    return (p_account, v_grants)::credits.burnt_grants;
end;
$$;

comment on function credits.take_own(credits.accounts, credits.grants, numeric) is
'Takes credits out of what a payment gave.';

revoke all on function credits.take_own(credits.accounts, credits.grants, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/topup_spent.sql sha256:60a98d50f164b96eae656213b4534c747306a5fc86ccc57ff1d88cd1ca08907d
-- What an account's automatic top-ups of the running calendar month (UTC) come to, the one in
-- flight with them.
--
-- Units    minor units of the catalog's currency.
create or replace function credits.topup_spent(p_account_id uuid)
returns bigint
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum(o.total_cents), 0)::bigint
    from credits.orders as o
    where
        o.account_id = p_account_id
        and o.is_topup
        and o.status in ('open', 'paid')
        and coalesce(o.paid_at, o.created_at)
        >= credits.month_start(clock_timestamp())
$$;

comment on function credits.topup_spent(uuid) is
'What an account''s automatic top-ups of this month come to.';

revoke all on function credits.topup_spent(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/usable_promotion.sql sha256:de6a03edc63434cf10ea2f971d4727c37aeaf28953f0848550009bd5f3c9d8b0
-- The promotion of a code, when it is for an item and can be used now; all null when not, whatever
-- the reason. A code is the same in any spelling: only its letters and digits count. How often it
-- is used, has_use_left counts.
--
-- p_price_cents  what the item costs before the promotion, minor units of p_currency.
create or replace function credits.usable_promotion(
    p_code text,
    p_item credits.purchase_item,
    p_price_cents numeric,
    p_currency text
)
returns credits.promotions
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_promotion credits.promotions;
begin
    select p.* into v_promotion
    from credits.promotions as p
    where
        p.code = credits.promotion_code(p_code)
        and p.is_active
        and p.discount_type <> 'credits'
        and p.starts_at <= statement_timestamp()
        and (p.ends_at is null or p.ends_at > statement_timestamp())
        and p.minimum_cents <= p_price_cents::bigint
        and p_price_cents > 0
        and coalesce(p.currency, p_currency) = p_currency
        and case p_item.kind
            when 'plan' then coalesce(p_item.code = any(p.plans), p.packages is null)
            when 'package' then coalesce(p_item.code = any(p.packages), p.plans is null)
            else p.packages is null and p.plans is null
        end;
    return v_promotion;
end;
$$;

comment on function credits.usable_promotion(text, credits.purchase_item, numeric, text) is
'The promotion of a code, when it can be used for an item now.';

revoke all on function credits.usable_promotion(text, credits.purchase_item, numeric, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/is_busy.sql sha256:06e578b08c96d195894a9f0c51cf29f1da125279e912fdaeab8575b6a04fb7b1
-- Whether an event failed because somebody else had its account.
create or replace function credits.is_busy(p_outcome credits.outcome)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p_outcome.state = 'failed' and p_outcome.reason like '55P03%'
$$;

comment on function credits.is_busy(credits.outcome) is
'Whether an event failed because somebody else had its account.';

revoke all on function credits.is_busy(credits.outcome)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/retry_due_stripe_events.sql sha256:2ed079659937ae0b47cce9ff112c92855a596e807002e2903c06747bb650240a
-- Tries again what is due: failed events whose time has come, and waiting ones whose object is
-- known by now. What has waited for 30 days is about nothing of ours, and is ignored.
--
-- It waits for no account: who holds the accounts of many must not wait for one of a caller's. An
-- event whose account is busy stays as it is until the next run; after ten of them so do all.
--
-- p_at     what is due by then.
-- Returns  how many were tried; 0 while another session does it: two, each with the accounts of
--          the other's events, would wait for each other.
-- Errors   22023 invalid_time, invalid_batch_size
-- Locks    credits.stripe_events: their rows, until commit; what their rules lock.
create or replace function credits.retry_due_stripe_events(p_at timestamptz, p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '10ms'
as $$
declare
    v_event credits.stripe_events;
    v_count integer := 0;
    v_busy integer := 0;
begin
    perform credits.check_job(p_at, p_limit);
    if not pg_try_advisory_xact_lock(hashtextextended('credits.retry_due_stripe_events', 0)) then
        return 0;
    end if;
    update credits.stripe_events as e
    set
        state = 'ignored',
        reason = 'about nothing of ours',
        settled_at = clock_timestamp()
    where e.id in (
        select w.id
        from credits.stripe_events as w
        where w.state = 'waiting' and w.received_at < p_at - interval '30 days'
        for update skip locked
    );

    for v_event in
        select e.*
        from credits.stripe_events as e
        where
            e.state = 'failed' and coalesce(e.next_attempt_at, '-infinity') <= p_at
            or e.state = 'waiting' and credits.account_of('stripe', e.object_id) is not null
        order by e.received_at
        limit p_limit
        for update skip locked
    loop
        if credits.is_busy(credits.try_stripe_event(v_event.id)) then
            update credits.stripe_events as e
            set
                state = v_event.state,
                reason = v_event.reason,
                object_id = v_event.object_id,
                attempts = v_event.attempts,
                next_attempt_at = v_event.next_attempt_at
            where e.id = v_event.id;
            v_busy := v_busy + 1;
            exit when v_busy = 10;
        else
            v_count := v_count + 1;
        end if;
    end loop;
    return v_count;
end;
$$;

comment on function credits.retry_due_stripe_events(timestamptz, integer) is
'Tries again the Stripe events that are due.';

revoke all on function credits.retry_due_stripe_events(timestamptz, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.retry_due_stripe_events(
    timestamptz, integer
) to credits_edge, service_role;

-- source: sql/functions/stripe/settle_charge.sql sha256:b551fec8048eb0aaa8adc683ab6b0b26690773bb3124ef5dec232f0d6e47f99d
-- A charge was paid, by which card; or some of it is refunded, how much in all.
drop function if exists credits.settle_charge(jsonb);
create or replace function credits.settle_charge(p_type text, p_charge jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_type = 'charge.succeeded' then
        return credits.note_card(
            'stripe',
            coalesce(
                credits.account_of('stripe', p_charge ->> 'customer'),
                credits.as_uuid(p_charge #>> '{metadata,account_id}')
            ),
            p_charge #>> '{payment_method_details,card,fingerprint}'
        );
    elsif p_charge ->> 'payment_intent' is null then
        return ('ignored', 'not a payment of ours', null)::credits.outcome;
    end if;
    return credits.note_refunded_total(
        'stripe',
        p_charge ->> 'payment_intent',
        (p_charge ->> 'amount_refunded')::bigint,
        p_charge ->> 'currency'
    );
end;
$$;

comment on function credits.settle_charge(text, jsonb) is
'Takes in how a charge was paid, or how much of it is refunded in all.';

revoke all on function credits.settle_charge(text, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/settle_stripe_event.sql sha256:1acc577890f6aff64b83e0af2580cc7aff91f9a50c08812f7768631f98e891a1
-- What a type of Stripe event means: the only place that knows.
--
-- Errors   whatever its rule raises: the event has failed then.
drop function if exists credits.settle_stripe_event(jsonb);
create or replace function credits.settle_stripe_event(p_event jsonb)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_type text := p_event ->> 'type';
    v_object jsonb := p_event #> '{data,object}';
    v_told_at timestamptz := to_timestamp((p_event ->> 'created')::bigint);
begin
    if (p_event -> 'livemode') <> to_jsonb(credits.livemode('stripe')) then
        return ('quarantined', 'test and live mode do not mix', null)::credits.outcome;
    end if;
    return case
        when v_type in (
            'checkout.session.completed', 'checkout.session.async_payment_succeeded',
            'checkout.session.async_payment_failed', 'checkout.session.expired'
        ) then credits.settle_checkout_session(v_type, v_object)
        when v_type in (
            'payment_intent.succeeded', 'payment_intent.payment_failed', 'payment_intent.canceled'
        ) then credits.settle_payment_intent(v_type, v_object)
        when v_type in (
            'customer.subscription.created', 'customer.subscription.updated',
            'customer.subscription.deleted', 'customer.subscription.paused',
            'customer.subscription.resumed'
        ) then credits.settle_subscription(v_type, v_object, v_told_at, p_event ->> 'id')
        when v_type in ('invoice.paid', 'invoice.payment_succeeded')
            then credits.settle_paid_invoice(v_object)
        when v_type = 'invoice.payment_failed' then credits.settle_failed_invoice(v_object)
        when v_type = 'invoice_payment.paid' then credits.settle_invoice_payment(v_object)
        when v_type in ('charge.succeeded', 'charge.refunded')
            then credits.settle_charge(v_type, v_object)
        when v_type in (
            'refund.created', 'refund.updated', 'refund.failed', 'charge.refund.updated'
        ) then credits.settle_refund(v_object)
        when v_type in (
            'charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed',
            'charge.dispute.funds_withdrawn', 'charge.dispute.funds_reinstated'
        ) then credits.settle_dispute(v_object, v_told_at)
        when v_type = 'customer.deleted'
            then credits.forget_customer('stripe', v_object ->> 'id')
        else ('ignored', 'no rule for this type', null)::credits.outcome
    end;
end;
$$;

comment on function credits.settle_stripe_event(jsonb) is
'Hands a Stripe event to the rule for its type.';

revoke all on function credits.settle_stripe_event(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/accept_invitation.sql sha256:22a44126857340edad8a0fef0ee5de6c2d8141ceafacf99cf76cbbbe8140a631
-- Makes the invited user a member of the team. Who was one before has this month's spending counted
-- again, so that to leave and come back is no way around a cap.
--
-- Errors   42501 not_signed_in, PT404 invitation_not_found
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.accept_invitation(p_invitation_id uuid)
returns public.credit_account
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_invitation credits.invitations := credits.my_invitation(v_user_id, p_invitation_id, true);
    v_account credits.accounts := credits.lock_account(v_invitation.account_id);
begin
    v_invitation := credits.my_invitation(v_user_id, p_invitation_id, true);
    if v_invitation.state = 'open' then
        insert into credits.members (account_id, user_id, role, month_spent, month_ends_at)
        values (
            v_account.id, v_user_id, v_invitation.role,
            credits.member_usage(v_account, v_user_id),
            credits.month_end(v_account.last_transaction_at)
        )
        on conflict (account_id, user_id) do nothing;
        update credits.invitations as i
        set state = 'accepted', ended_at = clock_timestamp()
        where i.account_id = v_account.id and i.id = v_invitation.id;
    end if;
    return credits.show_account(
        v_account.id, (credits.member_row(v_account.id, v_user_id)).role
    );
end;
$$;

comment on function credits.accept_invitation(uuid) is
'Makes the invited user a member of the team.';

revoke all on function credits.accept_invitation(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.accept_invitation(uuid) to authenticated;

-- source: sql/functions/teams/check_last_owner.sql sha256:851845a765713fb1d5c5778e436675aa6d89252a811aec5cb11e9f9285de82d0
-- Refuses to take the role of a team's last owner away; who is deleted is none any more. With the
-- creator gone, the account is the oldest owner's.
--
-- p_user_id  who is an owner no more.
-- Errors   PT409 last_owner
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.check_last_owner(p_account_id uuid, p_user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_heir_id uuid;
begin
    select m.user_id into v_heir_id
    from credits.members as m
    inner join auth.users as u on m.user_id = u.id and u.deleted_at is null
    where
        m.account_id = p_account_id
        and m.role = 'owner'
        and m.user_id is distinct from p_user_id
    order by m.created_at, m.user_id
    limit 1;
    if not found then
        raise exception 'last_owner' using
            errcode = 'PT409',
            hint = 'A team has an owner: make somebody else one first.';
    end if;
    update credits.accounts as a
    set owner_id = v_heir_id
    where a.id = p_account_id and a.owner_id = p_user_id;
end;
$$;

comment on function credits.check_last_owner(uuid, uuid) is
'Refuses to leave a team without an owner with PT409.';

revoke all on function credits.check_last_owner(uuid, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/check_member.sql sha256:7a7d37ba01ecaf92e5b4812e8416df91a64066006c3a8b404647fe589050ee0b
-- Refuses a spend by somebody who may not spend for a team, or beyond the member's monthly cap.
-- What the member holds counts as spent.
--
-- p_user_id  who acts; null for the back end, which no member's cap binds.
-- Errors   PT404 member_not_found, PT402 member_cap_reached
create or replace function credits.check_member(
    p_account credits.accounts,
    p_user_id uuid,
    p_amount numeric
)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_member credits.members;
    v_left numeric;
begin
    if p_user_id is null then
        return;
    end if;
    v_member := credits.member_row(p_account.id, p_user_id);
    if v_member.role is null or not v_member.role = any(credits.roles_with_right('spend')) then
        raise exception 'member_not_found' using
            errcode = 'PT404',
            hint = 'This user is no member of the account who may spend.';
    end if;
    v_left := credits.member_left(p_account, v_member);
    if v_left is not null and p_amount > greatest(v_left, 0) then
        raise exception 'member_cap_reached' using
            errcode = 'PT402',
            detail = jsonb_build_object(
                'cap', v_member.monthly_cap,
                'spent', v_member.monthly_cap - v_left,
                'required', p_amount,
                'resets_at', credits.month_end(p_account.last_transaction_at)
            )::text,
            hint = 'This month''s spending limit of the member is reached.';
    end if;
end;
$$;

comment on function credits.check_member(credits.accounts, uuid, numeric) is
'Refuses a spend beyond a member''s monthly cap with PT402.';

revoke all on function credits.check_member(credits.accounts, uuid, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/check_member_cap.sql sha256:c59f04506ecc2a642b18ca5df5d9d68952d188f3aab7e5dd998fc6962a72501d
-- Refuses a monthly cap that is no amount of credits; 0 lets nothing be spent.
--
-- Returns  the cap, null for -1, which clears it.
-- Errors   22023 invalid_amount
create or replace function credits.check_member_cap(p_monthly_cap numeric)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_monthly_cap = -1 then
        return null;
    elsif p_monthly_cap = 0 then
        return 0::numeric;
    end if;
    return credits.check_amount(p_monthly_cap);
end;
$$;

comment on function credits.check_member_cap(numeric) is
'A monthly cap, null to clear it, or 22023.';

revoke all on function credits.check_member_cap(numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/check_rank.sql sha256:80b78c3be8385062c04382789199a64ecc5e75724ded070d5282389d0bef45c4
-- Refuses to give, change or remove a role that stands above the caller's own.
--
-- Errors   PT403 role_too_high
create or replace function credits.check_rank(p_rank integer, p_role text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if credits.role_rank(p_role) > p_rank then
        raise exception 'role_too_high' using
            errcode = 'PT403',
            detail = jsonb_build_object('role', p_role)::text,
            hint = 'Only owners make, change or remove owners.';
    end if;
end;
$$;

comment on function credits.check_rank(integer, text) is
'Refuses a role above the caller''s own with PT403.';

revoke all on function credits.check_rank(integer, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/check_team_member.sql sha256:f3eb31de1320c6d9c93341461edccb95f452196c1b1a430347209fb0a4e25f1a
-- A member of a team.
--
-- Errors   PT404 member_not_found
create or replace function credits.check_team_member(p_account_id uuid, p_user_id uuid)
returns credits.members
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_member credits.members := credits.member_row(p_account_id, p_user_id);
begin
    if v_member.user_id is null then
        raise exception 'member_not_found' using
            errcode = 'PT404',
            hint = 'This user is no member of the account.';
    end if;
    return v_member;
end;
$$;

comment on function credits.check_team_member(uuid, uuid) is
'A member of a team, or PT404.';

revoke all on function credits.check_team_member(uuid, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/count_member_spend.sql sha256:6bb24b5290d74ceb2804d4c435134a051e26e394db7c6119307c515017082286
-- Counts what a member of a team spent in the calendar month; a refund counts below 0. Somebody who
-- is no member any more is not counted.
--
-- Locks    credits.members: one row; the caller has locked the account.
create or replace function credits.count_member_spend(
    p_account credits.accounts,
    p_user_id uuid,
    p_amount numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.members as m
    set
        month_spent = credits.member_spent(p_account, m) + p_amount,
        month_ends_at = credits.month_end(p_account.last_transaction_at)
    where m.account_id = p_account.id and m.user_id = p_user_id;
end;
$$;

comment on function credits.count_member_spend(credits.accounts, uuid, numeric) is
'Counts what a member of a team spent in the calendar month.';

revoke all on function credits.count_member_spend(credits.accounts, uuid, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/create_team.sql sha256:7f383acf59ae408bee67a74e851531293dcba235ce349d367800b7bed7ef7b70
-- Creates a team, whose first owner is the caller. It has no plan, and so no free credits: those
-- are a person's.
--
-- Errors   42501 not_signed_in, 22023 invalid_name, PT409 too_many_teams
-- Locks    credits.accounts: the caller's own row, until commit.
create or replace function credits.create_team(p_name text)
returns public.credit_account
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
    v_name text := btrim(p_name);
    v_id uuid := gen_random_uuid();
begin
    if v_name is null or length(v_name) not between 1 and 100 or v_name ~ '[[:cntrl:]]' then
        raise exception 'invalid_name' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 100)::text,
            hint = 'A name has 1 to 100 characters on one line.';
    end if;
    perform credits.lock_account(v_user_id);
    perform credits.touch_account(v_user_id);
    if 50 <= (
        select count(*)
        from credits.members as m
        where m.user_id = v_user_id and m.role = 'owner'
    ) then
        raise exception 'too_many_teams' using
            errcode = 'PT409',
            detail = jsonb_build_object('limit', 50)::text,
            hint = 'A user owns at most so many teams.';
    end if;
    insert into credits.accounts (id, kind, owner_id, name)
    values (v_id, 'team', v_user_id, v_name);
    insert into credits.members (account_id, user_id, role)
    values (v_id, v_user_id, 'owner');
    return credits.show_account(v_id, 'owner');
end;
$$;

comment on function credits.create_team(text) is
'Creates a team, whose first owner is the caller.';

revoke all on function credits.create_team(text) from public, anon, authenticated, service_role;
grant execute on function credits.create_team(text) to authenticated;

-- source: sql/functions/teams/invite_member.sql sha256:8106ce2726a417baeec8f280a766a1eb5f306984c1a4c5997daf45a00da52cb2
-- Invites somebody into a team by e-mail; to invite the same address again renews the invitation,
-- with the role of now. It is open for 14 days, and tells the invited once a day at most. A team
-- has 100 open ones at most, and makes 200 a day. Who invites has a confirmed address.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 invalid_email, invalid_role, PT403
--          role_too_high, email_not_confirmed, PT409 not_a_team, already_member,
--          too_many_invitations
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.invite_member(
    p_account_id uuid,
    p_email text,
    p_role text
)
returns public.credit_invitation
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_rank integer := credits.lock_team(p_account_id, 'manage');
    v_email text := credits.check_email(p_email);
    v_open bigint;
    v_made bigint;
    v_invitation credits.invitations;
begin
    perform credits.check_rank(v_rank, p_role);
    perform credits.check_confirmed(credits.acting_user_id());
    if exists (
        select from credits.members as m
        where m.account_id = p_account_id and credits.confirmed_email(m.user_id) = v_email
    ) then
        raise exception 'already_member' using
            errcode = 'PT409',
            hint = 'Somebody with this e-mail address is a member.';
    end if;
    select
        count(*) filter (where i.state = 'open' and i.expires_at > clock_timestamp()),
        count(*) filter (where i.created_at > clock_timestamp() - interval '1 day')
    into strict v_open, v_made
    from credits.invitations as i
    where i.account_id = p_account_id and i.email <> v_email;
    if v_open >= 100 or v_made >= 200 then
        raise exception 'too_many_invitations' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'limit', case when v_open >= 100 then 100 else 200 end
            )::text,
            hint = 'So many invitations are open, or were made within a day.';
    end if;

    insert into credits.invitations as i (account_id, email, role, invited_by, expires_at)
    values (
        p_account_id, v_email, p_role, credits.acting_user_id(),
        clock_timestamp() + interval '14 days'
    )
    on conflict (account_id, email) where state = 'open' do update
    set
        role = excluded.role,
        invited_by = excluded.invited_by,
        expires_at = excluded.expires_at
    returning * into strict v_invitation;
    perform credits.put_notice(
        p_account_id, 'invitation',
        concat_ws(
            ':', p_account_id, v_email, (v_invitation.expires_at at time zone 'UTC')::date
        ),
        jsonb_build_object(
            'invitation_id', v_invitation.id, 'email', v_email, 'role', p_role,
            'expires_at', v_invitation.expires_at
        )
    );
    return credits.show_invitation(v_invitation);
end;
$$;

comment on function credits.invite_member(uuid, text, text) is
'Invites somebody into a team by e-mail.';

revoke all on function credits.invite_member(uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.invite_member(uuid, text, text) to authenticated, service_role;

-- source: sql/functions/teams/list_invitations.sql sha256:6085da4f39ac5d8df937f47f23dbf64809555ca7cee2ad147bf442fdf2084cfb
-- The invitations of a team, newest first and at most 200, for who manages it; without an account
-- those that the signed-in user can accept.
--
-- Errors   42501 not_signed_in, PT404 account_not_found
create or replace function credits.list_invitations(p_account_id uuid)
returns setof public.credit_invitation
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := case
        when p_account_id is not null
            then (credits.read_account(credits.authorize_account(p_account_id, 'manage'))).id
    end;
    v_email text := case
        when p_account_id is null then credits.confirmed_email(credits.signed_in_user_id())
    end;
begin
    return query
    select s.*
    from (
        select i.*
        from credits.invitations as i
        where
            i.account_id = v_account_id
            or i.email = v_email
            and i.state = 'open'
            and i.expires_at > clock_timestamp()
            and (i.invited_by is null or credits.is_user(i.invited_by))
        order by i.created_at desc, i.id
        limit 200
    ) as i
    cross join lateral credits.show_invitation(i) as s
    order by s.created_at desc, s.id;
end;
$$;

comment on function credits.list_invitations(uuid) is
'The invitations of a team, or of the signed-in user.';

revoke all on function credits.list_invitations(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.list_invitations(uuid) to authenticated, service_role;

-- source: sql/functions/teams/list_members.sql sha256:2db1bc8a0cfe5b3314c8b5330f57144ce52e5d1a5f86de23abf3eb10e9265590
-- The members of an account, with what each spent this month: owners first, then by e-mail.
--
-- Errors   42501 not_signed_in, PT404 account_not_found
create or replace function credits.list_members(p_account_id uuid)
returns setof public.credit_member
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'read'));
    v_only_user_id uuid := credits.only_own_user_id(v_account.id);
begin
    return query
    select s.*
    from credits.members as m
    cross join lateral credits.show_member(v_account, m, v_only_user_id) as s
    where m.account_id = v_account.id
    order by credits.role_rank(m.role) desc, s.email, m.user_id;
end;
$$;

comment on function credits.list_members(uuid) is
'The members of an account.';

revoke all on function credits.list_members(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.list_members(uuid) to authenticated, service_role;

-- source: sql/functions/teams/list_my_accounts.sql sha256:1151916cabf7e1beb8afb10a871965b31f81c65e6c1c219d83564ba04d3726f0
-- The accounts of the signed-in user: the personal one, then the teams by name.
--
-- Errors   42501 not_signed_in
create or replace function credits.list_my_accounts()
returns setof public.credit_account
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.signed_in_user_id();
begin
    return query
    select s.*
    from (
        select v_user_id as account_id, 'owner' as role, null as name
        union all
        select m.account_id, m.role, a.name
        from credits.members as m
        inner join credits.accounts as a on m.account_id = a.id
        where m.user_id = v_user_id
    ) as l
    cross join lateral credits.show_account(l.account_id, l.role) as s
    order by l.account_id is distinct from v_user_id, lower(l.name), l.account_id;
end;
$$;

comment on function credits.list_my_accounts() is
'The accounts of the signed-in user.';

revoke all on function credits.list_my_accounts() from public, anon, authenticated, service_role;
grant execute on function credits.list_my_accounts() to authenticated;

-- source: sql/functions/teams/lock_team.sql sha256:743696c17f8fff3172700b0213a8318d6ac42b81e13da59599497c4e88aec458
-- Locks a team's account for who manages it, and says how high the caller's role stands: the back
-- end stands as high as an owner.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, PT409 not_a_team
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.lock_team(p_account_id uuid, p_right text, out rank integer)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.lock_account(credits.authorize_account(p_account_id, p_right));
begin
    -- Once more under the lock: the right may have gone while it was waited for.
    perform credits.authorize_account(p_account_id, p_right);
    if v_account.kind <> 'team' then
        raise exception 'not_a_team' using
            errcode = 'PT409',
            hint = 'This account is nobody''s team: create_credit_team() makes one.';
    end if;
    perform credits.touch_account(v_account.id);
    rank := credits.role_rank(coalesce(
        (credits.member_row(v_account.id, credits.acting_user_id())).role, 'owner'
    ));
end;
$$;

comment on function credits.lock_team(uuid, text) is
'Locks a team''s account for who manages it.';

revoke all on function credits.lock_team(uuid, text) from public, anon, authenticated, service_role;

-- source: sql/functions/teams/member_held.sql sha256:57c7b9f1c1802029f2e66b9fd402dbe4e62c7c9361f7d70da9397fc22feff76a
-- What a member holds of an account at the time of its lock or reading.
create or replace function credits.member_held(p_account credits.accounts, p_user_id uuid)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select coalesce(sum(h.amount), 0)
        from credits.holds as h
        where
            h.account_id = p_account.id
            and h.user_id = p_user_id
            and h.state = 'open'
            and h.expires_at > p_account.last_transaction_at
    );
end;
$$;

comment on function credits.member_held(credits.accounts, uuid) is
'What a member holds of an account.';

revoke all on function credits.member_held(credits.accounts, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/member_left.sql sha256:bac4270fde92d18dda7e6387796ad13c989c7cc3df7154d1954d1284a49e434d
-- What is left of a member's monthly cap: what the member holds counts as spent. Null without a
-- cap.
create or replace function credits.member_left(
    p_account credits.accounts,
    p_member credits.members
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_member.monthly_cap is null then
        return null;
    end if;
    return p_member.monthly_cap - credits.member_spent(p_account, p_member)
    - credits.member_held(p_account, p_member.user_id);
end;
$$;

comment on function credits.member_left(credits.accounts, credits.members) is
'What is left of a member''s monthly cap, null without one.';

revoke all on function credits.member_left(credits.accounts, credits.members)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/member_row.sql sha256:647f823a3f359cac17afefa1dafe8b6890c6dc660172c8ff15fdc13300fcbedb
-- A member of an account; all null for somebody who is none.
create or replace function credits.member_row(p_account_id uuid, p_user_id uuid)
returns credits.members
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_member credits.members;
begin
    select m.* into v_member
    from credits.members as m
    where m.account_id = p_account_id and m.user_id = p_user_id;
    return v_member;
end;
$$;

comment on function credits.member_row(uuid, uuid) is
'A member of an account.';

revoke all on function credits.member_row(uuid, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/member_spent.sql sha256:ccecf801c2a147e79b5f681bc560d6181a5c2a3b46c54d7271878f94f568dce3
-- What a member has spent in the calendar month of an account's lock or reading.
create or replace function credits.member_spent(
    p_account credits.accounts,
    p_member credits.members
)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account.last_transaction_at < p_member.month_ends_at then
        return p_member.month_spent;
    end if;
    return 0::numeric;
end;
$$;

comment on function credits.member_spent(credits.accounts, credits.members) is
'What a member has spent in the calendar month.';

revoke all on function credits.member_spent(credits.accounts, credits.members)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/member_usage.sql sha256:ac69384cb2da49061db017785ff984d85e2b5ca5c345e2a95824137e1aab1655
-- What somebody has spent of an account in the calendar month of its lock, by the history: charges
-- of the month less what was refunded of them.
create or replace function credits.member_usage(p_account credits.accounts, p_user_id uuid)
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum(-t.amount - coalesce(r.amount, 0)), 0)
    from credits.transactions as t
    left join lateral (
        select sum(u.amount) as amount
        from credits.usage_refunds as u
        where u.account_id = t.account_id and u.transaction_id = t.id
    ) as r on true
    where
        t.account_id = p_account.id
        and t.user_id = p_user_id
        and t.type = 'usage'
        and t.created_at >= credits.month_start(p_account.last_transaction_at)
        and t.id > coalesce((
            select l.id
            from credits.transactions as l
            where
                l.account_id = p_account.id
                and l.created_at < credits.month_start(p_account.last_transaction_at)
            order by l.id desc
            limit 1
        ), 0)
$$;

comment on function credits.member_usage(credits.accounts, uuid) is
'What somebody has spent of an account in the calendar month, by the history.';

revoke all on function credits.member_usage(credits.accounts, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/my_invitation.sql sha256:6acd179103b2822ab3d50cb531ad062210ea2e0ab9114c40623f660f9c16d716
-- An invitation for the confirmed e-mail address of a user. One that is absent, for another
-- address, revoked or expired gets the same answer, and one of somebody who is deleted or banned.
--
-- p_is_accepted  one that the user has accepted will do too.
-- Errors   PT404 invitation_not_found
create or replace function credits.my_invitation(
    p_user_id uuid,
    p_invitation_id uuid,
    p_is_accepted boolean
)
returns credits.invitations
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_invitation credits.invitations;
begin
    select i.* into v_invitation
    from credits.invitations as i
    where
        i.id = p_invitation_id
        and i.email = credits.confirmed_email(p_user_id)
        and (
            i.state = 'open'
            and i.expires_at > clock_timestamp()
            and (i.invited_by is null or credits.is_user(i.invited_by))
            or p_is_accepted and i.state = 'accepted' and exists (
                select from credits.members as m
                where m.account_id = i.account_id and m.user_id = p_user_id
            )
        );
    if not found then
        raise exception 'invitation_not_found' using
            errcode = 'PT404',
            hint = 'There is no open invitation of this id for you.';
    end if;
    return v_invitation;
end;
$$;

comment on function credits.my_invitation(uuid, uuid, boolean) is
'An invitation for a user, or PT404.';

revoke all on function credits.my_invitation(uuid, uuid, boolean)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/remove_member.sql sha256:46c14c566c00f1065f04414ba5f723a8bcc081d9efa8c8260af68c00fde546fe
-- Removes a member from a team, for who manages it; a member leaves by it. What the member holds
-- can still be captured.
--
-- Returns  the member as it was.
-- Errors   42501 not_signed_in, PT404 account_not_found, member_not_found, PT403 role_too_high,
--          PT409 not_a_team, last_owner
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.remove_member(p_account_id uuid, p_user_id uuid)
returns public.credit_member
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_rank integer := credits.lock_team(
        p_account_id, case when p_user_id = credits.acting_user_id() then 'read' else 'manage' end
    );
    v_member credits.members := credits.check_team_member(p_account_id, p_user_id);
begin
    perform credits.check_rank(v_rank, v_member.role);
    if v_member.role = 'owner' then
        perform credits.check_last_owner(p_account_id, p_user_id);
    end if;
    perform credits.revoke_invitations_of(p_account_id, p_user_id);
    delete from credits.members as m
    where m.account_id = p_account_id and m.user_id = p_user_id;
    return credits.show_member(
        credits.read_account(p_account_id), v_member,
        case when v_rank < credits.role_rank('admin') then p_user_id end
    );
end;
$$;

comment on function credits.remove_member(uuid, uuid) is
'Removes a member from a team.';

revoke all on function credits.remove_member(uuid, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.remove_member(uuid, uuid) to authenticated, service_role;

-- source: sql/functions/teams/revoke_invitation.sql sha256:1de84f56e6c1fd1326c674797cc324404bd7e6dcbf5b919721e65ccab3141b2c
-- Takes an open invitation back, for who manages the team; who is invited declines by it.
--
-- Errors   42501 not_signed_in, PT404 invitation_not_found
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.revoke_invitation(p_invitation_id uuid)
returns public.credit_invitation
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.acting_user_id();
    v_invitation credits.invitations;
begin
    select i.* into v_invitation
    from credits.invitations as i
    where
        i.id = p_invitation_id
        and (
            v_user_id is null
            or (credits.member_row(i.account_id, v_user_id)).role
            = any(credits.roles_with_right('manage'))
        );
    if not found then
        v_invitation := credits.my_invitation(v_user_id, p_invitation_id, false);
    end if;
    perform credits.lock_account(v_invitation.account_id);
    -- Under the lock once more: the right may have gone while it was waited for.
    update credits.invitations as i
    set state = 'revoked', ended_at = clock_timestamp()
    where
        i.account_id = v_invitation.account_id
        and i.id = v_invitation.id
        and i.state = 'open'
        and (
            v_user_id is null
            or i.email = credits.confirmed_email(v_user_id)
            or (credits.member_row(i.account_id, v_user_id)).role
            = any(credits.roles_with_right('manage'))
        )
    returning i.* into v_invitation;
    if not found then
        raise exception 'invitation_not_found' using
            errcode = 'PT404',
            hint = 'There is no open invitation of this id for you.';
    end if;
    return credits.show_invitation(v_invitation);
end;
$$;

comment on function credits.revoke_invitation(uuid) is
'Takes an invitation back, or declines it.';

revoke all on function credits.revoke_invitation(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.revoke_invitation(uuid) to authenticated, service_role;

-- source: sql/functions/teams/revoke_invitations_of.sql sha256:2035372702e96336bd15542f933f67c5df63eefe6ce68a8c3849ea58508b8703
-- Takes back the open invitations that somebody made, whose role falls or ends: they would outlive
-- it.
--
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.revoke_invitations_of(p_account_id uuid, p_user_id uuid)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.invitations as i
    set state = 'revoked', ended_at = clock_timestamp()
    where i.account_id = p_account_id and i.invited_by = p_user_id and i.state = 'open';
end;
$$;

comment on function credits.revoke_invitations_of(uuid, uuid) is
'Takes back the open invitations that somebody made.';

revoke all on function credits.revoke_invitations_of(uuid, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/role_rank.sql sha256:1d40dabb626a51767d4fa55d881858b57ee5d4065651b64d1f4a067e71748d7a
-- How high a role stands: nobody gives, changes or removes one above the own.
--
-- Errors   22023 invalid_role
create or replace function credits.role_rank(p_role text)
returns integer
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_rank integer := array_position(array['viewer', 'member', 'admin', 'owner'], p_role);
begin
    if v_rank is null then
        raise exception 'invalid_role' using
            errcode = '22023',
            hint = 'Roles: owner, admin, member, viewer.';
    end if;
    return v_rank;
end;
$$;

comment on function credits.role_rank(text) is
'How high a role stands, or 22023.';

revoke all on function credits.role_rank(text) from public, anon, authenticated, service_role;

-- source: sql/functions/teams/set_member.sql sha256:1187f7c6197de60a01d3ea708e06d0b856b715d66e77e1fd0b405bdde0b6b31b
-- Sets the role and the monthly cap of a member; null leaves what it is.
--
-- Units    p_monthly_cap: credits a calendar month; -1 clears it.
-- Errors   42501 not_signed_in, PT404 account_not_found, member_not_found, PT403 role_too_high,
--          PT409 not_a_team, last_owner, 22023 invalid_role, invalid_amount
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.set_member(
    p_account_id uuid,
    p_user_id uuid,
    p_role text,
    p_monthly_cap numeric
)
returns public.credit_member
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_rank integer := credits.lock_team(p_account_id, 'manage');
    v_member credits.members := credits.check_team_member(p_account_id, p_user_id);
begin
    perform credits.check_rank(v_rank, v_member.role);
    if p_role is not null then
        perform credits.check_rank(v_rank, p_role);
        if v_member.role = 'owner' and p_role <> 'owner' then
            perform credits.check_last_owner(p_account_id, p_user_id);
        end if;
        if credits.role_rank(p_role) < credits.role_rank(v_member.role) then
            perform credits.revoke_invitations_of(p_account_id, p_user_id);
        end if;
        v_member.role := p_role;
    end if;
    if p_monthly_cap is not null then
        v_member.monthly_cap := credits.check_member_cap(p_monthly_cap);
    end if;
    update credits.members as m
    set role = v_member.role, monthly_cap = v_member.monthly_cap
    where m.account_id = p_account_id and m.user_id = p_user_id;
    return credits.show_member(credits.read_account(p_account_id), v_member, null);
end;
$$;

comment on function credits.set_member(uuid, uuid, text, numeric) is
'Sets the role and the monthly cap of a member.';

revoke all on function credits.set_member(uuid, uuid, text, numeric)
from public, anon, authenticated, service_role;
grant execute on function credits.set_member(
    uuid, uuid, text, numeric
) to authenticated, service_role;

-- source: sql/functions/teams/set_member_caps.sql sha256:a3af7f6927c14c184ae2bb5eef94d32b2d784fce6de81cd7fb2d65a6a1e42853
-- Sets the monthly cap of all members of role member at once.
--
-- Units    p_monthly_cap: credits a calendar month; -1 clears it.
-- Returns  those members.
-- Errors   42501 not_signed_in, PT404 account_not_found, PT409 not_a_team, 22023 invalid_amount
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.set_member_caps(p_account_id uuid, p_monthly_cap numeric)
returns setof public.credit_member
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.lock_team(p_account_id, 'manage');
    p_monthly_cap := credits.check_member_cap(p_monthly_cap);
    update credits.members as m
    set monthly_cap = p_monthly_cap
    where m.account_id = p_account_id and m.role = 'member';
    return query
    select l.* from credits.list_members(p_account_id) as l where l.role = 'member';
end;
$$;

comment on function credits.set_member_caps(uuid, numeric) is
'Sets the monthly cap of all members of role member.';

revoke all on function credits.set_member_caps(uuid, numeric)
from public, anon, authenticated, service_role;
grant execute on function credits.set_member_caps(uuid, numeric) to authenticated, service_role;

-- source: sql/functions/teams/show_account.sql sha256:92110c016536747652bc568416a217e578d29c555f988b3f0dd9d5f7762b3143
-- An account in its public shape, with the role of somebody in it.
create or replace function credits.show_account(p_account_id uuid, p_role text)
returns public.credit_account
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.read_account(p_account_id);
begin
    return (
        v_account.id, v_account.kind, v_account.name, p_role, v_account.plan, v_account.status,
        v_account.balance, v_account.held, v_account.balance - v_account.held, v_account.debt,
        v_account.created_at
    )::public.credit_account;
end;
$$;

comment on function credits.show_account(uuid, text) is
'An account in its public shape.';

revoke all on function credits.show_account(uuid, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/show_invitation.sql sha256:d9a22f673b4743873ce19526a06cb5b0c9ae0ecfbf730a623b68e5dd5430b854
-- An invitation in its public shape: one that is open too long has expired.
create or replace function credits.show_invitation(p_invitation credits.invitations)
returns public.credit_invitation
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        p_invitation.id, p_invitation.account_id,
        (select a.name from credits.accounts as a where a.id = p_invitation.account_id),
        p_invitation.email, p_invitation.role,
        case
            when p_invitation.state = 'open' and p_invitation.expires_at <= clock_timestamp()
                then 'expired'
            else p_invitation.state
        end,
        p_invitation.invited_by, p_invitation.created_at, p_invitation.expires_at
    )::public.credit_invitation;
end;
$$;

comment on function credits.show_invitation(credits.invitations) is
'An invitation in its public shape.';

revoke all on function credits.show_invitation(credits.invitations)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/show_member.sql sha256:51c70508e16bf2983e54b223eb648796690e45201a5ed21b1261949fbc16a84f
-- A member in the public shape. Who does not manage the account is shown the numbers of the own row
-- only.
--
-- p_only_user_id  whose numbers are shown; null for everybody's.
create or replace function credits.show_member(
    p_account credits.accounts,
    p_member credits.members,
    p_only_user_id uuid
)
returns public.credit_member
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_is_shown boolean := p_only_user_id is null or p_only_user_id = p_member.user_id;
begin
    return (
        p_member.account_id, p_member.user_id,
        (select u.email from auth.users as u where u.id = p_member.user_id),
        p_member.role,
        case when v_is_shown then p_member.monthly_cap end,
        case when v_is_shown then credits.member_spent(p_account, p_member) end,
        case when v_is_shown then credits.member_held(p_account, p_member.user_id) end,
        credits.month_end(p_account.last_transaction_at), p_member.created_at
    )::public.credit_member;
end;
$$;

comment on function credits.show_member(credits.accounts, credits.members, uuid) is
'A member in the public shape.';

revoke all on function credits.show_member(credits.accounts, credits.members, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/balance_at.sql sha256:d4b2cdcefc2479a530ea78fe74b0ab77513aae703effd3bd8e7f763894e21852
-- What an account's balance was at a time: as its history says, without the credits that had
-- expired by then, whether or not they were swept at once.
--
-- Errors   PT404 account_not_found, 22023 invalid_time: none, not finite, or in the future
create or replace function credits.balance_at(p_account_id uuid, p_at timestamptz)
returns numeric
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.read_account(p_account_id);
    v_balance numeric;
begin
    if p_at is null or not isfinite(p_at) or p_at > v_account.last_transaction_at then
        raise exception 'invalid_time' using
            errcode = '22023',
            hint = 'Name a time that has passed.';
    end if;
    select t.balance_after into v_balance
    from credits.transactions as t
    where t.account_id = v_account.id and t.created_at <= p_at
    order by t.id desc
    limit 1;
    return coalesce(v_balance, 0) - credits.unswept_at(v_account.id, p_at);
end;
$$;

comment on function credits.balance_at(uuid, timestamptz) is
'What an account''s balance was at a time.';

revoke all on function credits.balance_at(uuid, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.balance_at(uuid, timestamptz) to service_role;

-- source: sql/functions/reports/check_integrity.sql sha256:829a74034dd51514259ed7c89567b6b4bf0a2d203bcf59345792347860339b55
-- Re-derives every balance, grant, hold, sequence and hash chain from the history.
--
-- p_account_id  one account; null for all of them and for transactions that belong to none.
-- Returns       what is wrong: the account, the rule that is broken, the numbers. No rows is well.
create or replace function credits.check_integrity(p_account_id uuid)
returns setof public.credit_violation
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return query
    select v.* from credits.transaction_violations(p_account_id) as v
    union all
    select v.* from credits.account_violations(p_account_id) as v
    union all
    select v.* from credits.grant_violations(p_account_id) as v
    union all
    select v.* from credits.hold_violations(p_account_id) as v
    union all
    select v.* from credits.member_violations(p_account_id) as v
    union all
    select v.* from credits.payment_violations(p_account_id) as v
    union all
    select v.* from credits.return_violations(p_account_id) as v
    union all
    select v.* from credits.allowance_violations(p_account_id) as v;
end;
$$;

comment on function credits.check_integrity(uuid) is
'Re-derives balances, grants, sequences and chains; no rows when all is well.';

revoke all on function credits.check_integrity(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.check_integrity(uuid) to service_role;

-- source: sql/functions/reports/explain_account.sql sha256:5b75cc60af37c23f3388de6c07556bc89f7126339b168ea113927e3cca4f0e1b
-- Why an account's balance is what it is.
--
-- Returns  {"account", "sentence", "totals": {type: credits}, "grants": what is open, in burn-down
--          order, "holds": what is open, "caps", "next_expiry_at", "transactions": the last ten}
create or replace function credits.explain_account(p_account credits.accounts)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_totals jsonb;
    v_grants jsonb;
    v_holds jsonb;
    v_last jsonb;
begin
    select coalesce(jsonb_object_agg(t.type, t.amount), '{}') into strict v_totals
    from (
        select t.type, sum(t.amount) as amount
        from credits.transactions as t
        where t.account_id = p_account.id
        group by t.type
    ) as t;
    select coalesce(
        jsonb_agg(
            credits.explain_grant(g, o.remaining)
            order by g.priority, g.expires_at, g.is_paid, g.id
        ),
        '[]'
    ) into strict v_grants
    from credits.open_grants(p_account) as o
    inner join credits.grants as g on g.account_id = p_account.id and o.id = g.id
    where coalesce(g.expires_at > p_account.last_transaction_at, true);
    select coalesce(jsonb_agg(credits.explain_hold(h) order by h.created_at), '[]')
    into strict v_holds
    from credits.holds as h
    where
        h.account_id = p_account.id
        and h.state = 'open'
        and h.expires_at > p_account.last_transaction_at;
    select coalesce(jsonb_agg(credits.show_transaction(t) order by t.id desc), '[]')
    into strict v_last
    from (
        select t.*
        from credits.transactions as t
        where t.account_id = p_account.id
        order by t.id desc
        limit 10
    ) as t;
    return jsonb_build_object(
        'account', to_jsonb(credits.show_account(p_account.id, null)) - 'role',
        'sentence', format(
            '%s credits: %s available and %s held; %s came in and %s went out, in %s '
            'transaction%s%s%s.',
            p_account.balance, p_account.balance - p_account.held, p_account.held,
            (select coalesce(sum(v.value::numeric), 0) from jsonb_each_text(v_totals) as v
            where v.value::numeric > 0),
            (select coalesce(-sum(v.value::numeric), 0) from jsonb_each_text(v_totals) as v
            where v.value::numeric < 0),
            p_account.last_transaction_id,
            case when p_account.last_transaction_id = 1 then '' else 's' end,
            case
                when p_account.next_expiry_at <= p_account.last_transaction_at
                    then '; what is over is left out, and not taken out of the history yet'
                else ''
            end,
            case when p_account.debt > 0 then '; ' || p_account.debt || ' are owed' else '' end
        ),
        'totals', v_totals,
        'grants', v_grants,
        'holds', v_holds,
        'caps', credits.show_caps(p_account),
        'next_expiry_at', case
            when isfinite(p_account.next_expiry_at) then p_account.next_expiry_at
        end,
        'transactions', v_last
    );
end;
$$;

comment on function credits.explain_account(credits.accounts) is
'Why an account''s balance is what it is.';

revoke all on function credits.explain_account(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/explain_credits.sql sha256:fadfca326ef0429413bdc41572460e05a29a176e1d8b3cfdf1ae93cafa613b0c
-- Explains an account's balance, or one of its transactions: a support question in one call.
--
-- Returns  without a transaction: the account with what it holds; see explain_account. With one:
--          who paid for what; see explain_transaction.
-- Errors   PT404 account_not_found, transaction_not_found, 22023 account_id_required
create or replace function credits.explain_credits(p_account_id uuid, p_transaction_id bigint)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(p_account_id, 'read'));
begin
    if p_transaction_id is null then
        return credits.explain_account(v_account);
    end if;
    return credits.explain_transaction(
        credits.transaction_row(v_account.id, p_transaction_id)
    );
end;
$$;

comment on function credits.explain_credits(uuid, bigint) is
'Explains an account''s balance, or one of its transactions.';

revoke all on function credits.explain_credits(uuid, bigint)
from public, anon, authenticated, service_role;
grant execute on function credits.explain_credits(uuid, bigint) to service_role;

-- source: sql/functions/reports/explain_grant.sql sha256:6ab384e921713e56068974cdf8435a65eed80db05b5d4f14f5eafc87f82cd994
-- A grant as explanations name it.
--
-- p_credits  what it gave, or what remains in it.
create or replace function credits.explain_grant(p_grant credits.grants, p_credits numeric)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_build_object(
        'grant_id', p_grant.id,
        'credits', p_credits,
        'source', p_grant.source,
        'amount', p_grant.amount,
        'priority', p_grant.priority,
        'expires_at', p_grant.expires_at,
        'is_paid', p_grant.is_paid,
        'paid_cents', p_grant.paid_cents,
        'currency', p_grant.currency,
        'reference', p_grant.reference,
        'created_at', p_grant.created_at
    );
end;
$$;

comment on function credits.explain_grant(credits.grants, numeric) is
'A grant as explanations name it.';

revoke all on function credits.explain_grant(credits.grants, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/explain_hold.sql sha256:7ae203ed92204650b5b5cc065b8a997a639eaae4c34993588e6cf3844b444f85
-- A hold as explanations name it.
create or replace function credits.explain_hold(p_hold credits.holds)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_build_object(
        'hold_id', p_hold.id,
        'amount', p_hold.amount,
        'state', p_hold.state,
        'service', p_hold.service,
        'reference', p_hold.reference,
        'metadata', p_hold.metadata,
        'user_id', p_hold.user_id,
        'gift_id', p_hold.gift_id,
        'created_at', p_hold.created_at,
        'expires_at', p_hold.expires_at,
        'ended_at', p_hold.ended_at
    );
end;
$$;

comment on function credits.explain_hold(credits.holds) is
'A hold as explanations name it.';

revoke all on function credits.explain_hold(credits.holds)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/explain_origin.sql sha256:7ddb011492f0ca4b750a8a4c50f89a000704acdf2c3695f99965cb56bd907c61
-- Where the credits of a transaction that the system made came from, by its reference.
--
-- Returns  {"payment", "gift", "referral"}: those that belong to it, the others null.
create or replace function credits.explain_origin(p_transaction credits.transactions)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_payment jsonb;
    v_gift jsonb;
    v_referral jsonb;
begin
    if p_transaction.scope = 'system' and p_transaction.type <> 'usage' then
        select jsonb_build_object(
            'provider', p.provider, 'payment_id', p.id, 'order_id', p.order_id,
            'amount_cents', p.amount_cents, 'currency', p.currency, 'paid_at', p.paid_at,
            'returned_cents', credits.returned_cents(p)
        ) into v_payment
        from credits.payments as p
        where p.account_id = p_transaction.account_id and p.id = p_transaction.reference
        limit 1;
        select jsonb_build_object(
            'gift_id', g.id, 'amount', coalesce(g.moved, g.amount), 'state', g.state,
            'direction', case
                when g.account_id = p_transaction.account_id then 'sent'
                else 'received'
            end,
            'giver_id', g.account_id, 'recipient_id', g.recipient_id,
            'created_at', g.created_at, 'ended_at', g.ended_at
        ) into v_gift
        from credits.gifts as g
        where g.id = credits.as_uuid(substring(p_transaction.reference from '^gift:(.*)$'));
        select jsonb_build_object(
            'referrer_id', r.referrer_id, 'referee_id', r.referee_id,
            'payment_id', r.payment_id, 'is_void', r.is_void,
            'claimed_at', r.claimed_at, 'rewarded_at', r.rewarded_at
        ) into v_referral
        from credits.referrals as r
        where
            r.referee_id
            = credits.as_uuid(substring(p_transaction.reference from '^referral:(.*)$'));
    end if;
    return jsonb_build_object('payment', v_payment, 'gift', v_gift, 'referral', v_referral);
end;
$$;

comment on function credits.explain_origin(credits.transactions) is
'Where the credits of a transaction that the system made came from.';

revoke all on function credits.explain_origin(credits.transactions)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/explain_price.sql sha256:10eff3c70d377a80ec4c2c8062bd30d4b655e74456806e67df20e3e6efa70a59
-- By which price a transaction was charged: the version of the catalog, and the components of the
-- service in it. Null where no catalog priced it.
create or replace function credits.explain_price(p_transaction credits.transactions)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'version', c.version,
        'catalog', c.code,
        'effective_at', c.effective_at,
        'service', p_transaction.service,
        'quantity', p_transaction.quantity,
        'usage', coalesce(p_transaction.usage, '{}'),
        'provider_cost', p_transaction.provider_cost,
        'components', (
            select coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'meter', p.meter,
                        'unit', p.unit,
                        'unit_size', p.unit_size,
                        'credits', p.credits,
                        'above_tokens', p.above_tokens
                    )
                    order by p.meter, p.above_tokens
                ),
                '[]'
            )
            from credits.prices as p
            where p.version = c.version and p.service = p_transaction.service
        )
    )
    from credits.catalogs as c
    where c.version = p_transaction.price_version
$$;

comment on function credits.explain_price(credits.transactions) is
'By which price a transaction was charged.';

revoke all on function credits.explain_price(credits.transactions)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/explain_sentence.sql sha256:25b932f4d35170be6099a2943bb80a6925a1342776c2f0b65e3e0171016145f6
-- A transaction in a sentence for a person.
create or replace function credits.explain_sentence(
    p_transaction credits.transactions,
    p_paid_by jsonb
)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_debt numeric := case
        when p_transaction.type in ('clawback', 'reinstatement')
            then (p_transaction.metadata ->> 'debt_change')::numeric
    end;
begin
    return format(
        '%s of %s credits%s on %s UTC, by %s: %s%s%s. The balance went from %s to %s.%s',
        upper(left(p_transaction.type, 1)) || replace(substr(p_transaction.type, 2), '_', ' '),
        abs(p_transaction.amount),
        coalesce(' for ' || p_transaction.service, ''),
        to_char(p_transaction.created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'),
        case
            when p_transaction.type in ('usage', 'gift_sent') and p_transaction.user_id is not null
                then 'user ' || p_transaction.user_id
            when p_transaction.scope = 'system' and p_transaction.type <> 'usage' then 'the system'
            else 'the back end'
        end,
        coalesce((
            select string_agg(
                format(
                    '%s %s grant %s (%s)', g.item ->> 'credits',
                    case when p_transaction.amount < 0 then 'from' else 'to' end,
                    g.item ->> 'grant_id', g.item ->> 'source'
                ),
                ', ' order by g.number
            )
            from jsonb_array_elements(p_paid_by) with ordinality as g (item, number)
        ), 'no grant'),
        coalesce(', at the prices of catalog version ' || p_transaction.price_version, ''),
        case
            when v_debt > 0 then '; ' || v_debt || ' more are owed'
            when v_debt < 0 then '; ' || -v_debt || ' fewer are owed'
            else ''
        end,
        trim_scale(p_transaction.balance_after - p_transaction.amount),
        p_transaction.balance_after,
        coalesce(' (' || p_transaction.description || ')', '')
    );
end;
$$;

comment on function credits.explain_sentence(credits.transactions, jsonb) is
'A transaction in a sentence for a person.';

revoke all on function credits.explain_sentence(credits.transactions, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/explain_transaction.sql sha256:c597ff5abe5ccdf494828e893b070db88fdae27d6236cd1ec4b759d48c8b6d5f
-- One transaction: which grants paid or were given, by which price, and what belongs to it.
--
-- Returns  {"transaction", "sentence", "paid_by": what each grant gave or got, "price", "hold",
--          "refunds": of this charge, "refund_of", "clawback_of", "payment", "gift", "referral"};
--          what there is not, is null.
create or replace function credits.explain_transaction(p_transaction credits.transactions)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_paid_by jsonb;
    v_ended credits.holds;
    v_hold jsonb;
    v_refunds jsonb;
begin
    select coalesce(jsonb_agg(
        credits.explain_grant(g, k.value::numeric)
        order by g.priority, g.expires_at, g.is_paid, g.id
    ), '[]') into strict v_paid_by
    from jsonb_each_text(p_transaction.grants) as k
    inner join credits.grants as g
        on g.account_id = p_transaction.account_id and k.key::bigint = g.id;
    v_ended := credits.hold_of(p_transaction);
    if v_ended.id is not null then
        v_hold := credits.explain_hold(v_ended);
    end if;
    select jsonb_agg(
        jsonb_build_object('transaction_id', r.id, 'credits', r.amount) order by r.id
    ) into v_refunds
    from credits.usage_refunds as r
    where r.account_id = p_transaction.account_id and r.transaction_id = p_transaction.id;
    return jsonb_build_object(
        'transaction', to_jsonb(credits.show_transaction(p_transaction)) || jsonb_build_object(
            'scope', p_transaction.scope, 'key', p_transaction.key,
            'held_after', p_transaction.held_after
        ),
        'sentence', credits.explain_sentence(p_transaction, v_paid_by),
        'paid_by', v_paid_by,
        'price', credits.explain_price(p_transaction),
        'hold', v_hold,
        'refunds', v_refunds,
        'refund_of', (
            select r.transaction_id
            from credits.usage_refunds as r
            where r.account_id = p_transaction.account_id and r.id = p_transaction.id
        ),
        'clawback_of', case
            when p_transaction.type in ('clawback', 'reinstatement')
                then (p_transaction.metadata ->> 'grant_id')::bigint
        end
    ) || credits.explain_origin(p_transaction);
end;
$$;

comment on function credits.explain_transaction(credits.transactions) is
'One transaction: which grants paid, by which price, and what belongs to it.';

revoke all on function credits.explain_transaction(credits.transactions)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/grant_violations.sql sha256:67b01cdcf0a4712c58f5ab568eb57d731d41ad50ac5e24a66a05b4968a43ad8a
-- What is wrong with a grant: what remains of it, its order, its expiry.
--
-- Rules    grant_missing: the history names it, and it is not there. grant_origin: the transaction
--          of its number gave it. grant_remaining: the amount less what transactions and open holds
--          took. burn_order: the head is the first of the open grants. late_use: no usage after its
--          expiry, unless it was held before. next_expiry: the account knows its next expiry in
--          time.
create or replace function credits.grant_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select a.id, c.rule, format('grant %s: %s', coalesce(g.id, m.grant_id), c.detail)
    from (
        select k.*
        from credits.grants as k
        where k.account_id = p_account_id or p_account_id is null
    ) as g
    full join credits.grant_moves(p_account_id) as m
        on g.account_id = m.account_id and g.id = m.grant_id
    inner join credits.accounts as a on coalesce(g.account_id, m.account_id) = a.id
    left join credits.transactions as o on g.account_id = o.account_id and g.id = o.id
    left join credits.grants as head
        on a.id = head.account_id and a.head_grant_id = head.id and a.head_remaining > 0
    cross join lateral (
        select
            case when g.id = a.head_grant_id then a.head_remaining else g.remaining end as left_over
    ) as r
    cross join lateral (
        values
        ('grant_missing', g.id is null, 'not there'),
        (
            'grant_origin',
            g.id is not null and (o.type, (o.grants ->> g.id::text)::numeric)
            is distinct from (g.source, g.amount),
            format('the history gave %s of %s', o.grants ->> g.id::text, o.type)
        ),
        (
            'grant_remaining',
            g.id is not null and r.left_over is distinct from m.moved
            or g.id = a.head_grant_id and g.remaining <> 0,
            format('%s remain, the history says %s', r.left_over, m.moved)
        ),
        (
            'burn_order',
            g.remaining > 0
            and (g.priority, coalesce(g.expires_at, 'infinity'), g.is_paid, g.id)
            < (head.priority, coalesce(head.expires_at, 'infinity'), head.is_paid, head.id),
            format('burns before the head %s', head.id)
        ),
        (
            'next_expiry',
            r.left_over > 0 and g.expires_at < a.next_expiry_at,
            format('expires at %s, the account looks at %s', g.expires_at, a.next_expiry_at)
        ),
        (
            'late_use',
            g.expires_at is not null and exists (
                select from credits.transactions as t
                where
                    t.account_id = g.account_id
                    and t.created_at >= g.expires_at
                    and t.type in ('usage', 'gift_sent')
                    and t.grants ? g.id::text
                    and not exists (
                        select from credits.hold_of(t) as h
                        where h.created_at < g.expires_at and h.grants ? g.id::text
                    )
            ),
            format('used after %s', g.expires_at)
        )
    ) as c (rule, is_broken, detail)
    where c.is_broken and (a.id = p_account_id or p_account_id is null)
$$;

comment on function credits.grant_violations(uuid) is
'What is wrong with grants.';

revoke all on function credits.grant_violations(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/hold_of.sql sha256:e28d2ae212ea0525e6b1f7233fc5cbb17e1b5e98b208c50e4d0b1c7661cba304
-- The hold that a transaction ended; all null for one that ended none.
create or replace function credits.hold_of(p_transaction credits.transactions)
returns credits.holds
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_hold credits.holds;
begin
    if p_transaction.scope = 'system' and p_transaction.type in ('usage', 'gift_sent') then
        select h.* into v_hold
        from credits.holds as h
        where
            h.account_id = p_transaction.account_id
            and h.id = coalesce(
                credits.as_uuid(substring(p_transaction.key from '^capture:(.*)$')),
                (
                    select g.hold_id
                    from credits.gifts as g
                    where
                        g.account_id = p_transaction.account_id
                        and g.id
                        = credits.as_uuid(substring(p_transaction.key from '^gift:(.*)$'))
                )
            );
    end if;
    return v_hold;
end;
$$;

comment on function credits.hold_of(credits.transactions) is
'The hold that a transaction ended.';

revoke all on function credits.hold_of(credits.transactions)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/hold_violations.sql sha256:24554d0d2ba759a85d0a72106a0ff88535553b8a9b628027a35d8233f61bdce0
-- What is wrong with holds, and with refunds of usage.
--
-- Rules    hold: what its grants gave is its amount, and it has a charge exactly when it is
--          captured. usage_refund: it gave what its transaction says, and all that went back of a
--          charge is, grant by grant, no more than was paid.
create or replace function credits.hold_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select h.account_id, 'hold', format('hold %s of %s is %s', h.id, h.amount, h.state)
    from credits.holds as h
    where
        (h.account_id = p_account_id or p_account_id is null)
        and (
            h.amount <> (
                select coalesce(sum(g.value::numeric), 0) from jsonb_each_text(h.grants) as g
            )
            or (h.state = 'captured') is distinct from exists (
                select from credits.transactions as t
                where
                    t.account_id = h.account_id
                    and t.id = h.transaction_id
                    and t.type in ('usage', 'gift_sent')
            )
            or (h.state = 'open') is distinct from (h.ended_at is null)
        )
    union all
    select r.account_id, 'usage_refund', format(
        'refund %s of charge %s gives %s', r.id, r.transaction_id, r.amount
    )
    from credits.usage_refunds as r
    left join credits.transactions as t on r.account_id = t.account_id and r.id = t.id
    left join credits.transactions as c
        on r.account_id = c.account_id and r.transaction_id = c.id
    where
        (r.account_id = p_account_id or p_account_id is null)
        and (
            (t.type, t.amount, c.type) is distinct from ('refund', r.amount, 'usage')
            or r.amount <> (select sum(g.value::numeric) from jsonb_each_text(r.grants) as g)
            or jsonb_path_exists(
                credits.refundable_grants(c), '$.* ? (@ < 0)'
            )
        )
$$;

comment on function credits.hold_violations(uuid) is
'What is wrong with holds and refunds of usage.';

revoke all on function credits.hold_violations(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/reports/member_violations.sql sha256:1a0d5f314287f7db566029e8c44dfbf00ccc31a9d1eb79ed48dbfa4a195c5690
-- What is wrong with what a team's members are counted to have spent this month.
--
-- Rules    member: the counter of a running month is what the history says.
create or replace function credits.member_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select m.account_id, 'member', format(
        'member %s is counted %s, the history has %s', m.user_id, m.month_spent, u.spent
    )
    from credits.members as m
    inner join credits.accounts as a on m.account_id = a.id
    cross join lateral (select credits.member_usage(a, m.user_id) as spent) as u
    where
        a.kind = 'team'
        and m.month_ends_at = credits.month_end(a.last_transaction_at)
        and m.month_spent <> u.spent
        and (a.id = p_account_id or p_account_id is null)
$$;

comment on function credits.member_violations(uuid) is
'What is wrong with the spending of members.';

revoke all on function credits.member_violations(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/return_violations.sql sha256:99151b5aabc1889edc5e28da6f04d3e407dcea5fb6854534d63b4682ccd811c7
-- What is wrong with what went back of payments.
--
-- Rules    returned: each grant of a payment has given up its share of the money that went back.
--          clawback: clawbacks and the transactions that took credits of a payment's grant are the
--          same. reinstatement: what came back of a grant is what the history gave back.
create or replace function credits.return_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with moves as (
        select
            t.*,
            (t.metadata ->> 'grant_id')::bigint as grant_id,
            abs(t.amount) + abs((t.metadata ->> 'debt_change')::numeric) as moved
        from credits.transactions as t
        where
            t.type in ('clawback', 'reinstatement')
            and t.metadata ? 'grant_id'
            and (t.account_id = p_account_id or p_account_id is null)
    )

    select d.account_id, 'returned', format(
        'payment %s: grant %s has %s still to give back', p.id, d.grant_id, d.amount
    )
    from credits.payments as p
    cross join lateral credits.due_returns(p) as d
    where (p.account_id = p_account_id or p_account_id is null) and d.amount <> 0
    union all
    select coalesce(c.account_id, m.account_id), 'clawback', format(
        'transaction %s took %s of %s', coalesce(c.transaction_id, m.id), m.moved, c.amount
    )
    from credits.clawbacks as c
    full join (select m.* from moves as m where m.type = 'clawback') as m
        on c.account_id = m.account_id and c.transaction_id = m.id
    where
        coalesce(c.account_id = p_account_id or p_account_id is null, true)
        and (c.grant_id, c.amount, c.debt) is distinct from (
            m.grant_id, m.moved, (m.metadata ->> 'debt_change')::numeric
        )
    union all
    select coalesce(c.account_id, m.account_id), 'reinstatement', format(
        'grant %s: %s came back, the history says %s',
        coalesce(c.grant_id, m.grant_id), c.reinstated, m.moved
    )
    from (
        select c.account_id, c.grant_id, sum(c.reinstated) as reinstated
        from credits.clawbacks as c
        where c.account_id = p_account_id or p_account_id is null
        group by c.account_id, c.grant_id
    ) as c
    full join (
        select m.account_id, m.grant_id, sum(m.moved) as moved
        from moves as m
        where m.type = 'reinstatement'
        group by m.account_id, m.grant_id
    ) as m on c.account_id = m.account_id and c.grant_id = m.grant_id
    where coalesce(c.reinstated, 0) <> coalesce(m.moved, 0)
$$;

comment on function credits.return_violations(uuid) is
'What is wrong with what went back of payments.';

revoke all on function credits.return_violations(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/run_maintenance.sql sha256:e7d4a14b94b6616a134ddb2bd7dcbfa21115032f56eae7b4c05ff452c9a7ef33
-- All that a scheduler has to do: starts a scheduled catalog, renews allowances, releases holds and
-- expires credits that are over, opens missing accounts, tries open Stripe events again, learns how
-- long models' answers are. It leaves a heartbeat in job_runs.
--
-- Returns  what was done: {"catalogs": started, "renewed": accounts, "subscribed": subscriptions
--          paid for longer than a month, "released": holds, "expired": grants, "started": accounts,
--          "retried": events, "learnt": models}. At most 1000 of each are taken at a time; run it
--          again until they are 0.
-- Errors   22023 invalid_time
create or replace function credits.run_maintenance(p_at timestamptz)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_started_at timestamptz := statement_timestamp();
    v_catalogs integer := credits.start_due_catalog();
    v_counts jsonb;
begin
    perform credits.share_catalog();
    v_counts := jsonb_build_object(
        'catalogs', v_catalogs,
        'renewed', credits.reset_monthly_credits(p_at, 1000),
        'subscribed', credits.renew_subscriptions(p_at, 1000),
        'released', credits.release_expired_holds(p_at),
        'expired', credits.expire_credits(p_at),
        'started', credits.grant_initial_credits(1000),
        'retried', credits.retry_due_stripe_events(p_at, 1000),
        'learnt', credits.learn_model_outputs()
    );
    insert into credits.job_runs (job, started_at, counts)
    values ('maintenance', v_started_at, v_counts);
    return v_counts;
end;
$$;

comment on function credits.run_maintenance(timestamptz) is
'Renews, expires and opens what is due, and leaves a heartbeat.';

revoke all on function credits.run_maintenance(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.run_maintenance(timestamptz) to service_role;

-- source: sql/functions/reports/unswept_at.sql sha256:f566d18bf3c8e375ad7da537119b94c11efa614e65a612c655b1112aa4f674bf
-- What had expired of an account by a time, and was not taken out of its balance before later: what
-- remained in those grants then, by the history and the holds that were open.
create or replace function credits.unswept_at(p_account_id uuid, p_at timestamptz)
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with expired as (
        select g.id
        from credits.grants as g
        where g.account_id = p_account_id and g.created_at <= p_at and g.expires_at <= p_at
    )

    select coalesce(sum(m.amount), 0)
    from (
        select k.key::bigint as grant_id, k.value::numeric * sign(t.amount) as amount
        from credits.transactions as t
        cross join lateral jsonb_each_text(t.grants) as k
        where t.account_id = p_account_id and t.created_at <= p_at
        union all
        select k.key::bigint, -k.value::numeric
        from credits.holds as h
        cross join lateral jsonb_each_text(h.grants) as k
        where
            h.account_id = p_account_id
            and h.created_at <= p_at
            and h.expires_at > p_at
            and (h.ended_at is null or h.ended_at > p_at)
    ) as m
    where exists (select from expired) and m.grant_id in (select e.id from expired as e)
$$;

comment on function credits.unswept_at(uuid, timestamptz) is
'What had expired of an account by a time, and was not taken out of its balance by then.';

revoke all on function credits.unswept_at(uuid, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/api/accept_credit_gift.sql sha256:8c092a844b48acff718c02a58c960d822a360c98e6f83029d0b41cafe589f355
-- RPC for a signed-in user; rules, units and errors: credits.accept_gift.
create or replace function public.accept_credit_gift(
    gift_id uuid
)
returns public.credit_gift
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.accept_gift(gift_id);
end;
$$;

comment on function public.accept_credit_gift(uuid) is
'Accepts a gift.';

revoke all on function public.accept_credit_gift(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.accept_credit_gift(uuid) to authenticated;

-- source: sql/functions/api/accept_credit_invitation.sql sha256:e77f3d69abfd8813460448ed3b6937a7c1c0f500b2959d08fb93c4f53cbe4e2d
-- RPC for a signed-in user; rules, units and errors: credits.accept_invitation.
create or replace function public.accept_credit_invitation(
    invitation_id uuid
)
returns public.credit_account
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.accept_invitation(invitation_id);
end;
$$;

comment on function public.accept_credit_invitation(uuid) is
'Makes the invited user a member of the team.';

revoke all on function public.accept_credit_invitation(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.accept_credit_invitation(uuid) to authenticated;

-- source: sql/functions/api/cancel_credit_gift.sql sha256:05b29fd77acc89d5ec78c83ad271e92a63d2b71f6979cd6ec8029afb8ff00681
-- RPC for a signed-in user; rules, units and errors: credits.cancel_gift.
create or replace function public.cancel_credit_gift(
    gift_id uuid
)
returns public.credit_gift
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.cancel_gift(gift_id);
end;
$$;

comment on function public.cancel_credit_gift(uuid) is
'Takes a pending gift back.';

revoke all on function public.cancel_credit_gift(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.cancel_credit_gift(uuid) to authenticated;

-- source: sql/functions/api/capture_credits.sql sha256:88c25d34cc0eddea5e42c2500dd43816a949258fec8464bc31cc059f6cf55937
-- RPC for the back end; rules, units and errors: credits.capture_credits.
create or replace function public.capture_credits(
    account_id uuid,
    hold_id uuid,
    amount numeric default null,
    usage jsonb default '{}',
    description text default null,
    metadata jsonb default '{}'
)
returns public.credit_capture
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.capture_credits(account_id, hold_id, amount, usage, description, metadata);
end;
$$;

comment on function public.capture_credits(uuid, uuid, numeric, jsonb, text, jsonb) is
'Charges what a held call has cost, and gives the rest of the hold back.';

revoke all on function public.capture_credits(uuid, uuid, numeric, jsonb, text, jsonb)
from public, anon, authenticated, service_role;
grant execute on function public.capture_credits(
    uuid, uuid, numeric, jsonb, text, jsonb
) to service_role;

-- source: sql/functions/api/claim_referral_code.sql sha256:109868e611fac77d715bf824fb4e75150ac374161c40745a59eefd2af46b3611
-- RPC for a signed-in user; rules, units and errors: credits.claim_referral_code.
create or replace function public.claim_referral_code(
    code text
)
returns public.credit_answer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.claim_referral_code(code);
end;
$$;

comment on function public.claim_referral_code(text) is
'Notes who has referred the signed-in user.';

revoke all on function public.claim_referral_code(text)
from public, anon, authenticated, service_role;
grant execute on function public.claim_referral_code(text) to authenticated;

-- source: sql/functions/api/create_credit_team.sql sha256:752fcd4ff16b93e0e93e0c555195fb36c3ee47c7017d685f7be29056faa644d4
-- RPC for a signed-in user; rules, units and errors: credits.create_team.
create or replace function public.create_credit_team(
    name text
)
returns public.credit_account
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.create_team(name);
end;
$$;

comment on function public.create_credit_team(text) is
'Creates a team, whose first owner is the caller.';

revoke all on function public.create_credit_team(text)
from public, anon, authenticated, service_role;
grant execute on function public.create_credit_team(text) to authenticated;

-- source: sql/functions/api/deduct_credits_batch.sql sha256:6bda9b7ea786a251a2dc59927cd3f286ecab137ac17026af8a665435ed4387e7
-- RPC for the back end; rules, units and errors: credits.deduct_batch.
create or replace function public.deduct_credits_batch(
    events jsonb
)
returns setof public.credit_batch_result
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.deduct_batch(events) as r;
end;
$$;

comment on function public.deduct_credits_batch(jsonb) is
'Charges many events of usage in one commit.';

revoke all on function public.deduct_credits_batch(jsonb)
from public, anon, authenticated, service_role;
grant execute on function public.deduct_credits_batch(jsonb) to service_role;

-- source: sql/functions/api/explain_credits.sql sha256:475bb32bb67890536bd584884f2d79b9ae0a5e801f00cc1ecac7321e43d76ce7
-- RPC for the back end; rules, units and errors: credits.explain_credits.
create or replace function public.explain_credits(
    account_id uuid,
    transaction_id bigint default null
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.explain_credits(account_id, transaction_id);
end;
$$;

comment on function public.explain_credits(uuid, bigint) is
'Explains an accounts balance, or one of its transactions.';

revoke all on function public.explain_credits(uuid, bigint)
from public, anon, authenticated, service_role;
grant execute on function public.explain_credits(uuid, bigint) to service_role;

-- source: sql/functions/api/extend_hold.sql sha256:c1e82d7f31cbac7e3a03f434acee0cd71d43a760eef493b213321bb4a34589b3
-- RPC for the back end; rules, units and errors: credits.extend_hold.
create or replace function public.extend_hold(
    account_id uuid,
    hold_id uuid,
    ttl_seconds integer
)
returns public.credit_hold
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.extend_hold(account_id, hold_id, ttl_seconds);
end;
$$;

comment on function public.extend_hold(uuid, uuid, integer) is
'Lets an open hold live longer.';

revoke all on function public.extend_hold(uuid, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function public.extend_hold(uuid, uuid, integer) to service_role;

-- source: sql/functions/api/get_credit_balance_at.sql sha256:ec0ec1b02f94c9185718046b9a5c3ab2e6699a5d94c109bbeac8e400f1dd899f
-- RPC for the back end; rules, units and errors: credits.balance_at.
create or replace function public.get_credit_balance_at(
    account_id uuid,
    at timestamptz
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.balance_at(account_id, at);
end;
$$;

comment on function public.get_credit_balance_at(uuid, timestamptz) is
'What an account''s balance was at a time.';

revoke all on function public.get_credit_balance_at(uuid, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.get_credit_balance_at(uuid, timestamptz) to service_role;

-- source: sql/functions/api/get_referral_code.sql sha256:f18b3286fdfd1bd2f6b890257aa34f683778f4ff968a1da10df3c47c2b231c11
-- RPC for a signed-in user; rules, units and errors: credits.referral_code.
create or replace function public.get_referral_code()
returns public.credit_referral
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.referral_code();
end;
$$;

comment on function public.get_referral_code() is
'The referral code of the signed-in user, and what it earned.';

revoke all on function public.get_referral_code() from public, anon, authenticated, service_role;
grant execute on function public.get_referral_code() to authenticated;

-- source: sql/functions/api/has_plan_feature.sql sha256:75bd041b8fee61b0850d1834d8698838420f6d7e76ed04a7659bddbab644e04b
-- RPC for a signed-in user and the back end; rules, units and errors: credits.has_plan_feature.
create or replace function public.has_plan_feature(
    feature text,
    account_id uuid default null
)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.has_plan_feature(feature, account_id);
end;
$$;

comment on function public.has_plan_feature(text, uuid) is
'Whether an account''s plan has a feature.';

revoke all on function public.has_plan_feature(text, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.has_plan_feature(text, uuid) to authenticated, service_role;

-- source: sql/functions/api/hold_credits.sql sha256:292badcd2930870b14ef8a56a07d87cc5e168b9ffc18ac16064ee525316a0964
-- RPC for the back end; rules, units and errors: credits.hold_credits.
create or replace function public.hold_credits(
    account_id uuid,
    key text,
    amount numeric default null,
    service text default null,
    quantity numeric default null,
    usage jsonb default '{}',
    ttl_seconds integer default 900,
    reference text default null,
    metadata jsonb default '{}',
    user_id uuid default null,
    partial boolean default false
)
returns public.credit_hold
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.hold_credits(
        account_id, key, amount, service, quantity, usage, ttl_seconds, reference, metadata,
        user_id, partial
    );
end;
$$;

comment on function public.hold_credits(
    uuid, text, numeric, text, numeric, jsonb, integer, text, jsonb, uuid, boolean
) is
'Holds credits for a call whose cost is known afterwards, once per key.';

revoke all on function public.hold_credits(
    uuid, text, numeric, text, numeric, jsonb, integer, text, jsonb, uuid, boolean
) from public, anon, authenticated, service_role;
grant execute on function public.hold_credits(
    uuid, text, numeric, text, numeric, jsonb, integer, text, jsonb, uuid, boolean
) to service_role;

-- source: sql/functions/api/invite_credit_member.sql sha256:f97aa6eeb042500fd2c22edab8ac3b44311c7cd944c69050c2c58521fb8dee05
-- RPC for a signed-in user and the back end; rules, units and errors: credits.invite_member.
create or replace function public.invite_credit_member(
    account_id uuid,
    email text,
    role text
)
returns public.credit_invitation
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.invite_member(account_id, email, role);
end;
$$;

comment on function public.invite_credit_member(uuid, text, text) is
'Invites somebody into a team by e-mail.';

revoke all on function public.invite_credit_member(uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.invite_credit_member(
    uuid, text, text
) to authenticated, service_role;

-- source: sql/functions/api/list_credit_gifts.sql sha256:0cd93c838306c8df2196ad574c97a69dca42642a80f730f911402f50eb9cbe7a
-- RPC for a signed-in user; rules, units and errors: credits.list_gifts.
create or replace function public.list_credit_gifts()
returns setof public.credit_gift
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_gifts() as r;
end;
$$;

comment on function public.list_credit_gifts() is
'The gifts of the signed-in user, given and received.';

revoke all on function public.list_credit_gifts() from public, anon, authenticated, service_role;
grant execute on function public.list_credit_gifts() to authenticated;

-- source: sql/functions/api/list_credit_invitations.sql sha256:eda16e6df877f5ec94485c377f5bd99042f05273b3d51e3f0c42ab20c845f8ad
-- RPC for a signed-in user and the back end; rules, units and errors: credits.list_invitations.
create or replace function public.list_credit_invitations(
    account_id uuid default null
)
returns setof public.credit_invitation
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_invitations(account_id) as r;
end;
$$;

comment on function public.list_credit_invitations(uuid) is
'The open invitations of a team, or those of the signed-in user.';

revoke all on function public.list_credit_invitations(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.list_credit_invitations(uuid) to authenticated, service_role;

-- source: sql/functions/api/list_credit_members.sql sha256:909c679d9ef6fc10173914d45fe6de2182e5d1ad168492384b66f9355e209b13
-- RPC for a signed-in user and the back end; rules, units and errors: credits.list_members.
create or replace function public.list_credit_members(
    account_id uuid
)
returns setof public.credit_member
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_members(account_id) as r;
end;
$$;

comment on function public.list_credit_members(uuid) is
'The members of a team, and what they spent this month.';

revoke all on function public.list_credit_members(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.list_credit_members(uuid) to authenticated, service_role;

-- source: sql/functions/api/list_my_credit_accounts.sql sha256:1e2cc6baf3f6f6a71af2f18a0b23319e6abb82f5b5f8335f012890140e411335
-- RPC for a signed-in user; rules, units and errors: credits.list_my_accounts.
create or replace function public.list_my_credit_accounts()
returns setof public.credit_account
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_my_accounts() as r;
end;
$$;

comment on function public.list_my_credit_accounts() is
'The accounts of the signed-in user, the personal one first.';

revoke all on function public.list_my_credit_accounts()
from public, anon, authenticated, service_role;
grant execute on function public.list_my_credit_accounts() to authenticated;

-- source: sql/functions/api/quote_credit_purchase.sql sha256:736736d2ae088056268d6e6a2995081917c54032e5f7b21606d8c7c11e772210
-- RPC for signed-in users and the back end; rules, units and errors: credits.quote_for_caller.
create or replace function public.quote_credit_purchase(
    package text default null,
    plan text default null,
    quantity numeric default null,
    promotion_code text default null,
    account_id uuid default null
)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.quote_for_caller(package, plan, quantity, promotion_code, account_id);
end;
$$;

comment on function public.quote_credit_purchase(text, text, numeric, text, uuid) is
'Quotes a purchase of a pack, a plan or a quantity of credits.';

revoke all on function public.quote_credit_purchase(text, text, numeric, text, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.quote_credit_purchase(
    text, text, numeric, text, uuid
) to authenticated, service_role;

-- source: sql/functions/api/redeem_credit_code.sql sha256:b140fbae32adbe3183559947761b257dfde1202f052d9086b510308f64d41d12
-- RPC for a signed-in user and the back end; rules, units and errors: credits.redeem_code.
create or replace function public.redeem_credit_code(
    code text,
    account_id uuid default null
)
returns public.credit_answer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.redeem_code(code, account_id);
end;
$$;

comment on function public.redeem_credit_code(text, uuid) is
'Redeems a code that grants credits.';

revoke all on function public.redeem_credit_code(text, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.redeem_credit_code(text, uuid) to authenticated, service_role;

-- source: sql/functions/api/refund_credits.sql sha256:78b44ad935981b52831c8f4cddfda40f0cf6c909e00fac43c2b35c95e3f267f5
-- RPC for the back end; rules, units and errors: credits.refund_credits.
create or replace function public.refund_credits(
    account_id uuid,
    transaction_id bigint,
    key text,
    amount numeric default null,
    reason text default null
)
returns public.credit_grant
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.refund_credits(account_id, transaction_id, key, amount, reason);
end;
$$;

comment on function public.refund_credits(uuid, bigint, text, numeric, text) is
'Refunds a charge of usage, whole or in part, once per key.';

revoke all on function public.refund_credits(uuid, bigint, text, numeric, text)
from public, anon, authenticated, service_role;
grant execute on function public.refund_credits(uuid, bigint, text, numeric, text) to service_role;

-- source: sql/functions/api/release_credits.sql sha256:a6cda930a09e5eeb3748c9d2acd792bf0b9517366436992a81c25007a30efeea
-- RPC for the back end; rules, units and errors: credits.release_credits.
create or replace function public.release_credits(
    account_id uuid,
    hold_id uuid,
    reason text default null
)
returns public.credit_hold
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.release_credits(account_id, hold_id, reason);
end;
$$;

comment on function public.release_credits(uuid, uuid, text) is
'Releases a hold.';

revoke all on function public.release_credits(uuid, uuid, text)
from public, anon, authenticated, service_role;
grant execute on function public.release_credits(uuid, uuid, text) to service_role;

-- source: sql/functions/api/release_expired_holds.sql sha256:0631faa54173cb6844b4db123f6ce9d711ced01895031ca60596c0afb3267a30
-- RPC for the back end; rules, units and errors: credits.release_expired_holds.
create or replace function public.release_expired_holds(
    at timestamptz default now()
)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.release_expired_holds(at);
end;
$$;

comment on function public.release_expired_holds(timestamptz) is
'Releases the holds that are over, and returns how many.';

revoke all on function public.release_expired_holds(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.release_expired_holds(timestamptz) to service_role;

-- source: sql/functions/api/remove_credit_member.sql sha256:6777641008952173f869f2590edbbc5193a2c546de45a45ffaab683041c0c28c
-- RPC for a signed-in user and the back end; rules, units and errors: credits.remove_member.
create or replace function public.remove_credit_member(
    account_id uuid,
    user_id uuid
)
returns public.credit_member
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.remove_member(account_id, user_id);
end;
$$;

comment on function public.remove_credit_member(uuid, uuid) is
'Removes a member from a team, or leaves it.';

revoke all on function public.remove_credit_member(uuid, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.remove_credit_member(uuid, uuid) to authenticated, service_role;

-- source: sql/functions/api/revoke_credit_invitation.sql sha256:1e895eecae792a3d0f503ea1056c251d20639554196d78d734f607067df9d400
-- RPC for a signed-in user and the back end; rules, units and errors: credits.revoke_invitation.
create or replace function public.revoke_credit_invitation(
    invitation_id uuid
)
returns public.credit_invitation
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.revoke_invitation(invitation_id);
end;
$$;

comment on function public.revoke_credit_invitation(uuid) is
'Takes an invitation back, or declines it.';

revoke all on function public.revoke_credit_invitation(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.revoke_credit_invitation(uuid) to authenticated, service_role;

-- source: sql/functions/api/send_credit_gift.sql sha256:d4fd45daa9408215613197b9e92d2883bc7a30a6e997557131e8f857fb3ee5c7
-- RPC for a signed-in user; rules, units and errors: credits.send_gift.
create or replace function public.send_credit_gift(
    recipient_email text,
    amount numeric,
    key text,
    message text default null
)
returns public.credit_gift
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.send_gift(recipient_email, amount, key, message);
end;
$$;

comment on function public.send_credit_gift(text, numeric, text, text) is
'Gives bought credits to somebody by e-mail, once per key.';

revoke all on function public.send_credit_gift(text, numeric, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.send_credit_gift(text, numeric, text, text) to authenticated;

-- source: sql/functions/api/set_credit_member.sql sha256:abaae789b5e6218524c469e2dfa59e5633e56a18d524c1941bb361908f3d922d
-- RPC for a signed-in user and the back end; rules, units and errors: credits.set_member.
create or replace function public.set_credit_member(
    account_id uuid,
    user_id uuid,
    role text default null,
    monthly_cap numeric default null
)
returns public.credit_member
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.set_member(account_id, user_id, role, monthly_cap);
end;
$$;

comment on function public.set_credit_member(uuid, uuid, text, numeric) is
'Sets the role and the monthly cap of a member.';

revoke all on function public.set_credit_member(uuid, uuid, text, numeric)
from public, anon, authenticated, service_role;
grant execute on function public.set_credit_member(
    uuid, uuid, text, numeric
) to authenticated, service_role;

-- source: sql/functions/api/set_credit_member_caps.sql sha256:c066f912668be8bac329d8be6f9f57b0de69c24d0e1d6349643304402d2e5a34
-- RPC for a signed-in user and the back end; rules, units and errors: credits.set_member_caps.
create or replace function public.set_credit_member_caps(
    account_id uuid,
    monthly_cap numeric
)
returns setof public.credit_member
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.set_member_caps(account_id, monthly_cap) as r;
end;
$$;

comment on function public.set_credit_member_caps(uuid, numeric) is
'Sets the monthly cap of all members of role member.';

revoke all on function public.set_credit_member_caps(uuid, numeric)
from public, anon, authenticated, service_role;
grant execute on function public.set_credit_member_caps(
    uuid, numeric
) to authenticated, service_role;

-- source: sql/policies/accounts.sql sha256:8d9c497e507324ba7ef4a4d0b61059a5a2b8db15bd050dfda18eed5c6b1740e0
-- A user reads the own account and those of the memberships; nobody writes but the rules.
alter table credits.accounts enable row level security;

drop policy if exists accounts_read on credits.accounts;
create policy accounts_read on credits.accounts
for select to authenticated
using (id = any(array(select credits.my_account_ids('read'))));

revoke all on credits.accounts from public, anon, authenticated, service_role;
grant select (
    id, kind, owner_id, external_id, plan, status, balance, held, debt, total_purchased,
    total_spent, low_balance, created_at, name, head_grant_id, head_remaining
) on credits.accounts to authenticated, service_role;

-- An account has a history for good: it is closed, never deleted.
create or replace trigger accounts_refuse_delete
before delete or truncate on credits.accounts
for each statement execute function credits.refuse_change();
alter table credits.accounts enable always trigger accounts_refuse_delete;

create or replace view public.credit_accounts with (security_invoker = true) as
select
    a.id as account_id,
    a.kind,
    a.owner_id as user_id,
    a.external_id,
    a.plan,
    a.status,
    a.balance,
    a.held,
    a.balance - a.held as available,
    a.debt,
    a.total_purchased,
    a.total_spent,
    a.low_balance,
    a.created_at,
    a.name
from credits.accounts as a;

comment on view public.credit_accounts is
'Accounts of the signed-in user as last written; get_credit_balance leaves expired credits out.';

revoke all on public.credit_accounts from public, anon, authenticated, service_role;
grant select on public.credit_accounts to authenticated, service_role;

-- source: sql/policies/blocked_domains.sql sha256:258e189d15d7be16aeaaace155c223d8e60a56595fc40b1a331d5cebe68f7913
-- Private: read and written by the rules only.
alter table credits.blocked_domains enable row level security;
revoke all on credits.blocked_domains from public, anon, authenticated, service_role;

-- source: sql/policies/cards.sql sha256:2cade5e4d4e85406f8d5be84d35e0647a287e18bbe4ae8201439cb78cd0b9589
-- Private: read and written by the rules only.
alter table credits.cards enable row level security;
revoke all on credits.cards from public, anon, authenticated, service_role;

-- source: sql/policies/code_attempts.sql sha256:650bec8438a26d2dd7e0c58b743f570a549c256c8efb416c1c1896311aaa2eb8
-- Private: read and written by the rules only.
alter table credits.code_attempts enable row level security;
revoke all on credits.code_attempts from public, anon, authenticated, service_role;

-- source: sql/policies/gifts.sql sha256:906be0dce3d6062082cb9eb77596ee06227860bf0b570989d0bfaefb67cb7e1d
-- Private: read and written by the rules only.
alter table credits.gifts enable row level security;
revoke all on credits.gifts from public, anon, authenticated, service_role;

-- source: sql/policies/grants.sql sha256:25867d7af77abe9c1a50459af5b49a6338da276bc7088c7ae62f21b7475662c3
-- Owners and admins read an account's grants.
alter table credits.grants enable row level security;

drop policy if exists grants_read on credits.grants;
create policy grants_read on credits.grants
for select to authenticated
using (account_id = any(array(select credits.my_account_ids('manage'))));

revoke all on credits.grants from public, anon, authenticated, service_role;
grant select (
    account_id, id, source, amount, remaining, priority, expires_at, is_paid, paid_cents, currency,
    reference, voided_at, created_at
) on credits.grants to authenticated, service_role;

-- The grant being spent has its credits on the account's row, which policies/accounts.sql shows.
create or replace view public.credit_grants with (security_invoker = true) as
select
    g.account_id,
    g.id,
    g.source,
    g.amount,
    case when g.id = a.head_grant_id then a.head_remaining else g.remaining end as remaining,
    g.priority,
    g.expires_at,
    g.is_paid,
    case when g.source <> 'gift_received' then g.paid_cents end as paid_cents,
    g.currency,
    g.reference,
    g.voided_at,
    g.created_at
from credits.grants as g
inner join credits.accounts as a on g.account_id = a.id;

comment on view public.credit_grants is
'Grants of the accounts that the signed-in user owns or administers.';

revoke all on public.credit_grants from public, anon, authenticated, service_role;
grant select on public.credit_grants to authenticated, service_role;

-- source: sql/policies/holds.sql sha256:6fba337544874f773b546400cf8dd9a7ad22a0d285322107313fd7c30242af1a
-- Owners and admins read an account's holds, members and viewers their own.
alter table credits.holds enable row level security;

drop policy if exists holds_read on credits.holds;
create policy holds_read on credits.holds
for select to authenticated
using (
    account_id = any(array(select credits.my_account_ids('manage')))
    or account_id = any(array(select credits.my_account_ids('read')))
    and user_id = (select auth.uid())
);

revoke all on credits.holds from public, anon, authenticated, service_role;
grant select (
    account_id, id, user_id, amount, state, service, quantity, usage, reference, metadata,
    transaction_id, created_at, expires_at, ended_at, reason, gift_id, key
) on credits.holds to authenticated, service_role;

-- A hold that is over has expired, swept or not.
create or replace view public.credit_holds with (security_invoker = true) as
select
    h.account_id,
    h.id as hold_id,
    h.user_id,
    h.amount,
    case when s.is_over then 'expired' else h.state end as state,
    h.service,
    h.quantity,
    h.reference,
    h.metadata,
    h.transaction_id,
    h.created_at,
    h.expires_at,
    case when s.is_over then h.expires_at else h.ended_at end as ended_at,
    h.usage,
    h.reason,
    h.key
from credits.holds as h
cross join lateral (values (h.state = 'open' and h.expires_at <= clock_timestamp())) as s (is_over)
where h.gift_id is null;

comment on view public.credit_holds is
'Holds of the accounts of the signed-in user: the log of their requests.';

revoke all on public.credit_holds from public, anon, authenticated, service_role;
grant select on public.credit_holds to authenticated, service_role;

-- source: sql/policies/identities.sql sha256:cf4e373d88b03d9f829b4126b1a26ae89d745b3c16e639e75d38e01f2cae2c68
-- Private: read and written by the rules only.
alter table credits.identities enable row level security;
revoke all on credits.identities from public, anon, authenticated, service_role;

-- source: sql/policies/identity_salts.sql sha256:d1ddc7cfb4b88547e3dcb85c375d533967c74375f77b945c8043e35e73a733a5
-- Private: read and written by the rules only.
alter table credits.identity_salts enable row level security;
revoke all on credits.identity_salts from public, anon, authenticated, service_role;

-- source: sql/policies/invitations.sql sha256:60d1346aab4534c0f3cabdf6ed7a78e44409ea75deb444058f858c7c6ce94808
-- Private: read and written by the rules only.
alter table credits.invitations enable row level security;
revoke all on credits.invitations from public, anon, authenticated, service_role;

-- source: sql/policies/referral_codes.sql sha256:d86345d0d10a81952808ac9eac8e5e144e91346abccfe557c475fa0a8b5ccc5a
-- Private: read and written by the rules only.
alter table credits.referral_codes enable row level security;
revoke all on credits.referral_codes from public, anon, authenticated, service_role;

-- source: sql/policies/referrals.sql sha256:d1d3aa3701761964be34a3e58c5847ced3d016b1eda9641782e5cf0e04946ff0
-- Private: read and written by the rules only.
alter table credits.referrals enable row level security;
revoke all on credits.referrals from public, anon, authenticated, service_role;

-- source: sql/policies/usage_refunds.sql sha256:502f0f6957b3b365ab46b2f9e17030335e56c7a2b4a9c7686280b8f4e44b0941
-- Private: read and written by the rules only.
alter table credits.usage_refunds enable row level security;
revoke all on credits.usage_refunds from public, anon, authenticated, service_role;
