-- A grant as explanations name it.
--
-- p_credits  what it gave, or what remains in it.
create or replace function credits.explain_grant(p_grant credits.grants, p_credits numeric)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    return jsonb_build_object(
        'grant_id', p_grant.id,
        'credits', p_credits,
        'source', p_grant.source,
        'amount', p_grant.amount,
        'priority', p_grant.priority,
        'expires_at', p_grant.expires_at,
        'is_paid', p_grant.is_paid,
        'paid_cents', p_grant.paid_cents,
        'currency', p_grant.currency,
        'reference', p_grant.reference,
        'created_at', p_grant.created_at
    );
end;
$$;

comment on function credits.explain_grant(credits.grants, numeric) is
'A grant as explanations name it.';

revoke all on function credits.explain_grant(credits.grants, numeric)
from public, anon, authenticated, service_role;
