import { expect, test } from 'vitest';
import { Rooms } from '../../../../../cell/compute/disk-copy/rooms.ts';

const never = new AbortController().signal;

test('no more rooms are in use at once than there may be, and each is used by one', async () => {
  const rooms = new Rooms(2);
  const inUse = new Set<Buffer>();
  const order: number[] = [];
  let most = 0;
  await Promise.all(
    [0, 1, 2, 3, 4].map((who) =>
      rooms.use(8, never, async (room) => {
        order.push(who);
        expect(inUse.has(room)).toBe(false);
        inUse.add(room);
        most = Math.max(most, inUse.size);
        await new Promise((resolve) => setImmediate(resolve));
        inUse.delete(room);
      }),
    ),
  );
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4]);
});

test('who waits and is aborted goes, and takes nobody else the turn', async () => {
  const rooms = new Rooms(1);
  const held: { release: () => void } = { release: () => undefined };
  const first = rooms.use(8, never, () => new Promise<void>((resolve) => Object.assign(held, { release: resolve })));
  await Promise.resolve();
  const abort = new AbortController();
  const aborted = rooms.use(8, abort.signal, async () => 'never');
  const last = rooms.use(8, never, async () => 'in the end');
  abort.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  held.release();
  await first;
  expect(await last).toBe('in the end');
});

test('a room whose work failed is there for the next', async () => {
  const rooms = new Rooms(1);
  const failing = rooms.use(8, never, async () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await rooms.use(8, never, async (room) => room.length)).toBe(8);
});
