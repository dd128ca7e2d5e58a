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
