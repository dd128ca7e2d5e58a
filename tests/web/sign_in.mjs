// Signing up, in and out with supabase-js, read by Node from standard input; it ends at the first
// wrong answer. The stack's addresses, its key and the demo users come as JSON in STACK.

import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";

globalThis.WebSocket ??= class {}; // every browser has one, Node 20 has none
const stack = JSON.parse(process.env.STACK);
const email = "new@example.com";
const password = "correct horse";

function connect() {
    return createClient(stack.supabaseUrl, stack.anonKey, { auth: { autoRefreshToken: false } });
}

async function answer(request) {
    const { data, error } = await request;
    assert.equal(error, null, JSON.stringify(error));
    return data;
}

async function refusal(request) {
    const { error } = await request;
    assert.ok(error, "it was not refused");
    return error;
}

function step(name) {
    console.log(name);
}

step("sign up");
const one = connect();
const events = [];
one.auth.onAuthStateChange((event) => {
    events.push(event);
});
const name = { full_name: "Neu <b>" };
const joined = await answer(one.auth.signUp({ email: " New@Example.com ", password, options: { data: name } }));
assert.equal(joined.user.email, email);
assert.deepEqual(joined.user.user_metadata, name);
assert.ok(joined.user.email_confirmed_at);
assert.ok(joined.session.refresh_token);
assert.ok(Math.abs(joined.session.expires_at - Date.now() / 1000 - 3600) < 60);
assert.equal((await answer(one.rpc("get_credit_balance"))).user_id, joined.user.id);
assert.equal((await answer(one.rpc("get_credit_balance"))).available, 100);

step("refused sign-ups");
const taken = await refusal(connect().auth.signUp({ email, password }));
assert.equal(taken.code, "user_already_exists");
assert.equal(taken.status, 422);
const weak = await refusal(connect().auth.signUp({ email: "weak@example.com", password: "five5" }));
assert.equal(weak.name, "AuthWeakPasswordError");
assert.deepEqual(weak.reasons, ["length"]);
const blocked = await refusal(connect().auth.signUp({ email: "x@mailinator.com", password }));
assert.equal(blocked.status, 403);
assert.equal((await refusal(connect().auth.signInAnonymously())).code, "anonymous_provider_disabled");

step("sign in");
const two = connect();
const wrong = await refusal(two.auth.signInWithPassword({ email, password: "another" }));
assert.equal(wrong.name, "AuthApiError");
assert.equal(wrong.code, "invalid_credentials");
assert.equal(wrong.message, "Invalid login credentials");
const { session } = await answer(two.auth.signInWithPassword({ email, password }));
assert.equal((await answer(two.auth.getUser())).user.id, joined.user.id);
const { claims } = await answer(two.auth.getClaims());
assert.equal(claims.sub, joined.user.id);
assert.equal(claims.email, email);
assert.notEqual(claims.session_id, undefined);

step("refresh");
const next = (await answer(two.auth.refreshSession())).session;
assert.notEqual(next.refresh_token, session.refresh_token);
assert.equal((await answer(two.rpc("get_credit_balance"))).available, 100);
const thief = connect();
const again = await refusal(thief.auth.refreshSession({ refresh_token: session.refresh_token }));
assert.equal(again.code, "refresh_token_already_used");
const ended = await refusal(two.auth.refreshSession());
assert.equal(ended.code, "refresh_token_not_found");
assert.equal((await answer(one.auth.getUser())).user.id, joined.user.id);

step("sign out");
const kept = (await answer(one.auth.getSession())).session.access_token;
assert.equal((await one.auth.signOut()).error, null);
assert.equal((await answer(one.auth.getSession())).session, null);
assert.equal((await refusal(connect().auth.getUser(kept))).name, "AuthSessionMissingError");
assert.equal((await refusal(one.rpc("get_credit_balance"))).code, "42501");
await new Promise((resolve) => setTimeout(resolve, 0));
assert.deepEqual(events.filter((event) => event !== "INITIAL_SESSION"), ["SIGNED_IN", "SIGNED_OUT"]);

step("demo users");
for (const person of stack.demo) {
    const client = connect();
    const { user } = await answer(client.auth.signInWithPassword(person));
    const isAdmin = person.role === "admin";
    assert.equal(user.app_metadata.role, isAdmin ? "admin" : undefined);
    const { data, error } = await client.rpc("admin_list_accounts", {});
    assert.equal(error?.code, isAdmin ? undefined : "PT403");
    assert.equal(Array.isArray(data), isAdmin);
}

step("buy");
const buyer = connect();
const signed = await answer(buyer.auth.signInWithPassword(stack.demo[0]));
const order = await fetch(`${stack.edgeUrl}/api/credits/checkout`, {
    method: "POST",
    headers: {
        Authorization: `Bearer ${signed.session.access_token}`,
        "Content-Type": "application/json",
    },
    body: JSON.stringify({ package: "small" }),
});
assert.equal(order.status, 200);
step("done");
