import { changeFloatingIp } from '../../../api/network/floatingips/change-floating-ip.ts';
import type { Fixture } from '../fixtures.ts';
import type { Region } from '../region.ts';
import { sendTo } from '../send-to.ts';
import type { BeforeStep, Binding } from './binding.ts';

/** What stands for the floating addresses of Nova's Neutron. */
export const FLOATING_IP_BINDINGS: readonly Binding[] = [
  {
    internals: /^flags\(default_floating_pool=public/,
    here: 'the pool public: an external network, which requests name',
    prepare: async (region, fixture) => {
      const ask = asks(region, fixture);
      const { networks } = await ask('GET /networks?name=public&router:external=true');
      if (networks?.length === 0) await anExternalNetwork(ask, 'public', '172.24.4.0/24');
    },
    request: (request) => request ?? { pool: 'public' },
    template: withAnyAddresses,
  },
  {
    internals: /^useFixture\(\$\{NeutronFixture\(\)\}\)/,
    scenario: /^test_floating_ips\./,
    here: "addresses of Nova's own Neutron: those of the pool",
  },
  {
    internals: /^stub_out\(nova\.network\.neutron\.API\.associate_floating_ip,/,
    here: 'an address 10.10.10.10 of the project, and a router of its network that leads to it',
    prepare: (region, fixture) => aReachedAddress(asks(region, fixture), fixture, '10.10.10.10'),
    request: withoutFixedAddress,
  },
  {
    internals:
      /^stub_out\(nova\.network\.neutron\.API\.(get_floating_ip_by_address|get_instance_id_by_floating_address|disassociate_floating_ip),/,
    here: 'an address 172.16.10.7 of the project, which leads to the server',
    prepare: (region, fixture) => aReachedAddress(asks(region, fixture), fixture, '172.16.10.7'),
    beforeStep: leadTo('172.16.10.7'),
  },
];

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by tests.
type Ask = (what: string, body?: object) => Promise<Readonly<Record<string, any>>>;

const asks =
  (region: Region, fixture: Fixture): Ask =>
  async (what, body) => {
    const sent = { version: null, isAdmin: true, body };
    const { status, text } = await sendTo(region, fixture, what.replace(' ', ' /network/v2.0'), sent);
    if (status >= 300) throw new Error(`${what} is ${status}: ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };

/** A server of the scenario's project has a network by itself: none of these. */
const OPERATOR = 'ffffffffffffffffffffffffffffffff';

async function anExternalNetwork(ask: Ask, name: string, cidr: string): Promise<string> {
  const given = { name, 'router:external': true, project_id: OPERATOR };
  const { network } = await ask('POST /networks', { network: given });
  await ask('POST /subnets', { subnet: { network_id: network.id, ip_version: 4, cidr } });
  return network.id;
}

async function aReachedAddress(ask: Ask, { projectId }: Fixture, floating_ip_address: string): Promise<void> {
  const cidr = floating_ip_address.replace(/\.\d+$/, '.0/24');
  // An earlier scenario may have used the address.
  const { networks } = await ask(`GET /networks?name=${floating_ip_address}`);
  const { floatingips } = await ask(`GET /floatingips?floating_ip_address=${floating_ip_address}`);
  for (const { id } of floatingips) await ask(`DELETE /floatingips/${id}`);
  const floating_network_id = networks[0]?.id ?? (await anExternalNetwork(ask, floating_ip_address, cidr));
  const router = { external_gateway_info: { network_id: floating_network_id } };
  const { id } = (await ask('POST /routers', { router })).router;
  const [subnet] = (await ask(`GET /subnets?cidr=10.0.0.0/24&project_id=${projectId}`)).subnets;
  await ask(`PUT /routers/${id}/add_router_interface`, { subnet_id: subnet.id });
  await ask('POST /floatingips', { floatingip: { floating_network_id, floating_ip_address } });
}

const EVERYBODY = { projectId: '', isAdmin: true };

/** Before the server is asked to lose it. */
function leadTo(address: string) {
  return async ({ region, step, resolve }: BeforeStep): Promise<void> => {
    if (!step.path.endsWith('/action')) return;
    await region.directory.transaction(async (tx) => {
      const server = resolve(step.path).split('/')[2] ?? '';
      const port = tx.selectFrom('ports').select('id').where('device_id', '=', server);
      const floating = tx.selectFrom('floating_ips').select('id').where('floating_address', '=', address);
      const { id: port_id } = await port.executeTakeFirstOrThrow();
      const { id } = await floating.orderBy('created_at', 'desc').executeTakeFirstOrThrow();
      const now = new Date().toISOString();
      await changeFloatingIp(tx, EVERYBODY, id, { port_id }, { now, check: () => undefined });
    });
  };
}

/** The recording has the text None where the server's address was. */
function withoutFixedAddress(request: unknown): unknown {
  const { addFloatingIp } = (request ?? {}) as { addFloatingIp?: { address: string } };
  return addFloatingIp === undefined ? request : { addFloatingIp: { address: addFloatingIp.address } };
}

/** Ids and addresses are those of the pool. */
function withAnyAddresses(response: unknown): unknown {
  if (typeof response !== 'object' || response === null) return response;
  if (Array.isArray(response)) return response.map(withAnyAddresses);
  const members = Object.entries(response).map(([name, value]) => [name, ANY[name] ?? withAnyAddresses(value)]);
  return Object.fromEntries(members);
}
const ANY: Readonly<Record<string, object>> = {
  id: { $re: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' },
  ip: { $re: '^172\\.24\\.4\\.\\d+$' },
};
