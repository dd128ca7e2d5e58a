-- The types of transactions that a word means: the type itself, and those with this plain word.
create or replace function credits.types_called(p_word text)
returns text[]
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return array(
        select t.type
        from unnest(array[
            'purchase', 'allowance', 'welcome', 'bonus', 'promotion', 'referral', 'gift_received',
            'usage', 'gift_sent', 'refund', 'adjustment', 'opening', 'expiry', 'clawback',
            'reinstatement'
        ]) as t (type)
        where p_word in (t.type, credits.transaction_word(t.type))
    );
end;
$$;

comment on function credits.types_called(text) is
'The types of transactions that a type or a plain word names.';

revoke all on function credits.types_called(text) from public, anon, authenticated, service_role;
