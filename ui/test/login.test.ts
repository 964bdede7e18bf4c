// Adding an account without a screen: its order, what it keeps across a failure, and which events it accepts.
import { beforeEach, expect, test, vi } from "vitest";
import type { Api } from "../src/shell/api";
import { account } from "../src/fake/common";
import { providers, withRelay } from "../src/fake/platforms";
import { sample } from "../src/fake/sample";
import { Model } from "../src/state/model.svelte";
import { LoginFlow, type Stage } from "../src/state/login-flow.svelte";
import type { AppView, ErrorView, LoginEvent, LoginPlan, ProviderView } from "../src/shell/wire";

let view: AppView;
let plans: LoginPlan[];
let tell: ((event: LoginEvent) => void)[];
let api: Api;

const platform = (id: string): ProviderView => {
  const found = providers.find((provider) => provider.id === id);
  if (!found) throw new Error(id);
  return found;
};

beforeEach(() => {
  view = sample();
  plans = [];
  tell = [];
  api = {
    findServer: vi.fn(async (provider: string, typed: string) => ({
      origin: `https://${typed.split("@").pop()}`,
      provider: typed.includes("mastodon") ? "mastodon" : provider,
      software: null,
    })),
    startLogin: vi.fn(async (plan: LoginPlan, onEvent: (event: LoginEvent) => void) => {
      plans.push(plan);
      tell.push(onEvent);
      return `login-${plans.length}`;
    }),
    cancelLogin: vi.fn(async () => undefined),
    startPractice: vi.fn(async () => undefined),
  } as unknown as Api;
});

test("with no known client the flow goes from tiles to questions to permissions", () => {
  view.clients = [];
  const flow = new LoginFlow(api, () => view);
  flow.choose(platform("gotosocial"));
  expect(flow.stage).toBe("questions");
  flow.next();
  expect(flow.stage).toBe("permissions");
  flow.back();
  expect(flow.stage).toBe("questions");
});

test("a known client skips the questions, and its plan has no answers", async () => {
  const flow = new LoginFlow(api, () => view);
  flow.choose(platform("threads"));
  expect([flow.stage, flow.client, flow.last]).toEqual(["permissions", "c6", true]);
  await flow.connect();
  expect(plans[0]).toMatchObject({ client: "c6", answers: {}, force_login: false });
  flow.choose(platform("x-app"));
  expect([flow.stage, flow.client], "its one token is here already").toEqual(["client", null]);
});

test("without a keychain the store is asked for before the permissions", () => {
  view.clients = [];
  view.store.state = "missing";
  const flow = new LoginFlow(api, () => view);
  flow.choose(platform("practice"));
  expect(flow.stage).toBe("store");
  view.store.state = "ready";
  flow.next();
  expect(flow.stage).toBe("permissions");
});

test("a server that runs another platform switches to it and keeps what was typed", async () => {
  view.clients = [];
  const flow = new LoginFlow(api, () => view);
  flow.choose(platform("gotosocial"));
  flow.answers["server"] = "@me@mastodon.example";
  flow.accept(await flow.findServer("@me@mastodon.example"));
  expect(flow.provider?.id).toBe("mastodon");
  expect(flow.switchedFrom?.en).toBe("GoToSocial");
  await flow.connect();
  expect(plans[0]).toMatchObject({
    provider: "mastodon",
    answers: { server: "https://mastodon.example" },
    scopes: platform("mastodon")
      .scopes.filter((scope) => scope.default)
      .map((scope) => scope.id),
  });
});

/** Mastodon as if it knew no apps; with a fixed port, as the shipped files of such platforms have it. */
function withoutApps(part: Partial<ProviderView> = {}): ProviderView {
  const like = platform("mastodon");
  const redirects = like.redirects
    .filter(({ kind }) => kind === "loopback")
    .map((one) => ({ ...one, redirect_uri: "http://127.0.0.1:47017/callback" }));
  const made = {
    ...like,
    id: "appless",
    tile: "appless",
    client_family: "appless",
    registers: false,
    needs_app: false,
    redirects,
    ...part,
  };
  view.providers = [...view.providers, made];
  return made;
}

test.each([
  ["its server and its permissions", {}, ["tiles", "questions", "permissions"]],
  ["its server only, where there are no permissions", { scopes: [] }, ["tiles", "questions"]],
  ["its permissions only, where there is one server", { questions: [] }, ["tiles", "permissions"]],
  ["one screen, where there is neither", { questions: [], scopes: [] }, ["tiles", "permissions"]],
] as [string, Partial<ProviderView>, Stage[]][])("a platform without apps asks for %s", (_, part, order) => {
  const flow = new LoginFlow(api, () => view);
  flow.choose(withoutApps(part));
  expect(flow.order).toEqual(order);
  expect(flow.address, "nothing is registered in a console").toBeNull();
  expect(flow.clientName, "the name that its page shows").toBe("Keybearer");
});

