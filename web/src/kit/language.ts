/** In whose way numbers and times are written: as the document's language has them. */

/**
 * The document's language, in the reader's own variety of it: British days in an English page, but
 * no German ones. Undefined, which is the machine's own, where there is no page or it names none.
 */
export function language(): string | undefined {
  if (typeof document === "undefined") {
    return undefined;
  }
  const { lang } = document.documentElement;
  const own = navigator.languages.find((one) => one.startsWith(`${lang}-`));
  try {
    return Intl.getCanonicalLocales(own ?? lang)[0];
  } catch {
    return undefined; // no language at all, such as "" or "en_US"
  }
}

/** Makes a format for the language once, and again where the page has come to speak another. */
export function inLanguage<Format>(make: (language: string | undefined) => Format): () => Format {
  let made: { language: string | undefined; format: Format } | undefined;
  return () => {
    const now = language();
    if (made === undefined || made.language !== now) {
      made = { language: now, format: make(now) };
    }
    return made.format;
  };
}
