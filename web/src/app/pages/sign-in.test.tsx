import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter, Route, Routes } from "react-router";
import { expect, test, vi } from "vitest";
import { FakeSupabase } from "../../test/fake-supabase";
import { SessionProvider } from "../session";
import { SignIn } from "./sign-in";
import { SignUp } from "./sign-up";

const REFUSED = { data: { user: null, session: null }, error: { message: "No such user." } };
const SIGNED = { data: { user: {}, session: {} }, error: null };
const UNCONFIRMED = { data: { user: {}, session: null }, error: null };

function open(path: string | { pathname: string; state: object }, answer: object) {
  const asked = vi.fn(async (_with: object) => answer);
  const auth = { ...new FakeSupabase().auth, signInWithPassword: asked, signUp: asked };
  render(
    <SessionProvider
      config={{ supabaseUrl: "", anonKey: "" }}
      supabase={Object.assign(new FakeSupabase(), { auth }) as never}
    >
      <MemoryRouter initialEntries={[path]}>
        <Routes>
          <Route path="/" element={<p>Your billing</p>} />
          <Route path="/buy" element={<p>Buying</p>} />
          <Route path="/sign-in" element={<SignIn />} />
          <Route path="/sign-up" element={<SignUp />} />
        </Routes>
      </MemoryRouter>
    </SessionProvider>,
  );
  return asked;
}

async function fillIn(button: string) {
  await userEvent.type(screen.getByLabelText("E-mail"), "ada@example.com");
  await userEvent.type(screen.getByLabelText("Password"), "correct horse");
  await userEvent.click(screen.getByRole("button", { name: button }));
}

test("a sign-in that is refused says why and leaves what was typed", async () => {
  open("/sign-in", REFUSED);
  await fillIn("Sign in");
  expect(await screen.findByRole("alert")).toHaveTextContent("No such user.");
  expect(screen.getByLabelText("E-mail")).toHaveValue("ada@example.com");
  expect(screen.getByLabelText("Password")).toHaveValue("correct horse");
});

test("who has signed in goes on to their billing", async () => {
  const asked = open("/sign-in", SIGNED);
  await fillIn("Sign in");
  expect(await screen.findByText("Your billing")).toBeVisible();
  expect(asked).toHaveBeenCalledExactlyOnceWith({
    email: "ada@example.com",
    password: "correct horse",
  });
});

test("a newcomer finds the way from signing in to signing up, and is in", async () => {
  const asked = open("/sign-in", SIGNED);
  await userEvent.click(screen.getByRole("link", { name: "Sign up" }));
  await fillIn("Sign up");
  expect(await screen.findByText("Your billing")).toBeVisible();
  expect(asked).toHaveBeenCalledOnce();
});

test("who has to confirm the address first is told so", async () => {
  open("/sign-up", UNCONFIRMED);
  await fillIn("Sign up");
  expect(await screen.findByRole("status")).toHaveTextContent("We have sent you an e-mail");
  await waitFor(() => expect(screen.queryByLabelText("Password")).toBeNull());
});

test("an address that cannot sign up says why and leaves what was typed", async () => {
  open("/sign-up", REFUSED);
  await fillIn("Sign up");
  expect(await screen.findByRole("alert")).toHaveTextContent("No such user.");
  expect(screen.getByLabelText("E-mail")).toHaveValue("ada@example.com");
});

test("who wanted to go elsewhere goes on there, by signing up as well", async () => {
  const asked = open({ pathname: "/sign-in", state: { to: "/buy?package=small" } }, SIGNED);
  await userEvent.click(screen.getByRole("link", { name: "Sign up" }));
  await userEvent.click(screen.getByRole("link", { name: "Sign in" }));
  await fillIn("Sign in");
  expect(await screen.findByText("Buying")).toBeVisible();
  expect(asked).toHaveBeenCalledOnce();
});
