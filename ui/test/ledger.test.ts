// Which program used a token: the account's page says who was last and lists the others; a setting turns it off.
import { expect, test, vi } from "vitest";
import { error } from "../src/fake/common";
import { speak } from "../src/text/words.svelte";
import { find, model, open, press, settle } from "./window";

test("the page says who used the token last, in each language", async () => {
  await open("scene=sixty");
  expect(find("last-used")?.textContent).toBe("3 minutes ago by bot.py (python3)");
  for (const [language, words] of [
    ["zh-Hans", "3 分钟前，bot.py (python3)"],
    ["zh-Hant", "3 分鐘前，bot.py (python3)"],
  ] as const) {
    await speak(language);
    await settle();
    expect(find("last-used")?.textContent).toBe(words);
    expect(find("last-used")?.parentElement?.textContent, "no space after a colon of full width").toMatch(/：\S/);
  }
});

test("the list behind it has each use, also a refused one and an unknown program", async () => {
  await open("scene=sixty");
  await press("last-uses");
  const lines = [...(find("last-uses-list")?.children ?? [])].map((line) => (line.textContent ?? "").replace(/\s+/g, " "));
  expect(lines).toHaveLength(8);
  expect(lines[0]).toContain("bot.py (python3) · keybearer token · started by systemd /home/memo/threads-bot");
  expect(lines[4]).toContain("no token was handed out");
  expect(lines[7]).toContain("program unknown");
  expect(find("last-uses-list")?.textContent, "nothing in a name moves the text").not.toContain("\u{202e}");
  await press("dismiss");
  expect(find("last-uses-list")).toBeNull();
});

test("other programs' uses appear without a click, and a failure is said", async () => {
  const api = await open("scene=sixty");
  const last = vi.spyOn(api, "lastUses");
  last.mockResolvedValue([]);
  await settle(20_000);
  expect(find("last-used")?.textContent).toBe("not since recording began");
  expect(find("last-uses")).toBeNull();
  last.mockRejectedValue(error("disk", { path: "/data/ledger.jsonl" }));
  await settle(20_000);
  expect(find("last-used-failed")?.textContent).toContain("read or write");
});

test("a use that could not be recorded is told", async () => {
  await open("scene=sixty");
  expect(find("unrecorded")).toBeNull();
  const why = error("disk", { path: "/data/ledger.jsonl" });
  model.view = { ...model.view, accounts: model.view.accounts.map((one) => ({ ...one, unrecorded: { time: 1_790_000_000, why } })) };
  await settle();
  expect(find("unrecorded")?.textContent).toContain("couldn’t be recorded");
});

test("it is on until the setting turns it off", async () => {
  const api = await open("scene=settings");
  const change = vi.spyOn(api, "changeSettings");
  expect((find("ledger") as HTMLInputElement).checked).toBe(true);
  await press("ledger", 10);
  expect(change.mock.calls[0]?.[0]).toMatchObject({ ledger: false });
  expect((find("ledger") as HTMLInputElement).checked).toBe(false);
});
