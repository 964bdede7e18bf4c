// Platforms of several kinds without a screen: which questions are asked, which keys are known, what the trip does without a browser,
// and how accounts stand that renew whenever they are wanted.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { asked, isSecret } from "../src/lib/answers";
import type { Api } from "../src/lib/api";
import { appOf, appsOf, proposedName } from "../src/lib/apps";
import { Desk } from "../src/lib/desk.svelte";
import { account } from "../src/lib/fake-bits";
import { providers, sample } from "../src/lib/fake-data";
import { standing } from "../src/lib/standing";
import { Trip } from "../src/lib/trip.svelte";
import { sentences } from "../src/lib/trouble";
import { speak } from "../src/lib/words.svelte";
import type { AppView, ClientView, LoginEvent, LoginPlan, ProviderView } from "../src/lib/wire";

const NOW = Math.floor(Date.now() / 1000);
const DAY = 86_400;
let view: AppView;
let plans: LoginPlan[];
let tell: (event: LoginEvent) => void;
let api: Api;

const platform = (id: string): ProviderView => {
  const found = view.providers.find((provider) => provider.id === id);
  if (!found) throw new Error(id);
  return found;
};
const client = (id: string): ClientView => {
  const found = view.clients.find((one) => one.id === id);
  if (!found) throw new Error(id);
  return found;
};
const failed = (code: string): LoginEvent => ({ kind: "failed", error: { code, params: {}, detail: null, action: null } });

beforeEach(async () => {
  await speak("en");
  view = sample();
  plans = [];
  api = {
    startLogin: vi.fn(async (plan: LoginPlan, onEvent: (event: LoginEvent) => void) => {
      plans.push(plan);
      tell = onEvent;
      return "login";
    }),
    onChanged: () => undefined,
  } as unknown as Api;
});

describe("the form", () => {
  const ids = (kind: string, answers: Record<string, string>, known = false) => asked(platform(kind), answers, known).map(({ id }) => id);

  test("the secret is asked for only where the chosen type has one", () => {
    expect(ids("x", {})).toEqual(["client_type", "client_id"]);
    expect(ids("x", { client_type: "public" })).toEqual(["client_type", "client_id"]);
    expect(ids("x", { client_type: "confidential" })).toEqual(["client_type", "client_id", "client_secret"]);
    expect(ids("threads", {})).toEqual(["client_id", "client_secret"]);
  });

  test("a known client answers all but the token that is brought along", () => {
    expect(ids("x-keys", {}, true)).toEqual(["access_token", "token_secret"]);
    expect(ids("x-app", {}, true)).toEqual([]);
    expect(ids("x", {}, true)).toEqual([]);
  });

  test("a secret that was typed before the type was changed is not sent", async () => {
    view.clients = [];
    const trip = new Trip(api, () => view);
    trip.choose(platform("x"));
    Object.assign(trip.answers, { client_type: "confidential", client_id: "abc", client_secret: "hush" });
    trip.answers["client_type"] = "public";
    await trip.connect();
    expect(plans[0]?.answers).toEqual({ client_type: "public", client_id: "abc" });
  });

  test("all three kinds of secrets go in once", async () => {
    view.clients = [];
    const trip = new Trip(api, () => view);
    trip.choose(platform("x-keys"));
    const typed = Object.fromEntries(trip.asked.map(({ id }) => [id, `typed-${id}`]));
    Object.assign(trip.answers, typed);
    expect(trip.asked.filter(isSecret).map(({ id }) => id)).toEqual(["client_secret", "access_token", "token_secret"]);
    await trip.connect();
    expect(plans[0]?.answers).toEqual(typed);
    expect(Object.values(trip.answers).filter(Boolean)).toEqual(["typed-client_id"]);
  });
});

describe("keys", () => {
  test("are shared by the kinds of a family, and by no other", () => {
    const trip = new Trip(api, () => view);
    for (const kind of ["x-app", "x-oauth1", "x-keys"]) {
      trip.choose(platform(kind));
      expect(trip.known.map(({ id }) => id), kind).toEqual(["x2"]);
    }
    trip.choose(platform("x"));
    expect(trip.known.map(({ id }) => id)).toEqual(["x1"]);
  });

  test("of a file of the person's own stand apart: they were made for other hosts", () => {
    view.providers = [...view.providers, { ...platform("x-app"), id: "mine", custom: true }];
    const trip = new Trip(api, () => view);
    trip.choose(platform("mine"));
    expect(trip.known).toEqual([]);
  });

  test("of one app are one app", () => {
    expect(appOf(view, client("x2")).map(({ id }) => id)).toEqual(["x1", "x2"]);
    const apps = appsOf(view).map((app) => app.map(({ id }) => id));
    expect(apps).toContainEqual(["x1", "x2"]);
    expect(apps.flat()).toHaveLength(view.clients.length);
  });

  test("of a second kind are proposed under the app's name, a second app under none", () => {
    view.clients = [client("x1")];
    expect(proposedName(view, platform("x-app"))).toBe("post-bot");
    expect(proposedName(view, platform("x"))).toBe("");
    view.clients = ["post-bot", "other"].map((name) => ({ ...client("x1"), id: name, name }));
    expect(proposedName(view, platform("x-app")), "two apps: nobody knows which").toBe("");
    expect(proposedName(view, platform("gotosocial"))).toBe("Keybearer");
  });
});

