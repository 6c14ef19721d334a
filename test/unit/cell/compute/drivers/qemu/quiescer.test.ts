import { expect, test, vi } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { GuestRecord } from '../../../../../../cell/compute/drivers/qemu/guest-records.ts';
import { Quiescer } from '../../../../../../cell/compute/drivers/qemu/quiescer.ts';
import { aDesiredGuest } from '../../a-guest.ts';

const GUEST = 'a-guest';
const silent = new VolvoxError('unsupported', 'The guest agent does not answer.');
type Answer = 'done' | 'refused' | VolvoxError;

/** A guest whose agent answers as told, `done` at the end of the list; and a clock that jumps. */
function aGuest(answers: Answer[], before: Partial<GuestRecord> = {}) {
  let record = { desired: { ...aDesiredGuest(), guestId: GUEST }, ...before } as GuestRecord;
  const said: string[] = [];
  const waitedMs: number[] = [];
  const is = { up: true, withAgent: true };
  return {
    said,
    waitedMs,
    is,
    mayBeFrozen: () => record.mayBeFrozen === true,
    quiescer: new Quiescer({
      records: {
        get: () => record,
        all: () => [record],
        change: async (_id, part) => {
          record = { ...record, ...part };
        },
      },
      agents: {
        check: async () => {
          if (!is.withAgent) throw new VolvoxError('unsupported', 'No guest agent runs in the guest.');
        },
        ask: async (_id, { execute }) => {
          said.push(`${execute.replace('guest-fsfreeze-', '')}${record.mayBeFrozen === true ? '' : ' unnoted'}`);
          const answer = answers.shift() ?? 'done';
          if (answer instanceof VolvoxError) throw answer;
          return answer;
        },
      },
      machines: { state: async () => (is.up ? 'running' : 'gone') },
      log: silentLogger,
      clock: {
        now: () => 0,
        sleep: async (ms) => {
          waitedMs.push(ms);
          await turns(1);
        },
      },
    }),
  };
}
const thawed = (guest: ReturnType<typeof aGuest>) => vi.waitFor(() => expect(guest.mayBeFrozen()).toBe(false));

/** Lets everything that waits for nothing but its turn go on. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('notes that a guest may be frozen before it is, and until it is not', async () => {
  const guest = aGuest([]);
  const thaw = await guest.quiescer.freeze(GUEST);
  expect(guest.mayBeFrozen()).toBe(true);
  await thaw();
  expect(guest.mayBeFrozen()).toBe(false);
  expect(guest.said).toEqual(['freeze', 'thaw']);
});

test.each([['refused'], [silent]] as Answer[][])('thaws a guest whose agent answers %s to a freeze', async (answer) => {
  const guest = aGuest([answer ?? 'done']);
  await expect(guest.quiescer.freeze(GUEST)).rejects.toMatchObject({ kind: 'unsupported' });
  expect(guest.said).toEqual(['freeze', 'thaw']);
  expect(guest.mayBeFrozen()).toBe(false);
});

test('asks nothing of a guest without an agent, and notes nothing', async () => {
  const guest = aGuest([]);
  guest.is.withAgent = false;
  await expect(guest.quiescer.freeze(GUEST)).rejects.toMatchObject({ message: 'No guest agent runs in the guest.' });
  expect([guest.said, guest.mayBeFrozen()]).toEqual([[], false]);
});

test('asks a guest that does not thaw again and again, ever less often, and keeps nobody waiting', async () => {
  const guest = aGuest(['done', ...Array.from({ length: 7 }, () => silent), 'refused']);
  const thaw = await guest.quiescer.freeze(GUEST);
  await thaw();
  await thawed(guest);
  expect(guest.said).toEqual(['freeze', ...Array.from({ length: 9 }, () => 'thaw')]);
  expect(guest.waitedMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('thaws at its start what an agent left frozen, and no other guest', async () => {
  const left = aGuest([silent], { mayBeFrozen: true });
  left.quiescer.recover();
  await thawed(left);
  expect([left.said, left.waitedMs]).toEqual([
    ['thaw', 'thaw'],
    [0, 1_000],
  ]);
  const other = aGuest([]);
  other.quiescer.recover();
  expect(other.waitedMs).toEqual([]);
});

test('a guest whose machine has gone is not frozen', async () => {
  const guest = aGuest([], { mayBeFrozen: true });
  guest.is.up = false;
  guest.quiescer.recover();
  await thawed(guest);
  expect(guest.said).toEqual([]);
});

test('a guest that may still be frozen is thawed before it is frozen again, and is not thawed in the background meanwhile', async () => {
  const guest = aGuest(['done', silent, 'done', 'done'], {});
  await (await guest.quiescer.freeze(GUEST))();
  expect(guest.mayBeFrozen()).toBe(true);
  const thaw = await guest.quiescer.freeze(GUEST);
  await turns(5);
  expect(guest.said).toEqual(['freeze', 'thaw', 'thaw', 'freeze']);
  await thaw();
  expect(guest.mayBeFrozen()).toBe(false);
});

test('ends with the agent', async () => {
  const guest = aGuest(
    Array.from({ length: 1_000 }, () => silent),
    { mayBeFrozen: true },
  );
  guest.quiescer.recover();
  await turns(10);
  guest.quiescer.close();
  const said = guest.said.length;
  expect(said).toBeGreaterThan(2);
  await turns(10);
  expect(guest.said.length).toBeLessThanOrEqual(said + 1);
  expect(guest.mayBeFrozen()).toBe(true);
});
