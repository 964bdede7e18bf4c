// The rules of this folder: one way to the shell, one direction of imports, no words outside the locales, no raw HTML, and files with
// a head comment.
import { dirname, join } from "node:path";
import { parse, type AST } from "svelte/compiler";
import { expect, test } from "vitest";
import { read, sources } from "./files";

const files = sources();

test("Tauri is named in one file", () => {
  expect(files.filter(({ text }) => /from "@tauri-apps/.test(text)).map(({ path }) => path)).toEqual(["src/shell/connect.ts"]);
});

test("the stand-in is loaded only on demand", () => {
  for (const { path, text } of files) {
    if (!path.startsWith("src/fake/")) expect(text, path).not.toMatch(/from "[./a-z]*\/fake\//);
  }
});

test("rooms import the rooms below them only", () => {
  const ROOMS = ["shell", "text", "state", "parts", "views"];
  const found: string[] = [];
  for (const { path, text } of files) {
    const room = ROOMS.indexOf(path.split("/")[1] ?? "");
    if (room < 0) continue;
    for (const [, from = ""] of text.matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)) {
      const other = join(dirname(path), from).split("/")[1] ?? "";
      if (ROOMS.indexOf(other) < 0 || ROOMS.indexOf(other) > room) found.push(`${path}: ${from}`);
    }
  }
  expect(found).toEqual([]);
});

test("every file says what it is for, and stays short", () => {
  for (const { path, text } of files) {
    if (path === "src/shell/wire.ts") continue; // generated from Rust
    expect(text.split("\n").length, path).toBeLessThanOrEqual(500);
    expect(text, path).toMatch(/^(\/\/ |<!-- |\/\* )/);
    expect(path).not.toMatch(/Manager|Service|Helper|Util/i);
  }
});

test("no words stand in a template", () => {
  const spoken = /\p{L}{2,}/u;
  const measure = /^px$/;
  const words = ["title", "alt", "placeholder", "aria-label"];
  const found: string[] = [];
  for (const { path, text } of files) {
    if (!path.endsWith(".svelte")) continue;
    const walk = (node: unknown): void => {
      if (Array.isArray(node)) return node.forEach(walk);
      if (typeof node !== "object" || node === null) return;
      const { type, data, name, value } = node as { type?: string; data?: string; name?: string; value?: unknown };
      if (type === "Text" && spoken.test(data ?? "") && !measure.test(data ?? "")) found.push(`${path}: ${data}`);
      if (type === "HtmlTag") found.push(`${path}: {@html}`);
      if (type === "Attribute") {
        if (name === "style") found.push(`${path}: style attribute, which the CSP would block`);
        if (words.includes(name ?? "") && Array.isArray(value)) walk(value);
        return;
      }
      for (const [key, child] of Object.entries(node)) if (key !== "css" && key !== "instance" && key !== "module") walk(child);
    };
    walk((parse(text, { modern: true }) as AST.Root).fragment);
  }
  expect(found).toEqual([]);
});

test("no space stands between two sentences: Chinese has none", () => {
  const INLINE = ["b", "p"];
  const said = /\b(?:t|pick|join|label|sentences)\(|\.(?:what|means|press)\b/;
  const found: string[] = [];
  for (const { path, text } of files) {
    if (!path.endsWith(".svelte")) continue;
    const source = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
    /** Words of a message, and nothing after them. */
    const speaks = (node: AST.Fragment["nodes"][number] | undefined): boolean => {
      if (node?.type === "ExpressionTag") return said.test(source(node));
      if (node?.type === "IfBlock") return speaks(node.consequent.nodes.at(-1)) || speaks(node.consequent.nodes[0]);
      return node?.type === "RegularElement" && INLINE.includes(node.name) && speaks(node.fragment.nodes.at(-1));
    };
    const walk = (node: unknown): void => {
      if (Array.isArray(node)) return node.forEach(walk);
      if (typeof node !== "object" || node === null) return;
      if ((node as { type?: string }).type === "Fragment") {
        const { nodes } = node as AST.Fragment;
        nodes.forEach((one, at) => {
          const [before, after] = [nodes[at - 1], nodes[at + 1]];
          const between = one.type === "Text" && one.data.trim() === "" && speaks(before) && speaks(after);
          // Two elements are boxes of their own, as a rule: then the space is not drawn.
          if (between && [before, after].some((side) => side?.type === "ExpressionTag")) found.push(`${path}: ${source(after ?? one)}`);
        });
      }
      for (const [key, child] of Object.entries(node)) if (key !== "css" && key !== "instance" && key !== "module") walk(child);
    };
    walk((parse(text, { modern: true }) as AST.Root).fragment);
  }
  expect(found).toEqual([]);
});

test("the accessibility walk knows every scene", () => {
  const scenes = [...read("src/fake/scenes.ts").matchAll(/^ {2}"?([a-z-]+)"?: \{/gm)].map(([, name]) => name);
  for (const scene of scenes) expect(read("axe.mjs"), scene).toMatch(new RegExp(`["\\s]${scene}["]?:`));
});
