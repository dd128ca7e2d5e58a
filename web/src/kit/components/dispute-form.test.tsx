import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { type Answers, refusal } from "../../test/fake-supabase";
import { renderKit } from "../../test/render";
import { aCharge, aDispute, ME } from "../../test/rows";
import { DisputeForm } from "./dispute-form";

function show(answers: Answers) {
  const onDone = vi.fn();
  const { fake } = renderKit(
    <DisputeForm charge={aCharge()} onDone={onDone} onCancel={() => {}} />,
    { list_my_credit_disputes: [], ...answers },
  );
  return { fake, onDone };
}

async function fill(refund: string) {
  const user = userEvent.setup();
  await user.selectOptions(screen.getByLabelText("What was wrong?"), "poor_quality");
  await user.type(screen.getByLabelText("What happened?"), " It is black. ");
  await user.clear(screen.getByLabelText("Credits to give back"));
  await user.type(screen.getByLabelText("Credits to give back"), refund);
  await user.click(screen.getByRole("button", { name: "File the dispute" }));
}

test("what is filed names the charge, its account and what should come back", async () => {
  const { fake, onDone } = show({ submit_credit_dispute: aDispute() });
  await fill("12.5");
  await vi.waitFor(() => expect(onDone).toHaveBeenCalled());
  expect(onDone.mock.calls[0]?.[0]).toEqual(aDispute());
  expect(fake.argsOf("submit_credit_dispute")).toEqual([
    {
      transaction_id: 2,
      reason: "poor_quality",
      description: "It is black.",
      requested_refund: 12.5,
      account_id: ME,
    },
  ]);
});

test("more than was charged is refused before it is sent", async () => {
  const { fake } = show({ submit_credit_dispute: aDispute() });
  await fill("30.1");
  const field = screen.getByLabelText("Credits to give back");
  expect(field).toBeInvalid();
  expect(field).toHaveAccessibleDescription("No more than 30 credits can come back.");
  expect(fake.argsOf("submit_credit_dispute")).toEqual([]);
});

test.each([
  ["refund_exceeds_paid", "Credits to give back"],
  ["description_too_long", "What happened?"],
  ["invalid_reason", "What was wrong?"],
])("the refusal %s stands at the field %s", async (token, label) => {
  const { onDone } = show({
    submit_credit_dispute: () => {
      throw refusal(token, { hint: "Not like this." });
    },
  });
  await fill("10");
  await screen.findByText("Not like this.");
  expect(screen.getByLabelText(label)).toHaveAccessibleDescription("Not like this.");
  expect(screen.getByRole("alert")).toHaveTextContent("Not like this."); // and nowhere else
  expect(onDone).not.toHaveBeenCalled();
});

test("a refusal of no field stands above the form, and what was written stays", async () => {
  show({
    submit_credit_dispute: () => {
      throw refusal("too_many_disputes", { hint: "Wait for an answer." });
    },
  });
  await fill("10");
  expect(await screen.findByRole("alert")).toHaveTextContent("Wait for an answer.");
  expect(screen.getByLabelText("What happened?")).toHaveValue(" It is black. ");
});
