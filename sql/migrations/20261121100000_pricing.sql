insert into credits.migrations (id, parent_id) values ('20261121100000', '20261121090001');
select set_config('lock_timeout', '4s', true);

-- squawk-ignore-file adding-serial-primary-key-field, ban-drop-constraint, ban-drop-not-null
-- squawk-ignore-file constraint-missing-not-valid
-- (Price lists are small. What is loosened here, the rules of before never meet.)

-- Pricing: catalogs that take effect at a time, what a service's price has besides its components,
-- token classes and tiers of context, provider cost, and the terms of a purchase. Nothing that the
-- rules of before read or write disappears here: 20261121100002 drops it after they are replaced.

do $$
declare
    v_name text;
begin
    select p.proname into v_name
    from pg_catalog.pg_proc as p
    where
        p.pronamespace = 'public'::regnamespace
        and p.proname in (
            'choose_model', 'estimate_credit_cost', 'get_credit_rate', 'quote_credit_purchase'
        )
    limit 1;
    if found then
        raise exception 'name_taken' using
            errcode = 'PT409',
            detail = jsonb_build_object('function', v_name)::text,
            hint = 'Rename or drop this function of your own first: pgcredits needs its name.';
    end if;
end
$$;

-- In force is the highest version whose time has come. Versions of before are always in force.
alter table credits.catalogs
add column effective_at timestamptz not null default '-infinity',
-- What a credit is worth where a cost becomes credits; null: the list price.
add column base_price_per_credit numeric check (
    base_price_per_credit > 0 and base_price_per_credit <= 1e12
),
-- Fractions: 0.3 is 30 % on cost.
add column package_markup numeric not null default 0 check (package_markup between 0 and 1000),
-- Any quantity between these may be bought; null: packs and plans only.
add column custom_minimum credits.amount check (custom_minimum > 0),
add column custom_maximum credits.amount,
-- Fees of the payment processor that buyers pay; null: none are passed on.
add column fee_method text check (fee_method in ('additive', 'gross_up')),
add column processor_percent numeric not null default 0 check (
    processor_percent >= 0 and processor_percent < 100
),
add column processor_fixed_cents bigint not null default 0 check (
    processor_fixed_cents between 0 and 1e12
),
add column platform_fixed_cents bigint not null default 0 check (
    platform_fixed_cents between 0 and 1e12
),
add constraint catalogs_custom_quantities_have_bounds check (
    (custom_minimum is null) = (custom_maximum is null) and custom_minimum <= custom_maximum
);

alter table credits.catalogs
-- The rounding of a charge is its service's from now on.
alter column rounding_places set default 9,
alter column rounding_mode set default 'half_up';

create table credits.bulk_tiers (
    version integer not null references credits.catalogs (version),
    from_credits credits.amount not null,
    discount_percent numeric not null check (
        discount_percent >= 0 and discount_percent < 100
    ),
    primary key (version, from_credits)
);

alter table credits.plans
add column discount_percent numeric not null default 0 check (
    discount_percent >= 0 and discount_percent < 100
);

-- What the price of a service (or model) has besides its components. Each charge is rounded once,
-- then kept between the bounds.
create table credits.services (
    version integer not null references credits.catalogs (version),
    code credits.code not null,
    position integer not null,
    description text,
    unit_meter text,    -- the component that counts the service's own unit; null: it has none
    whole_units boolean not null,
    is_free boolean not null,
    minimum_credits credits.amount,
    maximum_credits credits.amount check (maximum_credits > 0),
    rounding_places integer not null check (rounding_places between 0 and 9),
    rounding_mode text not null check (rounding_mode in ('half_up', 'up')),
    primary key (version, code),
    constraint services_bounds_in_order check (minimum_credits <= maximum_credits)
);

insert into credits.services (
    version, code, position, description, unit_meter, whole_units, is_free, rounding_places,
    rounding_mode
)
select
    p.version,
    p.service,
    min(p.position) as position,
    min(p.description) as description,
    min(p.meter) filter (where p.counts_quantity) as unit_meter,
    false as whole_units,
    bool_and(p.is_free) as is_free,
    c.rounding_places,
    c.rounding_mode
from credits.prices as p
inner join credits.catalogs as c on p.version = c.version
group by p.version, p.service, c.rounding_places, c.rounding_mode;

