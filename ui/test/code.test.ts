// A login by a code that is entered on the platform's page: the code, the page and its QR code, and how the wait ends.
import { expect, test, vi } from "vitest";
import { LANGUAGES } from "./files";
import { find, model, open, platform, press, settle } from "./window";
import { QR } from "../src/fake/qr";
import { speak } from "../src/text/words.svelte";

const text = () => document.body.textContent ?? "";

test("the code is shown as the server wrote it, spelled for a screen reader, and copied by one button", async () => {
  const api = await open("scene=enter-code");
  const copy = vi.spyOn(api, "copyText");
  expect(find("enter-code")?.textContent).toBe("Enter this code at github.com");
  expect(find("user-code")?.textContent).toBe("WDJB-MJHT");
  expect(find("user-code")?.getAttribute("aria-hidden")).toBe("true");
  expect(document.querySelector("[role=status].hidden")?.textContent).toBe("The code is W D J B - M J H T. Enter it at github.com.");
  expect(find("copy-code")?.classList.contains("go"), "copying comes first").toBe(true);
  await press("copy-code");
  expect(copy).toHaveBeenCalledWith("WDJB-MJHT");
  expect(find("toast")?.textContent).toContain("Code copied.");
  expect([find("copy-code"), find("open-page")].map((one) => one?.classList.contains("go"))).toEqual([false, true]);
});

test("the page is opened by the shell, which knows the address with the code; the plain one is copied", async () => {
  const api = await open("scene=enter-code");
  const [again, copy] = [vi.spyOn(api, "openAgain"), vi.spyOn(api, "copyText")];
  expect(find("code-address")?.textContent).toBe("https://github.com/login/device");
  await press("open-page");
  await press("code-address");
  expect(again.mock.calls).toEqual([[model.flow.login], [model.flow.login]]);
  await press("copy-address");
  expect(copy).toHaveBeenCalledWith("https://github.com/login/device");
  expect(text(), "the page shows the code already").toContain("Make sure that it’s the same one");
});

test("the QR code is one path, dark on white, and says what it leads to", async () => {
  await open("scene=enter-code&theme=dark");
  const qr = find("qr");
  expect(qr?.getAttribute("viewBox")).toBe(`0 0 ${QR.size} ${QR.size}`);
  expect(qr?.querySelector("path")?.getAttribute("d")).toBe(QR.path);
  expect([...(qr?.children ?? [])].map((one) => one.getAttribute("fill"))).toEqual(["#fff", "#000"]);
  expect(qr?.getAttribute("role")).toBe("img");
  expect(qr?.getAttribute("aria-label")).toBe("QR code of https://github.com/login/device?user_code=WDJB-MJHT");
});

test("the time that is left is counted, and Cancel ends calmly", async () => {
  const api = await open("scene=enter-code");
  const cancel = vi.spyOn(api, "cancelLogin");
  const before = find("countdown")?.textContent;
  await settle(60_000);
  expect(before).toMatch(/^The code is valid for (10:00|9:5\d)$/);
  expect(find("countdown")?.textContent).toMatch(/^The code is valid for 8:5\d$/);
  await press("cancel");
  expect(cancel).toHaveBeenCalledOnce();
  expect(find("error")?.dataset["code"]).toBe("cancelled");
});

test("a code that the page refuses is replaced: the old login is given up, and a new one begins", async () => {
  const api = await open("scene=enter-code");
  const [cancel, start] = [vi.spyOn(api, "cancelLogin"), vi.spyOn(api, "startLogin")];
  const old = model.flow.login;
  await press("code-new", 100);
  expect(cancel).toHaveBeenCalledWith(old);
  expect(start).toHaveBeenCalledOnce();
  expect(find("user-code")?.textContent).toBe("WDJB-MJHT");
  expect(model.flow.login).not.toBe(old);
});

test("approved on the page, the code is gone and the account is there", async () => {
  await open("scene=add");
  model.flow.choose(platform("github"));
  void model.flow.connect();
  await settle(1000);
  expect(find("qr")).not.toBeNull();
  await settle(10_400);
  expect(find("qr")).toBeNull();
  expect(find("enter-code")?.textContent).toBe("Getting the token");
  await settle(4000);
  expect(find("done")).not.toBeNull();
  await press("done-show");
  expect(find("account-redirect")?.textContent, "no redirect brought it").toBe("Approved with a code");
});

test.each([
  ["code-denied", "denied"],
  ["code-over", "code-spent"],
])("%s: a failed screen with Try again, which gets a new code", async (scene, code) => {
  const api = await open(`scene=${scene}`);
  const start = vi.spyOn(api, "startLogin");
  expect(find("error")?.dataset["code"]).toBe(code);
  expect(find("other-redirect"), "there is no redirect to choose").toBeNull();
  await press("retry", 100);
  expect(start).toHaveBeenCalledOnce();
});

test.each(LANGUAGES)("%s has every word of the screen", async (language) => {
  await open("scene=enter-code");
  await speak(language);
  await settle();
  expect(find("enter-code")?.textContent).toContain("github.com");
  expect(text()).not.toMatch(/\bcode-[a-z]+|\{ \$/);
});
