const KEPT_MS = 10_000;

/**
 * Hands a text to the browser as a file to save, with the mark by which spreadsheets know UTF-8.
 *
 * @param name what the file is called.
 * @param type its media type, such as `text/csv`.
 */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob(["\uFEFF", text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS); // some browsers fetch it after the click
}
