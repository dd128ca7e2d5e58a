/** The code of who brought a visitor here: kept from the link until it is claimed. */
import { keep, kept } from "../kit/storage";

const KEY = "credits-referred";

/** Keeps the code of a link such as `/?ref=5F7FC3F5`. */
export function keepReferral(): void {
  const code = new URLSearchParams(location.search).get("ref");
  if (code) {
    keep("local", KEY, code.slice(0, 40));
  }
}

/** The code that was kept; "" where there was none. */
export function keptReferral(): string {
  return kept("local", KEY) ?? "";
}

/** Forgets it: it was claimed, or is not wanted. */
export function forgetReferral(): void {
  keep("local", KEY, null);
}
