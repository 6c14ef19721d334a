import { rmSync } from 'node:fs';
import { afterAll } from 'vitest';
import { useTestRegion } from '../../support/use-test-region.ts';
import { prepareScene } from './prepare-scene.ts';
import { type Scene, sceneOf } from './scene.ts';
import { FILES } from './table-of-power.ts';

/** Deleted servers can be restored, and a shelved one stays on its host. */
const SETTINGS = {
  VOLVOX_CONDUCTOR_RECLAIM_INSTANCE_SECONDS: '3600',
  VOLVOX_CONDUCTOR_SHELVED_OFFLOAD_SECONDS: '-1',
};

/** A cell of two QEMU hosts for all tests of the `describe`. It has no members before. */
export function useScene(): Scene {
  const used = {} as Scene;
  useTestRegion({ cells: 1, simulatedHosts: 0, hosts: 2, settings: SETTINGS }, 240_000, async (region) => {
    Object.assign(used, await sceneOf(region, FILES));
    await prepareScene(used);
  });
  afterAll(() => rmSync(used.folder, { recursive: true, force: true }));
  return used;
}