describe("the trip", () => {
  test("has neither redirect nor permissions without a browser", () => {
    view.clients = [];
    const trip = new Trip(api, () => view);
    trip.open(platform("x"));
    expect(trip.kinds.map(({ id }) => id)).toEqual(["x", "x-oauth1", "x-app", "x-keys"]);
    trip.choose(platform("x-app"));
    expect(trip.order).toEqual(["tiles", "kind", "questions"]);
    expect(trip.last).toBe(true);
    trip.choose(platform("x-oauth1"));
    expect(trip.order).toEqual(["tiles", "kind", "redirect", "questions", "permissions"]);
  });

  test("goes from the last question straight to the login, and from the store too", async () => {
    view.clients = [];
    view.store.state = "missing";
    const trip = new Trip(api, () => view);
    trip.choose(platform("x-app"));
    Object.assign(trip.answers, { client_id: "k", client_secret: "s" });
    trip.next();
    expect(trip.stage).toBe("store");
    view.store.state = "ready";
    trip.next();
    expect(trip.stage).toBe("waiting");
    expect(plans[0]).toMatchObject({ provider: "x-app", client: null, redirect: null, scopes: [], answers: { client_id: "k", client_secret: "s" } });
    for (const step of ["client-ready", "token-received", "stored"] as const) tell({ kind: "step", step });
    tell({ kind: "done", account: "x-app" });
    expect([trip.stage, trip.account]).toEqual(["done", "x-app"]);
  });

  test("with a known client asks nothing, or the token only", async () => {
    const trip = new Trip(api, () => view);
    trip.choose(platform("x-app"));
    trip.client = "x2";
    trip.next();
    expect([trip.stage, plans[0]?.client]).toEqual(["waiting", "x2"]);
    trip.choose(platform("x-keys"));
    trip.client = "x2";
    trip.next();
    expect([trip.stage, trip.order.at(-1)]).toEqual(["questions", "questions"]);
  });

  test("after a failure goes back to the form, and only secrets are lost", async () => {
    view.clients = [];
    const trip = new Trip(api, () => view);
    trip.choose(platform("x-app"));
    trip.clientName = "post-bot";
    Object.assign(trip.answers, { client_id: "k7BcQ2mXaVt9LwDf3RzYhN5pJ", client_secret: "hush" });
    trip.next();
    // The keeper keeps the client before it asks.
    view.clients = sample().clients;
    tell(failed("client-auth"));
    expect(trip.retypes).toBe(true);
    trip.retry();
    expect([trip.stage, trip.client, trip.clientName]).toEqual(["questions", null, "post-bot"]);
    expect(trip.answers).toEqual({ client_id: "k7BcQ2mXaVt9LwDf3RzYhN5pJ", client_secret: "" });
  });

  test("whose secret is in the store by now tries again without asking", async () => {
    view.clients = [];
    const trip = new Trip(api, () => view);
    trip.choose(platform("x-app"));
    Object.assign(trip.answers, { client_id: "k7BcQ2mXaVt9LwDf3RzYhN5pJ", client_secret: "hush" });
    trip.next();
    view.clients = sample().clients;
    tell(failed("server-unreachable"));
    expect(trip.retypes).toBe(false);
    trip.retry();
    expect(plans[1]).toMatchObject({ client: "x2", answers: {} });
  });

  test("asks once more for a secret that was typed over a known one: the old one stays until the new one is believed", () => {
    const trip = new Trip(api, () => view);
    trip.choose(platform("x-app"));
    Object.assign(trip.answers, { client_id: "k7BcQ2mXaVt9LwDf3RzYhN5pJ", client_secret: "regenerated" });
    void trip.connect();
    tell(failed("server-unreachable"));
    expect(trip.retypes).toBe(true);
    trip.retry();
    expect([trip.stage, trip.client]).toEqual(["questions", null]);
  });

  test("hides redirects that are for other types, and then asks for the type first", () => {
    view.clients = [];
    const deep = platform("x").redirects.find(({ kind }) => kind === "private-use-scheme");
    if (deep) deep.client_types = ["public"];
    const trip = new Trip(api, () => view);
    trip.choose(platform("x"));
    const kinds = () => trip.redirects.map(({ kind }) => kind);
    expect(trip.typeFirst?.id).toBe("client_type");
    expect(kinds()).not.toContain("private-use-scheme");
    trip.answers["client_type"] = "public";
    expect(kinds()).toContain("private-use-scheme");
    trip.redirect = "private-use-scheme";
    trip.answers["client_type"] = "confidential";
    expect(trip.way?.kind).toBe("loopback");
    view.clients = [{ ...client0(), client_type: "public" }];
    trip.client = "x1";
    expect(kinds(), "a known client's type is known").toContain("private-use-scheme");
  });
  const client0 = () => sample().clients.find(({ id }) => id === "x1") as ClientView;

  test("asks nobody to register a word that is no address", () => {
    const trip = new Trip(api, () => view);
    trip.choose(platform("x-oauth1"));
    trip.client = "x2";
    trip.redirect = "localhost";
    expect(trip.unregistered).toBe("http://localhost:47020/callback/x-oauth1");
    trip.redirect = "out-of-band";
    expect([trip.address, trip.unregistered]).toEqual([null, null]);
  });

  test("never asks for what is only ever granted", async () => {
    const trip = new Trip(api, () => view);
    const found = view.accounts.find(({ id }) => id === "x-user");
    if (found) trip.again(platform("x-oauth1"), found);
    expect([trip.stage, trip.scopes]).toEqual(["permissions", []]);
    await trip.connect();
    expect(plans[0]).toMatchObject({ scopes: [], client: "x2" });
  });

  test("wins a token anew by its own way: typed in, or fetched at once", async () => {
    const desk = new Desk(api, view);
    const [own, app] = ["x-own", "x-app"].map((id) => desk.account(id));
    if (own) desk.addAgain(own);
    expect([desk.trip.stage, desk.trip.client]).toEqual(["questions", "x2"]);
    if (app) desk.addAgain(app);
    await vi.waitFor(() => expect(plans[0]).toMatchObject({ provider: "x-app", client: "x2" }));
    expect(desk.trip.stage).toBe("waiting");
  });
});

