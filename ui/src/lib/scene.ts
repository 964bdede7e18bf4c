// Scenes for pictures and tests: `?scene=waiting&theme=dark&lang=zh-Hans` says where the stand-in's window begins.
// Further parameters: `door` (of the waiting login), `code` (of the failure), `fail` (what the next login ends with).
import { sample } from "./fake-data";
import type { Start } from "./start";
import type { AppView } from "./wire";

const typed = "@me@fedi.example";

const PLACES: Record<string, Start> = {
  empty: {},
  accounts: {},
  account: { place: { at: "account", id: "a2" } },
  endless: { place: { at: "account", id: "a1" } },
  copied: { place: { at: "account", id: "a2" }, toast: true },
  expiring: { place: { at: "account", id: "a3" } },
  dead: { place: { at: "account", id: "a5" } },
  practice: { place: { at: "account", id: "a6" } },
  "practice-over": { place: { at: "account", id: "a7" } },
  unverified: { place: { at: "account", id: "a4" } },
  unstored: { place: { at: "account", id: "a1" } },
  "confirm-delete": { place: { at: "account", id: "a1" }, dialog: "delete" },
  "confirm-revoke": { place: { at: "account", id: "a2" }, dialog: "revoke" },
  add: { place: { at: "add" } },
  pick: { place: { at: "add" }, trip: { provider: "mastodon", stage: "client" } },
  questions: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "questions", typed } },
  console: { place: { at: "add" }, trip: { provider: "studio", stage: "questions" } },
  kind: { place: { at: "add" }, trip: { provider: "instagram", stage: "kind" } },
  way: { place: { at: "add" }, trip: { provider: "threads", stage: "door" } },
  relay: { place: { at: "add" }, trip: { provider: "threads", stage: "door", door: "relay" } },
  threads: { place: { at: "add" }, trip: { provider: "threads", stage: "questions" } },
  expect: { place: { at: "add" }, trip: { provider: "threads", stage: "permissions", known: true, expect: "@memochou" } },
  warned: { place: { at: "add" }, trip: { provider: "threads", stage: "waiting", known: true } },
  held: { place: { at: "add" }, trip: { provider: "instagram", stage: "held", expect: "@memo.photos" } },
  adopt: { place: { at: "add" }, trip: { provider: "other", stage: "adopt" } },
  sixty: { place: { at: "account", id: "t1" } },
  young: { place: { at: "account", id: "t2" } },
  person: { place: { at: "account", id: "f1" } },
  "page-account": { place: { at: "account", id: "f2" } },
  unknown: { place: { at: "account", id: "o1" } },
  sunset: { place: { at: "account", id: "g1" } },
  pages: { place: { at: "pages", id: "f1" } },
  "pages-none": { place: { at: "pages", id: "f1" } },
  "done-pages": { place: { at: "add" }, trip: { provider: "facebook", stage: "done", known: true } },
  "client-meta": { place: { at: "client", id: "c6" } },
  "client-pages": { place: { at: "client", id: "c7" } },
  permissions: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "permissions", typed } },
  switched: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "permissions", typed: "@me@mastodon.example" } },
  doors: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "permissions", typed, doors: true } },
  waiting: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "waiting", typed } },
  failed: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "failed", typed } },
  done: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "done", typed } },
  nokeychain: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "store", typed } },
  locked: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "store", typed } },
  clients: { place: { at: "clients" } },
  client: { place: { at: "client", id: "c2" } },
  replace: { place: { at: "client", id: "c2" }, dialog: "replace" },
  settings: { place: { at: "settings" } },
  "settings-sealed": { place: { at: "settings" } },
  problems: { place: { at: "settings" } },
};

/** Where to begin, from the address. */
export function beginning(query: URLSearchParams): Start {
  const start: Start = { ...PLACES[query.get("scene") ?? "accounts"] };
  const theme = query.get("theme");
  const language = query.get("lang");
  if (theme) start.theme = theme;
  if (language) start.language = language;
  return start;
}

/** The keeper's view as a scene needs it. */
export function stage(scene: string | null): AppView {
  const view = sample();
  const first = view.accounts[0];
  if (scene === "empty") Object.assign(view, { accounts: [], clients: [] });
  if (scene === "nokeychain") Object.assign(view.store, { state: "missing", keychain: "missing" });
  if (scene === "locked" || scene === "settings-sealed") Object.assign(view.store, { kind: "sealed-file", state: "locked", keychain: "missing" });
  if (scene === "unstored" && first) {
    Object.assign(view.store, { state: "locked", keychain: "locked", unstored: 1 });
    first.unstored = true;
  }
  if (scene === "problems") view.problems = [{ code: "provider-file", params: { file: "mine.toml" }, detail: "line 3: unknown key `scope`, allowed are: scopes, …" }];
  return view;
}
