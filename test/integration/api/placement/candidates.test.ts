import { beforeEach, expect, test } from 'vitest';
import { addAggregateHost, createAggregate } from '#platform/directory/stores/aggregates.ts';
import type { Answer } from '../front-app.ts';
import { useFrontApp } from '../use-front-app.ts';
import { asking, type ClaimingCell, E1, errorOf, twoCells, useCells, W1, W2 } from './stub-placement.ts';

/** Allocation candidates, over cells whose doors answer from memory. */
const front = useFrontApp();
const ask = (query: string, version = '1.39') =>
  asking(front)(`GET /placement/allocation_candidates?${query}`, version);
const RACK = 'a9900000-0000-4000-8000-000000000001';

let west: ClaimingCell;
let east: ClaimingCell;
beforeEach(() => {
  [west, east] = twoCells();
  useCells(front, [west, east]);
});
const idsOf = ({ body }: Answer): string[] => Object.keys(body.provider_summaries);
const found = async (query: string, version?: string) => idsOf(await ask(query, version));

test('one at each microversion that changed its form', async () => {
  const query = `resources=VCPU:1,MEMORY_MB:512&required=COMPUTE_STORAGE_BUS_SCSI`;
  const resources = { VCPU: 1, MEMORY_MB: 512 };
  const summary = { VCPU: { capacity: 32, used: 2 }, MEMORY_MB: { capacity: 15_872, used: 1_024 } };
  const [first] = (await ask('resources=VCPU:1,MEMORY_MB:512', '1.10')).body.allocation_requests;
  expect(first).toEqual({ allocations: [{ resource_provider: { uuid: E1 }, resources }] });
  const at17 = (await ask(query, '1.17')).body;
  const traits = ['COMPUTE_ARCH_X86_64', 'COMPUTE_NET_VIF_MODEL_E1000', 'COMPUTE_NODE'];
  const shown = [...traits, 'COMPUTE_STORAGE_BUS_SCSI', 'COMPUTE_STORAGE_BUS_VIRTIO', 'HW_ARCH_X86_64'];
  expect(at17).toEqual({
    allocation_requests: [{ allocations: { [W1]: { resources } } }],
    provider_summaries: { [W1]: { resources: summary, traits: shown } },
  });
  const all = { ...summary, DISK_GB: { capacity: 100, used: 10 } };
  expect((await ask(query, '1.27')).body.provider_summaries[W1].resources).toEqual(all);
  const newest = (await ask(query)).body;
  expect(newest).toEqual({
    allocation_requests: [{ allocations: { [W1]: { resources } }, mappings: { '': [W1] } }],
    provider_summaries: {
      [W1]: { resources: all, traits: shown, parent_provider_uuid: null, root_provider_uuid: W1 },
    },
  });
});

test('by capacity, traits, tree and limit', async () => {
  expect(await found('resources=VCPU:31')).toEqual([W2]);
  expect(await found('resources=VCPU:1&required=!COMPUTE_STATUS_DISABLED')).toEqual([W1, W2]);
  expect(await found('resources=VCPU:1&required=in:COMPUTE_STATUS_DISABLED,COMPUTE_STORAGE_BUS_SCSI')).toEqual([
    E1,
    W1,
  ]);
  expect(await found(`resources=VCPU:1&in_tree=${W2}`, '1.31')).toEqual([W2]);
  expect(await found('resources=VCPU:1&limit=2', '1.16')).toEqual([E1, W1]);
  expect(await found('resources=VCPU:1&root_required=COMPUTE_STATUS_DISABLED', '1.35')).toEqual([E1]);
  expect((await ask('resources=VCPU:99')).body).toEqual({ allocation_requests: [], provider_summaries: {} });
});

test('by aggregates', async () => {
  await front.directory.transaction(async (tx) => {
    const rack = await createAggregate(tx, { uuid: RACK, name: 'rack', zone: null }, '2026-05-01T12:00:00Z');
    await addAggregateHost(tx, rack.id, 'w-2', 'west');
  });
  expect(await found(`resources=VCPU:1&member_of=${RACK}`, '1.21')).toEqual([W2]);
  expect(await found(`resources=VCPU:1&member_of=!${RACK}`, '1.32')).toEqual([E1, W1]);
  expect(await found(`resources1=VCPU:1&member_of1=${RACK}`, '1.25')).toEqual([W2]);
});

