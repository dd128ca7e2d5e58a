import type { Word } from "../words";
import { Badge } from "./notes";

/** A status, as a badge in its colour. */
export function State({ word }: { word: Word }) {
  return <Badge tone={word.tone}>{word.label}</Badge>;
}
