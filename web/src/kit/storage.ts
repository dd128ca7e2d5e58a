/** The browser's storage, which a visitor may have blocked: what cannot be kept is forgotten. */

/** Until the window is closed, or for good. */
export type Place = "session" | "local";

/** What was kept; null where nothing was. */
export function kept(place: Place, key: string): string | null {
  try {
    return storage(place).getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a text; null forgets it. */
export function keep(place: Place, key: string, text: string | null): void {
  try {
    if (text === null) {
      storage(place).removeItem(key);
    } else {
      storage(place).setItem(key, text);
    }
  } catch {
    // It is kept nowhere then.
  }
}

function storage(place: Place): Storage {
  return place === "local" ? localStorage : sessionStorage;
}
