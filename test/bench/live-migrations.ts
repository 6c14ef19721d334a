import { hop } from '../integration/cell/compute/live-hops.ts';

/** `npm run bench:live`: migrates a guest that writes to its disk without a pause between two hosts of this machine, and tells what that cost. */
const TIMES = 20;

const { said, lost, switchMs } = await hop(TIMES);
const sorted = [...switchMs].sort((one, other) => one - other);
const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
const max = sorted.at(-1) ?? Number.NaN;
process.stdout.write(
  `${TIMES} live migrations, counter ${said}: ${lost.length} writes lost; from sent to running: median ${median.toFixed(0)} ms, maximum ${max.toFixed(0)} ms\n`,
);
process.exitCode = lost.length === 0 ? 0 : 1;
