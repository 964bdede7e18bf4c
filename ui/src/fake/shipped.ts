// Texts of the shipped provider files that no view of the catalogue has: of test requests, posts and errors. The stand-in shows them
// as they are, so that its pictures are those of the real window. Nothing but the stand-in may load this.
import type { Text } from "../shell/wire";

const files = import.meta.glob<string>("../../../core/providers/{facebook,gotosocial,instagram,threads,x}.toml", {
  query: "?raw",
  import: "default",
  eager: true,
});

const words = (language: string) => String.raw`${language} = ("(?:[^"\\]|\\.)*")`;
/** A text's three languages, on one line or on three. TOML's basic strings are JSON's in all that these texts use. */
const TEXT = new RegExp(["en", "zh-Hans", "zh-Hant"].map(words).join(String.raw`,?\s+`), "g");

/** The text of a shipped file whose English words begin so. */
export function shipped(provider: string, begins: string): Text {
  const file = files[`../../../core/providers/${provider}.toml`] ?? "";
  for (const match of file.matchAll(TEXT)) {
    const [en, hans, hant] = match.slice(1).map((quoted) => JSON.parse(quoted) as string) as [string, string, string];
    if (en.startsWith(begins)) return { en, "zh-Hans": hans, "zh-Hant": hant };
  }
  throw new Error(`${provider}.toml has no text that begins with "${begins}"`);
}
