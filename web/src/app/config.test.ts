import { expect, test, vi } from "vitest";
import { readConfig } from "./config";

test("a server without a configuration is said by its status", async () => {
  vi.stubGlobal("fetch", async () => new Response("<h1>Not found</h1>", { status: 404 }));
  await expect(readConfig()).rejects.toThrow("/config.json: 404");
});
