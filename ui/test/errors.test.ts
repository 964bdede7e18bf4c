// Every error has complete sentences in every language, with and without its optional parameters.
import { beforeAll, describe, expect, test, vi } from "vitest";
import { remedy, sentences } from "../src/text/errors";
import type { Code } from "../src/shell/wire";
import { choose, speak, speakOfUse, t } from "../src/text/words.svelte";
import { ERRORS, LANGUAGES } from "./files";

describe.each(LANGUAGES)("%s", (language) => {
  beforeAll(async () => {
    await speak(language);
    await speakOfUse();
  });

  test.each(Object.entries(ERRORS) as [Code, string[]][])("%s", (code, names) => {
    const value = (name: string) => (/seconds|minutes|status/.test(name) ? "7" : `<${name}>`);
    const full = Object.fromEntries(names.map((name) => name.replace("?", "")).map((name) => [name, value(name)]));
    const bare = Object.fromEntries(names.filter((name) => !name.endsWith("?")).map((name) => [name, value(name)]));
    for (const params of [full, bare]) {
      const said = Object.values(sentences({ code, params, detail: null, action: null }));
      for (const sentence of said) {
        expect(sentence).not.toMatch(/\{|error-|undefined| {2}| \.(?!env)/);
        if (params === bare) expect(sentence).not.toMatch(/\bnone\b(?!, or the wrong one)/);
        expect(sentence).toMatch(/[.。]$|https?:|<\w+>/);
      }
      expect(new Set(said).size).toBe(3);
    }
  });

  test("an unknown code is named", () => {
    expect(sentences({ code: "never-heard-of" as Code, params: {}, detail: null, action: null }).what).toContain("never-heard-of");
  });
});

test("Chinese has spaces around what is Latin or a number only", async () => {
  await speak("zh-Hans");
  expect(t("life-issued", { day: "2027年1月28日" })).toBe("2027年1月28日签发");
  expect(t("life-issued", { day: "2027/1/28 18:23" })).toBe("2027/1/28 18:23 签发");
  expect(t("kind-which", { platform: "飞书" })).toBe("想在飞书上做什么？");
  expect(t("kind-which", { platform: "X" })).toBe("想在 X 上做什么？");
  expect(t("mismatch-title", { name: "王 小明" })).toContain("王 小明");
  await speak("en");
});

test("remedies fit", () => {
  expect([remedy("port-taken"), remedy("server-tls"), remedy("keychain-missing"), remedy("token-dead"), remedy("denied")]).toEqual([
    "redirect",
    "server",
    "store",
    "login",
    null,
  ]);
});

test("the system's language is found by its tag", () => {
  expect(choose("system", ["zh-TW", "en"])).toBe("zh-Hant");
  expect(choose("system", ["zh-Hant-HK"])).toBe("zh-Hant");
  expect(choose("system", ["zh-CN"])).toBe("zh-Hans");
  expect(choose("system", ["zh"])).toBe("zh-Hans");
  expect(choose("system", ["de-DE", "zh-HK"])).toBe("zh-Hant");
  expect(choose("system", ["de-DE"])).toBe("en");
  expect(choose("zh-Hans", ["en"])).toBe("zh-Hans");
  vi.restoreAllMocks();
});
