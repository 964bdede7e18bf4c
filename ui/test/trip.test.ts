// The add-an-account trip without a screen: its order, what it keeps across a failure, and which events it believes.
import { beforeEach, expect, test, vi } from "vitest";
import type { Api } from "../src/shell/api";
import { providers, sample } from "../src/fake/sample";
import { relayed } from "../src/fake/meta";
import { Desk } from "../src/state/model.svelte";
import { Trip } from "../src/state/login-flow.svelte";
import type { AppView, LoginEvent, LoginPlan, ProviderView } from "../src/shell/wire";

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
    findServer: vi.fn(async (provider: string, typed: string) => ({ origin: `https://${typed.split("@").pop()}`, provider: typed.includes("mastodon") ? "mastodon" : provider, software: null })),
    startLogin: vi.fn(async (plan: LoginPlan, onEvent: (event: LoginEvent) => void) => {
      plans.push(plan);
      tell.push(onEvent);
      return `login-${plans.length}`;
    }),
    cancelLogin: vi.fn(async () => undefined),
    startPractice: vi.fn(async () => undefined),
  } as unknown as Api;
});

test("with no known client the trip goes from tiles to questions to permissions", () => {
  view.clients = [];
  const trip = new Trip(api, () => view);
  trip.choose(platform("gotosocial"));
  expect(trip.stage).toBe("questions");
  trip.next();
  expect(trip.stage).toBe("permissions");
  trip.back();
  expect(trip.stage).toBe("questions");
});

test("a known client skips the questions, and its plan has no answers", async () => {
  const trip = new Trip(api, () => view);
  trip.choose(platform("mastodon"));
  expect(trip.stage).toBe("client");
  trip.client = "c2";
  trip.next();
  expect(trip.stage).toBe("permissions");
  await trip.connect();
  expect(plans[0]).toMatchObject({ client: "c2", answers: {}, redirect: null, force_login: false });
});

test("without a keychain the store is asked for before the permissions", () => {
  view.clients = [];
  view.store.state = "missing";
  const trip = new Trip(api, () => view);
  trip.choose(platform("practice"));
  expect(trip.stage).toBe("store");
  view.store.state = "ready";
  trip.next();
  expect(trip.stage).toBe("permissions");
});

test("a server that runs another platform switches to it and keeps what was typed", async () => {
  view.clients = [];
  const trip = new Trip(api, () => view);
  trip.choose(platform("gotosocial"));
  trip.answers["server"] = "@me@mastodon.example";
  trip.accept(await trip.findServer("@me@mastodon.example"));
  expect(trip.provider?.id).toBe("mastodon");
  expect(trip.switchedFrom).toBe("GoToSocial");
  await trip.connect();
  expect(plans[0]).toMatchObject({ provider: "mastodon", answers: { server: "https://mastodon.example" }, scopes: ["profile", "read", "write"] });
});

test("the same text is looked for once", async () => {
  const trip = new Trip(api, () => view);
  trip.choose(platform("gotosocial"));
  await Promise.all([trip.findServer("fedi.example"), trip.findServer("fedi.example")]);
  expect(api.findServer).toHaveBeenCalledTimes(1);
});

test("a failure keeps everything, and a late event of an earlier login is not believed", async () => {
  view.clients = [];
  const trip = new Trip(api, () => view);
  trip.choose(platform("gotosocial"));
  trip.clientName = "post-bot";
  await trip.connect();
  tell[0]?.({ kind: "step", step: "redirect-open" });
  tell[0]?.({ kind: "failed", error: { code: "denied", params: {}, detail: null, action: null } });
  expect(trip.stage).toBe("failed");
  trip.retry();
  await vi.waitFor(() => expect(plans).toHaveLength(2));
  expect(plans[1]).toEqual(plans[0]);
  expect(trip.steps).toEqual([]);
  tell[0]?.({ kind: "done", account: "a1" });
  expect(trip.stage).toBe("waiting");
  tell[1]?.({ kind: "done", account: "a2" });
  expect([trip.stage, trip.account]).toEqual(["done", "a2"]);
});

test("a secret goes in once: it is gone after Connect, and a retry asks for it", async () => {
  view.clients = [];
  const trip = new Trip(api, () => view);
  trip.choose(platform("studio"));
  trip.answers["client_secret"] = "hush";
  await trip.connect();
  expect(plans[0]?.answers["client_secret"]).toBe("hush");
  expect(JSON.stringify(trip.answers)).not.toContain("hush");
  tell[0]?.({ kind: "failed", error: { code: "client-auth", params: {}, detail: null, action: null } });
  trip.retry();
  expect(trip.stage).toBe("questions");
});

test("cancel ends the wait even where the keeper says no more", async () => {
  const trip = new Trip(api, () => view);
  trip.choose(platform("practice"));
  await trip.connect();
  expect(api.startPractice).toHaveBeenCalled();
  await trip.cancel();
  expect(trip.error?.code).toBe("cancelled");
});

test("a login that ended while one looked elsewhere is shown before a new one is begun", async () => {
  const desk = new Desk({ ...api, onChanged: () => undefined }, view);
  desk.trip.choose(platform("practice"));
  await desk.trip.connect();
  desk.go({ at: "settings" });
  tell[0]?.({ kind: "failed", error: { code: "timed-out", params: { minutes: "10" }, detail: null, action: null } });
  desk.add();
  expect(desk.trip.error?.code).toBe("timed-out");
  desk.trip.seen = true;
  desk.add();
  expect(desk.trip.stage).toBe("tiles");
});

