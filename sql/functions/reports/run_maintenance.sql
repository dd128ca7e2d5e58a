-- All that a scheduler has to do: starts a scheduled catalog, renews allowances, releases holds
-- and expires credits that are over, opens missing accounts, tries open Stripe events again,
-- learns how long models' answers are, reminds of renewals and expiries, rolls usage up. It leaves
-- a heartbeat in job_runs.
--
-- Returns  what was done: {"catalogs": started, "renewed": accounts, "subscribed": subscriptions
--          paid for longer than a month, "released": holds, "expired": grants, "started": accounts,
--          "retried": events, "learnt": models, "reminded": notices,
--          "expired_acts": that have waited for a second administrator, "rolled_up": accounts with
--          new usage, "forgotten": payloads of events}. At most 1000 of each are taken at
--          a time, 5000 rolled up; run it again until they are 0.
-- Errors   22023 invalid_time
create or replace function credits.run_maintenance(p_at timestamptz)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_started_at timestamptz := statement_timestamp();
    v_counts jsonb;
begin
    -- What waits for no account first: those that are renewed stay locked until the end.
    v_counts := jsonb_build_object(
        'learnt', credits.learn_model_outputs(),
        'reminded', credits.remind(credits.near_time(p_at), 1000),
        'expired_acts', credits.expire_acts(least(p_at, clock_timestamp())),
        'rolled_up', credits.roll_up(5000),
        'forgotten', credits.forget_payloads(
            credits.near_time(least(p_at, clock_timestamp())), 1000
        ),
        'started', credits.grant_initial_credits(1000),
        'catalogs', credits.start_due_catalog()
    );
    perform credits.share_catalog();
    v_counts := v_counts || jsonb_build_object(
        'renewed', credits.reset_monthly_credits(p_at, 1000),
        'subscribed', credits.renew_subscriptions(p_at, 1000),
        'released', credits.release_expired_holds(p_at),
        'expired', credits.expire_credits(p_at),
        'retried', credits.retry_due_stripe_events(p_at, 1000)
    );
    insert into credits.job_runs (job, started_at, counts)
    values ('maintenance', v_started_at, v_counts);
    return v_counts;
end;
$$;

comment on function credits.run_maintenance(timestamptz) is
'Renews, expires and opens what is due, and leaves a heartbeat.';

revoke all on function credits.run_maintenance(timestamptz)
from public, anon, authenticated, service_role;
grant execute on function credits.run_maintenance(timestamptz) to service_role;
