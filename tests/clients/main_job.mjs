// The main job with supabase-js, read by Node from standard input; it ends at the first wrong
// answer. The stack's address, keys and a user's token come as JSON in the variable STACK.

import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";

const stack = JSON.parse(process.env.STACK);
const user = createClient(stack.url, stack.anon, { accessToken: async () => stack.token });
const anonymous = createClient(stack.url, stack.anon);
const service = createClient(stack.url, stack.service);

const question = { service: "query", usage: { tools: ["docs", "github_mcp"] } };

async function answer(request) {
    const { data, error } = await request;
    assert.equal(error, null, JSON.stringify(error));
    return data;
}

async function refusal(request) {
    const { data, error } = await request;
    assert.equal(data, null);
    return error;
}

function step(name) {
    console.log(name);
}

step("balance");
const balance = await answer(user.rpc("get_credit_balance"));
assert.equal(balance.user_id, stack.user_id);
assert.equal(balance.plan, "free");
assert.equal(balance.available, 100);
assert.equal((await refusal(anonymous.rpc("get_credit_balance"))).code, "42501");

step("cost");
const tools = question.usage.tools;
assert.equal(await answer(anonymous.rpc("calculate_query_cost", { tools })), 20);

step("use and replay");
const first = await answer(user.rpc("use_credits", { ...question, key: "one" }));
assert.equal(first.cost, 20);
assert.equal(first.available, 80);
assert.deepEqual(await answer(user.rpc("use_credits", { ...question, key: "one" })), first);
const reused = await refusal(user.rpc("use_credits", { service: "query", key: "one" }));
assert.equal(reused.code, "PT409");
assert.equal(reused.message, "idempotency_key_reused");

step("quote");
const quote = await answer(user.rpc("quote_credit_purchase", { package: "small" }));
assert.equal(quote.ok, true);
assert.equal(quote.total_cents, 500);
assert.deepEqual(quote.lines, [{ kind: "package", label: "Small", amount_cents: 500 }]);
assert.equal((await refusal(user.rpc("quote_credit_purchase"))).message, "invalid_purchase");

step("checkout");
const order = await fetch(`${stack.edge_url}/api/credits/checkout`, {
    method: "POST",
    headers: { Authorization: `Bearer ${stack.token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ package: "small" }),
});
assert.equal(order.status, 200);
const { url } = await order.json();
const body = new URLSearchParams({ action: "pay" });
assert.equal((await fetch(url, { method: "POST", body, redirect: "manual" })).status, 303);
const deadline = Date.now() + 15_000;
while ((await answer(user.rpc("get_credit_balance"))).available === 80) {
    assert.ok(Date.now() < deadline, "the webhook did not credit the pack");
    await new Promise((resolve) => setTimeout(resolve, 50));
}
assert.equal((await answer(user.rpc("get_credit_balance"))).available, 580);

step("orders");
const [bought] = await answer(user.rpc("list_credit_orders"));
assert.equal(bought.status, "paid");
assert.equal(bought.package, "small");
assert.equal(bought.total_cents, 500);
assert.equal(bought.refunded_cents, 0);
assert.equal(bought.receipt.total_cents, 500);
assert.deepEqual(await answer(user.rpc("list_credit_orders", { before: bought.id })), []);
assert.equal((await refusal(anonymous.rpc("list_credit_orders"))).code, "42501");

step("top-up");
const off = await answer(user.rpc("get_auto_topup"));
assert.equal(off.enabled, false);
assert.equal(off.status, "off");
assert.equal(off.threshold, null);
const wish = { enabled: true, threshold: 20.5, package: "small", monthly_limit_cents: 3000 };
const topup = await answer(user.rpc("set_auto_topup", wish));
assert.deepEqual({ ...topup, ...wish, status: "active", spent_cents: 0 }, topup);
assert.deepEqual(await answer(user.rpc("get_auto_topup")), topup);
const tooSmall = await refusal(user.rpc("set_auto_topup", { enabled: true, threshold: 501 }));
assert.equal(tooSmall.code, "22023");
assert.equal(tooSmall.message, "topup_too_small");

step("refusal");
await answer(user.rpc("use_credits", { ...question, key: "many", quantity: 29 }));
const error = await refusal(user.rpc("use_credits", { ...question, key: "last" }));
assert.equal(error.code, "PT402");
assert.equal(error.message, "insufficient_credits");
assert.deepEqual(JSON.parse(error.details), { required: 20, available: 0, balance: 0, held: 0 });
assert.ok(error.hint);

step("renewal");
const at = new Date(Date.now() + 32 * 24 * 3600 * 1000).toISOString();
assert.equal(await answer(service.rpc("reset_monthly_credits", { at })), 1);
assert.equal((await refusal(user.rpc("reset_monthly_credits", { at }))).code, "42501");

step("views");
const page = await user
    .from("credit_transactions")
    .select("id, type, amount", { count: "exact" })
    .lt("amount", 0)
    .order("id", { ascending: false })
    .range(0, 0);
assert.equal(page.error, null);
assert.equal(page.count, 2);
assert.deepEqual(page.data, [{ id: 4, type: "usage", amount: -580 }]);
const account = await answer(user.from("credit_accounts").select("balance").single());
assert.deepEqual(account, { balance: 100 });
const absent = user.from("credit_transactions").select("id").eq("id", 99).maybeSingle();
assert.equal(await answer(absent), null);

step("csv");
const csv = await answer(user.rpc("export_credit_transactions").csv());
assert.match(csv, /^id,created_at,type,/);
assert.equal(csv.trimEnd().split("\r\n").length, 6);

step("integrity");
assert.deepEqual(await answer(service.rpc("check_credit_integrity")), []);
step("done");
