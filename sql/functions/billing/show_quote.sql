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
