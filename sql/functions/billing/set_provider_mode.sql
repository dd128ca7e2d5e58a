-- Says which of a provider's modes the database takes from now on. What belongs to the other mode
-- is kept, and rests: its subscriptions give no plan, and the portal's configuration is forgotten.
-- Events that were of the wrong mode before are tried again.
--
-- Errors   PT404 provider_not_found
-- Locks    credits.catalogs, shared; credits.providers: one row; credits.accounts: those with a
--          subscription, in id order; until commit.
create or replace function credits.set_provider_mode(p_provider text, p_livemode boolean)
returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform credits.share_catalog();
    if p_livemode = credits.livemode(p_provider) then
        return;
    end if;
    update credits.providers as p
    set
        livemode = p_livemode,
        portal_configuration_id = null,
        changed_at = clock_timestamp()
    where p.provider = p_provider;
    if not found then
        raise exception 'provider_not_found' using
            errcode = 'PT404',
            hint = 'There is no such payment provider.';
    end if;
    update credits.stripe_events as e
    set state = 'failed', next_attempt_at = clock_timestamp()
    where e.state = 'quarantined' and e.reason = 'test and live mode do not mix';
    perform credits.follow_subscriptions(a.account_id)
    from (
        select distinct s.account_id
        from credits.subscriptions as s
        where s.provider = p_provider
        order by s.account_id
    ) as a;
end;
$$;

comment on function credits.set_provider_mode(text, boolean) is
'Says which of a provider''s modes the database takes.';

revoke all on function credits.set_provider_mode(text, boolean)
from public, anon, authenticated, service_role;
grant execute on function credits.set_provider_mode(text, boolean) to service_role;
