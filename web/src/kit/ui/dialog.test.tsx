import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { Button } from "./button";
import { Dialog } from "./dialog";

/** A button that is gone once what its window asked is done. */
function Pausing() {
  const [step, setStep] = useState<"begin" | "asked" | "done" | "closed">("begin");
  return (
    <section aria-label="Acts">
      {(step === "begin" || step === "asked") && (
        <Button onClick={() => setStep("asked")}>Pause</Button>
      )}
      {(step === "asked" || step === "done") && (
        <Dialog title="Pause" onClose={() => setStep("closed")}>
          <Button onClick={() => setStep("done")}>Do it</Button>
        </Dialog>
      )}
    </section>
  );
}

test("where the opener is gone, what it stood in takes the focus", async () => {
  render(<Pausing />);
  await userEvent.click(screen.getByRole("button", { name: "Pause" }));
  await userEvent.click(screen.getByRole("button", { name: "Do it" }));
  await userEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.getByRole("region", { name: "Acts" })).toHaveFocus();
});
