// The locales as the page gets them: Rust's own messages and what a terminal says are left out, and what only the last screens
// say is fetched with them.
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** What Rust says, and the page never asks for. */
export const RUST = /^(cli|leaks|tray|notice|calendar|page|native)-/;
const USE =
  /^(use|export|post|details-(title|issued|expires|data)|stepped-back|renew-(anyway|from|over)|ask-(renew|step-back|verify)|ask-(delete|revoke)-(lives|stays|where|every|this)|error-(delivery|env|post)|error-file-sealed)(-|$)/;
const ATTRIBUTE = /^\s+\.([a-z]+) =/;

/** The messages of a file that `keep` wants, with their attributes but `.type`, which a terminal says. */
export function messages(source: string, keep: (id: string) => boolean): string {
  let kept = false;
  let typed = false;
  const lines = source.split("\n").filter((line) => {
    const id = /^([a-z][\w-]*) =/.exec(line)?.[1];
    if (id) kept = keep(id);
    else if (!/^[\s}]/.test(line)) kept = false;
    const attribute = ATTRIBUTE.exec(line)?.[1];
    if (id ?? attribute) typed = attribute === "type";
    return kept && !typed;
  });
  return lines.join("\n");
}

/** `?raw`: what the first screens say. `?use`: what is said where a token is put to use and in the dialogs of its account, with the errors
 *  of its deliveries and posts. */
export function words(): Plugin {
  return {
    name: "words",
    enforce: "pre",
    load(id) {
      const [, file, part] = /^(.+\.ftl)\?(raw|use)$/.exec(id) ?? [];
      if (!file) return null;
      this.addWatchFile(file);
      const text = messages(readFileSync(file, "utf8"), (message) =>
        part === "use" ? USE.test(message) : !USE.test(message) && !RUST.test(message),
      );
      return `export default ${JSON.stringify(text)};`;
    },
  };
}
