// script/manifests with files that stand in for a release's, and the Flatpak's sources from small lock files.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { cargoSources, npmSources } from "../../packaging/flatpak/sources.mjs";

const folder = mkdtempSync(join(tmpdir(), "keybearer-manifests-"));
after(() => rmSync(folder, { recursive: true }));
const sum = (text) => createHash("sha256").update(text).digest("hex");
const run = (...words) => spawnSync("script/manifests", words, { encoding: "utf8" });

test("a release's files become manifests", () => {
  writeFileSync(join(folder, "Keybearer_9.8.7_x64-setup.exe"), "an installer");
  const without = run("9.8.7", folder);
  assert.notEqual(without.status, 0, "a release without a disk image");
  assert.match(without.stderr, /Keybearer_9\.8\.7_universal\.dmg is missing/);
  writeFileSync(join(folder, "Keybearer_9.8.7_universal.dmg"), "a disk image");
  for (const words of [[], ["9.8.7"], ["v9.8.7", folder], ["9.8.7-rc.1", folder], ["9.8.7", join(folder, "nowhere")]]) assert.notEqual(run(...words).status, 0, words.join(" "));
  // Twice: the second run leaves nothing of the first.
  for (const _ of [1, 2]) assert.equal(run("9.8.7", folder).status, 0);

  const to = join(folder, "manifests");
  assert.deepEqual(readdirSync(to).sort(), ["flatpak", "homebrew", "winget"]);
  const read = (name) => readFileSync(join(to, name), "utf8");
  assert.deepEqual(readdirSync(join(to, "winget")).sort(), ["Keybearer.Keybearer.installer.yaml", "Keybearer.Keybearer.locale.en-US.yaml", "Keybearer.Keybearer.yaml"]);
  for (const name of readdirSync(join(to, "winget"))) {
    const text = read(`winget/${name}`);
    assert.match(text, /^PackageIdentifier: Keybearer\.Keybearer\nPackageVersion: 9\.8\.7$/m);
    // Each line is a key with a value, an item of a list, or a comment; no tabs, no key twice.
    const lines = text.trimEnd().split("\n");
    for (const line of lines) assert.match(line, /^(#.*|(- )?( {2})?[A-Za-z0-9]+:( \S.*)?|- \S+)$/, line);
    const keys = lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(":")[0]);
    assert.equal(new Set(keys).size, keys.length, name);
  }
  const installer = read("winget/Keybearer.Keybearer.installer.yaml");
  assert.match(installer, new RegExp(`InstallerSha256: ${sum("an installer").toUpperCase()}`));
  assert.match(installer, /InstallerUrl: https:\/\/github\.com\/keybearer\/keybearer\/releases\/download\/v9\.8\.7\/Keybearer_9\.8\.7_x64-setup\.exe/);
  const cask = read("homebrew/keybearer.rb");
  assert.match(cask, new RegExp(`sha256 "${sum("a disk image")}"`));
  assert.match(cask, /version "9\.8\.7"/);
  assert.equal((cask.match(/ do$|<<~EOS$/gm) ?? []).length, (cask.match(/^ *(end|EOS)$/gm) ?? []).length, "each block ends");
  const config = JSON.parse(readFileSync("tauri.conf.json", "utf8"));
  // A cask names macOS by its major version only.
  assert.match(config.bundle.macOS.minimumSystemVersion, /^13\.[1-9]/, "later than the first ventura");
  assert.match(cask, /depends_on macos: ">= :sonoma"/);

  const flatpak = read("flatpak/io.github.keybearer.yml");
  assert.match(flatpak, /tag: v9\.8\.7\n {8}commit: "[0-9a-f]{40}"/);
  assert.doesNotMatch(flatpak, /@[A-Z]+@/);
  const crates = JSON.parse(read("flatpak/cargo-sources.json"));
  const locked = readFileSync("Cargo.lock", "utf8").match(/^checksum = /gm).length;
  assert.equal(crates.filter(({ type }) => type === "archive").length, locked);
});

test("the Flatpak's entry, icon and metainfo name each other", () => {
  const manifest = readFileSync("packaging/flatpak/io.github.keybearer.yml", "utf8");
  const commands = manifest.split("build-commands:\n")[1].split("    sources:")[0].split(/^ {6}- /m).slice(1);
  const made = commands.map((command) => command.replace(/^\|\n/, "").replace(/^ {6}#.*$/gm, "").replace(/^ {8}/gm, ""));
  const root = join(folder, "flatpak-root");
  mkdirSync(root);
  for (const part of ["packaging", "icons"]) symlinkSync(resolve(part), join(root, part));
  for (const command of made.filter((one) => /metainfo|desktop >|\.svg/.test(one))) execFileSync("sh", ["-ec", command.replaceAll("/app/", `${root}/app/`)], { cwd: root });
  const share = join(root, "app/share");
  const entry = readFileSync(join(share, "applications/io.github.keybearer.desktop"), "utf8");
  const metainfo = readFileSync(join(share, "metainfo/io.github.keybearer.metainfo.xml"), "utf8");
  assert.doesNotMatch(entry, /\{\{/);
  const [, command] = manifest.match(/^command: (.*)$/m);
  for (const [, started] of entry.matchAll(/^Exec=(\S+)/gm)) assert.equal(started, command);
  assert.match(entry, /^StartupWMClass=keybearer-desktop$/m);
  assert.match(manifest, new RegExp(`install -Dm755 -t /app/bin .*${command}$`, "m"));
  const [, icon] = entry.match(/^Icon=(.*)$/m);
  readFileSync(join(share, `icons/hicolor/scalable/apps/${icon}.svg`));
  assert.ok(metainfo.includes(`<icon type="stock">${icon}</icon>`) && metainfo.includes(">io.github.keybearer.desktop</launchable>"), metainfo);
});

test("crates are laid out as cargo looks for them", () => {
  const lock = `version = 4

[[package]]
name = "ours"
version = "0.1.0"
dependencies = [
 "a-crate",
]

[[package]]
name = "a-crate"
version = "1.2.3"
source = "registry+https://registry.example/index"
checksum = "00ff"
`;
  const [archive, checksum, config] = cargoSources(lock, "https://crates.example/dl");
  assert.deepEqual(archive, { type: "archive", "archive-type": "tar-gzip", url: "https://crates.example/dl/a-crate/1.2.3/download", sha256: "00ff", dest: "cargo/vendor/a-crate-1.2.3" });
  assert.deepEqual(JSON.parse(checksum.contents), { package: "00ff", files: {} });
  assert.match(config.contents, /directory = "cargo\/vendor"/);
  assert.equal(cargoSources(lock, "https://crates.example/{crate}/{crate}-{version}.crate")[0].url, "https://crates.example/a-crate/a-crate-1.2.3.crate");
  assert.throws(() => cargoSources(lock.replace("registry+https", "git+https"), "https://crates.example"), /only crates of the registry/);
});

test("npm packages lie where the lock file says", () => {
  const integrity = `sha512-${Buffer.from("ab".repeat(64), "hex").toString("base64")}`;
  const lock = {
    name: "x", lockfileVersion: 3,
    packages: {
      "": { name: "x" },
      "node_modules/@scope/one": { version: "1.0.0", integrity },
      "node_modules/two/node_modules/@scope/one": { version: "1.0.0", integrity },
      "node_modules/mac": { version: "2.0.0", integrity, os: ["darwin"] },
    },
  };
  const sources = npmSources(lock, "https://npm.example/", "ui");
  assert.equal(sources.length, 2, "one package twice is one file, and a Mac's is none");
  assert.deepEqual(sources[0], { type: "file", url: "https://npm.example/@scope/one/-/one-1.0.0.tgz", sha512: "ab".repeat(64), dest: "ui/packages", "dest-filename": "@scope+one-1.0.0.tgz" });
  const written = JSON.parse(sources[1].contents);
  assert.equal(written.packages["node_modules/two/node_modules/@scope/one"].resolved, "file:packages/@scope+one-1.0.0.tgz");
  assert.equal(written.packages["node_modules/mac"].resolved, undefined);
  delete lock.packages["node_modules/@scope/one"].integrity;
  assert.throws(() => npmSources(lock, "https://npm.example", "ui"), /no sha512/);
});
