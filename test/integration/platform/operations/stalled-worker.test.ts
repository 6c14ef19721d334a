import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '#platform/logging/logger.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { useTestDatabase } from '../../../support/use-test-database.ts';
import { waitUntil } from '../../../support/wait-until.ts';
import { ENDINGS, LATE_WORK } from './late-work.ts';
import { LEDGER_MIGRATIONS, type LedgerTables } from './ledger.ts';

const SCRIPT = join(import.meta.dirname, 'late-worker.ts');
const LEASE_MS = 600;

/** A process of late-worker.ts and the words it says, in order. */
class LateProcess {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #words: string[] = [];

  constructor(args: readonly (string | number)[]) {
    this.child = spawn('node', [SCRIPT, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.child.stdout }).on('line', (word) => this.#words.push(word));
  }

  says(word: string): Promise<unknown> {
    return waitUntil(`the late worker to say ${word}`, () => this.#words.includes(word));
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

const test = useTestDatabase<LedgerTables>(LEDGER_MIGRATIONS);

const everything = async () => ({
  operations: await test.database.read.selectFrom('operations').selectAll().orderBy('id').execute(),
  ledger: await test.database.read.selectFrom('ledger').selectAll().orderBy('seq').execute(),
});

describe('a worker that was stalled for longer than its lease', () => {
  for (const keeper of ['on', 'off'])
    it(`does no harm when it goes on, its keeper of leases ${keeper}`, async () => {
      const engine = new OperationEngine({
        store: createSqlOperationStore(test.database),
        definitions: LATE_WORK,
        deps: { name: 'quick', gate: async () => undefined },
        log: silentLogger,
        workerId: 'quick',
        reapEveryMs: 20,
      });
      const ids = new Map(ENDINGS.map((kind) => [kind, randomUUID()]));
      const rest = { subject: 's', params: {}, requestId: 'req', userId: null, projectId: null };
      await test.database.transaction(async (tx) => {
        for (const [kind, id] of ids) await engine.begin(tx, { id, kind, ...rest });
      });
      const { port, database } = test.config;
      const late = new LateProcess([port, database, LEASE_MS, keeper, ...ids.values()]);
      try {
        await late.says('at-gate');
        late.child.kill('SIGSTOP');

        await engine.start();
        const rowOf = (kind: (typeof ENDINGS)[number]) =>
          createSqlOperationStore(test.database).get(ids.get(kind) ?? '');
        await waitUntil('another worker to do it all', async () => {
          const [commit, done, wait, fail] = await Promise.all(ENDINGS.map(rowOf));
          const over = commit?.state === 'done' && done?.state === 'done';
          return over && wait?.history[0]?.message === 'quick' && fail?.state === 'undone';
        });
        await engine.stop();
        const before = await everything();
        expect(before.ledger.filter((line) => line.operation_id === ids.get('commit'))).toMatchObject([
          { worker: 'quick' },
        ]);

        late.child.stdin.write('go on\n');
        late.child.kill('SIGCONT');
        await late.says('over');
        expect(await everything()).toEqual(before);
        const due = await createSqlOperationStore(test.database).due(Date.now(), 100);
        expect(due, 'what waits was not woken').not.toContain(ids.get('wait'));
      } finally {
        await late.end();
        await engine.stop();
      }
    });
});
