import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { interruptible } from '../support/interruptible.ts';
import { scriptOptions } from '../support/script-options.ts';
import { startTestRegion } from '../support/test-region.ts';
import { FAULTS } from './faults.ts';
import { measureFault, type Outcome } from './measure-fault.ts';
import { isEven, line, report } from './report.ts';

const HELP = `npm run test:faults -- [options]

Repeats the faults that were measured on OpenStack Nova, on a region of two cells with simulated hosts that it starts and removes:
50 builds by 16 clients, and a fault in the middle. Prints ACTIVE / ERROR / stuck and what is left after deleting all. With every fault
it writes docs/faults.md. Ends with 1 when anything is not as promised.

  --fault NAME  only this one; may be repeated: ${FAULTS.map(({ name }) => name).join(', ')}
`;
const HOSTS = 8;
const SPAWN_MS = 2_000;
const REPORT = resolve(import.meta.dirname, '../../docs/faults.md');

const options = scriptOptions(
  HELP,
  { fault: { type: 'string', multiple: true } },
  { choices: { fault: FAULTS.map(({ name }) => name) } },
);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const only = options.fault ?? [];
  const faults = FAULTS.filter(({ name }) => only.length === 0 || only.includes(name));
  process.env.VOLVOX_COMPUTE_FAKE_SPAWN_MS = String(SPAWN_MS);
  const region = await startTestRegion({ cells: 2, simulatedHosts: HOSTS });
  const outcomes: Outcome[] = [];
  try {
    for (const fault of faults) {
      const outcome = await measureFault(region, fault);
      outcomes.push(outcome);
      say(line(outcome));
    }
  } finally {
    await region.remove();
  }
  if (only.length === 0) writeFileSync(REPORT, report(outcomes));
  process.exitCode = outcomes.every(isEven) ? 0 : 1;
}

await interruptible(main);
