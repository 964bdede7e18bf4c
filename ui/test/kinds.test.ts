// Platforms with several kinds of tokens, without a screen: their questions, known keys, logins without a browser, and standings.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { asked, isSecret } from "../src/state/questions";
import type { Api } from "../src/shell/api";
import { appOf, appsOf, proposedName } from "../src/state/apps";
import { Model } from "../src/state/model.svelte";
import { account } from "../src/fake/common";
import { providers } from "../src/fake/platforms";
import { sample } from "../src/fake/sample";
import { offered } from "../src/state/platform";
import { standing } from "../src/text/standing";
import { LoginFlow } from "../src/state/login-flow.svelte";
import { sentences } from "../src/text/errors";
import { speak } from "../src/text/words.svelte";
import type { AppView, ClientView, Code, ErrorView, LoginEvent, LoginPlan, ProviderView } from "../src/shell/wire";

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
const failed = (code: Code): LoginEvent => ({ kind: "failed", error: { code, params: {}, detail: null, action: null } });

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
    expect(ids("x", {}), "the proposed type has a secret").toEqual(["client_type", "client_id", "client_secret"]);
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
    const flow = new LoginFlow(api, () => view);
    flow.choose(platform("x"));
    Object.assign(flow.answers, { client_type: "confidential", client_id: "abc", client_secret: "hush" });
    flow.answers["client_type"] = "public";
    await flow.connect();
    expect(plans[0]?.answers).toEqual({ client_type: "public", client_id: "abc" });
  });

  test("all three kinds of secrets go in once", async () => {
    view.clients = [];
    const flow = new LoginFlow(api, () => view);
    flow.choose(platform("x-keys"));
    const typed = Object.fromEntries(flow.asked.map(({ id }) => [id, `typed-${id}`]));
    Object.assign(flow.answers, typed);
    expect(flow.asked.filter(isSecret).map(({ id }) => id)).toEqual(["client_secret", "access_token", "token_secret"]);
    await flow.connect();
    expect(plans[0]?.answers).toEqual(typed);
    expect(Object.values(flow.answers).filter(Boolean)).toEqual(["typed-client_id"]);
  });
});