describe("how it stands", () => {
  const demand = { provider: "x", client: "x1", name: "@keybot", id: "1", renews_on_demand: true, issued: NOW - 9000, expires: NOW - 1800, renews_from: NOW - 2100 };
  const says = (part: Parameters<typeof account>[0]) => standing(account(part), platform(part.provider));

  test("what renews when it is wanted does not alarm, although its token has ended", () => {
    expect(says({ ...demand, renews_until: NOW + 170 * DAY })).toMatchObject({ text: "renewed when used", tone: "good" });
    expect(says({ ...demand, renews_until: null })).toMatchObject({ text: "renewed when used", tone: "good", life: 1 });
    expect(says({ ...demand, issued: NOW - 170 * DAY, renews_until: NOW + 10 * DAY + 3600 })).toMatchObject({ text: "10 days", tone: "warn" });
    expect(says({ ...demand, issued: NOW - 181 * DAY, renews_until: NOW - DAY })).toMatchObject({ text: "expired", tone: "bad" });
  });

  test("an interrupted renewal says what to do and why", () => {
    const trouble = { code: "interrupted", params: {}, detail: null, action: null };
    expect(says({ ...demand, renews_until: NOW + 170 * DAY, trouble })).toEqual({ text: "needs sign-in: renewal interrupted", tone: "bad", life: 0 });
  });

  test("what nobody was asked about is no trouble", () => {
    const bare = { id: "1", name: "post-bot", client: "x2", verified: null };
    expect(says({ ...bare, provider: "x-app" })).toMatchObject({ text: "doesn’t expire", tone: "good" });
    expect(says({ ...bare, provider: "x-keys" })).toMatchObject({ text: "not verified yet", tone: "quiet" });
    const trouble = { code: "enrolment-or-payment", params: {}, detail: null, action: null };
    expect(says({ ...bare, provider: "x-keys", trouble })).toMatchObject({ text: "not verified", tone: "warn" });
  });
});

test("the platform's own sentence is what to press", async () => {
  const error = { code: "enrolment-or-payment", params: {}, detail: null, action: { en: "Buy credits.", "zh-Hans": "购买额度。", "zh-Hant": "購買額度。" } };
  expect(sentences(error).press).toBe("Buy credits.");
  expect(sentences({ ...error, action: null }).press).toBe("Settle it in the developer console, then press Try again.");
  await speak("zh-Hant");
  expect(sentences(error).press).toBe("購買額度。");
  expect(providers.every(({ stuck }) => stuck.every((one) => one.action !== undefined))).toBe(true);
});
