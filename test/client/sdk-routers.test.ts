import { expect, it } from 'vitest';
import { ApiError } from '../../deploy/client/api-client.ts';
import { useTestRegion } from '../support/use-test-region.ts';
import { runSteps, type SaidStep } from './sdk/sdk-process.ts';

const region = useTestRegion({ cells: 1, simulatedHosts: 1 }, 240_000);

it('openstacksdk makes a router with a gateway, joins it, routes and takes it apart', async () => {
  const { admin } = region;
  const external = { name: 'sdk-outside', 'router:external': true };
  const made = await admin.call('network', 'POST /v2.0/networks', { body: { network: external } });
  if (!('network' in made)) throw new Error('the external network was not made');
  const { network } = made;
  const subnet = { network_id: network.id, ip_version: 4 as const, cidr: '203.0.113.0/24' };
  await admin.call('network', 'POST /v2.0/subnets', { body: { subnet } });
  const look = async ({ step, id = '', names = [], gone }: SaidStep): Promise<void> => {
    const shown = admin.call('network', 'GET /v2.0/routers/{id}', { path: { id } });
    if (step === 'gone') {
      expect(gone).toBe(true);
      await expect(shown).rejects.toSatisfy((error) => error instanceof ApiError && error.status === 404);
      return;
    }
    const { router } = await shown;
    expect(router).toMatchObject({ name: 'sdk-router', external_gateway_info: { network_id: network.id } });
    if (step === 'joined') expect(names).toEqual(['network:router_interface']);
    if (step === 'routed') {
      expect(names).toEqual(['172.16.0.0/16']);
      expect(router?.routes).toEqual([{ destination: '172.16.0.0/16', nexthop: '10.89.0.9' }]);
    }
    if (step === 'refused') expect(names).toEqual([expect.stringContaining('is required by one or more routes')]);
  };
  const { home } = region.region;
  const files = { openrc: home.openrc('demo'), cloudsYaml: home.cloudsYaml };
  expect(await runSteps('/usr/bin/python3', 'routers-with-openstacksdk.py', files, look)).toEqual([
    'joined',
    'routed',
    'refused',
    'gone',
  ]);
}, 120_000);
