import { expect, test } from 'vitest';
import { createLogger } from '#platform/logging/logger.ts';
import { documentFor } from '../../../../cell/agent/metadata/documents.ts';
import { linkLocal } from '../../../../cell/network/addresses.ts';
import type { KnownRouter } from '../../../../cell/network/known-definitions.ts';
import { RecordSource } from '../../../../cell/network/metadata/record-source.ts';
import { aBinding, aNetwork, anInstance, aSubnet } from '../../../integration/cell/network/a-binding.ts';

const network = aNetwork();
const binding = aBinding(network, 'host-1', ['10.9.0.7']);
const leadsTo = (portId: string, address: string) => ({ id: portId, address, portId, fixedAddress: '10.9.0.7' });
const aRouter = (floating: KnownRouter['floating']): KnownRouter => ({
  ...{ id: 'r', enabled: true, interfaces: [], gateway: null, routes: [], forwardings: [] },
  floating,
});

/** What `public-ipv4` says to the guest, whose host has heard of these floating addresses. */
async function publicAddress(floating: KnownRouter['floating']): Promise<string> {
  const source = new RecordSource({
    ...{ agentId: 'a', files: [], log: createLogger('test', 'silent') },
    conductor: { ask: async () => anInstance(binding) as never, close: async () => undefined },
    keeper: { bindings: () => [binding] },
    heard: { routersOf: (id) => (id === network.id ? [aRouter(floating)] : []) },
  });
  const record = await source.record(network.id, '10.9.0.7');
  if (record === null) throw new Error('nobody has the address');
  return String(documentFor('/latest/meta-data/public-ipv4', record).body);
}

test('a guest learns the floating address that leads to it, and no other', async () => {
  expect(await publicAddress([])).toBe('');
  expect(await publicAddress([leadsTo('another', '203.0.113.8')])).toBe('');
  const own = leadsTo(binding.port.id, '203.0.113.9');
  expect(await publicAddress([leadsTo('another', '203.0.113.8'), own])).toBe('203.0.113.9');
});

test('a guest is known by the link-local address of its MAC, by no other and on no other network', async () => {
  const asked: string[] = [];
  const written: string[] = [];
  const six = aBinding(aNetwork({ subnets: [aSubnet({ ipVersion: 6, cidr: 'fd00:9::/64' })] }), 'host-1', [
    'fd00:9::7',
  ]);
  const source = new RecordSource({
    ...{ agentId: 'a', log: createLogger('test', 'silent') },
    files: [{ write: async (_network: string, name: string) => void written.push(name) } as never],
    conductor: {
      ask: async (act: (client: never) => Promise<unknown>) => {
        const client = { instanceMetadata: async ({ address }: { address: string }) => void asked.push(address) };
        await act(client as never);
        return anInstance(binding) as never;
      },
      close: async () => undefined,
    },
    keeper: { bindings: () => [binding, six] },
    heard: { routersOf: () => [] },
  });
  const own = linkLocal(binding.port.mac);
  expect(source.fixedAddressOf(network.id, own)).toBe('10.9.0.7');
  expect(source.fixedAddressOf(six.network.id, linkLocal(six.port.mac))).toBe('fd00:9::7');
  expect(source.fixedAddressOf(six.network.id, own)).toBeNull();
  expect(source.fixedAddressOf(network.id, 'fe80::1')).toBeNull();
  expect(source.fixedAddressOf(network.id, '10.9.0.8')).toBe('10.9.0.8');
  await source.bindingChanged(six);
  await source.bindingChanged(binding);
  expect(asked).toEqual(['fd00:9::7', '10.9.0.7']);
  expect(written).toEqual(['fd00:9::7', linkLocal(six.port.mac), '10.9.0.7', own]);
});
