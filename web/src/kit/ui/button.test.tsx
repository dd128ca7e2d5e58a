import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Button } from "./button";

test("a double click starts once what is started", async () => {
  const start = vi.fn();
  const send = vi.fn((event: { preventDefault: () => void }) => event.preventDefault());
  render(
    <form onSubmit={send}>
      <Button isBusy={false} onClick={start}>
        End it
      </Button>
      <Button isBusy={false} type="submit">
        Create
      </Button>
    </form>,
  );
  await userEvent.dblClick(screen.getByRole("button", { name: "End it" }));
  await userEvent.dblClick(screen.getByRole("button", { name: "Create" }));
  expect(start).toHaveBeenCalledOnce();
  expect(send).toHaveBeenCalledOnce();
});

test("what starts nothing hears each click", async () => {
  const step = vi.fn();
  render(<Button onClick={step}>Older</Button>);
  await userEvent.dblClick(screen.getByRole("button", { name: "Older" }));
  expect(step).toHaveBeenCalledTimes(2);
});
