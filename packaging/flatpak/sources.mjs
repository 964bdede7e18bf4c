// The sources that a Flatpak is built from without a network, for flatpak-builder, by the lock files alone:
//   node packaging/flatpak/sources.mjs FOLDER     writes cargo-sources.json and npm-sources.json there
// Where the registries are, cargo and npm say: run it where they are set to the public ones.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const inline = (dest, name, contents) => ({ type: "inline", dest, "dest-filename": name, contents });

/** The crates of Cargo.lock as `cargo vendor` would lay them out. */
export function cargoSources(lock, dl) {
  const sources = [];
  for (const text of lock.split("[[package]]").slice(1)) {
    const field = (name) => new RegExp(`^${name} = "([^"]*)"$`, "m").exec(text)?.[1];
    const [name, version, source, checksum] = ["name", "version", "source", "checksum"].map(field);
    // A package of this workspace comes with it.
    if (!source) continue;
    if (!source.startsWith("registry+") || !checksum) throw new Error(`${name} ${version} comes from ${source}: only crates of the registry can be listed`);
    const known = { crate: name, version, "sha256-checksum": checksum };
    const url = dl.includes("{") ? dl.replace(/\{([a-z0-9-]+)\}/g, (_, key) => known[key] ?? "") : `${dl}/${name}/${version}/download`;
    const dest = `cargo/vendor/${name}-${version}`;
    sources.push({ type: "archive", "archive-type": "tar-gzip", url, sha256: checksum, dest });
    sources.push(inline(dest, ".cargo-checksum.json", JSON.stringify({ package: checksum, files: {} })));
  }
  const config = '[source.vendored]\ndirectory = "cargo/vendor"\n[source.crates-io]\nreplace-with = "vendored"\n';
  return [...sources, inline("cargo", "config.toml", config)];
}

/** The packages of a package-lock.json as files, and the same lock file saying that they lie there. */
export function npmSources(lock, registry, folder) {
  const sources = new Map();
  const packages = {};
  for (const [place, entry] of Object.entries(lock.packages)) {
    packages[place] = entry;
    // Not for this system: npm does not ask for it.
    if (!place || (entry.os && !entry.os.includes("linux"))) continue;
    if (!entry.integrity?.startsWith("sha512-")) throw new Error(`${place} has no sha512 in the lock file`);
    const name = entry.name ?? place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    const file = `${name.replace("/", "+")}-${entry.version}.tgz`;
    const url = `${registry.replace(/\/$/, "")}/${name}/-/${name.split("/").pop()}-${entry.version}.tgz`;
    const sha512 = Buffer.from(entry.integrity.slice("sha512-".length), "base64").toString("hex");
    sources.set(file, { type: "file", url, sha512, dest: `${folder}/packages`, "dest-filename": file });
    packages[place] = { ...entry, resolved: `file:packages/${file}` };
  }
  return [...sources.values(), inline(folder, "package-lock.json", `${JSON.stringify({ ...lock, packages }, null, 2)}\n`)];
}

/** Where cargo downloads crates from: its index says so. */
function cargoDownloads() {
  const indices = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry/index");
  const config = readdirSync(indices).map((name) => join(indices, name, "config.json"));
  return JSON.parse(readFileSync(config[0], "utf8")).dl;
}

if (import.meta.filename === process.argv[1]) {
  const folder = process.argv[2];
  const registry = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  const write = (name, sources) => writeFileSync(join(folder, name), `${JSON.stringify(sources, null, 1)}\n`);
  write("cargo-sources.json", cargoSources(readFileSync("Cargo.lock", "utf8"), cargoDownloads()));
  write("npm-sources.json", npmSources(JSON.parse(readFileSync("ui/package-lock.json", "utf8")), registry, "ui"));
}
