import { scriptOptions } from '../support/script-options.ts';
import { compareSchedules } from '../unit/scheduler/schedule-pairs.ts';

const HELP = `node test/bench/schedule-pairs.ts [--pairs 100000] [--seed 1]

Compares the scheduler with its slow reference on so many pairs of a request and a region that changes between requests. Prints the first pair that
differs, with its seed, and then ends with 1.
`;
const options = scriptOptions(
  HELP,
  { pairs: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
  { counts: ['pairs', 'seed'] },
);

const began = performance.now();
const { pairs, placed, hostsConsidered, difference } = compareSchedules(Number(options.seed), Number(options.pairs));
const seconds = ((performance.now() - began) / 1_000).toFixed(0);
process.stdout.write(
  `${pairs} pairs in ${seconds} s: ${placed} with candidates, ${Math.round(hostsConsidered / pairs)} hosts each on average\n`,
);
if (difference !== null) {
  process.stdout.write(`seed ${difference.seed}, pair ${difference.pair} differs: ${difference.text}\n`);
  process.exitCode = 1;
}
