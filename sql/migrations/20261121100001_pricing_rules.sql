insert into credits.migrations (id, parent_id) values ('20261121100001', '20261121100000');
select set_config('lock_timeout', '4s', true);

-- Bodies in plain SQL may name what comes further down; the tests check every one.
select set_config('check_function_bodies', 'off', true);

-- source: sql/functions/ledger/post_transaction.sql sha256:9e0ad48ae62c7be334d4ef1845bedd735bfbfc63a3109463b23419d0634be7a3
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
        p_service, p_quantity, p_usage, p_provider_cost, p_reference, p_description, p_metadata,
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
    integer, text, text, jsonb, numeric
) is
'Appends one transaction to a locked account and moves its balance.';

revoke all on function credits.post_transaction(
    credits.accounts, text, numeric, text, text, bytea, jsonb, uuid, text, numeric, jsonb,
    integer, text, text, jsonb, numeric
) from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/has_enough.sql sha256:91c4145f4789650f5bea094a1577d233f01e77c139a418d1efdd0da0a80a927c
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
    return v_account.status = 'active' and v_cost <= credits.spendable(v_account);
end;
$$;

comment on function credits.has_enough(text, numeric, jsonb, uuid) is
'Whether an account could pay for a use of a service now.';

revoke all on function credits.has_enough(text, numeric, jsonb, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.has_enough(
    text, numeric, jsonb, uuid
) to authenticated, service_role;

-- source: sql/functions/wallet/my_spendable.sql sha256:1a2870b93f955b66b4edbe36be0217c2e3ccfea9fc5acf98844b115409a34df4
-- What the signed-in user could spend now from the personal account; null for any other caller,
-- who has none.
--
-- Errors   42501 not_signed_in, user_unknown
create or replace function credits.my_spendable()
returns numeric
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if credits.caller() is distinct from 'authenticated' then
        return null;
    end if;
    return credits.spendable(
        credits.read_account(credits.authorize_account(null, 'spend'))
    );
end;
$$;

comment on function credits.my_spendable() is
'What the signed-in user could spend now; null for any other caller.';

revoke all on function credits.my_spendable() from public, anon, authenticated, service_role;

-- source: sql/functions/wallet/post_usage.sql sha256:2e738261679aa0fe9ec34a317730f33888db448d53708a558350cb3b6d8cef39
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
    v_provider_cost numeric;
begin
    v_transaction := credits.find_transaction(p_account_id, p_scope, p_key, p_request);
    if v_transaction.id is null then
        if p_amount is null then
            select p.cost, p.version, p.provider_cost
            into strict p_amount, v_price_version, v_provider_cost
            from credits.price_usage(
                p_service, p_quantity, p_usage, v_account.last_transaction_at
            ) as p;
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
            p_metadata => nullif(p_metadata, '{}'),
            p_provider_cost => v_provider_cost
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

-- source: sql/functions/wallet/spendable.sql sha256:27e0d9f5d7af695e70ca89add380bb78be936a68fbba748b620742a94053c990
-- What an account could spend now: its available credits, within its monthly cap, nothing unless it
-- is active.
create or replace function credits.spendable(p_account credits.accounts)
returns numeric
language plpgsql
immutable
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

-- source: sql/functions/pricing/apply_catalog.sql sha256:6837341595d7bbd00b13af3f6f80134e3f9d6d27e0ce6cb045102324195ef2fa
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

-- source: sql/functions/pricing/calculate_query_cost.sql sha256:84a6ac49a8fd83b787d174a5e27fdcaca1a2789b5347fc50b576871d285857a1
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
        credits.price_usage(
            p_service, coalesce(credits.check_quantity(p_quantity), 1), v_usage,
            statement_timestamp()
        )
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

-- source: sql/functions/pricing/capabilities.sql sha256:9d174815e401c6383c902f01d3cc04c60c027c6536d8d1011b07b23e77dd787a
-- What a model may be able to do besides text.
create or replace function credits.capabilities()
returns text[]
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select array['vision', 'audio', 'pdf', 'tools', 'json', 'reasoning', 'caching', 'web_search']
$$;

comment on function credits.capabilities() is
'What a model may be able to do besides text.';

revoke all on function credits.capabilities() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/catalog_in_force.sql sha256:27b469115b26019a28bba976cc192a2538a790576ceb5692b826ae2180e8e269
-- The catalog whose prices count now: see version_in_force.
--
-- Errors   PT409 no_catalog
create or replace function credits.catalog_in_force()
returns credits.catalogs
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer := credits.version_in_force(statement_timestamp());
    v_catalog credits.catalogs;
begin
    select c.* into strict v_catalog from credits.catalogs as c where c.version = v_version;
    return v_catalog;
end;
$$;

comment on function credits.catalog_in_force() is
'The catalog whose prices count now, or PT409.';

revoke all on function credits.catalog_in_force() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/catalog_keys.sql sha256:5ce103bc169e2e9f7768f7f61e63373f892b6952945aec3253e5335bdd24b435
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
            'effective_at', 'rounding', 'markup', 'custom_quantity', 'fees', 'cost_source'
        ]
        when 'rounding' then array['places', 'mode']
        when 'markup' then array['models', 'services', 'packages']
        when 'custom_quantity' then array['minimum', 'maximum', 'bulk_tiers']
        when 'bulk_tier' then array['from', 'discount_percent']
        when 'fees' then array[
            'method', 'processor_percent', 'processor_fixed_cents', 'platform_fixed_cents'
        ]
        when 'cost_source' then array['name', 'version', 'sha256']
        when 'plan' then array[
            'code', 'name', 'price_cents', 'billing_interval', 'monthly_credits',
            'welcome_credits', 'rollover_months', 'monthly_spend_cap', 'discount_percent',
            'features', 'contact_only'
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

-- source: sql/functions/pricing/catalog_objects.sql sha256:f162263877250e5ce823cd14f0e6d27af6980aaaa9f2c76b3bef5dcf092ad938
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
        ('catalog', 'fees'), ('catalog', 'cost_source'), ('service', 'rounding'),
        ('model', 'rounding')
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

-- source: sql/functions/pricing/catalog_problem.sql sha256:a9317660ce1abf04d98fe1095d51e5ddfa779d1d8eeb56bfb0e42be1c1d0b427
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

-- source: sql/functions/pricing/catalog_services.sql sha256:d79cf4654f9b37d077660f149baa2320c5266dff9c26c0e2853954c87d488558
-- A catalog's services and, after them, its models, which are services too.
create or replace function credits.catalog_services(p_catalog jsonb)
returns table (item jsonb, place integer)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        e.item,
        (row_number() over (order by e.section, e.position))::integer
    from (
        select 1, s.item, s.position
        from jsonb_array_elements(coalesce(p_catalog -> 'services', '[]'))
            with ordinality as s (item, position)
        union all
        select 2, m.item, m.position
        from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]'))
            with ordinality as m (item, position)
    ) as e (section, item, position)
$$;

comment on function credits.catalog_services(jsonb) is
'A catalog''s services and models, in order.';

revoke all on function credits.catalog_services(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/check_needs.sql sha256:46f84a7002f0a40bad01dcc3ef80f293f6e4cfdda4be8b4bed5e0959c60d35b4
-- Refuses a need that no catalog can name as a capability of a model.
--
-- Returns  the needs, none for null.
-- Errors   22023 unknown_need
create or replace function credits.check_needs(p_needs text[])
returns text[]
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_need text;
begin
    select n.name into v_need
    from unnest(p_needs) as n (name)
    where coalesce(not n.name = any(credits.capabilities()), true)
    limit 1;
    if found then
        raise exception 'unknown_need' using
            errcode = '22023',
            detail = jsonb_build_object('need', v_need, 'known', credits.capabilities())::text,
            hint = 'A need is a capability of a model.';
    end if;
    return coalesce(p_needs, '{}');
end;
$$;

comment on function credits.check_needs(text[]) is
'The needs, or 22023 for one that is not known.';

revoke all on function credits.check_needs(text[]) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/check_prompt.sql sha256:ae865966cacaa939952d13d48a0a7d5b8a43e975abb0730aa4e01da9409832b0
-- Refuses a prompt that cannot be estimated: none, or one of more than 200,000 characters, whose
-- tokens the caller should count.
--
-- Errors   22023 prompt_required, prompt_too_long
create or replace function credits.check_prompt(p_prompt text)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_prompt, '') = '' then
        raise exception 'prompt_required' using
            errcode = '22023',
            hint = 'Send the prompt, or for an estimate the number of input_tokens.';
    elsif length(p_prompt) > 200000 then
        raise exception 'prompt_too_long' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 200000)::text,
            hint = 'Estimate a longer prompt by its input_tokens.';
    end if;
    return p_prompt;
end;
$$;

comment on function credits.check_prompt(text) is
'The prompt, or 22023 for one that cannot be estimated.';

revoke all on function credits.check_prompt(text) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/choice_alternatives.sql sha256:714e20b86bb72b1390e2498b12624ea08295053091827b57cca7cd256b8c4808
-- The other models for a prompt: up to five, those that fit first, then those that are not good
-- enough for the task, each the cheapest first.
--
-- Returns  [{"model", "provider", "tier", "estimated_credits", "high_credits", "affordable",
--          "fits"}]
create or replace function credits.choice_alternatives(
    p_model text,
    p_offers credits.model_offer[],
    p_budget numeric
)
returns jsonb
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(jsonb_agg(jsonb_build_object(
        'model', o.model,
        'provider', o.provider,
        'tier', o.tier,
        'estimated_credits', o.expected_credits,
        'high_credits', o.high_credits,
        'affordable', o.high_credits <= p_budget,
        'fits', o.fits
    ) order by o.fits desc, o.expected_credits, o.position), '[]')
    from (
        select u.*
        from unnest(p_offers) as u
        where u.model is distinct from p_model
        order by u.fits desc, u.expected_credits, u.position
        limit 5
    ) as o
$$;

comment on function credits.choice_alternatives(text, credits.model_offer[], numeric) is
'The other models for a prompt, cheapest first.';

