// "What breaks next" and the background, on the real screens: the order, renewing all, restoring a token, the calendar, closing the
// window.
import { expect, test, vi } from "vitest";
import { breaking, GROUPS, whatBreaks } from "../src/state/next";
import { account as blank, error } from "../src/fake/common";
import { stage } from "../src/fake/scenes";
import { copied } from "../src/text/copied";
import { outlook } from "../src/text/outlook";
import { standing } from "../src/text/standing";
import type { AccountView } from "../src/shell/wire";
import { menu, find, open, press, settle } from "./window";

const DAY = 86_400;
const text = (id: string) => find(id)?.textContent ?? "";
const one = (part: Partial<AccountView>) => blank({ id: "z1", name: "@z", provider: "threads", client: "", ...part });
const group = (part: Partial<AccountView>) => breaking(one(part), stage(null)).group;
const seconds = () => Math.floor(Date.now() / 1000);

test("the order: needs you, only a login, tried again, by itself, without a date", () => {
  const all = whatBreaks(stage(null));
  const at = all.map((one) => GROUPS.indexOf(one.group));
  expect(at).toEqual([...at].sort());
  expect(new Set(at).size).toBe(6);
  const ids = (group: string) => all.filter((one) => one.group === group).map((one) => one.account.id);
  expect(ids("now")).toEqual(["x-cut", "a5"]);
  expect(ids("sync"), "its delivery was refused").toEqual(["t1"]);
  // The next end first; a Page's data come back only by a login.
  expect(ids("login")).toEqual(["a3", "a2", "f2"]);
  expect(ids("later")).toEqual(["g1"]);
  expect(ids("itself")).toEqual(["f1", "t1", "t2", "x-bot"]);
  expect(ids("endless")).toContain("o1");
});

test("what is wrong counts, and what passes by itself does not", () => {
  const now = seconds();
  const renews = { expires: now + 9 * DAY, breaks: now + 9 * DAY, renews_next: now + DAY };
  expect(group(renews)).toBe("itself");
  expect(group({ ...renews, trouble: error("transient", { status: "502" }) })).toBe("itself");
  expect(group({ ...renews, later: { until: now + 60, why: error("offline") }, trouble: error("offline") })).toBe("later");
  for (const code of ["proxy-password", "bot-check", "captive-portal", "web-page", "silent-refusal", "account-pending"] as const) {
    const why = error(code, { host: "fedi.example", status: "403" });
    expect(group({ ...renews, later: { until: now + 60, why }, trouble: why }), code).toBe("later");
  }
  // A day of refusals is for a person to judge.
  expect(group({ ...renews, trouble: error("silent-refusals", { host: "fedi.example" }) })).toBe("now");
  expect(group({ ...renews, trouble: error("client-auth") })).toBe("now");
  expect(group({ ...renews, trouble: error("not-extended") })).toBe("login");
  expect(group({ ...renews, expires: now - 1, breaks: now - 1 })).toBe("now");
  expect(group({ ...renews, unstored: true })).toBe("now");
  expect(group({ trouble: error("token-dead"), practice_over: true })).toBe("endless");
  // RenewalRun fails to its end although it is tried again: then only a person helps.
  expect(group({ ...renews, expires: now - 1, breaks: now - 1, later: { until: now + 60, why: error("offline") } })).toBe("now");
  expect(group({ expires: now + 100, renews_on_demand: true })).toBe("itself");
});

test("each sentence says what happens, and when", () => {
  const now = seconds();
  const said = (part: Partial<AccountView>, scene: string | null = null) => breaking(one(part), stage(scene)).text;
  expect(said({ needs_login: true, breaks: now + 20 * DAY })).toMatch(/^sign in again by \w+ \d+, 20\d\d$/);
  expect(said({ needs_login: true, breaks: now + 3600 })).toMatch(/^sign in again by .*\d:\d\d/);
  expect(said({ renews_next: now + 20 * DAY })).toMatch(/^renews /);
  expect(said({ renews_next: now - 60 })).toBe("about to renew");
  expect(said({ renews_next: now - 60, store: "sealed-file" }, "locked")).toBe("renews once storage is unlocked");
  const later = { until: now + 300, why: error("server-unreachable", { host: "graph.instagram.com" }) };
  expect(said({ renews_next: now - 60, later })).toBe("renewal failed, tried again in 5 minutes: graph.instagram.com isn’t responding.");
  expect(said({})).toBe("doesn’t expire");
  expect(said({ life_known: false })).toBe("expiry unknown");
  expect(said({ breaks: now - 30 * DAY })).toMatch(/^sign in again: expired /);
  expect(said({ trouble: error("interrupted") })).toBe("needs sign-in: renewal interrupted");
});

