// What a person may do with a sub-account, in words. A task without a message shows itself.
import { has, t } from "./words.svelte";

/** The tasks in one line. */
export function tasks(all: readonly string[]): string {
  const name = (task: string) => `task-${task.toLowerCase().replaceAll("_", "-")}`;
  return all.map((task) => (has(name(task)) ? t(name(task)) : task)).join(" · ");
}
