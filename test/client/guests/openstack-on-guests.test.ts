import { describe, it } from 'vitest';
import { useOpenstack } from '../use-openstack.ts';
import { commandsOf, showEffect } from './guest-command.ts';
import { SERVER_ONE } from './tables.ts';
import { useScene } from './use-scene.ts';

/** Debian's client on guests that really run: what comes of a command is seen in the guest and on its host. */
describe('the openstack client, on guests', () => {
  const scene = useScene();
  const openstack = useOpenstack(() => scene.region.region.home);

  it.each(commandsOf(SERVER_ONE, 'openstack'))('$line', async (command) => {
    await showEffect(scene, command, (line, { as = 'demo', version = '2.90' }) => openstack(line, { as, version }));
  });
});
