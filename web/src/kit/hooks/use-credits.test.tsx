import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { renderKit } from "../../test/render";
import { useCredits } from "./use-credits";

function Four() {
  const credits = useCredits();
  const call = credits.useVoiceCallCredits;
  const upload = credits.useDocumentUploadCredits;
  const bundle = credits.useBundleCreationCredits;
  const charge = () =>
    void Promise.allSettled([
      call(3, { key: "a" }),
      upload("pdf", { key: "b" }),
      bundle("regulatory", { key: "c", reference: "r", description: "Ours" }),
      bundle(undefined, { key: "d" }),
    ]);
  return (
    <button type="button" onClick={charge}>
      charge
    </button>
  );
}

test("the named uses take a type that the history names, and the key of an intent", async () => {
  const { fake } = renderKit(<Four />);
  await userEvent.click(screen.getByRole("button"));
  const bundle = { account_id: null, service: "bundle_creation", quantity: 1 };
  await expect
    .poll(() => fake.argsOf("use_credits"))
    .toEqual([
      { account_id: null, key: "a", service: "voice_call", quantity: 3 },
      {
        account_id: null,
        key: "b",
        service: "document_upload",
        quantity: 1,
        description: "Document upload: pdf",
      },
      { ...bundle, key: "c", reference: "r", description: "Ours" },
      { ...bundle, key: "d" },
    ]);
});
