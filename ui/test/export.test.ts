// Exporting posts, on the real screens: the form, the progress, and exports that were cut off.
import { expect, test, vi } from "vitest";
import { find, open, press, settle, type } from "./window";

const text = (id: string) => find(id)?.textContent ?? "";
const busy = () => (find("export-going") ? Number(find("export-going")?.dataset["count"]) : null);

test("what was picked is asked for, and the end says where the file is", async () => {
  const api = await open("scene=export");
  const start = vi.spyOn(api, "startExport");
  await press("export-only_media");
  await press("export-exclude_replies");
  type("export-newest", "many");
  await settle();
  expect((find("export-start") as HTMLButtonElement).disabled).toBe(true);
  expect(document.body.textContent).toContain("Enter a whole number.");
  type("export-newest", "1204");
  await settle();
  find("export-start")?.focus();
  await press("export-start");
  expect(document.activeElement, "the keyboard stays where it was").toBe(find("export-cancel"));
  expect(start.mock.calls[0]?.[0]).toEqual({ account: "a1", format: "json", filters: ["exclude_replies", "only_media"], limit: 1204 });
  expect(text("export-going")).toContain("Choose a file");
  await settle(700);
  expect(busy()).toBeGreaterThan(0);
  expect(text("export-going")).toContain("500 a second");
  await settle(4000);
  expect(busy()).toBeNull();
  expect(document.activeElement).toBe(find("export-start"));
  expect(text("export-done")).toContain("1,204 posts are in this file");
  expect(text("export-path-value")).toContain("/home/mei/");
  expect(find("export-rest")).toBeNull();
});

test("what the server could not give is named, and nothing says done", async () => {
  const api = await open("scene=export&fail=partial");
  const start = vi.spyOn(api, "startExport");
  expect((find("export-private_mentions") as HTMLInputElement).checked, "private mentions stay out").toBe(false);
  await press("export-start", 4500);
  expect(start.mock.calls[0]?.[0].filters).toEqual([]);
  expect(find("export-done")).toBeNull();
  expect(text("export-partial")).toContain("Incomplete: 1,204 posts are in this file, 2 skipped.");
  expect(text("export-partial")).toContain("The server’s own count is 1,320.");
  expect(text("export-partial")).toContain("The server can’t return post 115500090000000036.");
  expect(text("export-partial")).toMatch(/between 115412370000000036 and 115410030000000036/);
  expect(text("export-path-value")).toContain("/home/mei/");
  await press("export-private_mentions");
  await press("export-start", 300);
  expect(start.mock.calls[1]?.[0].filters).toEqual(["private_mentions"]);
  expect(find("export-partial"), "a new one forgets it").toBeNull();
});

test("a cancelled one can go on, here and after looking at something else", async () => {
  await open("scene=export");
  await press("export-start", 1000);
  const before = busy();
  await press("account-a2", 300);
  await press("account-a1", 300);
  await vi.dynamicImportSettled();
  await settle();
  // A panel is closed again on the next page; what runs in it goes on.
  expect(find("export-going")).toBeNull();
  await press("use-export");
  expect(busy()).toBeGreaterThan(before ?? 0);
  await press("export-cancel", 300);
  expect(find("error")).toBeNull();
  expect(text("export-rest")).toContain("Stopped after");
  await press("export-go-on", 5000);
  expect(text("export-done")).toContain("1,204");
  expect(find("export-rest")).toBeNull();
});

test("one that is cancelled before it began does not go on", async () => {
  await open("scene=export");
  await press("export-start", 50);
  await press("export-cancel", 1500);
  expect(busy()).toBeNull();
  expect(text("export-rest")).toContain("Stopped after");
});

test("a new start that goes on says from where", async () => {
  const api = await open("scene=export");
  let hear: Parameters<typeof api.startExport>[1] | undefined;
  vi.spyOn(api, "startExport").mockImplementation(async (_, heard) => {
    hear = heard;
    return "e1";
  });
  await press("export-start");
  expect(find("export-before")).toBeNull();
  hear?.({ kind: "progress", count: 640, rate: 0 });
  await settle();
  expect(text("export-going")).toMatch(/640 posts.*continues from 640 Cancel$/s);
  hear?.({ kind: "progress", count: 680, rate: 400 });
  await settle();
  expect(text("export-going")).toMatch(/680 posts.*continues from 640.*400 a second/s);
});

test("a failure says why and stays to go on with, or is thrown away", async () => {
  await open("scene=export&fail=token-dead");
  await press("export-start", 3000);
  expect(find("error")?.dataset["code"]).toBe("token-dead");
  expect(text("export-rest")).toContain("400 posts");
  await press("export-discard", 300);
  expect(find("export-rest")).toBeNull();
});

test("a wait is counted down, and a closed dialog is nothing", async () => {
  await open("scene=export&fail=waits");
  await press("export-start", 1000);
  expect(text("export-wait")).toMatch(/It continues in (4:00|3:5\d)\./);
  await open("scene=export&fail=closed");
});

test("one that another window began is looked at until it ends", async () => {
  await open("scene=export-going");
  expect(busy()).toBe(640);
  expect(text("export-going")).not.toContain("a second");
  await press("export-cancel", 2500);
  expect(busy()).toBeNull();
  expect(find("export-rest")).not.toBeNull();
});
