// An API's answer as lines, with member names and search hits marked. It is never parsed as JSON: its numbers would lose digits.

/** A piece of a line. */
export interface Piece {
  text: string;
  /** It is a member's name. */
  name: boolean;
  /** It is a search hit. */
  hit: boolean;
}

const NAME = /^(\s*)("(?:[^"\\]|\\.)*")(?=: )/;

/** Where a text occurs in a line, ignoring case. */
function* hits(line: string, wanted: string): Generator<number> {
  const low = line.toLowerCase();
  // A letter whose lower case is longer would shift all positions after it.
  if (!wanted || low.length !== line.length) return;
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + wanted.length)) yield at;
}

/** A line in pieces; `wanted` is in lower case. */
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

/** Longer lines are cut: the browser lays out each line as a whole, and an answer may be one line. */
const LONGEST = 2000;

/** A text in lines that can be drawn. */
export function linesOf(text: string): string[] {
  if (text === "") return [];
  const cut = (line: string) =>
    Array.from({ length: Math.ceil(line.length / LONGEST) }, (_, index) => line.slice(index * LONGEST, (index + 1) * LONGEST));
  return text.split("\n").flatMap((line) => (line.length > LONGEST ? cut(line) : line));
}

/** The numbers of the lines that contain a text. */
export function linesWith(lines: string[], wanted: string): number[] {
  return lines.flatMap((line, index) => (hits(line, wanted).next().done ? [] : [index]));
}
