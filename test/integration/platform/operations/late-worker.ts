import { createInterface } from 'node:readline';
import { Secret } from '#platform/config/secret.ts';
import { openDatabase } from '#platform/database/database.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import { LATE_WORK } from './late-work.ts';
import type { LedgerTables } from './ledger.ts';

/**
 * A process that works at the operations it is given: `port database lease-ms keeper ids…`. It says `at-gate` when every step is at its gate,
 * goes on when a line comes in, and says `over` when nothing is in progress any more. keeper `off`: its timers never fire, so that it
 * does not learn that its leases are gone, and only the store can stop it.
 */
const [port, database, leaseMs, keeper, ...ids] = process.argv.slice(2);
const say = (word: string): void => void process.stdout.write(`${word}\n`);

const input = createInterface({ input: process.stdin });
const goOn = new Promise<void>((resolve) => input.once('line', () => resolve()));
let atGate = 0;

const never: Clock = {
  now: systemClock.now,
  sleep: (_ms, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve())),
};

const db = openDatabase<LedgerTables>({
  host: '127.0.0.1',
  port: Number(port),
  user: 'root',
  password: new Secret(''),
  database: database ?? '',
  poolSize: 8,
});
const engine = new OperationEngine({
  store: createSqlOperationStore(db),
  definitions: LATE_WORK,
  deps: {
    name: 'late',
    gate: () => {
      atGate += 1;
      if (atGate === ids.length) say('at-gate');
      return goOn;
    },
  },
  log: silentLogger,
  workerId: 'late',
  clock: keeper === 'off' ? never : systemClock,
  leaseMs: Number(leaseMs),
});
for (const id of ids) engine.wake(id);
await goOn;
while (engine.active > 0) await new Promise((resolve) => setImmediate(resolve));
say('over');
input.close();
await db.close();
