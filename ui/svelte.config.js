// Svelte's own settings: runes in every file of ours, TypeScript in <script lang="ts">, and short names for scoped styles.
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true, cssHash: ({ hash, css }) => `s${hash(css)}` },
};
