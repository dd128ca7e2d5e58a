import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { recallCheckout, rememberCheckout } from "../kit/checkouts";
import { keep, kept } from "../kit/storage";
import { forgetReferral, keepReferral, keptReferral } from "./referred";
import { chosenTheme, switchTheme } from "./theme";

const CHECKOUT = { url: "", session_id: "cs_1", order_id: "o1" };

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  delete document.documentElement.dataset.theme;
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/");
});

/** As a browser does in which a visitor has blocked the site's data. */
function block() {
  for (const name of ["localStorage", "sessionStorage"] as const) {
    vi.spyOn(globalThis, name, "get").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
  }
}

test("what is kept is there, until it is forgotten", () => {
  keep("local", "a", "1");
  expect([kept("local", "a"), kept("session", "a")]).toEqual(["1", null]);
  keep("local", "a", null);
  expect(kept("local", "a")).toBeNull();
});

test("where the storage is blocked, nothing is kept and nothing breaks", () => {
  block();
  history.replaceState(null, "", "/?ref=5F7FC3F5");
  keepReferral();
  forgetReferral();
  rememberCheckout(CHECKOUT);
  expect([keptReferral(), chosenTheme(), recallCheckout("cs_1")]).toEqual(["", null, null]);
});

test("where the storage is blocked, the theme is switched all the same", () => {
  block();
  expect(switchTheme()).toBe("dark");
  expect(document.documentElement.dataset.theme).toBe("dark");
  expect(switchTheme()).toBe("light");
});

test("a checkout is known by its session, and by no other", () => {
  rememberCheckout(CHECKOUT);
  expect([recallCheckout("cs_1"), recallCheckout("cs_2"), recallCheckout(null)]).toEqual([
    "o1",
    null,
    null,
  ]);
});

test.each(["{", "null", "7", '["cs_1"]', '{"session_id":"cs_1"}'])(
  "what another version has kept, %s, is no checkout",
  (text) => {
    sessionStorage.setItem("credits-checkout", text);
    expect(recallCheckout("cs_1")).toBeNull();
  },
);

test("a code that was kept stays until another one comes, and is no longer than codes can be", () => {
  history.replaceState(null, "", "/?ref=5F7FC3F5");
  keepReferral();
  history.replaceState(null, "", "/buy?ref=");
  keepReferral();
  expect(keptReferral()).toBe("5F7FC3F5");
  history.replaceState(null, "", `/?ref=${"A".repeat(1000)}`);
  keepReferral();
  expect(keptReferral()).toBe("A".repeat(40));
});

test("what was chosen of light and dark is known the next time", () => {
  switchTheme();
  expect(chosenTheme()).toBe("dark");
});

test("where the system is dark, the first switch makes it light", () => {
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  expect(switchTheme()).toBe("light");
});
