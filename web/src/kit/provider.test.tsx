import type { Session } from "@supabase/supabase-js";
import { act, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { FakeSupabase } from "../test/fake-supabase";
import { aBalance } from "../test/samples";
import { useLiveBalance } from "./hooks/use-live-balance";
import { CreditsProvider, useCreditsClient } from "./provider";

type Listener = (event: string, session: Session | null) => void;

function Shown({ clients }: { clients: Set<unknown> }) {
  clients.add(useCreditsClient().client);
  return <p>balance: {useLiveBalance().data?.available ?? "none"}</p>;
}

/** A balance that the next user's is not; gives a function that tells who is signed in. */
function start() {
  const fake = new FakeSupabase({ get_credit_balance: aBalance({ available: 250 }) });
  const listeners = new Set<Listener>();
  const auth = {
    ...fake.auth,
    onAuthStateChange: (listener: Listener) => {
      listeners.add(listener);
      return { data: { subscription: { unsubscribe: () => listeners.delete(listener) } } };
    },
  };
  const supabase = Object.assign(fake, { auth }).supabase;
  const clients = new Set<unknown>();
  const page = (accountId: string | null) => (
    <CreditsProvider supabase={supabase} accountId={accountId}>
      <Shown clients={clients} />
    </CreditsProvider>
  );
  const { rerender } = render(page(null));
  const signIn = (id: string | null) =>
    act(async () => {
      for (const tell of listeners) {
        tell("", id === null ? null : ({ user: { id } } as Session));
      }
    });
  return { fake, signIn, clients, go: (accountId: string) => rerender(page(accountId)) };
}

test("what was loaded for one user is not shown to the next", async () => {
  const { fake, signIn } = start();
  await signIn("ada");
  expect(await screen.findByText("balance: 250")).toBeVisible();
  fake.answers.get_credit_balance = () => new Promise(() => {});
  await signIn("bob");
  expect(await screen.findByText("balance: none")).toBeVisible();
  fake.answers.get_credit_balance = aBalance({ available: 7 });
  await signIn("eve");
  expect(await screen.findByText("balance: 7")).toBeVisible();
});

test("who signs out leaves nothing, and nothing is asked for nobody", async () => {
  const { fake, signIn } = start();
  await signIn("ada");
  await screen.findByText("balance: 250");
  const asked = fake.calls.length;
  await signIn(null);
  expect(await screen.findByText("balance: none")).toBeVisible();
  expect(fake.calls).toHaveLength(asked);
});

test("an answer that was on its way to who signs out is not shown, and nothing follows it", async () => {
  const { fake, signIn } = start();
  await signIn("ada");
  await screen.findByText("balance: 250");
  let answer = (_: ReturnType<typeof aBalance>) => {};
  fake.answers.get_credit_balance = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  await act(async () => fake.join());
  const asked = fake.calls.length;
  await signIn(null);
  await act(async () => answer(aBalance({ available: 7 })));
  expect(await screen.findByText("balance: none")).toBeVisible();
  await act(() => new Promise((resolve) => setTimeout(resolve, 100)));
  expect(screen.getByText("balance: none")).toBeVisible();
  expect(fake.calls).toHaveLength(asked);
});

test("the same user again, as with a new token, keeps what is shown", async () => {
  const { fake, signIn } = start();
  await signIn("ada");
  await screen.findByText("balance: 250");
  fake.answers.get_credit_balance = () => new Promise(() => {});
  await signIn("ada");
  expect(screen.getByText("balance: 250")).toBeVisible();
});

test("another account is asked for by the same client", async () => {
  const { clients, go } = start();
  await screen.findByText("balance: 250");
  go("team");
  await screen.findByText("balance: 250");
  expect(clients.size).toBe(1);
});
