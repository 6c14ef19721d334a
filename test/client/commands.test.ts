import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useTestRegion } from '../support/use-test-region.ts';
import { waitUntil } from '../support/wait-until.ts';
import { COMMANDS } from './command-table.ts';
import { untilServersAreIdle } from './idle-servers.ts';
import { useOpenstack } from './use-openstack.ts';

const EFFECT_MS = 30_000;

/** Debian's client in its interactive form: one process for all commands. The API tells what came of each. */
describe('the openstack client, as administrator', () => {
  const region = useTestRegion({ cells: 1, simulatedHosts: 2 }, 240_000);
  const openstack = useOpenstack(() => region.region.home);

  const read = async (path: string): Promise<string> => {
    const [, root = ''] =
      /auth_url: (\S+)\/identity\/v3/.exec(readFileSync(region.region.home.cloudsYaml, 'utf8')) ?? [];
    const answer = await fetch(`${root}${path}`, { headers: { 'x-auth-token': region.admin.token } });
    expect(answer.status).toBe(200);
    return answer.text();
  };

  it.each(COMMANDS)('$run', async ({ run, path, shows, lacks }) => {
    const hasEffect = async (): Promise<boolean> => {
      const found = await read(path);
      return (shows?.test(found) ?? true) && !(lacks?.test(found) ?? false);
    };
    await untilServersAreIdle(region.admin);
    expect(await hasEffect()).toBe(false);
    await openstack(run, { as: 'admin' });
    await waitUntil(`the effect of ${run}`, hasEffect, EFFECT_MS);
  });

  it('a command that is refused fails at once, with what the client complains of', async () => {
    await expect(openstack('server pause nobody', { as: 'admin' })).rejects.toThrow('No Server found for nobody');
  });
});
