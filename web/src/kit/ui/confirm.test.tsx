import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { Confirm } from "./confirm";
import { Progress } from "./progress";

function ask(isBusy: boolean) {
  const onClose = vi.fn();
  render(
    <Confirm title="End it?" action="End it" isBusy={isBusy} onConfirm={vi.fn()} onClose={onClose}>
      It ends.
    </Confirm>,
  );
  return onClose;
}

test.each([
  [false, 3],
  [true, 0],
])("a question whose act is on its way (%s) is closed %i times of three", async (isBusy, times) => {
  const onClose = ask(isBusy);
  await userEvent.click(screen.getByRole("button", { name: "Close" }));
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  fireEvent(screen.getByRole("dialog"), new Event("cancel", { cancelable: true }));
  expect(onClose).toHaveBeenCalledTimes(times);
});

test.each([
  [-1, 0],
  [3, 3],
  [9, 8],
])("a bar of 8 with the value %d shows %d", (value, shown) => {
  render(<Progress label="Left" value={value} maximum={8} text="" />);
  expect(screen.getByRole("progressbar")).toHaveAttribute("value", `${shown}`);
});
