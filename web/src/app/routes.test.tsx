import type { Session, SupabaseClient } from "@supabase/supabase-js";
import { render, screen } from "@testing-library/react";
import { RouterProvider } from "react-router";
import { beforeEach, expect, test, vi } from "vitest";
import { FakeSupabase } from "../test/fake-supabase";
import { AccountProvider } from "./account";
import { createRoutes } from "./routes";
import { SessionProvider } from "./session";

vi.mock("./pages/pricing", () => {
  throw new Error("Failed to fetch dynamically imported module");
});

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  Element.prototype.scrollIntoView = () => {}; // jsdom lays nothing out
});

test("what is around the pages and cannot be shown says so and offers to load it anew", async () => {
  // Nothing is around it that says who is signed in: it throws.
  render(<RouterProvider router={createRoutes()} />);
  expect(await screen.findByRole("heading", { name: "Something went wrong" })).toBeVisible();
  expect(screen.getByRole("button", { name: "Reload" })).toBeVisible();
  expect(screen.queryByText(/SessionProvider/)).toBeNull();
});

test("a page that cannot be loaded says so, and the way to the others stays", async () => {
  history.replaceState(null, "", "/pricing");
  const fake = new FakeSupabase();
  const auth = {
    ...fake.auth,
    onAuthStateChange: (tell: (event: string, session: Session | null) => void) => {
      tell("INITIAL_SESSION", null);
      return { data: { subscription: { unsubscribe: () => {} } } };
    },
  };
  render(
    <SessionProvider
      config={{ supabaseUrl: "", anonKey: "" }}
      supabase={Object.assign(fake, { auth }) as unknown as SupabaseClient}
    >
      <AccountProvider>
        <RouterProvider router={createRoutes()} />
      </AccountProvider>
    </SessionProvider>,
  );
  expect(await screen.findByRole("heading", { name: "Something went wrong" })).toBeVisible();
  expect(screen.getByRole("alert")).toHaveTextContent("check the connection");
  expect(screen.getByRole("link", { name: "Sign in" })).toBeVisible();
});