test("a token whose end is only assumed renews on the same day in the list and here", () => {
  const now = seconds();
  const token = one({ life_known: false, expires: now + 60 * DAY, renews_next: now + 20 * DAY });
  expect(standing(token).text).toMatch(/^renews /);
  expect(breaking(token, stage(null)).text).toMatch(/^renews /);
  expect(standing(one({ life_known: false })).text).toBe("expiry unknown");
});

test("an end that is only assumed is said as such, everywhere", () => {
  const now = seconds();
  const token = one({ life_known: false, expires: now + 60 * DAY });
  const known = one({ expires: now + 60 * DAY, renews_from: now + DAY, renews_next: now + 53 * DAY });
  expect(standing(token).text).toMatch(/^until about \w+ \d+$/);
  expect(breaking(token, stage(null))).toMatchObject({ group: "login", at: now + 60 * DAY, tone: "good" });
  expect(breaking(token, stage(null)).text).toMatch(/^probably expires /);
  expect(outlook(token).text).toMatch(/^Probably works until .* Then you sign in again\.$/);
  const renews = one({ life_known: false, expires: now + 60 * DAY, renews_from: now + DAY, renews_next: now + DAY });
  expect(outlook(renews).text).toMatch(/^Probably works until .* Keybearer renews it around /);
  expect(copied(token)).toMatch(/^Copied: the token of @z, which probably expires /);
  expect(copied(known)).toMatch(/^Copied: the token of @z, valid until /);
  // Its renewal is due: the list says what remains known.
  expect(standing({ ...renews, next: { kind: "renews", at: now - 60 } }).text).toMatch(/^until about /);
  expect(outlook(known).text).toMatch(/^Works until /);
  // A pair is renewed when it is used: the end of its present access token says nothing of the account.
  const pair = one({ life_known: false, expires: now + 7200, renews_on_demand: true });
  expect(standing(pair).text).toBe("renewed when used");
});

test("the data access of a Page of unknown expiry has its date", () => {
  const now = seconds();
  const page = one({ life_known: false, needs_login: true, breaks: now + 90 * DAY, data_access_expires: now + 90 * DAY });
  expect(standing(page).text).toMatch(/^data until /);
  expect(breaking(page, stage(null)).text).toMatch(/^data access until /);
});

test("the list says how many need somebody, and leads to the screen; a row leads to its account", async () => {
  await open("scene=accounts");
  expect(text("next-need")).toContain("3 accounts need you");
  await press("to-next");
  expect([...document.querySelectorAll("main [data-group]")].slice(0, 3).map((li) => li.getAttribute("data-testid"))).toEqual([
    "next-x-cut",
    "next-a5",
    "next-d2",
  ]);
  expect(find("group-endless")).toHaveProperty("open", false);
  await press("next-to-a3");
  expect(text("account-title")).toBe("@photos@pixel.example");
  expect(find("life-note")?.dataset["kind"]).toBe("login");
});

test("a delivery that was refused is said, counts, and leads to where it is set up", async () => {
  await open("scene=next");
  expect(text("next-d2")).toContain("GitHub Actions secret");
  expect(text("next-d2")).toContain("api.github.com rejected the access key");
  await press("filter-needs");
  expect(text("account-t1")).toContain("sync failed");
  expect(find("account-t2")).toBeNull();
  await press("next-to-d2", 500);
  await vi.dynamicImportSettled();
  await settle(100);
  expect(text("use-deliver-panel")).toContain("/home/mei/bots/threads/.env");
});

test("the list and this screen name the same day", async () => {
  await open("scene=next");
  const day = (id: string) => / ([A-Z][a-z]+ \d+)/.exec(text(id))?.[1];
  for (const id of ["f1", "f2", "t2"]) {
    expect(day(`account-${id}`), id).toBeTruthy();
    expect(day(`account-${id}`), id).toBe(/ ([A-Z][a-z]+ \d+),/.exec(text(`next-${id}`))?.[1]);
  }
});

test("access to a Page's data that has ended needs the person, in the list and here", async () => {
  await open("scene=data-over");
  expect(text("account-f2")).toContain("data access ended");
  await press("to-next", 100);
  expect(text("next-f2")).toContain("data access ended");
  expect(find("next-f2")?.dataset["group"]).toBe("now");
});

