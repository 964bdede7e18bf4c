// X on the real screens: the table of kinds, the rules for addresses, tokens without a browser, copying.
import { expect, test, vi } from "vitest";
import type { Kind } from "../src/shell/wire";
import { model, find, menu, open, platform, press, settle, type } from "./window";

const text = () => document.querySelector("main")?.textContent ?? "";
const KEY = "k7BcQ2mXaVt9LwDf3RzYhN5pJ";
const TOKEN = "1047291185-0123456789abcdefghij0123456789";
const SECRET = "0123456789abcdefghij0123456789abcdefghij";
const value = (id: string) => (find(id) as HTMLInputElement).value;

async function confirm(ms = 1500) {
  find("confirm")?.closest("form")?.requestSubmit();
  await settle(ms);
}

test("one tile, whose kinds are asked for on the first screen, each named and described", async () => {
  await open("scene=add");
  for (const kind of ["x-app", "x-oauth1", "x-keys"]) expect(find(`tile-${kind}`), kind).toBeNull();
  await press("tile-x");
  expect(find("kind-x-keys")?.closest("fieldset")?.querySelector("legend")?.textContent).toBe("What do you want to do on X?");
  const rows = [...document.querySelectorAll<HTMLInputElement>("[data-testid^=kind-]")];
  expect(rows.map((row) => row.value)).toEqual(["x-keys", "x", "x-oauth1", "x-app"]);
  expect(rows.filter((row) => row.closest("label")?.querySelector(".pill.good")).map((row) => row.value)).toEqual(["x-keys"]);
  const said = (row: HTMLElement | null) => {
    const ids = (row?.getAttribute("aria-describedby") ?? "").split(" ");
    return ids
      .flatMap((id) => [...(document.getElementById(id)?.children ?? []), document.getElementById(id)])
      .map((one) => (one?.children.length === 0 ? one.textContent.trim() : null))
      .filter((one) => one !== null);
  };
  const { behalf, lives, needs, purpose } = platform("x-app").kind as Kind;
  expect(find("kind-x-app")?.closest("label")?.querySelector("b")?.textContent).toBe(purpose.en);
  const line = `App-only (Bearer Token) · ${lives.en}`;
  await press("kind-x-app");
  expect(said(find("kind-x-app"))).toEqual([line, "Acts as", behalf.en, "What it needs", needs.en]);
});

test("another kind brings its own screen, and the keyboard stays at the choice", async () => {
  await open("scene=x-kinds");
  const checked = () => document.querySelector<HTMLInputElement>("[data-testid^=kind-]:checked")?.value;
  for (const kind of ["x-oauth1", "x", "x-app", "x-keys"]) {
    await press(`kind-${kind}`);
    expect([checked(), document.activeElement]).toEqual([kind, find(`kind-${kind}`)]);
  }
  await press("kind-x");
  expect(find("scope-tweet.read"), "the permissions of the kind").not.toBeNull();
  const client = find("client") as HTMLSelectElement;
  client.value = "";
  client.dispatchEvent(new Event("change", { bubbles: true }));
  await settle();
  await press("next");
  expect(document.querySelector("[data-testid^=kind-]"), "asked once").toBeNull();
  await press("back");
  expect(checked()).toBe("x");
  await press("back");
  expect(find("tile-x")).not.toBeNull();
});

test("a new login of an account does not ask for the kind", async () => {
  await open("scene=x-again");
  await press("account-x-cut");
  await press("again");
  expect(document.querySelector("[data-testid^=kind-]")).toBeNull();
});

test("the type is chosen, and the secret's field comes and goes with it", async () => {
  await open("scene=x-form");
  const checked = () => (document.querySelector("[name$=client_type]:checked") as HTMLInputElement).value;
  expect([checked(), find("question-client_type")?.querySelectorAll(".pill.good").length]).toEqual(["confidential", 1]);
  const types = [...document.querySelectorAll<HTMLInputElement>("[name$=client_type]")].map((type) => type.value);
  expect(types[0], "the recommended one comes first").toBe("confidential");
  expect(find("question-client_secret")).not.toBeNull();
  await press("question-client_type-public");
  expect(find("question-client_secret")).toBeNull();
  await press("question-client_type-confidential");
  expect((find("question-client_secret") as HTMLInputElement).type).toBe("password");
});

