import { availableParallelism } from 'node:os';
import { scriptOptions } from '../support/script-options.ts';
import { BREAKAGES } from './breakages/index.ts';
import type { History } from './history/run-history.ts';
import { type Summary, simulate } from './simulation.ts';

const HELP = `npm run simulate -- [options]

Runs the real code of the api, the super-conductor, the conductors and the agents over an in-memory store and transport, in virtual time, while
processes die at every kind of wait and messages get lost; afterwards all books must fit. The same seed gives the same history.

  --histories N   how many (20000)
  --seed S        the first seed (1)
  --workers W     processes that run them (one a core)
  --replay SEED   one history, with every line that its processes say
  --break NAME    with a fault put into the code, until it is found: ${BREAKAGES.map(({ name }) => name).join(', ')}
  --quiet         only the last line
`;

const options = scriptOptions(
  HELP,
  {
    histories: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    replay: { type: 'string' },
    break: { type: 'string' },
    quiet: { type: 'boolean', default: false },
  },
  { counts: ['histories', 'seed', 'workers', 'replay'], choices: { break: BREAKAGES.map(({ name }) => name) } },
);

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const spaced = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ');

function tellWrong({ seed, violations }: History): void {
  say(`seed ${seed}: ${violations.length} ${violations.length === 1 ? 'violation' : 'violations'}`);
  for (const violation of violations) say(`  ${violation}`);
}

function restsOf({ rests }: Summary): string {
  const at = (part: number) => rests[Math.min(rests.length - 1, Math.floor(part * rests.length))];
  const seconds = (part: number) => `${((at(part)?.restedMs ?? 0) / 1000).toFixed(0)} s`;
  return `median ${seconds(0.5)}, 99 % ${seconds(0.99)}, most ${seconds(1)} (seed ${at(1)?.seed})`;
}

async function main(): Promise<number> {
  const breakage = options.break ?? null;
  if (options.replay !== undefined) {
    const firstSeed = Number(options.replay);
    const { wrong, events } = await simulate({ firstSeed, histories: 1, workers: 1, breakage, onLine: say });
    for (const history of wrong) tellWrong(history);
    say(`seed ${firstSeed}: ${wrong.length === 0 ? 'nothing wrong' : 'see above'}, ${events} events`);
    return wrong.length === 0 ? 0 : 1;
  }
  const [firstSeed, histories, workers] = [Number(options.seed), Number(options.histories), Number(options.workers)];
  let count = 0;
  const summary = await simulate({
    firstSeed,
    histories,
    workers,
    breakage,
    untilFound: breakage !== null,
    onHistory: (history) => {
      count += 1;
      if (history.violations.length > 0) tellWrong(history);
      if (!options.quiet && count % 1_000 === 0) say(`${spaced(count)} histories …`);
    },
  });
  const { wrong, crashes, faults, seconds, virtualSeconds, operations } = summary;
  if (!options.quiet) {
    const kinds = Object.entries(operations).sort(([a], [b]) => (a < b ? -1 : 1));
    say(`  idle after the last fault: ${restsOf(summary)}`);
    if (summary.lateStarts > 0)
      say(`  starts of a guest that was given up while its agent stood still: ${summary.lateStarts}`);
    for (const [kind, ended] of kinds) say(`  ${kind.padEnd(24)} ${spaced(ended).padStart(9)}`);
  }
  say(
    `${spaced(summary.histories)} histories, ${wrong.length === 0 ? '0 violations' : `${wrong.length} with violations`}, ${seconds.toFixed(0)} s, crashes ${spaced(crashes)}, ` +
      `faults ${spaced(faults)}, virtual time ${spaced(virtualSeconds / 3600)} h, seeds ${firstSeed}…${firstSeed + histories - 1}`,
  );
  const [first] = wrong;
  if (first !== undefined)
    say(`again: npm run simulate -- --replay ${first.seed}${breakage === null ? '' : ` --break ${breakage}`}`);
  return (wrong.length === 0) === (breakage === null) ? 0 : 1;
}

process.exitCode = await main();
