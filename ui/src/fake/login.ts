// A login in the stand-in: its steps with short pauses, approval after a moment, or the failure that was asked for.
import { account, client as blank, codeOf, seconds } from "./common";
import { QR } from "./qr";
import type { AppView, Code, RedirectKind, ErrorView, LoginEvent, LoginPlan, StepKind } from "../shell/wire";
import { pick } from "../text/words.svelte";

export interface FakeLogin {
  end(error: ErrorView): void;
  paste(text: string): void;
  keep(): string;
}

// Repeated here so that the stand-in's chunk shares no code with the app.
const STEPS: StepKind[] = [
  "server-found",
  "client-ready",
  "redirect-open",
  "browser-opened",
  "answer-received",
  "token-received",
  "token-exchanged",
  "identity-verified",
  "stored",
];
const MINUTES = 10;
/** Scenes in the middle or at the end of a login, reached without a pause. */
const AT_ONCE = [
  "failed",
  "done",
  "done-pages",
  "waiting",
  "warned",
  "mismatch",
  "pin",
  "x-failed",
  "x-done",
  "untested",
  "unregistered",
  "enter-code",
  "code-denied",
  "code-over",
];
const HOSTS: Record<string, string> = { practice: "127.0.0.1:40123", x: "x.com", "x-oauth1": "api.x.com" };
/** The steps of a login without the browser. */
const QUIET: StepKind[] = ["server-found", "client-ready", "token-received", "stored"];
const ADDRESS: Partial<Record<RedirectKind, string>> = {
  "private-use-scheme": "io.github.keybearer://callback/gotosocial",
  "out-of-band": "urn:ietf:wg:oauth:2.0:oob",
};

/** How the login of a scene ends. */
const FAILS: Record<string, Code> = {
  "x-failed": "client-auth",
  untested: "not-a-tester",
  unregistered: "redirect-not-registered",
  "code-denied": "denied",
  "code-over": "code-spent",
};
/** The page on which a code is entered. */
const CODE_PAGE = "https://github.com/login/device";

/** Parameters for every failure, so that its sentences read as in the app. */
const PARAMS: Record<string, string> = {
  typed: "fedi example",
  host: "fedi.example",
  status: "503",
  port: "8765",
  owner: "python3 (4711)",
  redirect: "loopback",
  minutes: "10",
  expected: "https://fedi.example",
  got: "https://else.example",
  redirect_uri: "http://127.0.0.1:8765/callback",
  seconds: "240",
  what: "token",
  url: "https://me.example/keybearer/",
  difference: "slash",
  shown: "https://127.0.0.1:47018/callback/threads",
  path: "/home/mei/.local/share/keybearer/book.json",
  id: "threads",
  file: "mine.toml",
  field: "server",
  direction: "behind",
  proxy: "http://proxy.example:3128",
};

