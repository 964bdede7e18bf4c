// The check for updates: off until chosen; a newer version is a sentence with a link.
import { expect, test, vi } from "vitest";
import { speak } from "../src/text/words.svelte";
import { find, open, press, settle } from "./window";

const text = () => document.body.textContent ?? "";

test("it is off until chosen, and says what it sends", async () => {
  const api = await open("scene=settings");
  const change = vi.spyOn(api, "changeSettings");
  const box = find("check-updates") as HTMLInputElement;
  expect(box.checked).toBe(false);
  expect(find("update")).toBeNull();
  const help = document.getElementById(box.getAttribute("aria-describedby") ?? "");
  expect(help?.textContent).toContain("sends nothing but its own version number");
  await press("check-updates", 10);
  expect(change.mock.calls[0]?.[0]).toMatchObject({ check_updates: true, autostart: false });
  expect((find("check-updates") as HTMLInputElement).checked).toBe(true);
});

test("a newer version opens its own page, in each language", async () => {
  const api = await open("scene=update");
  const link = vi.spyOn(api, "openLink");
  expect(find("update")?.textContent).toContain("Version 0.2.0 is out.");
  await press("update-open", 10);
  expect(link).toHaveBeenCalledWith("https://github.com/keybearer/keybearer/releases/tag/v0.2.0");
  for (const [language, words] of [
    ["zh-Hans", "新版本 0.2.0 已发布。"],
    ["zh-Hant", "新版本 0.2.0 已推出。"],
  ] as const) {
    await speak(language);
    await settle();
    expect(text()).toContain(words);
  }
});

test("turned off, nothing more is said of it", async () => {
  await open("scene=update");
  await press("check-updates", 10);
  expect(find("update")).toBeNull();
});
