// What a provider file of the person's own may put on the screen: letters, the data of one path, and links with their hosts. And the
// platforms that come after the first view.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fake } from "../src/fake/fake";
import { providers } from "../src/fake/platforms";
import Mark from "../src/parts/Mark.svelte";
import type { MarkView, ProviderView } from "../src/shell/wire";
import { Model } from "../src/state/model.svelte";
import { stepsOf } from "../src/state/platform";
import { speak } from "../src/text/words.svelte";

let drawn: ReturnType<typeof mount> | undefined;

beforeEach(() => speak("en"));
afterEach(() => {
  if (drawn) void unmount(drawn);
  drawn = undefined;
});

function draw(path: string | null): HTMLElement {
  const mark: MarkView = { letters: "A", color: "#2f6f4f", icon: null, path };
  drawn = mount(Mark, { target: document.body, props: { mark } });
  flushSync();
  return document.querySelector<HTMLElement>(".mark") as HTMLElement;
}

test("an icon is the data of one path", () => {
  const mark = draw("M12 2 2 22h20z");
  expect(mark.querySelectorAll("svg path")).toHaveLength(1);
  expect(mark.querySelector("path")?.getAttribute("d")).toBe("M12 2 2 22h20z");
});

test.each(['M0 0" onload="alert(1)', "<script>alert(1)</script>", "url(https://evil.example)", "M0 0\nL1 1", "M".repeat(4097), ""])(
  "anything else is not drawn: %s",
  (path) => {
    const mark = draw(path);
    expect(mark.querySelector("svg, script")).toBeNull();
    expect(mark.textContent?.trim()).toBe("A");
  },
);

test("a step's link shows its host, in a file of the person's own", () => {
  const shipped = providers.find((one) => !one.custom && one.console.some((step) => step.link)) as ProviderView;
  expect(stepsOf(shipped, "before").every(({ host }) => host === "")).toBe(true);
  const own = stepsOf({ ...shipped, custom: true }, "before").filter(({ step }) => step.link);
  expect(own.length).toBeGreaterThan(0);
  for (const { step, host } of own) expect(host).toBe(new URL(step.link ?? "").host);
});

test("the other platforms come after the first view, and stay through the next one", async () => {
  const { api } = fake(new URLSearchParams());
  const all = (await api.catalogue()).map(({ id }) => id);
  const view = await api.view();
  const used = view.providers.filter(({ id }) => id === "threads");
  const later = { ...api, view: async () => ({ ...view, providers: used }), onChanged: () => undefined };
  const model = new Model(later, { ...view, providers: used });
  expect(model.view.providers.map(({ id }) => id)).toEqual(["threads"]);
  await Promise.resolve();
  await Promise.resolve();
  expect(model.view.providers.map(({ id }) => id)).toEqual(all);
  await model.refresh();
  expect(model.view.providers.map(({ id }) => id)).toEqual(all);
});