test("nothing chosen is asked for, and the focus goes there", async () => {
  await open("scene=x-own");
  await press("next");
  expect(find("question-client_id")?.getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(find("question-client_id"));
});

test("a redirect breaks the platform's rule or only its documents' advice, and the rest is folded", async () => {
  await open("scene=x-way");
  expect(find("rule-doubtful")?.textContent).toContain("127.0.0.1 instead of localhost");
  expect(find("rule-broken")).toBeNull();
  expect((find("rules")?.closest("details") as HTMLDetailsElement).open).toBe(false);
  expect(find("rules")?.closest("details")?.textContent).toContain("at most 10 callback addresses");
  await press("redirect-loopback");
  expect(find("rule-doubtful")).toBeNull();
  expect(find("copy-redirect-value")?.textContent).toBe("http://127.0.0.1:47020/callback/x");
});

test("what was pasted back is held against the rules too", async () => {
  await open("scene=x-form");
  expect(find("rule-broken")?.textContent).toContain("three slashes are rejected");
  type("redirect-shown", "http://localhost:47020/callback/x");
  await settle();
  expect(find("rule-broken")).toBeNull();
  expect(find("rule-doubtful")).not.toBeNull();
  expect(find("compare")?.dataset["difference"]).toBe("host");
  type("redirect-shown", "http://127.0.0.1:47020/callback/x");
  await settle();
  expect(find("rule-doubtful")).toBeNull();
  expect(find("redirect-same")).not.toBeNull();
});

test("a PIN needs no address, and its box says what it is for", async () => {
  await open("scene=add");
  await press("tile-x");
  await press("kind-x-oauth1");
  const client = find("client") as HTMLSelectElement;
  client.value = "";
  client.dispatchEvent(new Event("change", { bubbles: true }));
  await settle();
  await press("next");
  expect(find("copy-redirect-value")).not.toBeNull();
  await press("redirect-out-of-band");
  expect(find("copy-redirect-value")).toBeNull();
  expect(find("redirect-shown")).toBeNull();
});

test("a typed PIN ends the wait", async () => {
  await open("scene=pin");
  expect(document.querySelector("label[for]")?.textContent).toBe("Enter the code or PIN here");
  expect(find("step-client-ready")?.textContent).toContain("App keys ready");
  type("paste-field", "1234567");
  await press("paste-use", 3000);
  expect(find("done-copy-secret")).not.toBeNull();
});

test("a stuck page says what the platform's file knows of it", async () => {
  await open("scene=x-again");
  await press("connect", 2000);
  const cause = platform("x").stuck.find(({ code, action }) => code === "redirect-not-registered" && action !== null);
  expect(cause).toBeDefined();
  expect(find("stuck-redirect-not-registered")?.textContent).toContain(cause?.action?.en);
});

test("a second login of one person is warned of, a first one is not", async () => {
  await open("scene=x-again");
  expect(find("one-login")?.textContent).toContain("if the same person signs in again, the earlier sign-in ends, on other computers too");
  await press("account-x-cut");
  await press("again");
  expect(find("one-login"), "@keybot still holds").not.toBeNull();
});

test("a first login at an app is not warned of, and permissions that are only granted are not offered", async () => {
  await open("scene=x-ready");
  expect(find("one-login")).toBeNull();
  expect(find("scope-read-write")).toBeNull();
  expect(find("permissions-app")).not.toBeNull();
  expect((find("connect") as HTMLButtonElement).disabled).toBe(false);
});

test("a bearer token comes without a browser", async () => {
  const api = await open("scene=add");
  const start = vi.spyOn(api, "startLogin");
  await press("tile-x");
  await press("kind-x-app");
  expect(find("client-x2")?.closest("label")?.textContent).toContain("k7BcQ2…");
  await press("client-x2");
  expect(find("next")?.textContent).toBe("Get the token");
  await press("next");
  expect(find("step-token-received")).not.toBeNull();
  for (const gone of ["open-again", "paste-field", "step-browser-opened", "step-server-found"]) expect(find(gone), gone).toBeNull();
  await settle(3000);
  expect(start.mock.calls[0]?.[0]).toMatchObject({ provider: "x-app", client: "x2", answers: {}, scopes: [] });
  expect(document.querySelector("h1")?.textContent).toBe("Token saved");
});

test("a refused pair of keys leads back to the form, with all but the secret", async () => {
  const api = await open("scene=x-half&fail=client-auth");
  const start = vi.spyOn(api, "startLogin");
  await press("get-x-app");
  type("question-client_id", KEY);
  type("question-client_secret", SECRET + "ABCDE");
  await press("next", 4000);
  expect(start.mock.calls.map(([plan]) => plan.client_name)).toEqual(["post-bot"]);
  expect(find("error")?.dataset["code"]).toBe("client-auth");
  expect(find("retry")?.textContent).toBe("Back to the form");
  await press("retry");
  expect([value("question-client_id"), value("question-client_secret")]).toEqual([KEY, ""]);
});

test("what renews when it is wanted says so", async () => {
  await open("scene=demand");
  expect(find("account-x-bot")?.textContent).toContain("renewed when used");
  expect(find("life-ages")?.textContent).toContain("refresh token expires");
  expect(find("life-demand")?.textContent).toContain("1 hour left");
  for (const gone of ["life-expires", "life-renews", "renew-why"]) expect(find(gone), gone).toBeNull();
});

test("what need not be renewed yet says why, and is renewed all the same when one says so", async () => {
  const api = await open("scene=demand");
  const renew = vi.spyOn(api, "renew");
  await menu("renew", 1000);
  const dialog = () => document.querySelector("dialog")?.textContent ?? "";
  expect(dialog()).toContain("X would renew it now, but each renewal ends the previous token, so Keybearer waits until it is needed.");
  expect(find("error")).toBeNull();
  await press("dismiss", 500);
  expect(document.querySelector("dialog")).toBeNull();
  expect(renew.mock.calls).toEqual([["x-bot"]]);
  await menu("renew", 1000);
  await press("confirm", 1000);
  expect(renew.mock.calls.at(-1)).toEqual(["x-bot", true]);
  expect(document.querySelector("dialog")).toBeNull();
  expect(find("toast")?.textContent).toContain("Renewed.");
});

test("a token that has expired is renewed before it is copied", async () => {
  await open("scene=ended");
  expect(find("standing")?.textContent).toContain("Verified");
  expect(find("life-demand")?.textContent).toContain("has expired");
  await menu();
  expect(find("renew")).not.toBeNull();
  await press("copy-token", 1000);
  expect(find("toast")?.textContent).toContain("Copied: the token of @keybot, valid until ");
  expect(find("life-demand")?.textContent).toContain("left");
});

test("a dead token is never copied: the failure is said, with the way out", async () => {
  const api = await open("scene=ended&fail=token-dead");
  const start = vi.spyOn(api, "startLogin");
  await press("copy-token", 1000);
  expect(find("toast")).toBeNull();
  expect(document.querySelectorAll("[data-testid=error]")).toHaveLength(1);
  expect(find("error")?.dataset["code"]).toBe("token-dead");
  expect(find("error")?.getAttribute("role")).toBe("alert");
  await press("again");
  expect(find("one-login"), "none that still holds").toBeNull();
  expect(value("expect")).toBe("@keybot");
  await press("connect", 100);
  expect(start.mock.calls[0]?.[0]).toMatchObject({ provider: "x", client: "x1", expect: "@keybot" });
});

test("a network that fails says so and keeps the account as it was", async () => {
  await open("scene=ended&fail=server-unreachable");
  await press("show-token", 1000);
  expect(find("error")?.dataset["code"]).toBe("server-unreachable");
  expect(find("token-text")).toBeNull();
  expect(find("again")).toBeNull();
  expect(find("account-x-bot")?.textContent).toContain("renewed when used");
});

test("an interrupted renewal is bad, and leads to a login", async () => {
  await open("scene=interrupted");
  expect(find("standing")?.className).toContain("bad");
  expect(find("error")?.dataset["code"]).toBe("interrupted");
  expect(find("life-ages")).toBeNull();
  await press("copy-token", 100);
  expect(document.querySelectorAll("[data-testid=error]"), "the same thing is said once").toHaveLength(1);
  expect(find("toast")).toBeNull();
  await press("again");
  expect(find("connect")).not.toBeNull();
});

test("a signed token has two secrets to copy, and its first characters", async () => {
  const api = await open("scene=signed");
  const copy = vi.spyOn(api, "copyTokenSecret");
  expect(find("token-dots")?.textContent).toMatch(/^181512…•+/);
  await press("copy-token-secret");
  expect(copy).toHaveBeenCalledWith("x-user");
  expect(find("toast")?.textContent).toContain("Cleared from the clipboard");
  await press("account-x-bot");
  expect(find("copy-token-secret")).toBeNull();
  expect(find("token-dots")?.textContent).not.toContain("…");
});

test("an app's own token belongs to nobody and is not called unverified", async () => {
  await open("scene=app-only");
  expect(find("standing")?.textContent).toBe("The app’s own");
  expect(find("account-redirect")?.textContent).toBe("Obtained with the keys you entered");
  await menu();
  for (const gone of ["verify", "error", "renew"]) expect(find(gone), gone).toBeNull();
  expect(text()).not.toContain("May do");
  await press("account-x-own");
  expect(text()).toContain("Known once the token is verified.");
});

test("asking who one is costs money: asked once, then done", async () => {
  const api = await open("scene=unchecked");
  const verify = vi.spyOn(api, "verify");
  expect(find("standing")?.textContent).toBe("Not verified yet");
  expect(find("standing")?.className).not.toMatch(/warn|bad/);
  await menu();
  expect(find("verify")?.textContent).toContain("costs money");
  await press("verify");
  expect(verify).not.toHaveBeenCalled();
  expect(document.querySelector("dialog")?.textContent).toContain("about one US cent a day");
  await press("dismiss");
  expect(verify).not.toHaveBeenCalled();
  await menu("verify");
  await confirm();
  expect(verify).toHaveBeenCalledOnce();
  expect(find("account-title")?.textContent).toBe("@owner");
  await menu("verify", 1500);
  expect(verify).toHaveBeenCalledTimes(2);
  expect(document.querySelector("dialog")).toBeNull();
});

test("a free answer is asked for without a word", async () => {
  const api = await open("scene=sixty");
  const verify = vi.spyOn(api, "verify");
  await menu();
  expect(find("verify")?.textContent).not.toContain("money");
  await press("verify", 1000);
  expect(verify).toHaveBeenCalledOnce();
});

test("an unpaid bill says which switch in the console to set", async () => {
  await open("scene=unpaid");
  expect(find("error")?.textContent).toContain("Move to package. Choose Pay-per-use");
  expect(find("standing")?.textContent).toBe("Not verified");
});

test("all keys of an app stand together, once in the list", async () => {
  const api = await open("scene=clients");
  const copy = vi.spyOn(api, "copyClient");
  expect(find("client-x2")).toBeNull();
  expect(find("client-x1")?.textContent).toContain("5 accounts");
  await press("client-x1");
  expect(find("keys")?.textContent).toContain("OAuth 2.0 Client ID");
  expect(find("keys-x2")?.textContent).toContain("k7BcQ2…");
  expect(text()).not.toContain(KEY);
  for (const [id, what] of [
    ["x-bot", "@keybot"],
    ["x-user", "OAuth 1.0a"],
    ["x-app", "App-only (Bearer Token)"],
    ["x-own", "Access Token and Secret"],
  ])
    expect(find(`token-${id}`)?.textContent, id).toContain(what);
  await press("copy-secret-x2");
  expect(copy).toHaveBeenCalledWith("x2", "secret");
  expect(find("toast")?.textContent).toContain("API Key Secret copied.");
});

test("a dead token in the list of an app is not copied either", async () => {
  await open("scene=x-app");
  await press("copy-token-x-cut", 100);
  expect(find("toast")).toBeNull();
  expect(find("token-x-cut")?.querySelector("[data-testid=error]")?.getAttribute("data-code")).toBe("interrupted");
  await press("again");
  expect(find("connect")).not.toBeNull();
});

test("a regenerated pair is replaced together, and what was made with the old one is dead", async () => {
  const api = await open("scene=replace-pair");
  const replace = vi.spyOn(api, "replaceSecret");
  expect(value("new-id")).toBe(KEY);
  expect(document.querySelector("dialog")?.textContent).toContain("stop working");
  type("new-secret", "new-one");
  await settle();
  await confirm();
  expect(replace).toHaveBeenLastCalledWith("x2", "", "new-one");
  await press("replace-secret");
  type("new-id", "Zz9BcQ2mXaVt9LwDf3RzYhN5p");
  type("new-secret", "newer");
  await settle();
  find("confirm")?.closest("form")?.requestSubmit();
  await settle();
  expect(value("new-secret")).toBe("");
  await settle(1500);
  expect(replace).toHaveBeenLastCalledWith("x2", "Zz9BcQ2mXaVt9LwDf3RzYhN5p", "newer");
  expect(find("keys")?.textContent).toContain("Zz9BcQ…");
  expect(find("token-x-user")?.textContent).toContain("needs sign-in");
});

test("a secret alone is replaced where the id stays", async () => {
  const api = await open("scene=replace");
  const replace = vi.spyOn(api, "replaceSecret");
  expect(find("new-id")).toBeNull();
  type("new-secret", "fresh");
  await settle();
  await confirm();
  expect(replace).toHaveBeenCalledWith("c2", "", "fresh");
});

test("an imported token is replaced with the app's keys as they are, and its fields are emptied", async () => {
  const api = await open("scene=x-app");
  const start = vi.spyOn(api, "startLogin");
  await press("replace-x-own");
  expect(find("question-client_id")).toBeNull();
  expect(find("client-name")).toBeNull();
  expect(find("next")?.textContent).toBe("Save the keys");
  type("question-access_token", "AAAAAAAA-not-it");
  await settle();
  expect(text()).toContain("That is the Bearer Token");
  type("question-access_token", TOKEN);
  type("question-token_secret", SECRET);
  await settle();
  await press("next", 3000);
  expect(start.mock.calls[0]?.[0]).toMatchObject({
    provider: "x-keys",
    client: "x2",
    answers: { access_token: TOKEN, token_secret: SECRET },
  });
  expect(document.body.innerHTML).not.toContain(SECRET);
  expect(find("done-copy-secret")).not.toBeNull();
});

test("what is not here yet can be got, with the app's name", async () => {
  await open("scene=x-half");
  expect(find("missing-x-api-key")?.textContent).toContain("API Key · API Key Secret");
  expect(find("get-x-keys")?.textContent).toContain("Enter it");
  await press("get-x-oauth1");
  expect(find("redirect-out-of-band")).not.toBeNull();
  expect(model.flow.clientName).toBe("post-bot");
});

test("a sum of an app's tokens that lacks one has a button for it", async () => {
  const api = await open("scene=x-app");
  const start = vi.spyOn(api, "startLogin");
  await api.deleteAccount("x-app");
  await settle(100);
  expect(find("token-x-app")).toBeNull();
  await press("get-x-app", 100);
  expect(start.mock.calls[0]?.[0]).toMatchObject({ provider: "x-app", client: "x2" });
});
