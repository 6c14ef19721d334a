import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, it } from 'vitest';
import { commandsOf, showEffect } from './guest-command.ts';
import { TABLE, useScene } from './use-scene.ts';

const run = promisify(execFile);
const WITH_OPENRC = '. "$0"; exec nova --os-compute-api-version "$@"';
const COMMAND_MS = 120_000;

/** As the `openstack` client: the older one, with a process for each command. */
describe('the nova client, on guests', () => {
  const scene = useScene();

  it.each(commandsOf(TABLE, 'nova'))('$line', async (command) => {
    await showEffect(scene, command, async (line, { as = 'demo', version = '2.90' }) => {
      const args = ['-c', WITH_OPENRC, scene.region.region.home.openrc(as), version, ...line.split(' ')];
      const env = { PATH: process.env.PATH, HOME: process.env.HOME };
      return (await run('bash', args, { env, timeout: COMMAND_MS })).stdout;
    });
  });
});
