import { WRAPPINGS } from './wrappings.ts';

export type Outcome = 'delivered' | 'dropped' | 'in part' | 'does not apply';

export interface Row {
  readonly name: string;
  /** By wrapping. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

const SIGNS: Readonly<Record<Outcome, string>> = {
  delivered: 'D',
  dropped: '.',
  'in part': '?',
  'does not apply': ' ',
};
const NAMES = WRAPPINGS.map(({ name }) => name);
const LETTERS = NAMES.map((_, at) => String.fromCharCode('a'.charCodeAt(0) + at));

/** docs/frames.md. */
export const framesPage = (rows: readonly Row[]): string => `# What reaches the port next door

Written by the frame suite (\`vitest run --project integration test/integration/cell/network/frames -u\`, as root). The
suite builds a network with two ports by the driver of a Linux host, sends each frame from one tap in each wrapping,
and looks at what comes out of the other tap. [cell/network/README.md](../cell/network/README.md) has the rules.

D: all of it arrived. A point: nothing arrived that a receiver could take; of a packet in fragments, not the first one.
Blank: the wrapping does not fit the frame.

${NAMES.map((name, at) => `- ${LETTERS[at]}: ${name}`).join('\n')}

\`\`\`text
${frameTable(rows)}
\`\`\`
`;

/** A line for each frame, a letter for each wrapping. */
function frameTable(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const line = (name: string, cells: readonly string[]) => `${name.padEnd(width)}  ${cells.join(' ')}`.trimEnd();
  return [
    line('frame', LETTERS),
    ...rows.map(({ name, outcomes }) =>
      line(
        name,
        NAMES.map((wrapping) => SIGNS[outcomes.get(wrapping) ?? 'does not apply']),
      ),
    ),
  ].join('\n');
}