export function runLogin(
  plan: LoginPlan,
  view: AppView,
  query: URLSearchParams,
  tell: (event: LoginEvent) => void,
  changed: () => void,
): FakeLogin {
  const scene = query.get("scene");
  const pace = AT_ONCE.includes(scene ?? "") ? 0 : 260;
  const redirect = plan.redirect ?? (query.get("redirect") as RedirectKind | null) ?? "loopback";
  const host = (
    plan.answers["server"] ??
    view.clients.find((client) => client.id === plan.client)?.server ??
    HOSTS[plan.provider] ??
    "threads.com"
  ).replace("https://", "");
  const code =
    codeOf(query) ?? (scene === "failed" ? (codeOf(query, "code") ?? "port-taken") : (FAILS[scene ?? ""] ?? null)) ?? named(host);
  const provider = view.providers.find((provider) => provider.id === plan.provider);
  const byCode = provider?.grant === "device_code";
  const consents = byCode || provider?.grant === "authorization_code" || provider?.grant === "oauth1";
  let over = false;
  let asked = false;

  const failure = (code: Code): ErrorView => ({
    code,
    params: PARAMS,
    detail: code === "cancelled" ? null : `{"error":"${code.replaceAll("-", "_")}"}`,
    action: null,
  });
  const later = (ms: number, call: () => void) => void setTimeout(() => over || call(), ms);
  const step = (step: StepKind) => tell({ kind: "step", step });

  function end(error: ErrorView) {
    if (over) return;
    over = true;
    tell({ kind: "failed", error });
  }

  function begin() {
    if (byCode) return withCode();
    if (!consents) return quietly();
    const first = STEPS.slice(plan.client === null && provider?.questions.some((one) => one.kind === "server") ? 0 : 1, 4);
    first.forEach((kind, at) => later(pace * (at + 1), () => step(kind)));
    later(pace * (first.length + 1), () => {
      asked = true;
      tell({
        kind: "waiting",
        redirect,
        redirect_uri: fixed() ?? ADDRESS[redirect] ?? "http://127.0.0.1:8765/callback",
        host,
        until: Math.floor(Date.now() / 1000) + 60 * MINUTES,
      });
      if (code) later(pace * 4, () => end(failure(code)));
      else if (scene === "warned") return;
      else if (scene === "waiting") tell({ kind: "hint", error: failure(codeOf(query, "code") ?? "denied-without-state") });
      else if (redirect !== "paste" && redirect !== "out-of-band") later(pace * 10, finish);
    });
  }

  /** The code is entered on another page, and approved there after a while. */
  function withCode() {
    later(pace, () => step("client-ready"));
    later(pace * 2, () => {
      tell({
        kind: "user-code",
        code: "WDJB-MJHT",
        address: CODE_PAGE,
        complete: scene === "enter-code" ? `${CODE_PAGE}?user_code=WDJB-MJHT` : null,
        host: "github.com",
        until: seconds() + 60 * MINUTES,
        qr: QR,
      });
      step("browser-opened");
      if (code) later(pace * 4, () => end(failure(code)));
      else if (scene !== "enter-code") later(pace * 40, finish);
    });
  }

  function quietly() {
    if (scene === "quiet") return void QUIET.slice(0, 2).forEach(step);
    QUIET.forEach((kind, at) => later(pace * (at + 1), () => (code && at === 2 ? end(failure(code)) : step(kind))));
    later(pace * 5, () => {
      over = true;
      tell({ kind: "done", account: keep() });
    });
  }

  function finish() {
    asked = false;
    const rest = STEPS.slice(byCode ? 5 : 4).filter((kind) => kind !== "token-exchanged" || provider?.exchanges);
    // An expected account that is called "other" is never the one that signs in.
    const other = scene === "mismatch" || plan.expect.includes("other");
    rest.slice(0, other ? -1 : undefined).forEach((kind, at) => later(pace * (at + 1), () => step(kind)));
    later(pace * 7, () => {
      over = true;
      if (other) tell({ kind: "mismatch", name: "@other.person", expected: plan.expect || "@memochou" });
      else tell({ kind: "done", account: keep() });
    });
  }

  function keep(): string {
    const now = seconds();
    const server = provider?.practice ? null : host;
    const id = `new-${view.accounts.length + 1}`;
    const appless = provider?.needs_app === false;
    const client = appless ? "" : (plan.client ?? `client-${id}`);
    const known = view.clients.find((one) => one.id === client);
    const long = provider?.exchanges ?? false;
    const own = server?.includes(".") && (provider?.registers || appless);
    const demand = plan.scopes.includes("offline.access");
    view.accounts = [
      ...view.accounts,
      account({
        id,
        provider: plan.provider,
        client,
        name: !consents
          ? (known?.name ?? (plan.client_name || (provider ? pick(provider.name) : "")))
          : own
            ? `@me@${server}`
            : long
              ? "@me.newly"
              : "@learner2",
        display_name: consents ? "Me, Newly" : null,
        user_id: "01K9ZC4V8",
        server: own ? server : null,
        scopes: plan.scopes,
        redirect: consents ? redirect : "paste",
        store: view.store.kind,
        verified: consents ? now : null,
        practice: provider?.practice ?? false,
        expires: long ? now + 5_184_000 : demand ? now + 7200 : null,
        renews_from: long ? now + 86_400 : demand ? now + 6900 : null,
        renews_next: long ? now + 53 * 86_400 : null,
        renews_on_demand: demand,
        renews_until: demand ? now + 15_552_000 : null,
        has_token_secret: provider?.grant === "oauth1" || provider?.grant === "import",
        hint: provider?.client_family === "x-api-key" ? "190337" : null,
      }),
    ];
    if (known) known.accounts = [...known.accounts, id];
    else if (!appless) {
      const typed = plan.answers["client_id"] ?? "01K9ZC5B7E";
      const siblings = view.clients.filter(
        (one) => one.name === plan.client_name && view.providers.find((other) => other.id === one.provider)?.tile === provider?.tile,
      );
      for (const one of siblings) one.siblings = [...one.siblings, client];
      view.clients = [
        blank({
          id: client,
          provider: plan.provider,
          name: plan.client_name || `${provider ? pick(provider.name) : ""} ${typed.slice(0, 6)}…`,
          server: own ? server : null,
          client_id: typed,
          client_type: plan.answers["client_type"] ?? null,
          siblings: siblings.map((one) => one.id),
          has_secret: plan.answers["client_secret"] !== undefined || !!provider?.registers,
          hint: provider?.client_family === "x-api-key" ? typed.slice(0, 6) : null,
          redirect_uris: consents ? [fixed() ?? "http://127.0.0.1:8765/callback"] : [],
          scopes: plan.scopes,
          created: now,
          registered: provider?.registers ?? true,
          accounts: [id],
        }),
        ...view.clients,
      ];
    }
    changed();
    return id;
  }

  /** The address that is registered in a console. */
  function fixed(): string | null {
    return provider?.registers ? null : (provider?.redirects.find((one) => one.kind === redirect)?.redirect_uri ?? null);
  }

  function paste(text: string) {
    const clean = text.trim();
    if (!asked) throw failure("no-login-waiting");
    if (clean === "") throw failure("paste-empty");
    if (clean.includes("/oauth/authorize")) throw failure("paste-authorize-page");
    if (clean.startsWith("http") && !clean.includes("127.0.0.1"))
      throw { ...failure("paste-other-address"), params: { expected: "http://127.0.0.1:8765/callback" } };
    if (clean.startsWith("http") && !clean.includes("code=")) throw failure("paste-no-code");
    if (clean.includes("state=other")) throw failure("paste-wrong-state");
    if (clean.startsWith("ey")) throw failure("paste-token");
    finish();
  }

  if (pace === 0) queueMicrotask(begin);
  else begin();
  return { end, paste, keep };
}

/** A server named after an error fails with it: denied.example, rate-limited.example. */
function named(host: string): Code | null {
  const name = host.split(".")[0] ?? "";
  return host.endsWith(".example") && (name.includes("-") || name === "denied" || name === "transient" || name === "refused")
    ? (name as Code)
    : null;
}
