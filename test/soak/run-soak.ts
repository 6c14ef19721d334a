import { interruptible } from '../support/interruptible.ts';
import { scriptOptions } from '../support/script-options.ts';
import { startTestRegion } from '../support/test-region.ts';
import { soak } from './soak.ts';

const HELP = `npm run test:soak -- [options]

Starts a region of two cells with simulated hosts, makes servers, and lets many clients change the same servers at once by every call there is,
chosen by chance. Then everything must become idle, every server must be deletable, and nothing may be left. Prints how many answers had which
status, and every fault: an answer of 5xx, a process that ended or logged an error, a server that is stuck, a row or a guest too many.
Ends with 1 when there is one.

  --seconds N   how long calls are sent (120)
  --servers N   how many servers (40)
  --clients N   how many calls at once (12)
  --hosts N     simulated hosts over both cells (20)
  --seed N      of the choices (1)
`;

const options = scriptOptions(
  HELP,
  {
    seconds: { type: 'string', default: '120' },
    servers: { type: 'string', default: '40' },
    clients: { type: 'string', default: '12' },
    hosts: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
  { counts: ['seconds', 'servers', 'clients', 'hosts', 'seed'] },
);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const region = await startTestRegion({ cells: 2, simulatedHosts: Number(options.hosts) });
  try {
    const { answers, calls, faults, quarantined, idleMs, emptyMs } = await soak(region, {
      servers: Number(options.servers),
      clients: Number(options.clients),
      ms: Number(options.seconds) * 1_000,
      seed: Number(options.seed),
      onProgress: (done) => process.stderr.write(`${done} calls\n`),
    });
    for (const [name, counts] of [...answers].sort(([one], [other]) => one.localeCompare(other))) {
      const statuses = [...counts].sort(([one], [other]) => one - other);
      say(`${name.padEnd(18)}${statuses.map(([status, count]) => `${status}: ${count}`).join(', ')}`);
    }
    for (const fault of faults) say(`FAULT ${fault}`);
    say(
      `soak: ${calls} calls, ${faults.length} faults, ${quarantined} quarantined, idle after ${idleMs} ms, empty after ${emptyMs} ms`,
    );
    process.exitCode = faults.length === 0 ? 0 : 1;
  } finally {
    await region.remove();
  }
}

await interruptible(main);
