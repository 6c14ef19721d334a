import { rmSync } from 'node:fs';
import { afterAll, describe, it } from 'vitest';
import { newChangingServer, SLOW_MIGRATIONS } from '../../support/live/changing-guest.ts';
import { TWO_HOSTS } from '../../support/live/two-hosts.ts';
import { useTestRegion } from '../../support/use-test-region.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { runNova } from '../nova-process.ts';
import { useOpenstack } from '../use-openstack.ts';
import { isBootedAnew } from './effects.ts';
import { commandsOf, showEffect } from './guest-command.ts';
import { type Scene, sceneOf } from './scene.ts';
import { LIVE_MIGRATIONS } from './table-of-live-migrations.ts';

const BOOT_MS = 240_000;
const VERSION = '2.90';

/** Both clients, one after the other, on a guest whose live migration does not end by itself. */
describe('live migrations in progress', () => {
  const scene = {} as Scene;
  useTestRegion({ ...TWO_HOSTS, settings: SLOW_MIGRATIONS }, 600_000, async (region) => {
    Object.assign(scene, await sceneOf(region, {}));
    await region.untilActive(await newChangingServer(scene.user), BOOT_MS);
    await waitUntil('the guest to be up', () => isBootedAnew(scene.guest('changing'), 'blank'), BOOT_MS);
  });
  afterAll(() => rmSync(scene.folder, { recursive: true, force: true }));
  const openstack = useOpenstack(() => scene.region.region.home);

  it.each(commandsOf(LIVE_MIGRATIONS, 'nova'))('nova $line', async (command) => {
    await showEffect(scene, command, (line, { as = 'demo' }) =>
      runNova(line, { openrc: scene.region.region.home.openrc(as), version: VERSION }),
    );
  });

  it.each(commandsOf(LIVE_MIGRATIONS, 'openstack'))('openstack $line', async (command) => {
    await showEffect(scene, command, (line, { as = 'demo' }) => openstack(line, { as, version: VERSION }));
  });
});
