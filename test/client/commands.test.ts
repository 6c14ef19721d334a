import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';
import { COMMANDS } from './command-table.ts';

const EFFECT_MS = 30_000;

/** Debian's client in its interactive form: one process for all commands. The API tells what came of each. */
describe('the openstack client, as administrator', () => {
  const region = useTestRegion({ cells: 1, simulatedHosts: 2 }, 240_000);
  const used = {} as { client: ChildProcessWithoutNullStreams; root: string };
  const complaints: string[] = [];

  beforeAll(() => {
    const { cloudsYaml } = region.region.home;
    const env = { ...process.env, OS_CLIENT_CONFIG_FILE: cloudsYaml, OS_CLOUD: 'volvox-admin', PYTHONUNBUFFERED: '1' };
    const [, root = ''] = /auth_url: (\S+)\/identity\/v3/.exec(readFileSync(cloudsYaml, 'utf8')) ?? [];
    used.root = root;
    used.client = spawn('openstack', [], { env });
    used.client.stdout.resume();
    used.client.stderr.on('data', (said: Buffer) => complaints.push(said.toString()));
  });
  afterAll(async () => {
    const ended = once(used.client, 'close');
    used.client.stdin.end();
    await ended;
  });

  const read = async (path: string): Promise<string> => {
    const answer = await fetch(`${used.root}${path}`, { headers: { 'x-auth-token': region.admin.token } });
    expect(answer.status).toBe(200);
    return answer.text();
  };

  it.each(COMMANDS)('$run', async ({ run, path, shows, lacks }) => {
    const hasEffect = async (): Promise<boolean> => {
      const found = await read(path);
      return (shows?.test(found) ?? true) && !(lacks?.test(found) ?? false);
    };
    expect(await hasEffect()).toBe(false);
    const heard = complaints.length;
    used.client.stdin.write(`${run}\n`);
    await waitUntil(
      `the effect of ${run}`,
      async () => {
        if (complaints.length > heard) throw new Error(complaints.slice(heard).join(''));
        return (await hasEffect()) || null;
      },
      EFFECT_MS,
    );
  });
});
