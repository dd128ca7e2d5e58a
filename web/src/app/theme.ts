/** Light or dark: as the system has it, until somebody chooses. */
import { keep, kept } from "../kit/storage";

export type Theme = "light" | "dark";

const KEY = "credits-theme";

/** What was chosen; null for what the system has. */
export function chosenTheme(): Theme | null {
  return asTheme(kept("local", KEY));
}

/** What is shown now. */
export function currentTheme(): Theme {
  const shown = asTheme(document.documentElement.dataset.theme);
  return shown ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

/** Shows what was chosen. */
export function applyTheme(theme = chosenTheme()): void {
  if (theme) {
    document.documentElement.dataset.theme = theme;
  } else {
    delete document.documentElement.dataset.theme;
  }
}

/** Chooses the other one. */
export function switchTheme(): Theme {
  const next = currentTheme() === "dark" ? "light" : "dark";
  keep("local", KEY, next);
  applyTheme(next);
  return next;
}

function asTheme(text: string | null | undefined): Theme | null {
  return text === "light" || text === "dark" ? text : null;
}