test("signing in again without an app starts from the account's server", () => {
  const made = withoutApps();
  const flow = new LoginFlow(api, () => view);
  flow.again(
    made,
    account({ id: "n1", name: "@me@fedi.example", provider: made.id, client: "", server: "fedi.example", scopes: ["read"] }),
  );
  expect([flow.stage, flow.client, flow.answers["server"], flow.expect]).toEqual(["questions", null, "fedi.example", "@me@fedi.example"]);
});

test("the same text is looked for once", async () => {
  const flow = new LoginFlow(api, () => view);
  flow.choose(platform("gotosocial"));
  await Promise.all([flow.findServer("fedi.example"), flow.findServer("fedi.example")]);
  expect(api.findServer).toHaveBeenCalledTimes(1);
});

test("a failure keeps everything, and a late event of an earlier login is not believed", async () => {
  view.clients = [];
  const flow = new LoginFlow(api, () => view);
  flow.choose(platform("gotosocial"));
  flow.clientName = "post-bot";
  await flow.connect();
  tell[0]?.({ kind: "step", step: "redirect-open" });
  tell[0]?.({ kind: "failed", error: { code: "denied", params: {}, detail: null, action: null } });
  expect(flow.stage).toBe("failed");
  flow.retry();
  await vi.waitFor(() => expect(plans).toHaveLength(2));
  expect(plans[1]).toEqual(plans[0]);
  expect(flow.steps).toEqual([]);
  tell[0]?.({ kind: "done", account: "a1" });
  expect(flow.stage).toBe("waiting");
  tell[1]?.({ kind: "done", account: "a2" });
  expect([flow.stage, flow.account]).toEqual(["done", "a2"]);
});

test("a secret goes in once: it is gone after Connect, and a retry asks for it", async () => {
  view.clients = [];
  const flow = new LoginFlow(api, () => view);
  flow.choose(platform("studio"));
  flow.answers["client_secret"] = "hush";
  await flow.connect();
  expect(plans[0]?.answers["client_secret"]).toBe("hush");
  expect(JSON.stringify(flow.answers)).not.toContain("hush");
  tell[0]?.({ kind: "failed", error: { code: "client-auth", params: {}, detail: null, action: null } });
  flow.retry();
  expect(flow.stage).toBe("questions");
});

test("cancel ends the wait even where the keeper says no more", async () => {
  const flow = new LoginFlow(api, () => view);
  flow.choose(platform("practice"));
  await flow.connect();
  expect(api.startPractice).toHaveBeenCalled();
  await flow.cancel();
  expect(flow.error?.code).toBe("cancelled");
});

test("a login that ended while one looked elsewhere is shown before a new one is begun", async () => {
  const model = new Model({ ...api, onChanged: () => undefined }, view);
  model.flow.choose(platform("practice"));
  await model.flow.connect();
  model.go({ at: "settings" });
  tell[0]?.({ kind: "failed", error: { code: "timed-out", params: { minutes: "10" }, detail: null, action: null } });
  model.add();
  expect(model.flow.error?.code).toBe("timed-out");
  model.flow.seen = true;
  model.add();
  expect(model.flow.stage).toBe("tiles");
});

test("hints do not end a login and are not repeated", async () => {
  const flow = new LoginFlow(api, () => view);
  flow.choose(platform("practice"));
  await flow.connect();
  const error: ErrorView = { code: "denied-without-state", params: {}, detail: null, action: null };
  tell[0]?.({ kind: "hint", error });
  tell[0]?.({ kind: "hint", error });
  expect(flow.hints).toHaveLength(1);
  expect(flow.stage).toBe("waiting");
});

test("several kinds of one platform share a tile, whose first screen asks for the kind", () => {
  view.clients = [];
  const flow = new LoginFlow(api, () => view);
  flow.open(platform("instagram"));
  expect(flow.kinds.map((kind) => kind.id)).toEqual(["instagram", "instagram-facebook"]);
  expect([flow.stage, flow.asksKind, flow.provider?.id]).toEqual(["permissions", true, "instagram"]);
  flow.choose(platform("instagram-facebook"));
  expect([flow.stage, flow.asksKind]).toEqual(["permissions", true]);
  flow.next();
  expect([flow.stage, flow.asksKind]).toEqual(["questions", false]);
  flow.back();
  flow.back();
  expect(flow.stage).toBe("tiles");
});

test("where an address is registered by hand, the best redirect is chosen, and the login takes that one", async () => {
  view.clients = [];
  const flow = new LoginFlow(api, () => view);
  flow.open(platform("threads"));
  expect(flow.order).toEqual(["tiles", "permissions", "questions"]);
  expect(flow.chosenRedirect).toMatchObject({ kind: "https-loopback", redirect_uri: "https://127.0.0.1:47018/callback/threads/" });
  flow.next();
  expect(flow.stage).toBe("questions");
  await flow.connect();
  expect(plans[0]).toMatchObject({ redirect: "https-loopback", expect: "", rerequest: false });
});

