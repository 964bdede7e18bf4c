// The window offers what the system supports, and nothing else.
import { expect, test } from "vitest";
import { find, open, press } from "./window";

const text = () => document.querySelector("main")?.textContent ?? "";

test("where the system has no certificate store of the person's own, trust is not offered", async () => {
  await open("scene=settings");
  expect(find("trust-certificate")).not.toBeNull();
  expect(find("link-command-line")).toBeNull();
});

test("nothing is offered that the system cannot do", async () => {
  await open("scene=settings&system=bare");
  expect(find("trust-certificate")).toBeNull();
  expect(text()).not.toContain("The certificate of the https");
});

test.each([
  ["linux", true],
  ["windows", true],
  ["mac", false],
])("asking about programs is offered on %s: %s", async (system, offered) => {
  await open(`scene=settings&system=${system}`);
  expect(find("ask-programs") !== null).toBe(offered);
});

test("the command line is linked, and the screen says so", async () => {
  await open("scene=settings&system=mac");
  await press("link-command-line", 1000);
  expect(find("link-command-line")).toBeNull();
  expect(text()).toContain("works in every terminal");
});

test("an app that runs from a temporary folder is to be moved first, and no line is shown that would link to it", async () => {
  await open("scene=settings&system=mac&fail=translocated");
  await press("link-command-line", 1000);
  expect(find("error-what")?.textContent).toBe("Move Keybearer to the Applications folder first.");
  expect(find("command-line-by-hand-value")).toBeNull();
});

test("what such an app refuses does not stay ticked", async () => {
  await open("scene=settings&system=mac&fail=translocated");
  await press("autostart", 1000);
  expect(find("toast")?.textContent).toContain("Move Keybearer to the Applications folder first.");
  expect((find("autostart") as HTMLInputElement).checked).toBe(false);
});

test("where the folder is the administrator's, the line to type is shown", async () => {
  await open("scene=settings&system=mac&fail=link");
  await press("link-command-line", 1000);
  expect(find("command-line-by-hand-value")?.textContent).toContain(
    "sudo ln -sf '/Applications/Keybearer.app/Contents/MacOS/keybearer' /usr/local/bin/keybearer",
  );
});
