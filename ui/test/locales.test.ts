// The three languages say the same things: keys, attributes and variables agree, and no message that the UI or Rust uses is missing.
import { FluentParser, Visitor, type Message, type VariableReference } from "@fluent/syntax";
import { describe, expect, test } from "vitest";
import { messages, RUST } from "../words";
import { day, moment, relative } from "../src/text/dates";
import { speak } from "../src/text/words.svelte";
import { ERRORS, LANGUAGES, read, sources } from "./files";

class Variables extends Visitor {
  readonly names = new Set<string>();
  override visitVariableReference(node: VariableReference): void {
    this.names.add(node.id.name);
  }
}

/** Each message and attribute by its id, with the variables in it; attributes as `message.attribute`. */
function contents(language: string): Map<string, string> {
  const found = new Map<string, string>();
  const variables = (node: Parameters<Visitor["visit"]>[0]) => {
    const visitor = new Variables();
    visitor.visit(node);
    return [...visitor.names].sort().join(" ");
  };
  for (const entry of new FluentParser({}).parse(read(`../locales/${language}.ftl`)).body) {
    if (entry.type === "Junk") throw new Error(`${language}: ${entry.content}`);
    if (entry.type !== "Message") continue;
    const { id, value, attributes } = entry as Message;
    expect(found.has(id.name), `${language}: ${id.name} twice`).toBe(false);
    found.set(id.name, value ? variables(value) : "no value");
    for (const attribute of attributes) found.set(`${id.name}.${attribute.id.name}`, variables(attribute.value));
  }
  return found;
}

const english = contents("en");

describe.each(LANGUAGES)("%s", (language) => {
  const own = contents(language);

  test("has the keys, attributes and variables of English", () => {
    expect(Object.fromEntries(own)).toEqual(Object.fromEntries(english));
  });

  test("has three sentences for each error, and no parameter that the error lacks", () => {
    for (const [code, params] of [...Object.entries(ERRORS), ["unknown", ["code"]] as const]) {
      for (const id of [`error-${code}`, `error-${code}.means`, `error-${code}.press`]) {
        expect(own.has(id), id).toBe(true);
        for (const name of (own.get(id) ?? "").split(" ").filter(Boolean))
          expect(
            params.map((one) => one.replace("?", "")),
            id,
          ).toContain(name);
      }
    }
  });

  test("has the pages that the browser ends on", () => {
    for (const page of ["done", "denied", "already", "nobody", "bad"]) {
      expect(own.get(`page-${page}-title`)).toBe("");
      expect(own.get(`page-${page}-text`)).toBe("");
    }
  });

  test("leaves to the terminal what only a terminal says", () => {
    const source = "a = A\n    .press = P\n    .type = T\n        more\n    .means = M\nb = B\n    .type = T\n\n\nc = C\n";
    expect(messages(source, (id) => id !== "c")).toBe("a = A\n    .press = P\n    .means = M\nb = B");
    const shown = messages(read(`../locales/${language}.ftl`), () => true);
    expect(shown).toContain(".press =");
    expect(shown).not.toContain(".type =");
  });

  test("does not raise its voice", () => {
    expect(read(`../locales/${language}.ftl`)).not.toMatch(/[!！]/);
  });
});

test("every id in the sources exists", () => {
  for (const { path, text } of sources()) {
    for (const [, inside] of text.matchAll(/\bt\(([^)]*)/g)) {
      for (const [, id] of (inside ?? "").matchAll(/(?:^|[?:]\s*)"([a-z][a-z0-9.-]+)"/g))
        expect(english.has(id ?? ""), `${path}: ${id}`).toBe(true);
    }
  }
});

