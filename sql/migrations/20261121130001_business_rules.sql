insert into credits.migrations (id, parent_id) values ('20261121130001', '20261121130000');
select set_config('lock_timeout', '4s', true);

-- Bodies in plain SQL may name what comes further down; the tests check every one.
select set_config('check_function_bodies', 'off', true);

-- source: sql/functions/access/acting_admin.sql sha256:f11e5266b411598ca32fbc17ba6f4e2efec122e3139f0c10b33196f386147050
-- Names the administrator who calls; every function of administrators begins here.
--
-- Administrators are users whose claim app_metadata.role is admin or superadmin, as the token
-- carries it; the back end; and the owner on a direct connection. Where auth.users has a role of
-- its own for the user, that one must agree, so that taking it away counts before the token ends.
--
-- Returns  user:<id>, or the database role of the back end or of the owner.
-- Errors   PT403 admin_only, 42501 not_signed_in, user_unknown
create or replace function credits.acting_admin()
returns text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.acting_user_id();
    v_roles text[] := array['admin', 'superadmin'];
begin
    if v_user_id is null then
        return credits.caller();
    elsif coalesce(auth.jwt() #>> '{app_metadata,role}', '') = any(v_roles) and exists (
        select from auth.users as u
        where
            u.id = v_user_id
            and (
                not coalesce(u.raw_app_meta_data ? 'role', false)
                or coalesce(u.raw_app_meta_data ->> 'role', '') = any(v_roles)
            )
    ) then
        return 'user:' || v_user_id;
    end if;
    raise exception 'admin_only' using
        errcode = 'PT403',
        hint = 'Only administrators do this: see docs/administrators.md.';
end;
$$;

comment on function credits.acting_admin() is
'The administrator who calls, or PT403.';

revoke all on function credits.acting_admin() from public, anon, authenticated, service_role;

-- source: sql/functions/access/email_of_user.sql sha256:70b4206578f55ec49c90c779a38b040ad4fba04f2669a4729c91c5e86043a2a3
-- The address of a user in auth.users, in small letters, confirmed or not; null when there is none.
create or replace function credits.email_of_user(p_user_id uuid)
returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select lower(u.email) from auth.users as u where u.id = p_user_id;
$$;

comment on function credits.email_of_user(uuid) is
'The address of a user.';

