// Scenes for pictures and tests: `?scene=waiting&theme=dark&lang=zh-Hans` says where the stand-in's window begins.
// Further parameters: `redirect` (of the waiting login), `code` (of the failure), `fail` (what the next login ends with).
import { error, seconds } from "./common";
import { sample } from "./sample";
import { text } from "./platforms";
import type { Start } from "../state/start";
import type { AppView } from "../shell/wire";

const DAY = 86_400;
const typed = "@me@fedi.example";
const unpaid = {
  ...error("enrolment-or-payment", {}, '{"title":"Client Forbidden","reason":"client-not-enrolled"}'),
  action: text(
    "In the console: Apps → Manage apps → your app → Move to package. Choose Pay-per-use, and Production as its environment. Then verify once more.",
    "在控制台：Apps → Manage apps → 你的应用 → Move to package，选 Pay-per-use，环境选 Production。然后再验证一次。",
    "在主控台：Apps → Manage apps → 你的應用程式 → Move to package，選 Pay-per-use，環境選 Production。然後再驗證一次。",
  ),
};

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
  silent: { place: { at: "account", id: "a1" } },
  unstored: { place: { at: "account", id: "a1" } },
  "confirm-delete": { place: { at: "account", id: "a1" }, dialog: "delete" },
  "confirm-revoke": { place: { at: "account", id: "a2" }, dialog: "revoke" },
  add: { place: { at: "add" } },
  pick: { place: { at: "add" }, trip: { provider: "mastodon", stage: "client" } },
  questions: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "questions", typed } },
  console: { place: { at: "add" }, trip: { provider: "studio", stage: "questions" } },
  kind: { place: { at: "add" }, trip: { provider: "instagram", stage: "kind" } },
  way: { place: { at: "add" }, trip: { provider: "threads", stage: "redirect" } },
  relay: { place: { at: "add" }, trip: { provider: "threads", stage: "redirect", redirect: "relay" } },
  threads: { place: { at: "add" }, trip: { provider: "threads", stage: "questions" } },
  "facebook-form": { place: { at: "add" }, trip: { provider: "facebook", stage: "questions" } },
  "facebook-again": { place: { at: "add" }, trip: { provider: "facebook", stage: "permissions", known: true } },
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
  redirects: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "permissions", typed, redirects: true } },
  waiting: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "waiting", typed } },
  failed: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "failed", typed } },
  done: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "done", typed } },
  nokeychain: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "store", typed } },
  locked: { place: { at: "add" }, trip: { provider: "gotosocial", stage: "store", typed } },
  "x-kinds": { place: { at: "add" }, trip: { provider: "x", stage: "kind" } },
  "x-way": { place: { at: "add" }, trip: { provider: "x", stage: "redirect", redirect: "localhost" } },
  "x-type": { place: { at: "add" }, trip: { provider: "x", stage: "redirect" } },
  "x-pick": { place: { at: "add" }, trip: { provider: "x-keys", stage: "client" } },
  "x-form": { place: { at: "add" }, trip: { provider: "x", stage: "questions", shown: "myapp:///callback/x", answers: { client_type: "confidential" } } },
  "x-own": { place: { at: "add" }, trip: { provider: "x-keys", stage: "questions" } },
  "x-more": { place: { at: "add" }, trip: { provider: "x-keys", stage: "questions", known: true } },
  "x-again": { place: { at: "add" }, trip: { provider: "x", stage: "permissions", known: true } },
  "x-ready": { place: { at: "add" }, trip: { provider: "x-oauth1", stage: "permissions", known: true, redirect: "localhost" } },
  pin: { place: { at: "add" }, trip: { provider: "x-oauth1", stage: "waiting", known: true, redirect: "out-of-band" } },
  quiet: { place: { at: "add" }, trip: { provider: "x-app", stage: "waiting", known: true } },
  "x-failed": { place: { at: "add" }, trip: { provider: "x-app", stage: "failed", answers: { client_id: "k7BcQ2mXaVt9LwDf3RzYhN5pJ" } } },
  "x-done": { place: { at: "add" }, trip: { provider: "x-app", stage: "done", known: true } },
  demand: { place: { at: "account", id: "x-bot" } },
  ended: { place: { at: "account", id: "x-bot" } },
  interrupted: { place: { at: "account", id: "x-cut" } },
  signed: { place: { at: "account", id: "x-user" } },
  "app-only": { place: { at: "account", id: "x-app" } },
  unchecked: { place: { at: "account", id: "x-own" } },
  unpaid: { place: { at: "account", id: "x-own" } },
  "confirm-verify": { place: { at: "account", id: "x-own" }, dialog: "verify" },
  "x-app": { place: { at: "client", id: "x1" } },
  "x-half": { place: { at: "client", id: "x1" } },
  "replace-pair": { place: { at: "client", id: "x2" }, dialog: "replace" },
  next: { place: { at: "next" } },
  "next-told": { place: { at: "next" } },
  "next-calm": { place: { at: "next" } },
  "next-empty": { place: { at: "next" } },
  later: { place: { at: "account", id: "g1" } },
  login: { place: { at: "account", id: "a3" } },
  stepping: { place: { at: "account", id: "t1" } },
  "confirm-step-back": { place: { at: "account", id: "t1" }, dialog: "step-back" },
  closing: {},
  "closing-reminds": {},
  "closing-idle": {},
  "closing-trayless": {},
  "app-steps": { place: { at: "account", id: "f1" }, use: "console" },
  try: { place: { at: "account", id: "a1" }, use: "try" },
  tried: { place: { at: "account", id: "a1" }, use: "tried" },
  "tried-page": { place: { at: "account", id: "t1" }, use: "tried" },
  "try-costs": { place: { at: "account", id: "x-bot" }, use: "try" },
  "copy-as": { place: { at: "account", id: "a1" }, use: "copy-as" },
  clients: { place: { at: "clients" } },
  client: { place: { at: "client", id: "c2" } },
  replace: { place: { at: "client", id: "c2" }, dialog: "replace" },
  settings: { place: { at: "settings" } },
  "settings-sealed": { place: { at: "settings" } },
  problems: { place: { at: "settings" } },
  update: { place: { at: "settings" } },
  move: { place: { at: "settings" }, moving: "move" },
  "copy-there": { place: { at: "settings" }, moving: "copy" },
  bring: { place: { at: "settings" }, moving: "bring" },
  export: { place: { at: "account", id: "a1" }, use: "export" },
  "export-going": { place: { at: "account", id: "a1" }, use: "export" },
  "export-rest": { place: { at: "account", id: "a1" }, use: "export" },
  paused: { place: { at: "account", id: "t1" } },
  deliver: { place: { at: "account", id: "t1" }, use: "deliver" },
  "next-paused": { place: { at: "next" } },
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
  const now = seconds();
  if (scene === "empty" || scene === "next-empty") Object.assign(view, { accounts: [], clients: [] });
  if (scene === "nokeychain") Object.assign(view.store, { state: "missing", keychain: "missing" });
  if (scene === "locked" || scene === "settings-sealed") Object.assign(view.store, { kind: "sealed-file", state: "locked", keychain: "missing" });
  if (scene === "unstored" && first) {
    Object.assign(view.store, { state: "locked", keychain: "locked", unstored: 1 });
    first.unstored = true;
  }
  const one = (id: string) => view.accounts.find((account) => account.id === id);
  if (scene === "silent" && first) first.trouble = error("silent-refusals", { host: "fedi.example" });
  if (scene === "stepping" || scene === "confirm-step-back") Object.assign(one("t1") ?? {}, { issued: now - 7200, renews_from: now + DAY - 7200, expires: now + 60 * DAY, renews_next: now + 53 * DAY, breaks: now + 60 * DAY, step_back_until: now + DAY - 7200 });
  if (scene === "later") {
    const why = error("server-unreachable", { host: "graph.instagram.com" });
    Object.assign(one("g1") ?? {}, { later: { until: now + 290, why }, trouble: why });
  }
  if (scene === "next-calm") view.accounts = view.accounts.filter(({ id }) => ["t1", "t2", "f1", "a1"].includes(id));
  if (scene === "update") {
    view.settings.check_updates = true;
    view.update = { version: "0.2.0", page: "https://github.com/keybearer/keybearer/releases/tag/v0.2.0" };
  }
  if (scene === "closing-idle") view.accounts = view.accounts.filter(({ renews_next, needs_login }) => renews_next === null && !needs_login);
  if (scene === "closing-reminds") view.accounts = view.accounts.filter(({ renews_next }) => renews_next === null);
  // Its token of now has ended, and the next one who wants it gets a new one.
  if (scene === "ended") Object.assign(one("x-bot") ?? {}, { issued: now - 9000, expires: now - 1800, renews_from: now - 2100 });
  if (scene === "unpaid") Object.assign(one("x-own") ?? {}, { trouble: unpaid });
  if (scene === "x-half") {
    const gone = ["x-user", "x-app", "x-own"];
    view.accounts = view.accounts.filter(({ id }) => !gone.includes(id));
    view.clients = view.clients.filter(({ id }) => id !== "x2");
    for (const client of view.clients) client.siblings = [];
  }
  // As if the platform took deep links from apps without a secret only.
  if (scene === "x-type") {
    const deep = view.providers.find(({ id }) => id === "x")?.redirects.find(({ kind }) => kind === "private-use-scheme");
    if (deep) deep.client_types = ["public"];
  }
  if (scene === "paused" || scene === "next-paused") {
    for (const id of ["t1", "x-bot"]) Object.assign(one(id) ?? {}, { paused: true, renews_from: null, renews_next: null, breaks: null, renews_on_demand: false });
  }
  if (scene === "problems") view.problems = [{ code: "provider-file", params: { file: "mine.toml" }, detail: "line 3: unknown key `scope`, allowed are: scopes, …", action: null }];
  return view;
}