describe("keys", () => {
  test("are shared by the kinds of a family, and by no other", () => {
    const flow = new LoginFlow(api, () => view);
    for (const kind of ["x-app", "x-oauth1", "x-keys"]) {
      flow.choose(platform(kind));
      expect(
        flow.known.map(({ id }) => id),
        kind,
      ).toEqual(["x2"]);
    }
    flow.choose(platform("x"));
    expect(flow.known.map(({ id }) => id)).toEqual(["x1"]);
  });

  test("of a file of the person's own stand apart: they were made for other hosts", () => {
    view.providers = [...view.providers, { ...platform("x-app"), id: "mine", custom: true }];
    const flow = new LoginFlow(api, () => view);
    flow.choose(platform("mine"));
    expect(flow.known).toEqual([]);
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

describe("the flow", () => {
  test("leads from any tile to the browser by at most two screens", () => {
    view.clients = [];
    const flow = new LoginFlow(api, () => view);
    const screens = view.providers.filter(offered).map((provider) => {
      flow.choose(provider);
      return [provider.id, flow.order.slice(1)] as const;
    });
    expect(screens.length).toBeGreaterThan(25);
    expect(screens.filter(([, order]) => order.length > 2)).toEqual([]);
  });

  test("has neither redirect nor permissions without a browser", () => {
    view.clients = [];
    const flow = new LoginFlow(api, () => view);
    flow.open(platform("x"));
    expect(flow.kinds.map(({ id }) => id)).toEqual(["x-keys", "x", "x-oauth1", "x-app"]);
    expect([flow.provider?.id, flow.asksKind], "the recommended kind").toEqual(["x-keys", true]);
    flow.choose(platform("x-app"));
    expect(flow.order).toEqual(["tiles", "questions"]);
    expect(flow.last).toBe(true);
    flow.choose(platform("x-oauth1"));
    expect(flow.order, "the app's settings decide what it may do").toEqual(["tiles", "questions"]);
  });

  test("goes from the last question straight to the login, and from the store too", async () => {
    view.clients = [];
    view.store.state = "missing";
    const flow = new LoginFlow(api, () => view);
    flow.choose(platform("x-app"));
    expect(flow.stage, "no secret is asked for without a place for it").toBe("store");
    view.store.state = "ready";
    flow.next();
    expect(flow.stage).toBe("questions");
    Object.assign(flow.answers, { client_id: "k", client_secret: "s" });
    flow.next();
    expect(flow.stage).toBe("waiting");
    expect(plans[0]).toMatchObject({
      provider: "x-app",
      client: null,
      redirect: null,
      scopes: [],
      answers: { client_id: "k", client_secret: "s" },
    });
    for (const step of ["client-ready", "token-received", "stored"] as const) tell({ kind: "step", step });
    tell({ kind: "done", account: "x-app" });
    expect([flow.stage, flow.account]).toEqual(["done", "x-app"]);
  });

  test("with a known client asks nothing, or the token only", async () => {
    const flow = new LoginFlow(api, () => view);
    flow.choose(platform("x-app"));
    flow.client = "x2";
    flow.next();
    expect([flow.stage, plans[0]?.client]).toEqual(["waiting", "x2"]);
    flow.choose(platform("x-keys"));
    flow.client = "x2";
    flow.next();
    expect([flow.stage, flow.order.at(-1)]).toEqual(["questions", "questions"]);
  });

  test("after a failure goes back to the form, and only secrets are lost", async () => {
    view.clients = [];
    const flow = new LoginFlow(api, () => view);
    flow.choose(platform("x-app"));
    flow.clientName = "post-bot";
    Object.assign(flow.answers, { client_id: "k7BcQ2mXaVt9LwDf3RzYhN5pJ", client_secret: "hush" });
    flow.next();
    // The keeper keeps the client before it asks.
    view.clients = sample().clients;
    tell(failed("client-auth"));
    expect(flow.retypes).toBe(true);
    flow.retry();
    expect([flow.stage, flow.client, flow.clientName]).toEqual(["questions", null, "post-bot"]);
    expect(flow.answers).toEqual({ client_id: "k7BcQ2mXaVt9LwDf3RzYhN5pJ", client_secret: "" });
  });

  test("whose secret is in the store by now tries again without asking", async () => {
    view.clients = [];
    const flow = new LoginFlow(api, () => view);
    flow.choose(platform("x-app"));
    Object.assign(flow.answers, { client_id: "k7BcQ2mXaVt9LwDf3RzYhN5pJ", client_secret: "hush" });
    flow.next();
    view.clients = sample().clients;
    tell(failed("server-unreachable"));
    expect(flow.retypes).toBe(false);
    flow.retry();
    expect(plans[1]).toMatchObject({ client: "x2", answers: {} });
  });

  test("asks once more for a secret that was typed over a known one: the old one stays until the new one is believed", () => {
    const flow = new LoginFlow(api, () => view);
    flow.choose(platform("x-app"));
    flow.client = null;
    Object.assign(flow.answers, { client_id: "k7BcQ2mXaVt9LwDf3RzYhN5pJ", client_secret: "regenerated" });
    void flow.connect();
    tell(failed("server-unreachable"));
    expect(flow.retypes).toBe(true);
    flow.retry();
    expect([flow.stage, flow.client]).toEqual(["questions", null]);
  });

  test("hides redirects that are for other types", () => {
    view.clients = [];
    const deep = platform("x").redirects.find(({ kind }) => kind === "private-use-scheme");
    if (deep) deep.client_types = ["public"];
    const flow = new LoginFlow(api, () => view);
    flow.choose(platform("x"));
    const kinds = () => flow.redirects.map(({ kind }) => kind);
    expect(kinds()).not.toContain("private-use-scheme");
    flow.answers["client_type"] = "public";
    expect(kinds()).toContain("private-use-scheme");
    flow.redirect = "private-use-scheme";
    flow.answers["client_type"] = "confidential";
    expect(flow.chosenRedirect?.kind).toBe("loopback");
    view.clients = [{ ...client0(), client_type: "public" }];
    flow.client = "x1";
    expect(kinds(), "a known client's type is known").toContain("private-use-scheme");
  });
  const client0 = () => sample().clients.find(({ id }) => id === "x1") as ClientView;

  test("asks nobody to register a word that is no address", () => {
    const flow = new LoginFlow(api, () => view);
    flow.choose(platform("x-oauth1"));
    flow.client = "x2";
    flow.redirect = "localhost";
    expect(flow.unregistered).toBe("http://localhost:47020/callback/x-oauth1");
    flow.redirect = "out-of-band";
    expect([flow.address, flow.unregistered]).toEqual([null, null]);
  });

  test("never asks for what is only ever granted", async () => {
    const flow = new LoginFlow(api, () => view);
    const found = view.accounts.find(({ id }) => id === "x-user");
    if (found) flow.again(platform("x-oauth1"), found);
    expect([flow.stage, flow.scopes]).toEqual(["permissions", []]);
    await flow.connect();
    expect(plans[0]).toMatchObject({ scopes: [], client: "x2" });
  });

  test("wins a token anew by its own way: typed in, or fetched at once", async () => {
    const model = new Model(api, view);
    const [own, app] = ["x-own", "x-app"].map((id) => model.account(id));
    if (own) model.logInAgain(own);
    expect([model.flow.stage, model.flow.client]).toEqual(["questions", "x2"]);
    if (app) model.logInAgain(app);
    await vi.waitFor(() => expect(plans[0]).toMatchObject({ provider: "x-app", client: "x2" }));
    expect(model.flow.stage).toBe("waiting");
  });
});

describe("how it stands", () => {
  const demand = {
    provider: "x",
    client: "x1",
    name: "@keybot",
    id: "1",
    renews_on_demand: true,
    issued: NOW - 9000,
    expires: NOW - 1800,
    renews_from: NOW - 2100,
  };
  const says = (part: Parameters<typeof account>[0]) => standing(account(part));

  test("what renews when it is wanted does not alarm, although its token has ended", () => {
    expect(says({ ...demand, renews_until: NOW + 170 * DAY })).toMatchObject({ text: "renewed when used", tone: "good" });
    expect(says({ ...demand, renews_until: null })).toMatchObject({ text: "renewed when used", tone: "good", life: 1 });
    expect(says({ ...demand, issued: NOW - 170 * DAY, renews_until: NOW + 10 * DAY + 3600 })).toMatchObject({
      text: "10 days",
      tone: "warn",
    });
    expect(says({ ...demand, issued: NOW - 181 * DAY, renews_until: NOW - DAY })).toMatchObject({ text: "expired", tone: "bad" });
  });

  test("an interrupted renewal says what to do and why", () => {
    const trouble: ErrorView = { code: "interrupted", params: {}, detail: null, action: null };
    expect(says({ ...demand, renews_until: NOW + 170 * DAY, trouble })).toEqual({
      text: "needs sign-in: renewal interrupted",
      tone: "bad",
      life: 0,
    });
  });

  test("what nobody was asked about is no trouble", () => {
    const bare = { id: "1", name: "post-bot", client: "x2", verified: null };
    expect(says({ ...bare, provider: "x-app" })).toMatchObject({ text: "doesn’t expire", tone: "good" });
    expect(says({ ...bare, provider: "x-keys" })).toMatchObject({ text: "not verified yet", tone: "quiet" });
    const trouble: ErrorView = { code: "enrolment-or-payment", params: {}, detail: null, action: null };
    expect(says({ ...bare, provider: "x-keys", trouble })).toMatchObject({ text: "not verified", tone: "warn" });
  });
});

test("the platform's own sentence is what to press", async () => {
  const error: ErrorView = {
    code: "enrolment-or-payment",
    params: {},
    detail: null,
    action: { en: "Buy credits.", "zh-Hans": "购买额度。", "zh-Hant": "購買額度。" },
  };
  expect(sentences(error).press).toBe("Buy credits.");
  expect(sentences({ ...error, action: null }).press).toBe("Settle it in the developer console, then press Try again.");
  await speak("zh-Hant");
  expect(sentences(error).press).toBe("購買額度。");
  expect(providers.every(({ stuck }) => stuck.every((one) => one.action !== undefined))).toBe(true);
});
