-- An account's transactions as CSV, oldest first, with a header line; lines end as RFC 4180 says.
--
-- Errors   42501 not_signed_in, PT404 account_not_found, 22023 account_id_required,
--          export_too_large (over 100,000 transactions)
create or replace function credits.export_transactions(
    p_account_id uuid,
    p_since timestamptz,
    p_until timestamptz
)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_account_id uuid := credits.authorize_account(p_account_id, 'read');
    v_only_user_id uuid := credits.only_own_user_id(v_account_id);
    v_count bigint;
    v_lines text;
begin
    perform credits.read_account(v_account_id);
    select
        count(*),
        string_agg(
            concat_ws(
                ',',
                t.id,
                to_char(t.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                t.type, credits.transaction_word(t.type), t.amount,
                trim_scale(t.balance_after - t.amount), t.balance_after,
                coalesce(credits.csv_field(t.service), ''), coalesce(t.quantity::text, ''),
                coalesce(credits.csv_field(t.description), ''),
                coalesce(credits.csv_field(t.reference), ''),
                coalesce(credits.csv_field(t.metadata::text), '{}')
            ) || e'\r\n', '' order by t.id
        )
    into strict v_count, v_lines
    from (
        select t.*
        from credits.transactions as t
        where
            t.account_id = v_account_id
            and (v_only_user_id is null or t.user_id = v_only_user_id)
            and (p_since is null or t.created_at >= p_since)
            and (p_until is null or t.created_at < p_until)
        order by t.id
        limit 100001
    ) as t;
    if v_count > 100000 then
        raise exception 'export_too_large' using
            errcode = '22023',
            detail = jsonb_build_object('limit', 100000)::text,
            hint = 'An export has at most 100000 transactions: choose a time by since and until.';
    end if;

    perform set_config(
        'response.headers',
        '[{"Content-Disposition": "attachment; filename=\"credits.csv\""}]',
        true
    );
    return 'id,created_at,type,transaction_type,amount,balance_before,balance_after,service,'
        || e'quantity,description,reference,metadata\r\n' || coalesce(v_lines, '');
end;
$$;

comment on function credits.export_transactions(uuid, timestamptz, timestamptz) is
'An account''s transactions as CSV.';

revoke all on function credits.export_transactions(uuid, timestamptz, timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.export_transactions(
    uuid, timestamptz, timestamptz
) to authenticated, service_role;
