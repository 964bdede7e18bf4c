// Scenes for pictures and tests: `?scene=waiting&theme=dark&lang=zh-Hans` is where the stand-in's window begins.
// More parameters: `reason` (why strangers don't see a post), `end` (how the next post turns out, by a scene's name), `accounts` (how many there are), `redirect` (of the waiting login), `code` (of the failure), `fail` (how the next login or call fails).
import { error, seconds } from "./common";
import { sample } from "./sample";
import { shipped } from "./shipped";
import type { Start } from "../state/start";
import { withStandings } from "./standing";
import type { AppView } from "../shell/wire";

const DAY = 86_400;
const typed = "@me@fedi.example";
const unpaid = {
  ...error("enrolment-or-payment", {}, '{"title":"Client Forbidden","reason":"client-not-enrolled"}'),
  action: shipped("x", "In the developer console: Apps → Manage apps → your app → Move to package."),
};

const PLACES: Record<string, Start> = {
  empty: {},
  accounts: {},
  account: { route: { at: "account", id: "a2" } },
  details: { route: { at: "account", id: "f1" }, dialog: "details" },
  "data-over": { route: { at: "account", id: "f2" } },
  arranged: { route: { at: "account", id: "t1" } },
  expired: { route: { at: "account", id: "a3" } },
  endless: { route: { at: "account", id: "a1" } },
  password: { route: { at: "account", id: "a1" } },
  handle: { route: { at: "account", id: "a1" } },
  "handle-client": { route: { at: "client", id: "c1" } },
  copied: { route: { at: "account", id: "a2" }, toast: true },
  expiring: { route: { at: "account", id: "a3" } },
  dead: { route: { at: "account", id: "a5" } },
  practice: { route: { at: "account", id: "a6" } },
  "practice-over": { route: { at: "account", id: "a7" } },
  unverified: { route: { at: "account", id: "a4" } },
  silent: { route: { at: "account", id: "a1" } },
  unstored: { route: { at: "account", id: "a1" } },
  "confirm-delete": { route: { at: "account", id: "a1" }, dialog: "delete" },
  "confirm-revoke": { route: { at: "account", id: "a2" }, dialog: "revoke" },
  add: { route: { at: "add" } },
  crowd: { route: { at: "add" } },
  pick: { route: { at: "add" }, flow: { provider: "threads", stage: "permissions", known: true } },
  questions: { route: { at: "add" }, flow: { provider: "gotosocial", stage: "questions", typed } },
  console: { route: { at: "add" }, flow: { provider: "studio", stage: "questions" } },
  kind: { route: { at: "add" }, flow: { provider: "instagram", stage: "tiles" } },
  way: { route: { at: "add" }, flow: { provider: "threads", stage: "redirect" } },
  meta: { route: { at: "add" }, flow: { provider: "threads", stage: "permissions" } },
  relay: { route: { at: "add" }, flow: { provider: "threads", stage: "questions", redirect: "relay", redirects: true } },
  threads: { route: { at: "add" }, flow: { provider: "threads", stage: "questions" } },
  "facebook-form": { route: { at: "add" }, flow: { provider: "facebook", stage: "questions" } },
  "facebook-again": { route: { at: "add" }, flow: { provider: "facebook", stage: "permissions", known: true } },
  expect: { route: { at: "add" }, flow: { provider: "threads", stage: "permissions", known: true, expect: "@memochou" } },
  warned: { route: { at: "add" }, flow: { provider: "threads", stage: "waiting", known: true } },
  mismatch: { route: { at: "add" }, flow: { provider: "instagram", stage: "mismatch", expect: "@memo.photos" } },
  "import-token": { route: { at: "add" }, flow: { provider: "other", stage: "import-token" } },
  sixty: { route: { at: "account", id: "t1" } },
  young: { route: { at: "account", id: "t2" } },
  person: { route: { at: "account", id: "f1" } },
  "page-account": { route: { at: "account", id: "f2" } },
  unknown: { route: { at: "account", id: "o1" } },
  sunset: { route: { at: "account", id: "g1" } },
  pages: { route: { at: "pages", id: "f1" } },
  "pages-none": { route: { at: "pages", id: "f1" } },
  "done-pages": { route: { at: "add" }, flow: { provider: "facebook", stage: "done", known: true } },
  "client-meta": { route: { at: "client", id: "c6" } },
  "client-pages": { route: { at: "client", id: "c7" } },
  permissions: { route: { at: "add" }, flow: { provider: "gotosocial", stage: "permissions", typed } },
  switched: { route: { at: "add" }, flow: { provider: "gotosocial", stage: "permissions", typed: "@me@mastodon.example" } },
  redirects: { route: { at: "add" }, flow: { provider: "gotosocial", stage: "permissions", typed, redirects: true } },
  waiting: { route: { at: "add" }, flow: { provider: "gotosocial", stage: "waiting", typed } },
  "enter-code": { route: { at: "add" }, flow: { provider: "github", stage: "waiting" } },
  "code-denied": { route: { at: "add" }, flow: { provider: "github", stage: "failed" } },
  "code-over": { route: { at: "add" }, flow: { provider: "github", stage: "failed" } },
  "import-server": { route: { at: "add" }, flow: { provider: "mastodon", stage: "import-token", known: true } },
  failed: { route: { at: "add" }, flow: { provider: "gotosocial", stage: "failed", typed } },
  done: { route: { at: "add" }, flow: { provider: "gotosocial", stage: "done", typed } },
  nokeychain: { route: { at: "add" }, flow: { provider: "gotosocial", stage: "store", typed } },
  locked: { route: { at: "add" }, flow: { provider: "gotosocial", stage: "store", typed } },
  "x-kinds": { route: { at: "add" }, flow: { provider: "x", stage: "tiles" } },
  "x-way": { route: { at: "add" }, flow: { provider: "x", stage: "questions", redirect: "localhost", redirects: true } },
  "x-type": { route: { at: "add" }, flow: { provider: "x", stage: "questions", redirects: true } },
  "x-pick": { route: { at: "add" }, flow: { provider: "x-keys", stage: "client" } },
  "x-form": {
    route: { at: "add" },
    flow: { provider: "x", stage: "questions", shown: "myapp:///callback/x", answers: { client_type: "confidential" } },
  },
  "x-own": { route: { at: "add" }, flow: { provider: "x-keys", stage: "questions" } },
  "x-more": { route: { at: "add" }, flow: { provider: "x-keys", stage: "questions", known: true } },
  "x-again": { route: { at: "add" }, flow: { provider: "x", stage: "permissions", known: true } },
  "x-ready": { route: { at: "add" }, flow: { provider: "x-oauth1", stage: "permissions", known: true, redirect: "localhost" } },
  pin: { route: { at: "add" }, flow: { provider: "x-oauth1", stage: "waiting", known: true, redirect: "out-of-band" } },
  quiet: { route: { at: "add" }, flow: { provider: "x-app", stage: "waiting", known: true } },
  untested: { route: { at: "add" }, flow: { provider: "threads", stage: "failed" } },
  unregistered: { route: { at: "add" }, flow: { provider: "threads", stage: "failed" } },
  "x-failed": { route: { at: "add" }, flow: { provider: "x-app", stage: "failed", answers: { client_id: "k7BcQ2mXaVt9LwDf3RzYhN5pJ" } } },
  "x-done": { route: { at: "add" }, flow: { provider: "x-app", stage: "done", known: true } },
  demand: { route: { at: "account", id: "x-bot" } },
  ended: { route: { at: "account", id: "x-bot" } },
  interrupted: { route: { at: "account", id: "x-cut" } },
  signed: { route: { at: "account", id: "x-user" } },
  "app-only": { route: { at: "account", id: "x-app" } },
  unchecked: { route: { at: "account", id: "x-own" } },
  unpaid: { route: { at: "account", id: "x-own" } },
  "confirm-verify": { route: { at: "account", id: "x-own" }, dialog: "verify" },
  "x-app": { route: { at: "client", id: "x1" } },
  "x-half": { route: { at: "client", id: "x1" } },
  "replace-pair": { route: { at: "client", id: "x2" }, dialog: "replace" },
  next: { route: { at: "next" } },
  "next-told": { route: { at: "next" } },
  "next-calm": { route: { at: "next" } },
  "next-empty": { route: { at: "next" } },
  later: { route: { at: "account", id: "g1" } },
  login: { route: { at: "account", id: "a3" } },
  stepping: { route: { at: "account", id: "t1" } },
  "confirm-step-back": { route: { at: "account", id: "t1" }, dialog: "step-back" },
  closing: {},
  program: {},
  "program-code": {},
  programs: { route: { at: "settings" } },
  "closing-reminds": {},
  "closing-idle": {},
  "closing-trayless": {},
  "app-steps": { route: { at: "account", id: "f1" }, use: "console" },
  try: { route: { at: "account", id: "a1" }, use: "try" },
  tried: { route: { at: "account", id: "a1" }, use: "tried" },
  "tried-page": { route: { at: "account", id: "t1" }, use: "tried" },
  "try-costs": { route: { at: "account", id: "x-bot" }, use: "try" },
  "copy-as": { route: { at: "account", id: "a1" }, use: "copy-as" },
  post: { route: { at: "account", id: "a1" }, use: "post" },
  "post-image": { route: { at: "account", id: "g1" }, use: "post" },
  "post-costs": { route: { at: "account", id: "x-bot" }, use: "post" },
  "post-pages": { route: { at: "account", id: "f1" }, use: "post" },
  "post-scope": { route: { at: "account", id: "a1" }, use: "post" },
  "post-keeps": { route: { at: "account", id: "t1" }, use: "post" },
  "post-sending": { route: { at: "account", id: "t1" }, use: "post" },
  posted: { route: { at: "account", id: "a1" }, use: "post" },
  "post-hidden": { route: { at: "account", id: "a1" }, use: "post" },
  "post-absent": { route: { at: "account", id: "a1" }, use: "post" },
  "post-early": { route: { at: "account", id: "t1" }, use: "post" },
  "post-sign-in": { route: { at: "account", id: "g1" }, use: "post" },
  "post-maybe": { route: { at: "account", id: "a1" }, use: "post" },
  "post-refused": { route: { at: "account", id: "a1" }, use: "post" },
  clients: { route: { at: "clients" } },
  client: { route: { at: "client", id: "c2" } },
  replace: { route: { at: "client", id: "c2" }, dialog: "replace" },
  settings: { route: { at: "settings" } },
  "settings-sealed": { route: { at: "settings" } },
  "settings-unlocked": { route: { at: "settings" } },
  problems: { route: { at: "settings" } },
  update: { route: { at: "settings" } },
  move: { route: { at: "settings" }, moving: "move" },
  "copy-there": { route: { at: "settings" }, moving: "copy" },
  import: { route: { at: "settings" }, moving: "import" },
  export: { route: { at: "account", id: "a1" }, use: "export" },
  "export-going": { route: { at: "account", id: "a1" }, use: "export" },
  "export-rest": { route: { at: "account", id: "a1" }, use: "export" },
  paused: { route: { at: "account", id: "t1" } },
  "on-hold": { route: { at: "account", id: "t1" } },
  deliver: { route: { at: "account", id: "t1" }, use: "deliver" },
  "next-paused": { route: { at: "next" } },
};

