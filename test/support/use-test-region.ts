import { afterAll, beforeAll } from 'vitest';
import { memoryFolder } from './memory-folder.ts';
import { startTestRegion, type TestRegion, type TestRegionSize } from './test-region.ts';

const REMOVED_MS = 180_000;

/**
 * One region for all tests of the file or of the `describe`; `prepare` makes what they begin with. It has no members before that.
 * @param readyMs how long both may take.
 */
export function useTestRegion(
  size: TestRegionSize,
  readyMs: number,
  prepare: (region: TestRegion) => Promise<void> = async () => undefined,
): TestRegion {
  const used = {} as TestRegion;
  beforeAll(async () => {
    Object.assign(used, await startTestRegion({ parent: memoryFolder(), ...size }));
    await prepare(used);
  }, readyMs);
  afterAll(() => used.remove?.(), REMOVED_MS);
  return used;
}