test('groups: one provider takes them all, and isolated groups find none', async () => {
  const groups = 'resources1=VCPU:16&resources2=VCPU:16';
  const { body } = await ask(`${groups}&group_policy=none`, '1.34');
  expect(body.allocation_requests).toEqual([
    { allocations: { [W2]: { resources: { VCPU: 32 } } }, mappings: { 1: [W2], 2: [W2] } },
  ]);
  expect(await found(`${groups}&group_policy=isolate`)).toEqual([]);
  expect(await found('resources=VCPU:1&resources1=VCPU:1&group_policy=isolate')).toEqual([E1, W1, W2]);
  const traits = 'required1=COMPUTE_STORAGE_BUS_SCSI&required2=COMPUTE_STATUS_DISABLED';
  expect(await found(`resources1=VCPU:1&resources2=DISK_GB:1&${traits}&group_policy=none`)).toEqual([]);
  const named = 'resources_COMPUTE=VCPU:1&resources_DISK=DISK_GB:1&group_policy=none';
  expect((await ask(named, '1.33')).status).toBe(200);
  expect((await ask(named, '1.32')).status).toBe(400);
  const subtree = 'resources_A=VCPU:1&required_B=COMPUTE_STORAGE_BUS_SCSI&same_subtree=_A,_B';
  expect(await found(`${subtree}&group_policy=none`, '1.36')).toEqual([W1]);
  expect(await found(`${subtree}&group_policy=isolate`, '1.36')).toEqual([]);
  expect((await ask(subtree, '1.36')).status).toBe(400);
});

test.each([
  ['', '1.10'],
  ['', '1.39'],
  ['resources=VCPU:1&limit=0', '1.16'],
  ['resources=VCPU:1&limit=1', '1.15'],
  ['resources=VCPU:1&required=COMPUTE_NODE', '1.16'],
  [`resources=VCPU:1&member_of=${RACK}`, '1.20'],
  ['resources=VCPU:1&resources1=VCPU:1', '1.24'],
  ['resources1=VCPU:1&resources2=VCPU:1', '1.39'],
  ['resources1=VCPU:1&resources2=VCPU:1&group_policy=some', '1.39'],
  [`resources=VCPU:1&in_tree=${W1}`, '1.30'],
  ['resources=VCPU:1&in_tree=w-1', '1.31'],
  ['resources=VCPU:1&root_required=COMPUTE_NODE', '1.34'],
  ['resources=VCPU:1&root_required=in:COMPUTE_NODE', '1.39'],
  ['required=COMPUTE_NODE', '1.39'],
  ['resources=VCPU:1&required1=COMPUTE_NODE', '1.35'],
  ['resources=VCPU:1&required1=COMPUTE_NODE', '1.39'],
  ['resources1=VCPU:1&same_subtree=1', '1.35'],
  ['resources1=VCPU:1&same_subtree=1,2', '1.36'],
  ['required_A=COMPUTE_NODE&same_subtree=_A', '1.36'],
  ['resources1=VCPU:1&same_subtree=1,', '1.36'],
  ['resources=CUSTOM_NONE:1', '1.39'],
  ['resources=VCPU:1&required=CUSTOM_NONE', '1.39'],
  ['resources=VCPU:1&resources=VCPU:2', '1.39'],
])('%s at %s is 400', async (query, version) => {
  const answer = await ask(query, version);
  expect([answer.status, typeof errorOf(answer).detail]).toEqual([400, 'string']);
});

test.each([
  ['resources=VCPU:1&required=COMPUTE_NODE,!COMPUTE_NODE', 'placement.query.bad_value', 'Conflicting required'],
  ['resources=VCPU:1&root_required=COMPUTE_NODE&root_required=!COMPUTE_NODE', 'placement.query.duplicate_key', 'once'],
  ['member_of1=a9900000-0000-4000-8000-000000000001', 'placement.query.missing_value', 'at least one resources'],
  ['resources1=VCPU:1&required2=COMPUTE_NODE&group_policy=none', 'placement.query.bad_value', 'Resourceless'],
  ['resources_A=VCPU:1&same_subtree=A', 'placement.query.bad_value', 'Real suffixes'],
  ['resources_A=VCPU:1&same_subtree=_A,', 'placement.query.bad_value', 'Empty string'],
])('%s has the code %s', async (query, code, words) => {
  const error = errorOf(await ask(query));
  expect(error).toMatchObject({ status: 400, code, detail: expect.stringContaining(words) });
});

test('there are none before 1.10, and a silent cell is named', async () => {
  expect((await ask('resources=VCPU:1', '1.9')).status).toBe(404);
  east.silent = true;
  const some = await ask('resources=VCPU:1');
  expect([idsOf(some), some.headers['x-volvox-silent-cells']]).toEqual([[W1, W2], 'east']);
});
