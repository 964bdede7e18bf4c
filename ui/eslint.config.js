// What the linter holds this folder to: typed rules, no {@html}, no eval, and Tauri in one file only.
import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const tauriElsewhere = { patterns: [{ group: ["@tauri-apps/*"], message: "Only src/shell/connect.ts talks to the shell." }] };

export default ts.config(
  { ignores: ["dist/", "dist-stand-in/", "node_modules/", "src/shell/wire.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    rules: {
      "svelte/no-at-html-tags": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-restricted-imports": ["error", tauriElsewhere],
      "no-undef": "off",
    },
  },
  { files: ["src/shell/connect.ts"], rules: { "no-restricted-imports": "off" } },
);
