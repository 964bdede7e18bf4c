// Secrets on the screen: dots of one length, shown for half a minute, then forgotten; fields are emptied on submit.
import { flushSync } from "svelte";
import { expect, test, vi } from "vitest";
import { find, open, settle, type } from "./window";

test("the token is shown for thirty seconds and then dropped", async () => {
  await open("scene=account");
  const dots = find("token-dots")?.textContent;
  find("show-token")?.click();
  await settle();
  expect(find("token-text")?.textContent).toContain("NOT-A-TOKEN");
  await settle(29_000);
  expect(find("token-text")).not.toBeNull();
  await settle(1_500);
  expect(find("token-text")).toBeNull();
  expect(document.body.innerHTML).not.toContain("NOT-A-TOKEN");
  expect(find("token-dots")?.textContent).toBe(dots);
});

test("another account hides it at once", async () => {
  await open("scene=account");
  find("show-token")?.click();
  await settle();
  find("account-a1")?.click();
  await settle();
  expect(document.body.innerHTML).not.toContain("NOT-A-TOKEN");
});

test("copying counts the clipboard down, by one line once the message is read, and then is silent", async () => {
  await open("scene=account");
  find("copy-token")?.click();
  await settle(4_000);
  expect(find("toast")?.textContent).toMatch(
    /^Copied: the token of @newsbot@social\.example, valid until .+ Cleared from the clipboard in 4\d\u00a0s/,
  );
  await settle(10_000);
  expect(find("toast")?.textContent).toMatch(/^Cleared from the clipboard in 3\d\u00a0s/);
  expect(document.querySelector("[role=status].hidden")?.textContent, "nothing is read out twice").toMatch(/^Copied: /);
  find("copy-token")?.click();
  await settle();
  expect(find("toast")?.textContent, "a new copy says it again").toMatch(/^Copied: /);
  await settle(50_000);
  expect(find("toast")).toBeNull();
});

test("the passphrase fields are emptied on submit, and the flow goes on", async () => {
  const api = await open("scene=nokeychain");
  const seal = vi.spyOn(api, "useSealedFile");
  for (const id of ["passphrase", "passphrase-again"]) type(id, "correct horse");
  const kept = find("unlocked-for-window") as HTMLInputElement;
  expect(kept.checked, "programs get nothing unless they are allowed to").toBe(true);
  find("unlocked-for-hour")?.click();
  find("seal")?.closest("form")?.requestSubmit();
  flushSync();
  expect((find("passphrase") as HTMLInputElement).value).toBe("");
  expect((find("passphrase-again") as HTMLInputElement).value).toBe("");
  expect(seal).toHaveBeenCalledWith("correct horse", "hour");
  await settle(2_000);
  expect(find("connect")).not.toBeNull();
  expect(find("store-state")?.dataset["kind"]).toBe("sealed-file");
});

test("the encrypted file can be locked, and asks for its passphrase again", async () => {
  await open("scene=settings-unlocked");
  expect(find("passphrase")).toBeNull();
  find("lock")?.click();
  await settle(1_000);
  expect(find("lock")).toBeNull();
  type("passphrase", "correct horse");
  find("seal")?.closest("form")?.requestSubmit();
  await settle(1_000);
  expect(find("lock")).not.toBeNull();
});

test("a short passphrase is not sent", async () => {
  const api = await open("scene=nokeychain");
  const seal = vi.spyOn(api, "useSealedFile");
  type("passphrase", "short");
  find("seal")?.closest("form")?.requestSubmit();
  await settle();
  expect(seal).not.toHaveBeenCalled();
  expect(document.body.textContent).toContain("Use at least 8 characters.");
});
