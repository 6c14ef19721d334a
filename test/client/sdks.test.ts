import { describe, expect, it } from 'vitest';
import { ApiError } from '../../deploy/client/api-client.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { untilServersAreIdle } from './idle-servers.ts';
import { runSteps, type SaidStep } from './sdk/sdk-process.ts';

const STEPS = ['created', 'listed', 'resized', 'snapshot', 'deleted'];

/** SDKs as they come: each makes a server, lists it, resizes it, takes a snapshot and deletes both. */
describe('an SDK', () => {
  const region = useTestRegion({ cells: 1, simulatedHosts: 2 }, 240_000);

  const imageOf = async (id: string) => region.admin.call('image', 'GET /v2/images/{id}', { path: { id } });
  const isGone = async (asked: Promise<unknown>): Promise<boolean> =>
    asked.then(
      () => false,
      (error: unknown) => error instanceof ApiError && error.status === 404,
    );

  it.each([
    ['/usr/bin/python3', 'with-openstacksdk.py'],
    ['/usr/bin/python3', 'with-libcloud.py'],
    ['ruby', 'with-fog.rb'],
    ['node', 'with-pkgcloud.cjs'],
  ])(
    'works: %s %s',
    async (program, script) => {
      const { home } = region.region;
      const made = { server: '', image: '' };
      const look = async (said: SaidStep): Promise<void> => {
        await untilServersAreIdle(region.admin);
        if (said.step === 'created') made.server = said.id ?? '';
        if (said.step === 'snapshot') made.image = said.id ?? '';
        if (said.step === 'deleted') {
          expect(said.gone).toBe(true);
          expect(await isGone(region.server(made.server))).toBe(true);
          expect(await isGone(imageOf(made.image))).toBe(true);
          return;
        }
        const { name, status, flavor } = await region.server(made.server);
        expect({ name, status, flavor: flavor.original_name }).toEqual({
          name: 'sdk-server',
          status: 'ACTIVE',
          flavor: ['created', 'listed'].includes(said.step) ? 'm1.nano' : 'm1.tiny',
        });
        if (said.step === 'listed') expect(said).toMatchObject({ names: ['sdk-server'], id: made.server });
        if (said.step === 'snapshot') {
          expect(await imageOf(made.image)).toMatchObject({
            name: 'sdk-snapshot',
            status: 'active',
            instance_uuid: made.server,
          });
        }
      };
      const files = { openrc: home.openrc('demo'), cloudsYaml: home.cloudsYaml };
      expect(await runSteps(program, script, files, look)).toEqual(STEPS);
    },
    120_000,
  );
});
