// Tokens after their login, on the real screens: Pages, renewing, inspecting, more permissions, importing.
import { expect, test, vi } from "vitest";
import { menu, find, open, press, settle, type } from "./window";

const text = () => document.querySelector("main")?.textContent ?? "";

test("Pages stand below their person, and a Page names hers", async () => {
  await open("scene=page-account");
  const ids = [...document.querySelectorAll<HTMLElement>("nav [data-testid^='account-']")].map((one) => one.dataset["testid"]);
  expect(ids.slice(ids.indexOf("account-f1"), ids.indexOf("account-f1") + 3)).toEqual(["account-f1", "account-f2", "account-f3"]);
  expect(find("account-f2")?.closest("li")?.classList.contains("nested")).toBe(true);
  expect(find("account-f2")?.textContent, "what ends is the access to its data").toMatch(/data until \w+ \d+/);
  expect(find("tasks")?.textContent).toBe("see insights · manage comments · post · manage settings and access");
  expect(find("life")?.textContent).toContain("It doesn’t expire.");
  await press("parent");
  expect(find("account-title")?.textContent).toBe("Mei Chou");
});

test("Pages are picked after the login, each an account of its own", async () => {
  const api = await open("scene=done-pages");
  await settle(2000);
  const keep = vi.spyOn(api, "keepSubAccounts");
  const [pages, own] = [find("pages-list"), find("done-name")];
  expect(pages && own && pages.compareDocumentPosition(own), "Pages come first").toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  await press("pages-keep", 1000);
  expect(keep.mock.calls[0]?.[1]).toEqual(["1353269864728879", "1353269864728880", "1353269864728881"]);
  expect((find("page-1353269864728879") as HTMLInputElement).disabled).toBe(true);
  expect(find("toast")?.textContent).toContain("3 tokens saved.");
});

test("the token of a saved Page is copied from the list, and one that is not saved has none", async () => {
  const api = await open("scene=pages");
  const copy = vi.spyOn(api, "copyToken");
  await settle(10);
  expect(find("copy-page-1353269864728881")).toBeNull();
  await press("copy-page-1353269864728879");
  expect(copy).toHaveBeenCalledWith("f2");
  expect(find("toast")?.textContent).toContain("Copied: the token of Cute Kitten Page");
});

test("no Pages, and a refusal, are said with a way on", async () => {
  await open("scene=pages-none");
  expect(find("pages-none")).not.toBeNull();
  await press("pages-again");
  expect((find("expect") as HTMLInputElement).value).toBe("Mei Chou");
});

test("a refusal to list them is said with the button that helps, which asks for what was declined", async () => {
  const api = await open("scene=pages&fail=pages");
  const start = vi.spyOn(api, "startLogin");
  expect(find("error")?.dataset["code"]).toBe("missing-permission");
  await press("again");
  expect((find("scope-pages_manage_posts") as HTMLInputElement).checked).toBe(true);
  await press("connect");
  expect(start.mock.calls[0]?.[0]).toMatchObject({ rerequest: true });
});

test("an ended life is told as ended, and a practice token that ended is not the one to copy", async () => {
  await open("scene=expired");
  const said = find("life")?.querySelector("p.hidden")?.textContent ?? "";
  expect(said).toContain("expired");
  expect(said).not.toContain("left");
  await press("account-a7");
  expect(find("copy-token")?.classList.contains("go")).toBe(false);
  expect(find("copy-token")?.parentElement?.classList.contains("split"), "no menu beside it").toBe(false);
});

test("a token of sixty days is renewed, one of today says from when", async () => {
  const api = await open("scene=sixty");
  const renew = vi.spyOn(api, "renew");
  await menu("renew", 1000);
  expect(renew).toHaveBeenCalledWith("t1");
  expect(find("toast")?.textContent).toContain("Renewed.");
  await press("account-t2");
  await menu("renew", 100);
  expect(find("renew")?.getAttribute("aria-disabled")).toBe("true");
  expect(find("renew-why")?.textContent).toContain("It can be renewed from");
  expect(renew).toHaveBeenCalledTimes(1);
  await press("account-a1");
  await menu();
  expect(find("verify")).not.toBeNull();
  expect(find("renew")).toBeNull();
});

