import { expect, test } from 'vitest';
import { BufferPool } from '../../../../../cell/compute/disk-transfer/buffer-pool.ts';

const never = new AbortController().signal;

test('the pool has no more buffers in use than its limit, and each has one user', async () => {
  const buffers = new BufferPool(2);
  const inUse = new Set<Buffer>();
  const order: number[] = [];
  let most = 0;
  await Promise.all(
    [0, 1, 2, 3, 4].map((who) =>
      buffers.use(8, never, async (buffer) => {
        order.push(who);
        expect(inUse.has(buffer)).toBe(false);
        inUse.add(buffer);
        most = Math.max(most, inUse.size);
        await new Promise((resolve) => setImmediate(resolve));
        inUse.delete(buffer);
      }),
    ),
  );
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4]);
});

test('who waits and is aborted goes, and takes nobody else the turn', async () => {
  const buffers = new BufferPool(1);
  const pending: { release: () => void } = { release: () => undefined };
  const first = buffers.use(
    8,
    never,
    () => new Promise<void>((resolve) => Object.assign(pending, { release: resolve })),
  );
  await Promise.resolve();
  const abort = new AbortController();
  const aborted = buffers.use(8, abort.signal, async () => 'never');
  const last = buffers.use(8, never, async () => 'in the end');
  abort.abort(new Error('enough'));
  await expect(aborted).rejects.toThrow('enough');
  pending.release();
  await first;
  expect(await last).toBe('in the end');
});

test('the next caller gets a buffer whose work failed', async () => {
  const buffers = new BufferPool(1);
  const failing = buffers.use(8, never, async () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await buffers.use(8, never, async (buffer) => buffer.length)).toBe(8);
});
