-- Takes a dispute under review, and tells the user. A replay changes nothing.
--
-- Errors   PT403 admin_only, PT404 dispute_not_found, PT409 dispute_not_open
-- Locks    credits.accounts: one row, until commit.
create or replace function credits.admin_review_dispute(p_dispute_id uuid, p_note text)
returns public.credit_dispute
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    v_actor text := credits.acting_admin();
    v_dispute credits.disputes := credits.locked_dispute(p_dispute_id);
    v_note text := case when p_note is not null then credits.check_reason(p_note) end;
begin
    perform credits.check_open_dispute(v_dispute);
    if v_dispute.status = 'pending' then
        update credits.disputes as d
        set status = 'under_review', reviewed_at = clock_timestamp(), reviewed_by = v_actor
        where d.account_id = v_dispute.account_id and d.id = p_dispute_id
        returning d.* into strict v_dispute;
        perform credits.write_audit(
            v_dispute.account_id, v_actor, 'review_dispute', v_note,
            jsonb_build_object('dispute_id', p_dispute_id, 'status', 'pending'),
            jsonb_build_object('dispute_id', p_dispute_id, 'status', 'under_review')
        );
        perform credits.tell_dispute(v_dispute);
    end if;
    return credits.show_dispute(v_dispute);
end;
$$;

comment on function credits.admin_review_dispute(uuid, text) is
'Takes a dispute under review.';

revoke all on function credits.admin_review_dispute(uuid, text)
from public, anon, authenticated, service_role;
grant execute on function credits.admin_review_dispute(uuid, text) to authenticated, service_role;
