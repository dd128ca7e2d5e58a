insert into credits.migrations (id, parent_id) values ('20261121090001', '20261121090000');
select set_config('lock_timeout', '4s', true);

-- Bodies in plain SQL may name what comes further down; the tests check every one.
select set_config('check_function_bodies', 'off', true);

-- source: sql/functions/access/acting_user_id.sql sha256:23b3966b38f45d193f4f11ed08bb6fcaf09fa6f3443703500ff5547ebbde1165
-- The signed-in user who calls, null for the back end.
--
-- Errors   42501 not_signed_in (neither the back end nor a user with claims), user_unknown
create or replace function credits.acting_user_id()
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid;
begin
    if credits.is_service() then
        return null;
    end if;
    v_user_id := auth.uid();
    if v_user_id is null or credits.caller() is distinct from 'authenticated' then
        raise exception 'not_signed_in' using
            errcode = '42501',
            hint = 'Send the access token of a signed-in user.';
    end if;
    return credits.check_user(v_user_id);
end;
$$;

comment on function credits.acting_user_id() is
'The signed-in, existing, unbanned user who calls, null for the back end, or 42501.';

revoke all on function credits.acting_user_id() from public, anon, authenticated, service_role;

-- source: sql/functions/access/authorize_account.sql sha256:7f20a318051674b18d5158d458b2b337608700385ee14bd82363c4151d38b1ba
-- Proves that the caller may act on an account, and says which account is meant: a signed-in user
-- by authorize_user, the back end any account, which it must name.
--
-- Errors   42501 not_signed_in, user_unknown, PT404 account_not_found, 22023 account_id_required
create or replace function credits.authorize_account(p_account_id uuid, p_right text)
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.acting_user_id();
begin
    if v_user_id is not null then
        return credits.authorize_user(v_user_id, p_account_id, p_right);
    elsif p_account_id is null then
        raise exception 'account_id_required' using
            errcode = '22023',
            hint = 'The back end acts for many accounts: name the one that is meant.';
    end if;
    return p_account_id;
end;
$$;

comment on function credits.authorize_account(uuid, text) is
'The account that the caller means and may act on with the right, or an error.';

