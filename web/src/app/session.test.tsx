import type { Session, SupabaseClient } from "@supabase/supabase-js";
import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, RouterProvider, useLocation } from "react-router";
import { beforeEach, expect, test, vi } from "vitest";
import { FakeSupabase } from "../test/fake-supabase";
import { AccountProvider } from "./account";
import { SessionProvider } from "./session";
import { Shell } from "./shell";

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  Element.prototype.scrollIntoView = () => {}; // jsdom lays nothing out
});

function Here() {
  const { pathname, state } = useLocation();
  return <p>{`${pathname} ${JSON.stringify(state)}`}</p>;
}

const aSession = (user: object) =>
  ({ user: { id: "ada", app_metadata: {}, user_metadata: {}, ...user } }) as unknown as Session;

/** Opens the history; gives a function that signs somebody in, and who listens to that. */
function open() {
  const listeners = new Set<(event: string, session: Session | null) => void>();
  const fake = new FakeSupabase({ list_my_credit_accounts: [], list_credit_invitations: [] });
  const tell = (session: Session | null) => {
    for (const listener of listeners) {
      listener("", session);
    }
  };
  const auth = {
    ...fake.auth,
    onAuthStateChange: (listener: (event: string, session: Session | null) => void) => {
      listeners.add(listener);
      return { data: { subscription: { unsubscribe: () => listeners.delete(listener) } } };
    },
    signOut: async () => {
      tell(null);
      return { error: null };
    },
  };
  const routes = [{ path: "/", Component: Shell, children: [{ path: "*", Component: Here }] }];
  const { unmount } = render(
    <SessionProvider
      config={{ supabaseUrl: "", anonKey: "" }}
      supabase={Object.assign(fake, { auth }) as unknown as SupabaseClient}
    >
      <AccountProvider>
        <RouterProvider router={createMemoryRouter(routes, { initialEntries: ["/history"] })} />
      </AccountProvider>
    </SessionProvider>,
  );
  return { signIn: (user: object) => act(async () => tell(aSession(user))), listeners, unmount };
}

const administration = () => screen.queryByRole("navigation", { name: "Administration" });

test("nobody is sent to sign in before it is known whether they are", async () => {
  const { signIn } = open();
  expect(screen.getByRole("status", { name: "Starting" })).toBeVisible();
  await signIn({});
  expect(await screen.findByText("/history null")).toBeVisible();
});

test.each([
  ["admin", true],
  ["superadmin", true],
  ["editor", false],
])("the role %s has the pages of administrators: %s", async (role, isThere) => {
  const { signIn } = open();
  await signIn({ app_metadata: { role } });
  expect(administration() !== null).toBe(isThere);
});

test("a role that users give themselves is none", async () => {
  const { signIn } = open();
  await signIn({ user_metadata: { role: "admin" } });
  expect(administration()).toBeNull();
});

test("who signs out comes to the sign-in, from where only the open pages are to be reached", async () => {
  const { signIn } = open();
  await signIn({});
  await userEvent.click(screen.getByRole("button", { name: "Sign out" }));
  expect(await screen.findByText("/sign-in null")).toBeVisible();
  const links = within(screen.getByRole("navigation", { name: "Pages" })).getAllByRole("link");
  expect(links.map((link) => link.textContent)).toEqual(["Pricing", "Sign in", "Sign up"]);
});

test("pages that are gone hear no more of who signs in", () => {
  const { listeners, unmount } = open();
  expect(listeners.size).toBeGreaterThan(0);
  unmount();
  expect(listeners.size).toBe(0);
});
