// Using a token, on the real screens: filling in a request, sending it, reading the answer, and copying. What writes is confirmed first.
import { beforeEach, expect, test, vi } from "vitest";
import { linesOf, linesWith, pieces } from "../src/text/lines";
import { menu, find, open, press, settle, type } from "./window";

// The screen is fetched and compiled in the first of these; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 20_000 });

const text = (id: string) => find(id)?.textContent ?? "";
const disabled = (id: string) => (find(id) as HTMLButtonElement | null)?.disabled;
const submit = async () => {
  find("try-send")?.closest("form")?.requestSubmit();
  await settle(800);
};

/** Opens a panel, once it has been fetched. */
async function unfold(id: string) {
  for (let tries = 0; tries < 20 && !find(id); tries++) await settle(20);
  if (find(id)?.getAttribute("aria-expanded") !== "true") await press(id);
  await settle(20);
}

beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
});

test("a line falls into its name, what was looked for, and the rest", () => {
  const plain = (line: string, wanted: string) =>
    pieces(line, wanted).map(({ text, name, hit }) => `${name ? "n" : ""}${hit ? "h" : ""}:${text}`);
  expect(plain('  "id": "1"', "")).toEqual([":  ", 'n:"id"', ':: "1"']);
  expect(plain('"a\\": ": "Aa"', "a")).toEqual(['n:"', "nh:a", 'n:\\": "', ':: "', "h:A", "h:a", ':"']);
  expect(plain("", "x")).toEqual([]);
  expect(
    pieces('"id": "ID"', "id")
      .map(({ text }) => text)
      .join(""),
  ).toBe('"id": "ID"');
  expect(linesWith(["one", "TWO", "İ two"], "two")).toEqual([1]);
});

test("however long its lines are, a text is drawn in short ones, and what is found far behind alone", async () => {
  expect(linesOf("")).toEqual([]);
  expect(linesOf("a\n\nb")).toEqual(["a", "", "b"]);
  const one = "0123456789".repeat(1234);
  expect(linesOf(`x\n${one}`).every((line) => line.length <= 2000)).toBe(true);
  expect(linesOf(`x\n${one}`).join("")).toBe(`x${one}`);
  const api = await open("scene=try");
  const many = Array.from({ length: 50_000 }, (_, n) => (n === 40_000 ? "here" : `"${n}"`)).join("\n");
  vi.spyOn(api, "tryCall").mockResolvedValue({
    status: 200,
    ms: 1,
    content_type: "text/plain",
    rate: null,
    retry_after: null,
    text: many,
    is_json: false,
  });
  await vi.dynamicImportSettled();
  await unfold("try");
  await submit();
  const drawn = () => [...document.querySelectorAll<HTMLElement>("[data-line]")];
  expect(drawn()).toHaveLength(1000);
  type("try-find", "here");
  await settle(20);
  find("try-find")?.closest("form")?.requestSubmit();
  await settle(20);
  expect(drawn().length).toBeLessThanOrEqual(1000);
  expect(drawn().find((line) => line.dataset.line === "40000")?.textContent).toBe("here");
  const from = Number(drawn()[0]?.dataset.line);
  find("try-before")?.click();
  await settle(20);
  expect(Number(drawn()[0]?.dataset.line), "what stands before it can be read, too").toBe(from - 1000);
  type("try-find", "");
  await settle(20);
  expect(drawn()[0]?.dataset.line).toBe("0");
});

test("a form is filled in, shown as it will be sent, and its answer can be searched and copied", async () => {
  const api = await open("scene=account");
  const call = vi.spyOn(api, "tryCall");
  const copied = vi.spyOn(api, "copyText");
  find("account-a1")?.click();
  await settle(400);
  await vi.dynamicImportSettled();
  await unfold("try");
  expect(text("request")).toContain("?limit=20");
  expect(text("request")).not.toContain("exclude_replies");
  type("try-limit", "41");
  await settle(20);
  expect(document.body.textContent).toContain("A whole number from 1 to 40.");
  expect(disabled("try-send")).toBe(true);
  type("try-limit", "3");
  await press("try-only_media", 20);
  expect(text("request")).toContain("?limit=3&only_media=true");
  await submit();
  expect(call).toHaveBeenLastCalledWith("a1", "statuses", { limit: "3", exclude_replies: "", only_media: "true", pinned: "" }, false);
  expect(text("try-status")).toBe("200 · responded");
  expect(text("try-left")).toBe("299 of 300 requests left");
  type("try-find", "PRACTICE post");
  await settle(20);
  expect(text("try-found")).toBe("found in 3 lines");
  expect(document.querySelectorAll("mark")).toHaveLength(3);
  await press("try-copy", 20);
  expect(copied.mock.lastCall?.[0]).toContain("Practice post 3");
});

test("what writes is sent only after a question, whose safe button is no", async () => {
  const api = await open("scene=try");
  const call = vi.spyOn(api, "tryCall");
  await vi.dynamicImportSettled();
  await unfold("try");
  const list = find("try-call") as HTMLSelectElement;
  list.value = "invalidate-token";
  list.dispatchEvent(new Event("change", { bubbles: true }));
  await settle(20);
  await submit();
  expect(find("confirm")).not.toBeNull();
  expect(call).not.toHaveBeenCalled();
  await press("dismiss", 20);
  expect(call).not.toHaveBeenCalled();
  await submit();
  find("confirm")?.closest("form")?.requestSubmit();
  await settle(800);
  expect(call.mock.lastCall?.[3]).toBe(true);
  expect(find("confirm")).toBeNull();
  expect(text("try-status")).toContain("200");
});

test("a price is said, and a failure on the way is three sentences", async () => {
  await open("scene=try-costs&fail=server-unreachable");
  await vi.dynamicImportSettled();
  await unfold("try");
  expect(text("try-costs")).toContain("cent");
  await submit();
  expect(find("error")?.dataset.code).toBe("server-unreachable");
  expect(find("try-answer")).toBeNull();
});

test("a copy is made by the shell, and only what holds no secret is saved", async () => {
  const api = await open("scene=copy-as");
  const copy = vi.spyOn(api, "copyAs");
  await vi.dynamicImportSettled();
  await settle(300);
  await press("copy-shown-curl", 400);
  expect(copy).toHaveBeenCalledWith("a1", "curl");
  expect(text("toast")).toContain("Copied: curl command");
  expect(text("shown-curl")).toContain("Bearer ••••••••");
  const saves = () => [...document.querySelectorAll<HTMLElement>("[data-testid^=save-]")].map((button) => button.dataset.testid);
  expect(saves()).toEqual(["save-shown-worker"]);
  await press("save-shown-worker", 20);
  expect(text("toast")).toContain("statuses-worker.js");
});

test("the menu beside the button has the other forms, and leads to their previews", async () => {
  const api = await open("scene=endless");
  const copy = vi.spyOn(api, "copyAs");
  await menu("copy-as-env", 400, "copy-menu");
  expect(copy).toHaveBeenCalledWith("a1", "env");
  expect(text("toast")).toContain("Copied: Lines for .env");
  expect(document.activeElement, "the focus is back at the menu's button").toBe(find("copy-menu"));
  await menu("save-worker", 20, "copy-menu");
  expect(text("toast")).toContain("statuses-worker.js");
  expect(find("shown-curl")).toBeNull();
  await menu("copy-as", 20, "copy-menu");
  expect(text("shown-curl")).toContain("Bearer ••••••••");
  await press("copy-as-close");
  expect(find("copy-as-panel")?.hidden).toBe(true);
});