revoke all on function credits.choice_alternatives(text, credits.model_offer[], numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/choice_reason.sql sha256:f6222be41865f0ed7f356b47ef72637bf561f4ffcbb8de91758cfc8bab0e6593
-- Why a model was chosen, in a sentence or two.
--
-- p_offer   the chosen one, of p_offers; all null when none fits.
-- p_budget  credits that it may cost at most, null for no limit.
create or replace function credits.choice_reason(
    p_choice public.credit_model_choice,
    p_offer credits.model_offer,
    p_offers credits.model_offer[],
    p_tokens integer,
    p_budget numeric
)
returns text
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_task text := format(
        'A %s task of type %s with about %s tokens.', p_choice.complexity, p_choice.task, p_tokens
    );
    v_fitting integer := (select count(*) from unnest(p_offers) as o where o.fits);
begin
    if p_offer.model is null and cardinality(p_offers) = 0 then
        return v_task || ' No model has the provider, the capabilities and the context for it.';
    elsif p_offer.model is null then
        return v_task || format(
            ' %s would be able to, but none is good enough for it.', cardinality(p_offers)
        );
    elsif not p_choice.affordable then
        return v_task || format(
            ' %s is the cheapest of %s that fit, but may cost %s credits, and %s can be spent.',
            p_offer.model, v_fitting, p_offer.high_credits, p_budget
        );
    elsif exists (
        select from unnest(p_offers) as o
        where o.fits and o.expected_credits < p_offer.expected_credits
    ) then
        return v_task || format(
            ' %s is the cheapest of %s that fit whose most, %s credits, can be spent.',
            p_offer.model, v_fitting, p_offer.high_credits
        );
    end if;
    return v_task || format(
        ' %s is the cheapest of %s that fit: about %s credits, at most %s.',
        p_offer.model, v_fitting, p_offer.expected_credits, p_offer.high_credits
    );
end;
$$;

comment on function credits.choice_reason(
    public.credit_model_choice, credits.model_offer, credits.model_offer[], integer, numeric
) is
'Why a model was chosen.';

revoke all on function credits.choice_reason(
    public.credit_model_choice, credits.model_offer, credits.model_offer[], integer, numeric
) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/choose_model.sql sha256:e54febe18b54a7b77ed022ede97edf70a7a8c7ec7dbf8704121c514bf5fd7ed3
-- Chooses the model for a prompt: the cheapest one that fits and is affordable.
--
-- What fits: its provider and capabilities are those asked for, its context holds the prompt and
-- the answer, it is not deprecated, and it is dear enough for the task (tier_rules). Affordable is
-- what may cost at most max_credits and what the signed-in user can spend now. Where none that
-- fits is affordable, the cheapest that fits is named, and affordable is false; where none fits,
-- the model is null. The reason says which it is.
--
-- (Compiling such a query just in time would take longer than running it: hence jit = off.)
--
-- Units    estimated_credits: as expected. alternatives: see choice_alternatives.
-- Errors   22023 prompt_required, prompt_too_long, invalid_amount, unknown_need, PT409 no_catalog
create or replace function credits.choose_model(
    p_prompt text,
    p_max_credits numeric,
    p_provider text,
    p_needs text[]
)
returns public.credit_model_choice
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_budget numeric := least(
        credits.my_spendable(),
        case when p_max_credits is not null then credits.check_amount(p_max_credits) end
    );
    v_kind record;
    v_tokens integer := credits.estimate_tokens(credits.check_prompt(p_prompt));
    v_offers credits.model_offer[];
    v_offer credits.model_offer;
    v_choice public.credit_model_choice;
begin
    select c.task, c.complexity into strict v_kind from credits.classify_prompt(p_prompt) as c;
    v_offers := array(
        select o
        from credits.model_offers(
            v_kind.task, v_kind.complexity, v_tokens, p_provider, credits.check_needs(p_needs)
        ) as o
    );
    select o.* into v_offer
    from unnest(v_offers) as o
    where o.fits
    order by (o.high_credits <= v_budget) is not false desc, o.expected_credits, o.position
    limit 1;

    v_choice.task := v_kind.task;
    v_choice.complexity := v_kind.complexity;
    v_choice.model := v_offer.model;
    v_choice.provider := v_offer.provider;
    v_choice.estimated_credits := v_offer.expected_credits;
    v_choice.affordable := v_offer.high_credits <= v_budget;
    v_choice.reason := credits.choice_reason(v_choice, v_offer, v_offers, v_tokens, v_budget);
    v_choice.alternatives := credits.choice_alternatives(v_offer.model, v_offers, v_budget);
    return v_choice;
end;
$$;

comment on function credits.choose_model(text, numeric, text, text[]) is
'Chooses the cheapest model that fits a prompt and is affordable.';

revoke all on function credits.choose_model(text, numeric, text, text[])
from public, anon, authenticated, service_role;
grant execute on function credits.choose_model(
    text, numeric, text, text[]
) to anon, authenticated, service_role;

-- source: sql/functions/pricing/classify_prompt.sql sha256:551c5cd720c7f96f1f9bc447ec64fe66421d89fae4b74406c50ae4223c320c31
-- Tells what a prompt asks for: its task (code, analysis, writing, translation, summary or
-- conversation), its complexity (simple, medium or complex), and the signals that decided, the
-- heaviest first, at most five. Every rule is data: `task_rules`, `topic_rules`,
-- `foreign_task_rules`, `other_script_task_rules`, `prompt_shapes`, `complexity_rules`. The task
-- with the most points wins; where nothing was found it is conversation. A phrase counts in the
-- request, and twice in its opening (the first line, up to a colon); of the shapes the heaviest
-- counts, and each further one adds three, so that the code or the table which a request is about
-- does not outweigh what it says. The request is the first 700 and the last 300 characters; a
-- shape is looked for in the first 4,000. Of the rest only the length is seen.
create or replace function credits.classify_prompt(
    p_prompt text,
    out task text,
    out complexity text,
    out signals text[]
)
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_text text collate "C" := btrim(left(p_prompt, 4000), E' \t\r\n');
    v_tail text := case when length(p_prompt) > 1000 then right(p_prompt, 300) else '' end;
    v_opening text collate "C" := credits.prompt_request(
        left(substring(v_text from '^[^\n:]*'), 200)
    );
    v_request text collate "C" := credits.prompt_request(left(v_text, 700) || ' ' || v_tail);
begin
    with phrases as (
        select r.task, max(r.weight) as weight, ' ' || s.phrase || ' ' as phrase
        from (
            select e.task, e.weight, e.phrases from credits.task_rules() as e
            union all
            select t.task, t.weight, t.phrases from credits.topic_rules() as t
            union all
            select f.task, f.weight, f.phrases from credits.foreign_task_rules() as f
            union all
            select o.task, o.weight, o.phrases from credits.other_script_task_rules() as o
        ) as r
        cross join lateral unnest(string_to_array(r.phrases, '|')) as s (phrase)
        group by r.task, s.phrase
    ),
    found as (
        select
            p.task, btrim(p.phrase, ' *') as signal,
            p.weight * (1 + (strpos(v_opening, n.needle) > 0)::integer) as score,
            false as is_shape
        from phrases as p
        cross join lateral replace(replace(p.phrase, ' *', ''), '* ', '') as n (needle)
        where strpos(v_request, n.needle) > 0
        union all
        select s.task, s.name, s.weight, true
        from credits.prompt_shapes() as s
        where
            case s.place when 'opening' then btrim(v_opening) when 'request' then v_request
                else v_text
            end ~ s.pattern
    ),
    ranked as (
        select
            f.task,
            coalesce(sum(f.score) filter (where not f.is_shape), 0)
            + coalesce(
                max(f.score) filter (where f.is_shape)
                + 3 * (count(*) filter (where f.is_shape) - 1), 0
            ) as score,
            (array_agg(f.signal order by f.score desc, f.signal))[:5] as signals
        from found as f
        group by f.task
    )
    select r.task, r.signals into task, signals
    from ranked as r
    order by r.score desc, r.task
    limit 1;
    task := coalesce(task, 'conversation');
    signals := coalesce(signals, '{}');
    complexity := credits.prompt_complexity(
        task, v_request, length(p_prompt) + 2 * regexp_count(v_request, '[⺀-鿿가-힣]')
    );
end;
$$;

comment on function credits.classify_prompt(text) is
'Tells the task and the complexity of a prompt, and the signals that decided.';

revoke all on function credits.classify_prompt(text) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/complexity_rules.sql sha256:0d5536170af292c456918117d5ed58c8cb83bf7fa1fd26c96d004b3020e6109c
-- The words by which a prompt shows how much it asks for, written as in `task_rules`. Each phrase
-- found adds its points: a point makes up for ten characters of length, and eight points make a
-- prompt complex (see `prompt_complexity`).
create or replace function credits.complexity_rules()
returns table (points integer, phrases text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    (-3, 'quick|quickly|briefly|very short|one liner|one sentence|one line|one paragraph'),
    (-3, 'like i m five'),
    (2, 'each|every|then|must|explain|discuss|keep|separately|at most|at least|requirements'),
    (2, 'afterwards|including|for all|as well as|state|list|mark|justify|follow|consistent'),
    (2, 'assumptions|ordered|without|no more than|exactly|at the same time|in which order|first'),
    (2, 'finally|also|both|rank'),
    (3, 'in detail|detailed|step by step|comprehensive|thorough*|in depth|alternatives|trade offs'),
    (3, 'tests|benchmark|schema|scenario*|recommend*|strategy|strategies|forecast'),
    (3, 'what can go wrong|compare|pros and cons|swot|advantages|disadvantages|vergleiche|compara'),
    (3, '*比较*|*比較*|essay|article|blog post|short story|aufsatz|articulo|artigo|articolo|рассказ'),
    (3, '*作文*'),
    (4, 'architecture|design|migrate|migration|multi tenant|distributed|concurren*|locking'),
    (4, 'security|interpreter|compiler|parser|integration tests|optimal|expected|unit economics'),
    (4, 'valuation|business case|novel|play|screenplay|brand voice|manifesto|business plan|thesis'),
    (4, 'regulator|glossary|ambiguous|contract|pun|puns|mutually|synopsis|architektur|entwirf'),
    (4, 'ausfuhrlich|detalladamente|dettagliat*|архитектур*|подробно|спроектируй|*设计*|*详细*|*設計*'),
    (8, 'prove|proof|derive|theorem|beweise|demontre|demuestra|dimostra|докажи|*证明*')
$$;

comment on function credits.complexity_rules() is
'The phrases that tell how much a prompt asks for, and how many points each adds.';

revoke all on function credits.complexity_rules() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/context_tokens.sql sha256:3f76a493627452a0a03911d95a61049b503ed060e1aa8e74fe6d45aa56e54655
-- The size of a call's context: the tokens that the model reads, from the cache or not.
create or replace function credits.context_tokens(p_usage jsonb)
returns bigint
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        ceil(
            coalesce((p_usage ->> 'input_tokens')::numeric, 0)
            + coalesce((p_usage ->> 'cached_tokens')::numeric, 0)
            + coalesce((p_usage ->> 'cache_write_tokens')::numeric, 0)
        )::bigint
$$;

comment on function credits.context_tokens(jsonb) is
'The tokens that a model reads in a call.';

revoke all on function credits.context_tokens(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/count_quantity.sql sha256:823620e395a187b15ddda2ce6b6a021f879059a7f69d2ad061c6f1bd18b3020b
-- How many of its own unit a use of a service has: the usage's count of them, where it has one,
-- else the quantity.
--
-- Errors   22023 invalid_quantity: a quantity for a service without a unit or beside a count of it,
--          or part of a unit that is sold whole.
create or replace function credits.count_quantity(
    p_service credits.services,
    p_quantity numeric,
    p_usage jsonb
)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_quantity <> 1 and (p_service.unit_meter is null or p_usage ? p_service.unit_meter) then
        raise exception 'invalid_quantity' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service.code)::text,
            hint = 'The quantity counts a service''s own unit, and only where the usage does not.';
    end if;
    p_quantity := coalesce((p_usage ->> p_service.unit_meter)::numeric, p_quantity);
    if p_service.whole_units and p_quantity <> trunc(p_quantity) then
        raise exception 'invalid_quantity' using
            errcode = '22023',
            detail = jsonb_build_object('service', p_service.code, 'places', 0)::text,
            hint = 'This service is sold in whole units only.';
    end if;
    return p_quantity;
end;
$$;

comment on function credits.count_quantity(credits.services, numeric, jsonb) is
'How many of its own unit a use of a service has.';

revoke all on function credits.count_quantity(credits.services, numeric, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/estimate_call.sql sha256:99386ef1dc4ff579190fda6242ce2ea4b08fc6919cbff8676ecbc56571b02828
-- What a call of a model would cost: at least, as expected, and at most.
--
-- p_usage  counts that are known: they are taken as they are.
-- Errors   22023 prompt_required, prompt_too_long, invalid_usage
create or replace function credits.estimate_call(
    p_version integer,
    p_model text,
    p_prompt text,
    p_input_tokens integer,
    p_max_output_tokens integer,
    p_usage jsonb
)
returns public.credit_estimate
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_estimate public.credit_estimate;
    v_tokens numeric;
    v_share numeric := 0;
    v_output record;
    v_now timestamptz := statement_timestamp();
begin
    v_estimate.model := p_model;
    perform credits.check_usage(p_version, p_model, p_usage);
    v_tokens := coalesce(p_input_tokens, (p_usage ->> 'input_tokens')::numeric);
    if v_tokens is null then
        v_tokens := credits.estimate_tokens(credits.check_prompt(p_prompt));
        v_share := 0.2;
    end if;
    v_estimate.input_tokens := least(v_tokens, 2147483647);
    select o.* into v_output
    from credits.models as m
    cross join lateral credits.expected_output(
        m.code,
        (credits.classify_prompt(coalesce(p_prompt, ''))).complexity,
        least(p_max_output_tokens, m.max_output_tokens)
    ) as o
    where m.version = p_version and m.code = p_model;

    select
        min(c.cost) filter (where r.bound = 'low'),
        min(c.cost) filter (where r.bound = 'expected'),
        min(c.cost) filter (where r.bound = 'high')
    into strict v_estimate.low, v_estimate.expected, v_estimate.high
    from (
        values
        ('low', trim_scale(v_tokens - v_share * v_tokens), v_output.low_tokens),
        ('expected', v_tokens, v_output.expected_tokens),
        ('high', v_tokens + v_share * v_tokens, v_output.high_tokens)
    ) as r (bound, input_tokens, output_tokens)
    cross join lateral credits.price_usage(
        p_model,
        1::numeric,
        jsonb_build_object('output_tokens', r.output_tokens)
        || p_usage
        || jsonb_build_object('input_tokens', r.input_tokens),
        v_now
    ) as c;
    return v_estimate;
end;
$$;

comment on function credits.estimate_call(integer, text, text, integer, integer, jsonb) is
'What a call of a model would cost: at least, as expected, and at most.';

revoke all on function credits.estimate_call(integer, text, text, integer, integer, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/estimate_cost.sql sha256:13818447d6dbc4df37496dfe9542e0bb82102ab666eb948a7bbceda32a3ccd5b
-- What a call would cost: at least, as expected, and at most.
--
-- A model is estimated by the tokens of the prompt (20 % more or less where they are counted by
-- estimate_tokens, exactly where they are given) and by the output that is expected of it; another
-- service by its usage, exactly. Without a model and a service, choose_model names the model.
--
-- Units    low, expected, high: credits. affordable: whether the signed-in user could pay high now;
--          null for others.
-- Errors   22023 prompt_required, prompt_too_long, model_and_service, no_model_fits, and those of
--          price_usage
create or replace function credits.estimate_cost(
    p_prompt text,
    p_model text,
    p_input_tokens integer,
    p_max_output_tokens integer,
    p_service text,
    p_usage jsonb
)
returns public.credit_estimate
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_estimate public.credit_estimate;
    v_usage jsonb := credits.check_usage_shape(p_usage);
    v_version integer := credits.version_in_force(statement_timestamp());
begin
    if p_model <> p_service then
        raise exception 'model_and_service' using
            errcode = '22023',
            hint = 'A model is a service: name one of the two.';
    end if;
    p_model := coalesce(p_model, p_service);
    if p_model is null then
        p_model := (credits.choose_model(p_prompt, null, null, '{}')).model;
        if p_model is null then
            raise exception 'no_model_fits' using
                errcode = '22023',
                hint = 'Name a model or a service: choose_model() says why none is chosen.';
        end if;
    end if;

    if exists (
        select from credits.models as m where m.version = v_version and m.code = p_model
    ) then
        v_estimate := credits.estimate_call(
            v_version, p_model, p_prompt, p_input_tokens, p_max_output_tokens, v_usage
        );
    else
        v_estimate.expected := (
            credits.price_usage(p_model, 1::numeric, v_usage, statement_timestamp())
        ).cost;
        v_estimate.low := v_estimate.expected;
        v_estimate.high := v_estimate.expected;
    end if;
    v_estimate.affordable := v_estimate.high <= credits.my_spendable();
    return v_estimate;
end;
$$;

comment on function credits.estimate_cost(text, text, integer, integer, text, jsonb) is
'What a call would cost: at least, as expected, and at most.';

revoke all on function credits.estimate_cost(text, text, integer, integer, text, jsonb)
from public, anon, authenticated, service_role;
grant execute on function credits.estimate_cost(
    text, text, integer, integer, text, jsonb
) to anon, authenticated, service_role;

-- source: sql/functions/pricing/estimate_tokens.sql sha256:c9c0ef0abc01bc75c317fb4238f60c5cdca390183afdd0b7fab60d753b704dfc
-- How many tokens a text is to the tokenizer of a current language model, about.
--
-- A sum: every pattern counts something that such a tokenizer tends to cut, and its weight is what
-- one more of it adds. docs/estimates.md explains the weights and what they were measured to be
-- worth. Letters are told by their Unicode ranges, so that no locale has a say; there are fewer
-- than 32 patterns because a session keeps that many compiled.
--
-- p_text   null and '' are no tokens; every other text is at least one.
-- Returns  tokens; the time it takes is proportional to the text.
create or replace function credits.estimate_tokens(p_text text)
returns integer
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        case
            when p_text <> '' then greatest(1, round(sum(
                c.weight * regexp_count(p_text collate "C", c.pattern)
            ))::integer)
            else 0
        end
    from (
        values
        -- Latin words: one each, long ones more, the little words of English less.
        ('[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+', 0.96),
        ('[a-z]{6}', 0.34),
        ('[a-z][A-Z]', 0.71),
        ('[A-Z]{2}', 0.21),
        (' (the|of|and|to|in|is|for|that|with|you|it|on|this|are|not|have)(?=[^a-z])', -0.27),
        -- What is rarer in English than in its neighbours, and so less often a token as it is.
        ('[jkyz]', 0.48),
        ('[aio][ ,.!?]', 0.25),
        ('gli|zz|cch|tt|gg|zi|sc', 0.75),
        -- Accents: western, central European and combining; Vietnamese has tokens of its own.
        ('[\u00c0-\u00ff]', 0.60),
        ('[\u0100-\u024f\u0300-\u036f]', 1.01),
        ('[\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0\u1e00-\u1eff]', -0.33),
        -- Digits go by threes; a space before a word is free, before a number it is not.
        ('[0-9]{1,3}', 1.22),
        (' [0-9]', 0.95),
        -- Punctuation by runs, free where a single sign leads a word, cheap where it draws lines.
        ('[!-/:-@\[-`{-~]+', 0.93),
        ('[!-/:-@\[-`{-~]{2}', 0.61),
        ('[!-/:-@\[-`{-~][A-Za-z]', -0.64),
        ('-{8}|={8}|\*{8}|_{8}|#{8}|~{8}|[.]{8}', -2.52),
        ('[\u00a0-\u00bf\u2010-\u205f\u20a0-\u20bf\u3000-\u303f\uff00-\uffef]', 0.93),
        -- Indentation by runs.
        ('[ \t]{2,}|\t', 1.01),
        -- Cyrillic by letters and words, and the letters of Ukrainian.
        ('[\u0400-\u052f]', 0.15),
        ('[\u0400-\u052f]+', 0.85),
        ('[\u0454\u0456\u0457\u0491]', 0.88),
        -- By the letter: Greek, Hebrew, Arabic; Armenian, Indic, Thai, Georgian; Gurmukhi, Burmese,
        -- Khmer; then what goes by bytes: Sinhala, Lao, Ethiopic and others, symbols and emoji.
        ('[\u0370-\u03ff]', 0.43),
        ('[\u0590-\u05ff]', 0.45),
        ('[\u0600-\u06ff]', 0.37),
        ('[\u0530-\u058f\u0900-\u09ff\u0a80-\u0d7f\u0e00-\u0e7f\u10a0-\u10ff]', 0.39),
        ('[\u0a00-\u0a7f\u1000-\u109f\u1780-\u17ff]', 0.62),
        (
            '[\u0700-\u08ff\u0d80-\u0dff\u0e80-\u0fff\u1100-\u177f\u1800-\u1bff'
            '\u2100-\u2bff\U00010000-\U0010ffff]', 1.92
        ),
        -- Hangul by syllables and words; kana and Han by the sign.
        ('[\uac00-\ud7a3]', 0.28),
        ('[\uac00-\ud7a3]+', 1.28),
        ('[\u3040-\u30ff\u3400-\u9fff]', 0.76)
    ) as c (pattern, weight)
$$;

comment on function credits.estimate_tokens(text) is
'How many tokens a text is to the tokenizer of a current language model, about.';

revoke all on function credits.estimate_tokens(text)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/expected_output.sql sha256:b7d9cb0f1e56849cf94903ffee9994317b53f467c120dfb1b7334f48ef8d4bca
-- How many tokens a model is expected to give back for a prompt: by its own history where there is
-- one (learn_model_outputs), else by how complex the prompt is. Never more than the limit.
--
-- p_limit_tokens  null for no limit.
create or replace function credits.expected_output(
    p_model text,
    p_complexity text,
    p_limit_tokens numeric,
    out low_tokens numeric,
    out expected_tokens numeric,
    out high_tokens numeric
)
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    select
        least(coalesce(o.low_tokens, d.low_tokens), p_limit_tokens),
        least(coalesce(o.expected_tokens, d.expected_tokens), p_limit_tokens),
        least(coalesce(o.high_tokens, d.high_tokens), p_limit_tokens)
    into strict low_tokens, expected_tokens, high_tokens
    from (
        values ('simple', 50, 200, 600), ('medium', 150, 500, 1500), ('complex', 400, 1200, 4000)
    ) as d (complexity, low_tokens, expected_tokens, high_tokens)
    left join credits.model_outputs as o on o.model = p_model
    where d.complexity = p_complexity;
end;
$$;

comment on function credits.expected_output(text, text, numeric) is
'How many tokens a model is expected to give back for a prompt.';

revoke all on function credits.expected_output(text, text, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/foreign_task_rules.sql sha256:6a0073a1f145119a8ace6399d03f8dff7fe50b2f66f6b4a2fe51fd084db3a51d
-- The same as `task_rules` for German, French, Spanish, Portuguese and Italian. Accents are folded,
-- as the request's are: "résumé" is found by "resume". Other scripts: `other_script_task_rules`.
create or replace function credits.foreign_task_rules()
returns table (language text, task text, weight integer, phrases text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    ('de', 'translation', 12, 'ubersetz*|auf englisch|auf deutsch|auf franzosisch|ins englische'),
    ('de', 'translation', 12, 'ubertrag*|ins spanische|ins deutsche|ins franzosische|auf spanisch'),
    ('de', 'translation', 12, 'auf italienisch|was heisst|was heißt'),
    ('de', 'summary', 10, 'zusammenfassung|zusammen|fasse|worum geht es|kurzfassung|stichpunkt*'),
    ('de', 'summary', 10, 'zusammengefasst|kurz gesagt|wesentliche*|kernaussage*|hauptpunkte'),
    ('de', 'summary', 10, 'kurze'),
    ('de', 'code', 6, 'skript|funktion|abfrage|programmier*|fehlermeldung|datenbank|klasse'),
    ('de', 'code', 6, 'methode|programm|schleife|fehler|schnittstelle|code'),
    ('de', 'writing', 6, 'schreib|schreibe|verfasse|formuliere|einladung|gedicht|rede|brief'),
    ('de', 'writing', 6, 'bewerbung|text fur|geschichte|artikel|entwirf|kundigung|anschreiben'),
    ('de', 'writing', 6, 'gluckwunsch*|umformulier*'),
    ('de', 'analysis', 8, 'vergleich*|berechne|rechne|lohnt|analysiere|vorteile|nachteile|bewerte'),
    ('de', 'analysis', 8, 'wie viel ist|prozent|wahrscheinlichkeit|durchschnitt|gleichung|besser'),
    ('de', 'analysis', 8, 'gunstiger|beurteile|lose'),
    ('de', 'conversation', 6, 'wie lange|wie alt|wer|wann|was wurdest du|hallo|danke|mein sohn'),
    ('de', 'conversation', 6, 'warum'),
    ('fr', 'translation', 12, 'tradui*|traduction|comment dit on|en anglais|en espagnol'),
    ('fr', 'translation', 12, 'en allemand|en francais|en italien|que veut dire|que signifie'),
    ('fr', 'summary', 10, 'resume|resumer|synthese|points cles|en bref|resumez|l essentiel'),
    ('fr', 'summary', 10, 'essentiel|idees principales|en quelques mots'),
    ('fr', 'code', 6, 'fonction|requete|programme|script|classe|boucle|erreur|base de donnees'),
    ('fr', 'code', 6, 'code'),
    ('fr', 'writing', 6, 'ecris|redige*|lettre|article|poeme|discours|histoire|message|texte pour'),
    ('fr', 'writing', 6, 'invitation|slogan|reformule*|corrige*'),
    ('fr', 'analysis', 8, 'compare*|calcul*|analyse*|avantages|inconvenients|evalue*|resous'),
    ('fr', 'analysis', 8, 'combien font|pourcentage|probabilite|moyenne|vaut il mieux|rentable'),
    ('fr', 'analysis', 8, 'equation'),
    ('fr', 'conversation', 6, 'salut|bonjour|merci|raconte|qui|quand|pourquoi'),
    ('es', 'translation', 12, 'traduc*|traduzca|como se dice|al ingles|en ingles|al espanol'),
    ('es', 'translation', 12, 'al aleman|al frances|en aleman|que significa'),
    ('es', 'summary', 10, 'resume|resumen|resumir|puntos principales|puntos clave|sintetiza'),
    ('es', 'summary', 10, 'ideas principales|en pocas palabras|resumidamente'),
    ('es', 'code', 6, 'funcion|consulta|codigo|error|clase|bucle|base de datos|programa|script'),
    ('es', 'writing', 6, 'escribe|redacta*|carta|anuncio|poema|cuento|mensaje|discurso|articulo'),
    ('es', 'writing', 6, 'texto para|felicitacion|invitacion|historia|reescribe|corrige'),
    ('es', 'analysis', 8, 'analiza*|calcula*|compara*|conviene|ventajas|desventajas|resuelve'),
    ('es', 'analysis', 8, 'cuanto es|porcentaje|probabilidad|promedio|mejor|ecuacion|vale la pena'),
    ('es', 'conversation', 6, 'hola|gracias|cuando|quien|recomienda*|por que|cual es'),
    ('pt', 'translation', 12, 'traduz*|traducao|como se diz|para o ingles|para o espanhol'),
    ('pt', 'translation', 12, 'em ingles|ao ingles|o que significa|em espanhol'),
    ('pt', 'summary', 10, 'resuma|resumo|resumir|pontos principais|topicos|resumidamente'),
    ('pt', 'summary', 10, 'ideias principais|sintetize|sintese|em poucas palavras'),
    ('pt', 'code', 6, 'funcao|consulta|codigo|laco|classe|banco de dados|erro|programa'),
    ('pt', 'writing', 6, 'escreva|crie|redija|carta|poema|texto|discurso|mensagem|historia|artigo'),
    ('pt', 'writing', 6, 'convite|redacao|reescreva'),
    ('pt', 'analysis', 8, 'analise|calcule|compare|vale a pena|vantagens|resolva|tendencia'),
    ('pt', 'analysis', 8, 'quanto e|porcentagem|probabilidade|melhor|equacao|calcula'),
    ('pt', 'conversation', 6, 'ola|oi|obrigad*|quem|quando|posso|qual e'),
    ('it', 'translation', 12, 'traduc*|traduzion*|come si dice|in inglese|in italiano|in tedesco'),
    ('it', 'translation', 12, 'in francese|cosa significa'),
    ('it', 'summary', 10, 'riassum*|riassunto|sintesi|punti chiave|punti principali|in sintesi'),
    ('it', 'summary', 10, 'in breve|sintetizza'),
    ('it', 'code', 6, 'funzione|codice|leggere un file|classe|ciclo|errore|programma|script'),
    ('it', 'writing', 6, 'scriv*|poesia|lettera|racconto|redigi|discorso|messaggio|articolo'),
    ('it', 'writing', 6, 'storia|invito|testo per|biglietto|riscrivi|correggi'),
    ('it', 'analysis', 8, 'analizza*|calcola*|confronta*|conviene|vantaggi|risolvi|quanto fa'),
    ('it', 'analysis', 8, 'percentuale|probabilita|meglio|equazione|confronto'),
    ('it', 'conversation', 6, 'ciao|grazie|chi|quando|perche|qual e')
$$;

comment on function credits.foreign_task_rules() is
'The phrases of five European languages besides English that tell the task of a prompt.';

revoke all on function credits.foreign_task_rules() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/has_free_plan.sql sha256:9b69051e3234b49c83df6759ee2c6cfe7042ea33326acf319bf1208e5b73b576
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
            and p.version = (
                select max(c.version)
                from credits.catalogs as c
                where c.effective_at <= clock_timestamp()
            )
    );
end;
$$;

comment on function credits.has_free_plan() is
'True when the catalog in force has a plan of the code free.';

revoke all on function credits.has_free_plan() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/latest_model_calls.sql sha256:569b4dee125b1ceb0addd775139e1e78a7af6dc1468dd71b5418e23ab7791c02
-- The latest calls of models that said how many tokens came back: of the 1,000 accounts that were
-- used last, the last 50 transactions each.
--
-- Units    tokens: output and reasoning tokens of one call.
create or replace function credits.latest_model_calls()
returns table (model text, tokens numeric)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        t.service,
        (t.usage ->> 'output_tokens')::numeric
        + coalesce((t.usage ->> 'reasoning_tokens')::numeric, 0)
    from (
        select a.id
        from credits.accounts as a
        order by a.last_transaction_at desc
        limit 1000
    ) as a
    cross join lateral (
        select l.service, l.usage, l.type, l.price_version
        from credits.transactions as l
        where l.account_id = a.id
        order by l.id desc
        limit 50
    ) as t
    where
        t.type = 'usage'
        and jsonb_typeof(t.usage -> 'output_tokens') = 'number'
        and t.price_version is not null
        and exists (
            select from credits.models as m
            where m.version = t.price_version and m.code = t.service
        )
$$;

comment on function credits.latest_model_calls() is
'The latest calls of models that said how many tokens came back.';

revoke all on function credits.latest_model_calls() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/learn_model_outputs.sql sha256:a262b017155a18beabf0f3aa136561ecd79f36a74f33db4cd78cdb309d386be8
-- Learns how many tokens each model's calls give back, from the latest calls of the accounts that
-- spent last: a part of maintenance, once an hour. A model needs 20 calls to be judged by.
--
-- Of each model the tenth, the mean and the ninetieth percentile are kept, reasoning included.
--
-- Returns  how many models were learnt, null when it was not time.
create or replace function credits.learn_model_outputs()
returns integer
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_learnt integer;
begin
    if exists (
        select from credits.job_runs as j
        where
            j.job = 'maintenance'
            and j.finished_at > clock_timestamp() - interval '1 hour'
            and j.counts ->> 'learnt' is not null
    ) then
        return null;
    end if;

    insert into credits.model_outputs as o (
        model, calls, low_tokens, expected_tokens, high_tokens, learned_at
    )
    select
        c.model,
        count(*),
        percentile_disc(0.1) within group (order by c.tokens),
        round(avg(c.tokens)),
        percentile_disc(0.9) within group (order by c.tokens),
        clock_timestamp()
    from credits.latest_model_calls() as c
    group by c.model
    having count(*) >= 20
    on conflict (model) do update set
        calls = excluded.calls,
        low_tokens = excluded.low_tokens,
        expected_tokens = excluded.expected_tokens,
        high_tokens = excluded.high_tokens,
        learned_at = excluded.learned_at;
    get diagnostics v_learnt = row_count;
    return v_learnt;
end;
$$;

comment on function credits.learn_model_outputs() is
'Learns how many tokens each model''s calls give back.';

revoke all on function credits.learn_model_outputs() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/list_prices.sql sha256:e627429b72782ad5157f62438ea3ef4bea1a8d7f03fbf7743733fdfe79cfda9b
-- What each service costs: the usage guide, one row a component of a price. A component
-- that holds from a size of the context says so in its unit.
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
        s.description
    from credits.services as s
    inner join credits.prices as p on s.version = p.version and s.code = p.service
    left join credits.models as m on s.version = m.version and s.code = m.code
    where s.version = v_catalog.version and p.credits is not null
    order by s.position, p.above_tokens, p.meter;
end;
$$;

comment on function credits.list_prices() is
'The prices of the catalog in force, component by component.';

revoke all on function credits.list_prices() from public, anon, authenticated, service_role;
grant execute on function credits.list_prices() to anon, authenticated, service_role;

-- source: sql/functions/pricing/model_offers.sql sha256:d480c7078925ff587d82f0b8b9929cd3b6efd9e055863cc2ae8ea30c08a8a4d1
-- The models that could be used for a prompt, what each would cost, and whether it is good enough
-- for the task.
--
-- p_tokens  of the prompt, by estimate_tokens: the high estimate counts 20 % more.
-- p_needs   capabilities that the model must have.
create or replace function credits.model_offers(
    p_task text,
    p_complexity text,
    p_tokens integer,
    p_provider text,
    p_needs text[]
)
returns setof credits.model_offer
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        m.code::text,
        m.provider,
        m.tier,
        m.position,
        array_position(array['cheap', 'medium', 'expensive'], m.tier) >= t.tier_rank,
        e.cost,
        h.cost
    from credits.version_in_force(statement_timestamp()) as c (version)
    inner join credits.models as m on c.version = m.version
    inner join credits.tier_rules() as t on t.task = p_task and t.complexity = p_complexity
    cross join lateral credits.expected_output(
        m.code, p_complexity, m.max_output_tokens
    ) as o
    cross join lateral credits.price_usage(
        m.code,
        1::numeric,
        jsonb_build_object('input_tokens', p_tokens, 'output_tokens', o.expected_tokens),
        statement_timestamp()
    ) as e
    cross join lateral credits.price_usage(
        m.code,
        1::numeric,
        jsonb_build_object('input_tokens', ceil(p_tokens * 1.2), 'output_tokens', o.high_tokens),
        statement_timestamp()
    ) as h
    where
        coalesce(m.deprecated_at > statement_timestamp(), true)
        and coalesce(lower(m.provider) = lower(p_provider), true)
        and m.capabilities @> p_needs
        and coalesce(ceil(p_tokens * 1.2) + o.high_tokens <= m.context_tokens, true)
$$;

comment on function credits.model_offers(text, text, integer, text, text[]) is
'The models that could be used for a prompt, and what each would cost.';

revoke all on function credits.model_offers(text, text, integer, text, text[])
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/other_script_task_rules.sql sha256:59670905431c5ca9ca8da969b41fbfbded346c8cb03909ff99e6b82c60004dc0
-- The same as `task_rules` for Russian, Chinese and Japanese. A `*` at both ends finds a phrase
-- inside a sentence that is written without spaces.
create or replace function credits.other_script_task_rules()
returns table (language text, task text, weight integer, phrases text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    ('ru', 'translation', 12, 'перевед*|перевод*|по английски|на английский|на русский'),
    ('ru', 'translation', 12, 'на немецкий|на французский|по немецки|что значит'),
    ('ru', 'summary', 10, 'кратко|перескажи|резюм*|выдели главное|главное из|краткое содержание'),
    ('ru', 'summary', 10, 'вкратце|суть|основные мысли|тезисы|конспект|сократи*'),
    ('ru', 'code', 6, 'функци*|скрипт*|код|ошибк*|запрос|класс|программу|программа|цикл'),
    ('ru', 'code', 6, 'базы данных'),
    ('ru', 'writing', 6, 'напиши|придумай|рассказ|письмо|стих*|поздравление|сочини|речь|статью'),
    ('ru', 'writing', 6, 'сказку|пост|текст для|составь|объявление|тост|перепиши|исправь'),
    ('ru', 'analysis', 8, 'сравни*|вычисли|посчитай|реши|проанализируй|уравнение|докажи'),
    ('ru', 'analysis', 8, 'сколько будет|процент*|вероятность|что лучше|оцени|уравнени*|рассчитай'),
    ('ru', 'conversation', 6, 'привет|здравствуй*|спасибо|как дела|кто|когда|почему|посоветуй'),
    ('zh', 'translation', 12, '*翻译*|*用英语*|*译成*|*英语怎么说*|*用中文*|*译为*|*怎么说*|*什么意思*'),
    ('zh', 'summary', 10, '*总结*|*概括*|*要点*|*摘要*|*主要内容*|*简述*|*归纳*|*一句话*|*提炼*|*主要观点*'),
    ('zh', 'code', 6, '*代码*|*函数*|*编程*|*组件*|*脚本*|*程序*|*报错*|*数据库*|*接口*|*算法*|*爬虫*'),
    ('zh', 'writing', 6, '*写一篇*|*作文*|*写一封*|*邮件*|*故事*|*写一首*|*文案*|*演讲*|*写个*|*写一段*|*诗*|*祝福*|*广告*'),
    ('zh', 'writing', 6, '*标题*|*润色*'),
    ('zh', 'analysis', 8, '*比较*|*计算*|*分析*|*解方程*|*证明*|*优缺点*|*多少*|*概率*|*方程*|*哪个更*|*利弊*|*评估*|*划算*'),
    ('zh', 'conversation', 6, '*你好*|*谢谢*|*推荐*|*为什么*|*是谁*'),
    ('ja', 'translation', 12, '*翻訳*|*訳して*|*英語で*|*日本語に*|*英語に*|*英訳*|*和訳*|*どう言いますか*|*どういう意味*'),
    ('ja', 'summary', 10, '*要約*|*まとめて*|*要点*|*短くして*|*概要*|*一言で*|*箇条書き*|*簡潔に*'),
    ('ja', 'code', 6, '*コード*|*関数*|*プログラム*|*スクリプト*|*エラー*|*クラス*|*データベース*|*実装*|*バグ*'),
    ('ja', 'writing', 6, '*書いて*|*メール*|*作文*|*手紙*|*物語*|*スピーチ*|*添削*|*詩を*|*文章を作*|*キャッチコピー*'),
    ('ja', 'analysis', 8, '*比較*|*計算*|*分析*|*求めて*|*証明*|*どちらが*|*確率*|*方程式*|*評価*|*解いて*|*メリット*'),
    ('ja', 'conversation', 6, '*こんにちは*|*ありがとう*|*どれくらい*|*何ですか*|*おすすめ*')
$$;

comment on function credits.other_script_task_rules() is
'The Russian, Chinese and Japanese phrases that tell the task of a prompt.';

revoke all on function credits.other_script_task_rules()
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/plan_in_force.sql sha256:05c4b7e9a848a58e1ad03ee15bd10d2a268261f73e2bc9a023d6d3f2af98c0ab
-- A plan as the catalog in force has it: by the clock, for the statement may have begun before the
-- catalog for which share_catalog has waited.
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
    v_version integer := credits.version_in_force(clock_timestamp());
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

-- source: sql/functions/pricing/price_components.sql sha256:ed5b11fddb870dd42d6f1faf1f26fecf2edb0c22d8429495cd3025c408decdb6
-- The components of one service's or model's price in a catalog: what each charges, and what it
-- costs us at the provider. Without a price of its own, a stated cost makes it: see price_of_cost.
--
--   credits, cost          per unit of the service; meter names the usage's word for that unit
--   base                   per call
--   tools                  {"<name>": credits, "*": credits of any other tool}
--   meters                 {"<usage key>": {"unit", "unit_size", "credits", "cost"}}
--   credits_per_1k_tokens  all token classes together
--   credits_per_1m_tokens  by class of token, and cost likewise: see token_components
--
-- p_catalog  the catalog whose mark-up and credit price count.
-- Units      credits: per unit_size, null when nothing is charged. cost: major units of the
--            catalog's currency per unit_size, null when it is not known.
drop function if exists credits.price_components(jsonb);
create or replace function credits.price_components(p_service jsonb, p_catalog jsonb)
returns table (
    meter text,
    unit text,
    unit_size numeric,
    credits numeric,
    cost numeric,
    above_tokens bigint,
    up_to_tokens bigint
)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        credits.unit_meter(p_service),
        p_service ->> 'unit',
        coalesce((p_service ->> 'unit_size')::numeric, 1),
        coalesce(
            (p_service ->> 'credits')::numeric,
            credits.price_of_cost(c.cost, p_catalog, 'services')
        ),
        c.cost,
        0::bigint,
        null::bigint
    from (
        select case
            when jsonb_typeof(p_service -> 'cost') = 'number' then (p_service ->> 'cost')::numeric
        end
    ) as c (cost)
    where credits.unit_meter(p_service) is not null
    union all
    select 'base', 'call', 1, (p_service ->> 'base')::numeric, null, 0, null
    where p_service ? 'base'
    union all
    select 'tool:' || t.key, 'tool', 1, t.value::numeric, null, 0, null
    from jsonb_each_text(coalesce(p_service -> 'tools', '{}')) as t
    union all
    select
        m.key,
        m.value ->> 'unit',
        coalesce((m.value ->> 'unit_size')::numeric, 1),
        (m.value ->> 'credits')::numeric,
        (m.value ->> 'cost')::numeric,
        0,
        null
    from jsonb_each(coalesce(p_service -> 'meters', '{}')) as m
    union all
    select
        'tokens', '1K tokens', 1000, (p_service ->> 'credits_per_1k_tokens')::numeric, null, 0, null
    where p_service ? 'credits_per_1k_tokens'
    union all
    select
        t.meter, '1M tokens' || coalesce(' above ' || nullif(t.above_tokens, 0), ''), 1000000,
        t.credits, t.cost, t.above_tokens, t.up_to_tokens
    from credits.token_components(p_service, p_catalog) as t
$$;

comment on function credits.price_components(jsonb, jsonb) is
'The components of one service''s price in a catalog.';

revoke all on function credits.price_components(jsonb, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/price_of_cost.sql sha256:552167196f2f2db98fdc9427cbc215a40b74694b90d8c6a69a447789a5692ac1
-- What a cost is in credits at cost + mark-up: cost x (1 + mark-up) / what one credit is worth.
--
-- p_kind   the mark-up that counts: models or services.
-- Units    p_cost: major units of the catalog's currency. Returns credits, to 36 places, so that a
--          quotient without end is exact to the places that price_usage keeps, for any count.
create or replace function credits.price_of_cost(p_cost numeric, p_catalog jsonb, p_kind text)
returns numeric
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select trim_scale(round(
        (p_cost * (1 + coalesce((p_catalog #>> array['markup', p_kind])::numeric, 0)))
        / coalesce(
            p_catalog ->> 'base_price_per_credit', p_catalog ->> 'list_price_per_credit'
        )::numeric(80, 40),
        36
    ))
$$;

comment on function credits.price_of_cost(numeric, jsonb, text) is
'What a provider''s cost is in credits at the catalog''s mark-up.';

revoke all on function credits.price_of_cost(numeric, jsonb, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/price_problem.sql sha256:d9ffdcce2f50fe80772d77765cbb23fbb25f65041bebc5cf1badbd2ee532781b
-- What is wrong with the price of one service or model of a catalog: a part of it that is missing,
-- comes to nothing though the service is not free, is stated twice, or has a name of ours.
--
-- Returns  the first problem, null when there is none.
create or replace function credits.price_problem(p_service jsonb, p_catalog jsonb)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with components as (
        select c.* from credits.price_components(p_service, p_catalog) as c
    ),

    names as (
        select p_service ->> 'meter' as name
        union all
        select k.key from jsonb_object_keys(coalesce(p_service -> 'meters', '{}')) as k (key)
    )

    select w.problem
    from (
        values
        (1, 'no price, or a part without one', coalesce(
            (
                select bool_or(c.credits is null)
                from components as c
                where not p_service ? 'credits_per_1k_tokens' or c.meter = 'tokens'
            ),
            true
        )),
        (2, 'a unit without credits', credits.unit_meter(p_service) is null
        and p_service ?| array['unit', 'unit_size', 'meter', 'whole_units']),
        (3, 'two prices', p_service ?& array['credits_per_1k_tokens', 'credits_per_1m_tokens']),
        (4, coalesce(
            credits.token_prices_problem(p_service -> 'credits_per_1m_tokens'),
            credits.token_prices_problem(p_service -> 'cost')
        ), true),
        (5, 'a price of nothing, but not free', not coalesce(
            (p_service ->> 'free')::boolean, false
        ) and (
            exists (
                select from components as c
                where c.credits = 0 and not (p_service ? 'provider' and c.meter like '%\_tokens')
            )
            or exists (
                select from components as c
                where c.meter in ('input_tokens', 'output_tokens')
                group by c.above_tokens
                having max(c.credits) = 0
            )
            or (select max(c.credits) from components as c) = 0
        )),
        (6, 'a meter with a name of ours', exists (
            select from names as n
            where n.name = any(credits.reserved_meters()) or n.name like 'tool:%'
        )),
        (7, 'two prices of one meter', exists (
            select from components as c group by c.meter, c.above_tokens having count(*) > 1
        )),
        (8, 'the cost of a model is by class of token, that of a service is a number', coalesce(
            (jsonb_typeof(p_service -> 'cost') = 'object') <> p_service ? 'provider', false
        ))
    ) as w (position, problem, is_so)
    where w.is_so and w.problem is not null
    order by w.position
    limit 1
$$;

comment on function credits.price_problem(jsonb, jsonb) is
'What is wrong with the price of one service or model of a catalog; null when nothing is.';

revoke all on function credits.price_problem(jsonb, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/price_usage.sql sha256:82d09795a571f8ca4e8011c3b2a52b2035edcfc7d9efa81fb8df9d06b5553204
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
-- Units       cost: credits. provider_cost: what it costs us, in major units of the catalog's
--             currency, of the components whose cost is known; null when none is.
--             version: the catalog's version, to be kept with the charge.
-- Errors      22023 unknown_service, invalid_quantity, invalid_usage, PT409 no_catalog
drop function if exists credits.price_usage(text, numeric, jsonb);
create or replace function credits.price_usage(
    p_service text,
    p_quantity numeric,
    p_usage jsonb,
    p_at timestamptz,
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
    version := credits.version_in_force(p_at);
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

comment on function credits.price_usage(text, numeric, jsonb, timestamptz) is
'The cost of one use of a service by the catalog in force, and that catalog''s version.';

revoke all on function credits.price_usage(text, numeric, jsonb, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/prompt_complexity.sql sha256:d5edc36b811b4574cb09054c4d4b9cf31d964d00592b0872deaa6fb5ed7f4291
-- Tells how hard a prompt of a task is, from its request (see `prompt_request`) and its length.
-- Simple: short for its task, with few demands. Complex: many demands, or very long for its task.
-- Units: a length is in characters, where one of Chinese, Japanese or Korean counts as three.
create or replace function credits.prompt_complexity(
    p_task text,
    p_request text,
    p_length integer
)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with demands as (
        select coalesce(sum(r.points), 0) as points
        from credits.complexity_rules() as r
        cross join lateral unnest(string_to_array(r.phrases, '|')) as s (phrase)
        where
            strpos(
                p_request collate "C",
                replace(replace(' ' || s.phrase || ' ', ' *', ''), '* ', '')
            ) > 0
    )
    select case
        when d.points >= 8 and p_length >= 50 then 'complex'
        when p_length >= l.complex_length then 'complex'
        when p_length + 10 * d.points >= l.medium_length then 'medium'
        else 'simple'
    end
    from demands as d
    inner join (
        values
        ('code', 80, 3000), ('analysis', 75, 350), ('writing', 85, 300), ('conversation', 75, 300),
        ('translation', 120, 6000), ('summary', 300, 12000)
    ) as l (task, medium_length, complex_length) on p_task = l.task
$$;

comment on function credits.prompt_complexity(text, text, integer) is
'Tells how hard a prompt of a task is, from its request and its length.';

revoke all on function credits.prompt_complexity(text, text, integer)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/prompt_request.sql sha256:39af03d0b3be90a106a315ed28e664f3e5294b9b51694a27e94dd6fbea40e7a1
-- Writes a piece of a prompt so that phrases can be looked up in it: lower case, without accents,
-- every run of spaces and punctuation one space, and a space at both ends. Latin letters among
-- Chinese or Japanese ones become words of their own. It does not depend on the locale.
create or replace function credits.prompt_request(p_text text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with plain as (
        select lower(
            translate(
                p_text,
                'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜàáâãäåçèéêëìíîïñòóôõöùúûü’'
                || 'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЫЭЮЯ',
                'AAAAAACEEEEIIIINOOOOOUUUUaaaaaaceeeeiiiinooooouuuu'''
                || 'абвгдежзийклмнопрстуфхцчшщыэюя'
            ) collate "C"
        ) as text
    ),
    words as (
        select regexp_replace(
            p.text, '[][\s!-/:-@\\^_`{|}~«»“”„…¿¡–—。、，：；？！（）「」‘]+', ' ', 'g'
        ) as text
        from plain as p
    )
    select ' ' || case
        when w.text ~ '[⺀-鿿가-힣]' then regexp_replace(w.text, '([a-z0-9]+)', ' \1 ', 'g')
        else w.text
    end || ' '
    from words as w
$$;

comment on function credits.prompt_request(text) is
'Writes a piece of a prompt in lower case, without accents and punctuation.';

revoke all on function credits.prompt_request(text) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/prompt_shapes.sql sha256:4caf834ac9732b6e65b79faae4d5a782bbdfa6b51e89a7e624d4f09c0d2ffbc0
-- What a prompt shows by its form, as regular expressions: for each task, how much each counts and
-- where it is looked for: `opening` and `request` as `prompt_request` writes them, or `text`, the
-- beginning as it was written. At most 24 rows, because a session keeps 32 compiled expressions.
create or replace function credits.prompt_shapes()
returns table (task text, weight integer, place text, name text, pattern text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    (
        'translation', 12, 'request', 'into a language',
        '\m(in|into|to|from) (english|german|french|spanish|italian|portuguese|dutch|polish|turkish'
        || '|russian|chinese|japanese|korean|arabic|hindi|greek|latin|swedish|danish|norwegian'
        || '|finnish|czech|hungarian|ukrainian|hebrew|vietnamese|thai|indonesian)\M'
    ),
    (
        'translation', 14, 'opening', 'a language',
        '^(english|german|french|spanish|italian|portuguese|dutch|polish|turkish|russian|chinese'
        || '|japanese|korean|arabic|hindi|greek|latin|swedish|danish|norwegian|finnish|czech'
        || '|hungarian|ukrainian|hebrew|vietnamese|thai|indonesian)\M|(ish|ese|ian|man|nch)'
        || ' (version|words?|translation|for)\M'
    ),
    (
        'translation', 9, 'text', 'what a quote means',
        '[Ww]hat does ["''“«].{1,80}["''”»] mean|["''”»][.,]? [Ww]hat does (that|it|this) mean'
    ),
    ('code', 7, 'text', 'statements', '[;{}][ \t]*\n|\n[ \t]*[})\]]+;?[ \t]*(\n|$)'),
    (
        'code', 7, 'text', 'keywords of a language',
        '(^|\n)[ \t]*(def|class|import|from \w+ import|fn|func|pub|const|let|var|public|private'
        || '|async|#include|@\w+|function|return|elif|try|SELECT|select|CREATE TABLE|INSERT INTO)\M'
        || '.*[:;({=,*]'
    ),
    ('code', 7, 'text', 'tables', '\m[a-z_]+ ?\(([a-z_]+, ?)+[a-z_]+\)'),
    ('code', 5, 'text', 'operators', '=>|->|::|==|!=|&&|\|\||\w\(\)|\w\[\w+\]|\.\w+\(|</\w+>'),
    (
        'code', 8, 'text', 'a block or an error',
        '```|\w(Error|Exception)\M|\merror(\[|:)|Traceback|ERR[A-Z_]{4}'
    ),
    (
        'code', 5, 'text', 'a file or a language',
        '\w\.(py|js|ts|tsx|go|rs|java|c|cpp|cs|rb|php|sql|sh|ya?ml|json|html|css|toml|lock)\M'
        || '|\m[CF](#|[+][+])|[.]NET\M'
    ),
    (
        'code', 6, 'request', 'in a programming language',
        '\m(in|using|with) (python|javascript|typescript|java|c|go|rust|sql|php|ruby|bash|swift)\M'
    ),
    ('analysis', 8, 'text', 'arithmetic', '\d\s?[-+*/×÷^=<>]\s?\(?-?\d|\d\s?% of|\d ?[a-z] ?[-+=]'),
    ('analysis', 8, 'text', 'a formula', '\m[a-z] ?(\^ ?\d|[²³])|\m[a-z] = -?\d|√|∑|∫'),
    ('analysis', 5, 'text', 'rows of numbers', '\d[,;] ?\d+[,;] ?\d+[,;\n]|(\n.*,[\d.]+){3}'),
    (
        'analysis', 6, 'request', 'this or that',
        '\m(should (i|we)|which|better)\M.{1,90}\mor\M'
        || '|\mor\M.{1,140}\m(which|better|choose|pick)\M'
    ),
    (
        'analysis', 5, 'text', 'quantities',
        '\d.{1,25}\d.{1,25}\d.{1,25}\d.{1,25}\d|\d ?% (a|of|per|de|von|di) '
        || '|\d ?(km|kg|cm|kwh|mph|mi|m²|l|€|%).{1,120}\d ?(km|kg|cm|kwh|mph|mi|m²|l|€|%)'
    ),
    ('analysis', 6, 'opening', 'one or the other', '^\w+ or \w+ '),
    ('summary', 3, 'opening', 'in so many words', ' in ([^ ]+) (words|sentences|lines)\M'),
    ('writing', 3, 'text', 'a number of words', '\d+[ -](words|characters|lines|mots|palabras)\M'),
    (
        'conversation', 12, 'opening', 'a greeting',
        '^(hi|hello|hey|thanks|thank you|good (morning|evening)|ok)\M'
    ),
    ('conversation', 12, 'opening', 'a question of fact', '^(who|when|where) '),
    ('conversation', 9, 'opening', 'yes or no', '^(is|are|was|do|did|can) '),
    (
        'conversation', 6, 'opening', 'a question',
        '^(why|how (many|much|old|long|far)|what (does|do|is|are) (a|an|the))\M'
    )
$$;

comment on function credits.prompt_shapes() is
'The forms, as regular expressions, that tell the task of a prompt.';

revoke all on function credits.prompt_shapes() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/round_credits.sql sha256:0ca2923739f131730f20489256ae55230fe8a965c8bfb2648085a216cfe50ec2
-- Rounds a charge by its service's rule, to so many places, half up or always up, and keeps it
-- between the service's bounds. What costs something never comes to nothing: the least is one of
-- the last place.
--
-- p_credits  above 0.
drop function if exists credits.round_credits(numeric, credits.catalogs);
create or replace function credits.round_credits(p_credits numeric, p_service credits.services)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_service.rounding_mode = 'up' then
        p_credits := ceil(p_credits * power(10::numeric, p_service.rounding_places))
        / power(10::numeric, p_service.rounding_places);
    else
        p_credits := greatest(
            round(p_credits, p_service.rounding_places),
            power(10::numeric, -p_service.rounding_places)
        );
    end if;
    return trim_scale(
        least(greatest(p_credits, p_service.minimum_credits), p_service.maximum_credits)
    );
end;
$$;

comment on function credits.round_credits(numeric, credits.services) is
'Rounds a charge by its service''s rule and keeps it between the service''s bounds.';

revoke all on function credits.round_credits(numeric, credits.services)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/schedule_problem.sql sha256:fc6926c044b4cb670c450713e204035516680fbe4ce7bbaaa336b0d46d3ea3cb
-- What is wrong with a catalog that is to take effect later: it is the first, or it drops a plan,
-- which accounts may still be put on until then.
--
-- p_before   the catalog that will be in force until then, null when there is none.
-- Returns    null when nothing is.
create or replace function credits.schedule_problem(p_catalog jsonb, p_before jsonb)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when p_before is null then 'the first catalog takes effect at once'
        else (
            select format('plan %s: only a catalog that takes effect at once can drop it', b.code)
            from credits.catalog_items(p_before) as b
            where b.kind = 'plan' and not exists (
                select from credits.catalog_items(p_catalog) as a
                where a.kind = 'plan' and a.code = b.code
            )
            limit 1
        )
    end
$$;

comment on function credits.schedule_problem(jsonb, jsonb) is
'What is wrong with a catalog that is to take effect later; null when nothing is.';

revoke all on function credits.schedule_problem(jsonb, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/start_due_catalog.sql sha256:990f2e2e10c271251731aecf2311e56f0b5bedc8a28e7759e5abfab22c31b58c
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
    v_version integer;
begin
    select c.version into v_version
    from credits.catalogs as c
    where c.effective_at <= statement_timestamp()
    order by c.version desc
    limit 1;
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

-- source: sql/functions/pricing/store_catalog.sql sha256:d88e9f29dbdb9d972dd53c324ffe3f1dd6c6758bd0bc6946e3b38f501c5005fc
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
        content, effective_at, applied_by
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

-- source: sql/functions/pricing/store_offers.sql sha256:703a487208bb657e18a51be169f7fd65633f91e443d233d22fd5286716db5d38
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
        contact_only
    )
    select
        p_version, p.code, p.name, p.position, p.price_cents, p.billing_interval,
        coalesce(p.monthly_credits, 0), coalesce(p.welcome_credits, 0),
        coalesce(p.rollover_months, 0), p.monthly_spend_cap, coalesce(p.discount_percent, 0),
        coalesce(p.features, '[]'), coalesce(p.contact_only, false)
    from rows from (
        jsonb_to_recordset(coalesce(p_catalog -> 'plans', '[]')) as (
            code text, name text, price_cents bigint, billing_interval text,
            monthly_credits numeric, welcome_credits numeric, rollover_months integer,
            monthly_spend_cap numeric, discount_percent numeric, features jsonb,
            contact_only boolean
        )
    ) with ordinality as p (
        code, name, price_cents, billing_interval, monthly_credits, welcome_credits,
        rollover_months, monthly_spend_cap, discount_percent, features, contact_only, position
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

-- source: sql/functions/pricing/store_prices.sql sha256:a3b7f5da28b314abdaae1e5dd930891e13c563c300381c647e7b1c740b4c457d
-- Writes a catalog's services and models: what each is, and one row a component of its price.
create or replace function credits.store_prices(p_version integer, p_catalog jsonb)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into credits.models (
        version, code, name, position, provider, tier, source, deprecated_at, context_tokens,
        max_output_tokens, capabilities
    )
    select
        p_version, m.item ->> 'code', m.item ->> 'name', m.position, m.item ->> 'provider',
        m.item ->> 'tier', m.item ->> 'source',
        (m.item ->> 'deprecated_at')::timestamp at time zone 'UTC',
        (m.item ->> 'context_tokens')::bigint, (m.item ->> 'max_output_tokens')::bigint,
        array(
            select c.name
            from jsonb_array_elements_text(coalesce(m.item -> 'capabilities', '[]')) as c (name)
        )
    from jsonb_array_elements(coalesce(p_catalog -> 'models', '[]'))
        with ordinality as m (item, position);

    insert into credits.services (
        version, code, position, description, unit_meter, whole_units, is_free, minimum_credits,
        maximum_credits, rounding_places, rounding_mode
    )
    select
        p_version, s.item ->> 'code', s.place, s.item ->> 'description',
        credits.unit_meter(s.item), coalesce((s.item ->> 'whole_units')::boolean, false),
        coalesce((s.item ->> 'free')::boolean, false), (s.item ->> 'minimum_credits')::numeric,
        (s.item ->> 'maximum_credits')::numeric,
        coalesce(
            s.item #>> '{rounding,places}', p_catalog #>> '{rounding,places}', '9'
        )::integer,
        coalesce(s.item #>> '{rounding,mode}', p_catalog #>> '{rounding,mode}', 'half_up')
    from credits.catalog_services(p_catalog) as s;

    insert into credits.prices (
        version, service, meter, unit, unit_size, credits, cost, above_tokens, up_to_tokens
    )
    select
        p_version, s.item ->> 'code', c.meter, c.unit, c.unit_size, c.credits, c.cost,
        c.above_tokens, c.up_to_tokens
    from credits.catalog_services(p_catalog) as s
    cross join lateral credits.price_components(s.item, p_catalog) as c;
end;
$$;

comment on function credits.store_prices(integer, jsonb) is
'Writes the prices of a catalog''s services and models.';

revoke all on function credits.store_prices(integer, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/task_rules.sql sha256:047e43770d07f6fbf8d1b8ac8ed5bbbaba1fa188266cb56eb2fb544b9174035b
-- The words by which an English prompt shows what it asks for: for each task, how much each of its
-- phrases counts. A phrase is whole words of the request as `prompt_request` writes it (lower case,
-- no accents, no punctuation); with `*` at an end the word may go on there. `topic_rules` has what
-- a prompt is about, `foreign_task_rules` the other languages, `prompt_shapes` what no word says.
create or replace function credits.task_rules()
returns table (task text, weight integer, phrases text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    ('translation', 12, 'translat*|localize|localise|localization'),
    ('translation', 8, 'how do you say|how do i say|how would i say|how would you say|render into'),
    ('translation', 8, 'equivalent in|in another language|word by word|word for word'),
    ('translation', 8, 'literally mean'),
    ('translation', 4, 'glossary|mean in|word for|words for'),
    ('summary', 10, 'summar*|tl dr|tldr|gist|takeaways|key points|main points|main ideas'),
    ('summary', 10, 'key facts|main arguments|condense|recap|synopsis|in a nutshell|action items'),
    ('summary', 10, 'shorten|up to speed|digest|long story short|half as long|short version'),
    ('summary', 10, 'headline for|essentials|the essence|essence of|highlights|core message'),
    ('summary', 10, 'brief me|key messages|key ideas|most important points|main takeaway'),
    ('summary', 10, 'short summary'),
    ('summary', 7, 'extract|pull out|pull the|what is this about|what does this mail|abstract'),
    ('summary', 7, 'need to remember|reduce this|cut this down|trim this|trim it|what matters'),
    ('summary', 7, 'important points|pick out|shorter version|boil this down|boil it down'),
    ('summary', 7, 'catch me up|filter out|what happened in'),
    ('summary', 6, 'bullets|bullet points|in one sentence|in one line|in a sentence|overview of'),
    ('summary', 4, 'these minutes|meeting minutes|transcript|meeting notes|these notes|text below'),
    ('summary', 4, 'below|outline'),
    ('code', 8, 'refactor*|debug*|unit test*|stack trace|traceback|regex*|write a function'),
    ('code', 8, 'debugging|compile error|syntax error|write code|source code|code review'),
    ('code', 8, 'sql query|shell script|data structure|test coverage'),
    ('code', 5, 'python|javascript|typescript|java|golang|php|bash|sql|dockerfile|chmod|grep|sed'),
    ('code', 5, 'awk|ssh|sudo|curl|crontab|systemd|nginx|div|flexbox|css selector'),
    ('writing', 8, 'rephrase|reword|rewrite|proofread*|grammar|polish my|polish this|slogan*'),
    ('writing', 8, 'tagline*|caption*|poem|haiku|limerick|essay|cover letter|blog post'),
    ('writing', 8, 'press release|tweet|newsletter|lyrics|speech|novel|short story|bedtime story'),
    ('writing', 8, 'job ad|subject line|name ideas|toast|eulogy|wedding vows|monologue|dialogue'),
    ('writing', 8, 'screenplay|website text|about me|personal statement|recommendation letter'),
    ('writing', 8, 'reference letter|thank you note|elevator pitch|title for|names for|name for'),
    ('writing', 8, 'copywriting|resignation letter|sonnet'),
    ('writing', 6, 'write a|write an|write the|write me|draft*|compose|out of office|friendlier'),
    ('writing', 6, 'letter|email|e mail|linkedin|instagram|product description|landing page|story'),
    ('writing', 6, 'invitation|song|article|chapter|manifesto|proposal|advert*|greeting|play'),
    ('writing', 6, 'phrase it|phrase this|word this|put it nicely|how would it sound'),
    ('writing', 6, 'make it sound|make this sound|sound better|text for|more formal|less formal'),
    ('writing', 6, 'more friendly|reply to|respond to|ghostwrite|brainstorm|come up with'),
    ('writing', 6, 'continue the story|ad for|script for|better wording|improve this|improve my'),
    ('writing', 3, 'write|post|message|complaint|birthday|polite|tone|brand|sound*|formal|reply'),
    ('analysis', 8, 'calculate|compute|solve|prove|show that|derive|integrate|differentiate'),
    ('analysis', 8, 'analyse|analyze|analysis|evaluate|compare|pros and cons|advantages|swot'),
    ('analysis', 8, 'probability|average of|median|standard deviation|correlation*|equation'),
    ('analysis', 8, 'forecast|how much is|expected value|critically|assess|deduce|choose between'),
    ('analysis', 8, 'cost benefit|interpret|what are the odds|decision matrix|break even'),
    ('analysis', 6, 'worth it|is it worth|significant|a b test|better|which one|decide|decision'),
    ('analysis', 6, 'vs|trend|outlier|stands out|hypothesis|flaw|logic*|risks|valid|fallacy'),
    ('analysis', 6, 'premise|trade offs|riddle|puzzle|what is the order|scenario*|disadvantages'),
    ('analysis', 6, 'how likely|theorem|business case|counterargument*|which option|make sense'),
    ('analysis', 6, 'count equally|root cause|rank|prioriti*|feasib*|what would happen'),
    ('analysis', 6, 'is it better|better off|wrong with that|does that show'),
    ('analysis', 4, 'assumption*|compared|estimate|growth|sequence|ratio|proof'),
    ('conversation', 6, 'how are you|joke|entertain me|i feel|recommend|capital of|do you'),
    ('conversation', 6, 'who came up|chat|bored|lonely|good night|how was your|your name|are you'),
    ('conversation', 6, 'tell me about'),
    ('conversation', 5, 'how many|what language|best way|advice|explain|daughter|son|wife|husband'),
    ('conversation', 5, 'mother|father|friend|kids|boyfriend|girlfriend|what can i|what can we'),
    ('conversation', 5, 'what could i|what should i|nervous|doctor|cook|eat|my cat|my dog|my baby'),
    ('conversation', 5, 'my partner|my parents|birthday party|holiday|recipe|restaurant|movie'),
    ('conversation', 5, 'weekend'),
    ('conversation', 3, 'what is|whats|what s|how do i|how can i|how does|what does|children|i am'),
    ('conversation', 3, 'i m|i ve|we'),
    ('conversation', 2, 'difference between|tell me|meaning of|is it true|how come')
$$;

comment on function credits.task_rules() is
'The English phrases that tell the task of a prompt, and how much each counts.';

revoke all on function credits.task_rules() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/tier_rules.sql sha256:b25c2752fcc67f030ad09ac04f028ad201f073d86269bc1a4aecc5357d70b01d
-- How dear a model has to be, at least, for a task of a complexity to be done well: what a catalog
-- calls cheap (1), medium (2) or expensive (3). docs/models.md says why.
create or replace function credits.tier_rules()
returns table (task text, complexity text, tier_rank integer)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    ('conversation', 'simple', 1), ('conversation', 'medium', 1), ('conversation', 'complex', 2),
    ('translation', 'simple', 1), ('translation', 'medium', 1), ('translation', 'complex', 2),
    ('summary', 'simple', 1), ('summary', 'medium', 1), ('summary', 'complex', 2),
    ('writing', 'simple', 1), ('writing', 'medium', 2), ('writing', 'complex', 2),
    ('analysis', 'simple', 1), ('analysis', 'medium', 2), ('analysis', 'complex', 3),
    ('code', 'simple', 1), ('code', 'medium', 2), ('code', 'complex', 3)
$$;

comment on function credits.tier_rules() is
'How dear a model has to be, at least, for a task of a complexity.';

revoke all on function credits.tier_rules() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/token_components.sql sha256:ca0ea1071ee6df00af58bf7e7c25aba36a7a4de2e4bbe05415b81cbd7068bac9
-- The token classes of a model's price and cost, one row a class and tier of the context.
--
-- A tier begins above a size of the context; where price and cost have different tiers, the rows
-- follow both. See token_price for what a class costs that has no price of its own.
--
-- Units    credits, cost: per 1,000,000 tokens; cost in major units of the currency.
create or replace function credits.token_components(p_model jsonb, p_catalog jsonb)
returns table (
    meter text, above_tokens bigint, up_to_tokens bigint, credits numeric, cost numeric
)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    with tiers as (
        select
            b.above_tokens,
            lead(b.above_tokens) over (order by b.above_tokens) as up_to_tokens
        from (
            select 0::bigint
            union
            select (a.tier ->> 'context_tokens')::bigint
            from (
                values (p_model -> 'credits_per_1m_tokens'), (p_model -> 'cost')
            ) as p (prices)
            cross join lateral jsonb_array_elements(
                case when jsonb_typeof(p.prices -> 'above') = 'array' then p.prices -> 'above' end
            ) as a (tier)
        ) as b (above_tokens)
    )

    select
        k.class || '_tokens',
        t.above_tokens,
        t.up_to_tokens,
        case
            when p_model ? 'credits_per_1m_tokens' then credits.token_price(
                p_model -> 'credits_per_1m_tokens', k.class, t.above_tokens
            )
            when not p_model ? 'credits_per_1k_tokens' then credits.price_of_cost(
                c.cost, p_catalog, 'models'
            )
        end,
        c.cost
    from tiers as t
    cross join unnest(array['input', 'output', 'cached', 'cache_write', 'reasoning']) as k (class)
    cross join lateral (
        select credits.token_price(p_model -> 'cost', k.class, t.above_tokens)
    ) as c (cost)
    where
        p_model ? 'credits_per_1m_tokens'
        or jsonb_typeof(p_model -> 'cost') = 'object'
$$;

comment on function credits.token_components(jsonb, jsonb) is
'The token classes of a model''s price and cost.';

revoke all on function credits.token_components(jsonb, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/token_price.sql sha256:1906267b7eab92e7fc173bd5a3408dc2ae6fd35a6a25dc670fcbe4fa7d0dfa77
-- What a class of tokens costs by a list of prices, in the tier that holds above so many tokens of
-- context.
--
-- In order: the tier's price of the class, the list's own price of the class outside tiers, then
-- the same for the class that it is a kind of: what is read from or written to the cache is input,
-- reasoning is output.
--
-- p_prices  {"input", "output", "cached", "cache_write", "reasoning", "above": [{"context_tokens",
--           and any of those classes}]}
-- Returns   null when the list does not say.
create or replace function credits.token_price(
    p_prices jsonb,
    p_class text,
    p_above_tokens bigint
)
returns numeric
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        t.tier ->> p_class, p_prices ->> p_class, t.tier ->> k.parent, p_prices ->> k.parent
    )::numeric
    from (
        select case
            when p_class in ('cached', 'cache_write') then 'input'
            when p_class = 'reasoning' then 'output'
            else p_class
        end
    ) as k (parent)
    left join lateral (
        select a.tier
        from jsonb_array_elements(coalesce(p_prices -> 'above', '[]')) as a (tier)
        where (a.tier ->> 'context_tokens')::bigint <= p_above_tokens
        order by (a.tier ->> 'context_tokens')::bigint desc
        limit 1
    ) as t on true
$$;

comment on function credits.token_price(jsonb, text, bigint) is
'What a class of tokens costs by a list of prices.';

revoke all on function credits.token_price(jsonb, text, bigint)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/token_prices_problem.sql sha256:d389e4134eb2154edfd5cbc211bb0f2b6cb1f7c48206bd427194564af6e400f9
-- What is wrong with a list of prices by class of token: it has no input or output, or a tier that
-- states no price, begins at no size of the context, or begins where another one does.
--
-- Returns  the first problem, null when there is none, and for what is no such list.
create or replace function credits.token_prices_problem(p_prices jsonb)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when jsonb_typeof(p_prices) <> 'object' then null
        when not p_prices ?& array['input', 'output']
            then 'a price or cost without input or output'
        when (
            select count(*)
            from jsonb_array_elements(p_prices -> 'above') as a (tier)
        ) <> (
            select count(distinct a.tier -> 'context_tokens')
            from jsonb_array_elements(p_prices -> 'above') as a (tier)
            where
                (a.tier ->> 'context_tokens')::bigint > 0
                and a.tier - 'context_tokens' <> '{}'
        ) then 'a tier without a price, or without a size of the context of its own'
    end
$$;

comment on function credits.token_prices_problem(jsonb) is
'What is wrong with a list of prices by class of token; null when nothing is.';

revoke all on function credits.token_prices_problem(jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/topic_rules.sql sha256:d20c09ecd47f601264693a8b8da006f2b0d4a0e342d602b589435b32cb67ba7c
-- The words by which an English prompt shows what it is about: as `task_rules`, but they count
-- less, for a text about a program may be a poem.
create or replace function credits.topic_rules()
returns table (task text, weight integer, phrases text)
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    values
    ('code', 4, 'function*|script|code|rust|ruby|kotlin|powershell|webpack|terraform|kafka|html'),
    ('code', 4, 'css|react|vue|angular|django|flask|spring boot|node|npm|git|github|docker*'),
    ('code', 4, 'kubernetes|postgres*|redis|pandas|dataframe|json|yaml|api|endpoint*|pytest|linux'),
    ('code', 4, 'query|loop|array|string|variable|exception|compiler|parser|algorithm|commit'),
    ('code', 4, 'excel|component|localhost|database|schema|implement*|compile*|deploy*|bug'),
    ('code', 4, 'library|class|flutter|swiftui|xcode|laravel|rails|symfony|svelte|tailwind|numpy'),
    ('code', 4, 'pytorch|matlab|webhook*|oauth|jwt|websocket*|grpc|graphql|orm|http|backend'),
    ('code', 4, 'frontend|front end|vba|aws|azure|s3|lambda|serverless|apache|makefile|cmake|pip'),
    ('code', 4, 'venv|cargo|gradle|maven|yarn|arduino|raspberry pi|wordpress|firebase|android'),
    ('code', 4, 'google sheets|macro|formula|pivot|segmentation fault|segfault|core dumped'),
    ('code', 4, 'pointer|memory leak|stack overflow|deadlock|mutex|thread*|race condition'),
    ('code', 4, 'recursion|recursive|syntax|cron|cron job|merge conflict|pull request|repo'),
    ('code', 4, 'repository|rebase|ci|lint*|widget|foreign key|primary key|dict'),
    ('code', 3, 'error|fails|server|method|type|types|tests|benchmark|shell|terminal|browser|hash'),
    ('code', 3, 'table|column*|index|branch|cache|pipeline|token|cookie*|parse*|pointers|app'),
    ('code', 3, 'crash*|does not run|doesn t work|does not work|not working|faster|optimi*'),
    ('code', 3, 'install'),
    ('writing', 4, 'sentence|paragraph|resign*|apology|apologi*|condolence*|obituary|card|scene'),
    ('writing', 4, 'plot|character|villain|hero|fairy tale|rhyme*|verse*|jingle|motto|hashtag*'),
    ('writing', 4, 'bio|cv|flyer|brochure|poster|marketing|pitch|podcast|youtube|column|memo'),
    ('writing', 4, 'announcement|statement|persuasive|catchy|funny|humorous|warm|informal'),
    ('writing', 4, 'heartfelt|wording|headline*'),
    ('analysis', 4, 'interest|tax|loan|mortgage|invest*|roi|break even|payback|budget|profit'),
    ('analysis', 4, 'margin|fraction|square root|area of|volume of|angle|triangle|matrix|vector'),
    ('analysis', 4, 'integral*|derivative|polynomial|prime|divisible|permutation*|odds|chance of'),
    ('analysis', 4, 'chances|bayes*|regression|variance|sample size|confidence interval'),
    ('analysis', 4, 'conclusion|causal*|root cause|strengths|weaknesses|criteria|cheaper|cheapest'),
    ('analysis', 4, 'more expensive|paradox|dilemma'),
    ('analysis', 3, 'revenue|churn|sales|costs|cost|price|per hour|customers|percent|data|option'),
    ('analysis', 3, 'options|alternatives|impact|consequences|implications|count equally|share')
$$;

comment on function credits.topic_rules() is
'The English phrases that tell what a prompt is about, and how much each counts.';

revoke all on function credits.topic_rules() from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/unit_meter.sql sha256:bc9ea7e39d6b7f649eff51aa0e26847da601f6e21ad191c8fbb3115d0dc0fee3
-- The usage's word for the unit that a service's quantity counts, in a catalog; null when the
-- service has no unit of its own.
create or replace function credits.unit_meter(p_service jsonb)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select case
        when p_service ? 'credits' or jsonb_typeof(p_service -> 'cost') = 'number'
            then coalesce(p_service ->> 'meter', 'quantity')
    end
$$;

comment on function credits.unit_meter(jsonb) is
'The usage''s word for a service''s own unit.';

revoke all on function credits.unit_meter(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/version_in_force.sql sha256:651670027a7cd949fece2a8d03b4dc0e5280a295ceba149dc8e0b256c491600c
-- The version of the catalog whose prices count at a time: the highest that has come into effect by
-- then.
--
-- Errors   PT409 no_catalog: none has.
create or replace function credits.version_in_force(p_at timestamptz)
returns integer
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_version integer;
begin
    select c.version into v_version
    from credits.catalogs as c
    where c.effective_at <= p_at
    order by c.version desc
    limit 1;
    if not found then
        raise exception 'no_catalog' using
            errcode = 'PT409',
            hint = 'Apply a catalog first: pgcredits catalog apply FILE.';
    end if;
    return v_version;
end;
$$;

comment on function credits.version_in_force(timestamptz) is
'The version of the catalog whose prices count at a time, or PT409.';

revoke all on function credits.version_in_force(timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/pricing/withdrawn_catalogs.sql sha256:d76429e103c88b4b58cb666e9c0718b39a880eb5079c5a46cc9a16ee570028f0
-- The versions that would never take effect, were another to follow them: those whose time is still
-- to come, but not before the other's.
--
-- p_version  the latest version before the other one.
-- Returns    as changes: kind version, code the number.
create or replace function credits.withdrawn_catalogs(
    p_version integer,
    p_effective_at timestamptz
)
returns setof public.credit_catalog_change
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        'version', c.version::text, 'removed', jsonb_build_object('effective_at', c.effective_at),
        null::jsonb
    from credits.catalogs as c
    where
        c.version <= p_version
        and c.effective_at > clock_timestamp()
        and c.effective_at >= p_effective_at
        and not exists (
            select from credits.catalogs as l
            where
                l.version between c.version + 1 and p_version
                and l.effective_at <= c.effective_at
        )
    order by c.version
$$;

comment on function credits.withdrawn_catalogs(integer, timestamptz) is
'The versions that never take effect when another follows.';

revoke all on function credits.withdrawn_catalogs(integer, timestamptz)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/add_discount.sql sha256:973df934b754128bea6fdadda2db4a4b35bd9b687d358e06aac1b5ea4c598fb1
-- Takes so many percent off what a quote's lines come to, as a line of its own: what is left is
-- rounded to a whole cent, half up. Less than all of it leaves a cent at least: what is sold is
-- not given away by rounding.
create or replace function credits.add_discount(
    p_lines jsonb,
    p_kind text,
    p_label text,
    p_percent numeric
)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_total_cents numeric := credits.lines_total(p_lines);
begin
    return credits.add_line(
        p_lines, p_kind, p_label,
        greatest(
            round(v_total_cents * (100 - p_percent) / 100),
            case when p_percent < 100 then least(1, v_total_cents) end
        ) - v_total_cents
    );
end;
$$;

comment on function credits.add_discount(jsonb, text, text, numeric) is
'Takes a percentage off a quote.';

revoke all on function credits.add_discount(jsonb, text, text, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/add_line.sql sha256:eccc22c1887d2147679d171c54e0e7d903d5e67901c166c9c376f773f3b88ec4
-- Adds a line to a quote; one of no amount is left out, but for the first, the item itself.
--
-- Units    p_amount_cents: minor units, null counts as 0.
create or replace function credits.add_line(
    p_lines jsonb,
    p_kind text,
    p_label text,
    p_amount_cents numeric
)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if coalesce(p_amount_cents, 0) = 0 and p_lines <> '[]' then
        return p_lines;
    end if;
    return p_lines || jsonb_build_object(
        'kind', p_kind, 'label', p_label, 'amount_cents', coalesce(p_amount_cents, 0)::bigint
    );
end;
$$;

comment on function credits.add_line(jsonb, text, text, numeric) is
'Adds a line to a quote.';

revoke all on function credits.add_line(jsonb, text, text, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/add_promotion.sql sha256:7913aa4f5ff4ad1a19d0a555c9f7216c03554a8218ea84cdbc35214b49058c70
-- Takes off what a promotion gives: percent of what the lines come to, or a fixed amount, at most
-- all of it. A promotion of bonus credits changes no amount; none at all changes nothing.
create or replace function credits.add_promotion(p_lines jsonb, p_promotion credits.promotions)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_promotion.discount_type = 'percent' then
        return credits.add_discount(
            p_lines, 'promotion', p_promotion.name, p_promotion.discount_value
        );
    elsif p_promotion.discount_type = 'fixed' then
        return credits.add_line(
            p_lines, 'promotion', p_promotion.name,
            -least(p_promotion.discount_value, credits.lines_total(p_lines))
        );
    end if;
    return p_lines;
end;
$$;

comment on function credits.add_promotion(jsonb, credits.promotions) is
'Takes off what a promotion gives.';

revoke all on function credits.add_promotion(jsonb, credits.promotions)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/bulk_percent.sql sha256:748cc7b9688cbd33d0717a9ad9e3636b7b7408acee3c37835b08322e87442a94
-- The discount of the bulk tier that a quantity of credits reaches, in percent; 0 for none.
create or replace function credits.bulk_percent(p_version integer, p_quantity numeric)
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        (
            select b.discount_percent
            from credits.bulk_tiers as b
            where b.version = p_version and b.from_credits <= p_quantity
            order by b.from_credits desc
            limit 1
        ),
        0
    )
$$;

comment on function credits.bulk_percent(integer, numeric) is
'The discount of the bulk tier that a quantity of credits reaches.';

revoke all on function credits.bulk_percent(integer, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/create_promotion.sql sha256:c736e91a8d29863bd0320231a56a2ebd777f339ec6986d919a894791ab7da750
-- Creates a promotion: a code that takes something off a purchase, or adds credits to it.
--
-- p_promotion  {"code", "name", "discount_type": percent, fixed, bonus_credits or bonus_percent,
--              "discount_value", "currency" (of a fixed amount), "starts_at", "ends_at",
--              "maximum_uses", "maximum_uses_per_account" (1 unless stated, null for no limit),
--              "minimum_cents", "packages", "plans" (codes it is for; neither: for everything)}
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
begin
    begin
        select format('unknown key %s', k.key) into v_problem
        from jsonb_object_keys(p_promotion) as k (key)
        where not k.key = any(array[
            'code', 'name', 'discount_type', 'discount_value', 'currency', 'starts_at', 'ends_at',
            'maximum_uses', 'maximum_uses_per_account', 'minimum_cents', 'packages', 'plans'
        ])
        limit 1;
        insert into credits.promotions (
            code, name, discount_type, discount_value, currency, starts_at, ends_at, maximum_uses,
            maximum_uses_per_account, minimum_cents, packages, plans, created_by
        )
        select
            credits.promotion_code(p_promotion ->> 'code'), p.name, p.discount_type,
            p.discount_value, p.currency, coalesce(p.starts_at, now()), p.ends_at,
            p.maximum_uses,
            case
                when p_promotion ? 'maximum_uses_per_account' then p.maximum_uses_per_account
                else 1
            end,
            coalesce(p.minimum_cents, 0), p.packages, p.plans, credits.caller()
        from jsonb_to_record(p_promotion) as p (
            name text, discount_type text, discount_value numeric, currency text,
            starts_at timestamptz, ends_at timestamptz, maximum_uses integer,
            maximum_uses_per_account integer, minimum_cents bigint, packages text[], plans text[]
        );
    exception
        when integrity_constraint_violation or data_exception then
            get stacked diagnostics v_problem = message_text;
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

-- source: sql/functions/billing/credit_rate.sql sha256:75559267c3136c46226f2fcbc64b55ca641b1a2578a660306faaa6f155075157
-- What credits bought by quantity cost the signed-in user: after the discounts for the quantity and
-- with the plan, before promotions and fees.
--
-- It is told for any quantity, also where the catalog sells packs and plans only: there it is what
-- a credit is worth.
--
-- Units    price_per_credit: major units of currency, six places. price_cents: of the quantity,
--          minor units. discount_percent: both discounts together.
-- Errors   42501 not_signed_in, 22023 invalid_quantity, account_id_required (the back end, which
--          asks for a quote), PT409 no_catalog
create or replace function credits.credit_rate(p_quantity numeric)
returns public.credit_rate
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account credits.accounts
        := credits.read_account(credits.authorize_account(null, 'read'));
    v_catalog credits.catalogs := credits.catalog_in_force();
    v_quantity numeric := coalesce(credits.check_quantity(p_quantity), 1);
    v_item credits.purchase_item;
    v_kept numeric;
begin
    v_item := credits.quantity_item(v_catalog, v_quantity);
    v_kept := (1 - v_item.bulk_percent / 100)
    * (1 - credits.plan_discount(v_catalog, v_account.plan, v_item) / 100);
    return (
        trim_scale(round(credits.unit_price(v_catalog) * v_kept, 6)),
        credits.lines_total(
            credits.price_lines(v_catalog, v_item, v_account.plan)
        )::bigint,
        v_catalog.currency,
        trim_scale(round(100 * (1 - v_kept), 6))
    )::public.credit_rate;
end;
$$;

comment on function credits.credit_rate(numeric) is
'What credits bought by quantity cost the signed-in user.';

revoke all on function credits.credit_rate(numeric) from public, anon, authenticated, service_role;
grant execute on function credits.credit_rate(numeric) to authenticated, service_role;

-- source: sql/functions/billing/final_lines.sql sha256:9dbcdbf42e3dd727712d0adccaa21d6130caef97ba1dc9e6971a6279f99aef30
-- The lines of a quote with what a promotion takes off (none when all null), and with the fees of
-- the payment processor, which come last, on packs and quantities.
create or replace function credits.final_lines(
    p_catalog credits.catalogs,
    p_item credits.purchase_item,
    p_lines jsonb,
    p_promotion credits.promotions
)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    p_lines := credits.add_promotion(p_lines, p_promotion);
    if p_item.kind = 'plan' then
        return p_lines;
    end if;
    return credits.add_line(
        p_lines, 'fee', 'Payment fee',
        credits.payment_fee(p_catalog, credits.lines_total(p_lines))
    );
end;
$$;

comment on function credits.final_lines(
    credits.catalogs, credits.purchase_item, jsonb, credits.promotions
) is
'The lines of a quote with the promotion and the fees.';

revoke all on function credits.final_lines(
    credits.catalogs, credits.purchase_item, jsonb, credits.promotions
) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/has_use_left.sql sha256:6926c312d91c6d60d93bd55befba3e54fec52fbef1a7eb497ead03c9ac022e61
-- Whether an account may use a promotion once more: paid orders have used it, and those that may
-- still be paid hold a use.
--
-- p_except_id  an order that does not count, or null.
create or replace function credits.has_use_left(
    p_promotion credits.promotions,
    p_account_id uuid,
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
            count(*) filter (where r.account_id = p_account_id)
            < p_promotion.maximum_uses_per_account,
            true
        )
    from credits.redemptions as r
    where
        r.code = p_promotion.code
        and r.order_id is distinct from p_except_id
        and (r.lapses_at is null or r.lapses_at > statement_timestamp())
$$;

comment on function credits.has_use_left(credits.promotions, uuid, uuid) is
'Whether an account may use a promotion once more.';

revoke all on function credits.has_use_left(credits.promotions, uuid, uuid)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/lines_total.sql sha256:888a7c6e8b3ca81dfc723e41067584fdb3c8a50c546d8abe5cebdf80af2fe776
-- What a quote's lines come to, in minor units.
create or replace function credits.lines_total(p_lines jsonb)
returns numeric
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum((l.line ->> 'amount_cents')::numeric), 0)
    from jsonb_array_elements(p_lines) as l (line)
$$;

comment on function credits.lines_total(jsonb) is
'What a quote''s lines come to.';

revoke all on function credits.lines_total(jsonb) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/open_order.sql sha256:b0659977058f53a5ee65ab862cba9d929f20c643e2c352b2671ca67cb4745405
-- Opens an order for a pack or a quantity at its quote, before anybody is asked to pay.
--
-- The edge has verified who the user is. Price and credits come from the quote alone and are kept
-- with the order: what is paid later is compared with it. A promotion's use is held for the order
-- as long as it can be paid; who comes again for the same purchase meanwhile is given the same
-- order. provider_key is the idempotency key of the call that creates the checkout, kept before
-- that call is made.
--
-- Units    total_cents, and fee_cents of them: minor units of currency.
-- Returns  expires_at: when the checkout must end, an hour before the promotion's use is free
--          again, so that the news of a payment can come in.
-- Errors   22023 invalid_purchase, unknown_package, invalid_quantity, promotion_code_invalid,
--          PT404 account_not_found, 42501 user_unknown, PT403 account_closed
-- Locks    credits.catalogs, shared, so that the quote and its version are one; then
--          credits.accounts: one row, then the promotion's; until commit.
drop function if exists credits.open_order(uuid, uuid, text, text);
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
    currency text,
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
    v_code text := nullif(credits.promotion_code(p_promotion_code), '');
    v_quote jsonb;
    v_order credits.orders;
begin
    perform credits.share_catalog();
    v_account := credits.lock_account(v_account_id);
    -- Written, not only locked, so that an older snapshot is 40001 and counts no use too few.
    update credits.promotions as p set last_order_at = clock_timestamp() where p.code = v_code;
    v_quote := credits.quote_purchase(
        v_account, p_user_id, p_package, null, p_quantity, p_promotion_code
    );
    if v_quote ->> 'message' = 'account_closed' then
        raise exception 'account_closed' using
            errcode = 'PT403',
            hint = 'A closed account buys nothing.';
    elsif v_quote ->> 'message' = 'promotion_code_invalid' then
        raise exception 'promotion_code_invalid' using
            errcode = '22023',
            hint = 'This code is unknown, has ended or is used up, or is not for this purchase.';
    end if;

    v_order := credits.repeatable_order(
        v_account.id, p_user_id, v_code, p_package, (v_quote ->> 'credits')::numeric,
        v_quote -> 'lines'
    );
    if v_order.id is null then
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
        (v_quote ->> 'fee_cents')::bigint, v_order.currency,
        v_order.created_at + interval '23 hours';
end;
$$;

comment on function credits.open_order(uuid, uuid, text, text, numeric, text) is
'Opens an order for a pack or a quantity of credits at its quote.';

revoke all on function credits.open_order(uuid, uuid, text, text, numeric, text)
from public, anon, authenticated, service_role;
grant execute on function credits.open_order(
    uuid, uuid, text, text, numeric, text
) to credits_edge, service_role;

-- source: sql/functions/billing/payment_fee.sql sha256:804915b0a17749eabecfe36eb3cc418289ec1eb99f80ef88b177de508c8f93ad
-- The payment processor's fees that the buyer of something pays, by the catalog's method.
--
-- additive   the processor's share is reckoned on the price, and the seller is left short by that
--            share of the fees.
-- gross_up   it is reckoned on the total, so that the seller gets the price.
--
-- Units    cents: minor units, rounded half up. Nothing is paid on nothing.
create or replace function credits.payment_fee(p_catalog credits.catalogs, p_price_cents numeric)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_share numeric := p_catalog.processor_percent / 100;
    v_fixed_cents numeric := p_catalog.processor_fixed_cents + p_catalog.platform_fixed_cents;
begin
    if p_catalog.fee_method is null or p_price_cents = 0 then
        return 0::numeric;
    elsif p_catalog.fee_method = 'additive' then
        return round(p_price_cents * v_share + v_fixed_cents);
    end if;
    return round((p_price_cents + v_fixed_cents) / (1 - v_share)) - p_price_cents;
end;
$$;

comment on function credits.payment_fee(credits.catalogs, numeric) is
'The processor''s fees that a buyer pays.';

revoke all on function credits.payment_fee(credits.catalogs, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/plan_discount.sql sha256:67a2fbfdddabe5e5a195c9a6a06e13ca56acd00cbb65f9b9e4e078982162edb0
-- The discount, in percent, that an account's plan gives on an item; 0 for none, and on plans.
create or replace function credits.plan_discount(
    p_catalog credits.catalogs,
    p_plan text,
    p_item credits.purchase_item
)
returns numeric
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        (
            select p.discount_percent
            from credits.plans as p
            where
                p.version = p_catalog.version
                and p.code = p_plan
                and p_item.kind <> 'plan'
        ),
        0
    )
$$;

comment on function credits.plan_discount(credits.catalogs, text, credits.purchase_item) is
'The discount that an account''s plan gives on an item.';

revoke all on function credits.plan_discount(credits.catalogs, text, credits.purchase_item)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/price_lines.sql sha256:753dd4fbeaaac71628b7b721d700869818a64264d670c12e4207edf0e1b1a920
-- The lines of a quote up to what an account's plan takes off: the item, the discount for its
-- quantity, and the plan's on what is left.
create or replace function credits.price_lines(
    p_catalog credits.catalogs,
    p_item credits.purchase_item,
    p_plan text
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_percent numeric := credits.plan_discount(p_catalog, p_plan, p_item);
begin
    return credits.add_discount(
        credits.add_discount(
            credits.add_line('[]', p_item.kind, p_item.label, p_item.price_cents),
            'bulk_discount', format('%s %% for the quantity', p_item.bulk_percent),
            p_item.bulk_percent
        ),
        'plan_discount', format('%s %% with the plan %s', v_percent, p_plan),
        v_percent
    );
end;
$$;

comment on function credits.price_lines(credits.catalogs, credits.purchase_item, text) is
'The lines of a quote up to what an account''s plan takes off.';

revoke all on function credits.price_lines(credits.catalogs, credits.purchase_item, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/promotion_code.sql sha256:ec3d10b8b1428d2555f0d2a19dc0b0a16cb8be4c7abb700383791f0970094906
-- A promotion's code in its one spelling: letters and digits only, in capitals.
create or replace function credits.promotion_code(p_text text)
returns text
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select upper(regexp_replace(left(p_text, 200), '[^A-Za-z0-9]', '', 'g'))
$$;

comment on function credits.promotion_code(text) is
'A promotion''s code in its one spelling.';

revoke all on function credits.promotion_code(text) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/purchase_item.sql sha256:37c7429bb187fdc05655c8986dc1ac8bb26c81ea6a8d36bdbb5fd962c6b4cfc4
-- What is bought: a pack, a plan's first period, or a quantity of credits, before any discount.
--
-- Units    price_cents: minor units of the catalog's currency, null for a plan that is not sold.
--          bulk_percent: the discount for the quantity.
-- Errors   22023 invalid_purchase (not exactly one of the three), unknown_package, unknown_plan,
--          invalid_quantity (out of the catalog's bounds, or less than a cent)
create or replace function credits.purchase_item(
    p_catalog credits.catalogs,
    p_package text,
    p_plan text,
    p_quantity numeric
)
returns credits.purchase_item
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_plan credits.plans;
    v_item credits.purchase_item;
begin
    if num_nonnulls(p_package, p_plan, p_quantity) <> 1 then
        raise exception 'invalid_purchase' using
            errcode = '22023',
            hint = 'Name exactly one: a package, a plan, or a quantity of credits.';
    elsif p_plan is not null then
        v_plan := credits.plan_in_force(p_plan);
        return (
            'plan', v_plan.code, v_plan.name, v_plan.monthly_credits, 0,
            case when not v_plan.contact_only then v_plan.price_cents end, 0
        )::credits.purchase_item;
    elsif p_quantity is not null then
        if credits.check_quantity(p_quantity)
            between p_catalog.custom_minimum and p_catalog.custom_maximum
        then
            v_item := credits.quantity_item(p_catalog, trim_scale(p_quantity));
            if v_item.price_cents > 0 then
                return v_item;
            end if;
        end if;
        raise exception 'invalid_quantity' using
            errcode = '22023',
            detail = jsonb_build_object(
                'minimum', p_catalog.custom_minimum, 'maximum', p_catalog.custom_maximum
            )::text,
            hint = 'Buy a quantity within these bounds; without bounds only packs are sold.';
    end if;

    select 'package', p.code, p.name, p.credits, p.bonus_credits, p.price_cents, 0
    into v_item
    from credits.packages as p
    where p.version = p_catalog.version and p.code = p_package;
    if not found then
        raise exception 'unknown_package' using
            errcode = '22023',
            detail = jsonb_build_object('package', p_package)::text,
            hint = 'list_credit_packages() lists the packs.';
    end if;
    return v_item;
end;
$$;

comment on function credits.purchase_item(credits.catalogs, text, text, numeric) is
'What is bought, before any discount.';

revoke all on function credits.purchase_item(credits.catalogs, text, text, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/quantity_item.sql sha256:582db606e880c4ead47892ef34c330bc5802c2cb3a310ff0d409d7f21349669f
-- A quantity of credits as an item to buy: at what a credit is worth plus the mark-up of packs, and
-- the bulk tier that the whole quantity reaches. Whether it may be bought, purchase_item decides.
--
-- Errors   22023 invalid_quantity: it comes to more than 10^12 cents.
create or replace function credits.quantity_item(p_catalog credits.catalogs, p_quantity numeric)
returns credits.purchase_item
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_price_cents numeric := round(p_quantity * credits.unit_price(p_catalog) * 100);
begin
    if v_price_cents > 1e12 then
        raise exception 'invalid_quantity' using
            errcode = '22023',
            detail = jsonb_build_object(
                'maximum', trunc(1e10 / credits.unit_price(p_catalog), 9)
            )::text,
            hint = 'So many credits come to more than can be paid.';
    end if;
    return (
        'quantity', null, format('%s credits', p_quantity), p_quantity, 0,
        v_price_cents,
        credits.bulk_percent(p_catalog.version, p_quantity)
    )::credits.purchase_item;
end;
$$;

comment on function credits.quantity_item(credits.catalogs, numeric) is
'A quantity of credits as an item to buy.';

revoke all on function credits.quantity_item(credits.catalogs, numeric)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/quote_for_caller.sql sha256:df53a16f52e2211120354af93e577564f007c2fda6707ddce1ab2d7f43831d46
-- Quotes a purchase for an account that the caller may buy for: see quote_purchase.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, and those of quote_purchase
create or replace function credits.quote_for_caller(
    p_package text,
    p_plan text,
    p_quantity numeric,
    p_promotion_code text,
    p_account_id uuid
)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.quote_purchase(
        credits.read_account(credits.authorize_account(p_account_id, 'manage')),
        credits.acting_user_id(), p_package, p_plan, p_quantity, p_promotion_code
    );
end;
$$;

comment on function credits.quote_for_caller(text, text, numeric, text, uuid) is
'Quotes a purchase for an account that the caller may buy for.';

revoke all on function credits.quote_for_caller(text, text, numeric, text, uuid)
from public, anon, authenticated, service_role;
grant execute on function credits.quote_for_caller(
    text, text, numeric, text, uuid
) to authenticated, service_role;

-- source: sql/functions/billing/quote_purchase.sql sha256:b7c9f8b5e46c75ccedcc90b56068cc378db323975386c38c39d5ee32dd497e8e
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
--          promotion_code_invalid (unknown, ended, used up and not for this purchase alike).
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
    v_message text;
begin
    if nullif(p_promotion_code, '') is not null then
        v_promotion := credits.usable_promotion(
            p_promotion_code, v_item, credits.lines_total(v_price_lines), v_catalog.currency
        );
    end if;
    v_lines := credits.final_lines(v_catalog, v_item, v_price_lines, v_promotion);
    if v_promotion.code is not null and not credits.has_use_left(
        v_promotion,
        p_account.id,
        (credits.repeatable_order(
            p_account.id, p_user_id, v_promotion.code, p_package, v_item.credits, v_lines
        )).id
    ) then
        v_promotion := null;
        v_lines := credits.final_lines(v_catalog, v_item, v_price_lines, v_promotion);
    end if;

    v_message := case
        when p_account.status = 'closed' then 'account_closed'
        when v_item.price_cents is null then 'plan_not_sold'
        when nullif(p_promotion_code, '') is not null and v_promotion.code is null
            then 'promotion_code_invalid'
    end;
    return credits.show_quote(v_catalog, v_item, v_promotion, v_lines, v_message);
end;
$$;

comment on function credits.quote_purchase(credits.accounts, uuid, text, text, numeric, text) is
'Quotes a purchase by the catalog in force.';

revoke all on function credits.quote_purchase(credits.accounts, uuid, text, text, numeric, text)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/repeatable_order.sql sha256:9f691d7614da4acb05aa4c4f5054494ca9e630b552cf0908ace2f7887f7ad657
-- The open order by which a user holds a use of a promotion for the same purchase: who tries to pay
-- again, at the same lines of a quote, is given it again, and it does not stand in its own way.
--
-- Returns  all null when there is none, or when the time to pay it is nearly over.
create or replace function credits.repeatable_order(
    p_account_id uuid,
    p_user_id uuid,
    p_code text,
    p_package text,
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
    select o.* into v_order
    from credits.redemptions as r
    inner join credits.orders as o on r.account_id = o.account_id and r.order_id = o.id
    where
        r.account_id = p_account_id
        and r.code = p_code
        and r.lapses_at > statement_timestamp() + interval '90 minutes'
        and o.status = 'open'
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

comment on function credits.repeatable_order(uuid, uuid, text, text, numeric, jsonb) is
'The open order by which a user holds a promotion for the same purchase.';

revoke all on function credits.repeatable_order(uuid, uuid, text, text, numeric, jsonb)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/settle_payment.sql sha256:df22d5338102816375682348c7e8c6156f8e0a0e06408c03f448a8f9a233ce9a
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
    v_name text;
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

    v_name := coalesce('pack ' || v_order.package, v_order.credits || ' credits');
    v_transaction := credits.post_grant(
        v_account, 'purchase', v_order.credits, 'system', v_key,
        v_request,
        p_is_paid => p_amount_cents > 0,
        p_paid_cents => p_amount_cents,
        p_currency => p_currency,
        p_reference => p_payment_id,
        p_description => 'Purchase: ' || v_name,
        p_price_version => v_order.price_version
    );
    if v_order.bonus_credits > 0 then
        perform credits.post_grant(
            credits.lock_account(p_account_id), 'bonus', v_order.bonus_credits, 'system',
            v_key || ':bonus', v_request,
            p_reference => p_payment_id,
            p_description => 'Bonus: ' || v_name,
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
    update credits.redemptions as r
    set lapses_at = null
    where r.account_id = p_account_id and r.order_id = p_order_id;
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

-- source: sql/functions/billing/show_quote.sql sha256:cb7156476519a42b2ec669e25d8d4872d52d1f79cc7472d521d211e2433d95bd
-- A quote as the public API shows it, and as an order keeps it.
--
-- p_message  why it cannot be bought so; null when it can.
create or replace function credits.show_quote(
    p_catalog credits.catalogs,
    p_item credits.purchase_item,
    p_promotion credits.promotions,
    p_lines jsonb,
    p_message text
)
returns jsonb
language sql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'ok', p_message is null,
        'message', p_message,
        'credits', p_item.credits,
        'bonus_credits', trim_scale(p_item.bonus_credits + case p_promotion.discount_type
            when 'bonus_credits' then p_promotion.discount_value
            when 'bonus_percent' then round(p_item.credits * p_promotion.discount_value / 100, 9)
            else 0
        end),
        'lines', p_lines,
        'subtotal_cents', p_item.price_cents,
        'discount_cents', coalesce(
            -sum((l.line ->> 'amount_cents')::bigint) filter (
                where l.line ->> 'kind' in ('bulk_discount', 'plan_discount', 'promotion')
            ),
            0
        ),
        'fee_cents', coalesce(
            sum((l.line ->> 'amount_cents')::bigint) filter (where l.line ->> 'kind' = 'fee'), 0
        ),
        'total_cents', case
            when p_item.price_cents is not null then credits.lines_total(p_lines)
        end,
        'currency', p_catalog.currency
    )
    from jsonb_array_elements(p_lines) as l (line)
$$;

comment on function credits.show_quote(
    credits.catalogs, credits.purchase_item, credits.promotions, jsonb, text
) is
'A quote as the public API shows it.';

revoke all on function credits.show_quote(
    credits.catalogs, credits.purchase_item, credits.promotions, jsonb, text
) from public, anon, authenticated, service_role;

-- source: sql/functions/billing/unit_price.sql sha256:7f2152ccd39911bd3606fefd8c369afccb8368f28020df62e1d36d3cb097a7f7
-- What one credit costs that is bought by quantity, before discounts: what it is worth plus the
-- mark-up of packs.
--
-- Units    major units of the catalog's currency.
create or replace function credits.unit_price(p_catalog credits.catalogs)
returns numeric
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(p_catalog.base_price_per_credit, p_catalog.list_price_per_credit)
    * (1 + p_catalog.package_markup);
end;
$$;

comment on function credits.unit_price(credits.catalogs) is
'What one credit costs that is bought by quantity, before discounts.';

revoke all on function credits.unit_price(credits.catalogs)
from public, anon, authenticated, service_role;

-- source: sql/functions/billing/usable_promotion.sql sha256:ab3c745fd217fa249ba61c3b089ac425a262b0d2d0d7330695084a63714ab4b0
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

-- source: sql/functions/stripe/settle_checkout_session.sql sha256:d2489064238b3bed8ab275cca8d8d43181d1ce8f978b4feaa89ec3ea16921170
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
    elsif not coalesce(
        p_session ->> 'payment_status' in ('paid', 'no_payment_required'), false
    ) then
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

-- source: sql/functions/reports/run_maintenance.sql sha256:598762074d24cc458f3109f97e80b6408f0d67db89056db90fefe9d5fbcb3fbb
-- All that a scheduler has to do: starts a scheduled catalog, renews allowances, expires credits,
-- opens missing accounts, learns how long models' answers are. It leaves a heartbeat in job_runs.
--
-- Returns  what was done: {"catalogs": started, "renewed": accounts, "expired": grants, "started":
--          accounts, "learnt": models}. Accounts are taken at most 1000 at a time; run it again
--          until renewed, expired and started are 0.
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
        'expired', credits.expire_credits(p_at),
        'started', credits.grant_initial_credits(1000),
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

-- source: sql/functions/api/choose_model.sql sha256:d478be924856d08c00536f92d4422491ba36af958c3a57f8abc499fe470a78fd
-- RPC for anyone; rules, units and errors: credits.choose_model.
create or replace function public.choose_model(
    prompt text,
    max_credits numeric default null,
    provider text default null,
    needs text[] default '{}'
)
returns public.credit_model_choice
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.choose_model(prompt, max_credits, provider, needs);
end;
$$;

comment on function public.choose_model(text, numeric, text, text[]) is
'Chooses the model that a prompt should go to.';

revoke all on function public.choose_model(text, numeric, text, text[])
from public, anon, authenticated, service_role;
grant execute on function public.choose_model(
    text, numeric, text, text[]
) to anon, authenticated, service_role;

-- source: sql/functions/api/estimate_credit_cost.sql sha256:59b0b5ff6a549bc897acfb1301640fe8ba48a974c6718117802e344d2950b0f3
-- RPC for anyone; rules, units and errors: credits.estimate_cost.
create or replace function public.estimate_credit_cost(
    prompt text default null,
    model text default null,
    input_tokens integer default null,
    max_output_tokens integer default null,
    service text default null,
    usage jsonb default '{}'
)
returns public.credit_estimate
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.estimate_cost(
        prompt, model, input_tokens, max_output_tokens, service, usage
    );
end;
$$;

comment on function public.estimate_credit_cost(text, text, integer, integer, text, jsonb) is
'What a call would cost, before it is made.';

revoke all on function public.estimate_credit_cost(text, text, integer, integer, text, jsonb)
from public, anon, authenticated, service_role;
grant execute on function public.estimate_credit_cost(
    text, text, integer, integer, text, jsonb
) to anon, authenticated, service_role;

-- source: sql/functions/api/get_credit_rate.sql sha256:490efa2a87a5aad8da567bc9cef8f0a96ff19caae87bf3094bcb64c03f2ac0ae
-- RPC for signed-in users; rules, units and errors: credits.credit_rate.
create or replace function public.get_credit_rate(quantity numeric default 1)
returns public.credit_rate
language plpgsql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return credits.credit_rate(quantity);
end;
$$;

comment on function public.get_credit_rate(numeric) is
'What one credit costs when so many are bought.';

revoke all on function public.get_credit_rate(numeric)
from public, anon, authenticated, service_role;
grant execute on function public.get_credit_rate(numeric) to authenticated, service_role;

-- source: sql/functions/api/quote_credit_purchase.sql sha256:3385711be0f8af2e9af2804474077228bf20024ae9270b0b34027d49a38366e2
-- RPC for signed-in users and the back end; rules, units and errors: credits.quote_purchase.
create or replace function public.quote_credit_purchase(
    package text default null,
    plan text default null,
    quantity numeric default null,
    promotion_code text default null,
    account_id uuid default null
)
returns jsonb
language plpgsql
stable
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

-- source: sql/policies/bulk_tiers.sql sha256:f4efc821e26066227ceacf2973dfc4f5b7c2c5a23d9081677360f97890ac2426
-- Private: read and written by the rules only.
alter table credits.bulk_tiers enable row level security;
revoke all on credits.bulk_tiers from public, anon, authenticated, service_role;

-- A version of the catalog is never changed.
create or replace trigger bulk_tiers_refuse_change
before update or delete or truncate on credits.bulk_tiers
for each statement execute function credits.refuse_change();
alter table credits.bulk_tiers enable always trigger bulk_tiers_refuse_change;

-- source: sql/policies/model_outputs.sql sha256:e3c2828a7f4cc1bbd4508d1bd1d8f87fab28fe7222b6ed890d275f3f76035495
-- Private: read and written by the rules only.
alter table credits.model_outputs enable row level security;
revoke all on credits.model_outputs from public, anon, authenticated, service_role;

-- source: sql/policies/promotions.sql sha256:3d0456ac3fe68086b4c77cf8f0de1eaa14b77727daf7b82204815630eb8c7946
-- Private: read and written by the rules only.
alter table credits.promotions enable row level security;
revoke all on credits.promotions from public, anon, authenticated, service_role;

-- source: sql/policies/redemptions.sql sha256:96002da7a68c9a63e5dc3eb8f1035cfc7080558d31db363fa3ac7dd7594be204
-- Private: read and written by the rules only.
alter table credits.redemptions enable row level security;
revoke all on credits.redemptions from public, anon, authenticated, service_role;

-- source: sql/policies/services.sql sha256:2b7c17176868c0ee5c279e9d53a2e00a381c784443ebf85c1857fe6fcb599cc8
-- Private: read and written by the rules only.
alter table credits.services enable row level security;
revoke all on credits.services from public, anon, authenticated, service_role;

-- A version of the catalog is never changed.
create or replace trigger services_refuse_change
before update or delete or truncate on credits.services
for each statement execute function credits.refuse_change();
alter table credits.services enable always trigger services_refuse_change;
