// How a login goes in the stand-in: steps with a little time between them, consent after a moment, or whatever failure was asked for.
import type { AccountView, AppView, DoorKind, ErrorView, LoginEvent, LoginPlan, StepKind } from "./wire";

export interface FakeLogin {
  end(error: ErrorView): void;
  paste(text: string): void;
  keep(): string;
}

// Written out again, so that nothing of the app's own code has to be shared with this chunk.
const STEPS: StepKind[] = ["server-found", "client-ready", "door-open", "browser-opened", "answer-received", "token-received", "token-exchanged", "identity-verified", "stored"];
const MINUTES = 10;
const ADDRESS: Partial<Record<DoorKind, string>> = {
  "deep-link": "io.github.keybearer://callback/gotosocial",
  oob: "urn:ietf:wg:oauth:2.0:oob",
};

/** What each failure is called with, so that its sentences can be read as they would be. */
const PARAMS: Record<string, string> = {
  typed: "fedi example", host: "fedi.example", status: "503", port: "8765", owner: "python3 (4711)", door: "loopback", minutes: "10",
  expected: "https://fedi.example", got: "https://else.example", redirect_uri: "http://127.0.0.1:8765/callback", seconds: "240", what: "token",
  url: "https://me.example/keybearer/", difference: "slash", shown: "https://127.0.0.1:47018/callback/threads",
  path: "/home/mei/.local/share/keybearer/book.json", id: "threads", file: "mine.toml", field: "server",
};

export function runLogin(plan: LoginPlan, view: AppView, query: URLSearchParams, tell: (event: LoginEvent) => void, changed: () => void): FakeLogin {
  const scene = query.get("scene");
  const pace = scene === "failed" || scene?.startsWith("done") || scene === "waiting" || scene === "warned" || scene === "held" ? 0 : 260;
  const door = plan.door ?? (query.get("door") as DoorKind | null) ?? "loopback";
  const host = (plan.answers["server"] ?? view.clients.find((client) => client.id === plan.client)?.server ?? (view.providers.find((one) => one.id === plan.provider)?.practice ? "127.0.0.1:40123" : "threads.com")).replace("https://", "");
  const code = query.get("fail") ?? (scene === "failed" ? (query.get("code") ?? "port-taken") : null) ?? named(host);
  const provider = view.providers.find((provider) => provider.id === plan.provider);
  let over = false;
  let asked = false;

  const failure = (code: string): ErrorView => ({ code, params: PARAMS, detail: code === "cancelled" ? null : `{"error":"${code.replaceAll("-", "_")}"}` });
  const later = (ms: number, call: () => void) => void setTimeout(() => over || call(), ms);
  const step = (step: StepKind) => tell({ kind: "step", step });

  function end(error: ErrorView) {
    if (over) return;
    over = true;
    tell({ kind: "failed", error });
  }

  function begin() {
    const first = STEPS.slice(plan.client === null && provider?.questions.some((one) => one.kind === "server") ? 0 : 1, 4);
    first.forEach((kind, at) => later(pace * (at + 1), () => step(kind)));
    later(pace * (first.length + 1), () => {
      asked = true;
      tell({ kind: "waiting", door, redirect_uri: fixed() ?? ADDRESS[door] ?? "http://127.0.0.1:8765/callback", host, until: Math.floor(Date.now() / 1000) + 60 * MINUTES });
      if (code) later(pace * 4, () => end(failure(code)));
      else if (scene === "warned") return;
      else if (scene === "waiting") tell({ kind: "hint", error: failure("denied-without-state") });
      else if (door !== "paste" && door !== "oob") later(pace * 10, finish);
    });
  }

  function finish() {
    asked = false;
    const rest = STEPS.slice(4).filter((kind) => kind !== "token-exchanged" || provider?.exchanges);
    // Somebody who is meant and named "other" is never the one who comes back.
    const other = scene === "held" || plan.expect.includes("other");
    rest.slice(0, other ? -1 : undefined).forEach((kind, at) => later(pace * (at + 1), () => step(kind)));
    later(pace * 7, () => {
      over = true;
      if (other) tell({ kind: "held", name: "@other.person", expected: plan.expect || "@memochou" });
      else tell({ kind: "done", account: keep() });
    });
  }

  function keep(): string {
    const now = Math.floor(Date.now() / 1000);
    const server = provider?.practice ? null : host;
    const id = `new-${view.accounts.length + 1}`;
    const client = plan.client ?? `client-${id}`;
    const long = provider?.exchanges ?? false;
    const own = server?.includes(".") && provider?.registers;
    const account: AccountView = {
      id, provider: plan.provider, client, name: own ? `@me@${server}` : long ? "@me.newly" : "@learner2", display_name: "Me, Newly", user_id: "01K9ZC4V8", server: own ? server : null, url: null,
      scopes: plan.scopes, declined: [], obtained: now, issued: now, expires: long ? now + 5_184_000 : null, life_known: true, renews_from: long ? now + 86_400 : null,
      data_access_expires: null, parent: null, tasks: [], door, store: view.store.kind, verified: now, trouble: null,
      unstored: false, practice: provider?.practice ?? false, practice_over: false,
    };
    view.accounts = [...view.accounts, account];
    const known = view.clients.find((one) => one.id === client);
    if (known) known.accounts = [...known.accounts, id];
    else {
      view.clients = [{
        id: client, provider: plan.provider, name: plan.client_name, server: own ? server : null, client_id: plan.answers["client_id"] ?? "01K9ZC5B7E", has_secret: true,
        redirect_uris: [fixed() ?? "http://127.0.0.1:8765/callback"], scopes: plan.scopes, created: now, registered: provider?.registers ?? true, accounts: [id],
      }, ...view.clients];
    }
    changed();
    return id;
  }

  /** The address that stands in a console. */
  function fixed(): string | null {
    return provider?.registers ? null : (provider?.doors.find((one) => one.kind === door)?.redirect_uri ?? null);
  }

  function paste(text: string) {
    const clean = text.trim();
    if (!asked) throw failure("nobody-waits");
    if (clean === "") throw failure("paste-empty");
    if (clean.includes("/oauth/authorize")) throw failure("paste-authorize-page");
    if (clean.startsWith("http") && !clean.includes("127.0.0.1")) throw { ...failure("paste-other-address"), params: { expected: "http://127.0.0.1:8765/callback" } };
    if (clean.startsWith("http") && !clean.includes("code=")) throw failure("paste-no-code");
    if (clean.includes("state=other")) throw failure("paste-wrong-state");
    if (clean.startsWith("ey")) throw failure("paste-token");
    finish();
  }

  if (pace === 0) queueMicrotask(begin);
  else begin();
  return { end, paste, keep };
}

/** A server named like an error ends in it: denied.example, rate-limited.example. */
function named(host: string): string | null {
  const name = host.split(".")[0] ?? "";
  return host.endsWith(".example") && (name.includes("-") || name === "denied" || name === "transient" || name === "refused") ? name : null;
}
