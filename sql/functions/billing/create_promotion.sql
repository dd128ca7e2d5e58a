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