revoke all on function credits.email_of_user(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/expire_due.sql sha256:7fae0b68287fd05cbb7f7369d12b6d33dab0886b196c9b4cf85f2c61fa6cecc5
-- Ends what is over on a locked account: holds give their credits back, then grants expire, then
-- debt is repaid from what came back; who has less now is told.
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
    p_account := credits.tell_expiry(p_account, p_at);
    p_account.last_transaction_at := greatest(v_now, p_account.last_transaction_at);
    return p_account;
end;
$$;

comment on function credits.expire_due(credits.accounts, timestamptz) is
'Ends the holds and grants of a locked account that are over.';

revoke all on function credits.expire_due(credits.accounts, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/near_time.sql sha256:7b3bee54014b7851cb4ab3acce538a189684bb4b79a4f49ff1a351e3aaa3f17a
-- A time with which can be reckoned: what lies at the ends of the calendar is brought near.
create or replace function credits.near_time(p_at timestamptz)
returns timestamptz
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when p_at is not null then greatest(
            least(p_at, '9000-01-01 00:00:00+00'::timestamptz),
            '1000-01-01 00:00:00+00'::timestamptz
        )
    end
$$;

comment on function credits.near_time(timestamptz) is
'A time with which can be reckoned.';

revoke all on function credits.near_time(timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/ledger/put_grant.sql sha256:02ac965d5aafe48a48b78aefdf2fa15699805792cb8be12f8a9c8650ddd73dde
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
    if p_source not in ('refund', 'reinstatement') then
        p_account.default_low_balance := trim_scale(round(
            (p_account.balance + p_amount)
            * credits.low_balance_percent(p_account.last_transaction_at) / 100, 9
        ));
    end if;
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

-- source: sql/functions/ledger/write_ledger.sql sha256:ceaabb9dc0d548ee4aa540bade6ce7267e5998ae78937a144764fdda081ea726
-- Writes a locked account's row as the ledger has moved it, and appends the transactions that
-- moved it: the only writer of balances and of the history. Whose balance falls below a threshold
-- is told; but for what expires, of which expire_due tells.
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
declare
    v_level integer := case
        when p_transactions[1].type = 'expiry'
            then least(p_account.alert_level, credits.alert_level(p_account))
        else credits.alert_level(p_account)
    end;
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
        requested_at = p_account.requested_at,
        default_low_balance = p_account.default_low_balance,
        alert_level = v_level
    where a.id = p_account.id;
    if v_level > p_account.alert_level
        and p_account.balance < p_transactions[1].balance_after - p_transactions[1].amount
    then
        p_account.alert_level := v_level;
        perform credits.tell_low_balance(p_account);
    end if;
end;
$$;

comment on function credits.write_ledger(credits.accounts, credits.transactions[]) is
'Writes a locked account''s row and appends the transactions that moved it.';

revoke all on function credits.write_ledger(credits.accounts, credits.transactions[])
from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/charge_events.sql sha256:79db2582c23dd029cc70a49abf23a4c47f488c05e2f3b60e3208e87e7da5f6e3
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
            p_account.alert_level := credits.alert_level(p_account);
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

-- source: sql/functions/wallet/expire_credits.sql sha256:bf570372914c17e16331f691fa2508fb4139ce5628215a650319426ea0b2971d
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
    v_account credits.accounts;
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
            v_account := credits.lock_account(v_account_id, p_at);
            v_accounts := v_accounts + 1;
            v_count := v_count + (v_account.last_transaction_id - v_before)::integer;
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

-- source: sql/functions/wallet/list_transactions.sql sha256:848039e183a1764b7481aebdd04101f1fd4fa179fde323d88eba4ad37ca8e20d
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
begin
    return query
    select t.*
    from credits.page_of_transactions(
        v_account_id, credits.only_own_user_id(v_account_id), p_type, p_service, p_since, p_until,
        p_before, p_page_size
    ) as t;
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

-- source: sql/functions/wallet/page_of_transactions.sql sha256:67e306051215534d7b7f3e413585a725dddbd6c80330eeab95bd9c2fec4f5d68
-- A page of an account's transactions, newest first; see list_transactions. (A plan kept for all
-- pages would read the whole history: hence custom plans.)
--
-- p_only_user_id  whose transactions; null for all.
-- Errors          PT404 account_not_found, 22023 invalid_page_size
create or replace function credits.page_of_transactions(
    p_account_id uuid,
    p_only_user_id uuid,
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
security invoker
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
    v_types text[] := case when p_type is not null then credits.types_called(p_type) end;
begin
    perform credits.check_page_size(p_page_size);
    perform credits.read_account(p_account_id);
    return query
    select s.*
    from (
        select t.*
        from credits.transactions as t
        where
            t.account_id = p_account_id
            and (p_only_user_id is null or t.user_id = p_only_user_id)
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

comment on function credits.page_of_transactions(
    uuid, uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'A page of an account''s transactions, newest first.';

revoke all on function credits.page_of_transactions(
    uuid, uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/refund_charge.sql sha256:b75095955115af6b33c41ec4b2d65ea0af0110af000ffb642441371ddb9c4f46
-- Refunds so much of a charge of a locked account, in reverse burn-down order.
--
-- Errors   PT409 refund_exceeds_paid
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.refund_charge(
    p_account credits.accounts,
    p_charge credits.transactions,
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
    v_left jsonb := credits.refundable_grants(p_charge);
begin
    perform credits.check_refund(p_charge, v_left, p_amount);
    return credits.post_refund(
        p_account, p_charge, credits.first_grants(p_account.id, v_left, p_amount, true),
        p_amount, p_scope, p_key, p_request, p_reason
    );
end;
$$;

comment on function credits.refund_charge(
    credits.accounts, credits.transactions, numeric, text, text, bytea, text
) is
'Refunds so much of a charge of a locked account.';

revoke all on function credits.refund_charge(
    credits.accounts, credits.transactions, numeric, text, text, bytea, text
) from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/refund_credits.sql sha256:1537d7c3f515aceb4be59a95d905b6c112b6adea888c07f95fd1e45fa63b21a9
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
        v_refund := credits.refund_charge(
            v_account, v_charge, coalesce(p_amount, credits.refundable_credits(v_charge)),
            'service', p_key, v_request, p_reason
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

-- source: sql/functions/wallet/refundable_credits.sql sha256:d99eee44c660b1be0146498ad4a6578cef1a76206772255ef6cd77d2b2f106b0
-- How much of a charge was not refunded yet.
create or replace function credits.refundable_credits(p_charge credits.transactions)
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum(g.value::numeric), 0)
    from jsonb_each_text(credits.refundable_grants(p_charge)) as g;
$$;

comment on function credits.refundable_credits(credits.transactions) is
'How much of a charge was not refunded yet.';

revoke all on function credits.refundable_credits(credits.transactions)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/apply_catalog.sql sha256:238068ef7afda6c844b5843866d9fea9ca7c5e5472b63309fcf811e9d77146f6
-- Makes a catalog the next version, which takes effect at once or at the time that it names; the
-- versions before it stay as they are, and so do the charges made at their prices.
--
-- A version that has not taken effect yet is withdrawn by a later one that takes effect before it.
-- A catalog that changes nothing makes no version.
--
-- p_dry_run  checks the catalog and lists the changes, and keeps nothing, unless it is false.
-- Returns    what changes against the catalog that would be in force then, and the versions that
--            are withdrawn.
-- Errors     22023 invalid_catalog, PT409 plan_in_use (a plan that accounts have cannot disappear)
-- Locks      credits.catalogs against other catalogs and changes of plan; the accounts whose plan's
--            cap or allowance changes; until commit. Readers and other spends go on.
create or replace function credits.apply_catalog(p_catalog jsonb, p_dry_run boolean)
returns setof public.credit_catalog_change
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_latest credits.catalogs;
    v_version integer;
    v_before jsonb;
    v_now timestamptz;
    v_effective_at timestamptz;
    v_problem text;
begin
    lock table credits.catalogs in share row exclusive mode;
    select c.* into v_latest from credits.catalogs as c order by c.version desc limit 1;
    -- Our transaction's time, or that of a catalog for which the lock has waited.
    select greatest(now(), max(c.effective_at)) into strict v_now
    from credits.catalogs as c
    where c.effective_at <= clock_timestamp();
    begin
        v_effective_at := greatest(v_now, (p_catalog ->> 'effective_at')::timestamptz);
        if v_latest.content - 'effective_at' = p_catalog - 'effective_at'
            and greatest(v_now, v_latest.effective_at) = v_effective_at
        then
            return;
        end if;
        select c.content into v_before
        from credits.catalogs as c
        where c.effective_at <= v_effective_at
        order by c.version desc
        limit 1;

        v_problem := coalesce(
            credits.catalog_problem(p_catalog),
            case when v_effective_at > clock_timestamp() then credits.schedule_problem(
                p_catalog, v_before
            ) end
        );
        if v_problem is null then
            v_version := credits.store_catalog(p_catalog, v_effective_at);
            if v_effective_at <= clock_timestamp() then
                perform credits.use_catalog(v_version);
            end if;
            perform credits.write_audit(
                null, credits.caller(), 'apply_catalog', null,
                jsonb_build_object('version', v_latest.version),
                jsonb_build_object('version', v_version, 'code', p_catalog ->> 'code')
            );
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
    return query select w.* from credits.withdrawn_catalogs(v_latest.version, v_effective_at) as w;
end;
$$;

comment on function credits.apply_catalog(jsonb, boolean) is
'Makes a catalog the next version and lists what it changes.';

revoke all on function credits.apply_catalog(jsonb, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.apply_catalog(jsonb, boolean) to service_role;

-- source: sql/functions/pricing/catalog_keys.sql sha256:290f0105773fb4beaf93fd7d42ac8c78312f2938589c41fd5dff4e6523b17cd5
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
            'subscriptions', 'refund_days', 'referral', 'approval_credits', 'low_balance_percent'
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

-- source: sql/functions/pricing/store_catalog.sql sha256:e1fe4d22dcd111904a699ecf89f08110b2a5c7247c0ec9d2016fc2175f370feb
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
        upgrade, downgrade, grace_hours, refund_days, approval_credits, low_balance_percent,
        referrer_credits, referee_credits,
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
        coalesce((p_catalog ->> 'approval_credits')::numeric, 10000),
        coalesce((p_catalog ->> 'low_balance_percent')::numeric, 20),
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

-- source: sql/functions/billing/create_promotion.sql sha256:2c934d77acff53d5ebff6035d503dfbc5839e7703c648d205ae247c43e5ff3bb
-- Creates a promotion: a code that takes something off a purchase, adds credits to it, or grants
-- credits at once.
--
-- p_promotion  {"code", "name", "discount_type": percent, fixed, bonus_credits, bonus_percent
--              or credits, "discount_value", "currency" (of a fixed amount), "starts_at",
--              "ends_at", "maximum_uses", "maximum_uses_per_account" (1 unless stated, null for no
--              limit), "minimum_cents", "packages", "plans" (codes it is for; neither: for
--              everything), "credits_days" (how long granted credits live)}
-- p_created_by  an administrator; null for the database role that calls.
-- Units        discount_value: percent, minor units of the currency, credits, or percent of the
--              credits bought.
-- Returns      the code in its one spelling.
-- Errors       22023 invalid_promotion
drop function if exists credits.create_promotion(jsonb);
create or replace function credits.create_promotion(
    p_promotion jsonb,
    p_created_by text default null
)
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
            coalesce(p.minimum_cents, 0), p.packages, p.plans, p.credits_days,
            coalesce(p_created_by, credits.caller())
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

comment on function credits.create_promotion(jsonb, text) is
'Creates a promotion and returns its code.';

revoke all on function credits.create_promotion(jsonb, text)
from public, anon, authenticated, service_role;
grant execute on function credits.create_promotion(jsonb, text) to service_role;

-- source: sql/functions/billing/has_use_left.sql sha256:21d8d7f3a8c79c576febd210f8b1dcee0cb76b5aecdd699bc0e551a9a292c628
-- Whether an account may use a promotion once more: paid orders have used it, and those that may
-- still be paid hold a use. Who buys for several accounts has one account's uses in all, and an
-- administrator none of their own promotions.
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
        coalesce(p_promotion.created_by <> 'user:' || p_user_id, true)
        and coalesce(count(*) < p_promotion.maximum_uses, true)
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

-- source: sql/functions/billing/next_billing_at.sql sha256:b604f9efda5a5322da7bf8f998317583f8cd4db673ac3054ac5dcb2cc74b6c43
-- When a subscription is charged next, as far as it is known; null when it is not: it is over or
-- paused, or ends with its period or before.
create or replace function credits.next_billing_at(p_subscription credits.subscriptions)
returns timestamptz
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select p_subscription.current_period_end_at
    where
        credits.is_live(p_subscription.status)
        and not p_subscription.is_paused
        and not (
            p_subscription.is_cancelling
            and coalesce(p_subscription.cancel_at <= p_subscription.current_period_end_at, true)
        )
$$;

comment on function credits.next_billing_at(credits.subscriptions) is
'When a subscription is charged next; null when it is not.';

revoke all on function credits.next_billing_at(credits.subscriptions)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/settle_invoice.sql sha256:5b621273867490cd6e77cdbc511c49b7e340297bad9d5c2ffe46569583c34d39
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
    perform credits.reward_referral(p), credits.tell_receipt(p)
    from credits.payment_row(p_account_id, p_provider, p_invoice.id) as p;
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

-- source: sql/functions/billing/settle_payment.sql sha256:53b54144ca0ac24ec8a141bfb56c80caf9599ae35c104909a1277f96d4339a25
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
    perform credits.reward_referral(p), credits.tell_receipt(p)
    from credits.payment_row(p_account_id, p_provider, p_payment_id) as p;
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.settle_payment(uuid, uuid, text, text, bigint, text) is
'Credits a paid order, once per payment.';

revoke all on function credits.settle_payment(uuid, uuid, text, text, bigint, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/show_subscription.sql sha256:4ef2f25e672cd15f2975145eabb7b1cb05b50334883ff33503b3fda84eeb87e4
-- An account's subscription as its user sees it: the one that gives the plan, else the latest that
-- has not ended.
--
-- Returns  {"plan", "status", "current_period_start_at", "current_period_end_at", "cancel_at",
--          "is_paused", "trial_end_at", "paid_until_at", "next_billing_at"}; null without one.
--          next_billing_at is null when it will not be billed again.
create or replace function credits.show_subscription(p_account_id uuid)
returns jsonb
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
    inner join credits.accounts as a on s.account_id = a.id
    where
        s.account_id = p_account_id
        and s.livemode = credits.livemode(s.provider)
        and not credits.is_over(s.status)
    order by s.id = a.plan_subscription_id desc nulls last, s.created_at desc, s.id
    limit 1;
    if not found then
        return null;
    end if;
    return jsonb_build_object(
        'plan', coalesce(v_subscription.paid_plan, v_subscription.plan),
        'status', v_subscription.status,
        'current_period_start_at', v_subscription.current_period_start_at,
        'current_period_end_at', v_subscription.current_period_end_at,
        'cancel_at', v_subscription.cancel_at,
        'is_paused', v_subscription.is_paused,
        'trial_end_at', v_subscription.trial_end_at,
        'paid_until_at', v_subscription.paid_until_at,
        'next_billing_at', credits.next_billing_at(v_subscription)
    );
end;
$$;

comment on function credits.show_subscription(uuid) is
'An account''s subscription as its user sees it.';

revoke all on function credits.show_subscription(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/apply_stripe_object.sql sha256:659ebdc0a5a03599aff6ceaf9c910030c97cb6c7b41a67774f9a4959f5bd2e5e
-- Applies an object as Stripe's API shows it now, as if an event of a type told it: what a lost
-- event left undone is repaired, and what is known already changes nothing.
--
-- It is kept as an event of its own, one per type and object, while it cannot be applied, or when
-- it changed something.
--
-- p_object    the object's JSON.
-- p_livemode  the mode of the key with which it was fetched.
-- Returns     as apply_stripe_event.
-- Errors      22023 invalid_event
-- Locks       what the rule for the type locks.
create or replace function credits.apply_stripe_object(
    p_type text,
    p_object text,
    p_livemode boolean
)
returns credits.outcome
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_id text;
    v_before text;
    v_outcome credits.outcome;
begin
    v_id := concat_ws(
        ':', 'fetched', p_type,
        credits.read_payload(
            format('{"id": "", "type": "", "object": %s}', p_object)
        ) #>> '{object,id}'
    );
    insert into credits.stripe_events (id, type, payload, state, attempts)
    values (
        v_id, p_type,
        format(
            '{"id": %s, "type": %s, "livemode": %s, "data": {"object": %s}}',
            to_json(v_id), to_json(p_type), to_json(p_livemode), p_object
        ),
        'failed', 0
    )
    on conflict (id) do update
    set payload = excluded.payload, received_at = clock_timestamp(), forgotten_at = null
    returning case when attempts > 0 then state end into strict v_before;

    v_outcome := credits.try_stripe_event(v_id);
    if v_outcome.state = 'ignored' and v_before = 'applied' then
        update credits.stripe_events as e set state = v_before where e.id = v_id;
    elsif v_outcome.state = 'ignored' then
        delete from credits.stripe_events as e where e.id = v_id;
    end if;
    return v_outcome;
end;
$$;

comment on function credits.apply_stripe_object(text, text, boolean) is
'Applies an object as Stripe''s API shows it now.';

revoke all on function credits.apply_stripe_object(text, text, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.apply_stripe_object(
    text, text, boolean
) to credits_edge, service_role;

-- source: sql/functions/stripe/forget_payloads.sql sha256:c03335cbc069260c9b8393350725dfa32eb5f4cbab8cfd2f8400192e3f0960c6
-- Forgets what Stripe has told with the events that were settled half a year ago: names, addresses,
-- cards' last digits. That there was the event, and what came of it, stays.
--
-- Returns  how many.
-- Locks    credits.stripe_events: the rows, until commit.
create or replace function credits.forget_payloads(p_at timestamptz, p_limit integer)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_count integer;
begin
    update credits.stripe_events as e
    set payload = credits.forgotten_payload(e), forgotten_at = clock_timestamp()
    where e.id in (
        select s.id
        from credits.stripe_events as s
        where
            s.settled_at < p_at - interval '180 days'
            and s.state in ('applied', 'ignored')
            and s.forgotten_at is null
        order by s.settled_at
        limit p_limit
        for update skip locked
    );
    get diagnostics v_count = row_count;
    return v_count;
end;
$$;

comment on function credits.forget_payloads(timestamptz, integer) is
'Forgets what Stripe has told with the events of half a year ago.';

revoke all on function credits.forget_payloads(timestamptz, integer)
from public, anon, authenticated, service_role;

-- source: sql/functions/stripe/forgotten_payload.sql sha256:255e973c26af8352865451ff8101061535d2d3b8be6f9cde37492fbe97de987a
-- What stays of an event's text when it is forgotten.
create or replace function credits.forgotten_payload(p_event credits.stripe_events)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object('id', p_event.id, 'type', p_event.type, 'erased', true)::text;
$$;

comment on function credits.forgotten_payload(credits.stripe_events) is
'What stays of an event''s text when it is forgotten.';

revoke all on function credits.forgotten_payload(credits.stripe_events)
from public, anon, authenticated, service_role;

-- source: sql/functions/teams/invite_member.sql sha256:79e689c387092e51e70d64918bae5ddc3ca4f0919317ea9e6a3c239af7b12749
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
            'expires_at', v_invitation.expires_at, 'account_name', (
                select a.name from credits.accounts as a where a.id = p_account_id
            )
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

-- source: sql/functions/support/admin_add_credits.sql sha256:176eec9a9793ef8d67f13b9de7458f5e8b756295bb05870951136580dd7169e6
-- Adds credits to an account for a reason, once per key.
--
-- p_source  as in add_credits.
-- Returns   the act: done, or pending where it needs a second administrator.
-- Errors    PT403 admin_only, account_closed, 22023 invalid_amount, invalid_source, invalid_expiry,
--           invalid_key, reason_required, reason_too_long, PT404 account_not_found,
--           PT409 idempotency_key_reused
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.admin_add_credits(
    p_account_id uuid,
    p_amount numeric,
    p_reason text,
    p_key text,
    p_source text,
    p_expires_at timestamptz
)
returns public.credit_act
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_act credits.pending_acts;
    v_account credits.accounts;
begin
    v_act.act := 'add_credits';
    v_act.scope := 'admin';
    v_act.requested_by := credits.acting_admin();
    v_act.amount := credits.check_amount(p_amount);
    v_act.reason := credits.check_reason(p_reason);
    v_act.key := credits.check_texts(p_key, null, null, null, null);
    perform credits.check_grant_terms(p_source, null);
    v_act.arguments := jsonb_build_object('source', p_source, 'expires_at', p_expires_at);
    v_act.request := credits.request_hash(jsonb_build_array(
        v_act.act, v_act.amount, v_act.reason, p_source, extract(epoch from p_expires_at)
    ));
    v_account := credits.lock_account(p_account_id);
    if p_expires_at <= v_account.last_transaction_at
        and (credits.find_transaction(v_account, 'admin', v_act.key, v_act.request)).id is null
    then
        raise exception 'invalid_expiry' using
            errcode = '22023',
            hint = 'Credits expire at a time in the future, or never (null).';
    end if;
    return credits.run_act(v_account, v_act);
end;
$$;

comment on function credits.admin_add_credits(uuid, numeric, text, text, text, timestamptz) is
'Adds credits to an account for a reason, once per key.';

revoke all on function credits.admin_add_credits(uuid, numeric, text, text, text, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_add_credits(
    uuid, numeric, text, text, text, timestamptz
) to authenticated, service_role;

-- source: sql/functions/support/admin_approve_act.sql sha256:4fd5949f7bc75814b4874c666c4f15dea3df227f7964843769200bc1f6212d88
-- Does an act that has waited for a second administrator. What refuses it now leaves it waiting.
--
-- Errors   PT403 admin_only, second_admin_required, PT404 act_not_found, PT409 act_not_pending, and
--          those of perform_act
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.admin_approve_act(p_act_id uuid)
returns public.credit_act
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor text := credits.acting_admin();
    v_act credits.pending_acts := credits.pending_act(p_act_id);
begin
    if v_act.requested_by = v_actor or credits.has_part_in(v_act.account_id, v_actor) then
        raise exception 'second_admin_required' using
            errcode = 'PT403',
            hint = 'Another administrator approves it, for whom the account is not the own.';
    end if;
    v_act := credits.perform_act(
        credits.lock_account(v_act.account_id), v_act, v_actor
    );
    update credits.pending_acts as a
    set
        state = 'done',
        amount = v_act.amount,
        transaction_id = v_act.transaction_id,
        decided_by = v_actor,
        decided_at = clock_timestamp()
    where a.account_id = v_act.account_id and a.id = v_act.id
    returning a.* into strict v_act;
    return credits.show_act(v_act);
end;
$$;

comment on function credits.admin_approve_act(uuid) is
'Does an act that has waited for a second administrator.';

revoke all on function credits.admin_approve_act(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_approve_act(uuid) to authenticated, service_role;

-- source: sql/functions/support/admin_create_promotion.sql sha256:bdaa6e78966cffbbae8a2b7c39b3f0671a4bf74aea8b1201fdb929d9cad0584a
-- Creates a promotion; see create_promotion. One whose use gives more credits than an administrator
-- may move alone, the back end creates.
--
-- Errors   PT403 admin_only, second_admin_required, 22023 invalid_promotion
create or replace function credits.admin_create_promotion(p_promotion jsonb)
returns public.credit_promotion
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor text := credits.acting_admin();
    v_code text := credits.create_promotion(p_promotion, v_actor);
    v_promotion public.credit_promotion;
begin
    select s.* into strict v_promotion
    from credits.promotions as p
    cross join lateral credits.show_promotion(p) as s
    where p.code = v_code;
    if credits.acting_user_id() is not null
        and v_promotion.discount_type in ('credits', 'bonus_credits')
        and v_promotion.discount_value > credits.approval_credits(clock_timestamp())
    then
        raise exception 'second_admin_required' using
            errcode = 'PT403',
            hint = 'A use of it gives more than one administrator may: let the back end create it.';
    end if;
    perform credits.write_audit(
        null, v_actor, 'create_promotion', null, '{}', to_jsonb(v_promotion)
    );
    return v_promotion;
end;
$$;

comment on function credits.admin_create_promotion(jsonb) is
'Creates a promotion.';

revoke all on function credits.admin_create_promotion(jsonb)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_create_promotion(jsonb) to authenticated, service_role;

-- source: sql/functions/support/admin_decline_act.sql sha256:f674a5092624d5d60814711052030ba10d8a6552c61e3615bdd6fe9234d174a0
-- Declines an act that waits for a second administrator, or takes one's own back.
--
-- Errors   PT403 admin_only, PT404 act_not_found, PT409 act_not_pending, 22023 reason_required,
--          reason_too_long
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.admin_decline_act(p_act_id uuid, p_reason text)
returns public.credit_act
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor text := credits.acting_admin();
    v_reason text := credits.check_reason(p_reason);
    v_act credits.pending_acts := credits.pending_act(p_act_id);
begin
    update credits.pending_acts as a
    set state = 'declined', decided_by = v_actor, decided_at = clock_timestamp()
    where a.account_id = v_act.account_id and a.id = v_act.id
    returning a.* into strict v_act;
    perform credits.write_audit(
        v_act.account_id, v_actor, 'decline_act', v_reason,
        jsonb_build_object('act_id', v_act.id, 'act', v_act.act, 'amount', v_act.amount),
        '{}'
    );
    return credits.show_act(v_act);
end;
$$;

comment on function credits.admin_decline_act(uuid, text) is
'Declines an act that waits for a second administrator.';

revoke all on function credits.admin_decline_act(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_decline_act(uuid, text) to authenticated, service_role;

-- source: sql/functions/support/admin_end_promotion.sql sha256:e84d07e3c9eaed245de5df055c93570031bd8047971db529b2a2e9412442ccaa
-- Ends a promotion at once; open checkouts that hold a use can still be paid. One that has ended
-- stays so.
--
-- Errors   PT403 admin_only, PT404 promotion_not_found
create or replace function credits.admin_end_promotion(p_code text)
returns public.credit_promotion
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor text := credits.acting_admin();
    v_promotion credits.promotions;
begin
    select p.* into v_promotion
    from credits.promotions as p
    where p.code = credits.promotion_code(p_code)
    for no key update;
    if not found then
        raise exception 'promotion_not_found' using
            errcode = 'PT404',
            hint = 'There is no promotion of this code.';
    end if;
    if v_promotion.is_active then
        update credits.promotions as p
        set is_active = false
        where p.code = v_promotion.code
        returning p.* into strict v_promotion;
        perform credits.write_audit(
            null, v_actor, 'end_promotion', null,
            jsonb_build_object('code', v_promotion.code, 'is_active', true),
            jsonb_build_object('code', v_promotion.code, 'is_active', false)
        );
    end if;
    return credits.show_promotion(v_promotion);
end;
$$;

comment on function credits.admin_end_promotion(text) is
'Ends a promotion at once.';

revoke all on function credits.admin_end_promotion(text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_end_promotion(text) to authenticated, service_role;

-- source: sql/functions/support/admin_erase_account.sql sha256:f19bf87d959c9d49bc6dc25e90b6377b0813fc8846dc77b47925247cb1144dd4
-- Erases the person behind an account and closes it; the books stay as they are. Names, addresses
-- and texts go, its credits go, its history keeps what was moved under an id that names nobody.
--
-- What stays: transactions with their descriptions and metadata (evidence; keep persons out of
-- them), salted hashes of the address, the ids of the payment provider.
--
-- Returns  the account's status: closed. A replay changes nothing.
-- Errors   PT403 admin_only, second_admin_required, PT404 account_not_found, 22023 reason_required,
--          reason_too_long, PT409 account_subscribed, account_has_holds, last_owner
-- Locks    credits.accounts: the row, and those of the teams of its owner, in id order.
create or replace function credits.admin_erase_account(p_account_id uuid, p_reason text)
returns public.credit_account_status
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor text := credits.acting_admin();
    v_reason text := credits.check_reason(p_reason);
    v_account credits.accounts;
    v_credits numeric;
begin
    perform credits.lock_accounts(p_account_id || array(
        select m.account_id from credits.members as m where m.user_id = p_account_id
    ));
    v_account := credits.lock_account(p_account_id);
    if v_account.erased_at is not null then
        return credits.show_account_status(v_account);
    end if;
    perform credits.check_erasable(v_account);
    perform credits.check_alone(v_account, v_actor);
    v_credits := v_account.balance;
    if v_credits > 0 then
        perform credits.post_transaction(
            v_account, 'adjustment', -v_credits, 'system', 'erasure',
            credits.request_hash(jsonb_build_array('erase')), p_description => 'erased'
        );
    end if;
    update credits.pending_acts as p
    set
        state = 'declined',
        reason = 'erased',
        decided_by = v_actor,
        decided_at = clock_timestamp()
    where p.account_id = v_account.id and p.state = 'pending';
    perform credits.erase_person(v_account);
    perform credits.erase_messages(v_account);
    update credits.accounts as a
    set
        status = 'closed',
        email = null,
        external_id = 'erased:' || a.id,
        name = null,
        status_reason = v_reason,
        status_changed_at = clock_timestamp(),
        status_changed_by = v_actor,
        erased_at = clock_timestamp()
    where a.id = v_account.id
    returning a.* into strict v_account;
    perform credits.write_audit(
        v_account.id, v_actor, 'erase_account', v_reason,
        jsonb_build_object('credits', v_credits), jsonb_build_object('status', 'closed')
    );
    return credits.show_account_status(v_account);
end;
$$;

comment on function credits.admin_erase_account(uuid, text) is
'Erases the person behind an account and closes it.';

revoke all on function credits.admin_erase_account(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_erase_account(uuid, text) to authenticated, service_role;

-- source: sql/functions/support/admin_get_account.sql sha256:4d7eb89ee64bcd30db0caea5d9d8d9e6604372f7f3510809fb78baa3fad42a86
-- All there is to know of an account on one page: what explain_credits tells of it, and who it is.
--
-- Returns  explain_credits, and {"account": credit_admin_account, "status": credit_account_status,
--          "members", "subscription", "orders", "disputes", "audit": the latest ten}.
-- Errors   PT403 admin_only, PT404 account_not_found, 22023 account_id_required
create or replace function credits.admin_get_account(p_account_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts;
begin
    perform credits.acting_admin();
    if p_account_id is null then
        raise exception 'account_id_required' using
            errcode = '22023',
            hint = 'Name the account that is meant.';
    end if;
    v_account := credits.read_account(p_account_id);
    return credits.explain_account(v_account) || jsonb_build_object(
        'account', to_jsonb(credits.show_admin_account(v_account)),
        'status', to_jsonb(credits.show_account_status(v_account)),
        'subscription', credits.show_subscription(p_account_id),
        'members', (
            select coalesce(jsonb_agg(
                jsonb_build_object(
                    'user_id', m.user_id, 'email', credits.email_of_user(m.user_id),
                    'role', m.role, 'monthly_cap', m.monthly_cap
                ) order by m.created_at, m.user_id
            ), '[]')
            from credits.members as m
            where m.account_id = p_account_id
        ),
        'orders', (
            select coalesce(jsonb_agg(
                jsonb_build_object(
                    'id', o.id, 'status', o.status, 'package', o.package, 'plan', o.plan,
                    'total_cents', o.total_cents, 'currency', o.currency,
                    'created_at', o.created_at, 'paid_at', o.paid_at
                ) order by o.created_at desc, o.id
            ), '[]')
            from (
                select l.*
                from credits.orders as l
                where l.account_id = p_account_id
                order by l.created_at desc
                limit 10
            ) as o
        ),
        'disputes', (
            select coalesce(
                jsonb_agg(to_jsonb(credits.show_dispute(d)) order by d.created_at desc), '[]'
            )
            from (
                select l.*
                from credits.disputes as l
                where l.account_id = p_account_id
                order by l.created_at desc
                limit 10
            ) as d
        ),
        'audit', (
            select coalesce(jsonb_agg(to_jsonb(l) order by l.id desc), '[]')
            from credits.page_of_audit(p_account_id, null, null, null, null, null, 10) as l
        )
    );
end;
$$;

comment on function credits.admin_get_account(uuid) is
'All there is to know of an account on one page.';

revoke all on function credits.admin_get_account(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_get_account(uuid) to authenticated, service_role;

-- source: sql/functions/support/admin_get_dispute_statistics.sql sha256:bbdfbcae55a2ca9884f10ef9a824d7b31c64f9e31b05e6dca2257e68ec190909
-- How disputes that were filed in a time went: how many, why, how fast, what they gave back, by
-- which administrators.
--
-- p_since  null for 90 days before p_until; p_until  null for now.
-- Returns  {"submitted", "open", "by_status": {status: disputes}, "requested_credits",
--          "refunded_credits", "resolution_hours": {"average", "median", "p90", "longest_open"},
--          "by_reason": [{"reason", "disputes", "approved_percent", "refunded"}],
--          "administrators": [{"actor", "resolved", "approved_percent", "refunded",
--          "average_hours"}]}
-- Errors   PT403 admin_only
create or replace function credits.admin_get_dispute_statistics(
    p_since timestamptz,
    p_until timestamptz
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_until timestamptz;
    v_since timestamptz;
    v_all jsonb;
begin
    perform credits.acting_admin();
    v_until := coalesce(credits.near_time(p_until), clock_timestamp());
    v_since := coalesce(credits.near_time(p_since), v_until - interval '90 days');
    select jsonb_build_object(
        'submitted', count(*),
        'open', count(*) filter (where credits.is_open_dispute(d.status)),
        'requested_credits', coalesce(sum(d.requested_refund), 0),
        'refunded_credits', coalesce(sum(d.refunded), 0),
        'resolution_hours', jsonb_build_object(
            'average', round(avg(h.hours), 1),
            'median', round(
                (percentile_cont(0.5) within group (order by h.hours))::numeric, 1
            ),
            'p90', round((percentile_cont(0.9) within group (order by h.hours))::numeric, 1),
            'longest_open', round(
                max(extract(epoch from clock_timestamp() - d.created_at) / 3600)
                filter (where credits.is_open_dispute(d.status)), 1
            )
        )
    ) into strict v_all
    from credits.disputes as d
    cross join lateral credits.hours_to_resolution(d) as h (hours)
    where d.created_at >= v_since and d.created_at < v_until;
    return v_all || jsonb_build_object(
        'by_status', credits.disputes_by_status(v_since, v_until),
        'by_reason', credits.disputes_by_reason(v_since, v_until),
        'administrators', credits.disputes_by_administrator(v_since, v_until)
    );
end;
$$;

comment on function credits.admin_get_dispute_statistics(timestamptz, timestamptz) is
'How disputes that were filed in a time went.';

revoke all on function credits.admin_get_dispute_statistics(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_get_dispute_statistics(
    timestamptz, timestamptz
) to authenticated, service_role;

-- source: sql/functions/support/admin_list_accounts.sql sha256:cdf76d8f0aa362b901ef21c89cf02c7477ae221af168a06057dc2debcc424e61
-- All accounts, or those that a search finds, the newest first.
--
-- p_search  a part of the e-mail address, name or external id, or an account's id or its start.
-- p_before  the id of the last account seen; null for the first page.
-- Errors    PT403 admin_only, 22023 invalid_page_size
create or replace function credits.admin_list_accounts(
    p_search text,
    p_status text,
    p_before uuid,
    p_page_size integer
)
returns setof public.credit_admin_account
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
declare
    v_part text := lower(nullif(btrim(p_search), ''));
begin
    perform credits.acting_admin();
    perform credits.check_page_size(p_page_size);
    return query
    select s.*
    from (
        select a.*
        from credits.accounts as a
        left join auth.users as u on a.owner_id = u.id
        where
            (p_status is null or a.status = p_status)
            and (
                v_part is null
                or position(v_part in lower(coalesce(a.email, u.email))) > 0
                or position(v_part in lower(a.name)) > 0
                or position(v_part in lower(a.external_id)) > 0
                or starts_with(a.id::text, v_part)
            )
            and (
                p_before is null
                or (a.created_at, a.id) < (
                    select b.created_at, b.id from credits.accounts as b where b.id = p_before
                )
            )
        order by a.created_at desc, a.id desc
        limit p_page_size
    ) as a
    cross join lateral credits.show_admin_account(a) as s
    order by s.created_at desc, s.account_id desc;
end;
$$;

comment on function credits.admin_list_accounts(text, text, uuid, integer) is
'All accounts, or those that a search finds.';

revoke all on function credits.admin_list_accounts(text, text, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_accounts(
    text, text, uuid, integer
) to authenticated, service_role;

-- source: sql/functions/support/admin_list_audit.sql sha256:ca74a052dcc5caae74dfb10d3228642115c86bb3b315c905a804467567db6323
-- The acts of administrators, the latest first.
--
-- p_before  the id of the last act seen; null for the first page.
-- Errors    PT403 admin_only, 22023 invalid_page_size
create or replace function credits.admin_list_audit(
    p_account_id uuid,
    p_actor text,
    p_act text,
    p_since timestamptz,
    p_until timestamptz,
    p_before bigint,
    p_page_size integer
)
returns setof public.credit_audit
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.acting_admin();
    perform credits.check_page_size(p_page_size);
    return query
    select a.*
    from credits.page_of_audit(
        p_account_id, p_actor, p_act, p_since, p_until, p_before, p_page_size
    ) as a;
end;
$$;

comment on function credits.admin_list_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'The acts of administrators, the latest first.';

revoke all on function credits.admin_list_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) to authenticated, service_role;

-- source: sql/functions/support/admin_list_disputes.sql sha256:9f4a189fe7c35a30edcf45b9a6107ea3d78d3b4c0c3d8ef13915d52534981133
-- The disputes of a status, the longest waiting first: the queue of administrators.
--
-- p_status  null for all.
-- p_before  the id of the last dispute seen; null for the first page.
-- Errors    PT403 admin_only, 22023 invalid_page_size
create or replace function credits.admin_list_disputes(
    p_status text,
    p_before uuid,
    p_page_size integer
)
returns setof public.credit_dispute
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
    perform credits.acting_admin();
    perform credits.check_page_size(p_page_size);
    return query
    select s.*
    from credits.disputes as d
    cross join lateral credits.show_dispute(d) as s
    where
        (p_status is null or d.status = p_status)
        and (
            p_before is null
            or (d.created_at, d.id) > (
                select b.created_at, b.id from credits.disputes as b where b.id = p_before
            )
        )
    order by d.created_at, d.id
    limit p_page_size;
end;
$$;

comment on function credits.admin_list_disputes(text, uuid, integer) is
'The disputes of a status, the longest waiting first.';

revoke all on function credits.admin_list_disputes(text, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_disputes(
    text, uuid, integer
) to authenticated, service_role;

-- source: sql/functions/support/admin_list_pending_acts.sql sha256:3b2995c03400cb32815f50ebe660dfffc65c1707c75d92bc6a8547f5aa72069a
-- The acts that wait for a second administrator, the longest waiting first.
--
-- Errors   PT403 admin_only
create or replace function credits.admin_list_pending_acts()
returns setof public.credit_act
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.acting_admin();
    return query
    select s.*
    from credits.pending_acts as a
    cross join lateral credits.show_act(a) as s
    where a.state = 'pending' and a.expires_at > clock_timestamp()
    order by a.requested_at, a.id;
end;
$$;

comment on function credits.admin_list_pending_acts() is
'The acts that wait for a second administrator.';

revoke all on function credits.admin_list_pending_acts()
from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_pending_acts() to authenticated, service_role;

-- source: sql/functions/support/admin_list_promotions.sql sha256:62a851820702074adf89ace2e7aee2a21f7f8b5231760a429c57b77f1043a767
-- All promotions, the newest first.
--
-- p_before  the code of the last promotion seen; null for the first page.
-- Errors    PT403 admin_only, 22023 invalid_page_size
create or replace function credits.admin_list_promotions(p_before text, p_page_size integer)
returns setof public.credit_promotion
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.acting_admin();
    perform credits.check_page_size(p_page_size);
    return query
    select s.*
    from credits.promotions as p
    cross join lateral credits.show_promotion(p) as s
    where
        p_before is null
        or (p.created_at, p.code) < (
            select b.created_at, b.code
            from credits.promotions as b
            where b.code = credits.promotion_code(p_before)
        )
    order by p.created_at desc, p.code desc
    limit p_page_size;
end;
$$;

comment on function credits.admin_list_promotions(text, integer) is
'All promotions, the newest first.';

revoke all on function credits.admin_list_promotions(text, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_promotions(
    text, integer
) to authenticated, service_role;

-- source: sql/functions/support/admin_list_transactions.sql sha256:d1f955f6eebe115d18224eaef9ebe63e26f0357c84fe66746f1506fea80a666f
-- The transactions of any account, for administrators; see list_transactions.
--
-- Errors   PT403 admin_only, PT404 account_not_found, 22023 account_id_required, invalid_page_size
create or replace function credits.admin_list_transactions(
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
begin
    perform credits.acting_admin();
    if p_account_id is null then
        raise exception 'account_id_required' using
            errcode = '22023',
            hint = 'Name the account that is meant.';
    end if;
    return query
    select t.*
    from credits.page_of_transactions(
        p_account_id, null, p_type, p_service, p_since, p_until, p_before, p_page_size
    ) as t;
end;
$$;

comment on function credits.admin_list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'The transactions of any account, for administrators.';

revoke all on function credits.admin_list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) to authenticated, service_role;

-- source: sql/functions/support/admin_pause_account.sql sha256:a955a1f1aecf3c98b19011ef77985612740ec4258a5c698a5c3f4e8f3f0b334e
-- Pauses an account for a reason: it spends nothing until it is resumed. What is held can still be
-- captured.
--
-- Errors   PT403 admin_only, account_closed, PT404 account_not_found, 22023 reason_required,
--          reason_too_long
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.admin_pause_account(p_account_id uuid, p_reason text)
returns public.credit_account_status
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.acting_admin();
    return credits.change_status(p_account_id, 'paused', 'pause_account', p_reason);
end;
$$;

comment on function credits.admin_pause_account(uuid, text) is
'Pauses an account for a reason.';

revoke all on function credits.admin_pause_account(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_pause_account(uuid, text) to authenticated, service_role;

-- source: sql/functions/support/admin_refund_transaction.sql sha256:2f54b99b8d80e99a50b5516e8220c04ad6380e4d1d25fa6a7ee9246d07d888de
-- Refunds a charge for a reason, whole or in part, once per key; see refund_credits.
--
-- p_amount  null for all that is left of the charge.
-- Returns   the act: done, or pending where it needs a second administrator.
-- Errors    PT403 admin_only, account_closed, 22023 invalid_amount, invalid_key, reason_required,
--           reason_too_long, PT404 account_not_found, transaction_not_found,
--           PT409 refund_exceeds_paid, idempotency_key_reused
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.admin_refund_transaction(
    p_account_id uuid,
    p_transaction_id bigint,
    p_reason text,
    p_key text,
    p_amount numeric
)
returns public.credit_act
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_act credits.pending_acts;
    v_account credits.accounts;
begin
    v_act.act := 'refund_transaction';
    v_act.scope := 'admin';
    v_act.requested_by := credits.acting_admin();
    if p_amount is not null then
        p_amount := credits.check_amount(p_amount);
    end if;
    v_act.reason := credits.check_reason(p_reason);
    v_act.key := credits.check_texts(p_key, null, null, null, null);
    v_act.arguments := jsonb_build_object('charge_id', p_transaction_id);
    v_act.request := credits.request_hash(jsonb_build_array(
        v_act.act, p_transaction_id, p_amount, v_act.reason
    ));
    v_account := credits.lock_account(p_account_id);
    v_act.amount := coalesce(
        p_amount,
        credits.refundable_credits(
            credits.transaction_row(p_account_id, p_transaction_id, 'usage')
        )
    );
    return credits.run_act(v_account, v_act);
end;
$$;

comment on function credits.admin_refund_transaction(uuid, bigint, text, text, numeric) is
'Refunds a charge for a reason, once per key.';

revoke all on function credits.admin_refund_transaction(uuid, bigint, text, text, numeric)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_refund_transaction(
    uuid, bigint, text, text, numeric
) to authenticated, service_role;

-- source: sql/functions/support/admin_remove_credits.sql sha256:bab5c0449fe85026d11995ca2eff53b8983e59b387e4cb42581f60a05fead2f7
-- Removes credits from an account for a reason, once per key: in burn-down order, what is held
-- stays.
--
-- Returns   the act: done, or pending where it needs a second administrator.
-- Errors    PT403 admin_only, 22023 invalid_amount, invalid_key, reason_required, reason_too_long,
--           PT402 insufficient_credits, PT404 account_not_found, PT409 idempotency_key_reused
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.admin_remove_credits(
    p_account_id uuid,
    p_amount numeric,
    p_reason text,
    p_key text
)
returns public.credit_act
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_act credits.pending_acts;
begin
    v_act.act := 'remove_credits';
    v_act.scope := 'admin';
    v_act.requested_by := credits.acting_admin();
    v_act.amount := credits.check_amount(p_amount);
    v_act.reason := credits.check_reason(p_reason);
    v_act.key := credits.check_texts(p_key, null, null, null, null);
    v_act.arguments := '{}';
    v_act.request := credits.request_hash(jsonb_build_array(
        v_act.act, v_act.amount, v_act.reason
    ));
    return credits.run_act(credits.lock_account(p_account_id), v_act);
end;
$$;

comment on function credits.admin_remove_credits(uuid, numeric, text, text) is
'Removes credits from an account for a reason, once per key.';

revoke all on function credits.admin_remove_credits(uuid, numeric, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_remove_credits(
    uuid, numeric, text, text
) to authenticated, service_role;

-- source: sql/functions/support/admin_resolve_dispute.sql sha256:c20938f1670d1e5926539554d1f3066b4ccc7f5264cb32b63f874c3ebb2ea78b
-- Resolves a dispute: with a refund in the same transaction, or without one. The same again is a
-- replay.
--
-- p_outcome  approved, partially_approved (with p_refund) or rejected. Less than was asked for is
--            approved in part.
-- Units      p_refund: credits; null for what was asked for, as far as it is left.
-- Returns    the dispute; still under review where the refund needs a second administrator.
-- Errors     PT403 admin_only, account_closed, PT404 dispute_not_found, 22023 invalid_outcome,
--            refund_required, refund_not_allowed, invalid_amount, reason_required, reason_too_long,
--            PT409 dispute_not_open, act_pending, refund_exceeds_paid
-- Locks      credits.accounts: one row, until commit.
create or replace function credits.admin_resolve_dispute(
    p_dispute_id uuid,
    p_outcome text,
    p_note text,
    p_refund numeric
)
returns public.credit_dispute
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_act credits.pending_acts;
    v_dispute credits.disputes;
begin
    v_act.act := 'resolve_dispute';
    v_act.scope := 'system';
    v_act.requested_by := credits.acting_admin();
    v_act.reason := credits.check_reason(p_note);
    perform credits.check_outcome(p_outcome);
    v_dispute := credits.locked_dispute(p_dispute_id);
    if v_dispute.resolution = v_act.reason
        and coalesce(p_refund, v_dispute.refunded) = v_dispute.refunded
        and (p_outcome = 'rejected') = (v_dispute.status = 'rejected')
    then
        return credits.show_dispute(v_dispute);
    end if;
    perform credits.check_open_dispute(v_dispute);
    v_act.amount := credits.dispute_refund(v_dispute, p_outcome, p_refund);
    if v_act.amount is null then
        v_dispute := credits.end_dispute(v_dispute, v_act.requested_by, v_act.reason, null);
    else
        v_act.key := credits.dispute_key(v_dispute);
        v_act.arguments := jsonb_build_object('dispute_id', p_dispute_id);
        v_act.request := credits.request_hash(jsonb_build_array(v_act.act, v_act.amount));
        perform credits.check_no_other_act(v_dispute.account_id, v_act);
        if (credits.run_act(credits.lock_account(v_dispute.account_id), v_act)).state = 'pending'
        then
            perform credits.admin_review_dispute(p_dispute_id, null);
        end if;
        select d.* into strict v_dispute
        from credits.disputes as d
        where d.account_id = v_dispute.account_id and d.id = p_dispute_id;
    end if;
    return credits.show_dispute(v_dispute);
end;
$$;

comment on function credits.admin_resolve_dispute(uuid, text, text, numeric) is
'Resolves a dispute, with a refund in the same transaction.';

revoke all on function credits.admin_resolve_dispute(uuid, text, text, numeric)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_resolve_dispute(
    uuid, text, text, numeric
) to authenticated, service_role;

-- source: sql/functions/support/admin_resume_account.sql sha256:56dbd8a8ae1465ef9a70fa826750d7a6c21a3a92ddc62a5c4eeb6880b3f2ad54
-- Resumes a paused account for a reason.
--
-- Errors   PT403 admin_only, account_closed, PT404 account_not_found, 22023 reason_required,
--          reason_too_long
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.admin_resume_account(p_account_id uuid, p_reason text)
returns public.credit_account_status
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.acting_admin();
    return credits.change_status(p_account_id, 'active', 'resume_account', p_reason);
end;
$$;

comment on function credits.admin_resume_account(uuid, text) is
'Resumes a paused account for a reason.';

revoke all on function credits.admin_resume_account(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_resume_account(uuid, text) to authenticated, service_role;

-- source: sql/functions/support/admin_review_dispute.sql sha256:0b6f60ce8fc621364dc76e3751d209bedbe40a6d77f099dcddd8797ceb5ceb5b
-- Takes a dispute under review, and tells the user. A replay changes nothing.
--
-- Errors   PT403 admin_only, PT404 dispute_not_found, PT409 dispute_not_open
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.admin_review_dispute(p_dispute_id uuid, p_note text)
returns public.credit_dispute
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor text := credits.acting_admin();
    v_dispute credits.disputes := credits.locked_dispute(p_dispute_id);
    v_note text := case when p_note is not null then credits.check_reason(p_note) end;
begin
    perform credits.check_open_dispute(v_dispute);
    if v_dispute.status = 'pending' then
        update credits.disputes as d
        set status = 'under_review', reviewed_at = clock_timestamp(), reviewed_by = v_actor
        where d.account_id = v_dispute.account_id and d.id = p_dispute_id
        returning d.* into strict v_dispute;
        perform credits.write_audit(
            v_dispute.account_id, v_actor, 'review_dispute', v_note,
            jsonb_build_object('dispute_id', p_dispute_id, 'status', 'pending'),
            jsonb_build_object('dispute_id', p_dispute_id, 'status', 'under_review')
        );
        perform credits.tell_dispute(v_dispute);
    end if;
    return credits.show_dispute(v_dispute);
end;
$$;

comment on function credits.admin_review_dispute(uuid, text) is
'Takes a dispute under review.';

revoke all on function credits.admin_review_dispute(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_review_dispute(uuid, text) to authenticated, service_role;

-- source: sql/functions/support/admin_void_grant.sql sha256:3835b4218603914c223ff4a70a2e18c133174e7e2d8b413f1e9945c7164fd665
-- Voids a grant for a reason, once per key: what is left of it and not held goes now, what is held
-- expires when it returns.
--
-- Returns   the act: done, or pending where it needs a second administrator.
-- Errors    PT403 admin_only, 22023 invalid_key, reason_required, reason_too_long,
--           PT404 account_not_found, grant_not_found, PT409 grant_is_empty, idempotency_key_reused
-- Locks     credits.accounts: one row, until commit.
create or replace function credits.admin_void_grant(
    p_account_id uuid,
    p_grant_id bigint,
    p_reason text,
    p_key text
)
returns public.credit_act
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_act credits.pending_acts;
    v_account credits.accounts;
begin
    v_act.act := 'void_grant';
    v_act.scope := 'admin';
    v_act.requested_by := credits.acting_admin();
    v_act.reason := credits.check_reason(p_reason);
    v_act.key := credits.check_texts(p_key, null, null, null, null);
    v_act.arguments := jsonb_build_object('grant_id', p_grant_id);
    v_act.request := credits.request_hash(jsonb_build_array(v_act.act, p_grant_id, v_act.reason));
    v_account := credits.lock_account(p_account_id);
    v_act.amount := credits.left_of_grant(v_account, p_grant_id)
        + credits.held_of_grant(v_account.id, p_grant_id);
    return credits.run_act(v_account, v_act);
end;
$$;

comment on function credits.admin_void_grant(uuid, bigint, text, text) is
'Voids a grant for a reason, once per key.';

revoke all on function credits.admin_void_grant(uuid, bigint, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_void_grant(
    uuid, bigint, text, text
) to authenticated, service_role;

-- source: sql/functions/support/approval_credits.sql sha256:d8ac36e8a81205537125d4180432bcd3922c661d93e07663d93c4bdeedc02169
-- How many credits an administrator may move alone: as the catalog of a time says, 10,000 where
-- there is none.
create or replace function credits.approval_credits(p_at timestamptz)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        (
            select c.approval_credits
            from credits.catalogs as c
            where c.version = credits.version_at(p_at)
        ),
        10000
    );
end;
$$;

comment on function credits.approval_credits(timestamptz) is
'How many credits an administrator may move alone.';

revoke all on function credits.approval_credits(timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/change_status.sql sha256:aeb8190568adf8adc878633bace2d61f5daaf72ffaa3a6f671f256604581fd86
-- Changes the status of an account for an administrator's reason. An account that has the status
-- keeps it, and its reason. Nobody resumes an account of their own.
--
-- Errors   PT403 admin_only, account_closed, second_admin_required, PT404 account_not_found, 22023
--          reason_required, reason_too_long
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.change_status(
    p_account_id uuid,
    p_status text,
    p_act text,
    p_reason text
)
returns public.credit_account_status
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor text := credits.acting_admin();
    v_reason text := credits.check_reason(p_reason);
    v_account credits.accounts := credits.lock_account(p_account_id);
    v_before text := v_account.status;
begin
    if v_before = 'closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account stays closed.';
    elsif v_before is distinct from p_status then
        if p_status = 'active' and credits.has_part_in(v_account.id, v_actor) then
            raise exception 'second_admin_required' using
                errcode = 'PT403',
                hint = 'Another administrator resumes it: the account is your own.';
        end if;
        update credits.accounts as a
        set
            status = p_status,
            status_reason = v_reason,
            status_changed_at = v_account.last_transaction_at,
            status_changed_by = v_actor
        where a.id = v_account.id
        returning a.* into strict v_account;
        perform credits.write_audit(
            v_account.id, v_actor, p_act, v_reason,
            jsonb_build_object('status', v_before), jsonb_build_object('status', p_status)
        );
    end if;
    return credits.show_account_status(v_account);
end;
$$;

comment on function credits.change_status(uuid, text, text, text) is
'Changes the status of an account for an administrator''s reason.';

revoke all on function credits.change_status(uuid, text, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/check_alone.sql sha256:6f1527f07b1da99136ee499c12bbe5db73761632f5808c9c4894e4a8d058e8bb
-- Refuses what one administrator may not do alone to an account as it is, and which cannot wait as
-- an act.
--
-- Errors   PT403 second_admin_required
create or replace function credits.check_alone(p_account credits.accounts, p_actor text)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if credits.has_part_in(p_account.id, p_actor) then
        raise exception 'second_admin_required' using
            errcode = 'PT403',
            hint = 'Another administrator does this: the account is your own.';
    elsif credits.needs_second(p_account, p_actor, p_account.balance) then
        raise exception 'second_admin_required' using
            errcode = 'PT403',
            detail = jsonb_build_object('balance', p_account.balance)::text,
            hint = 'Remove its credits first, which a second administrator confirms.';
    end if;
end;
$$;

comment on function credits.check_alone(credits.accounts, text) is
'Refuses what one administrator may not do alone with PT403.';

revoke all on function credits.check_alone(credits.accounts, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/check_dispute.sql sha256:7901284e0cab7e7e0a699cd1db19ab40e7fc876247db998b86b091ada1bbb6a6
-- Refuses a dispute whose reason is none of the list, or that describes nothing or too much.
--
-- Errors   22023 invalid_reason, description_required, description_too_long
create or replace function credits.check_dispute(p_reason text, p_description text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_reason, '') not in (
        'not_delivered', 'wrong_amount', 'duplicate_charge', 'poor_quality', 'unauthorized', 'other'
    ) then
        raise exception 'invalid_reason' using
            errcode = '22023',
            hint = 'Reasons: not_delivered, wrong_amount, duplicate_charge, poor_quality, '
            'unauthorized, other.';
    elsif length(p_description) > 2000 then
        raise exception 'description_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 2000)::text,
            hint = 'The description has at most 2000 characters.';
    elsif coalesce(p_description, '') !~ '\S' then
        raise exception 'description_required' using
            errcode = '22023',
            hint = 'Describe what was wrong with the charge.';
    end if;
end;
$$;

comment on function credits.check_dispute(text, text) is
'Refuses a dispute without a reason or a description with 22023.';

revoke all on function credits.check_dispute(text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/check_erasable.sql sha256:e466c7824bedca7b66555ad3a2902d9559aa5158a99e0aeb40d8745d77877795
-- Refuses to erase an account on which something goes on: a subscription, a hold, a team that would
-- have no owner.
--
-- Errors   PT409 account_subscribed, account_has_holds, last_owner
-- Locks    none of its own: the caller has locked the account and its owner's teams.
create or replace function credits.check_erasable(p_account credits.accounts)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_team_id uuid;
begin
    if exists (
        select from credits.subscriptions as s
        where
            s.account_id = p_account.id
            and credits.is_live(s.status)
            and s.livemode = credits.livemode(s.provider)
    ) then
        raise exception 'account_subscribed' using
            errcode = 'PT409',
            hint = 'Cancel the subscription at the payment provider first.';
    elsif p_account.held > 0 then
        raise exception 'account_has_holds' using
            errcode = 'PT409',
            detail = jsonb_build_object('held', p_account.held)::text,
            hint = 'Capture or release its holds, and cancel its pending gifts, first.';
    end if;
    for v_team_id in
        select m.account_id
        from credits.members as m
        where
            p_account.kind = 'personal'
            and m.user_id = p_account.owner_id
            and m.role = 'owner'
            and exists (
                select from credits.members as o
                where o.account_id = m.account_id and o.user_id is distinct from m.user_id
            )
    loop
        perform credits.check_last_owner(v_team_id, p_account.owner_id);
    end loop;
end;
$$;

comment on function credits.check_erasable(credits.accounts) is
'Refuses to erase an account on which something goes on with PT409.';

revoke all on function credits.check_erasable(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/check_no_other_act.sql sha256:84df1bed5bc7080899db815e927c425841663d508d0b238028f55bf628bcbea7
-- Refuses to resolve a dispute otherwise than as it waits for a second administrator.
--
-- p_act    act, key and request of the resolution.
-- Errors   PT409 act_pending
create or replace function credits.check_no_other_act(
    p_account_id uuid,
    p_act credits.pending_acts
)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_act_id uuid;
begin
    select a.id into v_act_id
    from credits.pending_acts as a
    where
        a.account_id = p_account_id
        and a.scope = p_act.scope
        and a.key = p_act.key
        and a.request <> p_act.request;
    if found then
        raise exception 'act_pending' using
            errcode = 'PT409',
            detail = jsonb_build_object('act_id', v_act_id)::text,
            hint = 'Another refund waits for a second administrator: decline it first.';
    end if;
end;
$$;

comment on function credits.check_no_other_act(uuid, credits.pending_acts) is
'Refuses to resolve a dispute otherwise than as it waits.';

revoke all on function credits.check_no_other_act(uuid, credits.pending_acts)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/check_open_dispute.sql sha256:a370f52a995871c1f97bdd9351856751b7a214b5508ff4f863d481ce6b19bb87
-- Refuses what only an open dispute can do.
--
-- Errors   PT409 dispute_not_open
create or replace function credits.check_open_dispute(p_dispute credits.disputes)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if not credits.is_open_dispute(p_dispute.status) then
        raise exception 'dispute_not_open' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'dispute_id', p_dispute.id, 'status', p_dispute.status
            )::text,
            hint = 'The dispute has ended.';
    end if;
end;
$$;

comment on function credits.check_open_dispute(credits.disputes) is
'Refuses what only an open dispute can do with PT409.';

revoke all on function credits.check_open_dispute(credits.disputes)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/check_open_disputes.sql sha256:3ee7482d515ca7330ba2999a16946e231667225d29f649392c8b2fe8c004c800
-- Refuses more disputes than an account may have open, or file in a day: withdrawn ones count too.
--
-- Errors   PT409 too_many_disputes
create or replace function credits.check_open_disputes(p_account_id uuid)
returns void
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if 20 <= (
        select count(*)
        from credits.disputes as d
        where
            d.account_id = p_account_id
            and (
                credits.is_open_dispute(d.status)
                or d.created_at > clock_timestamp() - interval '1 day'
            )
    ) then
        raise exception 'too_many_disputes' using
            errcode = 'PT409',
            detail = jsonb_build_object('limit', 20)::text,
            hint = 'An account has at most 20 open disputes, and files 20 a day: wait for answers.';
    end if;
end;
$$;

comment on function credits.check_open_disputes(uuid) is
'Refuses more disputes than an account may have open with PT409.';

revoke all on function credits.check_open_disputes(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/check_outcome.sql sha256:23e3b0a2b3291dd0728e33592b750bcff1a9fcf70502b26c0c5f4730582f3ffe
-- Refuses an outcome of a dispute that there is not.
--
-- Errors   22023 invalid_outcome
create or replace function credits.check_outcome(p_outcome text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_outcome, '') not in ('approved', 'partially_approved', 'rejected') then
        raise exception 'invalid_outcome' using
            errcode = '22023',
            hint = 'Outcomes: approved, partially_approved, rejected.';
    end if;
end;
$$;

comment on function credits.check_outcome(text) is
'Refuses an outcome of a dispute that there is not with 22023.';

revoke all on function credits.check_outcome(text) from public, anon, authenticated, service_role;

-- source: sql/functions/support/check_reason.sql sha256:c178820a3e99e46aad5412bc2bebc2589ea439ea64d602071eba1d6ef9eff91b
-- Refuses a reason that says nothing, or too much.
--
-- Returns  the reason, without blanks around it.
-- Errors   22023 reason_required, reason_too_long
create or replace function credits.check_reason(p_reason text)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_reason text := regexp_replace(p_reason, '^\s+|\s+$', '', 'g');
begin
    if length(v_reason) > 500 then
        raise exception 'reason_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 500)::text,
            hint = 'A reason has at most 500 characters.';
    elsif v_reason is null or length(v_reason) < 3 then
        raise exception 'reason_required' using
            errcode = '22023',
            hint = 'Say why, in three characters at least: the audit keeps it.';
    end if;
    return v_reason;
end;
$$;

comment on function credits.check_reason(text) is
'A reason, checked.';

revoke all on function credits.check_reason(text) from public, anon, authenticated, service_role;

-- source: sql/functions/support/check_same_dispute.sql sha256:67b4875dc3baf39a1637ed4758aba53a4a99d954c309399c34d729a49d366f81
-- Refuses another dispute of a charge that has one; the same again is a replay.
--
-- Errors   PT409 dispute_exists
create or replace function credits.check_same_dispute(
    p_dispute credits.disputes,
    p_reason text,
    p_description text,
    p_requested_refund numeric
)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_dispute.reason <> p_reason
        or p_dispute.description <> p_description
        or p_dispute.requested_refund <> p_requested_refund
    then
        raise exception 'dispute_exists' using
            errcode = 'PT409',
            detail = jsonb_build_object(
                'dispute_id', p_dispute.id, 'status', p_dispute.status
            )::text,
            hint = 'The charge has a dispute: withdraw it to file another, while it is open.';
    end if;
end;
$$;

comment on function credits.check_same_dispute(credits.disputes, text, text, numeric) is
'Refuses another dispute of a charge that has one with PT409.';

revoke all on function credits.check_same_dispute(credits.disputes, text, text, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/disputable_charge.sql sha256:8249f6b2f0e53d42e4cd65bced06d8edabbf83435644ed17e976b3f151f2f787
-- A charge of usage that the caller may dispute: of an account without members, of one that the
-- caller manages, or the caller's own.
--
-- Errors   PT404 transaction_not_found
create or replace function credits.disputable_charge(p_account_id uuid, p_transaction_id bigint)
returns credits.transactions
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_only_user_id uuid := credits.only_own_user_id(p_account_id);
    v_charge credits.transactions
        := credits.transaction_row(p_account_id, p_transaction_id, 'usage');
begin
    if v_only_user_id is not null and v_charge.user_id is distinct from v_only_user_id then
        raise exception 'transaction_not_found' using
            errcode = 'PT404',
            hint = 'This account has no such transaction of this id.';
    end if;
    return v_charge;
end;
$$;

comment on function credits.disputable_charge(uuid, bigint) is
'A charge of usage that the caller may dispute, or PT404.';

revoke all on function credits.disputable_charge(uuid, bigint)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/dispute_key.sql sha256:1808b95c88a54e994c1c75a760a5ab850fb4cd92da65c12dcdebaa0757e7069b
-- The idempotency key of a dispute's resolution: another one after an act that was declined or has
-- waited too long.
create or replace function credits.dispute_key(p_dispute credits.disputes)
returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select 'dispute:' || p_dispute.id || ':' || count(*)
    from credits.pending_acts as a
    where
        a.account_id = p_dispute.account_id
        and a.act = 'resolve_dispute'
        and a.arguments ->> 'dispute_id' = p_dispute.id::text
        and (a.state <> 'pending' or a.expires_at <= clock_timestamp());
$$;

comment on function credits.dispute_key(credits.disputes) is
'The idempotency key of a dispute''s resolution.';

revoke all on function credits.dispute_key(credits.disputes)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/dispute_payload.sql sha256:8111c22c58e3c942237f97e6f4e90a5ffd125d1bdaeeb38ba3ed059dfdb179d3
-- What a notice tells of a dispute.
create or replace function credits.dispute_payload(p_dispute credits.disputes)
returns jsonb
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'dispute_id', p_dispute.id, 'account_id', p_dispute.account_id,
        'user_id', p_dispute.user_id,
        'transaction_id', p_dispute.transaction_id, 'status', p_dispute.status,
        'reason', p_dispute.reason, 'requested_refund', p_dispute.requested_refund,
        'refunded', p_dispute.refunded, 'resolution', p_dispute.resolution
    );
$$;

comment on function credits.dispute_payload(credits.disputes) is
'What a notice tells of a dispute.';

revoke all on function credits.dispute_payload(credits.disputes)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/dispute_refund.sql sha256:715eb37f00e79eaa658b86f3c6f7352e21f6b02ea96aa56a8466f47c1af7d31d
-- What a resolution gives back: all that was asked for and is left, unless it says how much.
--
-- Returns  credits; null for a rejection.
-- Errors   22023 refund_required, refund_not_allowed, invalid_amount,
--          PT409 refund_exceeds_paid
create or replace function credits.dispute_refund(
    p_dispute credits.disputes,
    p_outcome text,
    p_refund numeric
)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_charge credits.transactions
        := credits.transaction_row(p_dispute.account_id, p_dispute.transaction_id, 'usage');
begin
    if p_outcome = 'rejected' then
        if p_refund is not null then
            raise exception 'refund_not_allowed' using
                errcode = '22023',
                hint = 'A rejected dispute gives nothing back: send no refund.';
        end if;
        return null;
    elsif p_outcome = 'partially_approved' and p_refund is null then
        raise exception 'refund_required' using
            errcode = '22023',
            hint = 'Say how many credits a dispute that is approved in part gives back.';
    end if;
    p_refund := case
        when p_refund is not null then credits.check_amount(p_refund)
        else least(p_dispute.requested_refund, credits.refundable_credits(v_charge))
    end;
    perform credits.check_refund(v_charge, credits.refundable_grants(v_charge), p_refund);
    return p_refund;
end;
$$;

comment on function credits.dispute_refund(credits.disputes, text, numeric) is
'What a resolution gives back, or an error.';

revoke all on function credits.dispute_refund(credits.disputes, text, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/disputes_by_administrator.sql sha256:a731ae57c90d1bbd9ce53d6e31a21a754a49d6cbf9cca0e30e64457ecf15c620
-- Who resolved the disputes of a time, how fast, and with what outcome.
create or replace function credits.disputes_by_administrator(
    p_since timestamptz,
    p_until timestamptz
)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_agg(to_jsonb(r) order by r.resolved desc, r.actor), '[]')
    from (
        select
            d.resolved_by as actor,
            count(*) as resolved,
            round(100.0 * count(*) filter (where d.refunded > 0) / count(*), 1)
                as approved_percent,
            sum(d.refunded) as refunded,
            round(avg(credits.hours_to_resolution(d)), 1) as average_hours
        from credits.disputes as d
        where
            d.created_at >= p_since
            and d.created_at < p_until
            and d.status in ('approved', 'partially_approved', 'rejected')
        group by d.resolved_by
    ) as r;
$$;

comment on function credits.disputes_by_administrator(timestamptz, timestamptz) is
'Who resolved the disputes of a time.';

revoke all on function credits.disputes_by_administrator(timestamptz, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/disputes_by_reason.sql sha256:a0867da9cdb7fdeea85d73db2eacb08e5401c03aa06245245052b3057fb321c8
-- Why the disputes of a time were filed, the commonest reason first; of those resolved, how many
-- percent gave something back.
create or replace function credits.disputes_by_reason(p_since timestamptz, p_until timestamptz)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_agg(to_jsonb(r) order by r.disputes desc, r.reason), '[]')
    from (
        select
            d.reason,
            count(*) as disputes,
            round(
                100.0 * count(*) filter (where d.refunded > 0)
                / nullif(count(credits.hours_to_resolution(d)), 0), 1
            ) as approved_percent,
            sum(d.refunded) as refunded
        from credits.disputes as d
        where d.created_at >= p_since and d.created_at < p_until
        group by d.reason
    ) as r;
$$;

comment on function credits.disputes_by_reason(timestamptz, timestamptz) is
'Why the disputes of a time were filed.';

revoke all on function credits.disputes_by_reason(timestamptz, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/disputes_by_status.sql sha256:71bb8fade9a033c398f9d19eb3a6d31b019f418380cde50eda384aa49cb3b4f3
-- How many disputes of a time are in each status.
create or replace function credits.disputes_by_status(p_since timestamptz, p_until timestamptz)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_object_agg(s.status, s.disputes), '{}')
    from (
        select d.status, count(*) as disputes
        from credits.disputes as d
        where d.created_at >= p_since and d.created_at < p_until
        group by d.status
    ) as s;
$$;

comment on function credits.disputes_by_status(timestamptz, timestamptz) is
'How many disputes of a time are in each status.';

revoke all on function credits.disputes_by_status(timestamptz, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/drop_dispute_acts.sql sha256:c12e5f2c6026867b5b93aa8b29e2fa32afedd61754632928a1256d53134b041e
-- Declines what waits for a second administrator to resolve a dispute that has ended.
create or replace function credits.drop_dispute_acts(p_dispute credits.disputes)
returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    update credits.pending_acts as a
    set
        state = 'declined',
        decided_by = p_dispute.resolved_by,
        decided_at = p_dispute.resolved_at
    where
        a.account_id = p_dispute.account_id
        and a.state = 'pending'
        and a.expires_at > clock_timestamp()
        and a.act = 'resolve_dispute'
        and a.arguments ->> 'dispute_id' = p_dispute.id::text;
$$;

comment on function credits.drop_dispute_acts(credits.disputes) is
'Declines the acts that wait for a dispute that has ended.';

revoke all on function credits.drop_dispute_acts(credits.disputes)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/emails_of_account.sql sha256:90deb6cd68168ff46323155df2721aaf1e6a6a38b153990d48c55f33071a4e83
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

-- source: sql/functions/support/end_dispute.sql sha256:b13501a016c43418bba64d2166df86600896e47f05f46c3445f086e6b9fcf0ce
-- Ends a dispute: approved, in part or in full, by a refund; rejected without one. Tells the user.
create or replace function credits.end_dispute(
    p_dispute credits.disputes,
    p_actor text,
    p_resolution text,
    p_refund credits.transactions
)
returns credits.disputes
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_refunded numeric := coalesce(p_refund.amount, 0);
    v_before text := p_dispute.status;
begin
    update credits.disputes as d
    set
        status = case
            when v_refunded = 0 then 'rejected'
            when v_refunded < d.requested_refund then 'partially_approved'
            else 'approved'
        end,
        refunded = v_refunded,
        refund_transaction_id = p_refund.id,
        resolution = p_resolution,
        resolved_at = clock_timestamp(),
        resolved_by = p_actor
    where d.account_id = p_dispute.account_id and d.id = p_dispute.id
    returning d.* into strict p_dispute;
    perform credits.drop_dispute_acts(p_dispute);
    if v_refunded = 0 then
        perform credits.write_audit(
            p_dispute.account_id, p_actor, 'resolve_dispute', p_resolution,
            jsonb_build_object('dispute_id', p_dispute.id, 'status', v_before),
            jsonb_build_object('dispute_id', p_dispute.id, 'status', p_dispute.status)
        );
    end if;
    perform credits.tell_dispute(p_dispute);
    return p_dispute;
end;
$$;

comment on function credits.end_dispute(credits.disputes, text, text, credits.transactions) is
'Ends a dispute, by a refund or without one.';

revoke all on function credits.end_dispute(credits.disputes, text, text, credits.transactions)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/erase_messages.sql sha256:f19497d9524c78efbf3ef3c9569327c07587f2c017038f9159557fecce4fc17c
-- Takes out what an account's person wrote or was told: disputes, notices, and the payment
-- provider's events with their names and addresses. A part of admin_erase_account.
--
-- Locks    the planning of notices; credits.stripe_events: those that name the account's customer.
--          It reads the whole outbox and all events.
create or replace function credits.erase_messages(p_account credits.accounts)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_emails text[] := credits.emails_of_account(p_account);
begin
    update credits.disputes as d
    set
        description = 'erased',
        resolution = case when d.resolution is not null then 'erased' end
    where
        d.account_id = p_account.id
        or p_account.kind = 'personal' and d.user_id = p_account.owner_id;
    -- Nobody plans deliveries of them meanwhile.
    perform pg_advisory_xact_lock(hashtextextended('credits.outbox', 0));
    with told as materialized (
        select o.id
        from credits.outbox as o
        where
            o.account_id = p_account.id
            or p_account.id::text in (o.payload ->> 'account_id', o.payload ->> 'user_id')
            or lower(o.payload ->> 'email') = any(v_emails)
    ),
    planned as (
        delete from credits.deliveries as d
        where
            d.recipient = any(v_emails)
            or d.notice_id in (select t.id from told as t)
    )

    delete from credits.outbox as o
    using told as t
    where o.id = t.id;
    update credits.stripe_events as e
    set payload = credits.forgotten_payload(e), forgotten_at = clock_timestamp()
    where
        e.forgotten_at is null
        and e.state in ('applied', 'ignored')
        and exists (
            select from unnest(
                p_account.id::text || array(
                    select c.id from credits.customers as c where c.account_id = p_account.id
                )
            ) as n (name)
            where position(n.name in e.payload) > 0
        );
end;
$$;

comment on function credits.erase_messages(credits.accounts) is
'Takes out what an account''s person wrote or was told.';

revoke all on function credits.erase_messages(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/erase_person.sql sha256:d424be823e4b686058572219ef92677140a591d86423255330bb8241f2923fba
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

-- source: sql/functions/support/expire_acts.sql sha256:264d0cc34519eaefe61b6354fec3c18befd91e2e1f6c647162502713f3a0637f
-- Notes which acts have waited for a second administrator for too long.
--
-- Returns  how many.
create or replace function credits.expire_acts(p_at timestamptz)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_count integer;
begin
    update credits.pending_acts as a
    set state = 'expired'
    where (a.account_id, a.id) in (
        select w.account_id, w.id
        from credits.pending_acts as w
        where w.state = 'pending' and w.expires_at <= p_at
        for update skip locked
    );
    get diagnostics v_count = row_count;
    return v_count;
end;
$$;

comment on function credits.expire_acts(timestamptz) is
'Notes which acts have waited for too long.';

revoke all on function credits.expire_acts(timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/get_dispute.sql sha256:c67393d46c2f6dd3f8cabcad8bacd585e3f2b626dcc4660193f644b7b12f3489
-- One dispute of the signed-in user's accounts.
--
-- Errors   42501 not_signed_in, PT404 dispute_not_found
create or replace function credits.get_dispute(p_dispute_id uuid)
returns public.credit_dispute
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.acting_user_id();
    return credits.show_dispute(credits.my_dispute(p_dispute_id));
end;
$$;

comment on function credits.get_dispute(uuid) is
'One dispute of the signed-in user''s accounts.';

revoke all on function credits.get_dispute(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.get_dispute(uuid) to authenticated, service_role;

-- source: sql/functions/support/has_part_in.sql sha256:8cce5814ac526ef6dc80513e5f93c2715591050691afe069925daaadf2dbe0f5
-- Whether an administrator owns an account or is a member of it.
create or replace function credits.has_part_in(p_account_id uuid, p_actor text)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        exists (
            select from credits.accounts as a
            where a.id = p_account_id and 'user:' || a.owner_id = p_actor
        )
        or exists (
            select from credits.members as m
            where m.account_id = p_account_id and 'user:' || m.user_id = p_actor
        );
$$;

comment on function credits.has_part_in(uuid, text) is
'Whether an administrator owns an account or is a member of it.';

revoke all on function credits.has_part_in(uuid, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/held_of_grant.sql sha256:18efa7a8e3c808cd85c2ccf68dbf9548de2db2cb34f094b6643b8c77c40567b4
-- What open holds have taken from a grant of an account.
create or replace function credits.held_of_grant(p_account_id uuid, p_grant_id bigint)
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum((h.grants ->> p_grant_id::text)::numeric), 0)
    from credits.holds as h
    where h.account_id = p_account_id and h.state = 'open';
$$;

comment on function credits.held_of_grant(uuid, bigint) is
'What open holds have taken from a grant.';

revoke all on function credits.held_of_grant(uuid, bigint)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/hours_to_resolution.sql sha256:6e28ee75880c17f5582145f7c04e994e29b3dd2a01d182875e160125d939f82b
-- How many hours an administrator took to resolve a dispute; null while it is open, or withdrawn.
create or replace function credits.hours_to_resolution(p_dispute credits.disputes)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return case
        when p_dispute.status in ('approved', 'partially_approved', 'rejected')
            then extract(epoch from p_dispute.resolved_at - p_dispute.created_at) / 3600
    end;
end;
$$;

comment on function credits.hours_to_resolution(credits.disputes) is
'How many hours an administrator took to resolve a dispute.';

revoke all on function credits.hours_to_resolution(credits.disputes)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/is_open_dispute.sql sha256:9cd015f5cf9dadd11ceec1d5610655a1eeb2b03bb1aa3e30d8e25c2adbad9d51
-- Whether a dispute of this status waits for an administrator.
create or replace function credits.is_open_dispute(p_status text)
returns boolean
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return p_status in ('pending', 'under_review');
end;
$$;

comment on function credits.is_open_dispute(text) is
'True for the status of a dispute that waits for an administrator.';

revoke all on function credits.is_open_dispute(text) from public, anon, authenticated, service_role;

-- source: sql/functions/support/keep_act.sql sha256:2e65cade5af768acc6dfceb89201aca06ed93b794f358be17f6ce80dca9b579f
-- Keeps an act: for a second administrator, and tells them; or one that is done, for its key.
--
-- Returns  the act, with its id; it waits for seven days.
create or replace function credits.keep_act(p_act credits.pending_acts)
returns credits.pending_acts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.touch_account(p_act.account_id);
    insert into credits.pending_acts as a (
        account_id, act, scope, key, request, amount, reason, arguments, requested_by, requested_at,
        expires_at, state
    )
    values (
        p_act.account_id, p_act.act, p_act.scope, p_act.key, p_act.request, p_act.amount,
        p_act.reason, p_act.arguments, p_act.requested_by, p_act.requested_at,
        p_act.requested_at + interval '7 days', coalesce(p_act.state, 'pending')
    )
    returning a.* into strict p_act;
    if p_act.state = 'done' then
        return p_act;
    end if;
    perform credits.write_audit(
        p_act.account_id, p_act.requested_by, 'request_' || p_act.act, p_act.reason, '{}',
        jsonb_build_object('act_id', p_act.id, 'amount', p_act.amount) || p_act.arguments
    );
    perform credits.put_notice(
        null, 'act_pending', p_act.id::text,
        jsonb_build_object(
            'act_id', p_act.id, 'act', p_act.act, 'account_id', p_act.account_id,
            'amount', p_act.amount, 'reason', p_act.reason, 'requested_by', p_act.requested_by
        )
    );
    return p_act;
end;
$$;

comment on function credits.keep_act(credits.pending_acts) is
'Keeps an act for a second administrator.';

revoke all on function credits.keep_act(credits.pending_acts)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/left_of_grant.sql sha256:b8279471ade4e4e174319d4b2bd7eaefe4015f77c9982958eb9d5d87d126c6ee
-- What is left of a grant of an account, and not held.
--
-- Errors   PT404 grant_not_found
create or replace function credits.left_of_grant(p_account credits.accounts, p_grant_id bigint)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_left numeric;
begin
    select case when g.id = p_account.head_grant_id then p_account.head_remaining else 0 end
        + case when g.id = p_account.head_grant_id and p_account.head_remaining > 0 then 0
            else g.remaining end
    into v_left
    from credits.grants as g
    where g.account_id = p_account.id and g.id = p_grant_id;
    if not found then
        raise exception 'grant_not_found' using
            errcode = 'PT404',
            hint = 'This account has no grant of this id.';
    end if;
    return v_left;
end;
$$;

comment on function credits.left_of_grant(credits.accounts, bigint) is
'What is left of a grant and not held, or PT404.';

revoke all on function credits.left_of_grant(credits.accounts, bigint)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/list_my_disputes.sql sha256:bb02f11bd1fc274ee8bb64b16e8ae43727333354d159345afc84839088812655
-- The disputes of the accounts that the signed-in user manages, and the user's own, newest first.
--
-- Errors   42501 not_signed_in
create or replace function credits.list_my_disputes()
returns setof public.credit_dispute
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
    from credits.disputes as d
    cross join lateral credits.show_dispute(d) as s
    where
        d.account_id = v_user_id
        or d.account_id in (select credits.my_account_ids('manage'))
        or d.user_id = v_user_id and d.account_id in (select credits.my_account_ids('read'))
    order by d.created_at desc, d.id
    limit 1000;
end;
$$;

comment on function credits.list_my_disputes() is
'The disputes of the signed-in user''s accounts.';

revoke all on function credits.list_my_disputes() from public, anon, authenticated, service_role;
grant execute on function credits.list_my_disputes() to authenticated;

-- source: sql/functions/support/locked_dispute.sql sha256:272f25c13f5dfb93900c032d5fb74aaa67287b73b8f109faf334e85b7fe65205
-- A dispute of any account, with the account locked, for administrators.
--
-- Errors   PT404 dispute_not_found
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.locked_dispute(p_dispute_id uuid)
returns credits.disputes
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_dispute credits.disputes;
begin
    perform credits.lock_account(d.account_id) from credits.disputes as d where d.id = p_dispute_id;
    select d.* into v_dispute from credits.disputes as d where d.id = p_dispute_id;
    if not found then
        raise exception 'dispute_not_found' using
            errcode = 'PT404',
            hint = 'There is no dispute of this id that you may see.';
    end if;
    return v_dispute;
end;
$$;

comment on function credits.locked_dispute(uuid) is
'A dispute of any account, with the account locked, or PT404.';

revoke all on function credits.locked_dispute(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/support/my_dispute.sql sha256:6a0a453e3b18cd01203aae217d0dad3a1867eb74517b39a01f39992c343d7eed
-- A dispute that the signed-in user may read: of an account that the user manages, or one's own.
--
-- Errors   42501 not_signed_in, PT404 dispute_not_found
create or replace function credits.my_dispute(p_dispute_id uuid)
returns credits.disputes
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.acting_user_id();
    v_dispute credits.disputes;
begin
    select d.* into v_dispute
    from credits.disputes as d
    where
        d.id = p_dispute_id
        and (
            v_user_id is null
            or d.account_id = v_user_id
            or d.account_id in (select credits.my_account_ids('manage'))
            or d.user_id = v_user_id and d.account_id in (select credits.my_account_ids('read'))
        );
    if not found then
        raise exception 'dispute_not_found' using
            errcode = 'PT404',
            hint = 'There is no dispute of this id that you may see.';
    end if;
    return v_dispute;
end;
$$;

comment on function credits.my_dispute(uuid) is
'A dispute that the caller may read, or PT404.';

revoke all on function credits.my_dispute(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/support/needs_second.sql sha256:1031c41f316ba469bee43a8d2d54201d45a51770d119ef3054a9802a131f9040
-- Whether an act needs a second administrator: it moves more than one may move alone, or it is for
-- an account of the administrator's own.
--
-- p_credits  what it moves; null where that is not known before it is done.
create or replace function credits.needs_second(
    p_account credits.accounts,
    p_actor text,
    p_credits numeric
)
returns boolean
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.has_part_in(p_account.id, p_actor)
        or p_credits > credits.approval_credits(p_account.last_transaction_at);
end;
$$;

comment on function credits.needs_second(credits.accounts, text, numeric) is
'Whether an act needs a second administrator.';

revoke all on function credits.needs_second(credits.accounts, text, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/page_of_audit.sql sha256:699f6015f583ccbea5b423e431f055bc837fc6213cbd7d19c2c2c805b1d59cba
-- A page of the audit, the latest first.
create or replace function credits.page_of_audit(
    p_account_id uuid,
    p_actor text,
    p_act text,
    p_since timestamptz,
    p_until timestamptz,
    p_before bigint,
    p_page_size integer
)
returns setof public.credit_audit
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
as $$
begin
    return query
    select a.id, a.account_id, a.actor, a.act, a.reason, a.before, a.after, a.created_at
    from credits.audit_log as a
    where
        (p_account_id is null or a.account_id = p_account_id)
        and (p_actor is null or a.actor = p_actor)
        and (p_act is null or a.act = p_act)
        and (p_since is null or a.created_at >= p_since)
        and (p_until is null or a.created_at < p_until)
        and (p_before is null or a.id < p_before)
    order by a.id desc
    limit p_page_size;
end;
$$;

comment on function credits.page_of_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'A page of the audit, the latest first.';

revoke all on function credits.page_of_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;

-- source: sql/functions/support/pending_act.sql sha256:047c87cbf7afe4d951e69743555294435f925a2eb6e29de097438fb56d5faa6f
-- An act that waits for a second administrator, with its account locked.
--
-- Errors   PT404 act_not_found, PT409 act_not_pending
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.pending_act(p_act_id uuid)
returns credits.pending_acts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_act credits.pending_acts;
begin
    perform credits.lock_account(a.account_id) from credits.pending_acts as a where a.id = p_act_id;
    select a.* into v_act from credits.pending_acts as a where a.id = p_act_id;
    if not found then
        raise exception 'act_not_found' using
            errcode = 'PT404',
            hint = 'No act of this id waits for a second administrator.';
    elsif v_act.state <> 'pending' or v_act.expires_at <= clock_timestamp() then
        raise exception 'act_not_pending' using
            errcode = 'PT409',
            detail = jsonb_build_object('state', (credits.show_act(v_act)).state)::text,
            hint = 'The act is decided, or has waited for longer than seven days.';
    end if;
    return v_act;
end;
$$;

comment on function credits.pending_act(uuid) is
'An act that waits for a second administrator, or an error.';

revoke all on function credits.pending_act(uuid) from public, anon, authenticated, service_role;

-- source: sql/functions/support/perform_act.sql sha256:20cf66bd1f9b031b90a67e8509d18e74146c01017f91ed820c5c42a8bfcd7d62
-- Does an act with money on a locked account, and writes the audit.
--
-- p_actor  who does it: who asked for it, or the second administrator.
-- Returns  the act, with its transaction, done.
-- Errors   those of the ledger: PT402 insufficient_credits, PT403 account_closed,
--          PT404 transaction_not_found, grant_not_found, PT409 refund_exceeds_paid, grant_is_empty,
--          dispute_not_open, 22023 invalid_expiry, balance_out_of_bounds
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.perform_act(
    p_account credits.accounts,
    p_act credits.pending_acts,
    p_actor text
)
returns credits.pending_acts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_transaction credits.transactions;
    v_after credits.accounts;
begin
    if p_account.status = 'closed' and not p_act.act in ('remove_credits', 'void_grant') then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account takes no credits.';
    end if;
    v_transaction := case p_act.act
        when 'add_credits' then credits.perform_addition(p_account, p_act)
        when 'remove_credits' then credits.perform_removal(p_account, p_act)
        when 'void_grant' then credits.perform_void(p_account, p_act)
        when 'refund_transaction' then credits.perform_refund(p_account, p_act)
        when 'resolve_dispute' then credits.perform_resolution(p_account, p_act, p_actor)
    end;
    select a.* into strict v_after from credits.accounts as a where a.id = p_account.id;
    p_act.transaction_id := v_transaction.id;
    p_act.amount := coalesce(abs(v_transaction.amount), 0);
    p_act.state := 'done';
    perform credits.write_audit(
        p_account.id, p_actor, p_act.act, p_act.reason,
        jsonb_build_object('balance', p_account.balance, 'debt', p_account.debt),
        jsonb_build_object(
            'balance', v_after.balance, 'debt', v_after.debt, 'amount', v_transaction.amount,
            'transaction_id', v_transaction.id, 'act_id', p_act.id,
            'requested_by', p_act.requested_by
        ) || p_act.arguments
    );
    return p_act;
end;
$$;

comment on function credits.perform_act(credits.accounts, credits.pending_acts, text) is
'Does an act with money on a locked account.';

revoke all on function credits.perform_act(credits.accounts, credits.pending_acts, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/perform_addition.sql sha256:566d39c2c92e12a9949c8b2c228acb09170d0e97fd266faf4376a63c5eda8d38
-- Adds credits as an act says: amount, source, expires_at.
--
-- Errors   22023 invalid_expiry, balance_out_of_bounds
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.perform_addition(
    p_account credits.accounts,
    p_act credits.pending_acts
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_source text := p_act.arguments ->> 'source';
begin
    return credits.post_grant(
        p_account, v_source, p_act.amount, p_act.scope, p_act.key, p_act.request,
        p_expires_at => (p_act.arguments ->> 'expires_at')::timestamptz,
        p_is_paid => v_source = 'purchase',
        p_description => p_act.reason
    );
end;
$$;

comment on function credits.perform_addition(credits.accounts, credits.pending_acts) is
'Adds credits as an act says.';

revoke all on function credits.perform_addition(credits.accounts, credits.pending_acts)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/perform_refund.sql sha256:b10b68d09881ac7afde7c766ce2682ee28c266db6cb2390149a810bab242e702
-- Refunds a charge as an act says: amount, charge_id.
--
-- Errors   PT404 transaction_not_found, PT409 refund_exceeds_paid
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.perform_refund(
    p_account credits.accounts,
    p_act credits.pending_acts
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.refund_charge(
        p_account,
        credits.transaction_row(
            p_account.id, (p_act.arguments ->> 'charge_id')::bigint, 'usage'
        ),
        p_act.amount, p_act.scope, p_act.key, p_act.request, p_act.reason
    );
end;
$$;

comment on function credits.perform_refund(credits.accounts, credits.pending_acts) is
'Refunds a charge as an act says.';

revoke all on function credits.perform_refund(credits.accounts, credits.pending_acts)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/perform_removal.sql sha256:bc8f38882fb601ed046311d41d353aee8899364c70b9aac37d7f8731a45c9a24
-- Removes credits as an act says, in burn-down order; what is held stays.
--
-- Errors   PT402 insufficient_credits
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.perform_removal(
    p_account credits.accounts,
    p_act credits.pending_acts
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.post_transaction(
        p_account, 'adjustment', -p_act.amount, p_act.scope, p_act.key, p_act.request,
        p_description => p_act.reason
    );
end;
$$;

comment on function credits.perform_removal(credits.accounts, credits.pending_acts) is
'Removes credits as an act says.';

revoke all on function credits.perform_removal(credits.accounts, credits.pending_acts)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/perform_resolution.sql sha256:4da8a42197927dcaeb4df1549055ed84cb3fd8ea98bc75e290806766740f0d0b
-- Resolves a dispute by a refund as an act says: amount, dispute_id.
--
-- Errors   PT409 dispute_not_open, refund_exceeds_paid
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.perform_resolution(
    p_account credits.accounts,
    p_act credits.pending_acts,
    p_actor text
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_dispute credits.disputes;
    v_refund credits.transactions;
begin
    select d.* into strict v_dispute
    from credits.disputes as d
    where d.account_id = p_account.id and d.id = (p_act.arguments ->> 'dispute_id')::uuid;
    perform credits.check_open_dispute(v_dispute);
    v_refund := credits.refund_charge(
        p_account,
        credits.transaction_row(p_account.id, v_dispute.transaction_id, 'usage'),
        p_act.amount, p_act.scope, p_act.key, p_act.request, p_act.reason
    );
    perform credits.end_dispute(v_dispute, p_actor, p_act.reason, v_refund);
    return v_refund;
end;
$$;

comment on function credits.perform_resolution(credits.accounts, credits.pending_acts, text) is
'Resolves a dispute by a refund as an act says.';

revoke all on function credits.perform_resolution(credits.accounts, credits.pending_acts, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/perform_void.sql sha256:f5f04fdc396c02783e1f323717bb741f6e52bb4964d0167762e35433a26f4128
-- Voids a grant as an act says: what is left of it and not held goes now, what is held expires when
-- it returns.
--
-- Returns  the transaction; null where all of it is held.
-- Errors   PT404 grant_not_found, PT409 grant_is_empty
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.perform_void(
    p_account credits.accounts,
    p_act credits.pending_acts
)
returns credits.transactions
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_grant_id bigint := (p_act.arguments ->> 'grant_id')::bigint;
    v_left numeric := credits.left_of_grant(p_account, v_grant_id);
begin
    if v_left = 0 and not (
        credits.held_of_grant(p_account.id, v_grant_id) > 0
        and exists (
            select from credits.grants as g
            where g.account_id = p_account.id and g.id = v_grant_id and g.voided_at is null
        )
    ) then
        raise exception 'grant_is_empty' using
            errcode = 'PT409',
            detail = jsonb_build_object('grant_id', v_grant_id)::text,
            hint = 'Nothing is left of this grant.';
    end if;
    update credits.grants as g
    set voided_at = p_account.last_transaction_at, expires_at = p_account.last_transaction_at
    where g.account_id = p_account.id and g.id = v_grant_id;
    if v_left = 0 then
        return null;
    end if;
    return credits.post_transaction(
        credits.take_credits(p_account, v_grant_id, v_left), 'adjustment', -v_left, p_act.scope,
        p_act.key, p_act.request,
        p_grants => jsonb_build_object(v_grant_id, v_left),
        p_description => p_act.reason,
        p_metadata => jsonb_build_object('voided_grant_id', v_grant_id)
    );
end;
$$;

comment on function credits.perform_void(credits.accounts, credits.pending_acts) is
'Voids a grant as an act says.';

revoke all on function credits.perform_void(credits.accounts, credits.pending_acts)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/run_act.sql sha256:9bb8d9442795a9dcb8603ec9bf558827726489957a398341f1cb455f03531f26
-- Does an act with money, once per key of the account, or keeps it for a second administrator.
--
-- p_act    act, scope and key, request, amount (what it moves), reason, arguments and requested_by.
-- Errors   PT409 idempotency_key_reused, and those of perform_act
-- Locks    none of its own: the caller has locked the account.
create or replace function credits.run_act(
    p_account credits.accounts,
    p_act credits.pending_acts
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_kept credits.pending_acts;
    v_done credits.transactions;
begin
    p_act.account_id := p_account.id;
    p_act.requested_at := p_account.last_transaction_at;
    select a.* into v_kept
    from credits.pending_acts as a
    where a.account_id = p_account.id and a.scope = p_act.scope and a.key = p_act.key;
    if v_kept.request = p_act.request then
        return credits.show_act(v_kept);
    elsif v_kept.id is not null then
        raise exception 'idempotency_key_reused' using
            errcode = 'PT409',
            detail = jsonb_build_object('key', p_act.key, 'act_id', v_kept.id)::text,
            hint = 'This key belongs to another request: use a new key for a new request.';
    end if;

    v_done := credits.find_transaction(p_account, p_act.scope, p_act.key, p_act.request);
    if v_done.id is not null then
        p_act.state := 'done';
        p_act.amount := abs(v_done.amount);
        p_act.transaction_id := v_done.id;
        p_act.requested_at := v_done.created_at;
        p_act.requested_by := credits.who_did(p_account.id, v_done.id);
    elsif credits.needs_second(p_account, p_act.requested_by, p_act.amount) then
        p_act := credits.keep_act(p_act);
    else
        p_act := credits.perform_act(p_account, p_act, p_act.requested_by);
        if p_act.transaction_id is null then
            p_act := credits.keep_act(p_act);    -- No transaction keeps its key.
        end if;
    end if;
    return credits.show_act(p_act);
end;
$$;

comment on function credits.run_act(credits.accounts, credits.pending_acts) is
'Does an act with money, or keeps it for a second administrator.';

revoke all on function credits.run_act(credits.accounts, credits.pending_acts)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/show_account_status.sql sha256:39d06d68ed88d63abbeafc4b38b6258aee8f229b842d33101542a336726d87d2
-- An account's status in its public shape.
create or replace function credits.show_account_status(p_account credits.accounts)
returns public.credit_account_status
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (
        p_account.id, p_account.status, p_account.status_reason, p_account.status_changed_at,
        p_account.status_changed_by
    )::public.credit_account_status;
$$;

comment on function credits.show_account_status(credits.accounts) is
'An account''s status in its public shape.';

revoke all on function credits.show_account_status(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/show_act.sql sha256:24dd23f755cb87764ca7e369ba8b72b0019e343fdd9e84c5bbca91bf0f0b5bff
-- An act in its public shape, with the account as it stands. What waited too long has expired.
create or replace function credits.show_act(p_act credits.pending_acts)
returns public.credit_act
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.read_account(p_act.account_id);
begin
    return (
        p_act.id,
        case
            when p_act.state = 'pending' and p_act.expires_at <= clock_timestamp() then 'expired'
            else p_act.state
        end,
        p_act.act, p_act.account_id, p_act.amount, p_act.reason, p_act.transaction_id,
        v_account.balance, v_account.held, trim_scale(v_account.balance - v_account.held),
        p_act.requested_by, p_act.requested_at, p_act.decided_by, p_act.decided_at
    )::public.credit_act;
end;
$$;

comment on function credits.show_act(credits.pending_acts) is
'An act in its public shape.';

revoke all on function credits.show_act(credits.pending_acts)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/show_admin_account.sql sha256:b90a157c3280a8a7e5121c5e913f736c0c4fb6853c7dca6fc51775c9f33382af
-- An account as administrators see it.
create or replace function credits.show_admin_account(p_account credits.accounts)
returns public.credit_admin_account
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_now credits.accounts := credits.read_account(p_account.id);
begin
    return (
        p_account.id, p_account.kind, p_account.owner_id,
        coalesce(p_account.email, credits.email_of_user(p_account.owner_id)),
        p_account.external_id, p_account.name, p_account.plan, p_account.status, v_now.balance,
        v_now.held, trim_scale(v_now.balance - v_now.held), v_now.debt, p_account.total_purchased,
        p_account.total_spent, nullif(p_account.last_transaction_at, '-infinity'),
        p_account.created_at
    )::public.credit_admin_account;
end;
$$;

comment on function credits.show_admin_account(credits.accounts) is
'An account as administrators see it.';

revoke all on function credits.show_admin_account(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/show_dispute.sql sha256:e33064bd43b769cd18793a10954e775ee27bb8322eae5cf0450e1eb030aceb8d
-- A dispute in its public shape.
create or replace function credits.show_dispute(p_dispute credits.disputes)
returns public.credit_dispute
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (
        p_dispute.id, p_dispute.account_id, p_dispute.transaction_id, p_dispute.status,
        p_dispute.reason, p_dispute.description, p_dispute.requested_refund, p_dispute.refunded,
        p_dispute.resolution, p_dispute.created_at, p_dispute.resolved_at
    )::public.credit_dispute;
$$;

comment on function credits.show_dispute(credits.disputes) is
'A dispute in its public shape.';

revoke all on function credits.show_dispute(credits.disputes)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/show_promotion.sql sha256:f83baa16dd8b87a81157fd6109cc5b51eb85c21b6f2d596b7aea6c75868fa093
-- A promotion in its public shape, with how often it was used.
create or replace function credits.show_promotion(p_promotion credits.promotions)
returns public.credit_promotion
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (
        p_promotion.code, p_promotion.name, p_promotion.discount_type, p_promotion.discount_value,
        p_promotion.currency, p_promotion.starts_at, p_promotion.ends_at, p_promotion.maximum_uses,
        p_promotion.maximum_uses_per_account, p_promotion.minimum_cents, p_promotion.packages,
        p_promotion.plans, p_promotion.credits_days,
        (
            select count(*)
            from credits.redemptions as r
            where
                r.code = p_promotion.code
                and coalesce(r.lapses_at > clock_timestamp(), true)
        ),
        p_promotion.is_active, p_promotion.created_at, p_promotion.created_by
    )::public.credit_promotion;
$$;

comment on function credits.show_promotion(credits.promotions) is
'A promotion in its public shape.';

revoke all on function credits.show_promotion(credits.promotions)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/submit_dispute.sql sha256:51ee0c8f5fc03b8346f7de8654195978e665700a7eb69bb86623848aeb0b6990
-- Disputes a charge of usage. A charge is disputed once, unless the first was withdrawn; the same
-- again is a replay. Members dispute their own charges, who manages the account all of them.
--
-- Units    p_requested_refund: credits; null for all that was not refunded yet.
-- Errors   42501 not_signed_in, PT404 account_not_found, transaction_not_found, 22023
--          account_id_required, invalid_reason, description_required, description_too_long,
--          invalid_amount, PT409 dispute_exists, refund_exceeds_paid, too_many_disputes
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.submit_dispute(
    p_transaction_id bigint,
    p_reason text,
    p_description text,
    p_requested_refund numeric,
    p_account_id uuid
)
returns public.credit_dispute
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'spend');
    v_charge credits.transactions;
    v_dispute credits.disputes;
begin
    perform credits.check_dispute(p_reason, p_description);
    if p_requested_refund is not null then
        p_requested_refund := credits.check_amount(p_requested_refund);
    end if;
    perform credits.lock_account(v_account_id);
    v_charge := credits.disputable_charge(v_account_id, p_transaction_id);
    select d.* into v_dispute
    from credits.disputes as d
    where
        d.account_id = v_account_id
        and d.transaction_id = p_transaction_id
        and d.status <> 'withdrawn';
    if found then
        perform credits.check_same_dispute(
            v_dispute, p_reason, p_description, p_requested_refund
        );
        return credits.show_dispute(v_dispute);
    end if;
    perform credits.check_refund(
        v_charge, credits.refundable_grants(v_charge),
        coalesce(p_requested_refund, credits.refundable_credits(v_charge))
    );
    perform credits.check_open_disputes(v_account_id);
    perform credits.touch_account(v_account_id);
    insert into credits.disputes as d (
        account_id, transaction_id, user_id, reason, description, requested_refund
    )
    values (
        v_account_id, p_transaction_id, credits.acting_user_id(), p_reason, p_description,
        coalesce(p_requested_refund, credits.refundable_credits(v_charge))
    )
    returning d.* into strict v_dispute;
    perform credits.put_notice(
        null, 'dispute_submitted', v_dispute.id::text, credits.dispute_payload(v_dispute)
    );
    return credits.show_dispute(v_dispute);
end;
$$;

comment on function credits.submit_dispute(bigint, text, text, numeric, uuid) is
'Disputes a charge of usage.';

revoke all on function credits.submit_dispute(bigint, text, text, numeric, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.submit_dispute(
    bigint, text, text, numeric, uuid
) to authenticated, service_role;

-- source: sql/functions/support/tell_dispute.sql sha256:99dc601b2dd1cf34450521ad4baf4deb389213b7455272e81f3f196a825fce86
-- Tells the account's owner what became of a dispute, once per status.
create or replace function credits.tell_dispute(p_dispute credits.disputes)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.put_notice(
        p_dispute.account_id, 'dispute', p_dispute.id || ':' || p_dispute.status,
        credits.dispute_payload(p_dispute)
    );
end;
$$;

comment on function credits.tell_dispute(credits.disputes) is
'Tells the account''s owner what became of a dispute.';

revoke all on function credits.tell_dispute(credits.disputes)
from public, anon, authenticated, service_role;

-- source: sql/functions/support/who_did.sql sha256:8935d4b2df9586440f8cd553155440cc1629ad6e6444c120bb54efeb8755af79
-- Which administrator has made a transaction; null when none has.
create or replace function credits.who_did(p_account_id uuid, p_transaction_id bigint)
returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(a.after ->> 'requested_by', a.actor)
    from credits.audit_log as a
    where
        a.account_id = p_account_id
        and a.after -> 'transaction_id' = to_jsonb(p_transaction_id)
    order by a.id
    limit 1;
$$;

comment on function credits.who_did(uuid, bigint) is
'Which administrator has made a transaction.';

revoke all on function credits.who_did(uuid, bigint) from public, anon, authenticated, service_role;

-- source: sql/functions/support/withdraw_dispute.sql sha256:29d5921d6496026711bb8edc725e6326595649cfbf96d88dc830523b9b1c2827
-- Withdraws a dispute that nobody has resolved yet. A replay changes nothing.
--
-- Errors   42501 not_signed_in, PT404 dispute_not_found, PT409 dispute_not_open
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.withdraw_dispute(p_dispute_id uuid)
returns public.credit_dispute
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_user_id uuid := credits.acting_user_id();
    v_dispute credits.disputes := credits.my_dispute(p_dispute_id);
begin
    perform credits.lock_account(v_dispute.account_id);
    select d.* into strict v_dispute
    from credits.disputes as d
    where d.account_id = v_dispute.account_id and d.id = p_dispute_id;
    if v_dispute.status = 'withdrawn' then
        return credits.show_dispute(v_dispute);
    end if;
    perform credits.check_open_dispute(v_dispute);
    update credits.disputes as d
    set
        status = 'withdrawn',
        resolved_at = clock_timestamp(),
        resolved_by = coalesce('user:' || v_user_id, credits.caller())
    where d.account_id = v_dispute.account_id and d.id = p_dispute_id
    returning d.* into strict v_dispute;
    perform credits.drop_dispute_acts(v_dispute);
    return credits.show_dispute(v_dispute);
end;
$$;

comment on function credits.withdraw_dispute(uuid) is
'Withdraws a dispute that nobody has resolved yet.';

revoke all on function credits.withdraw_dispute(uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.withdraw_dispute(uuid) to authenticated, service_role;

-- source: sql/functions/support/write_audit.sql sha256:bd107c97b96d485d3101e830c269521ecfc85ae2c10784b9601ea5bc872ef050
-- Notes an administrator's act, with what it found and what it left.
create or replace function credits.write_audit(
    p_account_id uuid,
    p_actor text,
    p_act text,
    p_reason text,
    p_before jsonb,
    p_after jsonb
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.audit_log (account_id, actor, act, reason, before, after)
    values (p_account_id, p_actor, p_act, p_reason, p_before, p_after);
end;
$$;

comment on function credits.write_audit(uuid, text, text, text, jsonb, jsonb) is
'Notes an administrator''s act.';

revoke all on function credits.write_audit(uuid, text, text, text, jsonb, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/alert_level.sql sha256:363d9a3f54aed1be0aaa63e0e37373b6c7b7053f6e68fc9fbcf55452ca48a8bd
-- How low an account is: 0 enough, 1 low, 2 empty. What is held counts as there.
--
-- Low is below what the owner has set, else below the catalog's share of the balance after the last
-- grant.
create or replace function credits.alert_level(p_account credits.accounts)
returns integer
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return case
        when p_account.balance <= 0 then 2
        when p_account.balance < coalesce(
            p_account.low_balance, p_account.default_low_balance
        ) then 1
        else 0
    end;
end;
$$;

comment on function credits.alert_level(credits.accounts) is
'How low an account is.';

revoke all on function credits.alert_level(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/check_channel.sql sha256:d73c5d0b6b711117b4b9f0c6dae81ec595298f528df28b0af4c66a64603f1dc7
-- Refuses a channel that there is not.
--
-- Errors   22023 invalid_channel
create or replace function credits.check_channel(p_channel text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_channel, '') not in ('email', 'webhook') then
        raise exception 'invalid_channel' using
            errcode = '22023',
            hint = 'Channels: email, webhook.';
    end if;
end;
$$;

comment on function credits.check_channel(text) is
'Refuses a channel that there is not with 22023.';

revoke all on function credits.check_channel(text) from public, anon, authenticated, service_role;

-- source: sql/functions/notify/check_contact.sql sha256:cf5d07ef333cb628f62e3565d2b4195605ed0bd7babb5df9676aa61371f732b4
-- Refuses a message to sales that says nothing, or too much.
--
-- Errors   22023 message_required, message_too_long, invalid_name
create or replace function credits.check_contact(p_message text, p_name text, p_company text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_message, '') !~ '\S' then
        raise exception 'message_required' using
            errcode = '22023',
            hint = 'Write a message.';
    elsif length(p_message) > 5000 then
        raise exception 'message_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 5000)::text,
            hint = 'A message has at most 5000 characters.';
    elsif length(p_name) > 200 or length(p_company) > 200
        or p_name ~ '[\r\n]' or p_company ~ '[\r\n]'
    then
        raise exception 'invalid_name' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 200)::text,
            hint = 'A name has at most 200 characters, on one line.';
    end if;
end;
$$;

comment on function credits.check_contact(text, text, text) is
'Refuses a message to sales that says nothing or too much with 22023.';

revoke all on function credits.check_contact(text, text, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/claim_notices.sql sha256:1e67d84464dab49a67579a44adb0cad1152d845d9758c57bf6ad1b334c692334
-- Claims deliveries that are due over a channel, for so many seconds: who does not settle them by
-- then has died, and they are claimed again. At least once, never at the same time.
--
-- p_operators  the addresses of those who run the system.
-- Errors       22023 invalid_channel, invalid_batch_size, invalid_lease
-- Locks        credits.deliveries: the rows, until commit; others skip them.
create or replace function credits.claim_notices(
    p_channel text,
    p_operators text[],
    p_limit integer,
    p_lease_seconds integer
)
returns setof credits.notice
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.check_channel(p_channel);
    perform credits.check_job(now(), p_limit);
    if coalesce(p_lease_seconds, 0) not between 1 and 3600 then
        raise exception 'invalid_lease' using
            errcode = '22023',
            detail = jsonb_build_object('minimum', 1, 'maximum', 3600)::text,
            hint = 'A claim lasts 1 to 3600 seconds.';
    end if;
    perform credits.give_up_deliveries(p_channel);
    perform credits.plan_deliveries(p_channel, coalesce(p_operators, '{}'), 10 * p_limit);
    return query
    with due as (
        select d.notice_id, d.channel, d.recipient
        from credits.deliveries as d
        where
            d.channel = p_channel
            and d.state = 'pending'
            and d.next_attempt_at <= clock_timestamp()
            and coalesce(d.claimed_until_at <= clock_timestamp(), true)
        order by d.next_attempt_at
        limit p_limit
        for update skip locked
    ),
    claimed as (
        update credits.deliveries as d
        set
            attempts = d.attempts + 1,
            claimed_until_at = clock_timestamp() + make_interval(secs => p_lease_seconds)
        from due
        where
            d.notice_id = due.notice_id
            and d.channel = due.channel
            and d.recipient = due.recipient
        returning d.notice_id, d.channel, d.recipient, d.attempts
    )

    select
        o.id, c.channel, c.recipient, o.topic, o.key, o.account_id, o.payload, o.created_at,
        c.attempts
    from claimed as c
    inner join credits.outbox as o on c.notice_id = o.id
    order by o.id, c.recipient;
end;
$$;

comment on function credits.claim_notices(text, text[], integer, integer) is
'Claims deliveries that are due over a channel.';

revoke all on function credits.claim_notices(text, text[], integer, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.claim_notices(
    text, text[], integer, integer
) to credits_edge, service_role;

-- source: sql/functions/notify/contact_sales.sql sha256:a75d7cd2ccb3809e46e85185b7662dca441848ff5ff44002406955c6d227fd9c
-- Takes a message to sales, and tells the operators. Counted by address, by network (where there is
-- one, and it is not the back end's own) and in all; a refusal is returned.
--
-- Returns  ok; or message rate_limited.
-- Errors   22023 invalid_email, message_required, message_too_long, invalid_name
create or replace function credits.contact_sales(
    p_email text,
    p_message text,
    p_name text,
    p_company text
)
returns public.credit_answer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_email text := credits.check_email(p_email);
    v_hash bytea;
    v_id bigint;
begin
    perform credits.check_contact(p_message, p_name, p_company);
    if not credits.is_service() then
        v_hash := sha256(
            (select s.salt from credits.identity_salts as s)
            || convert_to(credits.network_address(), 'UTF8')
        );
    end if;
    perform pg_advisory_xact_lock(hashtextextended('credits.contacts', 0));
    if exists (
        select from credits.contacts as c
        where c.created_at > clock_timestamp() - interval '1 hour'
        having
            count(*) >= 100
            or count(*) filter (where c.email = v_email) >= 3
            or count(*) filter (where c.address_hash = v_hash) >= 5
    ) then
        return (false, 'rate_limited', null, null)::public.credit_answer;
    end if;
    insert into credits.contacts as c (email, address_hash)
    values (v_email, v_hash)
    returning c.id into strict v_id;
    perform credits.put_notice(
        null, 'contact', v_id::text,
        jsonb_build_object(
            'email', v_email, 'message', p_message, 'name', p_name, 'company', p_company
        )
    );
    return (true, null, null, null)::public.credit_answer;
end;
$$;

comment on function credits.contact_sales(text, text, text, text) is
'Takes a message to sales.';

revoke all on function credits.contact_sales(text, text, text, text)
from public, anon, authenticated, service_role;
grant execute on function credits.contact_sales(
    text, text, text, text
) to anon, authenticated, service_role;

-- source: sql/functions/notify/due_expiries.sql sha256:9a3fa9e88a8d3c754ca63ccb8e36fab3779b3c6a879cfad6f8afc5e8ed4ded0d
-- Reminders of the credits that expire within seven days, but for allowances.
create or replace function credits.due_expiries(p_at timestamptz)
returns table (account_id uuid, topic text, key text, payload jsonb)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        g.account_id,
        'credits_expiring',
        concat_ws(':', g.account_id, g.id),
        jsonb_build_object(
            'grant_id', g.id, 'source', g.source, 'expires_at', g.expires_at,
            'credits', case
                when g.id = a.head_grant_id and a.head_remaining > 0 then a.head_remaining
                else g.remaining
            end
        )
    from credits.accounts as a
    inner join credits.grants as g on a.id = g.account_id
    where
        a.next_expiry_at <= p_at + interval '7 days'
        and g.expires_at > p_at
        and g.expires_at <= p_at + interval '7 days'
        and g.source <> 'allowance'
        and (g.remaining > 0 or g.id = a.head_grant_id and a.head_remaining > 0);
$$;

comment on function credits.due_expiries(timestamptz) is
'Reminders of the credits that expire within seven days.';

revoke all on function credits.due_expiries(timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/due_renewals.sql sha256:e26820ca932f79df21bb8ef8b56ef591bd3e0006b6b9fdab5c99e66e63f3091f
-- Reminders of the subscriptions that renew or end within three days.
create or replace function credits.due_renewals(p_at timestamptz)
returns table (account_id uuid, topic text, key text, payload jsonb)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        s.account_id,
        'renewal_reminder',
        concat_ws(':', s.provider, s.id, extract(epoch from d.due_at)),
        jsonb_build_object(
            'subscription_id', s.id,
            'plan', s.plan,
            case when d.is_end then 'ends_at' else 'renews_at' end, d.due_at,
            'price_cents', p.price_cents,
            'currency', c.currency
        )
    from credits.subscriptions as s
    cross join lateral (
        select
            least(s.cancel_at, s.current_period_end_at) as due_at,
            credits.next_billing_at(s) is null as is_end
    ) as d
    left join credits.catalogs as c on c.version = credits.version_at(p_at)
    left join credits.plans as p on c.version = p.version and s.plan = p.code
    where
        credits.is_live(s.status)
        and s.livemode = credits.livemode(s.provider)
        and not s.is_paused
        and d.due_at > p_at
        and d.due_at <= p_at + interval '3 days';
$$;

comment on function credits.due_renewals(timestamptz) is
'Reminders of the subscriptions that renew or end within three days.';

revoke all on function credits.due_renewals(timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/give_up_deliveries.sql sha256:3cd3970d10baf362984e7c6cc8abd198b1d8a8aa5334b91e4002e7c99c627274
-- Gives up deliveries whose every claim ran out: whoever sent them died each time.
create or replace function credits.give_up_deliveries(p_channel text)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update credits.deliveries as d
    set
        state = 'dead',
        error = coalesce(d.error, 'nobody settled it'),
        settled_at = clock_timestamp()
    where
        d.channel = p_channel
        and d.state = 'pending'
        and d.attempts >= 8
        and d.claimed_until_at <= clock_timestamp();
end;
$$;

comment on function credits.give_up_deliveries(text) is
'Gives up deliveries whose every claim ran out.';

revoke all on function credits.give_up_deliveries(text)
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/is_stale.sql sha256:18ce311db05d7a0a0d74f7a4efa3831e59306bbb4b58c7219b3063b9682e118f
-- Whether a notice comes too late to be of use: a warning or a reminder of three days ago.
create or replace function credits.is_stale(p_notice credits.outbox)
returns boolean
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        p_notice.topic in ('low_balance', 'renewal_reminder', 'credits_expiring')
        and p_notice.created_at < clock_timestamp() - interval '3 days'
$$;

comment on function credits.is_stale(credits.outbox) is
'Whether a notice comes too late to be of use.';

revoke all on function credits.is_stale(credits.outbox)
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/list_dead_notices.sql sha256:3b1ef7e67a840038bc43e3b19ddc97ee459c8f86aafc4ee1aae2906092c7b2eb
-- Deliveries that were given up, the latest notice first.
--
-- Errors   22023 invalid_batch_size
create or replace function credits.list_dead_notices(p_limit integer)
returns table (
    id bigint,
    channel text,
    recipient text,
    topic text,
    account_id uuid,
    error text,
    created_at timestamptz,
    settled_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.check_job(now(), p_limit);
    return query
    select
        o.id, d.channel, d.recipient, o.topic, o.account_id, d.error, o.created_at, d.settled_at
    from credits.deliveries as d
    inner join credits.outbox as o on d.notice_id = o.id
    where d.state = 'dead'
    order by o.id desc
    limit p_limit;
end;
$$;

comment on function credits.list_dead_notices(integer) is
'Deliveries that were given up.';

revoke all on function credits.list_dead_notices(integer)
from public, anon, authenticated, service_role;
grant execute on function credits.list_dead_notices(integer) to credits_edge, service_role;

-- source: sql/functions/notify/low_balance_percent.sql sha256:89d7aedbe8de70a2120c30368ad92f1702fb594e447eee9728c98f307fcaa268
-- Of the balance after a grant, the share below which an account is low: as the catalog of a time
-- says, 20 percent where there is none.
create or replace function credits.low_balance_percent(p_at timestamptz)
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        (
            select c.low_balance_percent
            from credits.catalogs as c
            where c.version = credits.version_at(p_at)
        ),
        20
    );
end;
$$;

comment on function credits.low_balance_percent(timestamptz) is
'Of the balance after a grant, the share below which an account is low.';

revoke all on function credits.low_balance_percent(timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/network_address.sql sha256:5491b5fa17ad22c7d65efc5c9235e55cc676db9525b3d6e7658748420e7274f8
-- From where a request comes: the last hop of x-forwarded-for, which the own proxy has written;
-- what is before it a client can forge. Null for a direct connection.
create or replace function credits.network_address()
returns text
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select nullif(btrim(regexp_replace(
        nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-forwarded-for',
        '^.*,', ''
    )), '');
$$;

comment on function credits.network_address() is
'From where a request comes.';

revoke all on function credits.network_address() from public, anon, authenticated, service_role;

-- source: sql/functions/notify/note_silent_jobs.sql sha256:044bdad70e74cc823f191a077aa524e5125e15fd8b1e63a06993d1a198af8b85
-- Tells the operators, once a day, of a job that has been silent: maintenance for 25 hours, the
-- check of the books for 49, since the last migration where it never ran.
--
-- Returns  how many notices.
create or replace function credits.note_silent_jobs()
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_job record;
    v_count integer := 0;
begin
    for v_job in
        select n.job, r.last_at
        from (values ('maintenance', 25), ('integrity', 49)) as n (job, hours)
        left join credits.last_runs() as r on n.job = r.job
        where clock_timestamp() > make_interval(hours => n.hours) + coalesce(
            r.last_at, (select max(m.applied_at) from credits.migrations as m)
        )
    loop
        v_count := v_count + credits.put_notice(
            null, 'job_silent',
            concat_ws(':', v_job.job, (clock_timestamp() at time zone 'UTC')::date),
            jsonb_build_object('job', v_job.job, 'last_at', v_job.last_at)
        )::integer;
    end loop;
    return v_count;
end;
$$;

comment on function credits.note_silent_jobs() is
'Tells the operators of a job that is silent.';

revoke all on function credits.note_silent_jobs() from public, anon, authenticated, service_role;
grant execute on function credits.note_silent_jobs() to credits_edge, service_role;

-- source: sql/functions/notify/notice_recipients.sql sha256:ed84f56d51c518d33251e870fa5df14f1391de677796902bde73ed8544df5751
-- To which addresses a notice is mailed: a gift and an invitation to the address they name, what
-- concerns the operators to theirs, all else to the owner of the account, a team's to its owners
-- and admins; a dispute to who has filed it, too. Only confirmed addresses, and those that the back
-- end has given.
create or replace function credits.notice_recipients(
    p_notice credits.outbox,
    p_operators text[]
)
returns setof text
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_notice.topic in ('gift', 'invitation') then
        return next p_notice.payload ->> 'email';
    elsif p_notice.account_id is null
        or p_notice.topic in ('chargeback', 'closed_account_paid')
    then
        return query select distinct o.address from unnest(p_operators) as o (address);
    else
        return query
        select a.email from credits.accounts as a
        where a.id = p_notice.account_id and a.email is not null
        union
        select credits.confirmed_email(a.owner_id) from credits.accounts as a
        where
            a.id = p_notice.account_id
            and a.email is null
            and credits.confirmed_email(a.owner_id) is not null
        union
        select credits.confirmed_email(m.user_id) from credits.members as m
        where
            m.account_id = p_notice.account_id
            and m.role = any(credits.roles_with_right('manage'))
            and credits.confirmed_email(m.user_id) is not null
        union
        select credits.confirmed_email(d.user_id)
        from (select (p_notice.payload ->> 'user_id')::uuid as user_id) as d
        where p_notice.topic = 'dispute' and credits.confirmed_email(d.user_id) is not null;
    end if;
end;
$$;

comment on function credits.notice_recipients(credits.outbox, text[]) is
'To which addresses a notice is mailed.';

revoke all on function credits.notice_recipients(credits.outbox, text[])
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/outbox_counts.sql sha256:0e66f5ca5e52ffdb601bd705c72840ee3d9ab6840ebd58f8f73d4b2c1a12a916
-- The notices on their way: {"unplanned": that a channel in use has not planned yet, all where
-- none is in use, "pending", "dead": deliveries, "oldest_seconds": of those on their way}.
create or replace function credits.outbox_counts()
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with unplanned as (
        select o.id, o.created_at
        from credits.outbox as o
        where
            o.email_planned_at is null
            and (
                exists (select from credits.channels as c where c.channel = 'email')
                or not exists (select from credits.channels)
            )
        union
        select o.id, o.created_at
        from credits.outbox as o
        where
            o.webhook_planned_at is null
            and exists (select from credits.channels as c where c.channel = 'webhook')
    ),
    planned as (
        select d.state, o.created_at
        from credits.deliveries as d
        inner join credits.outbox as o on d.notice_id = o.id
        where d.state = 'pending'
        union all
        select d.state, o.created_at
        from credits.deliveries as d
        inner join credits.outbox as o on d.notice_id = o.id
        where d.state = 'dead'
    )

    select jsonb_build_object(
        'unplanned', (select count(*) from unplanned as u),
        'pending', (select count(*) from planned as p where p.state = 'pending'),
        'dead', (select count(*) from planned as p where p.state = 'dead'),
        'oldest_seconds', round(extract(epoch from clock_timestamp() - least(
            (select min(u.created_at) from unplanned as u),
            (select min(p.created_at) from planned as p where p.state = 'pending')
        )))
    );
$$;

comment on function credits.outbox_counts() is
'The notices on their way.';

revoke all on function credits.outbox_counts() from public, anon, authenticated, service_role;

-- source: sql/functions/notify/plan_deliveries.sql sha256:41723107b3815a454b47739a577dfd75720ee95355fdde5dfb15894a37a68338
-- Plans the deliveries of new notices over a channel: to each recipient one. A channel starts with
-- the notices of the day before it is first used.
--
-- p_operators  the addresses of those who run the system.
-- p_limit      deliveries at least, while there are notices, the oldest first; of those that go to
--              nobody, 5000 at most.
-- Locks        credits.channels: the channel's row, so that no two plan at once.
create or replace function credits.plan_deliveries(
    p_channel text,
    p_operators text[],
    p_limit integer
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_channel credits.channels;
    v_notice credits.outbox;
    v_rows bigint;
    v_count bigint := 0;
begin
    -- An erasure takes notices out: it waits for this, and this passes it by.
    if not pg_try_advisory_xact_lock_shared(hashtextextended('credits.outbox', 0)) then
        return;
    end if;
    insert into credits.channels (channel, started_at)
    values (p_channel, now() - interval '1 day')
    on conflict (channel) do nothing;
    if found then
        update credits.outbox as o
        set
            email_planned_at = case
                when p_channel = 'email' then now() else o.email_planned_at
            end,
            webhook_planned_at = case
                when p_channel = 'webhook' then now() else o.webhook_planned_at
            end
        where o.created_at < now() - interval '1 day';
    end if;
    select c.* into v_channel
    from credits.channels as c
    where c.channel = p_channel
    for update skip locked;
    if not found then
        return;
    end if;
    for v_notice in
        select o.*
        from credits.outbox as o
        where case p_channel
            when 'email' then o.email_planned_at
            else o.webhook_planned_at
        end is null
        order by o.id
        limit 5000
    loop
        insert into credits.deliveries (notice_id, channel, recipient)
        select v_notice.id, p_channel, r.recipient
        from (
            select '' as recipient
            where p_channel = 'webhook'
            union all
            select n.address
            from credits.notice_recipients(v_notice, p_operators) as n (address)
            where p_channel = 'email' and n.address is not null
        ) as r
        where
            v_notice.created_at >= v_channel.started_at
            and not credits.is_stale(v_notice)
        on conflict (notice_id, channel, recipient) do nothing;
        get diagnostics v_rows = row_count;
        v_count := v_count + v_rows;
        update credits.outbox as o
        set
            email_planned_at = case
                when p_channel = 'email' then now() else o.email_planned_at
            end,
            webhook_planned_at = case
                when p_channel = 'webhook' then now() else o.webhook_planned_at
            end
        where o.id = v_notice.id;
        exit when v_count >= p_limit;
    end loop;
end;
$$;

comment on function credits.plan_deliveries(text, text[], integer) is
'Plans the deliveries of new notices over a channel.';

revoke all on function credits.plan_deliveries(text, text[], integer)
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/remind.sql sha256:0da0768b84040fd2c9172fa8343b480cff1c2b7340a4683ff57dd75d61d86871
-- Reminds owners of what will happen: renewals and ends of subscriptions within three days, credits
-- that expire within seven. Each once; allowances are used or lost every month and are not told.
--
-- p_at     until when is reckoned from.
-- p_limit  notices.
-- Returns  how many notices.
create or replace function credits.remind(p_at timestamptz, p_limit integer)
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_count integer := 0;
    v_due record;
begin
    for v_due in
        select d.*
        from (
            select * from credits.due_renewals(p_at)
            union all
            select * from credits.due_expiries(p_at)
        ) as d
        where not exists (
            select from credits.outbox as o where o.topic = d.topic and o.key = d.key
        )
        limit p_limit
    loop
        v_count := v_count + credits.put_notice(
            v_due.account_id, v_due.topic, v_due.key, v_due.payload
        )::integer;
    end loop;
    return v_count;
end;
$$;

comment on function credits.remind(timestamptz, integer) is
'Reminds owners of renewals and of credits that expire.';

revoke all on function credits.remind(timestamptz, integer)
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/revive_notice.sql sha256:77b52a521f534142e397da95f35bc52559ec4711c9e3cbb1f5cd50a947f4b664
-- Tries the dead deliveries of a notice again, from the first attempt on.
--
-- Returns  how many there were.
create or replace function credits.revive_notice(p_notice_id bigint)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_count integer;
begin
    update credits.deliveries as d
    set state = 'pending', attempts = 0, next_attempt_at = clock_timestamp(), settled_at = null
    where d.notice_id = p_notice_id and d.state = 'dead';
    get diagnostics v_count = row_count;
    return v_count;
end;
$$;

comment on function credits.revive_notice(bigint) is
'Tries the dead deliveries of a notice again.';

revoke all on function credits.revive_notice(bigint) from public, anon, authenticated, service_role;
grant execute on function credits.revive_notice(bigint) to credits_edge, service_role;

-- source: sql/functions/notify/set_alerts.sql sha256:911d1040f40ddd57b37e11d301e104272edfee026912b3f3ea352758dc631658
-- Sets below which balance an account's owner is told that it is low.
--
-- Units    p_low_balance: credits; null leaves it, -1 goes back to the catalog's share of the last
--          grant, 0 tells only when it is empty.
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required, invalid_amount
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.set_alerts(p_low_balance numeric, p_account_id uuid)
returns public.credit_alerts
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts := credits.lock_account(
        credits.authorize_account(p_account_id, 'manage')
    );
begin
    if p_low_balance is not null then
        v_account.low_balance := case
            when p_low_balance = 0 then 0
            when p_low_balance = -1 then null
            else credits.check_amount(p_low_balance)
        end;
        update credits.accounts as a
        set
            low_balance = v_account.low_balance,
            alert_level = credits.alert_level(v_account)
        where a.id = v_account.id;
    end if;
    return (
        v_account.id, v_account.low_balance, v_account.default_low_balance
    )::public.credit_alerts;
end;
$$;

comment on function credits.set_alerts(numeric, uuid) is
'Sets below which balance an account''s owner is told.';

revoke all on function credits.set_alerts(numeric, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.set_alerts(numeric, uuid) to authenticated, service_role;

-- source: sql/functions/notify/settle_notice.sql sha256:ed7bd3f3f272feacf7cee774dcb744de9928264b38f912f8255e5325b75ed9e5
-- Notes what became of a claimed delivery: sent, or tried again after 1 and 5 minutes, half an
-- hour, 2, 6 and 24 hours; dead after eight attempts.
--
-- p_attempt  the claim's: an error of one whose claim has run out, and is another's now, counts
--            nothing.
-- p_error    null: it was sent.
-- Returns  its state: sent, pending or dead; null for none that is pending.
create or replace function credits.settle_notice(
    p_notice_id bigint,
    p_channel text,
    p_recipient text,
    p_attempt integer,
    p_error text
)
returns text
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_minutes integer[] := array[1, 5, 30, 120, 360, 1440, 1440];
    v_state text;
begin
    update credits.deliveries as d
    set
        state = case
            when p_error is null then 'sent'
            when d.attempts >= 8 then 'dead'
            else 'pending'
        end,
        error = left(p_error, 500),
        claimed_until_at = null,
        next_attempt_at = clock_timestamp()
            + make_interval(mins => v_minutes[least(greatest(d.attempts, 1), 7)]),
        settled_at = case when p_error is null or d.attempts >= 8 then clock_timestamp() end
    where
        d.notice_id = p_notice_id
        and d.channel = p_channel
        and d.recipient = p_recipient
        and d.state = 'pending'
        and (p_error is null or d.attempts = p_attempt)
    returning d.state into v_state;
    return v_state;
end;
$$;

comment on function credits.settle_notice(bigint, text, text, integer, text) is
'Notes what became of a claimed delivery.';

revoke all on function credits.settle_notice(bigint, text, text, integer, text)
from public, anon, authenticated, service_role;
grant execute on function credits.settle_notice(
    bigint, text, text, integer, text
) to credits_edge, service_role;

-- source: sql/functions/notify/tell_expiry.sql sha256:7142dbe2fdb017bc9ed2c575e01695ece8efb0a0d51f375a121bf249a46a3584
-- Tells an account's owner that what has expired leaves it low or empty, unless a renewal is due
-- or a payment awaited that fills it again.
--
-- p_account  as it stands now.
-- p_at       what is due by then.
-- Returns    the account's row as it stands afterwards.
-- Locks      none of its own: the caller has locked the account.
create or replace function credits.tell_expiry(p_account credits.accounts, p_at timestamptz)
returns credits.accounts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_level integer := credits.alert_level(p_account);
begin
    if v_level <= p_account.alert_level
        or p_account.period_end_at <= p_at and p_account.status <> 'closed'
        or exists (
            select from credits.subscriptions as s
            where
                s.account_id = p_account.id
                and (
                    s.next_allowance_at <= p_at
                    or s.paid_until_at <= p_at and credits.next_billing_at(s) is not null
                )
                and credits.is_live(s.status)
                and s.livemode = credits.livemode(s.provider)
        )
    then
        return p_account;
    end if;
    p_account.alert_level := v_level;
    update credits.accounts as a
    set alert_level = v_level
    where a.id = p_account.id;
    perform credits.tell_low_balance(p_account);
    return p_account;
end;
$$;

comment on function credits.tell_expiry(credits.accounts, timestamptz) is
'Tells an account''s owner that what has expired leaves it low.';

revoke all on function credits.tell_expiry(credits.accounts, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/tell_low_balance.sql sha256:7f81703e37d049e734627258aff94e6d29993e87d7cf6711dc8a9a8d3fc46be1
-- Tells an account's owner that it is low or empty: once per crossing, for it is told as the
-- balance falls.
--
-- p_account  as it stands after what has made it so.
create or replace function credits.tell_low_balance(p_account credits.accounts)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.put_notice(
        p_account.id, 'low_balance',
        concat_ws(':', p_account.id, p_account.last_transaction_id, p_account.alert_level),
        jsonb_build_object(
            'level', case p_account.alert_level when 2 then 'empty' else 'low' end,
            'balance', p_account.balance,
            'threshold', coalesce(p_account.low_balance, p_account.default_low_balance)
        )
    );
end;
$$;

comment on function credits.tell_low_balance(credits.accounts) is
'Tells an account''s owner that it is low or empty.';

revoke all on function credits.tell_low_balance(credits.accounts)
from public, anon, authenticated, service_role;

-- source: sql/functions/notify/tell_receipt.sql sha256:fb1ca7aab4e5959b59f9494db1120108e9782b18565ba525ce89516358f6b5ef
-- Tells an account's owner that a payment has come in, with its receipt. What cost nothing is not
-- told.
create or replace function credits.tell_receipt(p_payment credits.payments)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_order credits.orders;
begin
    if p_payment.amount_cents = 0 then
        return;
    end if;
    select o.* into v_order
    from credits.orders as o
    where o.account_id = p_payment.account_id and o.id = p_payment.order_id;
    perform credits.put_notice(
        p_payment.account_id, 'receipt', p_payment.provider || ':' || p_payment.id,
        jsonb_build_object(
            'payment_id', p_payment.id, 'order_id', p_payment.order_id,
            'package', v_order.package, 'plan', p_payment.plan,
            'credits', v_order.credits, 'bonus_credits', v_order.bonus_credits,
            'lines', coalesce(v_order.quote -> 'lines', '[]'),
            'total_cents', p_payment.amount_cents, 'currency', p_payment.currency,
            'paid_at', p_payment.paid_at, 'period_end_at', p_payment.period_end_at
        )
    );
end;
$$;

comment on function credits.tell_receipt(credits.payments) is
'Tells an account''s owner that a payment has come in.';

revoke all on function credits.tell_receipt(credits.payments)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/add_usage.sql sha256:024dafd800025919957eba485823ea5742144b0ebe44dc873f587c906ebe34e7
-- Adds an account's transactions after one id and up to another to its daily usage, and to that of
-- all accounts.
create or replace function credits.add_usage(
    p_account_id uuid,
    p_after_id bigint,
    p_last_id bigint
)
returns void
language sql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with news as (
        select n.* from credits.usage_between(p_account_id, p_after_id, p_last_id) as n
    ),
    own as (
        insert into credits.usage_daily as u
        select n.* from news as n
        on conflict (account_id, day, service, user_id, currency) do update
        set
            calls = u.calls + excluded.calls,
            credits = u.credits + excluded.credits,
            free_credits = u.free_credits + excluded.free_credits,
            refunded = u.refunded + excluded.refunded,
            quantity = u.quantity + excluded.quantity,
            provider_cost = u.provider_cost + excluded.provider_cost,
            earned_cents = u.earned_cents + excluded.earned_cents
    )

    insert into credits.usage_totals as u
    select t.* from credits.total_usage(
        array(select row(n.*)::credits.usage_daily from news as n)
    ) as t
    on conflict (day, service, currency) do update
    set
        calls = u.calls + excluded.calls,
        credits = u.credits + excluded.credits,
        free_credits = u.free_credits + excluded.free_credits,
        refunded = u.refunded + excluded.refunded,
        quantity = u.quantity + excluded.quantity,
        provider_cost = u.provider_cost + excluded.provider_cost,
        earned_cents = u.earned_cents + excluded.earned_cents;
$$;

comment on function credits.add_usage(uuid, bigint, bigint) is
'Adds some of an account''s transactions to its daily usage.';

revoke all on function credits.add_usage(uuid, bigint, bigint)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/admin_get_margin.sql sha256:50e68583c3ff07f135d28ee487aac6ac01226a809f471d8b53ed842f745d26ad
-- What the charges of each service earned, and what they cost at the provider: earned is what had
-- been paid for the credits that were spent, nothing for credits that were given; refunds are
-- taken off. Whole days (UTC), as far as the roll-up has come.
--
-- p_since  null for 30 days before p_until; p_until  null for now.
-- Units    cents: minor units of currency, the catalog's where nothing was paid; a provider's cost
--          is
--          in the catalog's currency.
-- Errors   PT403 admin_only
create or replace function credits.admin_get_margin(p_since timestamptz, p_until timestamptz)
returns setof public.credit_margin
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_currency text;
    v_first date;
    v_last date;
begin
    perform credits.acting_admin();
    v_first := credits.first_day(p_since, p_until);
    v_last := credits.last_day(p_until);
    select c.currency into v_currency
    from credits.catalogs as c
    where c.version = credits.version_at(clock_timestamp());
    return query
    select
        nullif(m.service, ''), m.currency, m.calls, m.credits, m.free_credits, m.earned, m.cost,
        m.earned - m.cost, round(100 * (m.earned - m.cost) / nullif(m.earned, 0), 1)
    from (
        select
            u.service, coalesce(nullif(u.currency, ''), v_currency) as currency,
            sum(u.calls)::bigint as calls,
            trim_scale(sum(u.credits)) as credits,
            trim_scale(sum(u.free_credits)) as free_credits,
            round(sum(u.earned_cents), 2) as earned,
            round(100 * sum(u.provider_cost), 2) as cost
        from credits.usage_totals as u
        where
            u.day >= v_first and u.day <= v_last
        group by 1, 2
    ) as m
    order by m.earned - m.cost desc, m.service, m.currency;
end;
$$;

comment on function credits.admin_get_margin(timestamptz, timestamptz) is
'What the charges of each service earned, and cost.';

revoke all on function credits.admin_get_margin(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_get_margin(
    timestamptz, timestamptz
) to authenticated, service_role;

-- source: sql/functions/reports/admin_get_revenue.sql sha256:1ad2f63a3c0ef48d82a72919729337a6032d945fe86aee3dde377493a11ccbbc
-- What was paid and went back, by day, week, month or year (UTC) of the payment.
--
-- p_since  null for 30 days before p_until; p_until  null for now.
-- Units    cents: minor units of currency. returned: by refunds and chargebacks of these payments,
--          whenever they came. credits_sold: bought, without bonus; of plans what their payments
--          have given so far.
-- Errors   PT403 admin_only, 22023 invalid_bucket
create or replace function credits.admin_get_revenue(
    p_since timestamptz,
    p_until timestamptz,
    p_bucket text
)
returns setof public.credit_revenue
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_first date;
    v_last date;
begin
    perform credits.acting_admin();
    v_first := credits.first_day(p_since, p_until);
    v_last := credits.last_day(p_until);
    perform credits.check_bucket(p_bucket);
    return query
    select
        date_trunc(p_bucket, p.paid_at at time zone 'UTC') at time zone 'UTC', p.currency,
        count(*), sum(p.amount_cents), sum(r.cents), sum(p.amount_cents) - sum(r.cents),
        trim_scale(coalesce(sum(
            case
                when p.subscription_id is null then g.amount
                else (
                    select sum(a.credits)
                    from credits.allowances as a
                    where
                        a.account_id = p.account_id
                        and a.provider = p.provider
                        and a.payment_id = p.id
                )
            end
        ), 0))
    from credits.payments as p
    inner join credits.providers as v on p.provider = v.provider and p.livemode = v.livemode
    left join credits.grants as g on p.account_id = g.account_id and p.transaction_id = g.id
    cross join lateral (
        select case
            when p.refunded_cents > 0
                or exists (
                    select from credits.refunds as b
                    where
                        b.account_id = p.account_id
                        and b.provider = p.provider
                        and b.payment_id = p.id
                )
                or exists (
                    select from credits.chargebacks as b
                    where
                        b.account_id = p.account_id
                        and b.provider = p.provider
                        and b.payment_id = p.id
                )
                then credits.returned_cents(p)
            else 0
        end as cents    -- Most payments stay.
    ) as r
    where
        p.paid_at >= v_first::timestamp at time zone 'UTC'
        and p.paid_at < (v_last + 1)::timestamp at time zone 'UTC'
    group by 1, 2
    order by 1, 2;
end;
$$;

comment on function credits.admin_get_revenue(timestamptz, timestamptz, text) is
'What was paid and went back, by time.';

revoke all on function credits.admin_get_revenue(timestamptz, timestamptz, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_get_revenue(
    timestamptz, timestamptz, text
) to authenticated, service_role;

-- source: sql/functions/reports/admin_get_system_summary.sql sha256:3a147e6c2e7e524f3c37a27a34709ef739d41b4dcb9a55b83f01af06995b7e76
-- The whole system in figures: accounts, credits that are owed to them, this month, what waits.
--
-- Returns  {"accounts": {status: accounts}, "credits": {"balance", "held", "available", "debt"},
--          "credits_by_source": {source: remaining, held not included}, "distribution": see
--          balance_distribution, "month": {"calls", "spent", "refunded", "active_accounts",
--          "gross_cents":
--          {currency: cents}}, "waiting": {"disputes", "acts", "stripe_events"}, "health":
--          get_health}
-- Errors   PT403 admin_only
create or replace function credits.admin_get_system_summary()
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_credits jsonb;
begin
    perform credits.acting_admin();
    select jsonb_build_object(
        'balance', coalesce(sum(a.balance), 0),
        'held', coalesce(sum(a.held), 0),
        'available', coalesce(sum(a.balance - a.held), 0),
        'debt', coalesce(sum(a.debt), 0)
    ) into strict v_credits
    from credits.accounts as a;
    return jsonb_build_object(
        'accounts', (
            select coalesce(jsonb_object_agg(s.status, s.accounts), '{}')
            from (
                select a.status, count(*) as accounts from credits.accounts as a group by a.status
            ) as s
        ),
        'credits', v_credits,
        'credits_by_source', credits.credits_by_source(),
        'distribution', credits.balance_distribution(),
        'month', credits.month_totals(credits.month_start(clock_timestamp())),
        'waiting', credits.waiting_counts(),
        'health', credits.get_health()
    );
end;
$$;

comment on function credits.admin_get_system_summary() is
'The whole system in figures.';

revoke all on function credits.admin_get_system_summary()
from public, anon, authenticated, service_role;
grant execute on function credits.admin_get_system_summary() to authenticated, service_role;

-- source: sql/functions/reports/admin_get_usage_by_service.sql sha256:9d8a97bab5e2f2df61991696383f52f0f39b7790606cc20f7cffc96170450f8d
-- What all accounts used, by service, the most credits first; whole days (UTC), as far as the
-- roll-up has come (it runs with maintenance).
--
-- p_since  null for 30 days before p_until; p_until  null for now.
-- Errors   PT403 admin_only
create or replace function credits.admin_get_usage_by_service(
    p_since timestamptz,
    p_until timestamptz
)
returns setof public.credit_service_usage
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_first date;
    v_last date;
begin
    perform credits.acting_admin();
    v_first := credits.first_day(p_since, p_until);
    v_last := credits.last_day(p_until);
    return query
    select
        nullif(u.service, ''), sum(u.calls)::bigint,
        trim_scale(sum(u.quantity)), trim_scale(sum(u.credits)), trim_scale(sum(u.refunded)),
        round(100 * sum(u.credits) / nullif(sum(sum(u.credits)) over (), 0), 1)
    from credits.usage_totals as u
    where
        u.day >= v_first and u.day <= v_last
    group by u.service
    order by sum(u.credits) desc, u.service;
end;
$$;

comment on function credits.admin_get_usage_by_service(timestamptz, timestamptz) is
'What all accounts used, by service.';

revoke all on function credits.admin_get_usage_by_service(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_get_usage_by_service(
    timestamptz, timestamptz
) to authenticated, service_role;

-- source: sql/functions/reports/admin_list_top_accounts.sql sha256:62c5ed7fb388a5ca5b34f4841139f7f74d2559afd1dfd75ff3b89bf23e25b573
-- The accounts that used most; whole days (UTC), as far as the roll-up has come.
--
-- p_since  null for 30 days before p_until; p_until  null for now.
-- Errors   PT403 admin_only, 22023 invalid_page_size
create or replace function credits.admin_list_top_accounts(
    p_since timestamptz,
    p_until timestamptz,
    p_page_size integer
)
returns setof public.credit_top_account
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_first date;
    v_last date;
begin
    perform credits.acting_admin();
    v_first := credits.first_day(p_since, p_until);
    v_last := credits.last_day(p_until);
    perform credits.check_page_size(p_page_size);
    return query
    select
        u.account_id, coalesce(a.email, credits.email_of_user(a.owner_id)), a.plan,
        u.calls::bigint, trim_scale(u.credits), round(100 * u.credits / nullif(u.all_credits, 0), 1)
    from (
        select
            d.account_id,
            sum(d.calls) as calls,
            sum(d.credits) as credits,
            sum(sum(d.credits)) over () as all_credits
        from credits.usage_daily as d
        where
            d.day >= v_first and d.day <= v_last
        group by d.account_id
        order by sum(d.credits) desc, d.account_id
        limit p_page_size
    ) as u
    inner join credits.accounts as a on u.account_id = a.id
    order by u.credits desc, u.account_id;
end;
$$;

comment on function credits.admin_list_top_accounts(timestamptz, timestamptz, integer) is
'The accounts that used most.';

revoke all on function credits.admin_list_top_accounts(timestamptz, timestamptz, integer)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_list_top_accounts(
    timestamptz, timestamptz, integer
) to authenticated, service_role;

-- source: sql/functions/reports/balance_distribution.sql sha256:4a0e5147eb902fc864489ce7503ae3048899ef631ca1b44b1166247dcd9151ea
-- How balances are spread over the accounts that have any.
--
-- Returns  {"accounts", "average", "median", "p90", "p99", "largest", "top_percent_share": the part
--          of all credits, in percent, that the richest hundredth of accounts have}
create or replace function credits.balance_distribution()
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'accounts', count(*),
        'average', round(avg(a.balance), 2),
        'median', percentile_disc(0.5) within group (order by a.balance),
        'p90', percentile_disc(0.9) within group (order by a.balance),
        'p99', percentile_disc(0.99) within group (order by a.balance),
        'largest', max(a.balance),
        'top_percent_share', round(
            100 * sum(a.balance) filter (where a.place <= ceil(a.accounts / 100.0))
            / nullif(sum(a.balance), 0), 1
        )
    )
    from (
        select
            b.balance,
            row_number() over (order by b.balance desc) as place,
            count(*) over () as accounts
        from credits.accounts as b
        where b.balance > 0
    ) as a;
$$;

comment on function credits.balance_distribution() is
'How balances are spread over the accounts.';

revoke all on function credits.balance_distribution()
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/broadcast_balance.sql sha256:d5bbddc029069c0d8aac2471f6e24708f2fd806cec69a20212d876de9181d457
-- Broadcasts an account's balance on its private channel, where Supabase's Realtime is there.
create or replace function credits.broadcast_balance(
    p_account_id uuid,
    p_balance numeric,
    p_held numeric
)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if to_regnamespace('realtime') is null
        or not has_schema_privilege(to_regnamespace('realtime'), 'usage')
    then
        return;
    elsif to_regprocedure('realtime.send(jsonb, text, text, boolean)') is not null then
        perform realtime.send(
            jsonb_build_object(
                'account_id', p_account_id, 'balance', p_balance, 'held', p_held,
                'available', trim_scale(p_balance - p_held)
            ),
            'balance', 'credits:' || p_account_id, true
        );
    end if;
end;
$$;

comment on function credits.broadcast_balance(uuid, numeric, numeric) is
'Broadcasts an account''s balance on its private channel.';

revoke all on function credits.broadcast_balance(uuid, numeric, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/check_bucket.sql sha256:302ff9d8b8eda2a45c6cce6490cda5018051484265ad44f7e35e318a82b02cbc
-- Refuses a width of time that there is not.
--
-- Errors   22023 invalid_bucket
create or replace function credits.check_bucket(p_bucket text)
returns void
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_bucket, '') not in ('day', 'week', 'month', 'year') then
        raise exception 'invalid_bucket' using
            errcode = '22023',
            hint = 'Buckets: day, week (from Monday), month, year.';
    end if;
end;
$$;

comment on function credits.check_bucket(text) is
'Refuses a width of time that there is not with 22023.';

revoke all on function credits.check_bucket(text) from public, anon, authenticated, service_role;

-- source: sql/functions/reports/check_integrity.sql sha256:c9a0635635bc9ea2ffe41294720b369dfbdfd5ea6978182fdcf27afd36afe616
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
    select v.* from credits.allowance_violations(p_account_id) as v
    union all
    select v.* from credits.dispute_violations(p_account_id) as v
    union all
    select v.* from credits.usage_violations(p_account_id) as v
    union all
    select v.* from credits.total_violations() as v where p_account_id is null;
end;
$$;

comment on function credits.check_integrity(uuid) is
'Re-derives balances, grants, sequences and chains; no rows when all is well.';

revoke all on function credits.check_integrity(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.check_integrity(uuid) to service_role;

-- source: sql/functions/reports/credits_by_source.sql sha256:7a123a9f804815a15e7e709d1b28ac0f7640f540eab21a1f3079dcdac575f908
-- What is left of all grants, by where they came from; what is held is not.
create or replace function credits.credits_by_source()
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_object_agg(s.source, s.remaining), '{}')
    from (
        select
            g.source,
            trim_scale(sum(
                case
                    when g.id = a.head_grant_id and a.head_remaining > 0 then a.head_remaining
                    else g.remaining
                end
            )) as remaining
        from credits.grants as g
        inner join credits.accounts as a on g.account_id = a.id
        where g.remaining > 0 or g.id = a.head_grant_id and a.head_remaining > 0
        group by g.source
    ) as s;
$$;

comment on function credits.credits_by_source() is
'What is left of all grants, by where they came from.';

revoke all on function credits.credits_by_source() from public, anon, authenticated, service_role;

-- source: sql/functions/reports/dispute_violations.sql sha256:ed6eb7afb365cc7163234bc1087ec2c90c40439fa82dd334ef7f94c5ade17e09
-- What is wrong with disputes.
--
-- Rules    dispute: what a dispute gave back is its refund of the charge, approved with one and
--          rejected, withdrawn or open without.
create or replace function credits.dispute_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select d.account_id, 'dispute', format(
        'dispute %s is %s with %s, its refund is %s', d.id, d.status, d.refunded, r.amount
    )
    from credits.disputes as d
    left join credits.usage_refunds as r
        on
            d.account_id = r.account_id
            and d.refund_transaction_id = r.id
            and d.transaction_id = r.transaction_id
    where
        (d.account_id = p_account_id or p_account_id is null)
        and (
            d.refunded <> coalesce(r.amount, 0)
            or (d.status in ('approved', 'partially_approved')) <> (d.refunded > 0)
        )
$$;

comment on function credits.dispute_violations(uuid) is
'What is wrong with disputes.';

revoke all on function credits.dispute_violations(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/first_day.sql sha256:9721ca1aa19dca9e5b4361ec075510dd6f83baa77f004d521aed26bd0ed25e4c
-- The first day of a report: that of p_since, else thirty days before the end.
create or replace function credits.first_day(p_since timestamptz, p_until timestamptz)
returns date
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (
        coalesce(
            credits.near_time(p_since),
            coalesce(credits.near_time(p_until), clock_timestamp()) - interval '30 days'
        )
        at time zone 'UTC'
    )::date;
$$;

comment on function credits.first_day(timestamptz, timestamptz) is
'The first day of a report.';

revoke all on function credits.first_day(timestamptz, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/get_health.sql sha256:bd9afecf2922180ec1e90ccea29b497708dcd53de4c2ed12608eb8f2cea67b51
-- How the system is: for doctor, metrics and administrators.
--
-- Returns  {"schema_version", "jobs": {job: {"last_at", "age_seconds"}}, "stripe_events": {state:
--          events}, "oldest_open_event_seconds", "outbox": outbox_counts, "waiting":
--          waiting_counts, "integrity": {"at", "violations"}}; null where nothing is known
create or replace function credits.get_health()
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_build_object(
        'schema_version', (select max(m.id) from credits.migrations as m),
        'jobs', (
            select coalesce(jsonb_object_agg(j.job, jsonb_build_object(
                'last_at', j.last_at,
                'age_seconds', round(extract(epoch from clock_timestamp() - j.last_at))
            )), '{}')
            from credits.last_runs() as j
        ),
        'stripe_events', (
            select coalesce(jsonb_object_agg(s.state, s.events), '{}')
            from (
                select e.state, count(*) as events from credits.stripe_events as e group by e.state
            ) as s
        ),
        'oldest_open_event_seconds', (
            select round(extract(epoch from clock_timestamp() - min(e.received_at)))
            from credits.stripe_events as e
            where e.state in ('failed', 'quarantined')
        ),
        'outbox', credits.outbox_counts(),
        'waiting', credits.waiting_counts(),
        'integrity', (
            select jsonb_build_object('at', r.started_at, 'violations', r.counts -> 'violations')
            from credits.job_runs as r
            where r.job = 'integrity'
            order by r.id desc
            limit 1
        )
    );
end;
$$;

comment on function credits.get_health() is
'How the system is.';

revoke all on function credits.get_health() from public, anon, authenticated, service_role;
grant execute on function credits.get_health() to credits_edge, service_role;

-- source: sql/functions/reports/last_day.sql sha256:498463ae076c22e4be1f28a9d06f47767137cec0d7f75009ff68f63461e6b648
-- The last day of a report: the one before p_until begins, or that holds it; else today.
create or replace function credits.last_day(p_until timestamptz)
returns date
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select (
        (coalesce(credits.near_time(p_until), clock_timestamp()) - interval '1 microsecond')
        at time zone 'UTC'
    )::date;
$$;

comment on function credits.last_day(timestamptz) is
'The last day of a report.';

revoke all on function credits.last_day(timestamptz) from public, anon, authenticated, service_role;

-- source: sql/functions/reports/last_runs.sql sha256:65e8da8bc7532ed9f60ee323f7f82f7229b6cce3aed2848047823fe9056cb8db
-- When each job last began. Job by job along the index, for the table grows with time.
create or replace function credits.last_runs()
returns table (job text, last_at timestamptz)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with recursive jobs as (
        select min(r.job) as job from credits.job_runs as r
        union all
        select (select min(r.job) from credits.job_runs as r where r.job > j.job)
        from jobs as j
        where j.job is not null
    )

    select j.job, l.started_at
    from jobs as j
    cross join lateral (
        select r.started_at
        from credits.job_runs as r
        where r.job = j.job
        order by r.finished_at desc
        limit 1
    ) as l;
$$;

comment on function credits.last_runs() is
'When each job last began.';

revoke all on function credits.last_runs() from public, anon, authenticated, service_role;

-- source: sql/functions/reports/month_totals.sql sha256:f66bd31a452afe422452cdae1677c69586a7eab47c1b5e11866cd54a2bf08216
-- What this month's roll-up and payments come to.
create or replace function credits.month_totals(p_month_at timestamptz)
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'calls', coalesce(sum(u.calls), 0),
        'spent', coalesce(sum(u.credits), 0),
        'refunded', coalesce(sum(u.refunded), 0),
        'active_accounts', (
            select count(*)
            from credits.accounts as a
            where a.month_spent > 0 and a.month_ends_at > p_month_at
        ),
        'gross_cents', (
            select coalesce(jsonb_object_agg(p.currency, p.cents), '{}')
            from (
                select p.currency, sum(p.amount_cents) as cents
                from credits.payments as p
                inner join credits.providers as v
                    on p.provider = v.provider and p.livemode = v.livemode
                where p.paid_at >= p_month_at
                group by p.currency
            ) as p
        )
    )
    from credits.usage_totals as u
    where u.day >= (p_month_at at time zone 'UTC')::date;
$$;

comment on function credits.month_totals(timestamptz) is
'What this month comes to.';

revoke all on function credits.month_totals(timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/rebuild_usage.sql sha256:28ead1d8cf49a38c10fbad5a76ebfec24589b4075c245da2565ce9876cce0ec5
-- Reckons the daily usage anew from the history: of an account, or of all.
--
-- Returns  how many accounts.
create or replace function credits.rebuild_usage(p_account_id uuid)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_day date;
    v_account_id uuid;
    v_count integer := 0;
begin
    perform pg_advisory_xact_lock(hashtextextended('credits.roll_up', 0));
    for v_account_id in
        select r.account_id
        from credits.rollups as r
        where p_account_id is null or r.account_id = p_account_id
    loop
        delete from credits.usage_daily as u where u.account_id = v_account_id;
        perform credits.add_usage(r.account_id, 0, r.last_transaction_id)
        from credits.rollups as r
        where r.account_id = v_account_id;
        v_count := v_count + 1;
    end loop;
    delete from credits.usage_totals;
    for v_day in
        select distinct u.day from credits.usage_daily as u
    loop
        insert into credits.usage_totals
        select t.*
        from credits.total_usage(
            array(select u from credits.usage_daily as u where u.day = v_day)
        ) as t;
    end loop;
    return v_count;
end;
$$;

comment on function credits.rebuild_usage(uuid) is
'Reckons the daily usage anew from the history.';

revoke all on function credits.rebuild_usage(uuid) from public, anon, authenticated, service_role;
grant execute on function credits.rebuild_usage(uuid) to service_role;

-- source: sql/functions/reports/roll_up.sql sha256:246df2336fc847c594bd4e5151ac45a0b939762b84b22e1efba1cc1ef29b63ac
-- Adds what is new in the histories to the daily usage, and broadcasts the balances that have
-- moved where Supabase's Realtime is there. An account's ids are committed in their order, so that
-- nothing comes late; run again it finds nothing.
--
-- p_limit  accounts; those first that have waited for longest, 100,000 transactions of each, for 20
--          seconds: the next run goes on.
-- Returns  how many accounts had something new; 0 while another session does it.
-- Locks    none of accounts; one at a time may run.
create or replace function credits.roll_up(p_limit integer)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account record;
    v_until timestamptz := clock_timestamp() + interval '20 seconds';
    v_count integer := 0;
begin
    perform credits.check_job(now(), p_limit);
    if not pg_try_advisory_xact_lock(hashtextextended('credits.roll_up', 0)) then
        return 0;
    end if;
    for v_account in
        select
            a.id, a.balance, a.held, coalesce(r.last_transaction_id, 0) as done_id,
            least(a.last_transaction_id, coalesce(r.last_transaction_id, 0) + 100000) as last_id
        from credits.accounts as a
        left join credits.rollups as r on a.id = r.account_id
        where a.last_transaction_id > coalesce(r.last_transaction_id, 0)
        order by coalesce(r.rolled_up_at, a.created_at)
        limit p_limit
    loop
        exit when clock_timestamp() > v_until;
        perform credits.add_usage(v_account.id, v_account.done_id, v_account.last_id);
        insert into credits.rollups as r (account_id, last_transaction_id)
        values (v_account.id, v_account.last_id)
        on conflict (account_id) do update
        set
            last_transaction_id = excluded.last_transaction_id,
            rolled_up_at = excluded.rolled_up_at;
        perform credits.broadcast_balance(v_account.id, v_account.balance, v_account.held);
        v_count := v_count + 1;
    end loop;
    return v_count;
end;
$$;

comment on function credits.roll_up(integer) is
'Adds what is new in the histories to the daily usage.';

revoke all on function credits.roll_up(integer) from public, anon, authenticated, service_role;
grant execute on function credits.roll_up(integer) to credits_edge, service_role;

-- source: sql/functions/reports/run_integrity.sql sha256:15332546914a0f7c7fe2f1c5ba0da8d752dd3a517dfbff275b14810317b42734
-- Checks all books, and tells the operators when a rule is broken: once a day, by cron.
--
-- Returns  how many violations.
create or replace function credits.run_integrity()
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_started_at timestamptz := clock_timestamp();
    v_count integer;
    v_first jsonb;
begin
    select count(*), min(to_jsonb(i)::text)::jsonb into strict v_count, v_first
    from credits.check_integrity(null) as i;
    insert into credits.job_runs (job, started_at, counts)
    values ('integrity', v_started_at, jsonb_build_object('violations', v_count));
    if v_count > 0 then
        perform credits.put_notice(
            null, 'integrity', (v_started_at at time zone 'UTC')::date::text,
            jsonb_build_object('violations', v_count, 'first', v_first)
        );
    end if;
    return v_count;
end;
$$;

comment on function credits.run_integrity() is
'Checks all books, and tells the operators when a rule is broken.';

revoke all on function credits.run_integrity() from public, anon, authenticated, service_role;
grant execute on function credits.run_integrity() to service_role;

-- source: sql/functions/reports/run_maintenance.sql sha256:4f6d9339a6e506fbdb71367d54a029bb3465134e274f05bd8328a21c08c29459
-- All that a scheduler has to do: starts a scheduled catalog, renews allowances, releases holds
-- and expires credits that are over, opens missing accounts, tries open Stripe events again,
-- learns how long models' answers are, reminds of renewals and expiries, rolls usage up. It leaves
-- a heartbeat in job_runs.
--
-- Returns  what was done: {"catalogs": started, "renewed": accounts, "subscribed": subscriptions
--          paid for longer than a month, "released": holds, "expired": grants, "started": accounts,
--          "retried": events, "learnt": models, "reminded": notices,
--          "expired_acts": that have waited for a second administrator, "rolled_up": accounts with
--          new usage, "forgotten": payloads of events}. At most 1000 of each are taken at
--          a time, 5000 rolled up; run it again until they are 0.
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
    v_counts jsonb;
begin
    -- What waits for no account first: those that are renewed stay locked until the end.
    v_counts := jsonb_build_object(
        'learnt', credits.learn_model_outputs(),
        'reminded', credits.remind(credits.near_time(p_at), 1000),
        'expired_acts', credits.expire_acts(least(p_at, clock_timestamp())),
        'rolled_up', credits.roll_up(5000),
        'forgotten', credits.forget_payloads(
            credits.near_time(least(p_at, clock_timestamp())), 1000
        ),
        'started', credits.grant_initial_credits(1000),
        'catalogs', credits.start_due_catalog()
    );
    perform credits.share_catalog();
    v_counts := v_counts || jsonb_build_object(
        'renewed', credits.reset_monthly_credits(p_at, 1000),
        'subscribed', credits.renew_subscriptions(p_at, 1000),
        'released', credits.release_expired_holds(p_at),
        'expired', credits.expire_credits(p_at),
        'retried', credits.retry_due_stripe_events(p_at, 1000)
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

-- source: sql/functions/reports/total_usage.sql sha256:de5729fc9434c45e078b056281023edf14547ca976ad8b3ff346f24ae76a6e53
-- Daily usage of any accounts together.
create or replace function credits.total_usage(p_usage credits.usage_daily[])
returns setof credits.usage_totals
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        u.day, u.service, u.currency, sum(u.calls)::bigint, sum(u.credits), sum(u.free_credits),
        sum(u.refunded), sum(u.quantity), sum(u.provider_cost), sum(u.earned_cents)
    from unnest(p_usage) as u
    group by u.day, u.service, u.currency;
$$;

comment on function credits.total_usage(credits.usage_daily[]) is
'Daily usage of any accounts together.';

revoke all on function credits.total_usage(credits.usage_daily[])
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/total_violations.sql sha256:b9b9a7038da7f47bc79808cbf43670ed53ff8375c664c34556bf4ff5e8a65c1d
-- What is wrong with the daily usage of all accounts together.
--
-- Rules    usage_totals: it is the sum of what the accounts used.
create or replace function credits.total_violations()
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select null::uuid, 'usage_totals', format(
        '%s %s: %s credits and %s back, the accounts have %s and %s',
        coalesce(t.day, u.day), coalesce(t.service, u.service), t.credits, t.refunded, u.credits,
        u.refunded
    )
    from credits.usage_totals as t
    full join (
        select
            d.day, d.service, d.currency, sum(d.calls) as calls, sum(d.credits) as credits,
            sum(d.refunded) as refunded, sum(d.earned_cents) as earned_cents
        from credits.usage_daily as d
        group by d.day, d.service, d.currency
    ) as u on t.day = u.day and t.service = u.service and t.currency = u.currency
    where
        (t.calls, t.credits, t.refunded, t.earned_cents)
        is distinct from (u.calls, u.credits, u.refunded, u.earned_cents)
$$;

comment on function credits.total_violations() is
'What is wrong with the daily usage of all accounts together.';

revoke all on function credits.total_violations() from public, anon, authenticated, service_role;

-- source: sql/functions/reports/usage_between.sql sha256:e9ffe58f7a2796ea32e042e57bc0a287c44be035a4960e7ae60ca70aabfb80ac
-- The usage in an account's transactions after one id and up to another, by day (UTC), service,
-- who acted and currency. What was paid for the credits of a charge, its grants say: each gives
-- its share of its price, a month's credits of a plan the month's share of the payment, a grant
-- that was given none. A refund takes its share back on the day of
-- the refund.
--
-- Units    earned_cents: minor units of currency, which is '' where nothing was paid; not rounded.
create or replace function credits.usage_between(
    p_account_id uuid,
    p_after_id bigint,
    p_last_id bigint
)
returns setof credits.usage_daily
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with moved as (
        select
            t.id,
            (t.created_at at time zone 'UTC')::date as day,
            coalesce(t.service, '') as service,
            coalesce(t.user_id, '00000000-0000-0000-0000-000000000000') as user_id,
            t.type = 'usage' as is_charge,
            t.quantity,
            t.provider_cost,
            coalesce(r.grants, t.grants) as grants
        from credits.transactions as t
        left join credits.usage_refunds as r on t.account_id = r.account_id and t.id = r.id
        where
            t.account_id = p_account_id
            and t.id > p_after_id
            and t.id <= p_last_id
            and (t.type = 'usage' or r.id is not null)
    ),
    parts as (
        select
            m.day, m.service, m.user_id, m.is_charge, coalesce(p.value::numeric, 0) as amount,
            coalesce(g.currency, b.currency, '') as currency,
            p.value::numeric * coalesce(g.paid_cents, b.cents) / g.amount as cents,
            row_number() over (partition by m.id order by p.key) = 1 as is_first,
            m.quantity, m.provider_cost
        from moved as m
        left join lateral jsonb_each_text(m.grants) as p on true
        left join credits.grants as g
            on g.account_id = p_account_id and p.key::bigint = g.id
        left join lateral (
            select
                y.currency,
                nullif(y.amount_cents, 0) * coalesce(
                    extract(epoch from a.ends_at - a.starts_at)
                    / nullif(extract(epoch from y.period_end_at - y.period_start_at), 0),
                    1
                ) as cents
            from credits.allowances as a
            inner join credits.payments as y
                on a.account_id = y.account_id
                and a.provider = y.provider
                and a.payment_id = y.id
            where a.account_id = g.account_id and a.transaction_id = g.id
        ) as b on b.cents is not null
    )

    select
        p_account_id, p.day, p.service, p.user_id, p.currency,
        count(*) filter (where p.is_charge and p.is_first),
        coalesce(sum(p.amount) filter (where p.is_charge), 0),
        coalesce(sum(p.amount) filter (where p.is_charge and p.cents is null), 0),
        coalesce(sum(p.amount) filter (where not p.is_charge), 0),
        coalesce(sum(p.quantity) filter (where p.is_charge and p.is_first), 0),
        coalesce(sum(p.provider_cost) filter (where p.is_charge and p.is_first), 0),
        coalesce(sum(case when p.is_charge then p.cents else -p.cents end), 0)
    from parts as p
    group by p.day, p.service, p.user_id, p.currency;
$$;

comment on function credits.usage_between(uuid, bigint, bigint) is
'The usage in some of an account''s transactions, by day.';

revoke all on function credits.usage_between(uuid, bigint, bigint)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/usage_stats.sql sha256:ca76a564389a1fc085700d942455d5b5debfb80bcbf1e760f1f3815e11167b9f
-- What an account used, by service and by day, week, month or year (UTC): whole days, what has
-- happened a moment ago included. Members and viewers see the own usage.
--
-- p_since  null for 30 days before p_until; p_until  null for now; both count with their whole day.
-- Units    credits: charged; what was refunded is not taken off.
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required, invalid_bucket
create or replace function credits.usage_stats(
    p_account_id uuid,
    p_since timestamptz,
    p_until timestamptz,
    p_bucket text
)
returns setof public.credit_usage_stat
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'read');
    v_only_user_id uuid := credits.only_own_user_id(v_account_id);
    v_account credits.accounts := credits.read_account(v_account_id);
    v_done_id bigint;
    v_first date := credits.first_day(p_since, p_until);
    v_last date := credits.last_day(p_until);
begin
    perform credits.check_bucket(p_bucket);
    select r.last_transaction_id into v_done_id
    from credits.rollups as r
    where r.account_id = v_account_id;
    return query
    select
        date_trunc(p_bucket, u.day::timestamp) at time zone 'UTC',
        nullif(u.service, ''),
        sum(u.calls)::bigint,
        trim_scale(sum(u.credits))
    from (
        select d.day, d.service, d.user_id, d.calls, d.credits
        from credits.usage_daily as d
        where d.account_id = v_account_id
        union all
        select n.day, n.service, n.user_id, n.calls, n.credits
        from credits.usage_between(
            v_account_id, coalesce(v_done_id, 0), v_account.last_transaction_id
        ) as n
    ) as u
    where
        u.day >= v_first
        and u.day <= v_last
        and (v_only_user_id is null or u.user_id = v_only_user_id)
    group by 1, 2
    having sum(u.calls) > 0 or sum(u.credits) > 0
    order by 1, 2;
end;
$$;

comment on function credits.usage_stats(uuid, timestamptz, timestamptz, text) is
'What an account used, by service and time.';

revoke all on function credits.usage_stats(uuid, timestamptz, timestamptz, text)
from public, anon, authenticated, service_role;
grant execute on function credits.usage_stats(
    uuid, timestamptz, timestamptz, text
) to authenticated, service_role;

-- source: sql/functions/reports/usage_violations.sql sha256:e0bb438dc6a1f645fd0dcaf6d6176be08e6e0092f60c58f6b5091ce7fec82a06
-- What is wrong with the daily usage of accounts that are rolled up.
--
-- Rules    usage: what was charged and refunded up to where the roll-up stands is what the history
--          says.
create or replace function credits.usage_violations(p_account_id uuid)
returns setof public.credit_violation
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select r.account_id, 'usage', format(
        'rolled up %s charged and %s refunded, the history has %s and %s',
        u.credits, u.refunded, h.credits, h.refunded
    )
    from credits.rollups as r
    cross join lateral (
        select coalesce(sum(d.credits), 0) as credits, coalesce(sum(d.refunded), 0) as refunded
        from credits.usage_daily as d
        where d.account_id = r.account_id
    ) as u
    cross join lateral (
        select
            coalesce(-sum(t.amount) filter (where t.type = 'usage'), 0) as credits,
            coalesce(sum(t.amount) filter (where exists (
                select from credits.usage_refunds as f
                where f.account_id = t.account_id and f.id = t.id
            )), 0) as refunded
        from credits.transactions as t
        where t.account_id = r.account_id and t.id <= r.last_transaction_id
    ) as h
    where
        (r.account_id = p_account_id or p_account_id is null)
        and (u.credits, u.refunded) <> (h.credits, h.refunded)
$$;

comment on function credits.usage_violations(uuid) is
'What is wrong with the daily usage.';

revoke all on function credits.usage_violations(uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/reports/waiting_counts.sql sha256:6e231607a00b34d96eb62997c8ca2891bf2e901ce6d4d086cec88351681af17c
-- What waits for a person: disputes, acts, events that could not be applied, notices given up.
create or replace function credits.waiting_counts()
returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'disputes', (
            select count(*) from credits.disputes as d
            where d.status in ('pending', 'under_review')
        ),
        'acts', (
            select count(*) from credits.pending_acts as a
            where a.state = 'pending' and a.expires_at > clock_timestamp()
        ),
        'stripe_events', (
            select count(*) from credits.stripe_events as e
            where e.state in ('failed', 'quarantined')
        ),
        'dead_notices', (select count(*) from credits.deliveries as d where d.state = 'dead')
    );
$$;

comment on function credits.waiting_counts() is
'What waits for a person.';

revoke all on function credits.waiting_counts() from public, anon, authenticated, service_role;

-- source: sql/functions/api/admin_add_credits.sql sha256:0932017dd1467c467ee4d1dace999f2731a82aae4140d5d8cf6901a67e4cc2a5
-- RPC for administrators; rules, units and errors: credits.admin_add_credits.
create or replace function public.admin_add_credits(
    account_id uuid,
    amount numeric,
    reason text,
    key text,
    source text default 'bonus',
    expires_at timestamptz default null
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_add_credits(account_id, amount, reason, key, source, expires_at);
end;
$$;

comment on function public.admin_add_credits(uuid, numeric, text, text, text, timestamptz) is
'Adds credits to an account for a reason, once per key.';

revoke all on function public.admin_add_credits(uuid, numeric, text, text, text, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.admin_add_credits(
    uuid, numeric, text, text, text, timestamptz
) to authenticated, service_role;

-- source: sql/functions/api/admin_approve_act.sql sha256:7cc57ca856d67a082a9a3cfd1a1d2a0cabd7b96268fcb3969a549355444919b5
-- RPC for administrators; rules, units and errors: credits.admin_approve_act.
create or replace function public.admin_approve_act(
    act_id uuid
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_approve_act(act_id);
end;
$$;

comment on function public.admin_approve_act(uuid) is
'Does an act that has waited for a second administrator.';

revoke all on function public.admin_approve_act(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.admin_approve_act(uuid) to authenticated, service_role;

-- source: sql/functions/api/admin_create_promotion.sql sha256:582d1204d4c9c07206e8c7dc087ff54f051e0509ea6824aa3ba58a260cd021d9
-- RPC for administrators; rules, units and errors: credits.admin_create_promotion.
create or replace function public.admin_create_promotion(
    promotion jsonb
)
returns public.credit_promotion
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_create_promotion(promotion);
end;
$$;

comment on function public.admin_create_promotion(jsonb) is
'Creates a promotion.';

revoke all on function public.admin_create_promotion(jsonb)
from public, anon, authenticated, service_role;
grant execute on function public.admin_create_promotion(jsonb) to authenticated, service_role;

-- source: sql/functions/api/admin_decline_act.sql sha256:08223c0a343fae60990c833605ded53b3915c06efaee9c0db63c335dba1b6f9f
-- RPC for administrators; rules, units and errors: credits.admin_decline_act.
create or replace function public.admin_decline_act(
    act_id uuid,
    reason text
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_decline_act(act_id, reason);
end;
$$;

comment on function public.admin_decline_act(uuid, text) is
'Declines an act that waits for a second administrator.';

revoke all on function public.admin_decline_act(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_decline_act(uuid, text) to authenticated, service_role;

-- source: sql/functions/api/admin_end_promotion.sql sha256:acf33eec051ca2ad55d0e9ae1a0f1714caa0f0198af48d6d1d8f2201bd2a4891
-- RPC for administrators; rules, units and errors: credits.admin_end_promotion.
create or replace function public.admin_end_promotion(
    code text
)
returns public.credit_promotion
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_end_promotion(code);
end;
$$;

comment on function public.admin_end_promotion(text) is
'Ends a promotion at once.';

revoke all on function public.admin_end_promotion(text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_end_promotion(text) to authenticated, service_role;

-- source: sql/functions/api/admin_erase_account.sql sha256:741843fdcee7a654a41ee7927154d4ee3a8ca49b507ffc3990210676f2ce4f1d
-- RPC for administrators; rules, units and errors: credits.admin_erase_account.
create or replace function public.admin_erase_account(
    account_id uuid,
    reason text
)
returns public.credit_account_status
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_erase_account(account_id, reason);
end;
$$;

comment on function public.admin_erase_account(uuid, text) is
'Erases the person behind an account and closes it.';

revoke all on function public.admin_erase_account(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_erase_account(uuid, text) to authenticated, service_role;

-- source: sql/functions/api/admin_get_account.sql sha256:2a52497700fcc33ece6cd1102c85b1aca9da000d446b64e8022a0f49df202cc1
-- RPC for administrators; rules, units and errors: credits.admin_get_account.
create or replace function public.admin_get_account(
    account_id uuid
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_get_account(account_id);
end;
$$;

comment on function public.admin_get_account(uuid) is
'All there is to know of an account on one page.';

revoke all on function public.admin_get_account(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.admin_get_account(uuid) to authenticated, service_role;

-- source: sql/functions/api/admin_get_dispute_statistics.sql sha256:ffeb4e6b3caf56bc8b01a9204269ea4d96d408370f493e7302f7e963a90ab6ab
-- RPC for administrators; rules, units and errors: credits.admin_get_dispute_statistics.
create or replace function public.admin_get_dispute_statistics(
    since timestamptz default null,
    until timestamptz default null
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_get_dispute_statistics(since, until);
end;
$$;

comment on function public.admin_get_dispute_statistics(timestamptz, timestamptz) is
'How disputes that were filed in a time went.';

revoke all on function public.admin_get_dispute_statistics(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.admin_get_dispute_statistics(
    timestamptz, timestamptz
) to authenticated, service_role;

-- source: sql/functions/api/admin_get_margin.sql sha256:a52fd3b66321695cb6bb56aba7de59630408d11a4dc83a0d4b39fe5324f64578
-- RPC for administrators; rules, units and errors: credits.admin_get_margin.
create or replace function public.admin_get_margin(
    since timestamptz default null,
    until timestamptz default null
)
returns setof public.credit_margin
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_get_margin(since, until) as r;
end;
$$;

comment on function public.admin_get_margin(timestamptz, timestamptz) is
'What the charges of each service earned, and cost.';

revoke all on function public.admin_get_margin(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.admin_get_margin(
    timestamptz, timestamptz
) to authenticated, service_role;

-- source: sql/functions/api/admin_get_revenue.sql sha256:e6c982e45ae8fdfe189b9e9e93f9bcaca51fe9cf4c6b67a9e2f7ef0a37589b5c
-- RPC for administrators; rules, units and errors: credits.admin_get_revenue.
create or replace function public.admin_get_revenue(
    since timestamptz default null,
    until timestamptz default null,
    bucket text default 'day'
)
returns setof public.credit_revenue
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_get_revenue(since, until, bucket) as r;
end;
$$;

comment on function public.admin_get_revenue(timestamptz, timestamptz, text) is
'What was paid and went back, by time.';

revoke all on function public.admin_get_revenue(timestamptz, timestamptz, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_get_revenue(
    timestamptz, timestamptz, text
) to authenticated, service_role;

-- source: sql/functions/api/admin_get_system_summary.sql sha256:fc0e21fe62646441a2523453c498e72288daf6da04a4f62bcf0f2ec51015628c
-- RPC for administrators; rules, units and errors: credits.admin_get_system_summary.
create or replace function public.admin_get_system_summary()
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_get_system_summary();
end;
$$;

comment on function public.admin_get_system_summary() is
'The whole system in figures.';

revoke all on function public.admin_get_system_summary()
from public, anon, authenticated, service_role;
grant execute on function public.admin_get_system_summary() to authenticated, service_role;

-- source: sql/functions/api/admin_get_usage_by_service.sql sha256:24a584aa10b77450a268bce6bc82534b3a7d7dae376c33df3a6e42a11b741570
-- RPC for administrators; rules, units and errors: credits.admin_get_usage_by_service.
create or replace function public.admin_get_usage_by_service(
    since timestamptz default null,
    until timestamptz default null
)
returns setof public.credit_service_usage
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_get_usage_by_service(since, until) as r;
end;
$$;

comment on function public.admin_get_usage_by_service(timestamptz, timestamptz) is
'What all accounts used, by service.';

revoke all on function public.admin_get_usage_by_service(timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function public.admin_get_usage_by_service(
    timestamptz, timestamptz
) to authenticated, service_role;

-- source: sql/functions/api/admin_list_accounts.sql sha256:acc12a56118b2114e6391b3dfd24c4cc6249466f2e297c6d4880c403e9ed9e25
-- RPC for administrators; rules, units and errors: credits.admin_list_accounts.
create or replace function public.admin_list_accounts(
    search text default null,
    status text default null,
    before uuid default null,
    page_size integer default 50
)
returns setof public.credit_admin_account
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_list_accounts(
        search, status, before, page_size
    ) as r;
end;
$$;

comment on function public.admin_list_accounts(text, text, uuid, integer) is
'All accounts, or those that a search finds.';

revoke all on function public.admin_list_accounts(text, text, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_accounts(
    text, text, uuid, integer
) to authenticated, service_role;

-- source: sql/functions/api/admin_list_audit.sql sha256:0f68f1be58b67d844c33293e19a3d5fa6d0cdd16791f6c2a7071f929f7584fe8
-- RPC for administrators; rules, units and errors: credits.admin_list_audit.
create or replace function public.admin_list_audit(
    account_id uuid default null,
    actor text default null,
    act text default null,
    since timestamptz default null,
    until timestamptz default null,
    before bigint default null,
    page_size integer default 50
)
returns setof public.credit_audit
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_list_audit(
        account_id, actor, act, since, until, before, page_size
    ) as r;
end;
$$;

comment on function public.admin_list_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'The acts of administrators, the latest first.';

revoke all on function public.admin_list_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
grant execute on function public.admin_list_audit(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) to authenticated, service_role;

-- source: sql/functions/api/admin_list_disputes.sql sha256:ed2376288da6f92924f7201c34455364315496da216c2969bc3eaf5e9c153ca3
-- RPC for administrators; rules, units and errors: credits.admin_list_disputes.
create or replace function public.admin_list_disputes(
    status text default 'pending',
    before uuid default null,
    page_size integer default 50
)
returns setof public.credit_dispute
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_list_disputes(status, before, page_size) as r;
end;
$$;

comment on function public.admin_list_disputes(text, uuid, integer) is
'The disputes of a status, the longest waiting first.';

revoke all on function public.admin_list_disputes(text, uuid, integer)
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_disputes(
    text, uuid, integer
) to authenticated, service_role;

-- source: sql/functions/api/admin_list_pending_acts.sql sha256:0ccee3f4071e2b61e3e789f78c66cd1ae96b915ee98fe2b1479f6e5726a70633
-- RPC for administrators; rules, units and errors: credits.admin_list_pending_acts.
create or replace function public.admin_list_pending_acts()
returns setof public.credit_act
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_list_pending_acts() as r;
end;
$$;

comment on function public.admin_list_pending_acts() is
'The acts that wait for a second administrator.';

revoke all on function public.admin_list_pending_acts()
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_pending_acts() to authenticated, service_role;

-- source: sql/functions/api/admin_list_promotions.sql sha256:5bd31b4a8cc5923d026d9d3f596cdc66c7ef55fb7ab7516037b77e94c2d788ec
-- RPC for administrators; rules, units and errors: credits.admin_list_promotions.
create or replace function public.admin_list_promotions(
    before text default null,
    page_size integer default 50
)
returns setof public.credit_promotion
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_list_promotions(before, page_size) as r;
end;
$$;

comment on function public.admin_list_promotions(text, integer) is
'All promotions, the newest first.';

revoke all on function public.admin_list_promotions(text, integer)
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_promotions(
    text, integer
) to authenticated, service_role;

-- source: sql/functions/api/admin_list_top_accounts.sql sha256:370ef27265af8ed0a0dd7e67d2b0829c14db0912e66a6f0dc7fba1b06ca7ed1c
-- RPC for administrators; rules, units and errors: credits.admin_list_top_accounts.
create or replace function public.admin_list_top_accounts(
    since timestamptz default null,
    until timestamptz default null,
    page_size integer default 20
)
returns setof public.credit_top_account
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.admin_list_top_accounts(since, until, page_size) as r;
end;
$$;

comment on function public.admin_list_top_accounts(timestamptz, timestamptz, integer) is
'The accounts that used most.';

revoke all on function public.admin_list_top_accounts(timestamptz, timestamptz, integer)
from public, anon, authenticated, service_role;
grant execute on function public.admin_list_top_accounts(
    timestamptz, timestamptz, integer
) to authenticated, service_role;

-- source: sql/functions/api/admin_list_transactions.sql sha256:4483d64e9d625750293baaed07b9ff3127173756c64d1a4f5a244b9549656fcc
-- RPC for administrators; rules, units and errors: credits.admin_list_transactions.
create or replace function public.admin_list_transactions(
    account_id uuid,
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
    return query select r.* from credits.admin_list_transactions(
        account_id, type, service, since, until, before, page_size
    ) as r;
end;
$$;

comment on function public.admin_list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) is
'The transactions of any account.';

revoke all on function public.admin_list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) from public, anon, authenticated, service_role;
grant execute on function public.admin_list_transactions(
    uuid, text, text, timestamptz, timestamptz, bigint, integer
) to authenticated, service_role;

-- source: sql/functions/api/admin_pause_account.sql sha256:413864ceb9a02d3c79857aec230a1f885fb0a2b28f87c4908fab74e6a93633e0
-- RPC for administrators; rules, units and errors: credits.admin_pause_account.
create or replace function public.admin_pause_account(
    account_id uuid,
    reason text
)
returns public.credit_account_status
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_pause_account(account_id, reason);
end;
$$;

comment on function public.admin_pause_account(uuid, text) is
'Pauses an account for a reason.';

revoke all on function public.admin_pause_account(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_pause_account(uuid, text) to authenticated, service_role;

-- source: sql/functions/api/admin_refund_transaction.sql sha256:432747d1ecb0d06ec0c1a9fa74554b81cdcc0a058a7d736918c2395548924269
-- RPC for administrators; rules, units and errors: credits.admin_refund_transaction.
create or replace function public.admin_refund_transaction(
    account_id uuid,
    transaction_id bigint,
    reason text,
    key text,
    amount numeric default null
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_refund_transaction(account_id, transaction_id, reason, key, amount);
end;
$$;

comment on function public.admin_refund_transaction(uuid, bigint, text, text, numeric) is
'Refunds a charge for a reason, once per key.';

revoke all on function public.admin_refund_transaction(uuid, bigint, text, text, numeric)
from public, anon, authenticated, service_role;
grant execute on function public.admin_refund_transaction(
    uuid, bigint, text, text, numeric
) to authenticated, service_role;

-- source: sql/functions/api/admin_remove_credits.sql sha256:dba6175ed358b67e060ea94099f2e9f78f29a1dae96210a385d3c2e8f43ff3a1
-- RPC for administrators; rules, units and errors: credits.admin_remove_credits.
create or replace function public.admin_remove_credits(
    account_id uuid,
    amount numeric,
    reason text,
    key text
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_remove_credits(account_id, amount, reason, key);
end;
$$;

comment on function public.admin_remove_credits(uuid, numeric, text, text) is
'Removes credits from an account for a reason, once per key.';

revoke all on function public.admin_remove_credits(uuid, numeric, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_remove_credits(
    uuid, numeric, text, text
) to authenticated, service_role;

-- source: sql/functions/api/admin_resolve_dispute.sql sha256:446339d6efdc9743ab375c80c861e8a57d0cf9608945370b3a867d2d424a3245
-- RPC for administrators; rules, units and errors: credits.admin_resolve_dispute.
create or replace function public.admin_resolve_dispute(
    dispute_id uuid,
    outcome text,
    note text,
    refund numeric default null
)
returns public.credit_dispute
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_resolve_dispute(dispute_id, outcome, note, refund);
end;
$$;

comment on function public.admin_resolve_dispute(uuid, text, text, numeric) is
'Resolves a dispute, with a refund in the same transaction.';

revoke all on function public.admin_resolve_dispute(uuid, text, text, numeric)
from public, anon, authenticated, service_role;
grant execute on function public.admin_resolve_dispute(
    uuid, text, text, numeric
) to authenticated, service_role;

-- source: sql/functions/api/admin_resume_account.sql sha256:afb43f8bce605e4149ee5b52865563f9a964fe5419585113d85f5978d228788f
-- RPC for administrators; rules, units and errors: credits.admin_resume_account.
create or replace function public.admin_resume_account(
    account_id uuid,
    reason text
)
returns public.credit_account_status
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_resume_account(account_id, reason);
end;
$$;

comment on function public.admin_resume_account(uuid, text) is
'Resumes a paused account for a reason.';

revoke all on function public.admin_resume_account(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_resume_account(uuid, text) to authenticated, service_role;

-- source: sql/functions/api/admin_review_dispute.sql sha256:dfd8b26fbde8985b41412728ecd22df3cb5e6e452cd52702db095806c97b8954
-- RPC for administrators; rules, units and errors: credits.admin_review_dispute.
create or replace function public.admin_review_dispute(
    dispute_id uuid,
    note text default null
)
returns public.credit_dispute
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_review_dispute(dispute_id, note);
end;
$$;

comment on function public.admin_review_dispute(uuid, text) is
'Takes a dispute under review.';

revoke all on function public.admin_review_dispute(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_review_dispute(uuid, text) to authenticated, service_role;

-- source: sql/functions/api/admin_void_grant.sql sha256:ac76157d1c0c9f3cf51dd04fb9f230e8e40b9e8ee0963f10da38099722aa0062
-- RPC for administrators; rules, units and errors: credits.admin_void_grant.
create or replace function public.admin_void_grant(
    account_id uuid,
    grant_id bigint,
    reason text,
    key text
)
returns public.credit_act
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.admin_void_grant(account_id, grant_id, reason, key);
end;
$$;

comment on function public.admin_void_grant(uuid, bigint, text, text) is
'Voids a grant for a reason, once per key.';

revoke all on function public.admin_void_grant(uuid, bigint, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.admin_void_grant(
    uuid, bigint, text, text
) to authenticated, service_role;

-- source: sql/functions/api/contact_credit_sales.sql sha256:7b77c93c7b160e85b75840c36f83dde5b363ed0b2686c212f5526c497699e9c6
-- RPC for anybody; rules, units and errors: credits.contact_sales.
create or replace function public.contact_credit_sales(
    email text,
    message text,
    name text default null,
    company text default null
)
returns public.credit_answer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.contact_sales(email, message, name, company);
end;
$$;

comment on function public.contact_credit_sales(text, text, text, text) is
'Takes a message to sales.';

revoke all on function public.contact_credit_sales(text, text, text, text)
from public, anon, authenticated, service_role;
grant execute on function public.contact_credit_sales(
    text, text, text, text
) to anon, authenticated, service_role;

-- source: sql/functions/api/get_credit_dispute.sql sha256:8d1c104d823a81f059c829585a30de846286a6cdf9963f71352b6bdc1ae31e0f
-- RPC for a signed-in user and the back end; rules, units and errors: credits.get_dispute.
create or replace function public.get_credit_dispute(
    dispute_id uuid
)
returns public.credit_dispute
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.get_dispute(dispute_id);
end;
$$;

comment on function public.get_credit_dispute(uuid) is
'One dispute of the signed-in user''s accounts.';

revoke all on function public.get_credit_dispute(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.get_credit_dispute(uuid) to authenticated, service_role;

-- source: sql/functions/api/get_credit_usage_stats.sql sha256:cf4ea1ce76b86f30e20990087f4c4b6e30a5fad824874066a9943d7ac95dc758
-- RPC for a signed-in user and the back end; rules, units and errors: credits.usage_stats.
create or replace function public.get_credit_usage_stats(
    account_id uuid default null,
    since timestamptz default null,
    until timestamptz default null,
    bucket text default 'day'
)
returns setof public.credit_usage_stat
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.usage_stats(account_id, since, until, bucket) as r;
end;
$$;

comment on function public.get_credit_usage_stats(uuid, timestamptz, timestamptz, text) is
'What an account used, by service and time.';

revoke all on function public.get_credit_usage_stats(uuid, timestamptz, timestamptz, text)
from public, anon, authenticated, service_role;
grant execute on function public.get_credit_usage_stats(
    uuid, timestamptz, timestamptz, text
) to authenticated, service_role;

-- source: sql/functions/api/list_my_credit_disputes.sql sha256:87c0df1f57b1a7f5898360c7f14ed24dfce55b4bbdd8f49b8bdec52aef677fe8
-- RPC for a signed-in user; rules, units and errors: credits.list_my_disputes.
create or replace function public.list_my_credit_disputes()
returns setof public.credit_dispute
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return query select r.* from credits.list_my_disputes() as r;
end;
$$;

comment on function public.list_my_credit_disputes() is
'The disputes of the signed-in user''s accounts.';

revoke all on function public.list_my_credit_disputes()
from public, anon, authenticated, service_role;
grant execute on function public.list_my_credit_disputes() to authenticated;

-- source: sql/functions/api/set_credit_alerts.sql sha256:6b635270a885837b5470733ed8f41ef7ef40f3e75544cd9b968116c65e67a350
-- RPC for a signed-in user and the back end; rules, units and errors: credits.set_alerts.
create or replace function public.set_credit_alerts(
    low_balance numeric default null,
    account_id uuid default null
)
returns public.credit_alerts
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.set_alerts(low_balance, account_id);
end;
$$;

comment on function public.set_credit_alerts(numeric, uuid) is
'Sets below which balance an account''s owner is told.';

revoke all on function public.set_credit_alerts(numeric, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.set_credit_alerts(numeric, uuid) to authenticated, service_role;

-- source: sql/functions/api/submit_credit_dispute.sql sha256:f665aeb65e8b15bb341d1b9893df695653cd0af77ec635253c305942784e440a
-- RPC for a signed-in user and the back end; rules, units and errors: credits.submit_dispute.
create or replace function public.submit_credit_dispute(
    transaction_id bigint,
    reason text,
    description text,
    requested_refund numeric default null,
    account_id uuid default null
)
returns public.credit_dispute
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.submit_dispute(
        transaction_id, reason, description, requested_refund, account_id
    );
end;
$$;

comment on function public.submit_credit_dispute(bigint, text, text, numeric, uuid) is
'Disputes a charge of usage.';

revoke all on function public.submit_credit_dispute(bigint, text, text, numeric, uuid)
from public, anon, authenticated, service_role;
grant execute on function public.submit_credit_dispute(
    bigint, text, text, numeric, uuid
) to authenticated, service_role;

-- source: sql/functions/api/withdraw_credit_dispute.sql sha256:da4085fba9e172fe8712bec419796a941adf9176752c5c850f51a040dd1b329f
-- RPC for a signed-in user and the back end; rules, units and errors: credits.withdraw_dispute.
create or replace function public.withdraw_credit_dispute(
    dispute_id uuid
)
returns public.credit_dispute
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.withdraw_dispute(dispute_id);
end;
$$;

comment on function public.withdraw_credit_dispute(uuid) is
'Withdraws a dispute that nobody has resolved yet.';

revoke all on function public.withdraw_credit_dispute(uuid)
from public, anon, authenticated, service_role;
grant execute on function public.withdraw_credit_dispute(uuid) to authenticated, service_role;

-- source: sql/policies/audit_log.sql sha256:435402e8e1767f8d0569439183edbdec5dad639ff162f9b80517f261e84cacdf
-- Private: read and written by the rules only. Append-only, for the table's owner too.
alter table credits.audit_log enable row level security;
revoke all on credits.audit_log from public, anon, authenticated, service_role;

create or replace trigger audit_log_refuse_change
before update or delete or truncate on credits.audit_log
for each statement execute function credits.refuse_change();
alter table credits.audit_log enable always trigger audit_log_refuse_change;

-- source: sql/policies/channels.sql sha256:0fc2524970c580104a8a7035eb33d4c2a230711b3f78653d697aef61ecd591fb
-- Private: read and written by the rules only.
alter table credits.channels enable row level security;
revoke all on credits.channels from public, anon, authenticated, service_role;

-- source: sql/policies/contacts.sql sha256:465c182bdc10b98e0f3710fbbea482d0970fe76693608b84e5f529b3ed4e69d2
-- Private: read and written by the rules only.
alter table credits.contacts enable row level security;
revoke all on credits.contacts from public, anon, authenticated, service_role;

-- source: sql/policies/cron.sql sha256:04023e00270a4b856e7b02582a9c4934c9b2a6e05146e60f5ffd871b9fb06f64
-- Where pg_cron is installed, maintenance runs every five minutes, and the books are checked every
-- night. Elsewhere any scheduler calls `pgcredits cron` and `pgcredits cron --integrity`, or the
-- same functions.
do $$
begin
    if exists (select from pg_extension where extname = 'pg_cron') then
        perform cron.schedule(
            'pgcredits-maintenance', '*/5 * * * *', 'select public.run_credit_maintenance()'
        );
        perform cron.schedule(
            'pgcredits-integrity', '17 3 * * *', 'select credits.run_integrity()'
        );
    end if;
end
$$;

-- source: sql/policies/deliveries.sql sha256:7503b9fa7f5266870eee5b35efc303d0ae36024a39bfca4d7e3bd52797016b45
-- Private: read and written by the rules only.
alter table credits.deliveries enable row level security;
revoke all on credits.deliveries from public, anon, authenticated, service_role;

-- source: sql/policies/disputes.sql sha256:9b310cf5f406e1d98984d2592aa29dcadb1595cc0f65172e48304c5dbddd5f64
-- Private: read and written by the rules only.
alter table credits.disputes enable row level security;
revoke all on credits.disputes from public, anon, authenticated, service_role;

-- source: sql/policies/pending_acts.sql sha256:c75cbbd29e3f487eb43fda5ca9775789f1a605d693d7cf6c42b014a981870dd7
-- Private: read and written by the rules only.
alter table credits.pending_acts enable row level security;
revoke all on credits.pending_acts from public, anon, authenticated, service_role;

-- source: sql/policies/realtime.sql sha256:605143f1ca718992ce5783e2f558a8fc23a2e00d6345820e6bc3dcf7a4a38098
-- Where Supabase's Realtime is there: who may read an account may join its private channel,
-- credits:<account id>, on which credits.roll_up broadcasts its balance.
do $$
begin
    if to_regclass('realtime.messages') is not null
        and to_regprocedure('realtime.topic()') is not null
    then
        drop policy if exists credits_balance_read on realtime.messages;
        create policy credits_balance_read on realtime.messages
        for select to authenticated
        using (
            extension = 'broadcast'
            and realtime.topic() in (
                select 'credits:' || a from credits.my_account_ids('read') as a
            )
        );
    end if;
exception when insufficient_privilege then
    raise warning 'pgcredits: no policy on realtime.messages: %', sqlerrm;
end
$$;

-- source: sql/policies/rollups.sql sha256:b328f34cb012c11d3dd30e8072f646eec6fb1b1a646ca9a1ae96fec81fc861e3
-- Private: read and written by the rules only.
alter table credits.rollups enable row level security;
revoke all on credits.rollups from public, anon, authenticated, service_role;

-- source: sql/policies/usage_daily.sql sha256:5c8b18dd02734ee2614c27769043212e1a80ffaa726c5d578c4d04d00eebc465
-- Private: read and written by the rules only.
alter table credits.usage_daily enable row level security;
revoke all on credits.usage_daily from public, anon, authenticated, service_role;

-- source: sql/policies/usage_totals.sql sha256:a734f5e07bd2b3a8567228974524e3b0203d666b0bbbc2b1c5368f1ae567a3b3
-- Private: read and written by the rules only.
alter table credits.usage_totals enable row level security;
revoke all on credits.usage_totals from public, anon, authenticated, service_role;