test("a redirect is asked for only where none works as it is", () => {
  view.clients = [];
  const relay = platform("threads").redirects.filter(({ kind }) => kind === "relay");
  view.providers = view.providers.map((one) => (one.id === "threads" ? { ...one, redirects: relay } : one));
  const flow = new LoginFlow(api, () => view);
  flow.open(view.providers.find(({ id }) => id === "threads") as ProviderView);
  expect([flow.recommended, flow.order]).toEqual([undefined, ["tiles", "permissions", "redirect", "questions"]]);
  view.providers = view.providers.map((one) => withRelay(one, "https://me.example/keybearer/"));
  expect(flow.recommended?.kind).toBe("relay");
  expect(flow.order).not.toContain("redirect");
});

test("what was pasted goes to the import once, and is dropped where storage comes first", () => {
  const flow = new LoginFlow(api, () => view);
  flow.importToken("pasted");
  expect([flow.stage, flow.takePasted(), flow.takePasted()]).toEqual(["import-token", "pasted", ""]);
  view.store.state = "missing";
  const locked = new LoginFlow(api, () => view);
  locked.importToken("pasted");
  expect([locked.stage, locked.takePasted()]).toEqual(["store", ""]);
});

test("a known client goes by the redirect that it was registered for, and another one says what is to be registered", () => {
  const known = view.clients.find((client) => client.id === "c6");
  if (known) known.redirect_uris = ["https://me.example/keybearer/"];
  view.providers = view.providers.map((one) => withRelay(one, "https://me.example/keybearer/"));
  const flow = new LoginFlow(api, () => view);
  flow.open(platform("threads"));
  flow.client = "c6";
  expect([flow.chosenRedirect?.kind, flow.unregistered]).toEqual(["relay", null]);
  flow.redirect = "paste";
  expect(flow.unregistered).toBe("https://127.0.0.1:47018/callback/threads/");
});

test("a login for a known account means that account, and asks again for what was declined", async () => {
  const model = new Model({ ...api, onChanged: () => undefined }, view);
  const mei = view.accounts.find((account) => account.id === "f1");
  if (mei) model.logInAgain(mei, true);
  await model.flow.connect();
  expect(plans[0]).toMatchObject({
    provider: "facebook",
    client: "c7",
    expect: "Mei Chou",
    rerequest: true,
    scopes: ["public_profile", "pages_show_list", "pages_manage_posts"],
  });
});

test("a Page's token comes with its person's login, and a token that was only imported has none", () => {
  const model = new Model({ ...api, onChanged: () => undefined }, view);
  const [page, unknown] = ["f2", "o1"].map((id) => model.account(id));
  if (page) model.logInAgain(page);
  expect([model.flow.stage, model.flow.expect]).toEqual(["permissions", "Mei Chou"]);
  expect(unknown && model.canLogIn(unknown)).toBe(false);
});

test("another account waits for a decision: kept, or asked for again by force", async () => {
  const keepMismatch = vi.fn(async () => "a9");
  const discardMismatch = vi.fn(async () => undefined);
  const flow = new LoginFlow({ ...api, keepMismatch, discardMismatch }, () => view);
  flow.open(platform("threads"));
  flow.client = "c6";
  flow.provider = { ...platform("threads"), can_force_login: true };
  await flow.connect();
  tell[0]?.({ kind: "mismatch", name: "@other", expected: "@memochou" });
  expect([flow.stage, flow.mismatch?.name]).toEqual(["mismatch", "@other"]);
  await flow.retryMismatch();
  expect(discardMismatch).toHaveBeenCalledWith("login-1");
  await vi.waitFor(() => expect(plans[1]).toMatchObject({ force_login: true }));
  tell[1]?.({ kind: "mismatch", name: "@other", expected: "@memochou" });
  await flow.keepMismatch();
  expect([keepMismatch.mock.calls, flow.stage, flow.account]).toEqual([[["login-2"]], "done", "a9"]);
});

test("a client whose secret is in the store is tried again without typing it once more", async () => {
  view.clients = [];
  const flow = new LoginFlow(api, () => view);
  flow.open(platform("threads"));
  Object.assign(flow.answers, { client_id: "9030817430362187", client_secret: "hush" });
  await flow.connect();
  view.clients = sample().clients;
  tell[0]?.({ kind: "failed", error: { code: "denied", params: {}, detail: null, action: null } });
  flow.retry();
  await vi.waitFor(() => expect(plans[1]).toMatchObject({ client: "c6", answers: {} }));
});

test("importing asks for the store first where there is none", () => {
  view.store.state = "missing";
  const flow = new LoginFlow(api, () => view);
  flow.importToken();
  expect(flow.stage).toBe("store");
  view.store.state = "ready";
  flow.next();
  expect(flow.stage).toBe("import-token");
  flow.back();
  expect(flow.stage).toBe("tiles");
});

test("an imported account without a client takes the known app, or a new one", async () => {
  const model = new Model({ ...api, onChanged: () => undefined }, view);
  const imported = view.accounts.find((account) => account.id === "t1");
  if (imported) model.logInAgain({ ...imported, client: "" });
  expect([model.flow.stage, model.flow.client]).toEqual(["permissions", "c6"]);
  view.clients = [];
  if (imported) model.logInAgain({ ...imported, client: "" });
  expect([model.flow.stage, model.flow.order.at(-1)]).toEqual(["permissions", "questions"]);
});