/** The start that the address asks for. */
export function beginning(query: URLSearchParams): Start {
  const start: Start = { ...PLACES[query.get("scene") ?? "accounts"] };
  const theme = query.get("theme");
  const language = query.get("lang");
  if (theme) start.theme = theme;
  if (language) start.language = language;
  return start;
}

/** The keeper's view for a scene. */
export function stage(scene: string | null): AppView {
  const view = sample();
  const first = view.accounts[0];
  const now = seconds();
  if (scene === "program" || scene === "program-code") {
    const script = scene === "program" ? "/home/ada/bots/weather.py" : null;
    view.program_questions = [{ id: "q1", executable: "/usr/bin/python3.13", script, account: "a1", can_remember: script !== null }];
  }
  if (scene === "programs") {
    view.settings.ask_programs = true;
    view.programs = [
      {
        id: "p1",
        executable: "/usr/bin/python3.13",
        script: "/home/ada/bots/weather.py",
        account: "a1",
        allowed: true,
        decided: now - DAY,
      },
      { id: "p2", executable: "/home/ada/Downloads/poster", script: null, account: "t1", allowed: false, decided: now - 3 * DAY },
    ];
  }
  if (scene === "empty" || scene === "next-empty") Object.assign(view, { accounts: [], clients: [] });
  if (scene === "nokeychain") Object.assign(view.store, { state: "missing", keychain: "missing" });
  if (scene === "locked" || scene === "settings-sealed")
    Object.assign(view.store, { kind: "sealed-file", state: "locked", keychain: "missing" });
  if (scene === "settings-unlocked")
    Object.assign(view.store, { kind: "sealed-file", state: "ready", keychain: "missing", unlocked: true });
  if (scene === "unstored" && first) {
    Object.assign(view.store, { state: "locked", keychain: "locked", unstored: 1 });
    first.unstored = true;
  }
  // The certificate's warning is new.
  if (scene === "warned") for (const account of view.accounts) account.redirect = "loopback";
  if (scene === "crowd") view.providers = view.providers.filter(({ custom }) => !custom);
  // An account whose name and password for programs are what the platform has in place of an app.
  if (scene?.startsWith("handle")) {
    Object.assign(first ?? {}, { name: "@ada.bsky.social", display_name: "Ada", provider: "bluesky", server: null, scopes: [] });
    const keys = { provider: "bluesky", name: "Bluesky ada.bs…", client_id: "ada.bsky.social", server: null, registered: false };
    Object.assign(view.clients.find(({ id }) => id === first?.client) ?? {}, keys, { redirect_uris: [], scopes: [] });
  }
  // As if the account's platform gave passwords, like WordPress.
  if (scene === "password") view.providers = view.providers.map((one) => ({ ...one, gives_password: one.id === "gotosocial" }));
  if (scene === "import-server")
    view.providers = view.providers.map((one) => (["mastodon", "gotosocial"].includes(one.id) ? { ...one, can_import: true } : one));
  const one = (id: string) => view.accounts.find((account) => account.id === id);
  if (scene === "sunset") {
    const ends = new Date((now + 70 * DAY) * 1000).toISOString().slice(0, 10);
    view.providers = view.providers.map((one) => (one.id === "instagram" ? { ...one, sunset: ends } : one));
  }
  if (scene === "silent" && first) first.trouble = error("silent-refusals", { host: "fedi.example" });
  if (scene === "stepping" || scene === "confirm-step-back")
    Object.assign(one("t1") ?? {}, {
      issued: now - 7200,
      renews_from: now + DAY - 7200,
      expires: now + 60 * DAY,
      renews_next: now + 53 * DAY,
      breaks: now + 60 * DAY,
      step_back_until: now + DAY - 7200,
    });
  if (scene === "later") {
    const why = error("server-unreachable", { host: "graph.instagram.com" });
    Object.assign(one("g1") ?? {}, { later: { until: now + 290, why }, trouble: why });
  }
  if (scene === "next-calm") {
    view.accounts = view.accounts.filter(({ id }) => ["t1", "t2", "f1", "a1"].includes(id));
    view.deliveries = view.deliveries.filter(({ later }) => later === null);
  }
  if (scene === "data-over") Object.assign(one("f2") ?? {}, { data_access_expires: now - DAY, breaks: now - DAY });
  if (scene === "arranged") Object.assign(view.settings, { order: ["t2", "t1"], folded: ["x", "facebook"] });
  if (scene === "expired") Object.assign(one("a3") ?? {}, { expires: now - DAY, breaks: now - DAY });
  if (scene === "update") {
    view.settings.check_updates = true;
    view.update = { version: "0.2.0", page: "https://github.com/keybearer/keybearer/releases/tag/v0.2.0" };
  }
  if (scene === "closing-idle")
    view.accounts = view.accounts.filter(({ renews_next, needs_login }) => renews_next === null && !needs_login);
  if (scene === "closing-reminds") view.accounts = view.accounts.filter(({ renews_next }) => renews_next === null);
  // Its token has expired, and is renewed when it is next used.
  if (scene === "ended") Object.assign(one("x-bot") ?? {}, { issued: now - 9000, expires: now - 1800, renews_from: now - 2100 });
  if (scene === "unpaid") Object.assign(one("x-own") ?? {}, { trouble: unpaid });
  if (scene === "x-half") {
    const gone = ["x-user", "x-app", "x-own"];
    view.accounts = view.accounts.filter(({ id }) => !gone.includes(id));
    view.clients = view.clients.filter(({ id }) => id !== "x2");
    for (const client of view.clients) client.siblings = [];
  }
  // As if the platform accepted private-use schemes only from apps without a secret.
  if (scene === "x-type") {
    const deep = view.providers.find(({ id }) => id === "x")?.redirects.find(({ kind }) => kind === "private-use-scheme");
    if (deep) deep.client_types = ["public"];
  }
  if (scene === "paused" || scene === "next-paused") {
    for (const id of ["t1", "x-bot"])
      Object.assign(one(id) ?? {}, { paused: true, renews_from: null, renews_next: null, breaks: null, renews_on_demand: false });
  }
  if (scene === "on-hold")
    Object.assign(one("t1") ?? {}, { paused: true, on_hold: true, renews_from: null, renews_next: null, breaks: null });
  if (scene === "problems")
    view.problems = [
      { code: "provider-file", params: { file: "mine.toml" }, detail: "line 3: unknown key `scope`, allowed are: scopes, …", action: null },
    ];
  return withStandings(view);
}

/** The same with so many accounts: fewer of them, or more by other names. */
export function withAccounts(view: AppView, count: number): AppView {
  const all = view.accounts;
  const one = (at: number) => {
    const like = all[at % all.length];
    if (!like || at < all.length) return like ?? [];
    const round = Math.floor(at / all.length);
    return { ...like, id: `${like.id}-${round}`, name: like.name.replace(/\w+/, (word) => `${word}${round}`), parent: null };
  };
  view.accounts = Array.from({ length: count }, (_, at) => one(at)).flat();
  view.accounts.sort((a, b) => a.name.localeCompare(b.name));
  return view;
}