test("the life line has every point that is known, and no other", async () => {
  await open("scene=person");
  for (const point of ["issued", "expires", "data"]) expect(find(`life-${point}`), point).not.toBeNull();
  expect(find("life-renews")).toBeNull();
  await press("account-t1");
  expect(find("life-renews")?.textContent).toContain("renewable from");
  await press("account-o1");
  expect(find("life")?.dataset["known"]).toBe("false");
  expect(find("life")?.textContent).toContain("Expiry unknown.");
  await menu();
  expect(find("delete")).not.toBeNull();
  expect(find("verify")).toBeNull();
});

test("what the platform knows is asked for, and shown", async () => {
  const api = await open("scene=person");
  const inspect = vi.spyOn(api, "inspect");
  await menu("inspect", 1000);
  expect(inspect).toHaveBeenCalledWith("f1");
  const said = find("token-details")?.textContent ?? "";
  expect(said).toContain("pages_show_list");
  expect(said).toContain("10221234567890123");
  expect(find("confirm"), "there is nothing to answer").toBeNull();
  await press("dismiss", 100);
  expect(document.querySelector("dialog")).toBeNull();
});

test("what was declined can be asked for again", async () => {
  const api = await open("scene=person");
  const start = vi.spyOn(api, "startLogin");
  await press("ask-again");
  await press("connect", 6000);
  expect(start.mock.calls[0]?.[0]).toMatchObject({ rerequest: true, expect: "Mei Chou", client: "c7" });
  expect(start.mock.calls[0]?.[0].scopes).toContain("pages_manage_posts");
});

test("an imported token leaves its field at once and becomes an account", async () => {
  const api = await open("scene=add");
  const importToken = vi.spyOn(api, "importToken");
  await press("tile-import");
  type("import-token-field", "THAA-made-up");
  await settle();
  find("import-token-field")?.closest("form")?.requestSubmit();
  await settle();
  expect(importToken, "no platform is chosen yet").not.toHaveBeenCalled();
  await press("import-token-as-threads");
  find("import-token-field")?.closest("form")?.requestSubmit();
  await settle();
  expect((find("import-token-field") as HTMLInputElement).value).toBe("");
  await settle(1000);
  expect(importToken).toHaveBeenCalledWith("THAA-made-up", "threads", null, "", "");
  expect(find("account-title")?.textContent).toBe("@imported");
});

test("one that nobody knows can be kept under a name", async () => {
  const api = await open("scene=import-token");
  const importToken = vi.spyOn(api, "importToken");
  importToken.mockRejectedValueOnce({ code: "token-unknown", params: {}, detail: null, action: null });
  type("import-token-field", "xyz");
  const select = find("import-token-platform") as HTMLSelectElement;
  select.value = "threads";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await press("import-token-go", 1000);
  expect(find("error")?.dataset["code"]).toBe("token-unknown");
  await press("import-token-as-other");
  type("import-token-field", "xyz");
  await press("import-token-go", 1000);
  expect(importToken, "a name is missing").toHaveBeenCalledTimes(1);
  type("import-token-name", "deploy");
  await press("import-token-go", 1000);
  expect(importToken).toHaveBeenLastCalledWith("xyz", "other", null, "deploy", "");
  expect(find("account-title")?.textContent).toBe("deploy");
});

test("a token of one of many servers is asked at its server, which is looked for before the token is sent", async () => {
  const api = await open("scene=import-server");
  const [look, send] = [vi.spyOn(api, "findServer"), vi.spyOn(api, "importToken")];
  type("import-token-field", "made-up");
  await press("import-token-go", 1000);
  expect(find("import-token-server")?.getAttribute("aria-invalid"), "a server is missing").toBe("true");
  type("import-token-server", "server-not-found.example");
  await press("import-token-go", 1000);
  expect(find("import-token-server")?.getAttribute("aria-invalid")).toBe("true");
  expect(text()).toContain("There is no server called server-not-found.example.");
  expect((find("import-token-field") as HTMLInputElement).value, "the token stays").toBe("made-up");
  expect(document.activeElement).toBe(find("import-token-server"));
  expect(send).not.toHaveBeenCalled();
  type("import-token-server", "@me@fedi.example");
  await press("import-token-go", 1000);
  await settle(1000);
  expect(look.mock.calls.map(([, typed]) => typed)).toEqual(["server-not-found.example", "@me@fedi.example"]);
  expect(send).toHaveBeenCalledWith("made-up", "mastodon", null, "", "@me@fedi.example");
  expect(find("account-title")?.textContent).toContain("imported");
});

