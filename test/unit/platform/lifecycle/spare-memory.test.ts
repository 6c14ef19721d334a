import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const MODULE = new URL('../../../../platform/lifecycle/spare-memory.ts', import.meta.url).href;

/** Fills its heap, drops it, and rests; prints its heap, MiB, before and after it gave back. */
const PROGRAM = `
const { spareMemory } = await import(${JSON.stringify(MODULE)});
const heap = () => process.memoryUsage().heapTotal / 2 ** 20;
let held = Array.from({ length: 400_000 }, (_, at) => ({ at, text: 'x'.repeat(at % 50) + at }));
const before = heap();
held = null;
const busy = process.argv[1] === 'busy';
let gaveBack = 0;
spareMemory({ restMs: 50, gaveBack: () => { gaveBack += 1; } });
const end = Date.now() + 1_500;
const work = () => {
  if (Date.now() > end) return console.log(JSON.stringify({ before, after: heap(), gaveBack }));
  for (const until = performance.now() + (busy ? 15 : 0); performance.now() < until; );
  setTimeout(work, 5);
};
work();
`;

async function after(how: 'rests' | 'busy'): Promise<{ before: number; after: number; gaveBack: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PROGRAM, how]);
  return JSON.parse(stdout);
}

it('a process that rests gives back what it does not need, once', async () => {
  const { before, after: left, gaveBack } = await after('rests');
  expect(gaveBack).toBe(1);
  expect(left).toBeLessThan(before / 2);
});

it('one that works does not pause for it', async () => {
  expect((await after('busy')).gaveBack).toBe(0);
});