test("what needs you is mended from its row", async () => {
  const api = await open("scene=next");
  const start = vi.spyOn(api, "startLogin");
  await press("mend-x-cut");
  await press("connect", 6000);
  expect(start.mock.calls[0]?.[0]).toMatchObject({ provider: "x", client: "x1", expect: "@nightbot" });
});

test("nothing to do is said, and no number stands in the list", async () => {
  await open("scene=next-calm");
  expect(text("next-calm")).toBe("Nothing needs you now.");
  expect(find("next-need")).toBeNull();
  expect(find("calendar"), "there are no dates").toBeNull();
});

test("all long-lived ones are renewed, with how far it is, and a line for each of three outcomes", async () => {
  const api = await open("scene=next");
  const run = vi.spyOn(api, "refreshLongLived");
  await press("refresh-all", 10);
  await press("refresh-all", 800);
  expect(run).toHaveBeenCalledTimes(1);
  expect(text("refresh-running")).toContain("1 of 3 done");
  expect(document.querySelector("progress")?.value).toBe(1);
  // One may look elsewhere meanwhile.
  await press("account-a1");
  await press("to-next", 3000);
  expect(text("refresh-results")).toContain("1 of 3 renewed");
  expect(["t1", "g1", "f1"].map((id) => find(`result-${id}`)?.dataset["outcome"])).toEqual(["renewed", "later", "needs-you"]);
  expect(text("result-g1")).toMatch(/tried again in [45] minutes.*has a problem/);
  await press("refresh-close");
  expect(find("refresh-results")).toBeNull();
  await press("next-to-f1");
  expect(find("error")?.dataset["code"]).toBe("not-extended");
});

test("a refresh that fails as a whole says so", async () => {
  await open("scene=next&fail=refresh");
  await press("refresh-all", 1000);
  expect(find("error")?.dataset["code"]).toBe("internal");
  expect(find("refresh-running")).toBeNull();
});

test("what the tray renewed is told once", async () => {
  await open("scene=next-told");
  expect(find("result-mend-f1")).not.toBeNull();
  await press("refresh-close");
  await press("to-next", 100);
  expect(find("refresh-results")).toBeNull();
});

test("a run of this window's own is not told again as the tray's", async () => {
  const api = await open("scene=next");
  const last = vi.spyOn(api, "lastRenewals");
  const own = vi.spyOn(api, "refreshLongLived").mockImplementation(async () => {
    last.mockResolvedValue([{ account: "t1", name: "@memochou", outcome: "renewed", error: null, until: null }]);
    return [];
  });
  await press("refresh-all", 10);
  expect(own).toHaveBeenCalledOnce();
  expect(text("refresh-results")).toContain("Nothing can be renewed now.");
  await press("refresh-close");
  await api.changeSettings((await api.view()).settings);
  await settle(10);
  expect(find("refresh-results")).toBeNull();
  // The tray's next one is.
  last.mockResolvedValue([{ account: "t2", name: "@fresh.bot", outcome: "renewed", error: null, until: null }]);
  await api.changeSettings((await api.view()).settings);
  await settle(10);
  expect(find("result-t2")).not.toBeNull();
});

test("the dates become a calendar in the language spoken, or a failure says why", async () => {
  const api = await open("scene=next");
  const save = vi.spyOn(api, "saveCalendar");
  await press("calendar", 500);
  expect(save).toHaveBeenCalledWith("en");
  expect(text("calendar-path")).toContain("/home/mei/Downloads/keybearer.ics");
});

test("a disk that refuses the calendar is said", async () => {
  await open("scene=next&fail=disk");
  await press("calendar", 500);
  expect(find("error")?.dataset["code"]).toBe("disk");
  expect(find("calendar-path")).toBeNull();
});

test("the life line has the moment at which it renews by itself, and a failure is said calmly", async () => {
  await open("scene=sixty");
  expect(text("life-next")).toContain("renews");
  expect(find("life-note")).toBeNull();
  await press("account-g1");
  expect(find("life-note")?.dataset["kind"]).toBe("later");
  expect(text("life-note")).toMatch(/Renewal failed\. Keybearer tries again in [45] minutes/);
  await press("account-x-bot");
  expect(text("life-next")).toContain("if unused");
  await press("account-a1");
  expect(find("life-next")).toBeNull();
});

test("why it is tried again stands below the line, and nothing asks to be pressed", async () => {
  await open("scene=later");
  expect(text("life-note")).toContain("graph.instagram.com isn’t responding.");
  expect(document.querySelector("main [data-testid=error]")).toBeNull();
});

