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
