import { afterAll, beforeAll, expect, it } from 'vitest';
import { addAggregateHost, createAggregate, listAggregates } from '#platform/directory/stores/aggregates.ts';
import { listHostTraits, setHostTraits } from '#platform/directory/stores/host-traits.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { legacyId } from '../../../../api/compute/legacy-id.ts';
import { type ComputeApp, createComputeApp } from './compute-app.ts';
import { aCell, aHost, stubCells } from './stub-cells.ts';

const idOf = (n: number) => `${n}${n}111111-1111-4111-8111-111111111111`;
const serviceOf = (n: number) => idOf(n).replace(/^./, 'a');
const alpha = aCell('alpha', [aHost('host1', idOf(1)), aHost('host2', idOf(2)), aHost('host3', idOf(3))]);
const forgotten: string[] = [];
let api: ComputeApp;

beforeAll(async () => {
  const stubs = stubCells([alpha]);
  const [cell] = stubs.cells.all();
  Object.assign(cell?.door ?? {}, {
    forgetService: async ({ id }: { id: string }) => {
      if (id === serviceOf(3))
        throw new VolvoxError('conflict', 'Unable to delete compute service that is hosting instances.');
      forgotten.push(id);
      alpha.hosts = alpha.hosts.filter(({ serviceId }) => serviceId !== id);
      return {};
    },
  });
  api = await createComputeApp(stubs);
});
afterAll(() => api?.close());

const messageOf = (body: Record<string, { message: string }>) => Object.values(body)[0]?.message;
const remove = (id: string, version: string, who = 'admin') => api.send(who, `DELETE /os-services/${id}`, version);

it('deletes the record of a host, by number and by uuid, and takes it out of aggregates and its traits away', async () => {
  await api.deps.directory.transaction(async (tx) => {
    const { id } = await createAggregate(tx, { uuid: idOf(9), name: 'racks', zone: null }, new Date().toISOString());
    for (const host of ['host1', 'host2']) await addAggregateHost(tx, id, host, 'alpha');
    await setHostTraits(tx, { cellId: 'alpha', hostName: 'host1' }, ['CUSTOM_GOLD'], 0);
    await setHostTraits(tx, { cellId: 'beta', hostName: 'host1' }, ['CUSTOM_GOLD'], 0);
  });
  const hostsOf = async () => (await listAggregates(api.deps.directory.read))[0]?.hosts;
  const first = await remove(String(legacyId(serviceOf(1))), '2.52');
  expect([first.status, first.body]).toEqual([204, null]);
  expect(await hostsOf()).toEqual(['host2']);
  expect(await listHostTraits(api.deps.directory.read)).toMatchObject([{ cellId: 'beta', hostName: 'host1' }]);
  expect((await remove(serviceOf(2), '2.104')).status).toBe(204);
  expect(await hostsOf()).toEqual([]);
  expect(forgotten).toEqual([serviceOf(1), serviceOf(2)]);
});

it('refuses what is no service, or is needed', async () => {
  const refusal = async (id: string, version: string) => {
    const { status, body } = await remove(id, version);
    return [status, messageOf(body)];
  };
  expect(await refusal('x', '2.53')).toEqual([400, expect.stringContaining('Invalid uuid x')]);
  expect(await refusal('x', '2.1')).toEqual([400, expect.stringContaining("id must be an integer, not 'x'")]);
  expect(await refusal(idOf(9), '2.53')).toEqual([404, `Service ${idOf(9)} could not be found.`]);
  expect(await refusal(serviceOf(3), '2.53')).toEqual([409, expect.stringContaining('hosting instances')]);
  expect((await refusal('00000001-0000-4000-8000-000000000000', '2.53'))[0]).toBe(409);
  for (const who of ['manager', 'outsider']) expect((await remove(serviceOf(3), '2.53', who)).status).toBe(403);
});