test("a server that runs another platform decides the platform, and one that fails later is reported at its field", async () => {
  const api = await open("scene=import-server");
  vi.spyOn(api, "findServer").mockResolvedValue({ origin: "https://fedi.example", provider: "gotosocial", software: null });
  const send = vi.spyOn(api, "importToken");
  send.mockRejectedValueOnce({ code: "server-unreachable", params: { host: "fedi.example" }, detail: null, action: null });
  type("import-token-field", "made-up");
  type("import-token-server", "fedi.example");
  await press("import-token-go", 1000);
  expect(send.mock.calls[0]?.slice(0, 2)).toEqual(["made-up", "gotosocial"]);
  expect(find("import-token-server")?.getAttribute("aria-invalid")).toBe("true");
  expect(find("error"), "nowhere else").toBeNull();
  expect((find("import-token-field") as HTMLInputElement).value, "it was sent").toBe("");
  expect(text()).toContain("paste the token again");
});

test("the app of the server can be chosen with a token of that server", async () => {
  await open("scene=import-server");
  expect(find("import-token-client")).toBeNull();
  type("import-token-server", "https://social.example/@me");
  await settle();
  expect(find("import-token-client")?.textContent).toContain("post-bot");
});

test("where a platform gives passwords, what is copied is called one", async () => {
  await open("scene=password");
  expect(find("token-dots")?.closest("section")?.getAttribute("aria-label")).toBe("Application password");
  expect(find("copy-token")?.textContent).toBe("Copy password");
  await press("copy-token");
  expect(find("toast")?.textContent).toContain("Copied: the application password of @mei@fedi.example, which doesn’t expire.");
  await press("account-t1");
  expect(find("copy-token")?.textContent).toBe("Copy token");
});

test("a version that ends soon is said at the account, not at the tile, and one that has years is not", async () => {
  await open("scene=sunset");
  expect(find("sunset")?.textContent).toContain("v25.0");
  await press("account-f1");
  expect(find("sunset")).toBeNull();
  await press("add-account");
  expect(find("sunset-instagram")).toBeNull();
});

test("the app's own token is copied from its client", async () => {
  const api = await open("scene=client-meta");
  const copy = vi.spyOn(api, "copyAppToken");
  await press("copy-app-token");
  expect(copy).toHaveBeenCalledWith("c6");
  expect(find("toast")?.textContent).toMatch(/App token copied\. Cleared from the clipboard/);
  expect(text()).not.toContain("TH|");
});

test("another device gets a code, and a code from one becomes an account", async () => {
  const api = await open("scene=person");
  const [copy, redeem] = [vi.spyOn(api, "copyDeviceCode"), vi.spyOn(api, "redeemDeviceCode")];
  await menu("copy-device-code", 0, "copy-menu");
  expect(copy).toHaveBeenCalledWith("f1");
  await press("clients");
  await press("client-c7");
  await press("redeem-device-code");
  type("device-code", "AQD-made-up");
  await settle();
  find("confirm")?.closest("form")?.requestSubmit();
  await settle();
  expect((find("device-code") as HTMLInputElement).value).toBe("");
  await settle(1000);
  expect(redeem).toHaveBeenCalledWith("c7", "AQD-made-up");
  expect(find("account-title")?.textContent).toBe("Mei Chou (laptop)");
});

test("the server's tokens are asked for when they are opened, and another app's is ended", async () => {
  const api = await open("scene=endless");
  const asked = vi.spyOn(api, "serverTokens");
  const ended = vi.spyOn(api, "endServerToken");
  expect(asked, "nothing is asked by itself").not.toHaveBeenCalled();
  const details = find("server-tokens") as HTMLDetailsElement;
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  await settle(1000);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(details.textContent).toContain("not made by Keybearer");
  await press("end-01K9A");
  expect(ended, "it asks first").not.toHaveBeenCalled();
  await press("confirm", 1000);
  expect(ended.mock.calls[0]?.[1]).toBe("01K9A");
  expect(find("end-01K9A")).toBeNull();
  expect(find("end-01K9B")).not.toBeNull();
});

test("a list of the server's tokens that was cut says so", async () => {
  await open("scene=endless&more=tokens");
  const details = find("server-tokens") as HTMLDetailsElement;
  details.open = true;
  details.dispatchEvent(new Event("toggle"));
  await settle(1000);
  expect(details.textContent).toContain("Only the first 2 are listed");
});
