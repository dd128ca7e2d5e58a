import { afterEach, expect, test, vi } from "vitest";
import { formatBucket } from "./components/usage-labels";
import { formatCredits, formatDay, formatMoney } from "./format";
import { language } from "./language";

const DAY = "2026-11-05T12:00:00Z";

/** A page in a language, for a reader who prefers these. */
function read(page: string, ...preferred: string[]) {
  document.documentElement.lang = page;
  vi.stubGlobal("navigator", { languages: preferred });
}

afterEach(() => {
  document.documentElement.lang = "";
  vi.unstubAllGlobals();
});

test("numbers stand in the language of the page, not in that of the browser", () => {
  read("en", "de-DE", "de");
  expect([formatCredits(1234.5), formatMoney(123_450, "usd")]).toEqual(["1,234.5", "$1,234.50"]);
  expect([formatDay(DAY), formatBucket("2026-11-05", "day")]).toEqual(["Nov 5, 2026", "Nov 5"]);
});

test("a page that comes to speak another language writes them in that one", () => {
  read("en", "en-US");
  expect(formatCredits(1234.5)).toBe("1,234.5");
  read("de", "en-US");
  expect([formatCredits(1234.5), formatDay(DAY)]).toEqual(["1.234,5", "05.11.2026"]);
});

test("who reads a variety of the page's language has it", () => {
  read("en", "de-DE", "en-GB", "en-US");
  expect([language(), formatDay(DAY)]).toEqual(["en-GB", "5 Nov 2026"]);
  read("en-US", "en-GB");
  expect(language()).toBe("en-US");
});

test("where there is no page, on a server, numbers are written too", () => {
  vi.stubGlobal("document", undefined);
  const written = formatCredits(1);
  vi.unstubAllGlobals();
  expect(written).toBe("1");
});

test.each(["", "en_US", "?"])("a page whose language is “%s” is written as ever", (page) => {
  read(page, "de-DE");
  expect(language()).toBeUndefined();
  expect(formatCredits(1)).toBe("1");
});
