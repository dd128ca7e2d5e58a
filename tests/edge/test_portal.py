"""Stripe's portal: each manager is shown that of the own account's customer, and of no other."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.edge.shop import PORTAL, SITE, Shop

PORTALS = "/v1/billing_portal/sessions"


def buy(shop: Shop, user_id: UUID, account_id: UUID | None = None) -> str:
    """Buy something, and return the customer that paid."""
    wish = {"package": "basic"} | ({"account_id": str(account_id)} if account_id else {})
    assert shop.post(user_id, wish).status_code == 200
    return shop.received[-1].params["customer"]


def test_the_portal_is_the_customers_own_and_leads_back_to_the_site(shop: Shop) -> None:
    user_id = shop.sign_up()
    customer_id = buy(shop, user_id)
    response = shop.post(user_id, {}, PORTAL)
    assert response.status_code == 200, response.text
    assert set(response.json()) == {"url"}
    (call,) = shop.asked("POST", PORTALS)
    assert call.params == {"customer": customer_id, "return_url": f"{SITE}/billing"}


def test_the_portal_is_configured_as_it_was_synced(shop: Shop) -> None:
    user_id = shop.sign_up()
    buy(shop, user_id)
    configuration = shop.edge.extensions["stripe"].v1.billing_portal.configurations.create(
        {"features": {"invoice_history": {"enabled": True}}}
    )
    shop.query("update credits.providers set portal_configuration_id = %s", configuration.id)
    assert shop.post(user_id, {}, PORTAL).status_code == 200
    assert shop.asked("POST", PORTALS)[0].params["configuration"] == configuration.id


def test_every_visit_is_a_new_link(shop: Shop) -> None:
    user_id = shop.sign_up()
    buy(shop, user_id)
    urls = [shop.post(user_id, {}, PORTAL).json()["url"] for _ in range(2)]
    assert urls[0] != urls[1]
    assert len({call.key for call in shop.asked("POST", PORTALS)} - {None}) == 2


def test_who_never_bought_has_no_portal(shop: Shop) -> None:
    response = shop.post(shop.sign_up(), {}, PORTAL)
    assert (response.status_code, response.json()["message"]) == (404, "customer_not_found")
    assert shop.calls == []


@pytest.mark.parametrize(
    "field",
    [
        {"session_id": "cs_test_of_somebody"},
        {"customer": "cus_of_somebody"},
        {"customer_id": "cus_of_somebody"},
        {"configuration": "bpc_of_somebody"},
        {"return_url": "https://evil.example/"},
        {"flow_data": {"type": "payment_method_update"}},
    ],
    ids=str,
)
def test_whose_portal_it_is_and_where_it_leads_is_not_the_callers_to_choose(
    shop: Shop, field: dict[str, object]
) -> None:
    stranger_id = shop.sign_up()
    session_id = shop.check_out(stranger_id)["session_id"]
    if "session_id" in field:
        field = {"session_id": session_id}
    response = shop.post(shop.sign_up(), field, PORTAL)
    assert (response.status_code, response.json()["message"]) == (400, "unknown_field")
    assert shop.asked("POST", PORTALS) == []


def test_a_strangers_portal_and_an_absent_one_get_the_same_answer(shop: Shop) -> None:
    user_id, stranger_id = shop.sign_up(), shop.sign_up()
    buy(shop, stranger_id)
    answers = [
        shop.post(user_id, {"account_id": str(account_id)}, PORTAL)
        for account_id in (stranger_id, uuid4())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert shop.asked("POST", PORTALS) == []


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("admin", 200), ("member", 404), ("viewer", 404)]
)
def test_who_manages_a_team_is_shown_its_portal(shop: Shop, role: str, status: int) -> None:
    owner_id, user_id = shop.sign_up(), shop.sign_up()
    team_id = shop.add_team(owner_id)
    customer_id = buy(shop, owner_id, team_id)
    shop.query("insert into credits.members values (%s, %s, %s)", team_id, user_id, role)
    response = shop.post(user_id, {"account_id": str(team_id)}, PORTAL)
    assert response.status_code == status
    if status == 200:
        assert shop.asked("POST", PORTALS)[0].params["customer"] == customer_id


def test_nobody_is_shown_a_portal_without_signing_in(shop: Shop) -> None:
    response = shop.post(None, {}, PORTAL)
    assert (response.status_code, response.json()["message"]) == (401, "not_signed_in")


def test_a_database_of_the_other_mode_shows_no_portal(shop: Shop) -> None:
    user_id = shop.sign_up()
    buy(shop, user_id)
    shop.query("update credits.providers set livemode = true")
    response = shop.post(user_id, {}, PORTAL)
    assert (response.status_code, response.json()["message"]) == (409, "provider_mode_differs")
    assert shop.asked("POST", PORTALS) == []
