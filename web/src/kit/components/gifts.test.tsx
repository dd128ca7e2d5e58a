import { onlineManager } from "@tanstack/react-query";
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { lostAnswer, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aGift } from "../../test/rows";
import { GiftForm } from "./gift-form";
import { GiftList } from "./gift-list";

async function give(amount: string) {
  const user = userEvent.setup();
  const fields = {
    "Friend's e-mail": "bob@example.com",
    Credits: amount,
    "Message (optional)": "For your thesis",
  };
  for (const [label, value] of Object.entries(fields)) {
    await user.clear(screen.getByLabelText(label));
    await user.type(screen.getByLabelText(label), value);
  }
  await user.click(screen.getByRole("button", { name: "Send the gift" }));
}

test("a gift is sent with what was written, and a second one is another", async () => {
  const { fake } = renderKit(<GiftForm />, { send_credit_gift: aGift() });
  await give("3000");
  expect(await screen.findByRole("status")).toHaveTextContent(
    "3,000 credits sent to bob@example.com.",
  );
  await waitFor(() => expect(screen.getByLabelText("Credits")).toHaveValue(null));
  await give("3000");
  await waitFor(() => expect(fake.argsOf("send_credit_gift")).toHaveLength(2));
  const [first, second] = fake.argsOf("send_credit_gift");
  const gift = { recipient_email: "bob@example.com", amount: 3000, message: "For your thesis" };
  expect(first).toMatchObject(gift);
  expect(second).toMatchObject(gift);
  expect(second?.key).not.toEqual(first?.key);
});

test("without a network a gift is refused at once, and not sent by itself later on", async () => {
  onlineManager.setOnline(false);
  try {
    const lost = () => {
      throw lostAnswer();
    };
    const { fake } = renderKit(<GiftForm />, { send_credit_gift: lost });
    await give("3000");
    expect(await screen.findByRole("alert", {}, { timeout: 3_000 })).toHaveTextContent(
      "No answer came",
    );
    const before = fake.argsOf("send_credit_gift").length;
    onlineManager.setOnline(true);
    await give("2000");
    expect(fake.argsOf("send_credit_gift").at(before)).toMatchObject({ amount: 2000 });
  } finally {
    onlineManager.setOnline(true);
  }
});

test("a lost answer is asked for again under the same key", async () => {
  let lost = 0;
  const { fake } = renderKit(<GiftForm />, {
    send_credit_gift: () => {
      lost += 1;
      if (lost === 1) {
        throw lostAnswer();
      }
      return aGift();
    },
  });
  await give("3000");
  await screen.findByRole("status", {}, { timeout: 3000 });
  const [first, second] = fake.argsOf("send_credit_gift");
  expect(second).toEqual(first);
});

test("pressing again sends the same key while it is not done, and other contents a new one", async () => {
  const { fake } = renderKit(<GiftForm />, {
    send_credit_gift: () => {
      throw refusal("account_paused", { hint: "Paused." });
    },
  });
  for (const amount of ["10", "10", "11"]) {
    await give(amount);
    await screen.findByRole("alert");
    await waitFor(() => expect(screen.getByRole("button")).not.toHaveAttribute("aria-disabled"));
  }
  const [first, second, third] = fake.argsOf("send_credit_gift").map((args) => args.key);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test("more than can be given says how much that is, at the amount", async () => {
  renderKit(<GiftForm />, {
    send_credit_gift: () => {
      throw refusal("insufficient_credits", {
        code: "PT402",
        details: JSON.stringify({ required: 900, available: 500 }),
      });
    },
  });
  await give("900");
  await screen.findByText(/You can give 500 credits at most/);
  expect(screen.getByLabelText("Credits")).toHaveAccessibleDescription(/500 credits at most/);
  expect(screen.getByLabelText("Credits")).toHaveValue(900);
});

test("an address that is refused says so at the address", async () => {
  renderKit(<GiftForm />, {
    send_credit_gift: () => {
      throw refusal("gift_to_self", { hint: "That is you." });
    },
  });
  await give("1");
  await screen.findByText("That is you.");
  expect(screen.getByLabelText("Friend's e-mail")).toHaveAccessibleDescription("That is you.");
});

test("a waiting gift is accepted by its receiver and cancelled by its giver", async () => {
  const user = userEvent.setup();
  const { fake } = renderKit(<GiftList />, {
    list_credit_gifts: [
      aGift({ id: "to-me", direction: "received" }),
      aGift({ id: "from-me" }),
      aGift({ id: "over", state: "accepted", ended_at: "2026-11-21T00:00:00Z" }),
    ],
    accept_credit_gift: aGift(),
    cancel_credit_gift: aGift(),
  });
  const items = await screen.findAllByRole("listitem");
  expect(items).toHaveLength(3);
  for (const item of items.slice(2)) {
    expect(within(item).queryByRole("button")).not.toBeInTheDocument();
    expect(within(item).getByText("Accepted")).toBeInTheDocument();
  }
  await user.click(screen.getByRole("button", { name: /^Accept 3,000 credits from ann@/ }));
  await user.click(screen.getByRole("button", { name: "Cancel the gift to bob@example.com" }));
  await waitFor(() => {
    expect(fake.argsOf("accept_credit_gift")).toEqual([{ gift_id: "to-me" }]);
    expect(fake.argsOf("cancel_credit_gift")).toEqual([{ gift_id: "from-me" }]);
  });
});

test("nothing looks accepted before the database says so", async () => {
  const user = userEvent.setup();
  let answer = (_: ReturnType<typeof aGift>) => {};
  const { fake } = renderKit(<GiftList />, {
    list_credit_gifts: [aGift({ direction: "received" })],
    accept_credit_gift: () => new Promise((resolve) => (answer = resolve)),
  });
  await user.click(await screen.findByRole("button", { name: /^Accept/ }));
  const button = screen.getByRole("button", { name: /^Accept/ });
  expect(button).toHaveAttribute("aria-disabled", "true");
  await user.keyboard("[Enter]");
  expect(fake.argsOf("accept_credit_gift")).toHaveLength(1);
  expect(screen.getByText("Waiting")).toBeInTheDocument();
  fake.answers.list_credit_gifts = [aGift({ direction: "received", state: "accepted" })];
  answer(aGift());
  expect(await screen.findByText("Accepted")).toBeInTheDocument();
  const told = await screen.findByText(/^You have 3,000 credits more/);
  expect(told).toHaveFocus(); // what had it is gone
});

test("an acceptance that is refused says why", async () => {
  const user = userEvent.setup();
  renderKit(<GiftList />, {
    list_credit_gifts: [aGift({ direction: "received" })],
    accept_credit_gift: () => {
      throw refusal("gift_not_pending", { hint: "The giver owes credits." });
    },
  });
  await user.click(await screen.findByRole("button", { name: /^Accept/ }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The giver owes credits.");
});

test("without gifts it says what will be there", async () => {
  renderKit(<GiftList />, { list_credit_gifts: [] });
  expect(await screen.findByText(/No gifts yet/)).toBeInTheDocument();
});
