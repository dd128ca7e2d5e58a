-- Reminders of the credits that expire within seven days, but for allowances.
create or replace function credits.due_expiries(p_at timestamptz)
returns table (account_id uuid, topic text, key text, payload jsonb)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select
        g.account_id,
        'credits_expiring',
        concat_ws(':', g.account_id, g.id),
        jsonb_build_object(
            'grant_id', g.id, 'source', g.source, 'expires_at', g.expires_at,
            'credits', case
                when g.id = a.head_grant_id and a.head_remaining > 0 then a.head_remaining
                else g.remaining
            end
        )
    from credits.accounts as a
    inner join credits.grants as g on a.id = g.account_id
    where
        a.next_expiry_at <= p_at + interval '7 days'
        and g.expires_at > p_at
        and g.expires_at <= p_at + interval '7 days'
        and g.source <> 'allowance'
        and (g.remaining > 0 or g.id = a.head_grant_id and a.head_remaining > 0);
$$;

comment on function credits.due_expiries(timestamptz) is
'Reminders of the credits that expire within seven days.';

revoke all on function credits.due_expiries(timestamptz)
from public, anon, authenticated, service_role;
