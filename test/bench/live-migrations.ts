import { liveRounds } from '../support/live/live-rounds.ts';
import { TWO_HOSTS } from '../support/live/two-hosts.ts';
import { startTestRegion } from '../support/test-region.ts';

/**
 * `npm run bench:live [TIMES]`: migrates a guest that writes to its disk without a pause, and answers on one TCP connection every 50 ms, to and
 * fro between the two QEMU hosts of a region, and tells what that cost.
 */
const TIMES = Number(process.argv[2] ?? 20);

const medianAndMaximum = (values: readonly number[]): string => {
  const sorted = [...values].sort((one, other) => one - other);
  return `median ${sorted[Math.floor(sorted.length / 2)] ?? Number.NaN} ms, maximum ${sorted.at(-1) ?? Number.NaN} ms`;
};
const print = (line: string): void => void process.stdout.write(`${line}\n`);

Object.assign(process.env, { VOLVOX_LOG_LEVEL: 'info' });
const region = await startTestRegion(TWO_HOSTS);
try {
  const { migrations, taken, lost, broken, answers, gapsMs, downtimesMs } = await liveRounds(region, TIMES, print);
  print(`migrations: ${migrations}`);
  print(`writes lost: ${lost.length} of ${taken}`);
  print(`connection broken: ${broken ?? 'no'} (${answers} answers)`);
  print(`longest gap between two answers: ${medianAndMaximum(gapsMs)}`);
  print(`downtime as QEMU says: ${medianAndMaximum(downtimesMs)}`);
  process.exitCode = lost.length === 0 && broken === null ? 0 : 1;
} finally {
  await region.remove();
}