revoke all on function credits.authorize_account(uuid, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/access/authorize_user.sql sha256:0f4e68bbe12f7b7396c98ed811c7de9e2efcdd36262661bdcff64d2984959049
-- Proves that a user may act on an account, and says which account is meant.
--
-- No account id means the personal account, whose id is the user's. Another account needs a
-- membership with the right. A foreign account and an absent one get the same answer.
--
-- p_user_id  proved by acting_user_id or check_user.
-- p_right    read (viewer and up), spend (member and up), manage (admin and up)
-- Errors     PT404 account_not_found
create or replace function credits.authorize_user(
    p_user_id uuid,
    p_account_id uuid,
    p_right text
)
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account_id is null or p_account_id = p_user_id then
        return p_user_id;
    elsif exists (
        select from credits.members as m
        where
            m.account_id = p_account_id
            and m.user_id = p_user_id
            and m.role = any(credits.roles_with_right(p_right))
    ) then
        return p_account_id;
    end if;
    raise exception 'account_not_found' using
        errcode = 'PT404',
        hint = 'There is no account of this id that you may use.';
end;
$$;

comment on function credits.authorize_user(uuid, uuid, text) is
'The account that a user means and may act on with the right, or an error.';

revoke all on function credits.authorize_user(uuid, uuid, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/access/caller.sql sha256:5d372e58dbf91a772f22103e4215bceb1fd147aa9b91ef86998d631e0fa4f575
-- Names the database role that calls, as PostgREST set it or as it logged in.
--
-- Inside a SECURITY DEFINER function current_user is the owner, but the setting `role` still names
-- the caller, and a client cannot forge it. The claim named role is never read.
create or replace function credits.caller()
returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(nullif(current_setting('role', true), 'none'), session_user::text);
end;
$$;

comment on function credits.caller() is
'The database role that calls: the one set by PostgREST, else the one that logged in.';

revoke all on function credits.caller() from public, anon, authenticated, service_role;

-- source: sql/functions/access/check_user.sql sha256:71dd9d4355105134644a1bbde54cbb862ed8610a64c699b9795ace1d0757d62b
-- Refuses a user who is not in auth.users, is deleted, or is banned.
--
-- Returns  the user's id.
-- Errors   42501 user_unknown
create or replace function credits.check_user(p_user_id uuid)
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select from auth.users as u
        where
            u.id = p_user_id
            and u.deleted_at is null
            and (u.banned_until is null or u.banned_until <= clock_timestamp())
    ) then
        return p_user_id;
    end if;
    raise exception 'user_unknown' using
        errcode = '42501',
        hint = 'This user does not exist any more, or is banned.';
end;
$$;

comment on function credits.check_user(uuid) is
'The user''s id, or 42501 for an unknown, deleted or banned user.';

revoke all on function credits.check_user(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/access/is_service.sql sha256:ff2a1dc65565ad75f7df562aba34188675c39fb0dff0b134a63592ddebd166b3
-- Tells whether the caller is the application's back end: service_role, or the owner of pgcredits
-- on a direct connection (psql, cron). Meaningful inside SECURITY DEFINER functions only, where
-- current_user is that owner.
create or replace function credits.is_service()
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.caller() in ('service_role', current_user::text);
end;
$$;

comment on function credits.is_service() is
'True for service_role and for the owner on a direct connection.';

revoke all on function credits.is_service() from public, anon, authenticated, service_role;

-- source: sql/functions/access/my_account_ids.sql sha256:a68b653b7c2a0d6edd9f98ce164fe2979f80a98414b62585fc576049a1e8f469
-- The accounts on which the signed-in user has a right: the personal one and the memberships.
--
-- Row policies call it, so it reads members as the owner (a policy on members would recurse).
-- Without claims it is empty, and a policy then shows nothing. Policies cannot raise for banned
-- users one row at a time; a banned or deleted user simply has no accounts here.
create or replace function credits.my_account_ids(p_right text)
returns setof uuid
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    with me as (
        select u.id
        from auth.users as u
        where
            u.id = auth.uid()
            and u.deleted_at is null
            and (u.banned_until is null or u.banned_until <= clock_timestamp())
    )

    select me.id
    from me
    union
    select m.account_id
    from credits.members as m
    inner join me on m.user_id = me.id
    where m.role = any(credits.roles_with_right(p_right))
$$;

comment on function credits.my_account_ids(text) is
'Ids of the accounts on which the signed-in user has a right.';

revoke all on function credits.my_account_ids(text) from public, anon, authenticated, service_role;
grant execute on function credits.my_account_ids(text) to authenticated;

-- source: sql/functions/access/only_own_user_id.sql sha256:2f0232274dfd5e7e0058f8696e88e33f843598b73039887a5264fdd04281941f
-- Whose transactions the caller may see of an account: null for all of them (the back end, the
-- owner, admins), else the caller's own id (members and viewers).
create or replace function credits.only_own_user_id(p_account_id uuid)
returns uuid
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if credits.is_service()
        or p_account_id in (select m.* from credits.my_account_ids('manage') as m)
    then
        return null;
    end if;
    return auth.uid();
end;
$$;

comment on function credits.only_own_user_id(uuid) is
'Null when the caller may see all of an account''s transactions, else the caller''s own id.';

revoke all on function credits.only_own_user_id(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/access/roles_with_right.sql sha256:82566e52c95829c26def2a4ac47ce07ed3bfd789d2b7300fb48b973f6b2ba823
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

-- source: sql/functions/ledger/burn_grants.sql sha256:60dd7cd4e3d0088c401c30b5832b9ea2b09f4a5d846fa348db0ccd942c7fcbee
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
    v_grants jsonb := '{}'::jsonb;
    v_needed numeric := p_amount;
    v_taken numeric;
    v_next record;
begin
    if p_account.balance - p_account.held < p_amount then
        raise exception 'insufficient_credits' using
            errcode = 'PT402',
            detail = jsonb_build_object(
                'required', p_amount,
                'available', p_account.balance - p_account.held,
                'balance', p_account.balance,
                'held', p_account.held
            )::text,
            hint = 'Buy credits, or wait for the next allowance.';
    end if;

    loop
        v_taken := least(p_account.head_remaining, v_needed);
        if v_taken > 0 then
            p_account.head_remaining := p_account.head_remaining - v_taken;
            v_grants := v_grants || jsonb_build_object(p_account.head_grant_id, v_taken);
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
    return (p_account, v_grants)::credits.burnt_grants;
end;
$$;

comment on function credits.burn_grants(credits.accounts, numeric) is
'Takes credits out of the grants of a locked account in burn-down order, or PT402.';

revoke all on function credits.burn_grants(credits.accounts, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/check_amount.sql sha256:aecab39a8430a08cfb972550880269aaacfa709846cb7a7b514d51cf9d8438c2
-- Refuses an amount of credits that cannot be exact: null, NaN, infinite, not above zero, more than
-- nine places, or beyond 10^12.
--
-- Returns  the amount without trailing zeros.
-- Errors   22023 invalid_amount
create or replace function credits.check_amount(p_amount numeric)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_amount > 0 and p_amount <= 1e12 and p_amount = round(p_amount, 9) then
        return trim_scale(p_amount);
    end if;
    raise exception 'invalid_amount' using
        errcode = '22023',
        detail = jsonb_build_object('places', 9, 'maximum', 1e12)::text,
        hint = 'An amount is a number above 0, with at most nine decimal places, up to 10^12.';
end;
$$;

comment on function credits.check_amount(numeric) is
'The amount without trailing zeros, or 22023 for one that cannot be exact.';

revoke all on function credits.check_amount(numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/check_quantity.sql sha256:4985bd88f57c779765c95624a3386f90b6eb2c2bfbf9c95c22962a6e27ed6baf
-- Refuses a quantity that cannot be counted: NaN, infinite, not above zero, more than nine places,
-- or beyond 10^12.
--
-- Returns  the quantity without trailing zeros; null for null.
-- Errors   22023 invalid_quantity
create or replace function credits.check_quantity(p_quantity numeric)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_quantity is null then
        return null;
    elsif p_quantity > 0 and p_quantity <= 1e12 and p_quantity = round(p_quantity, 9) then
        return trim_scale(p_quantity);
    end if;
    raise exception 'invalid_quantity' using
        errcode = '22023',
        detail = jsonb_build_object('places', 9, 'maximum', 1e12)::text,
        hint = 'A quantity is a number above 0, with at most nine decimal places, up to 10^12.';
end;
$$;

comment on function credits.check_quantity(numeric) is
'The quantity without trailing zeros, or 22023.';

revoke all on function credits.check_quantity(numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/check_texts.sql sha256:e3ff9f2a47d8a0619bde1b983c4adb273a656a14b6b88ec10e2b15008cbe127d
-- Refuses a request whose key is missing or whose texts are larger than a ledger should keep.
--
-- Units    characters; metadata in bytes of its JSON text.
-- Returns  the key.
-- Errors   22023 invalid_key, service_too_long, reference_too_long, description_too_long,
--          invalid_metadata
create or replace function credits.check_texts(
    p_key text,
    p_service text,
    p_reference text,
    p_description text,
    p_metadata jsonb
)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_problem text := case
        when p_key is null or length(p_key) not between 1 and 200 then 'key'
        when length(p_service) > 200 then 'service'
        when length(p_reference) > 200 then 'reference'
        when length(p_description) > 1000 then 'description'
        when p_metadata <> '{}' and (
            jsonb_typeof(p_metadata) <> 'object' or octet_length(p_metadata::text) > 8192
        ) then 'metadata'
    end;
begin
    if v_problem is null then
        return p_key;
    elsif v_problem = 'service' then
        raise exception 'service_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 200)::text,
            hint = 'The name of a service has at most 200 characters.';
    elsif v_problem = 'reference' then
        raise exception 'reference_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 200)::text,
            hint = 'A reference has at most 200 characters.';
    elsif v_problem = 'description' then
        raise exception 'description_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 1000)::text,
            hint = 'A description has at most 1000 characters.';
    elsif v_problem = 'metadata' then
        raise exception 'invalid_metadata' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 8192)::text,
            hint = 'Metadata is a JSON object of at most 8 kB.';
    end if;
    raise exception 'invalid_key' using
        errcode = '22023',
        hint = 'The idempotency key is a text of 1 to 200 characters.';
end;
$$;

comment on function credits.check_texts(text, text, text, text, jsonb) is
'Refuses a missing key and texts beyond their limits with 22023.';

revoke all on function credits.check_texts(text, text, text, text, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/check_usage_shape.sql sha256:a601975a48cd7017d1a9e22fb8e2b68569fe84ba7e4a3aa7f898d5b8b54f8dbd
-- Refuses a usage that is not a JSON object of at most 8 kB.
--
-- Returns  the usage, {} for null.
-- Errors   22023 invalid_usage
create or replace function credits.check_usage_shape(p_usage jsonb)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_usage is null or p_usage = '{}' then
        return '{}'::jsonb;
    elsif jsonb_typeof(p_usage) = 'object' and octet_length(p_usage::text) <= 8192 then
        return p_usage;
    end if;
    raise exception 'invalid_usage' using
        errcode = '22023',
        detail = jsonb_build_object('limit', 8192)::text,
        hint = 'Usage is a JSON object of counts, of at most 8 kB.';
end;
$$;

comment on function credits.check_usage_shape(jsonb) is
'The usage, or 22023 for one that is not a small JSON object.';

revoke all on function credits.check_usage_shape(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/expire_grants.sql sha256:a9ef52f7d32cee3f668cf8004fb4df7d06a7ebdea10eb77f3a428f678586b034
-- Takes what has expired out of a locked account's grants, one transaction a grant.
--
-- p_at     what expires until then is due; the transactions are stamped with the time of now.
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
            g.id = p_account.head_grant_id as is_head,
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
        if v_due.is_head then
            p_account.head_remaining := 0;
        else
            update credits.grants as g
            set remaining = 0
            where g.account_id = p_account.id and g.id = v_due.id;
        end if;
        perform credits.post_transaction(
            p_account, 'expiry', -v_due.amount, 'system', 'expiry:' || v_due.id,
            credits.request_hash(jsonb_build_array('expire_grant', v_due.id)),
            p_grants => jsonb_build_object(v_due.id, v_due.amount)
        );
        select a.* into strict p_account from credits.accounts as a where a.id = p_account.id;
    end loop;

    update credits.accounts as a
    set next_expiry_at = coalesce(
        (
            select min(g.expires_at)
            from credits.grants as g
            where
                g.account_id = a.id
                and (g.remaining > 0 or g.id = a.head_grant_id and a.head_remaining > 0)
        ),
        'infinity'
    )
    where a.id = p_account.id
    returning a.* into strict p_account;
    return p_account;
end;
$$;

comment on function credits.expire_grants(credits.accounts, timestamptz) is
'Expires the due grants of a locked account and finds its next expiry.';

revoke all on function credits.expire_grants(credits.accounts, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/find_transaction.sql sha256:6389bf7af816728f55d74fdfbb7aa8fe3632d286cb37a995dd13cebe03594307
-- Finds what an idempotency key has already done: the stored transaction, or null for a new key.
--
-- Called under the account's lock and before status, price, cap and rate are looked at, so that a
-- replay is answered as it was then.
--
-- p_request  request_hash() of the operation and its inputs.
-- Errors     PT409 idempotency_key_reused: the key belongs to another request.
create or replace function credits.find_transaction(
    p_account_id uuid,
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
    where t.account_id = p_account_id and t.key = p_key and t.scope = p_scope;
    if found and v_transaction.request is distinct from p_request then
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

comment on function credits.find_transaction(uuid, text, text, bytea) is
'The transaction that an idempotency key has made, null for a new key, PT409 for another request.';

revoke all on function credits.find_transaction(uuid, text, text, bytea)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/lock_account.sql sha256:6e25d8a935b8dc3785a12857421ca366a6774ce8e519193f16303439d5009b12
-- Locks an account's row and settles what is due on it: every write begins here.
--
-- A user's missing account is opened by the first write. Expired grants leave the balance before
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
        v_account := credits.expire_grants(v_account, greatest(v_now, p_at));
        v_account.last_transaction_at := v_now;
    end if;
    return v_account;
end;
$$;

comment on function credits.lock_account(uuid, timestamptz) is
'Locks one account for a write, opening a user''s missing one and expiring what is due.';

revoke all on function credits.lock_account(uuid, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/month_end.sql sha256:aadf9c0ea6fe1e55bd7c3c43bdc5e942a93acc21d2b6e68d1eb3cce404c9cd66
-- When the calendar month that holds a time ends, in UTC: then a monthly cap begins anew.
create or replace function credits.month_end(p_at timestamptz)
returns timestamptz
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (credits.month_of(p_at) + interval '1 month') at time zone 'UTC';
end;
$$;

comment on function credits.month_end(timestamptz) is
'When the month that holds a time ends, in UTC.';

revoke all on function credits.month_end(timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/month_of.sql sha256:f9e19039d891f5c6ad20678a9dd3a3b3084fc1990818db320128cbe7536c29e8
-- The first day of the calendar month that holds a time, in UTC: what a monthly cap counts in.
create or replace function credits.month_of(p_at timestamptz)
returns date
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return date_trunc('month', p_at at time zone 'UTC')::date;
end;
$$;

comment on function credits.month_of(timestamptz) is
'The first day of the month that holds a time, in UTC.';

revoke all on function credits.month_of(timestamptz) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/open_grants.sql sha256:2003208deafd081e053de6ea285520f6d88852911f87dcacc78f9c89e78b47de
-- An account's grants that still have credits, with what remains of each: the head's credits stand
-- on the account's row. Expired grants that no write has swept yet are among them.
create or replace function credits.open_grants(p_account credits.accounts)
returns table (id bigint, source text, remaining numeric, expires_at timestamptz)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        g.id,
        g.source,
        case when g.id = p_account.head_grant_id then p_account.head_remaining else g.remaining end,
        g.expires_at
    from credits.grants as g
    where
        g.account_id = p_account.id
        and (
            g.remaining > 0
            or g.id = p_account.head_grant_id and p_account.head_remaining > 0
        )
$$;

comment on function credits.open_grants(credits.accounts) is
'The grants of an account that still have credits, and what remains of each.';

revoke all on function credits.open_grants(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/post_grant.sql sha256:54e8ff03e1ac72f29e6e0cb0edcee05825318eae67312028cc1143e6af2fc1e4
-- Grants credits to a locked account: the grant and the transaction of the same number.
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
begin
    if p_expires_at <= p_account.last_transaction_at or p_expires_at = 'infinity' then
        raise exception 'invalid_expiry' using
            errcode = '22023',
            hint = 'Credits expire at a time in the future, or never (null).';
    end if;
    return credits.post_transaction(
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

-- source: sql/functions/ledger/post_transaction.sql sha256:e94f68ebd291ee18dc6eb7f59d552ccf9d90a0fd7bb34bb7c89bab0a50f1b37b
-- Appends one transaction to an account and moves its balance: the only writer of either.
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
    p_metadata jsonb default null
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_burnt credits.burnt_grants;
    v_transaction credits.transactions;
begin
    if p_grants is null then
        if p_account.head_remaining >= -p_amount and p_amount < 0 then
            p_account.head_remaining := trim_scale(p_account.head_remaining + p_amount);
            p_grants := jsonb_build_object(p_account.head_grant_id, -p_amount);
        else
            v_burnt := credits.burn_grants(p_account, -p_amount);
            p_account := v_burnt.account;
            p_grants := v_burnt.grants;
        end if;
    end if;
    if p_account.balance + p_amount > 1e15 then
        raise exception 'balance_out_of_bounds' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 1e15)::text,
            hint = 'An account holds at most 10^15 credits.';
    end if;

    v_transaction := (
        p_account.id, p_account.last_transaction_id + 1,
        p_account.last_transaction_at, p_user_id, p_price_version, p_type, p_amount,
        trim_scale(p_account.balance + p_amount), p_account.held, p_scope, p_key, p_request,
        p_service, p_quantity, p_usage, null::numeric, p_reference, p_description, p_metadata,
        null::text, p_grants, null::bytea
    );
    v_transaction.hash := credits.transaction_hash(p_account.last_hash, v_transaction);
    insert into credits.transactions values (v_transaction.*);

    if p_account.last_transaction_at >= p_account.month_ends_at then
        p_account.month_spent := 0;
        p_account.month_ends_at := credits.month_end(p_account.last_transaction_at);
    end if;
    update credits.accounts as a
    set
        balance = v_transaction.balance_after,
        head_grant_id = p_account.head_grant_id,
        head_remaining = p_account.head_remaining,
        next_expiry_at = p_account.next_expiry_at,
        last_transaction_id = v_transaction.id,
        last_transaction_at = v_transaction.created_at,
        last_hash = v_transaction.hash,
        total_purchased = a.total_purchased
            + case when p_type = 'purchase' then p_amount else 0 end,
        total_spent = a.total_spent - case when p_type = 'usage' then p_amount else 0 end,
        month_spent = p_account.month_spent - case when p_type = 'usage' then p_amount else 0 end,
        month_ends_at = p_account.month_ends_at
    where a.id = p_account.id;
    return v_transaction;
end;
$$;

comment on function credits.post_transaction(
    credits.accounts, text, numeric, text, text, bytea, jsonb, uuid, text, numeric, jsonb,
    integer, text, text, jsonb
) is
'Appends one transaction to a locked account and moves its balance.';

revoke all on function credits.post_transaction(
    credits.accounts, text, numeric, text, text, bytea, jsonb, uuid, text, numeric, jsonb,
    integer, text, text, jsonb
) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/put_grant.sql sha256:080a056d3bd5359b32610b96ee86d4cb2229bd9b1bf68d9950eefd734aeff2a6
-- Adds a grant to a locked account; post_transaction must follow, for the grant takes its id.
--
-- A grant that sorts before the head in burn-down order becomes the head, and the old head's
-- credits go back to its own row.
--
-- Returns  the account with its new head and next expiry, to be passed to post_transaction.
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.put_grant(
    p_account credits.accounts,
    p_source text,
    p_amount numeric,
    p_priority integer,
    p_expires_at timestamptz,
    p_is_paid boolean,
    p_paid_cents bigint,
    p_currency text,
    p_reference text
)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id bigint := p_account.last_transaction_id + 1;
    v_is_first boolean;
begin
    v_is_first := p_account.head_remaining = 0 and not exists (
        select from credits.grants as g
        where g.account_id = p_account.id and g.remaining > 0
    ) or p_account.head_remaining > 0 and (
        select
            (p_priority, coalesce(p_expires_at, 'infinity'), p_is_paid)
            < (g.priority, coalesce(g.expires_at, 'infinity'), g.is_paid)
        from credits.grants as g
        where g.account_id = p_account.id and g.id = p_account.head_grant_id
    );

    insert into credits.grants (
        account_id, id, source, amount, remaining, priority, expires_at, is_paid, paid_cents,
        currency, reference, created_at
    )
    values (
        p_account.id, v_id, p_source, p_amount, case when v_is_first then 0 else p_amount end,
        p_priority, p_expires_at, p_is_paid, p_paid_cents, p_currency, p_reference,
        p_account.last_transaction_at
    );
    if v_is_first then
        update credits.grants as g
        set remaining = p_account.head_remaining
        where
            g.account_id = p_account.id
            and g.id = p_account.head_grant_id
            and p_account.head_remaining > 0;
        p_account.head_grant_id := v_id;
        p_account.head_remaining := p_amount;
    end if;
    p_account.next_expiry_at := least(p_account.next_expiry_at, p_expires_at);
    return p_account;
end;
$$;

comment on function credits.put_grant(
    credits.accounts, text, numeric, integer, timestamptz, boolean, bigint, text, text
) is
'Adds a grant to a locked account, as its head where it burns down first.';

revoke all on function credits.put_grant(
    credits.accounts, text, numeric, integer, timestamptz, boolean, bigint, text, text
) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/read_account.sql sha256:d27b46d1958ddfa2bcd315a89827d1be1d31d1b2c610b8c6c58c5f943118bef7
-- An account as a reader sees it now: what has expired is left out, swept or not.
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
begin
    select a.* into v_account from credits.accounts as a where a.id = p_account_id;
    v_account.last_transaction_at := greatest(clock_timestamp(), v_account.last_transaction_at);
    if v_account.id is not null then
        if v_account.next_expiry_at <= v_account.last_transaction_at then
            v_account.balance := v_account.balance - (
                select coalesce(sum(g.remaining), 0)
                from credits.open_grants(v_account) as g
                where g.expires_at <= v_account.last_transaction_at
            );
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

-- source: sql/functions/ledger/refuse_change.sql sha256:6a99a4237a3e338522bca57715af40dc19cd1cdb7b9ec846a6a8687aefb5eb62
-- Trigger of the append-only tables: history is never updated, deleted or truncated.
--
-- Errors   42501 append_only
create or replace function credits.refuse_change()
returns trigger
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception 'append_only' using
        errcode = '42501',
        detail = jsonb_build_object('table', tg_table_name, 'operation', tg_op)::text,
        hint = 'History is append-only: correct it with another transaction.';
end;
$$;

comment on function credits.refuse_change() is
'Refuses to change an append-only table.';

revoke all on function credits.refuse_change() from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/request_hash.sql sha256:6f4e95f5ee8e17383458972d67663401a188ba3bb11e1f54a9b07a515767f639
-- The fingerprint of a request: SHA-256 of the operation and its inputs, never the computed price.
--
-- p_inputs  a JSON array, the operation's name first, then the inputs with their defaults filled in
--           and numerics trimmed, so that 1 and 1.0 agree. Within usage and metadata they do not.
create or replace function credits.request_hash(p_inputs jsonb)
returns bytea
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return sha256(convert_to(p_inputs::text, 'UTF8'));
end;
$$;

comment on function credits.request_hash(jsonb) is
'SHA-256 of an operation and its inputs, to tell a retry from a key used twice.';

revoke all on function credits.request_hash(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/show_transaction.sql sha256:79bb1eb8fd2f69a2e23b1ee9c51bcac29b5f90ddeb4f3c40a3fb6893ef68f9eb
-- A transaction in its public shape: with the balance before it and the plain word for its type.
create or replace function credits.show_transaction(p_transaction credits.transactions)
returns public.credit_transaction
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        p_transaction.id, p_transaction.account_id, p_transaction.user_id, p_transaction.type,
        credits.transaction_word(p_transaction.type), p_transaction.amount,
        trim_scale(p_transaction.balance_after - p_transaction.amount),
        p_transaction.balance_after, p_transaction.service, p_transaction.quantity,
        p_transaction.description, p_transaction.reference,
        coalesce(p_transaction.metadata, '{}'), p_transaction.created_at
    )::public.credit_transaction;
end;
$$;

comment on function credits.show_transaction(credits.transactions) is
'A transaction in its public shape.';

revoke all on function credits.show_transaction(credits.transactions)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/transaction_hash.sql sha256:4d985e8b80d5540e889dccf57bba917e323efc8a98081bd10455bf1463de3a51
-- The hash that chains a transaction to the account's previous one: SHA-256 over the previous hash
-- and every column of the row, in a form that no session setting changes.
create or replace function credits.transaction_hash(
    p_previous bytea,
    p_transaction credits.transactions
)
returns bytea
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return sha256(p_previous || convert_to(
        row(
            p_transaction.account_id, p_transaction.id,
            extract(epoch from p_transaction.created_at), p_transaction.user_id,
            p_transaction.price_version, p_transaction.type, p_transaction.amount,
            p_transaction.balance_after, p_transaction.held_after, p_transaction.scope,
            p_transaction.key, encode(p_transaction.request, 'hex'), p_transaction.service,
            p_transaction.quantity, p_transaction.usage, p_transaction.provider_cost,
            p_transaction.reference, p_transaction.description, p_transaction.metadata,
            p_transaction.actor, p_transaction.grants
        )::text,
        'UTF8'
    ));
end;
$$;

comment on function credits.transaction_hash(bytea, credits.transactions) is
'SHA-256 of a transaction and of the hash before it.';

revoke all on function credits.transaction_hash(bytea, credits.transactions)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/transaction_word.sql sha256:4ed33f7bdc9ad2c703d7eb389766ba86a8a3800f76fa12610b3d76f9b39b12ff
-- The plain word for a transaction's type, as front ends show it.
create or replace function credits.transaction_word(p_type text)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return case
        when p_type = 'purchase' then 'purchase'
        when p_type = 'allowance' then 'subscription'
        when p_type in ('welcome', 'bonus', 'promotion', 'referral', 'gift_received') then 'bonus'
        when p_type in ('usage', 'gift_sent') then 'spend'
        when p_type = 'refund' then 'refund'
        else 'admin'
    end;
end;
$$;

comment on function credits.transaction_word(text) is
'The plain word for a transaction''s type.';

revoke all on function credits.transaction_word(text)
from public, anon, authenticated, service_role;
grant execute on function credits.transaction_word(text) to authenticated, service_role;

-- source: sql/functions/ledger/types_called.sql sha256:d7a39911563ac304b4707c3b89aec9b1725138fbcaa0209a249be5b00afc9004
-- The types of transactions that a word means: the type itself, and those with this plain word.
create or replace function credits.types_called(p_word text)
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array(
        select t.type
        from unnest(array[
            'purchase', 'allowance', 'welcome', 'bonus', 'promotion', 'referral', 'gift_received',
            'usage', 'gift_sent', 'refund', 'adjustment', 'opening', 'expiry', 'clawback',
            'reinstatement'
        ]) as t (type)
        where p_word in (t.type, credits.transaction_word(t.type))
    )
$$;

comment on function credits.types_called(text) is
'The types of transactions that a type or a plain word names.';

revoke all on function credits.types_called(text) from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/add_credits.sql sha256:5ef296a25f30eb4dc24f388e679a48815a537c38e60ed2008b24969f9f9b12f1
-- Adds credits to an account, once per key: the back end's way to grant, whatever the reason.
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
    v_transaction := credits.find_transaction(p_account_id, 'service', p_key, v_request);
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
    return (
        v_transaction.id, v_transaction.id, v_transaction.amount, v_transaction.balance_after,
        v_transaction.held_after, v_transaction.balance_after - v_transaction.held_after
    )::public.credit_grant;
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

-- source: sql/functions/wallet/assign_plan.sql sha256:e572a48b05db7cf3022a850563ace1968d917c2dcc1dd3d35b1ebc28d4586cb5
-- Puts a locked account on a plan and gives what the plan gives at once: the welcome credits that
-- are still due, and this period's allowance less what was granted for it.
--
-- The account's periods are counted in months from the first plan with an allowance, for good: to
-- leave a plan and come back is no way to a second allowance.
--
-- Returns  the credits granted.
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.assign_plan(
    p_account credits.accounts,
    p_plan credits.plans
)
returns numeric
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_welcome numeric := credits.welcome_due(p_account, p_plan.welcome_credits);
begin
    update credits.accounts as a
    set
        plan = p_plan.code,
        monthly_spend_cap = p_plan.monthly_spend_cap,
        period_anchor_at = case
            when p_plan.monthly_credits > 0 then coalesce(a.period_anchor_at, clock_timestamp())
            else a.period_anchor_at
        end,
        period_end_at = case when p_plan.monthly_credits > 0 then a.period_end_at end
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
    if p_plan.monthly_credits > 0 then
        return v_welcome + credits.renew_allowance(
            credits.lock_account(p_account.id), p_plan, clock_timestamp()
        );
    end if;
    return v_welcome;
end;
$$;

comment on function credits.assign_plan(credits.accounts, credits.plans) is
'Puts a locked account on a plan and grants what the plan gives at once.';

revoke all on function credits.assign_plan(credits.accounts, credits.plans)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/cap_left.sql sha256:23e6f70c5c77e4e0da6925730bd097e0f8d024c1b837b1e79916ea0832a9324c
-- What is left of an account's monthly cap.
--
-- Returns  credits; null for an account without a cap, below 0 when the cap was lowered since.
create or replace function credits.cap_left(p_account credits.accounts)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return p_account.monthly_spend_cap - credits.month_spent(p_account);
end;
$$;

comment on function credits.cap_left(credits.accounts) is
'What is left of an account''s monthly cap, null without one.';

revoke all on function credits.cap_left(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/change_plan.sql sha256:0fe7072d3104deca111647102e02b42d62ee7176fe920a4f17f0cf1f3875fa2b
-- Changes an account's plan, once per key.
--
-- An upgrade before the first use tops the welcome credits up to the higher plan's. A higher
-- allowance is topped up for the running period; a lower one counts from the next. The change is
-- kept as a transaction of no credits under the caller's key; what the plan grants has its own.
--
-- Errors   22023 unknown_plan, invalid_key, PT404 account_not_found, PT409 idempotency_key_reused,
--          PT403 account_closed
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
    v_transaction := credits.find_transaction(p_account_id, 'service', p_key, v_request);
    if v_transaction.id is null then
        if v_account.status = 'closed' then
            raise exception 'account_closed' using
                errcode = 'PT403',
                hint = 'A closed account has no plan to change.';
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

-- source: sql/functions/wallet/check_can_spend.sql sha256:4e1cbb72264a3b2a9b8fec3567173e8971955c6070982f3bedd98ca925da4956
-- Refuses a spend that the account's status or its monthly cap forbids.
--
-- Returns  the amount.
-- Errors   PT403 account_paused, account_closed, PT402 spend_cap_reached
create or replace function credits.check_can_spend(p_account credits.accounts, p_amount numeric)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left numeric := credits.cap_left(p_account);
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
    if p_amount > v_left then
        raise exception 'spend_cap_reached' using
            errcode = 'PT402',
            detail = jsonb_build_object(
                'cap', p_account.monthly_spend_cap,
                'spent', credits.month_spent(p_account),
                'required', p_amount,
                'resets_at', credits.month_end(p_account.last_transaction_at)
            )::text,
            hint = 'This month''s spending limit is reached.';
    end if;
    return p_amount;
end;
$$;

comment on function credits.check_can_spend(credits.accounts, numeric) is
'The amount, or a refusal for the account''s status (PT403) or its monthly cap (PT402).';

revoke all on function credits.check_can_spend(credits.accounts, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/check_grant_terms.sql sha256:496b92ceac856278ada61ae67b4b63552dbb865662709ab6a4929c787e00a903
-- Refuses a source that is not the back end's to give, and a priority out of range.
--
-- Errors   22023 invalid_source, invalid_priority
create or replace function credits.check_grant_terms(p_source text, p_priority integer)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_source is null or p_source not in (
        'purchase', 'allowance', 'bonus', 'promotion', 'referral', 'refund', 'adjustment', 'opening'
    ) then
        raise exception 'invalid_source' using
            errcode = '22023',
            detail = jsonb_build_object('source', p_source)::text,
            hint = 'Sources: purchase, allowance, bonus, promotion, referral, refund, adjustment, '
            'opening.';
    elsif p_priority not between 0 and 1000 then
        raise exception 'invalid_priority' using
            errcode = '22023',
            detail = jsonb_build_object('priority', p_priority)::text,
            hint = 'A priority is 0 to 1000; lower burns first.';
    end if;
end;
$$;

comment on function credits.check_grant_terms(text, integer) is
'Refuses a source or a priority that a grant cannot have with 22023.';

revoke all on function credits.check_grant_terms(text, integer)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/check_job.sql sha256:4fa0d6d89820b24510ad67d4a57b046917b4829e4d9491a7d8abc5a11e8f5f7e
-- Refuses a job without a time or with a batch that is not 1 to 10,000 accounts.
--
-- Errors   22023 invalid_time, invalid_batch_size
create or replace function credits.check_job(p_at timestamptz, p_batch_size integer)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_at is null or not isfinite(p_at) then
        raise exception 'invalid_time' using
            errcode = '22023',
            hint = 'A job needs a finite time until which things are due.';
    elsif p_batch_size is null or p_batch_size not between 1 and 10000 then
        raise exception 'invalid_batch_size' using
            errcode = '22023',
            hint = 'A batch is 1 to 10000.';
    end if;
end;
$$;

comment on function credits.check_job(timestamptz, integer) is
'Refuses a job''s arguments with 22023.';

revoke all on function credits.check_job(timestamptz, integer)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/csv_field.sql sha256:cf2c27ef578fe8bb654e4a772eea5ba537d64d5ceeae114e14e578f25464be63
-- A text as a CSV field: quoted where it must be, and never a formula to a spreadsheet. Null for
-- null.
create or replace function credits.csv_field(p_text text)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_text ~ '^[=+@\t\r-]' then
        p_text := '''' || p_text;
    end if;
    if p_text ~ '[",\r\n]' then
        return '"' || replace(p_text, '"', '""') || '"';
    end if;
    return p_text;
end;
$$;

comment on function credits.csv_field(text) is
'A text as a CSV field that no spreadsheet takes for a formula.';

revoke all on function credits.csv_field(text) from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/deduct_credits.sql sha256:a32cdf43bb2a30ff347798d41099698f1d75bf1bd30d286a8b578a0d2019b814
-- Charges an account a stated amount, for the application's back end.
--
-- Units    p_amount: credits, above 0, at most nine places.
-- Errors   22023 invalid_amount, invalid_quantity, invalid_usage, invalid_key and the other limits
--          of texts, PT404 account_not_found, and those of post_usage
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
begin
    p_amount := credits.check_amount(p_amount);
    if p_quantity is not null or p_usage is distinct from '{}' then
        p_quantity := credits.check_quantity(p_quantity);
        p_usage := credits.check_usage_shape(p_usage);
    end if;
    p_key := credits.check_texts(p_key, p_service, p_reference, p_description, p_metadata);
    return credits.post_usage(
        p_account_id, 'service', p_key,
        credits.request_hash(jsonb_build_array(
            'deduct', p_amount, p_service, p_quantity, p_usage, p_reference, p_description,
            coalesce(p_metadata, '{}'), p_user_id
        )),
        p_user_id, p_amount, p_service, p_quantity, p_usage, p_reference, p_description, p_metadata
    );
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

-- source: sql/functions/wallet/expire_credits.sql sha256:318139b8c7cca43bfa479f4de0a4ea4adc360ff21b48823741a613caaf0ae648
-- Takes expired credits out of the balances, at most 1000 accounts a call.
--
-- Balances and spends leave expired credits out anyway; this writes it into the history.
--
-- Accounts are taken one by one; one that another session holds is left for the next run, one
-- that fails is reported as a warning and does not stop the others.
--
-- p_at     what expires until then.
-- Returns  how many grants expired.
-- Errors   22023 invalid_time
-- Locks    credits.accounts: the rows with something due, until commit.
create or replace function credits.expire_credits(p_at timestamptz)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid;
    v_before bigint;
    v_after bigint;
    v_accounts integer := 0;
    v_count integer := 0;
begin
    perform credits.check_job(p_at, 1000);
    for v_account_id in
        select a.id
        from credits.accounts as a
        where a.next_expiry_at <= p_at
        order by a.next_expiry_at
    loop
        exit when v_accounts = 1000;
        begin
            select a.last_transaction_id into v_before
            from credits.accounts as a
            where a.id = v_account_id and a.next_expiry_at <= p_at
            for no key update skip locked;
            continue when not found;
            v_after := (credits.lock_account(v_account_id, p_at)).last_transaction_id;
            v_accounts := v_accounts + 1;
            v_count := v_count + (v_after - v_before)::integer;
        exception when others then
            raise warning 'pgcredits: account % not expired: % (%)',
                v_account_id, sqlerrm, sqlstate;
        end;
    end loop;
    return v_count;
end;
$$;

comment on function credits.expire_credits(timestamptz) is
'Takes expired credits out of the balances.';

revoke all on function credits.expire_credits(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.expire_credits(timestamptz) to service_role;

-- source: sql/functions/wallet/export_transactions.sql sha256:e8eeaef83189a86aac1c021151c7b43760d2e658642066de8585516875dc7baf
-- An account's transactions as CSV, oldest first, with a header line; lines end as RFC 4180 says.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required,
--          export_too_large (over 100,000 transactions)
create or replace function credits.export_transactions(
    p_account_id uuid,
    p_since timestamptz,
    p_until timestamptz
)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'read');
    v_only_user_id uuid := credits.only_own_user_id(v_account_id);
    v_count bigint;
    v_lines text;
begin
    perform credits.read_account(v_account_id);
    select
        count(*),
        string_agg(
            concat_ws(
                ',',
                t.id,
                to_char(t.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                t.type, credits.transaction_word(t.type), t.amount,
                trim_scale(t.balance_after - t.amount), t.balance_after,
                coalesce(credits.csv_field(t.service), ''), coalesce(t.quantity::text, ''),
                coalesce(credits.csv_field(t.description), ''),
                coalesce(credits.csv_field(t.reference), ''),
                coalesce(credits.csv_field(t.metadata::text), '{}')
            ) || e'\r\n', '' order by t.id
        )
    into strict v_count, v_lines
    from (
        select t.*
        from credits.transactions as t
        where
            t.account_id = v_account_id
            and (v_only_user_id is null or t.user_id = v_only_user_id)
            and (p_since is null or t.created_at >= p_since)
            and (p_until is null or t.created_at < p_until)
        order by t.id
        limit 100001
    ) as t;
    if v_count > 100000 then
        raise exception 'export_too_large' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 100000)::text,
            hint = 'An export has at most 100000 transactions: choose a time by since and until.';
    end if;

    perform set_config(
        'response.headers',
        '[{"Content-Disposition": "attachment; filename=\"credits.csv\""}]',
        true
    );
    return 'id,created_at,type,transaction_type,amount,balance_before,balance_after,service,'
        || e'quantity,description,reference,metadata\r\n' || coalesce(v_lines, '');
end;
$$;

comment on function credits.export_transactions(uuid, timestamptz, timestamptz) is
'An account''s transactions as CSV.';

revoke all on function credits.export_transactions(uuid, timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.export_transactions(
    uuid, timestamptz, timestamptz
) to authenticated, service_role;

-- source: sql/functions/wallet/get_balance.sql sha256:f22a5ed41835a093998abed09e0836c4e2b746be3a929074512420c69ab55564
-- What an account holds now.
--
-- Units    credits. expiring_credits: those that expire soonest, at expires_at.
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
    v_expiring record;
begin
    select g.expires_at, sum(g.remaining) as remaining into v_expiring
    from credits.open_grants(v_account) as g
    where g.expires_at > clock_timestamp()
    group by g.expires_at
    order by g.expires_at
    limit 1;
    return (
        v_account.id, v_account.owner_id, v_account.status, v_account.plan, v_account.balance,
        v_account.held, v_account.balance - v_account.held, v_account.debt,
        v_account.total_purchased, v_account.total_spent, v_account.balance - v_account.held,
        v_account.status, null::jsonb, null::timestamptz, v_account.low_balance,
        v_expiring.remaining, v_expiring.expires_at
    )::public.credit_balance;
end;
$$;

comment on function credits.get_balance(uuid) is
'What an account holds now.';

revoke all on function credits.get_balance(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.get_balance(uuid) to authenticated, service_role;

-- source: sql/functions/wallet/get_summary.sql sha256:52bcb12136cd9985bea2a806da382e63153b8d070b9f73355971204640ff388e
-- An account in one object: balance, open credits by source, this month's usage by service, caps.
-- Who may not see the whole history gets the own usage, and null for the grants.
--
-- Returns  {"balance": credit_balance, "grants": {"<source>": credits},
--          "usage": {"since": time, "credits": total, "services": {"<service>": credits}},
--          "caps": {"monthly_spend_cap", "spent", "resets_at"}, "subscription": null}
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
        := credits.month_of(v_account.last_transaction_at)::timestamp at time zone 'UTC';
    v_only_user_id uuid := credits.only_own_user_id(v_account.id);
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
        'balance', to_jsonb(credits.get_balance(v_account.id)),
        'grants', case when v_only_user_id is null then v_grants end,
        'usage', jsonb_build_object(
            'since', v_month, 'credits', v_spent, 'services', v_services
        ),
        'caps', jsonb_build_object(
            'monthly_spend_cap', v_account.monthly_spend_cap,
            'spent', credits.month_spent(v_account),
            'resets_at', credits.month_end(v_account.last_transaction_at)
        ),
        'subscription', null
    );
end;
$$;

comment on function credits.get_summary(uuid) is
'An account''s balance, grants, usage of the month and caps in one object.';

revoke all on function credits.get_summary(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.get_summary(uuid) to authenticated, service_role;

-- source: sql/functions/wallet/grant_initial_credits.sql sha256:42566f0e6a9989c4057072b5927780153f19e6843e7eaa3ffa6fef785106235d
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

-- source: sql/functions/wallet/has_enough.sql sha256:c8627a21b08ca612fbc0a279033a95eace96170b64d8112dfecb88de2abd5441
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
    return v_account.status = 'active'
    and v_cost <= least(v_account.balance - v_account.held, credits.cap_left(v_account));
end;
$$;

comment on function credits.has_enough(text, numeric, jsonb, uuid) is
'Whether an account could pay for a use of a service now.';

revoke all on function credits.has_enough(text, numeric, jsonb, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.has_enough(
    text, numeric, jsonb, uuid
) to authenticated, service_role;

-- source: sql/functions/wallet/list_transactions.sql sha256:0d2be5ced4fd95198fda73ad5bc5d8092dd25d036fb6a5479e084e1604e87c9f
-- An account's transactions, newest first, a page at a time. Members and viewers see the own ones.
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
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'read');
    v_only_user_id uuid := credits.only_own_user_id(v_account_id);
    v_types text[] := credits.types_called(p_type);
begin
    if p_page_size is null or p_page_size not between 1 and 200 then
        raise exception 'invalid_page_size' using
            errcode = '22023',
            detail = jsonb_build_object('minimum', 1, 'maximum', 200)::text,
            hint = 'A page has 1 to 200 rows.';
    end if;
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

-- source: sql/functions/wallet/month_spent.sql sha256:44398b7485d0681367bfae1d6fb3b36df1dee92b722133fad99a374e76707903
-- What an account has spent in a calendar month (UTC), as its monthly cap counts it.
--
-- p_account  as lock_account or read_account returned it: their time says which month it is.
create or replace function credits.month_spent(p_account credits.accounts)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_account.last_transaction_at < p_account.month_ends_at then
        return p_account.month_spent;
    end if;
    return 0::numeric;
end;
$$;

comment on function credits.month_spent(credits.accounts) is
'What an account has spent in the calendar month of its lock or reading.';

revoke all on function credits.month_spent(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/on_auth_user_change.sql sha256:3ec7d4a39616b54f879ac14086977792274f69319caa838b1a7dd9042fbf8152
-- Opens the account of a user who signs up, or who stops being anonymous.
--
-- It can never block or hang a sign-up: it waits at most a second for a lock, and any failure is a
-- warning in the log. The account's first write, or grant_initial_credits, then opens it.
create or replace function credits.on_auth_user_change()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '1s'
as $$
begin
    perform credits.open_personal_account(new.id);
    return null;
exception when others then
    raise warning 'pgcredits: no account for user %: % (%)', new.id, sqlerrm, sqlstate;
    return null;
end;
$$;

comment on function credits.on_auth_user_change() is
'Opens a new user''s account without ever failing the sign-up.';

revoke all on function credits.on_auth_user_change() from public, anon, authenticated, service_role;

create or replace trigger credits_on_auth_user_change
after insert or update of is_anonymous on auth.users
for each row execute function credits.on_auth_user_change();

-- source: sql/functions/wallet/open_account.sql sha256:4b0c0e68ccf0c4b97181e0cdbe4ce10171e5026e4dbc75f4255d679bcae3f8b2
-- Opens an account: of a user (the personal one), or of an application's own user by external id.
--
-- Idempotent by its object: an account that is there is returned as it is.
--
-- p_plan   the first plan, instead of the catalog's free one.
-- Errors   22023 account_owner_required (exactly one of user and external id), unknown_plan,
--          external_id_too_long, email_too_long, PT404 account_not_found: there is no such user,
--          PT409 no_catalog: a plan is named before there is a catalog
create or replace function credits.open_account(
    p_user_id uuid,
    p_external_id text,
    p_email text,
    p_plan text
)
returns uuid
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid;
begin
    if (p_user_id is null) = (p_external_id is null) or p_external_id = '' then
        raise exception 'account_owner_required' using
            errcode = '22023',
            hint = 'Name the user_id of auth.users, or the external_id of your own user.';
    elsif length(p_external_id) > 200 then
        raise exception 'external_id_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 200)::text,
            hint = 'An external id has at most 200 characters.';
    elsif length(p_email) > 320 then
        raise exception 'email_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 320)::text,
            hint = 'An e-mail address has at most 320 characters.';
    end if;

    if p_user_id is not null then
        perform credits.open_personal_account(p_user_id, p_plan);
        return p_user_id;
    end if;

    perform pg_advisory_xact_lock(hashtextextended('credits.external_ids:' || p_external_id, 0));
    select e.account_id into v_account_id
    from credits.external_ids as e
    where e.provider = 'application' and e.object_id = p_external_id;
    if not found then
        insert into credits.accounts (id, kind, external_id, email)
        values (gen_random_uuid(), 'external', p_external_id, p_email)
        returning id into strict v_account_id;
        insert into credits.external_ids (provider, object_id, account_id)
        values ('application', p_external_id, v_account_id)
        -- At REPEATABLE READ an id that the snapshot does not show is 40001, to be retried.
        on conflict (provider, object_id) do nothing;
        perform credits.start_account(v_account_id, p_plan);
    end if;
    return v_account_id;
end;
$$;

comment on function credits.open_account(uuid, text, text, text) is
'Opens the account of a user or of an external id, if it is missing, and returns its id.';

revoke all on function credits.open_account(uuid, text, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.open_account(uuid, text, text, text) to service_role;

-- source: sql/functions/wallet/open_personal_account.sql sha256:d07211fbfe31d96122975adbc9aac15b3ccc0c7a08f5a72c21c0fff1ac0da373
-- Opens a user's personal account, if it is missing, and starts it on the first plan.
--
-- Idempotent, also when many sessions open the same account at once.
--
-- p_plan   the first plan, instead of the catalog's free one.
-- Errors   PT404 account_not_found: there is no such user; 22023 unknown_plan
-- Locks    credits.catalogs against a new catalog, then credits.accounts: the row; until commit.
create or replace function credits.open_personal_account(p_user_id uuid, p_plan text default null)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.share_catalog();
    if not exists (
        select from auth.users as u
        where u.id = p_user_id and u.deleted_at is null
    ) then
        raise exception 'account_not_found' using
            errcode = 'PT404',
            hint = 'There is no account of this id that you may use.';
    end if;
    insert into credits.accounts (id, kind, owner_id)
    values (p_user_id, 'personal', p_user_id)
    on conflict (id) do nothing;
    perform credits.start_account(p_user_id, p_plan);
end;
$$;

comment on function credits.open_personal_account(uuid, text) is
'Opens a user''s personal account, if it is missing, on the first plan.';

revoke all on function credits.open_personal_account(uuid, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/period_number.sql sha256:68ed435720d179c4a2899fcad1e5ab1ead218f93dd59b4a2705a5d191f41debf
-- The number of the period that holds a time: how many whole months have passed since the anchor.
create or replace function credits.period_number(p_anchor_at timestamptz, p_at timestamptz)
returns integer
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_anchor timestamp := p_anchor_at at time zone 'UTC';
    v_at timestamp := p_at at time zone 'UTC';
    v_months integer := (
        (extract(year from v_at) - extract(year from v_anchor)) * 12
        + extract(month from v_at) - extract(month from v_anchor)
    )::integer;
begin
    return v_months
    - case when credits.period_start(p_anchor_at, v_months) > p_at then 1 else 0 end;
end;
$$;

comment on function credits.period_number(timestamptz, timestamptz) is
'How many whole months have passed since the anchor, in UTC.';

revoke all on function credits.period_number(timestamptz, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/period_start.sql sha256:bb23388c9ba51ccb23331cc8422595c38f8d90a431fb37933abf6e11963949ea
-- When an account's period begins: the anchor plus so many months, in UTC. Every period counts
-- from the anchor, so 31 January is followed by 28 February and then by 31 March.
create or replace function credits.period_start(p_anchor_at timestamptz, p_number integer)
returns timestamptz
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (
        (p_anchor_at at time zone 'UTC') + make_interval(months => p_number)
    ) at time zone 'UTC'
$$;

comment on function credits.period_start(timestamptz, integer) is
'The anchor plus so many months, in UTC.';

revoke all on function credits.period_start(timestamptz, integer)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/post_usage.sql sha256:c8eb30d86d58dbdb6db3a9fabc3d614ce912fb28462868d7f70dfe8a04034f50
-- Charges an account for usage, once per key: the core of use_credits and deduct_credits.
--
-- Without an amount the catalog in force prices the service. A replay is answered before status,
-- price and cap are looked at, with the stored cost and balance of then.
--
-- Errors   PT409 idempotency_key_reused, PT403 account_paused, account_closed,
--          PT402 insufficient_credits, spend_cap_reached, and those of price_usage
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.post_usage(
    p_account_id uuid,
    p_scope text,
    p_key text,
    p_request bytea,
    p_user_id uuid,
    p_amount numeric,
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_reference text,
    p_description text,
    p_metadata jsonb
)
returns public.credit_charge
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_transaction credits.transactions;
    v_price_version integer;
begin
    v_transaction := credits.find_transaction(p_account_id, p_scope, p_key, p_request);
    if v_transaction.id is null then
        if p_amount is null then
            select p.cost, p.version into strict p_amount, v_price_version
            from credits.price_usage(p_service, p_quantity, p_usage) as p;
        end if;
        -- A counter of last month is too high at most: check_can_spend looks closer.
        if v_account.status <> 'active'
            or p_amount > v_account.monthly_spend_cap - v_account.month_spent
        then
            p_amount := credits.check_can_spend(v_account, p_amount);
        end if;
        v_transaction := credits.post_transaction(
            v_account, 'usage', -p_amount, p_scope, p_key, p_request,
            p_user_id => p_user_id,
            p_service => p_service,
            p_quantity => p_quantity,
            p_usage => nullif(p_usage, '{}'),
            p_price_version => v_price_version,
            p_reference => p_reference,
            p_description => p_description,
            p_metadata => nullif(p_metadata, '{}')
        );
    end if;
    return (
        v_transaction.id, -v_transaction.amount, v_transaction.balance_after,
        v_transaction.held_after, v_transaction.balance_after - v_transaction.held_after
    )::public.credit_charge;
end;
$$;

comment on function credits.post_usage(
    uuid, text, text, bytea, uuid, numeric, text, numeric, jsonb, text, text, jsonb
) is
'Charges an account for usage, once per key.';

revoke all on function credits.post_usage(
    uuid, text, text, bytea, uuid, numeric, text, numeric, jsonb, text, text, jsonb
) from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/renew_allowance.sql sha256:fb7a999cf883d2ecbad89534252ac8f3128a1afa354208bbe7a00ce5fc89e10e
-- Gives a locked account the allowance of the period that holds p_at, less what was granted for
-- that period already, and moves the account to that period.
--
-- Periods only move forward: an earlier time than the account's period counts as that period. Of
-- several missed periods only the current one is granted, for the others' credits would have
-- expired. An allowance expires with its period, or so many months later as the plan rolls over.
--
-- Returns  the credits granted.
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.renew_allowance(
    p_account credits.accounts,
    p_plan credits.plans,
    p_at timestamptz
)
returns numeric
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_number integer := greatest(
        credits.period_number(p_account.period_anchor_at, p_at), p_account.period_number
    );
    v_start_at timestamptz := credits.period_start(p_account.period_anchor_at, v_number);
    v_due numeric;
begin
    update credits.accounts as a
    set
        period_number = v_number,
        period_end_at = credits.period_start(a.period_anchor_at, v_number + 1)
    where a.id = p_account.id;

    select p_plan.monthly_credits - coalesce(sum(g.amount), 0) into strict v_due
    from credits.grants as g
    where
        g.account_id = p_account.id
        and g.source = 'allowance'
        and g.reference = 'period:' || v_number;
    if v_due <= 0 then
        return 0::numeric;
    end if;
    perform credits.post_grant(
        p_account, 'allowance', v_due, 'system',
        'allowance:' || v_number || ':' || p_plan.code || ':' || p_plan.version,
        credits.request_hash(jsonb_build_array('allowance', v_number, p_plan.code)),
        p_expires_at => credits.period_start(
            p_account.period_anchor_at, v_number + 1 + p_plan.rollover_months
        ),
        p_reference => 'period:' || v_number,
        p_description => 'Monthly credits of the plan ' || p_plan.name || ' from '
        || to_char(v_start_at at time zone 'UTC', 'YYYY-MM-DD'),
        p_price_version => p_plan.version
    );
    return v_due;
end;
$$;

comment on function credits.renew_allowance(credits.accounts, credits.plans, timestamptz) is
'Gives a locked account the allowance of the period that holds a time, once.';

revoke all on function credits.renew_allowance(credits.accounts, credits.plans, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/renew_due_account.sql sha256:91eec81b8ad08426b7977c6324d79eed19d1ba1cdec8e3fdccdc180fad7db750
-- Renews one account whose period has ended: what expires by then goes first, then the new
-- period's allowance comes.
create or replace function credits.renew_due_account(p_account_id uuid, p_at timestamptz)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(p_account_id, p_at);
begin
    perform credits.renew_allowance(v_account, credits.plan_in_force(v_account.plan), p_at);
end;
$$;

comment on function credits.renew_due_account(uuid, timestamptz) is
'Renews one account whose period has ended.';

revoke all on function credits.renew_due_account(uuid, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/reset_monthly_credits.sql sha256:830530bf86beba3910897a4c05a3429e05ad7462c45674efffbc7468f6386e67
-- Renews the allowances that are due: each account and period once, however often and by however
-- many sessions it runs.
--
-- Accounts are taken one by one; one that another session holds is left for the next run, one
-- that fails is reported as a warning and does not stop the others.
--
-- p_at     what is due by then.
-- Returns  how many accounts were renewed.
-- Errors   22023 invalid_batch_size, invalid_time
-- Locks    credits.accounts: the renewed rows, until commit.
create or replace function credits.reset_monthly_credits(p_at timestamptz, p_batch_size integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid;
    v_count integer := 0;
begin
    perform credits.check_job(p_at, p_batch_size);
    for v_account_id in
        select a.id
        from credits.accounts as a
        where a.period_end_at <= p_at and a.status <> 'closed'
        order by a.period_end_at
    loop
        exit when v_count = p_batch_size;
        begin
            perform from credits.accounts as a
            where a.id = v_account_id and a.period_end_at <= p_at
            for no key update skip locked;
            if found then
                perform credits.renew_due_account(v_account_id, p_at);
                v_count := v_count + 1;
            end if;
        exception when others then
            raise warning 'pgcredits: account % not renewed: % (%)',
                v_account_id, sqlerrm, sqlstate;
        end;
    end loop;
    return v_count;
end;
$$;

comment on function credits.reset_monthly_credits(timestamptz, integer) is
'Renews the monthly allowances that are due, each account and period once.';

revoke all on function credits.reset_monthly_credits(timestamptz, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.reset_monthly_credits(timestamptz, integer) to service_role;

-- source: sql/functions/wallet/start_account.sql sha256:ec4b119795ea5dcea90f6b0e9b03bdd903bc0e774cbfad3469b412a78b562bb5
-- Puts an account that has no plan yet on its first one, with that plan's free credits.
--
-- The first plan is the one named, else the catalog's free plan, where it has one. An anonymous
-- user has no plan, and so no free credits, until the user is a person with an address.
--
-- Returns  true when the account got its plan here.
-- Errors   22023 unknown_plan
-- Locks    credits.catalogs against a new catalog, then credits.accounts: one row; until commit.
create or replace function credits.start_account(p_account_id uuid, p_plan text)
returns boolean
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
begin
    perform credits.share_catalog();
    v_account := credits.lock_account(p_account_id);
    if v_account.plan is not null
        or p_plan is null and not credits.has_free_plan()
        or exists (select from auth.users as u where u.id = v_account.owner_id and u.is_anonymous)
    then
        return false;
    end if;
    perform credits.assign_plan(v_account, credits.plan_in_force(coalesce(p_plan, 'free')));
    return true;
end;
$$;

comment on function credits.start_account(uuid, text) is
'Puts an account without a plan on its first one.';

revoke all on function credits.start_account(uuid, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/use_credits.sql sha256:3fc5b97193c496310cbed8e6953e5496d80f78ca272aa2f7b932fb229c6bd66d
-- Charges an account for one use of a service, priced by the catalog and never by the caller.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 unknown_service, invalid_quantity,
--          invalid_usage and the limits of texts, and those of post_usage
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
begin
    p_quantity := coalesce(credits.check_quantity(p_quantity), 1);
    p_usage := credits.check_usage_shape(p_usage);
    p_key := credits.check_texts(p_key, p_service, p_reference, p_description, v_metadata);
    return credits.post_usage(
        v_account_id, coalesce(v_user_id::text, 'service'), p_key,
        credits.request_hash(jsonb_build_array(
            'use', p_service, p_quantity, p_usage, p_reference, p_description, v_metadata
        )),
        v_user_id, null, p_service, p_quantity, p_usage, p_reference, p_description, v_metadata
    );
end;
$$;

comment on function credits.use_credits(text, text, numeric, jsonb, text, text, jsonb, uuid) is
'Charges an account for one use of a service at the catalog''s price, once per key.';

revoke all on function credits.use_credits(text, text, numeric, jsonb, text, text, jsonb, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.use_credits(
    text, text, numeric, jsonb, text, text, jsonb, uuid
) to authenticated, service_role;

-- source: sql/functions/wallet/welcome_due.sql sha256:cb61820066a7a25f984fcf589e3521b9dbffb6b06b255caf9a9be76dd31e2683
-- The welcome credits that a plan still owes an account: all of them the first time, later only
-- the difference to a higher plan, and only while the account has not used any credits.
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

-- source: sql/functions/pricing/apply_catalog.sql sha256:515794059dd37285f4cf62515fa0297d9c593a4741668058961d64e07530a1b1
-- Puts a catalog in force as a new version; the versions before it stay as they are, and so do the
-- charges made at their prices. A catalog that changes nothing makes no version.
--
-- p_dry_run  checks the catalog and lists the changes, and keeps nothing, unless it is false.
-- Returns    what changes against the catalog in force.
-- Errors     22023 invalid_catalog, PT409 plan_in_use (a plan that accounts have cannot disappear)
-- Locks      credits.catalogs against other catalogs and changes of plan; the accounts whose plan's
--            cap or allowance changes; until commit. Readers and other spends go on.
create or replace function credits.apply_catalog(p_catalog jsonb, p_dry_run boolean)
returns setof public.credit_catalog_change
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_before jsonb;
    v_problem text;
begin
    lock table credits.catalogs in share row exclusive mode;
    select c.content into v_before
    from credits.catalogs as c
    order by c.version desc
    limit 1;
    if v_before = p_catalog then
        return;
    end if;

    begin
        v_problem := credits.catalog_problem(p_catalog);
        if v_problem is null then
            perform credits.use_catalog(credits.store_catalog(p_catalog));
            if p_dry_run is distinct from false then
                raise exception 'dry_run' using errcode = 'PT200';
            end if;
        end if;
    exception
        when sqlstate 'PT200' then null;
        when integrity_constraint_violation or data_exception then
            get stacked diagnostics v_problem = message_text;
    end;
    if v_problem is not null then
        raise exception 'invalid_catalog' using
            errcode = '22023',
            detail = jsonb_build_object('problem', v_problem)::text,
            hint = 'docs/catalogs.md describes the file.';
    end if;
    return query select c.* from credits.catalog_changes(v_before, p_catalog) as c;
end;
$$;

comment on function credits.apply_catalog(jsonb, boolean) is
'Puts a catalog in force as a new version and lists what it changes.';

revoke all on function credits.apply_catalog(jsonb, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.apply_catalog(jsonb, boolean) to service_role;

-- source: sql/functions/pricing/calculate_query_cost.sql sha256:865aa88d9c0349e9b2c7a718ea9266ff3a1999db3b5104e6b14a8a49821d9676
-- What one call costs by the catalog in force: the named tools are added to the usage.
--
-- Errors   22023 invalid_quantity, invalid_usage, and those of price_usage
create or replace function credits.calculate_query_cost(
    p_tools text[],
    p_service text,
    p_usage jsonb,
    p_quantity numeric
)
returns numeric
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_usage jsonb := credits.check_usage_shape(p_usage);
begin
    if p_tools <> '{}' then
        if v_usage ? 'tools' then
            raise exception 'invalid_usage' using
                errcode = '22023',
                hint = 'Name the tools once: in tools or in usage.';
        end if;
        v_usage := v_usage || jsonb_build_object('tools', p_tools);
    end if;
    return (
        credits.price_usage(p_service, coalesce(credits.check_quantity(p_quantity), 1), v_usage)
    ).cost;
end;
$$;

comment on function credits.calculate_query_cost(text[], text, jsonb, numeric) is
'What one call costs by the catalog in force.';

revoke all on function credits.calculate_query_cost(text[], text, jsonb, numeric)
from public, anon, authenticated, service_role;
grant execute on function credits.calculate_query_cost(
    text[], text, jsonb, numeric
) to anon, authenticated, service_role;

-- source: sql/functions/pricing/catalog_changes.sql sha256:fbf9483ae886c478f404a1e0936d8e83c80b8c9b4f33f6f977af599dcc9ea078
-- What a new catalog changes in an old one: what is added, removed or changed, and the order in
-- which lists are shown.
--
-- p_before  null for the first catalog.
create or replace function credits.catalog_changes(p_before jsonb, p_after jsonb)
returns setof public.credit_catalog_change
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        c.kind,
        c.code,
        case when b.item is null then 'added' when a.item is null then 'removed' else 'changed' end,
        b.item,
        a.item
    from (
        select i.kind, i.code from credits.catalog_items(p_before) as i
        union
        select i.kind, i.code from credits.catalog_items(p_after) as i
    ) as c
    left join credits.catalog_items(p_before) as b on c.kind = b.kind and c.code = b.code
    left join credits.catalog_items(p_after) as a on c.kind = a.kind and c.code = a.code
    where b.item is distinct from a.item
    union all
    select
        'order',
        s.section,
        'changed',
        credits.shared_order(p_before, p_after, s.section),
        credits.shared_order(p_after, p_before, s.section)
    from (values ('plans'), ('packages'), ('services'), ('models')) as s (section)
    where
        credits.shared_order(p_before, p_after, s.section)
        is distinct from credits.shared_order(p_after, p_before, s.section)
    order by 1, 2
$$;

comment on function credits.catalog_changes(jsonb, jsonb) is
'What a new catalog adds to, removes from or changes in an old one.';

revoke all on function credits.catalog_changes(jsonb, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/catalog_in_force.sql sha256:ba04d3c636be71b0cd43b685d805c411ed7a389603568ddb1c7e97373613e9e4
-- The catalog whose prices count now: the latest version.
--
-- Errors   PT409 no_catalog: none has been applied.
create or replace function credits.catalog_in_force()
returns credits.catalogs
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs;
begin
    select c.* into v_catalog
    from credits.catalogs as c
    order by c.version desc
    limit 1;
    if not found then
        raise exception 'no_catalog' using
            errcode = 'PT409',
            hint = 'Apply a catalog first: pgcredits catalog apply FILE.';
    end if;
    return v_catalog;
end;
$$;

comment on function credits.catalog_in_force() is
'The catalog whose prices count now, or PT409.';

revoke all on function credits.catalog_in_force() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/catalog_items.sql sha256:72eb74f423565481e7ecb3ab092c4a403657e2e3ef2d6d4477078675a222bba4
-- A catalog's plans, packages, services and models as one list, for comparing two catalogs. Null
-- has none.
create or replace function credits.catalog_items(p_catalog jsonb)
returns table (kind text, code text, item jsonb)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        left(s.section, -1),
        i.item ->> 'code',
        i.item
    from (values ('plans'), ('packages'), ('services'), ('models')) as s (section)
    cross join lateral jsonb_array_elements(coalesce(p_catalog -> s.section, '[]')) as i (item)
    union all
    select
        'catalog',
        p_catalog ->> 'code',
        p_catalog - '{plans,packages,services,models}'::text[]
    where p_catalog is not null
$$;

comment on function credits.catalog_items(jsonb) is
'The items of a catalog: kind, code and content.';

revoke all on function credits.catalog_items(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/catalog_keys.sql sha256:4d8b0c276e1fe55e41d502f8b05eee2820721be920c141cd66c473ff1fee56c4
-- The keys that a catalog's items may have.
create or replace function credits.catalog_keys(p_kind text)
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case p_kind
        when 'catalog' then array[
            'code', 'name', 'currency', 'list_price_per_credit', 'rounding'
        ]
        when 'rounding' then array['places', 'mode']
        when 'plan' then array[
            'code', 'name', 'price_cents', 'billing_interval', 'monthly_credits',
            'welcome_credits', 'rollover_months', 'monthly_spend_cap', 'features', 'contact_only'
        ]
        when 'package' then array[
            'code', 'name', 'credits', 'bonus_credits', 'price_cents', 'cost_cents', 'features'
        ]
        when 'service' then array[
            'code', 'description', 'unit', 'unit_size', 'meter', 'credits', 'base', 'tools',
            'meters', 'free'
        ]
        when 'meter' then array['unit', 'unit_size', 'credits']
        when 'model' then array[
            'code', 'name', 'description', 'provider', 'tier', 'credits_per_1k_tokens'
        ]
    end
$$;

comment on function credits.catalog_keys(text) is
'The keys that a catalog''s items may have.';

revoke all on function credits.catalog_keys(text) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/catalog_problem.sql sha256:64f62a1aac528d723b2dfaf594fa3df8ef635ad13daea4a4edaf8b929755ef37
-- What is wrong with a catalog that its tables would not refuse: a key that means nothing here (a
-- misspelt price must not vanish), a code used twice, a service without a price, a meter of its own
-- that has the name of one of ours, or a unit that is not priced.
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
    select format('%s %s: unknown key %s', i.kind, i.code, k.key) into v_problem
    from (
        select c.* from credits.catalog_items(p_catalog) as c
        union all
        select 'rounding', '', p_catalog -> 'rounding'
        where p_catalog ? 'rounding'
        union all
        select 'meter', m.key, m.value
        from credits.catalog_items(p_catalog) as c
        cross join lateral jsonb_each(coalesce(c.item -> 'meters', '{}')) as m
    ) as i
    cross join lateral jsonb_object_keys(i.item) as k (key)
    where not k.key = any(credits.catalog_keys(i.kind))
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

    select format('%s %s: %s', c.kind, c.code, w.problem) into v_problem
    from credits.catalog_items(p_catalog) as c
    cross join lateral (
        values
        ('no price', not exists (select from credits.price_components(c.item))),
        ('a unit without credits', c.item ?| array['unit', 'unit_size', 'meter']
        and not c.item ? 'credits'),
        ('a meter with a name of ours', coalesce(
            c.item ->> 'meter' = any(credits.reserved_meters())
            or c.item ->> 'meter' like 'tool:%'
            or c.item -> 'meters' ?| credits.reserved_meters()
            or exists (
                select from jsonb_object_keys(c.item -> 'meters') as k (key)
                where k.key like 'tool:%'
            ),
            false
        ))
    ) as w (problem, is_so)
    where c.kind in ('service', 'model') and w.is_so
    limit 1;
    return v_problem;
end;
$$;

comment on function credits.catalog_problem(jsonb) is
'What is wrong with a catalog that its tables would not refuse; null when nothing is.';

revoke all on function credits.catalog_problem(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/check_usage.sql sha256:f3d56c67df18318b948d5b8f258015940725fb3e21dda6f35b45886939060f17
-- Refuses a usage that the service's price does not know how to count: an unknown key, a value that
-- is not a count, or tools that are not a list of names with a price.
--
-- Errors   22023 invalid_usage
create or replace function credits.check_usage(
    p_version integer,
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
    v_key text;
begin
    select u.key into v_key
    from jsonb_each(p_usage) as u
    left join credits.prices as p
        on
            p.version = p_version
            and p.service = p_service
            and case
                when u.key = 'tools' then p.meter like 'tool:%'
                when p.meter = 'tokens' then u.key = any(credits.token_classes())
                else p.meter = u.key
                    and p.meter not in ('base', 'quantity', 'tokens')
                    and p.meter not like 'tool:%'
            end
    where
        p.meter is null and u.value <> '[]'
        or u.key = 'tools' and not (
            credits.is_name_list(u.value)
            and credits.has_tool_prices(p_version, p_service, u.value)
        )
        or u.key <> 'tools' and not credits.is_count(u.value)
    limit 1;
    if found then
        raise exception 'invalid_usage' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service, 'key', v_key)::text,
            hint = 'The price of this service does not count this: see list_credit_prices().';
    end if;
end;
$$;

comment on function credits.check_usage(integer, text, jsonb) is
'Refuses a usage that the service''s price cannot count with 22023.';

revoke all on function credits.check_usage(integer, text, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/count_units.sql sha256:239f847d53a7be688c30413779c749d1a8560e3aa7ae18c7a93dd9f44bc833f5
-- How many units a use has of a price component that is not the service's own unit.
--
-- Tools are counted once each by name, and again for every unit of the quantity.
--
-- p_quantity  how many of the service's own unit: the usage's count of them, where it has one.
create or replace function credits.count_units(
    p_price credits.prices,
    p_quantity numeric,
    p_usage jsonb
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_price.meter = 'base' then
        return 1::numeric;
    elsif p_price.meter = 'tokens' then
        return (
            select coalesce(sum((u.value #>> '{}')::numeric), 0)
            from jsonb_each(p_usage) as u
            where u.key = any(credits.token_classes())
        );
    elsif p_price.meter like 'tool:%' then
        return p_quantity * (
            select count(distinct t.name)
            from jsonb_array_elements_text(p_usage -> 'tools') as t (name)
            where 'tool:' || t.name = p_price.meter or p_price.meter = 'tool:*' and not exists (
                select from credits.prices as p
                where
                    p.version = p_price.version
                    and p.service = p_price.service
                    and p.meter = 'tool:' || t.name
            )
        );
    end if;
    return coalesce((p_usage ->> p_price.meter)::numeric, 0);
end;
$$;

comment on function credits.count_units(credits.prices, numeric, jsonb) is
'How many units of one price component a use has.';

revoke all on function credits.count_units(credits.prices, numeric, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/has_free_plan.sql sha256:249918c820ab79d87e33321fbdb80bd7f60d02fb7ccd3c36f94b0765e744c7db
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
            and p.version = (select max(c.version) from credits.catalogs as c)
    );
end;
$$;

comment on function credits.has_free_plan() is
'True when the catalog in force has a plan of the code free.';

revoke all on function credits.has_free_plan() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/has_tool_prices.sql sha256:51fd7f31b5d50548fb86c3141059b3b76c55bdde5749e41c88a9e2269c616201
-- True when a service prices every tool of a JSON array of names, each by name or as any other.
create or replace function credits.has_tool_prices(
    p_version integer,
    p_service text,
    p_tools jsonb
)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select not exists (
        select from jsonb_array_elements_text(p_tools) as t (name)
        where not exists (
            select from credits.prices as p
            where
                p.version = p_version
                and p.service = p_service
                and p.meter in ('tool:*', 'tool:' || t.name)
        )
    )
$$;

comment on function credits.has_tool_prices(integer, text, jsonb) is
'True when a service prices every tool of a list.';

revoke all on function credits.has_tool_prices(integer, text, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/is_count.sql sha256:fc3f8fb592aaef082df7e816212e79492ff75adfe3a77b01390efbb99eedb240
-- True for a JSON number that can be counted: 0 to 10^12, at most nine places.
create or replace function credits.is_count(p_value jsonb)
returns boolean
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_typeof(p_value) = 'number'
    and (p_value #>> '{}')::numeric between 0 and 1e12
    and (p_value #>> '{}')::numeric = round((p_value #>> '{}')::numeric, 9);
end;
$$;

comment on function credits.is_count(jsonb) is
'True for a JSON number from 0 to 10^12 with at most nine places.';

revoke all on function credits.is_count(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/is_name_list.sql sha256:2f8d0e1d93c2be322cf2fc9d2911c4f97fd27b140739aa0fc4d61a2d96f4c7e9
-- True for a JSON array of at most 100 texts of 1 to 100 characters.
create or replace function credits.is_name_list(p_value jsonb)
returns boolean
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_typeof(p_value) = 'array'
    and jsonb_array_length(p_value) <= 100
    and not exists (
        select from jsonb_array_elements(p_value) as e (item)
        where jsonb_typeof(e.item) <> 'string' or length(e.item #>> '{}') not between 1 and 100
    );
end;
$$;

comment on function credits.is_name_list(jsonb) is
'True for a JSON array of names.';

revoke all on function credits.is_name_list(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/list_packages.sql sha256:1004a0c85d33352c0542b620aab513b210312ae63ac9aa7142bf84d48418cb83
-- The packs on sale, with what one credit costs and how far that is below the list price.
--
-- Units    price_cents: minor units of currency. price_per_credit: major units, six places.
-- Errors   PT409 no_catalog
create or replace function credits.list_packages()
returns setof public.credit_package
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs := credits.catalog_in_force();
begin
    return query
    select
        p.code::text,
        p.name,
        p.credits::numeric,
        p.bonus_credits::numeric,
        p.price_cents,
        v_catalog.currency,
        trim_scale(round(p.price_cents / 100.0 / (p.credits + p.bonus_credits), 6)),
        greatest(
            0,
            round(
                100 - p.price_cents / (p.credits + p.bonus_credits)
                / v_catalog.list_price_per_credit
            )
        ),
        p.features
    from credits.packages as p
    where p.version = v_catalog.version
    order by p.position;
end;
$$;

comment on function credits.list_packages() is
'The packs on sale by the catalog in force.';

revoke all on function credits.list_packages() from public, anon, authenticated, service_role;
grant execute on function credits.list_packages() to anon, authenticated, service_role;

-- source: sql/functions/pricing/list_plans.sql sha256:2bb8f3d67d51f9dbc066ad702b0ab8f3dffee792aa52232aa771b12d9745574e
-- The plans of the catalog in force. A plan without a price is not sold here: it is given by an
-- administrator, or on request (contact_only).
--
-- Errors   PT409 no_catalog
create or replace function credits.list_plans()
returns setof public.credit_plan
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs := credits.catalog_in_force();
begin
    return query
    select
        p.code::text,
        p.name,
        p.price_cents,
        v_catalog.currency,
        p.billing_interval,
        p.monthly_credits::numeric,
        p.welcome_credits::numeric,
        p.features,
        p.contact_only
    from credits.plans as p
    where p.version = v_catalog.version
    order by p.position;
end;
$$;

comment on function credits.list_plans() is
'The plans of the catalog in force.';

revoke all on function credits.list_plans() from public, anon, authenticated, service_role;
grant execute on function credits.list_plans() to anon, authenticated, service_role;

-- source: sql/functions/pricing/list_prices.sql sha256:e282cc5e1d1ae363add7e4d3d83b71e9ce44ef16b00bbb57eabd3c5539896808
-- What each service costs: the usage guide, one row a component of a price.
--
-- Errors   PT409 no_catalog
create or replace function credits.list_prices()
returns setof public.credit_price
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs := credits.catalog_in_force();
begin
    return query
    select
        p.service::text,
        p.meter,
        p.unit,
        p.unit_size,
        p.credits,
        m.provider,
        m.tier,
        p.description
    from credits.prices as p
    left join credits.models as m on p.version = m.version and p.service = m.code
    where p.version = v_catalog.version
    order by p.position, p.service, p.meter;
end;
$$;

comment on function credits.list_prices() is
'The prices of the catalog in force, component by component.';

revoke all on function credits.list_prices() from public, anon, authenticated, service_role;
grant execute on function credits.list_prices() to anon, authenticated, service_role;

-- source: sql/functions/pricing/monthly_credits.sql sha256:5e1bc88d7298e154addd368e64445ae1dc50d80fecf30036f98596f345335295
-- The monthly allowance of a plan.
--
-- Errors   22023 unknown_plan, PT409 no_catalog
create or replace function credits.monthly_credits(p_plan text)
returns numeric
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return (credits.plan_in_force(p_plan)).monthly_credits;
end;
$$;

comment on function credits.monthly_credits(text) is
'The monthly allowance of a plan in credits.';

revoke all on function credits.monthly_credits(text) from public, anon, authenticated, service_role;
grant execute on function credits.monthly_credits(text) to service_role;

-- source: sql/functions/pricing/plan_in_force.sql sha256:ceda33cc3151eaddd14556e9fa0f9367ecf0cf6eaddb6375f45312b0a3dc34d5
-- A plan as the catalog in force has it.
--
-- Errors   22023 unknown_plan, PT409 no_catalog
create or replace function credits.plan_in_force(p_code text)
returns credits.plans
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := (credits.catalog_in_force()).version;
    v_plan credits.plans;
begin
    select p.* into v_plan
    from credits.plans as p
    where p.version = v_version and p.code = p_code;
    if not found then
        raise exception 'unknown_plan' using
            errcode = '22023',
            detail = jsonb_build_object('plan', p_code)::text,
            hint = 'list_credit_plans() lists the plans.';
    end if;
    return v_plan;
end;
$$;

comment on function credits.plan_in_force(text) is
'A plan as the catalog in force has it, or 22023.';

revoke all on function credits.plan_in_force(text) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/price_components.sql sha256:048b4cbb58d563cccaafc3f2b0d640f3b48b01467ca9b08a6808661b19ac1934
-- The components of one service's price in a catalog.
--
--   credits                per unit of the service; meter names the usage's word for that unit
--   base                   per call
--   tools                  {"<name>": credits, "*": credits of any other tool}
--   meters                 {"<usage key>": {"unit", "unit_size", "credits"}}
--   credits_per_1k_tokens  all token classes together
create or replace function credits.price_components(p_service jsonb)
returns table (
    meter text, unit text, unit_size numeric, credits numeric, counts_quantity boolean
)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        coalesce(p_service ->> 'meter', 'quantity'),
        p_service ->> 'unit',
        coalesce((p_service ->> 'unit_size')::numeric, 1),
        (p_service ->> 'credits')::numeric,
        true
    where p_service ? 'credits'
    union all
    select 'base', 'call', 1, (p_service ->> 'base')::numeric, false
    where p_service ? 'base'
    union all
    select 'tool:' || t.key, 'tool', 1, t.value::numeric, false
    from jsonb_each_text(coalesce(p_service -> 'tools', '{}')) as t
    union all
    select
        m.key,
        m.value ->> 'unit',
        coalesce((m.value ->> 'unit_size')::numeric, 1),
        (m.value ->> 'credits')::numeric,
        false
    from jsonb_each(coalesce(p_service -> 'meters', '{}')) as m
    union all
    select 'tokens', '1K tokens', 1000, (p_service ->> 'credits_per_1k_tokens')::numeric, false
    where p_service ? 'credits_per_1k_tokens'
$$;

comment on function credits.price_components(jsonb) is
'The components of one service''s price in a catalog.';

revoke all on function credits.price_components(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/price_usage.sql sha256:2c2825f5c8a0d1566dc2a58c6523b77473ae7d7f701e05f5992d57901e0ec254
-- Prices one use of a service by the catalog in force, exact to nine places.
--
-- The price is the sum of the service's components: each meter's count times its credits per
-- unit_size, rounded once, by the catalog's rule. A use that comes to nothing is refused unless the
-- catalog says that the service is free, so a missing count never makes a call free of charge.
--
-- p_quantity  as check_quantity returned it, not null.
-- p_usage     as check_usage_shape returned it.
-- Units       cost: credits. version: the catalog's version, to be kept with the charge.
-- Errors      22023 unknown_service, invalid_quantity, invalid_usage, PT409 no_catalog
create or replace function credits.price_usage(
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    out cost numeric,
    out version integer
)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_catalog credits.catalogs := credits.catalog_in_force();
    v_is_free boolean;
    v_unit_meter text;
begin
    select
        bool_and(p.is_free),
        max(p.meter) filter (where p.counts_quantity)
    into v_is_free, v_unit_meter
    from credits.prices as p
    where p.version = v_catalog.version and p.service = p_service;
    if v_is_free is null then
        raise exception 'unknown_service' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service)::text,
            hint = 'list_credit_prices() lists the services.';
    elsif p_quantity <> 1 and (v_unit_meter is null or p_usage ? v_unit_meter) then
        raise exception 'invalid_quantity' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service)::text,
            hint = 'The quantity counts a service''s own unit, and only where the usage does not.';
    end if;

    if p_usage <> '{}' then
        perform credits.check_usage(v_catalog.version, p_service, p_usage);
        p_quantity := coalesce((p_usage ->> v_unit_meter)::numeric, p_quantity);
    end if;
    -- Quotients with 30 places, and their dust cut off far below nine, so that thirds add up.
    select round(
        sum(
            p.credits
            * case
                when p.counts_quantity then p_quantity
                else credits.count_units(p, p_quantity, p_usage)
            end
            / p.unit_size::numeric(60, 30)
        ),
        20
    )
    into strict cost
    from credits.prices as p
    where p.version = v_catalog.version and p.service = p_service;
    cost := credits.round_credits(cost, v_catalog);
    version := v_catalog.version;
    if cost > 1e12 or cost = 0 and not v_is_free then
        raise exception 'invalid_usage' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service, 'cost', cost)::text,
            hint = 'The usage must name what this service counts: see list_credit_prices().';
    end if;
end;
$$;

comment on function credits.price_usage(text, numeric, jsonb) is
'The cost of one use of a service by the catalog in force, and that catalog''s version.';

revoke all on function credits.price_usage(text, numeric, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/reserved_meters.sql sha256:857854d4ac2d0c1fa2f90d9d7fc89561064a41192a18c47159e62ea21aaeb92a
-- The names of meters that a price may not give to one of its own.
create or replace function credits.reserved_meters()
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array['base', 'quantity', 'tokens', 'tools']
$$;

comment on function credits.reserved_meters() is
'The names of meters that are ours.';

revoke all on function credits.reserved_meters() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/round_credits.sql sha256:bf5568216562a90ff8e6591a2f08e8d524d19041cf57345aeb6a3ba06be8e4db
-- Rounds a charge by the rule that the catalog names: to so many places, half up or always up.
create or replace function credits.round_credits(p_credits numeric, p_catalog credits.catalogs)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_catalog.rounding_mode = 'up' then
        return trim_scale(
            ceil(p_credits * power(10::numeric, p_catalog.rounding_places))
            / power(10::numeric, p_catalog.rounding_places)
        );
    end if;
    return trim_scale(round(p_credits, p_catalog.rounding_places));
end;
$$;

comment on function credits.round_credits(numeric, credits.catalogs) is
'Rounds a charge by the catalog''s rule.';

revoke all on function credits.round_credits(numeric, credits.catalogs)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/share_catalog.sql sha256:7b61009fb6af1ccab18a9bf4169f93d663f295194d5c48df3bdcd857eeb109d1
-- Keeps the catalog in force as it is until commit, for who is about to put an account on one of
-- its plans. Sharers do not wait for each other, and readers wait for nobody. Take it before any
-- account's row: a new catalog locks the catalogs first, then accounts. (A caller's transaction
-- that spends on one account and then opens another may still deadlock with a new catalog, and
-- is then to be tried again.)
--
-- Locks    credits.catalogs in row exclusive mode, until commit.
create or replace function credits.share_catalog()
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    lock table credits.catalogs in row exclusive mode;
end;
$$;

comment on function credits.share_catalog() is
'Keeps the catalog in force as it is until commit.';

revoke all on function credits.share_catalog() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/shared_order.sql sha256:9a300b8bfc7b51a44e4485e31cda23e77d2f0134283a38c38cab1d97e255bc4f
-- The codes of one list of a catalog that another catalog's list has too, in order.
create or replace function credits.shared_order(p_catalog jsonb, p_other jsonb, p_section text)
returns jsonb
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_agg(e.item -> 'code' order by e.position)
    from jsonb_array_elements(coalesce(p_catalog -> p_section, '[]'))
        with ordinality as e (item, position)
    where exists (
        select from jsonb_array_elements(coalesce(p_other -> p_section, '[]')) as o (item)
        where o.item -> 'code' = e.item -> 'code'
    )
$$;

comment on function credits.shared_order(jsonb, jsonb, text) is
'The codes that two catalogs share in one list, in the first one''s order.';

revoke all on function credits.shared_order(jsonb, jsonb, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/store_catalog.sql sha256:246a6bf81322519e2ef3e80e00120f4ac45efd7449d11c943b24c83bc6db8761
-- Writes a catalog as a new version. The tables' own constraints are what a catalog must keep.
--
-- Locks    the new rows only; apply_catalog has locked the table.
create or replace function credits.store_catalog(p_catalog jsonb)
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
        version, code, name, currency, list_price_per_credit, rounding_places, rounding_mode,
        content, applied_by
    )
    values (
        v_version, p_catalog ->> 'code', p_catalog ->> 'name', p_catalog ->> 'currency',
        (p_catalog ->> 'list_price_per_credit')::numeric,
        coalesce((p_catalog #>> '{rounding,places}')::integer, 9),
        coalesce(p_catalog #>> '{rounding,mode}', 'half_up'),
        p_catalog, credits.caller()
    )
    -- At REPEATABLE READ a version that the snapshot does not show is 40001, to be retried.
    on conflict (version) do nothing;

    insert into credits.plans (
        version, code, name, position, price_cents, billing_interval, monthly_credits,
        welcome_credits, rollover_months, monthly_spend_cap, features, contact_only
    )
    select
        v_version, p.code, p.name, p.position, p.price_cents, p.billing_interval,
        coalesce(p.monthly_credits, 0), coalesce(p.welcome_credits, 0),
        coalesce(p.rollover_months, 0), p.monthly_spend_cap, coalesce(p.features, '[]'),
        coalesce(p.contact_only, false)
    from rows from (
        jsonb_to_recordset(coalesce(p_catalog -> 'plans', '[]')) as (
            code text, name text, price_cents bigint, billing_interval text,
            monthly_credits numeric, welcome_credits numeric, rollover_months integer,
            monthly_spend_cap numeric, features jsonb, contact_only boolean
        )
    ) with ordinality as p (
        code, name, price_cents, billing_interval, monthly_credits, welcome_credits,
        rollover_months, monthly_spend_cap, features, contact_only, position
    );

    insert into credits.packages (
        version, code, name, position, credits, bonus_credits, price_cents, cost_cents, features
    )
    select
        v_version, p.code, p.name, p.position, p.credits, coalesce(p.bonus_credits, 0),
        p.price_cents, p.cost_cents, coalesce(p.features, '[]')
    from rows from (
        jsonb_to_recordset(coalesce(p_catalog -> 'packages', '[]')) as (
            code text, name text, credits numeric, bonus_credits numeric, price_cents bigint,
            cost_cents bigint, features jsonb
        )
    ) with ordinality as p (
        code, name, credits, bonus_credits, price_cents, cost_cents, features, position
    );
    perform credits.store_prices(v_version, p_catalog);
    return v_version;
end;
$$;

comment on function credits.store_catalog(jsonb) is
'Writes a catalog as a new version and returns its number.';

revoke all on function credits.store_catalog(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/store_prices.sql sha256:420c1b17af9b83c1a7b8f6efcf410c41d1d6245b55276aa347a3131a031dfb7a
-- Writes a catalog's services and models: one row a component of a price.
create or replace function credits.store_prices(p_version integer, p_catalog jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.models (version, code, name, position, provider, tier)
    select
        p_version, m.item ->> 'code', m.item ->> 'name', m.position, m.item ->> 'provider',
        m.item ->> 'tier'
    from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]'))
        with ordinality as m (item, position);

    insert into credits.prices (
        version, service, meter, position, unit, unit_size, credits, counts_quantity, is_free,
        description
    )
    select
        p_version, s.item ->> 'code', c.meter, s.position, c.unit, c.unit_size, c.credits,
        c.counts_quantity, coalesce((s.item ->> 'free')::boolean, false), s.item ->> 'description'
    from (
        select e.item, e.position
        from jsonb_array_elements(coalesce(p_catalog -> 'services', '[]'))
            with ordinality as e (item, position)
        union all
        select e.item, 1000 + e.position
        from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]'))
            with ordinality as e (item, position)
    ) as s
    cross join lateral credits.price_components(s.item) as c;
end;
$$;

comment on function credits.store_prices(integer, jsonb) is
'Writes the prices of a catalog''s services and models.';

revoke all on function credits.store_prices(integer, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/token_classes.sql sha256:e96447ee7d06b3ea927441a5d3a1be0f68b3cce861c95e20cc65dc099de9095d
-- The classes of tokens that a usage may name.
create or replace function credits.token_classes()
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array[
        'input_tokens', 'output_tokens', 'cached_tokens', 'cache_write_tokens', 'reasoning_tokens'
    ]
$$;

comment on function credits.token_classes() is
'The classes of tokens that a usage may name.';

revoke all on function credits.token_classes() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/use_catalog.sql sha256:8ad0fa3656b92f3797362ca7667afadeee37cb0a184519c1d1e93bfbcddc1f7d
-- Fits the accounts to a new version of the catalog: their plans must still be there, their monthly
-- caps are the plans', and a plan that gives monthly credits now is due at the next maintenance.
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
    from credits.accounts as a
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
            p.monthly_credits > 0 as is_renewed
        from credits.accounts as a
        inner join credits.plans as p on a.plan = p.code
        where
            p.version = p_version
            and (
                a.monthly_spend_cap is distinct from p.monthly_spend_cap
                or (a.period_end_at is not null) is distinct from (p.monthly_credits > 0)
            )
        order by a.id
        for no key update of a
    )

    update credits.accounts as a
    set
        monthly_spend_cap = due.monthly_spend_cap,
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
'Fits the accounts'' plans and caps to a new version of the catalog.';

revoke all on function credits.use_catalog(integer) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/attach_checkout.sql sha256:72651a8485b229c31b64540afa635294a558d09d88aaa809a180888734ca70fb
-- Notes the provider's checkout session on its order.
--
-- Errors   PT404 order_not_found
create or replace function credits.attach_checkout(
    p_account_id uuid,
    p_order_id uuid,
    p_session_id text
)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.orders as o
    set session_id = p_session_id
    where o.account_id = p_account_id and o.id = p_order_id;
    if not found then
        raise exception 'order_not_found' using
            errcode = 'PT404',
            hint = 'There is no such order.';
    end if;
end;
$$;

comment on function credits.attach_checkout(uuid, uuid, text) is
'Notes the provider''s checkout session on its order.';

revoke all on function credits.attach_checkout(uuid, uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.attach_checkout(uuid, uuid, text) to credits_edge, service_role;

-- source: sql/functions/billing/open_order.sql sha256:bf56b60dee6e50a943d87022081bf19d688166fe7b0f86cfac77c146644c52fb
-- Opens an order for a pack at the price of the catalog in force, before anybody is asked to pay.
--
-- The edge has verified who the user is. Price and credits come from the catalog and are kept with
-- the order: what is paid later is compared with it. provider_key is the idempotency key of the
-- call that creates the checkout, kept before that call is made.
--
-- Units    total_cents: minor units of currency.
-- Errors   22023 unknown_package, PT404 account_not_found, 42501 user_unknown, PT403 account_closed
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.open_order(
    p_user_id uuid,
    p_account_id uuid,
    p_provider text,
    p_package text
)
returns table (
    account_id uuid,
    order_id uuid,
    provider_key uuid,
    name text,
    total_cents bigint,
    currency text
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
    v_catalog credits.catalogs := credits.catalog_in_force();
    v_package credits.packages;
    v_order credits.orders;
begin
    if (credits.lock_account(v_account_id)).status = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account buys nothing.';
    end if;
    select p.* into v_package
    from credits.packages as p
    where p.version = v_catalog.version and p.code = p_package;
    if not found then
        raise exception 'unknown_package' using
            errcode = '22023',
            detail = jsonb_build_object('package', p_package)::text,
            hint = 'list_credit_packages() lists the packs.';
    end if;

    insert into credits.orders (
        account_id, user_id, provider, package, price_version, credits, bonus_credits,
        total_cents, currency, status
    )
    values (
        v_account_id, p_user_id, p_provider, p_package, v_catalog.version, v_package.credits,
        v_package.bonus_credits, v_package.price_cents, v_catalog.currency, 'open'
    )
    returning * into strict v_order;
    return query select
        v_order.account_id, v_order.id, v_order.provider_key, v_package.name,
        v_order.total_cents, v_order.currency;
end;
$$;

comment on function credits.open_order(uuid, uuid, text, text) is
'Opens an order for a pack at the catalog''s price.';

revoke all on function credits.open_order(uuid, uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.open_order(uuid, uuid, text, text) to credits_edge, service_role;

-- source: sql/functions/billing/settle_payment.sql sha256:7a480309da6680a38ab2a70b6ec13e0c92581aa7576225fbc3429bbc76d6df7e
-- Credits a paid order, once per payment, however often and by however many events it is told.
--
-- The credits bought and the bonus are two grants: the bonus has cost nothing.
--
-- Units    p_amount_cents: what was paid, minor units of p_currency.
-- Returns  null when all is well, else why the payment does not fit the order: nothing is credited.
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.settle_payment(
    p_account_id uuid,
    p_order_id uuid,
    p_provider text,
    p_payment_id text,
    p_amount_cents bigint,
    p_currency text
)
returns text
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_order credits.orders;
    v_account credits.accounts;
    v_transaction credits.transactions;
    v_key text := 'payment:' || p_provider || ':' || p_payment_id;
    v_request bytea := credits.request_hash(jsonb_build_array('payment', v_key));
begin
    select o.* into v_order
    from credits.orders as o
    where o.account_id = p_account_id and o.id = p_order_id and o.provider = p_provider;
    if not found then
        return 'unknown order';
    elsif (p_amount_cents, p_currency) is distinct from (v_order.total_cents, v_order.currency) then
        return 'amount or currency differs from the order';
    end if;

    v_account := credits.lock_account(p_account_id);
    v_transaction := credits.find_transaction(p_account_id, 'system', v_key, v_request);
    if v_transaction.id is not null then
        return null;
    elsif exists (
        select from credits.payments as p
        where p.account_id = p_account_id and p.order_id = p_order_id
    ) then
        return 'order is paid by another payment';
    end if;

    v_transaction := credits.post_grant(
        v_account, 'purchase', v_order.credits, 'system', v_key,
        v_request,
        p_is_paid => true,
        p_paid_cents => p_amount_cents,
        p_currency => p_currency,
        p_reference => p_payment_id,
        p_description => 'Purchase of the pack ' || v_order.package,
        p_price_version => v_order.price_version
    );
    if v_order.bonus_credits > 0 then
        perform credits.post_grant(
            credits.lock_account(p_account_id), 'bonus', v_order.bonus_credits, 'system',
            v_key || ':bonus', v_request,
            p_reference => p_payment_id,
            p_description => 'Bonus of the pack ' || v_order.package,
            p_price_version => v_order.price_version
        );
    end if;
    insert into credits.payments (
        account_id, id, provider, order_id, amount_cents, currency, transaction_id, paid_at
    )
    values (
        p_account_id, p_payment_id, p_provider, p_order_id, p_amount_cents, p_currency,
        v_transaction.id, v_transaction.created_at
    );
    update credits.orders as o
    set status = 'paid', paid_at = v_transaction.created_at
    where o.account_id = p_account_id and o.id = p_order_id;
    return null;
end;
$$;

comment on function credits.settle_payment(uuid, uuid, text, text, bigint, text) is
'Credits a paid order, once per payment.';

revoke all on function credits.settle_payment(uuid, uuid, text, text, bigint, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/apply_stripe_event.sql sha256:6f16224d3fa1b29b1ecd97bbeb2767d238e88972e9fd41a720c5d18d5eaa6e9a
-- Applies one Stripe event, once however often it is delivered: stores it as it came, then hands it
-- to the rule for its type.
--
-- Seen is not done: a failure undoes what the rule did, is kept with the event, and the next
-- delivery tries again. The caller must commit in every case and answer 5xx for failed.
--
-- p_payload  the bytes that Stripe signed, as text.
-- Returns    applied, ignored (nothing to do), quarantined (a person must look) or failed.
-- Errors     22023 invalid_event
-- Locks      credits.stripe_events: one row; what the rule locks.
create or replace function credits.apply_stripe_event(p_payload text)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event jsonb := credits.read_payload(p_payload);
    v_state text;
    v_reason text;
begin
    insert into credits.stripe_events (id, type, payload, state, attempts)
    values (v_event ->> 'id', v_event ->> 'type', p_payload, 'failed', 0)
    on conflict (id) do nothing;
    select e.state into strict v_state
    from credits.stripe_events as e
    where e.id = v_event ->> 'id'
    for update;
    if v_state <> 'failed' then
        return v_state;
    end if;

    begin
        select s.state, s.reason into strict v_state, v_reason
        from credits.settle_stripe_event(v_event) as s;
    exception when others then
        v_state := 'failed';
        v_reason := sqlstate || ' ' || sqlerrm;
        raise warning 'pgcredits: stripe event % failed: %', v_event ->> 'id', v_reason;
    end;
    update credits.stripe_events as e
    set
        state = v_state,
        reason = v_reason,
        attempts = e.attempts + 1,
        settled_at = case when v_state <> 'failed' then clock_timestamp() end
    where e.id = v_event ->> 'id';
    return v_state;
end;
$$;

comment on function credits.apply_stripe_event(text) is
'Applies one Stripe event, once however often it is delivered.';

revoke all on function credits.apply_stripe_event(text)
from public, anon, authenticated, service_role;
grant execute on function credits.apply_stripe_event(text) to credits_edge, service_role;

-- source: sql/functions/stripe/is_uuid.sql sha256:57d38b3356de922cb1cc07f1b930fb2c47a494d92de1228537a73db52acdae2b
-- True for the text of a uuid in its usual form.
create or replace function credits.is_uuid(p_text text)
returns boolean
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
$$;

comment on function credits.is_uuid(text) is
'True for the text of a uuid.';

revoke all on function credits.is_uuid(text) from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/read_payload.sql sha256:b0d894b03841ae5937f44bbc695173e526d13542f61c75930a5f365e18243cde
-- Reads the JSON of an event. Stripe passes on what customers type, and an escaped NUL, which no
-- jsonb can hold, must not lose an event: it is left out of this copy; the stored text keeps it.
--
-- Errors   22023 invalid_event
create or replace function credits.read_payload(p_payload text)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_event jsonb;
begin
    begin
        v_event := regexp_replace(p_payload, '(?<!\\)((?:\\\\)*)\\u0000', '\1', 'g')::jsonb;
    exception when data_exception then
        v_event := null;
    end;
    if jsonb_typeof(v_event) = 'object'
        and jsonb_typeof(v_event -> 'id') = 'string'
        and jsonb_typeof(v_event -> 'type') = 'string'
    then
        return v_event;
    end if;
    raise exception 'invalid_event' using
        errcode = '22023',
        hint = 'An event is a JSON object with an id and a type.';
end;
$$;

comment on function credits.read_payload(text) is
'Reads the JSON of an event, leaving out what jsonb cannot hold.';

revoke all on function credits.read_payload(text) from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/settle_checkout_session.sql sha256:d9166764f3e3c89b60eaec62de7995b9170a59348f3d7e063402cca8254026f3
-- A completed checkout session: pays the order that its metadata names (the edge wrote it), when
-- Stripe says that it is paid. One that pays later is told again when it has.
create or replace function credits.settle_checkout_session(
    p_session jsonb,
    out state text,
    out reason text
)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_session ->> 'mode' is distinct from 'payment' then
        state := 'ignored';
        reason := 'not a one-time payment';
    elsif p_session ->> 'payment_status' is distinct from 'paid' then
        state := 'ignored';
        reason := 'not paid yet';
    elsif not coalesce(
        credits.is_uuid(p_session #>> '{metadata,account_id}')
        and credits.is_uuid(p_session #>> '{metadata,order_id}'),
        false
    ) then
        state := 'quarantined';
        reason := 'no order in the metadata';
    else
        reason := credits.settle_payment(
            (p_session #>> '{metadata,account_id}')::uuid,
            (p_session #>> '{metadata,order_id}')::uuid,
            'stripe',
            coalesce(p_session ->> 'payment_intent', p_session ->> 'id'),
            (p_session ->> 'amount_total')::bigint,
            p_session ->> 'currency'
        );
        state := case when reason is null then 'applied' else 'quarantined' end;
    end if;
end;
$$;

comment on function credits.settle_checkout_session(jsonb) is
'Pays the order of a completed checkout session.';

revoke all on function credits.settle_checkout_session(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/settle_stripe_event.sql sha256:bd3cd178fc8910ec4f8cd7d0599b97c8d32a13684c4642b2b3cbe6bb6f180faf
-- What a type of Stripe event means: the only place that knows.
create or replace function credits.settle_stripe_event(
    p_event jsonb,
    out state text,
    out reason text
)
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_event ->> 'type' in (
        'checkout.session.completed', 'checkout.session.async_payment_succeeded'
    ) then
        select s.state, s.reason into strict state, reason
        from credits.settle_checkout_session(p_event #> '{data,object}') as s;
    else
        state := 'ignored';
        reason := 'no rule for this type';
    end if;
end;
$$;

comment on function credits.settle_stripe_event(jsonb) is
'Hands a Stripe event to the rule for its type.';

revoke all on function credits.settle_stripe_event(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/account_violations.sql sha256:867607a5d471f33d4a2549cdeda40efe8c9a18974b4bdf9d71a2fb5ca3a93efc
-- What is wrong between an account's row and its history, holds and grants.
--
-- Rules    balance, head: the row stands where its last transaction left it. held: open holds add
--          up. open_grants: what remains in grants is what is available. totals: the counters are
--          the sums of the history. stray: transactions have an account.
create or replace function credits.account_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with sums as (
        select
            t.account_id,
            max(t.id) as last_id,
            max(t.created_at) as last_at,
            sum(t.amount) as balance,
            -coalesce(sum(t.amount) filter (where t.type = 'usage'), 0) as spent,
            coalesce(sum(t.amount) filter (where t.type = 'purchase'), 0) as purchased
        from credits.transactions as t
        where t.account_id = p_account_id or p_account_id is null
        group by t.account_id
    )

    select coalesce(a.id, s.account_id), c.rule, c.detail
    from credits.accounts as a
    full join sums as s on a.id = s.account_id
    left join credits.transactions as l on a.id = l.account_id and a.last_transaction_id = l.id
    cross join lateral (
        values
        ('stray', a.id is null, 'transactions without an account'),
        (
            'balance',
            a.balance is distinct from coalesce(s.balance, 0),
            format('the row has %s, the history %s', a.balance, s.balance)
        ),
        (
            'head',
            (a.last_transaction_id, a.last_hash) is distinct from
            (coalesce(s.last_id, 0), coalesce(l.hash, '\x')),
            format('the row ends at %s, the history at %s', a.last_transaction_id, s.last_id)
        ),
        (
            'totals',
            (a.total_spent, a.total_purchased) is distinct from
            (coalesce(s.spent, 0), coalesce(s.purchased, 0)),
            format('the row has spent %s, the history %s', a.total_spent, s.spent)
        ),
        (
            'held',
            a.held <> (
                select coalesce(sum(h.amount), 0)
                from credits.holds as h
                where h.account_id = a.id and h.state = 'open'
            ),
            format('the row has %s', a.held)
        ),
        (
            'open_grants',
            a.balance - a.held <> (
                select coalesce(sum(g.remaining), 0) from credits.open_grants(a) as g
            ),
            format('%s available', a.balance - a.held)
        )
    ) as c (rule, is_broken, detail)
    where c.is_broken and (a.id = p_account_id or p_account_id is null)
$$;

comment on function credits.account_violations(uuid) is
'What is wrong between an account''s row and its history, holds and grants.';

revoke all on function credits.account_violations(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/check_integrity.sql sha256:e67ad7fa090b59e9efd7f94267d8a85c40aecb8fc70b422d0dccbcfbef0b60f0
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
    select v.* from credits.payment_violations(p_account_id) as v;
end;
$$;

comment on function credits.check_integrity(uuid) is
'Re-derives balances, grants, sequences and chains; no rows when all is well.';

revoke all on function credits.check_integrity(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.check_integrity(uuid) to service_role;

-- source: sql/functions/reports/grant_moves.sql sha256:f523117b348cb4a225f8bb2a2873915e938e569555cc4ae67dd4517bd1352557
-- What the history and the open holds gave to and took from each grant, in sum.
create or replace function credits.grant_moves(p_account_id uuid)
returns table (account_id uuid, grant_id bigint, moved numeric)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select m.account_id, m.grant_id, sum(m.amount)
    from (
        select
            t.account_id,
            g.key::bigint as grant_id,
            g.value::numeric * sign(t.amount) as amount
        from credits.transactions as t
        cross join lateral jsonb_each_text(t.grants) as g
        where t.account_id = p_account_id or p_account_id is null
        union all
        select h.account_id, g.key::bigint, -g.value::numeric
        from credits.holds as h
        cross join lateral jsonb_each_text(h.grants) as g
        where h.state = 'open' and (h.account_id = p_account_id or p_account_id is null)
    ) as m
    group by m.account_id, m.grant_id
$$;

comment on function credits.grant_moves(uuid) is
'What the history and the open holds moved in and out of each grant.';

revoke all on function credits.grant_moves(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/reports/grant_violations.sql sha256:338e4410f599473dd7bb1e68fc92ad76ccc43a985575ead7b302e8662c2ecabf
-- What is wrong with a grant: what remains of it, its order, its expiry.
--
-- Rules    grant_missing: the history names it, and it is not there. grant_origin: the transaction
--          of its number gave it. grant_remaining: the amount less what transactions and open holds
--          took. burn_order: the head is the first of the open grants. late_use: no usage after its
--          expiry. next_expiry: the account knows its next expiry in time.
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
            g.id is not null and (o.type, o.amount) is distinct from (g.source, g.amount),
            format('the history gave %s of %s', o.amount, o.type)
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
                    and t.type = 'usage'
                    and t.grants ? g.id::text
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

-- source: sql/functions/reports/payment_violations.sql sha256:08b9504af79efe7a16ce6f2be2822042bfbc175ebaedf8c0195385f0ff3f31be
-- What is wrong between payments and the history: every payment has granted its order's credits
-- once, and every grant that was paid by a provider has its payment.
--
-- Rules    payment: the purchase it names exists and has the order's credits. unpaid_order: an
--          order is paid exactly when it has one payment.
create or replace function credits.payment_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p.account_id, 'payment', format('payment %s has no purchase of its order', p.id)
    from credits.payments as p
    inner join credits.orders as o on p.account_id = o.account_id and p.order_id = o.id
    left join credits.transactions as t
        on p.account_id = t.account_id and p.transaction_id = t.id
    where
        (p.account_id = p_account_id or p_account_id is null)
        and (t.type, t.amount, t.reference) is distinct from ('purchase', o.credits, p.id)
    union all
    select o.account_id, 'unpaid_order', format('order %s is %s', o.id, o.status)
    from credits.orders as o
    where
        (o.account_id = p_account_id or p_account_id is null)
        and (o.status = 'paid') is distinct from (
            select count(*) = 1
            from credits.payments as p
            where p.account_id = o.account_id and p.order_id = o.id
        )
$$;

comment on function credits.payment_violations(uuid) is
'What is wrong between payments, orders and the history.';

revoke all on function credits.payment_violations(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/run_maintenance.sql sha256:b9d2a4a8803e47869f1339da8e1fdbd2397fe9b981cf903cc98125e10fa2fafd
-- All that a scheduler has to do: renews allowances, expires credits, opens missing accounts. It
-- leaves a heartbeat in job_runs.
--
-- Returns  what was done: {"renewed": accounts, "expired": grants, "started": accounts}. Each takes
--          at most 1000 accounts; run it again until all are 0.
-- Errors   22023 invalid_time
create or replace function credits.run_maintenance(p_at timestamptz)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_started_at timestamptz := clock_timestamp();
    v_counts jsonb;
begin
    perform credits.share_catalog();
    v_counts := jsonb_build_object(
        'renewed', credits.reset_monthly_credits(p_at, 1000),
        'expired', credits.expire_credits(p_at),
        'started', credits.grant_initial_credits(1000)
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

-- source: sql/functions/reports/transaction_violations.sql sha256:f65ec6fc91dd05727b4f1e773aeeefbf61f4d6d2b57f2d81c72f8df13f278140
-- What is wrong within the history: gaps, sums, order in time, hashes, and allocations to grants.
--
-- Rules    sequence: ids count from 1 without gaps. running_balance: each balance is the one before
--          plus the amount. time_order: time never goes back. hash_chain: every hash fits the row
--          and the one before. allocation: the grants named add up to the amount.
create or replace function credits.transaction_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with history as (
        select
            t.account_id,
            t.id,
            t.amount,
            t.balance_after,
            t.created_at,
            t.hash,
            lag(t.id, 1, 0::bigint) over w as id_before,
            lag(t.balance_after, 1, 0::numeric) over w as balance_before,
            lag(t.created_at) over w as created_before,
            credits.transaction_hash(lag(t.hash, 1, '\x') over w, t) as expected_hash,
            (select sum(g.value::numeric) from jsonb_each_text(t.grants) as g) as allocated
        from credits.transactions as t
        where t.account_id = p_account_id or p_account_id is null
        window w as (partition by t.account_id order by t.id)
    )

    select h.account_id, c.rule, format('transaction %s: %s', h.id, c.detail)
    from history as h
    cross join lateral (
        values
        ('sequence', h.id <> h.id_before + 1, format('follows %s', h.id_before)),
        (
            'running_balance',
            h.balance_after is distinct from h.balance_before + h.amount,
            format('%s + %s is not %s', h.balance_before, h.amount, h.balance_after)
        ),
        ('time_order', h.created_at < h.created_before, format('before %s', h.created_before)),
        ('hash_chain', h.hash is distinct from h.expected_hash, 'the hash does not fit'),
        (
            'allocation',
            coalesce(h.allocated, 0) <> abs(h.amount),
            format('grants add up to %s, amount is %s', h.allocated, h.amount)
        )
    ) as c (rule, is_broken, detail)
    where c.is_broken
$$;

comment on function credits.transaction_violations(uuid) is
'What is wrong within the history of transactions.';

revoke all on function credits.transaction_violations(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/api/add_credits.sql sha256:ddeca7c456ccbe8d4ba6b30d1e8c0ee822a081baca1d7ee78ba2a7ef80231884
-- RPC for the back end; rules, units and errors: credits.add_credits.
create or replace function public.add_credits(
    account_id uuid,
    amount numeric,
    source text,
    key text,
    expires_at timestamptz default null,
    priority integer default null,
    description text default null,
    metadata jsonb default '{}'
)
returns public.credit_grant
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.add_credits(
        account_id, amount, source, key, expires_at, priority, description, metadata
    );
end;
$$;

comment on function public.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) is
'Adds credits to an account, once per idempotency key.';

revoke all on function public.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) from public, anon, authenticated, service_role;
grant execute on function public.add_credits(
    uuid, numeric, text, text, timestamptz, integer, text, jsonb
) to service_role;

-- source: sql/functions/api/apply_credit_catalog.sql sha256:2be4b362db1f1da5bb20eb452268c1e7a1b28e89cb843aa391ce97a2ea841549
-- RPC for the back end; rules, units and errors: credits.apply_catalog.
create or replace function public.apply_credit_catalog(catalog jsonb, dry_run boolean default false)
returns setof public.credit_catalog_change
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.apply_catalog(catalog, dry_run) as r;
end;
$$;

comment on function public.apply_credit_catalog(jsonb, boolean) is
'Puts a catalog in force as a new version and lists what it changes.';

revoke all on function public.apply_credit_catalog(jsonb, boolean)
from public, anon, authenticated, service_role;
grant execute on function public.apply_credit_catalog(jsonb, boolean) to service_role;

-- source: sql/functions/api/calculate_query_cost.sql sha256:64cc1de9d71e8d11d68cf1a298c212c0da8c5fc2307edd31f302665045a932ac
-- RPC for anyone; rules, units and errors: credits.calculate_query_cost.
create or replace function public.calculate_query_cost(
    tools text[] default '{}',
    service text default 'query',
    usage jsonb default '{}',
    quantity numeric default 1
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.calculate_query_cost(tools, service, usage, quantity);
end;
$$;

comment on function public.calculate_query_cost(text[], text, jsonb, numeric) is
'What one call costs by the catalog in force.';

revoke all on function public.calculate_query_cost(text[], text, jsonb, numeric)
from public, anon, authenticated, service_role;
grant execute on function public.calculate_query_cost(
    text[], text, jsonb, numeric
) to anon, authenticated, service_role;

-- source: sql/functions/api/change_credit_plan.sql sha256:a882db544b2041379807c621a0566c852303f8934c28dec44a679af20da2e129
-- RPC for the back end; rules, units and errors: credits.change_plan.
create or replace function public.change_credit_plan(account_id uuid, plan text, key text)
returns public.credit_plan_change
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.change_plan(account_id, plan, key);
end;
$$;

comment on function public.change_credit_plan(uuid, text, text) is
'Changes an account''s plan, once per idempotency key.';

revoke all on function public.change_credit_plan(uuid, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.change_credit_plan(uuid, text, text) to service_role;

-- source: sql/functions/api/check_and_deduct_credits.sql sha256:f9d3994fa2f8e0e3947f1c93eb7807ab6ad3372b56c2ff992f5ad510785d9895
-- RPC for the back end: charges an account a stated amount, once per key (credits.deduct_credits).
create or replace function public.check_and_deduct_credits(
    account_id uuid,
    amount numeric,
    key text,
    service text default null,
    quantity numeric default null,
    usage jsonb default '{}',
    reference text default null,
    description text default null,
    metadata jsonb default '{}',
    user_id uuid default null
)
returns public.credit_charge
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.deduct_credits(
        account_id, amount, key, service, quantity, usage, reference, description, metadata,
        user_id
    );
end;
$$;

comment on function public.check_and_deduct_credits(
    uuid, numeric, text, text, numeric, jsonb, text, text, jsonb, uuid
) is
'Charges an account a stated amount, once per idempotency key.';

revoke all on function public.check_and_deduct_credits(
    uuid, numeric, text, text, numeric, jsonb, text, text, jsonb, uuid
) from public, anon, authenticated, service_role;
grant execute on function public.check_and_deduct_credits(
    uuid, numeric, text, text, numeric, jsonb, text, text, jsonb, uuid
) to service_role;

-- source: sql/functions/api/check_credit_integrity.sql sha256:5a70329fed489e0b7e0e74b1b6ce67762fcac32e48f7bfdf6530bc627ffe0c0b
-- RPC for the back end; rules, units and errors: credits.check_integrity.
create or replace function public.check_credit_integrity(account_id uuid default null)
returns setof public.credit_violation
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.check_integrity(account_id) as r;
end;
$$;

comment on function public.check_credit_integrity(uuid) is
'Re-derives every balance, grant, sequence and chain; empty when all is well.';

revoke all on function public.check_credit_integrity(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.check_credit_integrity(uuid) to service_role;

-- source: sql/functions/api/expire_credits.sql sha256:8bdb6265d83b7adec9466f31da9de2c51d3a1ab03ee385d7df363961bbae621f
-- RPC for the back end; rules, units and errors: credits.expire_credits.
create or replace function public.expire_credits(at timestamptz default now())
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.expire_credits(at);
end;
$$;

comment on function public.expire_credits(timestamptz) is
'Takes expired credits out of the balances.';

revoke all on function public.expire_credits(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.expire_credits(timestamptz) to service_role;

-- source: sql/functions/api/export_credit_transactions.sql sha256:b063be193736e78ddcf398686b06cf2932e7c0635beaf563355e16ec2c68530c
-- RPC for the signed-in user; rules, units and errors: credits.export_transactions.
create or replace function public.export_credit_transactions(
    account_id uuid default null,
    since timestamptz default null,
    until timestamptz default null
)
returns public."text/csv"
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.export_transactions(account_id, since, until)::public."text/csv";
end;
$$;

comment on function public.export_credit_transactions(uuid, timestamptz, timestamptz) is
'An account''s transactions as CSV.';

revoke all on function public.export_credit_transactions(uuid, timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.export_credit_transactions(
    uuid, timestamptz, timestamptz
) to authenticated, service_role;

-- source: sql/functions/api/get_credit_balance.sql sha256:eac0ce71f3dc725f44749dbc958f6c6901120193446ef789efad048dc165e2ff
-- RPC for the signed-in user; rules, units and errors: credits.get_balance.
create or replace function public.get_credit_balance(account_id uuid default null)
returns public.credit_balance
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.get_balance(account_id);
end;
$$;

comment on function public.get_credit_balance(uuid) is
'What an account holds now.';

revoke all on function public.get_credit_balance(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.get_credit_balance(uuid) to authenticated, service_role;

-- source: sql/functions/api/get_credit_summary.sql sha256:010f86d695408b7e8e8fbe053490afbb9b3dd5d10068eaf422cbb810435eadf7
-- RPC for the signed-in user; rules, units and errors: credits.get_summary.
create or replace function public.get_credit_summary(account_id uuid default null)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.get_summary(account_id);
end;
$$;

comment on function public.get_credit_summary(uuid) is
'Balance, grants, usage of the month and caps in one object.';

revoke all on function public.get_credit_summary(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.get_credit_summary(uuid) to authenticated, service_role;

-- source: sql/functions/api/get_monthly_credits.sql sha256:b1d7c1b4ad557cc2e44f7ba8e66ab22965009d8729cab016f4c14ea008340c4b
-- RPC for the back end; rules, units and errors: credits.monthly_credits.
create or replace function public.get_monthly_credits(plan text)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.monthly_credits(plan);
end;
$$;

comment on function public.get_monthly_credits(text) is
'The monthly allowance of a plan in credits.';

revoke all on function public.get_monthly_credits(text)
from public, anon, authenticated, service_role;
grant execute on function public.get_monthly_credits(text) to service_role;

-- source: sql/functions/api/grant_initial_credits.sql sha256:a346f66d863d386ca024483783f944819b3f77692b0a145f3d0f2288898d7f15
-- RPC for the back end; rules, units and errors: credits.grant_initial_credits.
create or replace function public.grant_initial_credits(batch_size integer default 1000)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.grant_initial_credits(batch_size);
end;
$$;

comment on function public.grant_initial_credits(integer) is
'Opens and starts the accounts of users who were there before.';

revoke all on function public.grant_initial_credits(integer)
from public, anon, authenticated, service_role;
grant execute on function public.grant_initial_credits(integer) to service_role;

-- source: sql/functions/api/has_enough_credits.sql sha256:942b90e2991e53589b5dceb1d9454c4169a5f21caf411940dadecc6a537d4371
-- RPC for the signed-in user; rules, units and errors: credits.has_enough.
create or replace function public.has_enough_credits(
    service text,
    quantity numeric default 1,
    usage jsonb default '{}',
    account_id uuid default null
)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.has_enough(service, quantity, usage, account_id);
end;
$$;

comment on function public.has_enough_credits(text, numeric, jsonb, uuid) is
'Whether an account could pay for a use of a service now (advice only).';

revoke all on function public.has_enough_credits(text, numeric, jsonb, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.has_enough_credits(
    text, numeric, jsonb, uuid
) to authenticated, service_role;

-- source: sql/functions/api/list_credit_packages.sql sha256:01e70001d3563c737370c9899286d7996172d02ad5093eb70076e79ef592dc36
-- RPC for anyone; rules, units and errors: credits.list_packages.
create or replace function public.list_credit_packages()
returns setof public.credit_package
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_packages() as r;
end;
$$;

comment on function public.list_credit_packages() is
'The packs on sale.';

revoke all on function public.list_credit_packages() from public, anon, authenticated, service_role;
grant execute on function public.list_credit_packages() to anon, authenticated, service_role;

-- source: sql/functions/api/list_credit_plans.sql sha256:2f2e0db7be702e985fb686754ffb780f9ffdeccf04f43d2a5df154b2231ae74e
-- RPC for anyone; rules, units and errors: credits.list_plans.
create or replace function public.list_credit_plans()
returns setof public.credit_plan
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_plans() as r;
end;
$$;

comment on function public.list_credit_plans() is
'The plans.';

revoke all on function public.list_credit_plans() from public, anon, authenticated, service_role;
grant execute on function public.list_credit_plans() to anon, authenticated, service_role;

-- source: sql/functions/api/list_credit_prices.sql sha256:b5381d73df29eacef0dd647cde395e4a947161285507bd122620f43b4af2d953
-- RPC for anyone; rules, units and errors: credits.list_prices.
create or replace function public.list_credit_prices()
returns setof public.credit_price
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_prices() as r;
end;
$$;

comment on function public.list_credit_prices() is
'What each service costs: the usage guide.';

revoke all on function public.list_credit_prices() from public, anon, authenticated, service_role;
grant execute on function public.list_credit_prices() to anon, authenticated, service_role;

-- source: sql/functions/api/list_credit_transactions.sql sha256:c599347645c29a230f745077e6b54e599bbd2e8937c14e37c1450993d1f26a47
-- RPC for the signed-in user; rules, units and errors: credits.list_transactions.
create or replace function public.list_credit_transactions(
    account_id uuid default null,
    type text default null,
    service text default null,
    since timestamptz default null,
    until timestamptz default null,
    before bigint default null,
    page_size integer default 50
)
returns setof public.credit_transaction
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_transactions(
        account_id, type, service, since, until, before, page_size
    ) as r;
end;
$$;

comment on function public.list_credit_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'An account''s transactions, newest first, a page at a time.';

revoke all on function public.list_credit_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
grant execute on function public.list_credit_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) to authenticated, service_role;

-- source: sql/functions/api/open_credit_account.sql sha256:799c165b533b06f85098e66f57fea9a06c0f38d0d6aa7d06d61753d4c6216864
-- RPC for the back end; rules, units and errors: credits.open_account.
create or replace function public.open_credit_account(
    user_id uuid default null,
    external_id text default null,
    email text default null,
    plan text default null
)
returns uuid
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.open_account(user_id, external_id, email, plan);
end;
$$;

comment on function public.open_credit_account(uuid, text, text, text) is
'Opens the account of a user or of an external id, if it is missing.';

revoke all on function public.open_credit_account(uuid, text, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.open_credit_account(uuid, text, text, text) to service_role;

-- source: sql/functions/api/reset_monthly_credits.sql sha256:ed95397512c851de85ccc05493c2ab2e07ee00c6a2f4172d6b9ebfbb44551e27
-- RPC for the back end; rules, units and errors: credits.reset_monthly_credits.
create or replace function public.reset_monthly_credits(
    at timestamptz default now(),
    batch_size integer default 1000
)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.reset_monthly_credits(at, batch_size);
end;
$$;

comment on function public.reset_monthly_credits(timestamptz, integer) is
'Renews the monthly allowances that are due, each account and period once.';

revoke all on function public.reset_monthly_credits(timestamptz, integer)
from public, anon, authenticated, service_role;
grant execute on function public.reset_monthly_credits(timestamptz, integer) to service_role;

-- source: sql/functions/api/run_credit_maintenance.sql sha256:98de858ea6691bc292dd258c717288f2dabf2510e20e175b74589e07b3ce19f7
-- RPC for the back end; rules, units and errors: credits.run_maintenance.
create or replace function public.run_credit_maintenance(at timestamptz default now())
returns jsonb
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.run_maintenance(at);
end;
$$;

comment on function public.run_credit_maintenance(timestamptz) is
'All that a scheduler has to do.';

revoke all on function public.run_credit_maintenance(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.run_credit_maintenance(timestamptz) to service_role;

-- source: sql/functions/api/use_credits.sql sha256:392f8159189731d5d7257b940a0c5b50fa43b0e2ab25eff0ed3f038b8ce965b9
-- RPC for the signed-in user; rules, units and errors: credits.use_credits.
create or replace function public.use_credits(
    service text,
    key text,
    quantity numeric default 1,
    usage jsonb default '{}',
    reference text default null,
    description text default null,
    metadata jsonb default '{}',
    account_id uuid default null
)
returns public.credit_charge
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.use_credits(
        service, key, quantity, usage, reference, description, metadata, account_id
    );
end;
$$;

comment on function public.use_credits(text, text, numeric, jsonb, text, text, jsonb, uuid) is
'Charges an account for one use of a service at the catalog''s price, once per idempotency key.';

revoke all on function public.use_credits(text, text, numeric, jsonb, text, text, jsonb, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.use_credits(
    text, text, numeric, jsonb, text, text, jsonb, uuid
) to authenticated, service_role;

-- source: sql/policies/accounts.sql sha256:bccc39d45ae318f7be9ab7f8f55fb63c83c3d6b4d4e2880e52bf95fb0f045638
-- A user reads the own account and those of the memberships; nobody writes but the rules.
alter table credits.accounts enable row level security;

drop policy if exists accounts_read on credits.accounts;
create policy accounts_read on credits.accounts
for select to authenticated
using (id = any(array(select credits.my_account_ids('read'))));

revoke all on credits.accounts from public, anon, authenticated, service_role;
grant select (
    id, kind, owner_id, external_id, plan, status, balance, held, debt, total_purchased,
    total_spent, low_balance, created_at
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
    a.created_at
from credits.accounts as a;

comment on view public.credit_accounts is
'Accounts of the signed-in user as last written; get_credit_balance leaves expired credits out.';

revoke all on public.credit_accounts from public, anon, authenticated, service_role;
grant select on public.credit_accounts to authenticated, service_role;

-- source: sql/policies/catalogs.sql sha256:793307a218648365db9e92a248b261c5ff068b1dc6af0994a4a35298aeeef403
-- Private: read and written by the rules only.
alter table credits.catalogs enable row level security;
revoke all on credits.catalogs from public, anon, authenticated, service_role;

-- A version is never changed: a charge that names it must stay explicable.
create or replace trigger catalogs_refuse_change
before update or delete or truncate on credits.catalogs
for each statement execute function credits.refuse_change();
alter table credits.catalogs enable always trigger catalogs_refuse_change;

-- source: sql/policies/cron.sql sha256:707d2085c380bb8b3190533d04bc4922ca97028702c7523cbeb3fafb94e18a51
-- Where pg_cron is installed, maintenance runs every five minutes. Elsewhere any scheduler calls
-- `pgcredits cron`, or select public.run_credit_maintenance().
do $$
begin
    if exists (select from pg_extension where extname = 'pg_cron') then
        perform cron.schedule(
            'pgcredits-maintenance', '*/5 * * * *', 'select public.run_credit_maintenance()'
        );
    end if;
end
$$;

-- source: sql/policies/external_ids.sql sha256:867fe89c19524491094d025533884f56449678bf58fe336ec5c6dd7f9927e90e
-- Private: read and written by the rules only.
alter table credits.external_ids enable row level security;
revoke all on credits.external_ids from public, anon, authenticated, service_role;

-- source: sql/policies/grants.sql sha256:e1098f8a73ebaf0b265a2516ac92d0584a3fbdad19731dd4b735ef1be0d0bd59
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
grant select (head_grant_id, head_remaining) on credits.accounts to authenticated, service_role;

-- The grant being spent has its credits on the account's row.
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
    g.paid_cents,
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

-- source: sql/policies/holds.sql sha256:196cfadbf371b5975dea1ab3b11602e127e9f27bcdb0d0aacac972ea934bf362
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
    account_id, id, user_id, amount, state, service, quantity, reference, metadata, transaction_id,
    created_at, expires_at, ended_at
) on credits.holds to authenticated, service_role;

create or replace view public.credit_holds with (security_invoker = true) as
select
    h.account_id,
    h.id as hold_id,
    h.user_id,
    h.amount,
    h.state,
    h.service,
    h.quantity,
    h.reference,
    h.metadata,
    h.transaction_id,
    h.created_at,
    h.expires_at,
    h.ended_at
from credits.holds as h;

comment on view public.credit_holds is
'Holds of the accounts of the signed-in user.';

revoke all on public.credit_holds from public, anon, authenticated, service_role;
grant select on public.credit_holds to authenticated, service_role;

-- source: sql/policies/job_runs.sql sha256:8b62156b9643a6f73033cf63b7bdae7ffa1d0f0bea6bf0fec1aa033a285a9811
-- Private: read and written by the rules only.
alter table credits.job_runs enable row level security;
revoke all on credits.job_runs from public, anon, authenticated, service_role;

-- source: sql/policies/members.sql sha256:990ece1e892748d1fc4d260b802c931a3bdf07f69134ff4e26fd50cd95346bc9
-- Private: read and written by the rules only.
alter table credits.members enable row level security;
revoke all on credits.members from public, anon, authenticated, service_role;

-- source: sql/policies/migrations.sql sha256:69e22062272c8737e369e29f483b93535c2e4a97138b7a3bc746316aad94b983
-- Private: read and written by the rules only.
alter table credits.migrations enable row level security;
revoke all on credits.migrations from public, anon, authenticated, service_role;

-- source: sql/policies/models.sql sha256:9431ddbefe609f443fc286c8766c3537a246ba9dd0af1196b738e9ac4406d9f4
-- Private: read and written by the rules only.
alter table credits.models enable row level security;
revoke all on credits.models from public, anon, authenticated, service_role;

-- A version of the catalog is never changed.
create or replace trigger models_refuse_change
before update or delete or truncate on credits.models
for each statement execute function credits.refuse_change();
alter table credits.models enable always trigger models_refuse_change;

-- source: sql/policies/orders.sql sha256:495dda17c5c76be75efeaf7a548c86d79162c0ff429af42f4ad0f2e017207c0b
-- Private: read and written by the rules only.
alter table credits.orders enable row level security;
revoke all on credits.orders from public, anon, authenticated, service_role;

-- source: sql/policies/packages.sql sha256:1424b94961466ce3270d267a97f79d797e55f1ab3d676c484f17d0ec78efab4c
-- Private: read and written by the rules only.
alter table credits.packages enable row level security;
revoke all on credits.packages from public, anon, authenticated, service_role;

-- A version of the catalog is never changed.
create or replace trigger packages_refuse_change
before update or delete or truncate on credits.packages
for each statement execute function credits.refuse_change();
alter table credits.packages enable always trigger packages_refuse_change;

-- source: sql/policies/payments.sql sha256:efb4ae72b26a66d82133788024f19fc018b090c5494a2201224dfd3f071b19b6
-- Private: read and written by the rules only.
alter table credits.payments enable row level security;
revoke all on credits.payments from public, anon, authenticated, service_role;

-- source: sql/policies/plans.sql sha256:a82015fec802fdb4090e7fa42878a50a223e33032c7be2e64910f50e32763184
-- Private: read and written by the rules only.
alter table credits.plans enable row level security;
revoke all on credits.plans from public, anon, authenticated, service_role;

-- A version of the catalog is never changed.
create or replace trigger plans_refuse_change
before update or delete or truncate on credits.plans
for each statement execute function credits.refuse_change();
alter table credits.plans enable always trigger plans_refuse_change;

-- source: sql/policies/prices.sql sha256:9d844de3a55d1a031ea873d161321aa0c9a24997e7490a5e216d86ac32dd2b95
-- Private: read and written by the rules only.
alter table credits.prices enable row level security;
revoke all on credits.prices from public, anon, authenticated, service_role;

-- A version of the catalog is never changed.
create or replace trigger prices_refuse_change
before update or delete or truncate on credits.prices
for each statement execute function credits.refuse_change();
alter table credits.prices enable always trigger prices_refuse_change;

-- source: sql/policies/stripe_events.sql sha256:1221504b515fe0516a36492d5e105722468e021505d5d86be3dc3922585e8cda
-- Private: read and written by the rules only.
alter table credits.stripe_events enable row level security;
revoke all on credits.stripe_events from public, anon, authenticated, service_role;

-- source: sql/policies/transactions.sql sha256:800cf2846b91ae676e519d656d28922f195b4c14d4bdf9092e373fec587c662b
-- Owners and admins read an account's whole history, members and viewers their own part of it.
-- The history is append-only, for the table's owner too.
alter table credits.transactions enable row level security;

drop policy if exists transactions_read on credits.transactions;
create policy transactions_read on credits.transactions
for select to authenticated
using (
    account_id = any(array(select credits.my_account_ids('manage')))
    or account_id = any(array(select credits.my_account_ids('read')))
    and user_id = (select auth.uid())
);

revoke all on credits.transactions from public, anon, authenticated, service_role;
grant select (
    account_id, id, created_at, user_id, type, amount, balance_after, held_after, service,
    quantity, description, reference, metadata
) on credits.transactions to authenticated, service_role;

create or replace trigger transactions_refuse_change
before update or delete or truncate on credits.transactions
for each statement execute function credits.refuse_change();
alter table credits.transactions enable always trigger transactions_refuse_change;

create or replace view public.credit_transactions with (security_invoker = true) as
select
    t.id,
    t.account_id,
    t.user_id,
    t.type,
    credits.transaction_word(t.type) as transaction_type,
    t.amount,
    trim_scale(t.balance_after - t.amount) as balance_before,
    t.balance_after,
    t.service,
    t.quantity,
    t.description,
    t.reference,
    coalesce(t.metadata, '{}') as metadata,
    t.created_at
from credits.transactions as t;

comment on view public.credit_transactions is
'The history that the signed-in user may read.';

revoke all on public.credit_transactions from public, anon, authenticated, service_role;
grant select on public.credit_transactions to authenticated, service_role;
