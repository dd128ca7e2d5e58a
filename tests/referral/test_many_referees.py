"""A thousand referees of one referrer, whose rewards have an end."""

from __future__ import annotations

from tests.referral.referring import REFERRER, open_shop, person, referral_of, rewards
from tests.support import Connection

REFEREES, MOST = 1000, 100


def test_a_thousand_referees_earn_as_much_as_the_program_allows(db: Connection) -> None:
    open_shop(db, maximum_rewards=MOST)
    ann = person(db, "ann")
    code = referral_of(db, ann)["code"]
    db.execute(
        """
        insert into auth.users (email, email_confirmed_at)
        select 'referee-' || n || '@example.org', now() from generate_series(1, %s) as n
        """,
        [REFEREES],
    )
    db.execute(
        """
        do $$
        declare
            v_user record;
            v_order record;
        begin
            for v_user in select id from auth.users where email like 'referee-%@example.org'
            loop
                perform set_config('role', 'authenticated', true);
                perform set_config(
                    'request.jwt.claims',
                    jsonb_build_object('sub', v_user.id, 'role', 'authenticated')::text, true
                );
                perform public.claim_referral_code(current_setting('tests.code'));
                perform set_config('role', 'none', true);
                select * into strict v_order
                from credits.open_order(v_user.id, null, 'stripe', 'plain', null, null);
                perform credits.settle_payment(
                    v_user.id, v_order.order_id, 'stripe', 'pi_' || v_user.id, 700, 'usd'
                );
            end loop;
        end
        $$
        """.replace("current_setting('tests.code')", f"'{code}'")
    )
    found = referral_of(db, ann)
    assert (found["referred"], found["rewarded"]) == (REFEREES, MOST)
    assert found["credits_earned"] == sum(rewards(db, ann)) == MOST * REFERRER
    counted = db.execute(
        "select count(*), sum(amount) from credits.grants where source = 'referral'"
        " and account_id <> %s",
        [ann],
    ).fetchone()
    assert counted == (REFEREES, 20 * REFEREES)
