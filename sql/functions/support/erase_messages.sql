-- Takes out what an account's person wrote or was told: disputes, notices, and the payment
-- provider's events with their names and addresses. A part of admin_erase_account.
--
-- Locks    the planning of notices; credits.stripe_events: those that name the account's customer.
--          It reads the whole outbox and all events.
create or replace function credits.erase_messages(p_account credits.accounts)
returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_emails text[] := credits.emails_of_account(p_account);
begin
    update credits.disputes as d
    set
        description = 'erased',
        resolution = case when d.resolution is not null then 'erased' end
    where
        d.account_id = p_account.id
        or p_account.kind = 'personal' and d.user_id = p_account.owner_id;
    -- Nobody plans deliveries of them meanwhile.
    perform pg_advisory_xact_lock(hashtextextended('credits.outbox', 0));
    with told as materialized (
        select o.id
        from credits.outbox as o
        where
            o.account_id = p_account.id
            or p_account.id::text in (o.payload ->> 'account_id', o.payload ->> 'user_id')
            or lower(o.payload ->> 'email') = any(v_emails)
    ),
    planned as (
        delete from credits.deliveries as d
        where
            d.recipient = any(v_emails)
            or d.notice_id in (select t.id from told as t)
    )

    delete from credits.outbox as o
    using told as t
    where o.id = t.id;
    update credits.stripe_events as e
    set payload = credits.forgotten_payload(e), forgotten_at = clock_timestamp()
    where
        e.forgotten_at is null
        and e.state in ('applied', 'ignored')
        and exists (
            select from unnest(
                p_account.id::text || array(
                    select c.id from credits.customers as c where c.account_id = p_account.id
                )
            ) as n (name)
            where position(n.name in e.payload) > 0
        );
end;
$$;

comment on function credits.erase_messages(credits.accounts) is
'Takes out what an account''s person wrote or was told.';

revoke all on function credits.erase_messages(credits.accounts)
from public, anon, authenticated, service_role;
