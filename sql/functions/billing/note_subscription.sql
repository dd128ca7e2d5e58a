-- Takes in what is told of a subscription, in whatever order it is told, and lets the account's
-- plan follow.
--
-- The latest news stays: an end is final, then counts when it was told, then its rank, which the
-- reader of the news gives where the time is the same. News without a time are how the subscription
-- stands now: they win over all of the same time, and what is told later wins over them.
--
-- Returns  applied, or ignored when it is older than what is known, or says the same.
-- Errors   22023 unknown_plan
-- Locks    credits.catalogs against a new catalog, then credits.accounts: one row; until commit.
create or replace function credits.note_subscription(
    p_account_id uuid,
    p_provider text,
    p_news credits.subscription_news
)
returns credits.outcome
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    v_old credits.subscriptions;
    v_new credits.subscriptions;
begin
    perform credits.share_catalog();
    perform credits.lock_account(p_account_id);
    v_old := credits.subscription_row(p_account_id, p_provider, p_news.id);
    p_news.told_at := coalesce(p_news.told_at, v_old.told_at);
    if (
        credits.is_over(p_news.status), p_news.told_at, p_news.told_rank, p_news.told_by
    ) < (
        credits.is_over(v_old.status), v_old.told_at, v_old.told_rank, v_old.told_by
    ) then
        return ('ignored', 'older than what is known', null)::credits.outcome;
    end if;

    update credits.subscriptions as s
    set
        plan = p_news.plan,
        status = p_news.status,
        current_period_start_at = p_news.current_period_start_at,
        current_period_end_at = p_news.current_period_end_at,
        cancel_at = p_news.cancel_at,
        is_cancelling = p_news.is_cancelling,
        is_paused = p_news.is_paused,
        trial_end_at = p_news.trial_end_at,
        ended_at = p_news.ended_at,
        next_allowance_at = case
            when not credits.is_over(p_news.status) then s.next_allowance_at
        end,
        told_at = p_news.told_at,
        told_rank = p_news.told_rank,
        told_by = p_news.told_by,
        cancel_key = case when p_news.is_cancelling then s.cancel_key end
    where s.account_id = p_account_id and s.provider = p_provider and s.id = p_news.id
    returning s.* into strict v_new;
    perform credits.follow_subscriptions(p_account_id);

    v_old.told_at := v_new.told_at;
    v_old.told_rank := v_new.told_rank;
    v_old.told_by := v_new.told_by;
    v_old.cancel_key := v_new.cancel_key;
    if v_old is not distinct from v_new then
        return ('ignored', 'says nothing new', null)::credits.outcome;
    end if;
    return ('applied', null, null)::credits.outcome;
end;
$$;

comment on function credits.note_subscription(uuid, text, credits.subscription_news) is
'Takes in what is told of a subscription, in whatever order it is told.';

revoke all on function credits.note_subscription(uuid, text, credits.subscription_news)
from public, anon, authenticated, service_role;
