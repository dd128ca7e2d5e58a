import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { EnterpriseContact } from "./enterprise-contact";

const answer = (ok: boolean, message: string | null) => ({
  ok,
  message,
  credits: null,
  balance: null,
});

async function send() {
  await userEvent.type(screen.getByLabelText("E-mail"), "ada@example.com");
  await userEvent.type(screen.getByLabelText("What do you need?"), "A million credits");
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
}

test("a message is sent, and thanked for", async () => {
  const { fake } = renderKit(<EnterpriseContact />, { contact_credit_sales: answer(true, null) });
  await userEvent.type(screen.getByLabelText("Company"), "Example Ltd");
  await send();
  expect(await screen.findByRole("status")).toHaveTextContent("we have your message");
  expect(fake.argsOf("contact_credit_sales")).toEqual([
    {
      email: "ada@example.com",
      message: "A million credits",
      name: null,
      company: "Example Ltd",
    },
  ]);
});

test("too many messages are told, and what was written stays", async () => {
  renderKit(<EnterpriseContact />, { contact_credit_sales: answer(false, "rate_limited") });
  await send();
  expect(await screen.findByRole("alert")).toHaveTextContent("Too many messages");
  expect(screen.getByLabelText("What do you need?")).toHaveValue("A million credits");
});

test("a refused address is told in words", async () => {
  renderKit(<EnterpriseContact />, {
    contact_credit_sales: () => {
      throw refusal("invalid_email", { hint: "Send an e-mail address." });
    },
  });
  await send();
  expect(await screen.findByRole("alert")).toHaveTextContent("Send an e-mail address.");
});

test("without an address nothing is sent", async () => {
  const { fake } = renderKit(<EnterpriseContact />);
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  expect(fake.calls).toEqual([]);
});
