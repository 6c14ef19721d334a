import { expect, test } from 'vitest';
import { addressOfKey } from '#platform/directory/stores/addresses.ts';
import { Random } from '../../../simulation/kernel/random.ts';
import { useFrontApp } from '../use-front-app.ts';

const front = useFrontApp();
const WRITERS = 64;
const ROUNDS = 12;
/** 10.0.0.2 to 10.0.0.199: fewer than the writers want at times, so that they also meet the end. */
const POOL = { start: '10.0.0.2', end: '10.0.0.199' };

interface OwnPort {
  readonly id: string;
  readonly fixed_ips: readonly { readonly ip_address: string }[];
}

const send = (route: string, body?: object) => front.send(route, { token: front.admin, ...(body ? { body } : {}) });

async function aNetwork() {
  const unlimited = { port: -1, network: -1, subnet: -1 };
  const { body } = await send('POST /network/v2.0/networks', { network: { name: 'crowd' } });
  await send(`PUT /network/v2.0/quotas/${body.network.project_id}`, { quota: unlimited });
  const subnet = { network_id: body.network.id, ip_version: 4, cidr: '10.0.0.0/24', allocation_pools: [POOL] };
  const made = await send('POST /network/v2.0/subnets', { subnet });
  expect(made.status).toBe(201);
  return { networkId: body.network.id as string, subnetId: made.body.subnet.id as string };
}

/** Every address of the pool once: free, or in use by one port (or by the subnet's own services). */
async function ledger(subnetId: string) {
  const { read } = front.directory;
  const free = await read.selectFrom('free_addresses').selectAll().where('subnet_id', '=', subnetId).execute();
  const used = await read.selectFrom('address_allocations').selectAll().where('subnet_id', '=', subnetId).execute();
  const addresses = used.map(({ address }) => addressOfKey(address));
  for (const { first_address, last_address } of free)
    for (let one = addressOfKey(first_address); one <= addressOfKey(last_address); one++) addresses.push(one);
  return { addresses: addresses.sort((a, b) => (a < b ? -1 : 1)), used };
}

const twice = (sorted: readonly bigint[]): readonly bigint[] => sorted.filter((one, at) => one === sorted[at - 1]);

test(`${WRITERS} writers take and give back addresses at the same time: none is doubled, none is lost`, async () => {
  const { networkId, subnetId } = await aNetwork();
  const before = await ledger(subnetId);
  const statuses = new Map<number, number>();
  const note = <A extends { readonly status: number }>(answer: A): A => {
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    return answer;
  };
  const create = async (ports: readonly object[]): Promise<OwnPort[]> => {
    const body = { ports: ports.map((port) => ({ network_id: networkId, ...port })) };
    const answer = note(await send('POST /network/v2.0/ports', body));
    return answer.status === 201 ? answer.body.ports : [];
  };
  const anAddress = (random: Random) => `10.0.0.${2 + Math.floor(random.next() * 250)}`;

  const writer = async (seed: number): Promise<OwnPort[]> => {
    const random = new Random(seed);
    const own: OwnPort[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const chance = random.next();
      const at = Math.floor(random.next() * own.length);
      const port = own[at];
      if (chance < 0.35) own.push(...(await create([{}])));
      else if (chance < 0.45) own.push(...(await create([{}, {}, {}])));
      else if (chance < 0.6) own.push(...(await create([{ fixed_ips: [{ ip_address: anAddress(random) }] }])));
      else if (port === undefined) continue;
      else if (chance < 0.75) {
        const change = { port: { fixed_ips: [{ ip_address: anAddress(random) }] } };
        const answer = note(await send(`PUT /network/v2.0/ports/${port.id}`, change));
        if (answer.status === 200) own[at] = answer.body.port;
      } else {
        expect(note(await send(`DELETE /network/v2.0/ports/${port.id}`)).status).toBe(204);
        own.splice(at, 1);
      }
    }
    return own;
  };
  const left = (await Promise.all(Array.from({ length: WRITERS }, (_, seed) => writer(seed)))).flat();

  // Refused: no address is left, or the one that was asked for is in use. Nothing else, and no failure.
  expect([...statuses.keys()].filter((status) => ![200, 201, 204, 409].includes(status))).toEqual([]);
  expect(statuses.get(201)).toBeGreaterThan(WRITERS);
  const shown = left.flatMap(({ fixed_ips }) => fixed_ips.map(({ ip_address }) => ip_address));
  expect(new Set(shown).size).toBe(shown.length);
  const { used, addresses } = await ledger(subnetId);
  const taken = used.filter(({ port_id }) => port_id !== null).map(({ address, port_id }) => ({ address, port_id }));
  expect(taken).toHaveLength(shown.length);
  expect(twice(addresses)).toEqual([]);
  const outside = taken.filter(({ address }) => !before.addresses.includes(addressOfKey(address)));
  expect(addresses).toEqual(
    [...before.addresses, ...outside.map(({ address }) => addressOfKey(address))].sort((a, b) => (a < b ? -1 : 1)),
  );

  for (const { id } of left) expect((await send(`DELETE /network/v2.0/ports/${id}`)).status).toBe(204);
  expect((await ledger(subnetId)).addresses).toEqual(before.addresses);
});
