import { describe, it } from 'vitest';
import { runNova } from '../nova-process.ts';
import { commandsOf, showEffect } from './guest-command.ts';
import { SERVER_ONE } from './tables.ts';
import { useScene } from './use-scene.ts';

/** As the `openstack` client: the older one. */
describe('the nova client, on guests', () => {
  const scene = useScene();

  it.each(commandsOf(SERVER_ONE, 'nova'))('$line', async (command) => {
    await showEffect(scene, command, (line, { as = 'demo', version = '2.90' }) =>
      runNova(line, { openrc: scene.region.region.home.openrc(as), version }),
    );
  });
});
