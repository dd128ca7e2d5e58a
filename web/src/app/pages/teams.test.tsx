import type { Session, SupabaseClient } from "@supabase/supabase-js";
import { act, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, expect, test } from "vitest";
import type { MemberRole } from "../../kit/database";
import { FakeSupabase } from "../../test/fake-supabase";
import { aMember, anAccount, aTeam, ME, TEAM } from "../../test/rows";
import { AccountProvider } from "../account";
import { SessionProvider } from "../session";
import { Teams } from "./teams";

afterEach(() => sessionStorage.clear());

/** Opens the page as a member of the team in use. */
async function open(role: MemberRole) {
  sessionStorage.setItem(`credits-account-${ME}`, TEAM);
  const fake = new FakeSupabase({
    list_my_credit_accounts: [anAccount(), aTeam({ role })],
    list_credit_members: [aMember()],
    list_credit_invitations: [],
  });
  const auth = {
    ...fake.auth,
    onAuthStateChange: (listener: (event: string, session: Session | null) => void) => {
      listener("", { user: { id: ME, app_metadata: {} } } as unknown as Session);
      return { data: { subscription: { unsubscribe: () => {} } } };
    },
  };
  const supabase = Object.assign(fake, { auth }) as unknown as SupabaseClient;
  await act(async () =>
    render(
      <SessionProvider config={{ supabaseUrl: "", anonKey: "" }} supabase={supabase}>
        <AccountProvider>
          <MemoryRouter>
            <Teams />
          </MemoryRouter>
        </AccountProvider>
      </SessionProvider>,
    ),
  );
  await screen.findByRole("heading", { name: "Members of Lab" });
}

test.each([
  ["owner", true],
  ["admin", true],
  ["member", false],
  ["viewer", false],
] as const)("who is %s of the team may invite: %s", async (role, may) => {
  await open(role);
  expect(screen.queryByRole("heading", { name: "Invitations" }) !== null).toBe(may);
});
