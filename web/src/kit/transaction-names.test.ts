import { expect, test } from "vitest";
import { namesOf } from "./transaction-names";

test.each([
  ["purchase", null, "Purchase: pack small", ["Purchase: pack small"]],
  ["gift_sent", null, "Gift", ["Gift sent"]],
  ["refund", null, "Refund", ["Refund"]],
  ["usage", "query", null, ["Usage", "Query"]],
  ["usage", "query", "", ["Usage", "Query"]],
  ["usage", "query", "The second film", ["Usage", "Query", "The second film"]],
  ["usage", "document_upload", "Document upload: pdf", ["Usage", "Document upload: pdf"]],
] as const)("a %s of %s, “%s”, is told once", (type, service, description, told) => {
  expect(namesOf({ type, service, description })).toEqual(told);
});
