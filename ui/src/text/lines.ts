// An answer as lines: the name of a member, and what was looked for, apart from the rest. Not for reading JSON: its numbers would lose digits.

/** A piece of a line. */
export interface Piece {
  text: string;
  /** The name of a member. */
  name: boolean;
  /** What was looked for. */
  hit: boolean;
}

const NAME = /^(\s*)("(?:[^"\\]|\\.)*")(?=: )/;

/** Where a text stands in a line, whatever its case. */
function* hits(line: string, wanted: string): Generator<number> {
  const low = line.toLowerCase();
  // Letters whose small form is longer would shift everything behind them.
  if (!wanted || low.length !== line.length) return;
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + wanted.length)) yield at;
}

/** A line in pieces; `wanted` is in small letters. */
export function pieces(line: string, wanted: string): Piece[] {
  const named = NAME.exec(line);
  const [from, to] = named ? [named[1]?.length ?? 0, named[0].length] : [0, 0];
  const found = [...hits(line, wanted)];
  const edges = [...new Set([0, from, to, line.length, ...found, ...found.map((at) => at + wanted.length)])].sort((a, b) => a - b);
  return edges.slice(1).map((end, index) => {
    const start = edges[index] ?? 0;
    return {
      text: line.slice(start, end),
      name: start >= from && end <= to,
      hit: found.some((at) => start >= at && end <= at + wanted.length),
    };
  });
}

/** Longer ones are cut: the window lays out a line as a whole, and an answer may be a single one. */
const LONGEST = 2000;

/** A text in lines that can be drawn. */
export function linesOf(text: string): string[] {
  if (text === "") return [];
  const cut = (line: string) =>
    Array.from({ length: Math.ceil(line.length / LONGEST) }, (_, index) => line.slice(index * LONGEST, (index + 1) * LONGEST));
  return text.split("\n").flatMap((line) => (line.length > LONGEST ? cut(line) : line));
}

/** The lines in which a text stands. */
export function linesWith(lines: string[], wanted: string): number[] {
  return lines.flatMap((line, index) => (hits(line, wanted).next().done ? [] : [index]));
}
