// Programs that want a token by the socket: the question, and the decisions in Settings.
import { expect, test, vi } from "vitest";
import { speak } from "../src/text/words.svelte";
import { find, open, press, settle } from "./window";

const text = () => document.body.textContent ?? "";

test("a program is named with its script and its account, and decided about", async () => {
  for (const [pressed, decision] of [
    ["confirm", "once"],
    ["other", "always"],
    ["dismiss", "not-now"],
  ] as const) {
    const api = await open("scene=program");
    const answer = vi.spyOn(api, "answerProgram");
    expect(find("program-path")?.textContent).toBe("/home/ada/bots/weather.py");
    expect(text()).toContain("/usr/bin/python3.13");
    expect(text()).toContain("not a hostile program");
    expect((document.activeElement as HTMLElement).dataset["testid"], "the safe button").toBe("dismiss");
    await press(pressed, 10);
    expect(answer).toHaveBeenCalledExactlyOnceWith("q1", decision);
    expect(find("program-path")).toBeNull();
  }
});

test("never is for always, and is no permission", async () => {
  const api = await open("scene=program");
  const answer = vi.spyOn(api, "answerProgram");
  await press("program-never", 10);
  expect((find("confirm") as HTMLButtonElement).disabled).toBe(true);
  expect(find("other")).toBeNull();
  await press("dismiss", 10);
  expect(answer).toHaveBeenCalledExactlyOnceWith("q1", "never");
});

test("code without a file is not remembered", async () => {
  await open("scene=program-code");
  expect(find("program-path")?.textContent).toBe("/usr/bin/python3.13");
  expect(find("other")).toBeNull();
  expect(find("program-never")).toBeNull();
});

test("asking is off until chosen, and a decision can be forgotten, in each language", async () => {
  const api = await open("scene=settings");
  const change = vi.spyOn(api, "changeSettings");
  expect((find("ask-programs") as HTMLInputElement).checked).toBe(false);
  await press("ask-programs", 10);
  expect(change.mock.calls[0]?.[0]).toMatchObject({ ask_programs: true });

  const known = await open("scene=programs");
  const forget = vi.spyOn(known, "forgetProgram");
  for (const [language, words] of [
    ["en", "never gets the token"],
    ["zh-Hans", "不能取得令牌"],
    ["zh-Hant", "不能取得權杖"],
  ] as const) {
    await speak(language);
    await settle();
    expect(text()).toContain(words);
  }
  await press("forget-program-p2", 10);
  expect(forget).toHaveBeenCalledExactlyOnceWith("p2");
  expect(find("forget-program-p2")).toBeNull();
  expect(find("forget-program-p1")).not.toBeNull();
});
