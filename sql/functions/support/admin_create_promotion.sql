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
