// Moving accounts between computers, on the real screens: the choice, the passphrase, the results, and paused accounts.
import { expect, test, vi } from "vitest";
import { breaking, whatBreaks } from "../src/state/next";
import { account as blank, error } from "../src/fake/common";
import { tokenNeedsYou } from "../src/state/needs";
import { stage } from "../src/fake/scenes";
import { standing } from "../src/text/standing";
import { find, menu, open, press, settle, type } from "./window";

const text = (id: string) => find(id)?.textContent ?? "";
const confirm = async (ms = 1500) => {
  find("confirm")?.closest("form")?.requestSubmit();
  await settle(ms);
};
const ready = () => (find("confirm") as HTMLButtonElement | null)?.disabled === false;

function choose(content: string) {
  const input = find("import-accounts-file") as HTMLInputElement;
  // jsdom's own File cannot be read.
  const file = { name: "keybearer-accounts", slice: () => ({ text: async () => content }) };
  Object.defineProperty(input, "files", { value: [file] });
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

test("all but practice accounts are picked, the words are typed twice and do not stay", async () => {
  const api = await open("scene=move");
  const write = vi.spyOn(api, "exportAccounts");
  const boxes = [...document.querySelectorAll<HTMLInputElement>("dialog input[type=checkbox]")];
  const all = (await api.view()).accounts;
  expect(boxes.map(({ value }) => value)).toEqual(all.filter(({ practice }) => !practice).map(({ id }) => id));
  expect(boxes.every(({ checked }) => checked)).toBe(true);
  type("moving-passphrase", "short");
  type("moving-again", "short");
  await settle();
  expect(ready()).toBe(false);
  type("moving-passphrase", "correct horse");
  await settle();
  expect(ready()).toBe(false);
  expect(document.querySelector("dialog")?.textContent).toContain("The passphrases don’t match.");
  type("moving-again", "correct horse");
  for (const box of boxes.slice(1)) box.click();
  await settle();
  expect(ready()).toBe(true);
  await confirm(0);
  expect((find("moving-passphrase") as HTMLInputElement).value).toBe("");
  await settle(1500);
  expect(write).toHaveBeenCalledExactlyOnceWith([boxes[0]?.value], "correct horse", true);
  expect(document.querySelector("dialog")).toBeNull();
  expect(text("bundle")).toContain("One account is in the file /home/mei/Downloads/keybearer-");
  expect(find(`account-${boxes[0]?.value}`)?.textContent).toContain("renewed elsewhere");
});

test("a copy leaves everything awake, and a failure keeps the question open", async () => {
  const api = await open("scene=copy-there&fail=disk");
  for (const id of ["moving-passphrase", "moving-again"]) type(id, "correct horse");
  await settle();
  await confirm();
  expect(document.querySelector("dialog [data-testid=error]")?.getAttribute("data-code")).toBe("disk");
  expect((await api.view()).accounts.some(({ paused }) => paused)).toBe(false);
});

test("a file is handed on as it is, and each account says what became of it", async () => {
  const api = await open("scene=import");
  const importAccounts = vi.spyOn(api, "importAccounts");
  expect(ready()).toBe(false);
  choose("-----BEGIN AGE ENCRYPTED FILE-----");
  type("import-accounts-passphrase", "wrong");
  await settle();
  expect(ready()).toBe(true);
  await confirm();
  expect(document.querySelector("dialog [data-testid=error]")?.getAttribute("data-code")).toBe("passphrase-wrong");
  expect((find("import-accounts-passphrase") as HTMLInputElement).value).toBe("");
  type("import-accounts-passphrase", "correct horse");
  await settle();
  await confirm();
  expect(importAccounts).toHaveBeenLastCalledWith("-----BEGIN AGE ENCRYPTED FILE-----", "correct horse");
  expect(text("arrived")).toContain("3 of 4 accounts are here.");
  expect(text("import-result-b1")).toContain("added");
  expect(text("import-result-b1")).toContain("renewed elsewhere");
  expect(text("import-result-t1")).not.toContain("renewed elsewhere");
  expect(text("import-result-3")).toContain("my-server");
  expect(find("account-b1")).not.toBeNull();
});

test("an account that was paused on the command line is resumed by one button", async () => {
  const rests = blank({ id: "z1", name: "@z", provider: "threads", client: "", paused: true, on_hold: true, expires: 1 });
  expect(tokenNeedsYou(rests)).toBe(false);
  expect(standing(rests)).toMatchObject({ text: "paused", tone: "quiet" });
  expect(breaking(rests, stage(null)).group).toBe("endless");
  const api = await open("scene=on-hold");
  const resume = vi.spyOn(api, "resume");
  expect(text("standing")).toBe("paused");
  expect(document.body.textContent).toContain("It was paused on the command line.");
  await press("resume", 500);
  expect(resume).toHaveBeenCalledExactlyOnceWith("t1");
  expect(find("resume")).toBeNull();
  expect(text("toast")).toContain("renewed and used again");
});

test("a paused account is quiet everywhere, and one button wakes it", async () => {
  const rests = blank({ id: "z1", name: "@z", provider: "threads", client: "", paused: true, expires: 1, trouble: error("token-dead") });
  expect(tokenNeedsYou(rests)).toBe(false);
  expect(tokenNeedsYou({ ...rests, unstored: true })).toBe(true);
  expect(standing(rests)).toMatchObject({ text: "renewed elsewhere", tone: "quiet" });
  expect(breaking(rests, stage(null)).group).toBe("paused");
  expect(
    whatBreaks(stage("next-paused"))
      .slice(-2)
      .map(({ account }) => account.id)
      .sort(),
  ).toEqual(["t1", "x-bot"]);
  const api = await open("scene=paused");
  const resume = vi.spyOn(api, "resume");
  expect(text("standing")).toBe("renewed elsewhere");
  await menu();
  expect(find("renew")).toBeNull();
  await press("resume", 500);
  expect(resume).toHaveBeenCalledExactlyOnceWith("t1");
  expect(find("resume")).toBeNull();
  expect(text("toast")).toContain("This computer renews it");
});