test("the earlier token comes back only after the question, and only while it can", async () => {
  const api = await open("scene=stepping");
  const back = vi.spyOn(api, "stepBack");
  await menu("step-back");
  expect(text("confirm")).toContain("Restore");
  await press("dismiss");
  expect(back).not.toHaveBeenCalled();
  await menu("step-back");
  find("confirm")?.closest("form")?.requestSubmit();
  await settle(1000);
  expect(back).toHaveBeenCalledWith("t1");
  await menu();
  expect(find("step-back")).toBeNull();
  await press("account-f1");
  await menu();
  expect(find("step-back")).toBeNull();
});

test("a token that cannot be put back says why, in the question", async () => {
  await open("scene=confirm-step-back&fail=secret-missing");
  find("confirm")?.closest("form")?.requestSubmit();
  await settle(1000);
  expect(document.querySelector("dialog [data-testid=error]")?.getAttribute("data-code")).toBe("secret-missing");
});

test("closing asks: keep is recommended where something renews by itself, and Escape calls nothing", async () => {
  const api = await open("scene=closing");
  const answer = vi.spyOn(api, "closeWindow");
  expect(text("confirm")).toContain("Keep running in the tray");
  document.querySelector("dialog")?.close();
  await settle();
  expect(document.querySelector("dialog")).toBeNull();
  expect(answer).not.toHaveBeenCalled();
  // The next try asks again.
  vi.spyOn(api, "closing").mockResolvedValueOnce("tray");
  await api.changeSettings((await api.view()).settings);
  await settle(10);
  find("confirm")?.closest("form")?.requestSubmit();
  await settle(1000);
  expect(answer).toHaveBeenCalledExactlyOnceWith(true);
  expect(document.querySelector("dialog")).toBeNull();
  await press("settings");
  expect((find("on-close") as HTMLSelectElement).value).toBe("keep");
});

test("the tray is recommended, too, where a login is to be reminded of", async () => {
  await open("scene=closing-reminds");
  expect(text("confirm")).toContain("Keep running in the tray");
  expect(document.querySelector("dialog")?.textContent).toContain("remind you when to sign in");
});

test("quitting is recommended where nothing would be missed; a failure keeps the question open", async () => {
  const api = await open("scene=closing-idle&fail=disk");
  const answer = vi.spyOn(api, "closeWindow");
  expect(text("confirm")).toContain("Quit");
  await press("other", 500);
  expect(answer).toHaveBeenLastCalledWith(true);
  expect(document.querySelector("dialog [data-testid=error]")?.getAttribute("data-code")).toBe("disk");
  find("confirm")?.closest("form")?.requestSubmit();
  await settle(500);
  expect(answer).toHaveBeenLastCalledWith(false);
});

test("without a tray the question says how the window comes back", async () => {
  await open("scene=closing-trayless");
  expect(document.querySelector("dialog")?.textContent).toContain("Start Keybearer again");
  expect(text("confirm")).toBe("Keep running");
});

test("a shell that knows no closing asks nothing", async () => {
  const api = await open("scene=accounts");
  vi.spyOn(api, "closing").mockRejectedValue("no such command");
  await api.changeSettings((await api.view()).settings);
  await settle(10);
  expect(document.querySelector("dialog")).toBeNull();
});

test("a notification leads to its account, and one that is gone leads nowhere", async () => {
  const api = await open("scene=settings");
  const wanted = vi.spyOn(api, "wantedAccount").mockResolvedValueOnce("gone");
  const change = async () => {
    await api.changeSettings((await api.view()).settings);
    await settle(10);
  };
  await change();
  expect(wanted).toHaveBeenCalledOnce();
  expect(find("language")).not.toBeNull();
  wanted.mockResolvedValueOnce("a3");
  await change();
  expect(text("account-title")).toBe("@photos@pixel.example");
});

test("what closing means and the start with the session are settings", async () => {
  const api = await open("scene=settings");
  const change = vi.spyOn(api, "changeSettings");
  const select = find("on-close") as HTMLSelectElement;
  expect(select.value).toBe("ask");
  select.value = "quit";
  select.dispatchEvent(new Event("change", { bubbles: true }));
  await settle(10);
  expect(change.mock.calls[0]?.[0]).toMatchObject({ on_close: "quit", autostart: false });
  await press("autostart", 10);
  expect(change.mock.calls[1]?.[0]).toMatchObject({ on_close: "quit", autostart: true });
  expect((find("autostart") as HTMLInputElement).checked).toBe(true);
});
