import { describe, it } from 'vitest';
import { runNova } from '../nova-process.ts';
import { commandsOf, showEffect } from './guest-command.ts';
import { TABLE, useScene } from './use-scene.ts';

/** As the `openstack` client: the older one. */
describe('the nova client, on guests', () => {
  const scene = useScene();

  it.each(commandsOf(TABLE, 'nova'))('$line', async (command) => {
    await showEffect(scene, command, (line, { as = 'demo', version = '2.90' }) =>
      runNova(line, { openrc: scene.region.region.home.openrc(as), version }),
    );
  });
});