test("every id that is put together from parts exists for each part", () => {
  const families: Record<string, string[]> = {
    "step-*.todo": [
      "server-found",
      "client-ready",
      "redirect-open",
      "browser-opened",
      "answer-received",
      "token-received",
      "token-exchanged",
      "identity-verified",
      "stored",
    ],
    "step-*.now": ["client-kept", "token-brought"],
    "tile-group-*": ["yours", "social", "bots", "developer", "practice"],
    "tile-cost-*": ["free", "own-app", "review", "paid", "unknown"],
    "outlook-*": ["renews", "by-hand", "login", "demand", "demand-until", "endless", "data", "unknown"],
    "redirect-*.help": ["loopback", "localhost", "https-loopback", "private-use-scheme", "relay", "paste", "out-of-band"],
    "kept-*": ["keychain-ready", "keychain-locked", "keychain-missing", "sealed-file-ready", "sealed-file-locked", "sealed-file-missing"],
    "store-*": [
      "keychain",
      "sealed-file",
      "keychain-ready",
      "keychain-locked",
      "keychain-missing",
      "sealed-file-ready",
      "sealed-file-locked",
      "sealed-file-missing",
    ],
    "store-*-title": ["missing", "locked", "refused"],
    "store-*-text": ["missing", "locked", "refused"],
    "state-store-*": ["ready", "locked", "missing"],
    "unlocked-for-*": ["window", "hour", "session"],
    "unlocked-for-*.help": ["window", "hour", "session"],
    "ask-*-title": ["revoke", "delete", "client"],
    "ask-*-text": ["revoke", "delete", "client"],
    "ask-*-yes": ["revoke", "delete", "client"],
    "language-*": ["system", "en", "zh-Hans", "zh-Hant"],
    "next-group-*": ["now", "sync", "login", "later", "itself", "endless", "paused"],
    "filter-*": ["all", "needs", "paused"],
    "outcome-*": ["renewed", "later", "needs-you"],
    "import-result-*": ["added", "renewed", "kept", "left"],
    "on-close-*": ["ask", "keep", "quit"],
    "theme-*": ["system", "light", "dark"],
    "waiting-*": ["paste", "out-of-band", "sub"],
    "paste-*-main": ["address", "out-of-band"],
    "paste-*-example": ["address", "out-of-band"],
    "done-*": ["keychain", "sealed-file"],
    "use-deliver-*": [
      "env-file",
      "file",
      "program",
      "github",
      "github-environment",
      "github-organization",
      "cloudflare",
      "openbao",
      "key",
      "words",
      "repository",
      "environment",
      "organization",
      "visibility",
      "namespace",
      "name",
      "api",
      "account",
      "script",
      "url",
      "mount",
      "path",
      "read-back",
      "exited",
      "updated",
      "listed",
      "version",
      "written",
    ],
    "use-purpose-*": ["copy", "show", "token", "exec", "serve", "delivery", "call", "post", "export", "transfer", "other"],
    "use-deliver-visibility-*": ["private", "selected", "all"],
    "use-deliver-credential-*": ["github", "github-environment", "github-organization", "cloudflare", "openbao"],
    "use-post-said-*": [
      "sending",
      "sending.means",
      "all",
      "hidden",
      "absent",
      "early",
      "open",
      "maybe",
      "maybe.means",
      "refused",
      "refused.means",
      "deleted",
    ],
    "use-post-*": ["sent", "there", "seen", "look", "check", "again", "another", "image", "image-optional"],
    "use-post-sent.*": ["now", "yes", "no", "unknown"],
    "use-post-there.*": ["yes", "no", "waiting", "needs-login", "unknown"],
    "use-post-seen.*": ["yes", "no", "waiting", "needs-login", "unknown"],
    "use-post-lamp-*": ["now", "yes", "no", "waiting", "needs-login", "unknown"],
    "task-*": ["advertise", "analyze", "create-content", "manage", "messaging", "moderate"],
    "test-*-text": ["loopback", "https-loopback", "private-use-scheme"],
  };
  for (const [shape, parts] of Object.entries(families)) {
    for (const part of parts) expect(english.has(shape.replace("*", part)), shape.replace("*", part)).toBe(true);
  }
  for (const step of families["step-*.todo"] ?? [])
    for (const state of ["now", "done"]) expect(english.has(`step-${step}.${state}`)).toBe(true);
});

test("no text is left that nobody asks for", () => {
  const all = sources()
    .map(({ text }) => text)
    .join("\n");
  const made =
    /^(step|tile|outlook|redirect|filter|kept|store|state-store|unlocked-for|ask|language|theme|waiting|paste|done|test|client|error|state|empty|kind|task|next-group|outcome|import-result|on-close|use-deliver|use-purpose|use-post|post-dark|post-mend)-/;
  const within = new Set([...read("../locales/en.ftl").matchAll(/\{ ([a-z][\w-]*) \}/g)].map(([, id]) => id));
  for (const id of english.keys()) {
    if (id.includes(".") || made.test(id) || RUST.test(id) || within.has(id)) continue;
    expect(all.includes(`"${id}"`), id).toBe(true);
  }
});

test("dates have spaces where other numbers have them", async () => {
  for (const language of ["zh-Hans", "zh-Hant"] as const) {
    await speak(language);
    for (const text of [day(0), moment(0), relative(0, 7200), relative(0, 900_000)])
      expect(text, language).not.toMatch(/\p{Script=Han}\d|\d\p{Script=Han}/u);
  }
  await speak("en");
});
