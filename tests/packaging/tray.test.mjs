// The packages for Linux need no library of a tray.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

test("Tauri's bundler sees no feature tray-icon", () => {
  const manifest = readFileSync("Cargo.toml", "utf8");
  assert.match(manifest, /^dependencies = \{ tauri = .*"tray-icon"/m, "other systems have it");
  // What the bundler reads: the tables of dependencies, of all systems.
  for (const line of manifest.split("\n").filter((line) => /^tauri\b/.test(line))) assert.doesNotMatch(line, /tray-icon/, line);
});
