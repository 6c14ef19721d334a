import { afterAll, describe, it } from 'vitest';
import { commandsOf, showEffect } from './guest-command.ts';
import { OpenstackSession } from './openstack-session.ts';
import { TABLE, useScene } from './use-scene.ts';

/** Debian's client on guests that really run: what comes of a command is seen in the guest and on its host. */
describe('the openstack client, on guests', () => {
  const scene = useScene();
  const sessions = new Map<string, OpenstackSession>();
  afterAll(() => Promise.all([...sessions.values()].map((session) => session.close())));

  const sessionOf = (cloud: string, version: string): OpenstackSession => {
    const key = `${cloud} ${version}`;
    const { cloudsYaml } = scene.region.region.home;
    const session = sessions.get(key) ?? new OpenstackSession({ cloudsYaml, cloud, version });
    sessions.set(key, session);
    return session;
  };

  it.each(commandsOf(TABLE, 'openstack'))('$line', async (command) => {
    await showEffect(scene, command, (line, { as, version = '2.90' }) =>
      sessionOf(as === 'admin' ? 'volvox-admin' : 'volvox', version).run(line),
    );
  });
});