test("hints do not end a login and are not repeated", async () => {
  const trip = new Trip(api, () => view);
  trip.choose(platform("practice"));
  await trip.connect();
  const error = { code: "denied-without-state", params: {}, detail: null, action: null };
  tell[0]?.({ kind: "hint", error });
  tell[0]?.({ kind: "hint", error });
  expect(trip.hints).toHaveLength(1);
  expect(trip.stage).toBe("waiting");
});

test("several kinds of one platform share a tile, which asks for the kind", () => {
  view.clients = [];
  const trip = new Trip(api, () => view);
  trip.open(platform("instagram"));
  expect([trip.stage, trip.kinds.map((kind) => kind.id)]).toEqual(["kind", ["instagram", "instagram-facebook"]]);
  trip.choose(platform("instagram-facebook"));
  expect(trip.stage).toBe("redirect");
  trip.back();
  expect(trip.stage).toBe("kind");
  trip.back();
  expect(trip.stage).toBe("tiles");
});

test("where an address is registered by hand, the redirect comes before the console, and the login takes that one", async () => {
  view.clients = [];
  const trip = new Trip(api, () => view);
  trip.open(platform("threads"));
  expect(trip.order).toEqual(["tiles", "redirect", "questions", "permissions"]);
  expect(trip.way).toMatchObject({ kind: "https-loopback", redirect_uri: "https://127.0.0.1:47018/callback/threads/" });
  trip.next();
  expect(trip.stage).toBe("questions");
  await trip.connect();
  expect(plans[0]).toMatchObject({ redirect: "https-loopback", expect: "", rerequest: false });
});

test("a known client goes by the redirect that it was registered for, and another one says what is to be registered", () => {
  const known = view.clients.find((client) => client.id === "c6");
  if (known) known.redirect_uris = ["https://me.example/keybearer/"];
  view.providers = view.providers.map((one) => relayed(one, "https://me.example/keybearer/"));
  const trip = new Trip(api, () => view);
  trip.open(platform("threads"));
  trip.client = "c6";
  expect([trip.way?.kind, trip.unregistered]).toEqual(["relay", null]);
  trip.redirect = "paste";
  expect(trip.unregistered).toBe("https://127.0.0.1:47018/callback/threads/");
});

test("a login for a known account means that account, and asks again for what was declined", async () => {
  const desk = new Desk({ ...api, onChanged: () => undefined }, view);
  const mei = view.accounts.find((account) => account.id === "f1");
  if (mei) desk.addAgain(mei, true);
  await desk.trip.connect();
  expect(plans[0]).toMatchObject({ provider: "facebook", client: "c7", expect: "Mei Chou", rerequest: true, scopes: ["public_profile", "pages_show_list", "pages_manage_posts"] });
});

test("a Page's token comes with its person's login, and what was only adopted has none", () => {
  const desk = new Desk({ ...api, onChanged: () => undefined }, view);
  const [page, unknown] = ["f2", "o1"].map((id) => desk.account(id));
  if (page) desk.addAgain(page);
  expect([desk.trip.stage, desk.trip.expect]).toEqual(["permissions", "Mei Chou"]);
  expect(unknown && desk.canLogIn(unknown)).toBe(false);
});

test("another account is held aside: kept, or asked for once more by force", async () => {
  const keepHeld = vi.fn(async () => "a9");
  const discardHeld = vi.fn(async () => undefined);
  const trip = new Trip({ ...api, keepHeld, discardHeld }, () => view);
  trip.open(platform("threads"));
  trip.client = "c6";
  trip.provider = { ...platform("threads"), can_force_login: true };
  await trip.connect();
  tell[0]?.({ kind: "held", name: "@other", expected: "@memochou" });
  expect([trip.stage, trip.held?.name]).toEqual(["held", "@other"]);
  await trip.retryHeld();
  expect(discardHeld).toHaveBeenCalledWith("login-1");
  await vi.waitFor(() => expect(plans[1]).toMatchObject({ force_login: true }));
  tell[1]?.({ kind: "held", name: "@other", expected: "@memochou" });
  await trip.keepHeld();
  expect([keepHeld.mock.calls, trip.stage, trip.account]).toEqual([[["login-2"]], "done", "a9"]);
});

test("a client whose secret is in the store is tried again without typing it once more", async () => {
  view.clients = [];
  const trip = new Trip(api, () => view);
  trip.open(platform("threads"));
  Object.assign(trip.answers, { client_id: "9030817430362187", client_secret: "hush" });
  await trip.connect();
  view.clients = sample().clients;
  tell[0]?.({ kind: "failed", error: { code: "denied", params: {}, detail: null, action: null } });
  trip.retry();
  await vi.waitFor(() => expect(plans[1]).toMatchObject({ client: "c6", answers: {} }));
});

test("adopting asks for the store first where there is none", () => {
  view.store.state = "missing";
  const trip = new Trip(api, () => view);
  trip.adopt();
  expect(trip.stage).toBe("store");
  view.store.state = "ready";
  trip.next();
  expect(trip.stage).toBe("adopt");
  trip.back();
  expect(trip.stage).toBe("tiles");
});

test("an adopted account without a client chooses one before it logs in", async () => {
  const desk = new Desk({ ...api, onChanged: () => undefined }, view);
  const adopted = view.accounts.find((account) => account.id === "t1");
  if (adopted) desk.addAgain({ ...adopted, client: "" });
  expect([desk.trip.stage, desk.trip.client]).toEqual(["client", null]);
  view.clients = [];
  if (adopted) desk.addAgain({ ...adopted, client: "" });
  expect(desk.trip.stage).toBe("redirect");
});
