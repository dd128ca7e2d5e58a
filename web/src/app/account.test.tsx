import type { Session, SupabaseClient } from "@supabase/supabase-js";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { useCreditsClient, useTeams } from "../kit";
import { FakeSupabase } from "../test/fake-supabase";
import { anAccount, aTeam, TEAM } from "../test/rows";
import { AccountProvider, useAccountSwitch } from "./account";
import { SessionProvider } from "./session";

beforeEach(() => sessionStorage.clear());

function Shown() {
  const { accountId } = useCreditsClient();
  const { accounts } = useTeams();
  const switchAccount = useAccountSwitch();
  return (
    <>
      <p>account: {accountId ?? "own"}</p>
      <p>names: {accounts.data?.map((account) => account.name).join() ?? "none"}</p>
      <button type="button" onClick={() => switchAccount(TEAM)}>
        To the team
      </button>
      <button type="button" onClick={() => switchAccount(null)}>
        Back
      </button>
    </>
  );
}

/** Shows the pages, and gives a function that signs somebody in. */
function start() {
  const fake = new FakeSupabase({
    list_my_credit_accounts: [anAccount(), aTeam()],
    list_credit_invitations: [],
  });
  const listeners = new Set<(event: string, session: Session | null) => void>();
  const auth = {
    ...fake.auth,
    onAuthStateChange: (listener: (event: string, session: Session | null) => void) => {
      listeners.add(listener);
      return { data: { subscription: { unsubscribe: () => listeners.delete(listener) } } };
    },
  };
  const supabase = Object.assign(fake, { auth }) as unknown as SupabaseClient;
  const { unmount } = render(
    <SessionProvider config={{ supabaseUrl: "", anonKey: "" }} supabase={supabase}>
      <AccountProvider>
        <Shown />
      </AccountProvider>
    </SessionProvider>,
  );
  const signIn = (id: string) =>
    act(async () => {
      for (const tell of [...listeners]) {
        tell("SIGNED_IN", { user: { id } } as unknown as Session);
      }
    });
  return { fake, signIn, unmount };
}

test("the choice is kept over a reload, and one's own account can be chosen again", async () => {
  const first = start();
  await first.signIn("ada");
  await userEvent.click(screen.getByText("To the team"));
  expect(screen.getByText(`account: ${TEAM}`)).toBeInTheDocument();
  first.unmount();
  const second = start();
  await second.signIn("ada");
  expect(screen.getByText(`account: ${TEAM}`)).toBeInTheDocument();
  await userEvent.click(screen.getByText("Back"));
  second.unmount();
  await start().signIn("ada");
  expect(screen.getByText("account: own")).toBeInTheDocument();
});

test("the next user finds neither the choice nor the data of the last", async () => {
  const { fake, signIn } = start();
  await signIn("ada");
  await userEvent.click(screen.getByText("To the team"));
  await screen.findByText("names: ,Lab");
  fake.answers.list_my_credit_accounts = () => new Promise(() => {});
  await signIn("bob");
  expect(screen.getByText("account: own")).toBeInTheDocument();
  expect(screen.getByText("names: none")).toBeInTheDocument();
});