-- A component charges credits, costs us something at the provider, or both. One that counts from a
-- size of the context is a row of its own: it holds above above_tokens, up to up_to_tokens (null:
-- without bound).
alter table credits.prices
alter column position set default 0,
alter column counts_quantity set default false,
alter column is_free set default true,
alter column credits drop not null,
add column above_tokens bigint not null default 0 check (above_tokens >= 0),
add column up_to_tokens bigint check (up_to_tokens > 0),
add column cost numeric check (cost between 0 and 1e12),
drop constraint prices_pkey,
add constraint prices_pkey primary key (version, service, meter, above_tokens),
-- A catalog that the rules of before would store without its services is refused until they go.
add constraint prices_service_fkey foreign key (version, service)
references credits.services (version, code) not valid;

alter table credits.models
add column source text,
add column deprecated_at timestamptz,
add column context_tokens bigint check (context_tokens > 0),
add column max_output_tokens bigint check (max_output_tokens > 0),
add column capabilities text[] not null default '{}';

-- How many tokens a model's calls gave back lately, learnt by the maintenance.
create table credits.model_outputs (
    model credits.code primary key,
    calls integer not null check (calls > 0),
    low_tokens numeric not null,
    expected_tokens numeric not null,
    high_tokens numeric not null,
    learned_at timestamptz not null
);

-- Codes are kept in one spelling: capitals and digits only.
create table credits.promotions (
    code text primary key check (code ~ '^[A-Z0-9]{3,40}$'),
    name text not null check (length(name) between 1 and 200),
    discount_type text not null check (
        discount_type in ('percent', 'fixed', 'bonus_credits', 'bonus_percent')
    ),
    discount_value numeric not null check (
        discount_value > 0 and discount_value <= 1e12 and discount_value = round(discount_value, 4)
    ),
    currency text check (currency ~ '^[a-z]{3}$'),
    starts_at timestamptz not null,
    ends_at timestamptz check (ends_at > starts_at),
    maximum_uses integer check (maximum_uses > 0),
    maximum_uses_per_account integer check (maximum_uses_per_account > 0),
    minimum_cents bigint not null default 0 check (minimum_cents >= 0),
    packages text[] check (array_position(packages, null) is null),
    plans text[] check (array_position(plans, null) is null),
    last_order_at timestamptz,
    is_active boolean not null default true,
    created_at timestamptz not null default clock_timestamp(),
    created_by text not null,
    constraint promotions_percent_is_of_a_hundred check (
        discount_type <> 'percent' or discount_value <= 100
    ),
    constraint promotions_fixed_has_a_currency check (
        (discount_type = 'fixed') = (currency is not null)
        and (discount_type <> 'fixed' or discount_value = trunc(discount_value))
    )
);

-- An order takes one use of its code, which comes back when the order is not paid.
create table credits.redemptions (
    account_id uuid not null,
    order_id uuid not null,
    code text not null references credits.promotions (code),
    lapses_at timestamptz,    -- null: used
    created_at timestamptz not null default clock_timestamp(),
    primary key (account_id, order_id),
    foreign key (account_id, order_id) references credits.orders (account_id, id)
);

create index redemptions_code_idx on credits.redemptions (code, account_id);

-- An order carries its quote. package is null for a quantity of credits.
alter table credits.orders
alter column package drop not null,
add column promotion_code text,
add column quote jsonb,
drop constraint orders_total_cents_check,
add constraint orders_total_cents_check check (total_cents >= 0) not valid;

-- One model's offer for a prompt.
create type credits.model_offer as (
    model text,
    provider text,
    tier text,
    position integer,
    fits boolean,
    expected_credits numeric,
    high_credits numeric
);

-- A promotion may take off all of a price.
alter table credits.payments
drop constraint payments_amount_cents_check,
add constraint payments_amount_cents_check check (amount_cents >= 0) not valid;

-- What is bought: a pack, a plan or a quantity. bulk_percent is the discount for the quantity.
create type credits.purchase_item as (
    kind text,
    code text,
    label text,
    credits numeric,
    bonus_credits numeric,
    price_cents numeric,
    bulk_percent numeric
);

create type public.credit_estimate as (
    low numeric,
    expected numeric,
    high numeric,
    affordable boolean,
    model text,
    input_tokens integer
);

create type public.credit_model_choice as (
    model text,
    provider text,
    task text,
    complexity text,
    estimated_credits numeric,
    affordable boolean,
    reason text,
    alternatives jsonb
);

create type public.credit_rate as (
    price_per_credit numeric,
    price_cents bigint,
    currency text,
    discount_percent numeric
);
