// An attachment for the list of accounts: arrows, Home, End and the first letters of a name move between its rows. Rows are the
// elements with `data-row`; `data-name` is what is typed to reach one.

interface Acts {
  /** Folds (false) or unfolds (true) the platform of a row; false if there is nothing to do. */
  fold: (row: string, open: boolean) => boolean;
  /** Moves an account up (-1) or down (1) among its neighbours. */
  move: (row: string, by: -1 | 1) => void;
}

/** Letters typed within this many milliseconds belong together. */
const PAUSE = 800;

export function listKeys(acts: Acts): (node: HTMLElement) => () => void {
  return (node) => {
    let typed = "";
    let last = 0;

    const rows = () => [...node.querySelectorAll<HTMLElement>("[data-row]")];
    const focus = (row: HTMLElement | undefined) => {
      row?.focus();
      return row !== undefined;
    };

    /** The next row whose name begins with what was typed; the same letter again goes on to the one after it. */
    function find(letter: string, all: HTMLElement[], here: number): boolean {
      const now = Date.now();
      typed = now - last < PAUSE ? typed + letter : letter;
      last = now;
      const same = [...typed].every((one) => one === typed[0]);
      const wanted = same ? (typed[0] ?? "") : typed;
      const from = same ? here + 1 : here;
      const round = [...all.slice(from), ...all.slice(0, from)];
      return focus(round.find((row) => (row.dataset["name"] ?? "").startsWith(wanted)));
    }

    function press(event: KeyboardEvent): boolean {
      const all = rows();
      const here = all.findIndex((row) => row === document.activeElement);
      const row = all[here]?.dataset["row"];
      const typing = event.target instanceof HTMLInputElement;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key] as 1 | -1 | undefined;
      if (event.ctrlKey || event.metaKey) return false;
      if (event.altKey) {
        if (!step || !row) return false;
        acts.move(row, step);
        return true;
      }
      if (typing) return event.key === "ArrowDown" && focus(all[0]);
      if (step) return focus(all[Math.min(all.length - 1, Math.max(0, here + step))]);
      if (event.key === "Home") return focus(all[0]);
      if (event.key === "End") return focus(all.at(-1));
      if (!row) return false;
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        if (acts.fold(row, event.key === "ArrowRight")) return true;
        const head = all.slice(0, here).findLast((one) => one.hasAttribute("aria-expanded"));
        return event.key === "ArrowLeft" ? !all[here]?.hasAttribute("aria-expanded") && focus(head) : focus(all[here + 1]);
      }
      if (event.key.length === 1 && event.key !== " ") return find(event.key.toLowerCase(), all, here);
      return false;
    }

    const listen = (event: KeyboardEvent) => {
      if (press(event)) event.preventDefault();
    };
    node.addEventListener("keydown", listen);
    return () => node.removeEventListener("keydown", listen);
  };
}
