import { screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { rememberCheckout } from "../kit/checkouts";
import { useSummary } from "../kit/hooks/use-summary";
import { renderKit } from "../test/render";
import { anOrder, aSummary, asJson } from "../test/samples";
import { pass } from "../test/time";
import { CheckoutNote } from "./checkout-note";

const text = () => screen.getByRole("status").textContent;

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
});
afterEach(() => void vi.useRealTimers());

function comeBack(sessionId: string, orders: ReturnType<typeof anOrder>[], onDone = () => {}) {
  return renderKit(<CheckoutNote outcome="success" sessionId={sessionId} onDone={onDone} />, {
    list_credit_orders: orders,
  });
}

/** Something else of the page, which the note has no need to ask for while it waits. */
function Summary() {
  return <p>{useSummary().data ? "summary" : ""}</p>;
}

test("it waits until this order is paid, whatever else was", async () => {
  rememberCheckout({ url: "", session_id: "cs_1", order_id: "mine" });
  const other = anOrder({ id: "other", credits: 1 });
  const { fake } = comeBack("cs_1", [other, anOrder({ id: "mine", status: "open" })]);
  await pass(2500);
  expect(text()).toContain("being confirmed");
  fake.answers.list_credit_orders = [other, anOrder({ id: "mine" })];
  await pass(2500);
  expect(text()).toBe("Thank you: 5,500 credits added.");
  const asked = fake.calls.length;
  await pass(10_000);
  expect(fake.calls).toHaveLength(asked);
});

test("a plan's checkout is done when its order is", async () => {
  rememberCheckout({ url: "", session_id: "cs_2", order_id: "mine" });
  comeBack("cs_2", [anOrder({ id: "mine", package: null, plan: "pro", status: "completed" })]);
  await pass(100);
  expect(text()).toContain("your plan begins");
});

test("a session that this window did not open claims nothing, and stops asking after a minute", async () => {
  rememberCheckout({ url: "", session_id: "cs_1", order_id: "mine" });
  const { fake } = comeBack("cs_other", [anOrder({ id: "mine" })]);
  await pass(5000);
  expect(text()).toContain("being confirmed");
  await pass(60_000);
  expect(text()).toContain("You need not wait here");
  const asked = fake.calls.length;
  await pass(10_000);
  expect(fake.calls).toHaveLength(asked);
});

test("a checkout that was left says that nothing was charged", () => {
  renderKit(<CheckoutNote outcome="cancelled" sessionId={null} />);
  expect(text()).toContain("nothing was charged");
});

test("while it waits it asks for the orders only, and for everything once it is paid", async () => {
  rememberCheckout({ url: "", session_id: "cs_1", order_id: "mine" });
  const { fake } = renderKit(
    <>
      <Summary />
      <CheckoutNote outcome="success" sessionId="cs_1" />
    </>,
    {
      list_credit_orders: [anOrder({ id: "mine", status: "open" })],
      get_credit_summary: asJson(aSummary()),
    },
  );
  await pass(9_000);
  expect(fake.argsOf("list_credit_orders")).toHaveLength(5);
  expect(fake.argsOf("get_credit_summary")).toHaveLength(1);
  fake.answers.list_credit_orders = [anOrder({ id: "mine" })];
  await pass(9_000);
  expect(fake.argsOf("get_credit_summary")).toHaveLength(2);
});

test("answers that are slower than it asks come through", async () => {
  rememberCheckout({ url: "", session_id: "cs_1", order_id: "mine" });
  const { fake } = comeBack("cs_1", [anOrder({ id: "mine", status: "open" })]);
  await pass(1_000);
  fake.answers.list_credit_orders = async () => {
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    return [anOrder({ id: "mine" })];
  };
  await pass(6_000);
  expect(text()).toContain("Thank you: 5,500 credits added.");
});

test.each([
  ["failed", "The payment failed: nothing was bought."],
  ["expired", "nothing was charged"],
] as const)("an order that is %s is not on its way", async (status, words) => {
  rememberCheckout({ url: "", session_id: "cs_1", order_id: "mine" });
  const onDone = vi.fn();
  comeBack("cs_1", [anOrder({ id: "mine", status })], onDone);
  await pass(100);
  expect(screen.getByText(/nothing was bought/)).toHaveTextContent(words);
  expect(onDone).toHaveBeenCalledOnce();
});

test("the address is done with when the order is, and not before", async () => {
  rememberCheckout({ url: "", session_id: "cs_1", order_id: "mine" });
  const onDone = vi.fn();
  const { fake } = comeBack("cs_1", [anOrder({ id: "mine", status: "open" })], onDone);
  await pass(2_500);
  expect(onDone).not.toHaveBeenCalled();
  fake.answers.list_credit_orders = [anOrder({ id: "mine" })];
  await pass(2_500);
  expect(onDone).toHaveBeenCalledOnce();
});
