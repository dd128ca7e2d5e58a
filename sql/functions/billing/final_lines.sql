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
