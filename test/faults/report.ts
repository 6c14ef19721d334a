import { cpus, totalmem } from 'node:os';
import type { Outcome } from './measure-fault.ts';

/** Whether a run is what is promised: everything done, nothing refused, even books, nothing left. */
export const isEven = ({ count, done, refused, uneven, left }: Outcome): boolean =>
  done === count && refused.length === 0 && uneven.length === 0 && left.length === 0;

const headline = ({ done, error, stuck }: Outcome): string => `${done} / ${error} / ${stuck}`;

const leftOf = ({ uneven, left, refused }: Outcome): string =>
  [...refused.map((message) => `refused: ${message}`), ...uneven, ...left].join('; ') || 'nothing';

/** One line on the terminal. */
export const line = (outcome: Outcome): string =>
  [
    isEven(outcome) ? 'ok    ' : 'FAILED',
    outcome.fault.title.padEnd(48),
    headline(outcome).padEnd(12),
    `${outcome.secondsAfter.toFixed(1)} s after`.padEnd(14),
    `in flight ${outcome.inFlight}`.padEnd(14),
    `left: ${leftOf(outcome)}`,
  ].join(' ');

/** docs/faults.md. */
export function report(outcomes: readonly Outcome[]): string {
  const gib = Math.round(totalmem() / 2 ** 30);
  const rows = outcomes.map((outcome) => {
    const { fault, count, inFlight, secondsAfter } = outcome;
    const cells = [fault.title, `${count}`, `${inFlight}`, headline(outcome), `${secondsAfter.toFixed(1)} s`];
    return `| ${[...cells, leftOf(outcome), fault.nova].join(' | ')} |`;
  });
  return `# What faults do to work in progress

Made by \`npm run test:faults\` on ${new Date().toISOString().slice(0, 10)}, on ${cpus().length} processors and ${gib} GiB that the whole region and its clients share:
two cells of simulated hosts on which a guest takes 2 s to start. 16 clients ask for all of it at once; the fault strikes when half
has been accepted. A process that is killed (\`kill -9\`) is started again by the region's supervisor.

Outcomes are ACTIVE / ERROR / stuck for good (for resizes: waiting for their confirmation / ERROR / stuck; for moves: ACTIVE in the other cell / ERROR / anything else); afterwards half of the resizes are
confirmed and half reverted. *After* is the time from the end of the fault until the last one was done. *Left* is what did not agree
while the servers lived (homes, cells' rows, guests, claims, hosts, quota, ports, bindings, processes on hosts, operations, jobs), and
whatever of it was left after all were deleted. The last column is OpenStack Nova 26.2 with the same fault and 50 builds, one run each, on
such a machine.

| fault | asked for | in flight | outcome | after | left | Nova 26.2 |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
