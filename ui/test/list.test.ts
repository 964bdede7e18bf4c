// The list of accounts, on the real screen: platforms, what needs the person first, filters, folding, the person's own order, keys.
import { expect, test, vi } from "vitest";
import { groupsOf, moved } from "../src/state/account-list";
import { stage, withAccounts } from "../src/fake/scenes";
import { find, model, open, press, settle, type } from "./window";

const rows = () => [...document.querySelectorAll<HTMLElement>("nav [data-row]")].map((row) => row.dataset["row"] ?? "");
const key = async (name: string, part: KeyboardEventInit = {}) => {
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...part }));
  await settle(100);
};
const here = () => (document.activeElement as HTMLElement).dataset["row"];

test("each platform has its accounts, and what needs the person comes first", () => {
  const groups = groupsOf(stage(null));
  expect(groups.map(({ tile }) => tile)).toEqual(["mastodon", "threads", "x", "other", "facebook", "gotosocial", "instagram", "practice"]);
  const ids = (tile: string) => groups.find((group) => group.tile === tile)?.rows.map(({ account }) => account.id);
  expect(ids("mastodon")?.[0], "its token is dead").toBe("a5");
  expect(ids("x"), "all kinds of keys, under one tile").toEqual(["x-cut", "x-bot", "x-user", "x-app", "x-own"]);
  expect(groups.map(({ needs }) => needs)).toEqual([1, 1, 1, 0, 0, 0, 0, 0]);
  expect(groupsOf(withAccounts(stage(null), 114)).reduce((sum, { rows }) => sum + rows.length, 0)).toBe(114);
});

test("an account that a file of one's own names keeps a place", () => {
  const view = stage(null);
  view.accounts = view.accounts.filter(({ id }) => id === "a1").map((one) => ({ ...one, provider: "gone" }));
  expect(groupsOf(view).map(({ tile, name, mark }) => [tile, name, mark])).toEqual([["gone", "gone", undefined]]);
});

test("filters show what needs the person, and what another computer renews", async () => {
  await open("scene=next-paused");
  await press("filter-needs");
  expect(rows()).toEqual(["platform/mastodon", "a5", "platform/x", "x-cut"]);
  await press("filter-paused");
  expect(rows()).toEqual(["platform/threads", "t1", "platform/x", "x-bot"]);
  type("find", "memo");
  await settle();
  expect(rows()).toEqual(["platform/threads", "t1"]);
  type("find", "none of them");
  await settle();
  expect(document.querySelector("nav")?.textContent).toContain("No account matches.");
});

test("a platform is folded, stays so, and is open where something is looked for", async () => {
  const api = await open("scene=sixty");
  const change = vi.spyOn(api, "changeSettings");
  await press("platform-x", 100);
  expect(change.mock.calls[0]?.[0].folded).toEqual(["x"]);
  expect(find("account-x-bot")).toBeNull();
  expect(find("platform-x")?.textContent).toContain("5");
  type("find", "keybot");
  await settle();
  expect(find("account-x-bot")).not.toBeNull();
  type("find", "");
  await settle();
  await press("platform-x", 100);
  expect(change.mock.calls[1]?.[0].folded).toEqual([]);
  expect(find("account-x-bot")).not.toBeNull();
});

test("the person's own order is kept, within a platform and within a person's Pages", async () => {
  await open("scene=arranged");
  // What needs the person still comes first.
  expect(rows().indexOf("t1")).toBeLessThan(rows().indexOf("t2"));
  expect(find("account-f1"), "folded").toBeNull();
  const view = model.view;
  const account = (id: string) => view.accounts.find((one) => one.id === id);
  const [page, other] = [account("f3"), account("a3")];
  if (!page || !other) throw new Error("accounts are missing");
  expect(moved(view, page, -1)).toEqual(["t2", "t1", "f3", "f2"]);
  expect(moved(view, page, 1), "there is none below").toBeNull();
  const order = moved(view, other, -1) ?? [];
  const names = view.accounts.filter(({ provider }) => provider === "mastodon").map(({ id }) => id);
  const place = names.indexOf("a3");
  expect(order.slice(2).indexOf("a3"), "one place up among its platform's").toBe(place - 1);
});

test("arrows, ends, letters and Alt move in the list, which is one stop of Tab", async () => {
  const api = await open("scene=sixty");
  const change = vi.spyOn(api, "changeSettings");
  await key("k", { ctrlKey: true });
  expect(document.activeElement).toBe(find("find"));
  await key("ArrowDown");
  expect(here()).toBe("platform/mastodon");
  await key("End");
  expect(here()).toBe(rows().at(-1));
  await key("Home");
  await key("f");
  await key("a");
  expect(here()).toBe("platform/facebook");
  await key("ArrowLeft");
  expect(find("account-f1")).toBeNull();
  await key("ArrowRight");
  await key("ArrowDown");
  expect(here()).toBe("f1");
  await key("ArrowLeft");
  expect(here(), "to the platform of the account").toBe("platform/facebook");
  find("account-a3")?.focus();
  await key("ArrowUp", { altKey: true });
  expect(change.mock.lastCall?.[0].order).toContain("a3");
  expect(rows().indexOf("a3")).toBeLessThan(rows().indexOf("a2"));
  expect(here()).toBe("a3");
  expect(document.querySelectorAll("nav [data-row][tabindex='0']")).toHaveLength(1);
});

test("the first screen stays where it is, although the list is sorted again", async () => {
  const api = await open("scene=next-calm");
  await press("platform-threads");
  model.route = { at: "home" };
  await settle();
  const before = find("account-title")?.textContent;
  const view = await api.view();
  model.view = { ...model.view, accounts: view.accounts.map((one) => (one.id === "t2" ? { ...one, unstored: true } : one)) };
  await settle();
  expect(rows()[0]).toBe("platform/threads");
  expect(find("account-title")?.textContent).toBe(before);
});

test("the running login has a row of its own, and the button below stays what it is", async () => {
  await open("scene=waiting");
  expect(find("login")?.textContent).toContain("Waiting for approval");
  expect(find("add-account")?.textContent).toContain("Add an account");
  await press("settings");
  await press("login", 100);
  expect(find("waiting")).not.toBeNull();
});
