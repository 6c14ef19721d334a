import { NEGOTIATED } from './answer-at.ts';
import type { Found } from './read-command.ts';
import { lacks, shows, type WriteCommand } from './write-command.ts';

const PROVIDERS = '/placement/resource_providers';
const PROVIDER = `${PROVIDERS}/{provider:1}`;
const OTHER = `${PROVIDERS}/{provider:2}`;
const ALLOCATIONS = '/placement/allocations/{server:alpha}';
const TRAITS = '/placement/traits';
const CLASSES = '/placement/resource_classes';
const CANDIDATES = '/placement/allocation_candidates';

/** A command that reads. What it prints must be the rows that are made from the answer of the API at `path`. */
interface PlacementRead {
  readonly run: string;
  readonly path: string;
  /** In no order. */
  readonly rows: (answer: Found) => readonly Found[];
  /** The microversion of the client and of the answer; absent: the one that the client chooses. */
  readonly version?: string;
}

type Amounts = Readonly<Record<string, Found>>;
const some =
  <T>(...names: readonly (keyof T & string)[]) =>
  (one: T): Found =>
    Object.fromEntries(names.map((name) => [name, one[name]]));

const provider = some<Found>('uuid', 'name', 'generation', 'root_provider_uuid', 'parent_provider_uuid');
const providers = (answer: Found): readonly Found[] => (answer.resource_providers as Found[]).map(provider);
const named = (member: string) => (answer: Found) => (answer[member] as string[]).map((name) => ({ name }));
const classes = (answer: Found) => (answer.resource_classes as Found[]).map(some<Found>('name'));
const usages = (answer: Found) =>
  Object.entries(answer.usages as object).map(([name, usage]) => ({ resource_class: name, usage }));
const texts = (amounts: object, text: (of: never) => unknown): string =>
  Object.entries(amounts)
    .map(([name, of]) => `${name}=${text(of as never)}`)
    .join(',');

function candidates(answer: Found): readonly Found[] {
  const summaries = answer.provider_summaries as Amounts;
  return (answer.allocation_requests as Found[]).flatMap(({ allocations }, at) =>
    Object.entries(allocations as Amounts).map(([id, { resources }]) => ({
      '#': at + 1,
      allocation: texts(resources as object, (amount: number) => amount),
      'resource provider': id,
      'inventory used/capacity': texts(
        summaries[id]?.resources as object,
        ({ used, capacity }: { used: number; capacity: number }) => `${used}/${capacity}`,
      ),
      traits: ((summaries[id]?.traits ?? []) as readonly string[]).join(','),
    })),
  );
}

const allocations =
  (...owner: readonly string[]) =>
  (answer: Found) =>
    Object.entries(answer.allocations as Amounts).map(([id, one]) => ({
      resource_provider: id,
      ...one,
      ...some<Found>(...owner)(answer),
    }));

const read = (
  run: string,
  path: string,
  rows: PlacementRead['rows'],
  version: string | null = null,
): PlacementRead => ({ ...{ run, path, rows }, ...(version === null ? {} : { version }) });

/** A flavor that requires a trait leads to the host that has it, one that forbids it to the other. */
export const PLACEMENT_WRITES: readonly WriteCommand[] = [
  shows('trait create CUSTOM_GOLD', TRAITS, /"CUSTOM_GOLD"/),
  shows('trait create CUSTOM_SILVER', TRAITS, /"CUSTOM_SILVER"/),
  shows('resource provider trait set --trait CUSTOM_GOLD {provider:1}', `${PROVIDER}/traits`, /"CUSTOM_GOLD"/),
  ...['required', 'forbidden'].flatMap((word, at) => [
    shows(
      `flavor create --ram 64 --disk 1 --property trait:CUSTOM_GOLD=${word} ${word}`,
      '/compute/v2.1/flavors',
      new RegExp(`"name":"${word}"`),
    ),
    shows(
      `server create --flavor ${word} --image volvox-guest --network private ${word}`,
      `/compute/v2.1/servers?status=ACTIVE&host={host:${at + 1}}`,
      new RegExp(`"name":"${word}"`),
    ),
  ]),
  shows('resource class create CUSTOM_LICENSE', CLASSES, /"CUSTOM_LICENSE"/),
  shows('resource class set CUSTOM_SEAT', CLASSES, /"CUSTOM_SEAT"/),
  shows('aggregate create rack', '/compute/v2.1/os-aggregates', /"name":"rack"/),
  shows('aggregate add host rack {host:1}', `${PROVIDER}/aggregates`, /[0-9a-f]{8}-/),
];

export const PLACEMENT_READS: readonly PlacementRead[] = [
  read('resource provider list', PROVIDERS, providers),
  read('resource provider list --name {host:1}', `${PROVIDERS}?name={host:1}`, providers),
  read('resource provider list --uuid {provider:2}', `${PROVIDERS}?uuid={provider:2}`, providers),
  read('resource provider list --in-tree {provider:2}', `${PROVIDERS}?in_tree={provider:2}`, providers),
  read('resource provider list --resource VCPU=1', `${PROVIDERS}?resources=VCPU:1`, providers),
  read('resource provider list --required CUSTOM_GOLD', `${PROVIDERS}?required=CUSTOM_GOLD`, providers),
  read(
    'resource provider list --required COMPUTE_NODE --forbidden CUSTOM_GOLD',
    `${PROVIDERS}?required=COMPUTE_NODE,!CUSTOM_GOLD`,
    providers,
  ),
  read(
    'resource provider list --required CUSTOM_GOLD,CUSTOM_SILVER',
    `${PROVIDERS}?required=in:CUSTOM_GOLD,CUSTOM_SILVER`,
    providers,
    '1.39',
  ),
  read('resource provider list --member-of {aggregate:rack}', `${PROVIDERS}?member_of={aggregate:rack}`, providers),
  read('resource provider show {provider:1}', PROVIDER, (answer) => [provider(answer)]),
  read('resource provider inventory list {provider:1}', `${PROVIDER}/inventories`, ({ inventories }) =>
    Object.entries(inventories as Amounts).map(([name, one]) => ({ resource_class: name, ...one })),
  ),
  read('resource provider inventory show {provider:1} VCPU', `${PROVIDER}/inventories/VCPU`, (answer) => [
    some<Found>('allocation_ratio', 'min_unit', 'max_unit', 'reserved', 'step_size', 'total')(answer),
  ]),
  read('resource provider usage show {provider:1}', `${PROVIDER}/usages`, usages),
  read('resource provider aggregate list {provider:1}', `${PROVIDER}/aggregates`, ({ aggregates }) =>
    (aggregates as string[]).map((uuid) => ({ uuid })),
  ),
  read('resource provider trait list {provider:1}', `${PROVIDER}/traits`, named('traits')),
  read('resource provider trait list {provider:2}', `${OTHER}/traits`, named('traits')),
  read('resource provider allocation show {server:alpha}', ALLOCATIONS, allocations('project_id', 'user_id')),
  read(
    'resource provider allocation show {server:beta}',
    '/placement/allocations/{server:beta}',
    allocations('project_id', 'user_id', 'consumer_type'),
    '1.39',
  ),
  read('resource usage show {project:admin}', '/placement/usages?project_id={project:admin}', usages),
  read('resource class list', CLASSES, classes),
  read('resource class show CUSTOM_SEAT', `${CLASSES}/CUSTOM_SEAT`, (answer) => [some<Found>('name')(answer)]),
  read('trait list', TRAITS, named('traits')),
  read('trait list --name startswith:CUSTOM_', `${TRAITS}?name=startswith:CUSTOM_`, named('traits')),
  read('trait list --associated', `${TRAITS}?associated=true`, named('traits')),
  read('trait show CUSTOM_GOLD', `${TRAITS}?name=in:CUSTOM_GOLD`, named('traits')),
  read(
    'allocation candidate list --resource VCPU=1 --resource MEMORY_MB=64',
    `${CANDIDATES}?resources=VCPU:1,MEMORY_MB:64`,
    candidates,
  ),
  read(
    'allocation candidate list --resource VCPU=1 --required CUSTOM_GOLD --limit 5',
    `${CANDIDATES}?resources=VCPU:1&required=CUSTOM_GOLD&limit=5`,
    candidates,
  ),
  read(
    'allocation candidate list --resource VCPU=1 --forbidden CUSTOM_GOLD',
    `${CANDIDATES}?resources=VCPU:1&required=!CUSTOM_GOLD`,
    candidates,
  ),
  read(
    'allocation candidate list --resource VCPU=1 --member-of {aggregate:rack}',
    `${CANDIDATES}?resources=VCPU:1&member_of={aggregate:rack}`,
    candidates,
  ),
  read(
    'allocation candidate list --group 1 --resource VCPU=1 --group 2 --resource DISK_GB=1 --group-policy none',
    `${CANDIDATES}?resources1=VCPU:1&resources2=DISK_GB:1&group_policy=none`,
    candidates,
  ),
];

export const PLACEMENT_ENDS: readonly WriteCommand[] = [
  lacks('resource provider trait delete {provider:1}', `${PROVIDER}/traits`, /"CUSTOM_GOLD"/),
  lacks('trait delete CUSTOM_GOLD', TRAITS, /"CUSTOM_GOLD"/),
  lacks('resource class delete CUSTOM_LICENSE', CLASSES, /"CUSTOM_LICENSE"/),
];

/** Commands that would change what belongs to the cells, and words of the complaint. */
export const PLACEMENT_REFUSALS: readonly { readonly run: string; readonly complains: string }[] = [
  { run: 'resource provider create another', complains: 'volvox host join' },
  { run: 'resource provider set --name other {provider:1}', complains: 'configuration of the agent' },
  { run: 'resource provider delete {provider:1}', complains: 'openstack compute service delete' },
  { run: 'resource provider inventory set --resource VCPU=9 {provider:1}', complains: 'conductor.cpuRatio' },
  { run: 'resource provider inventory class set --total 9 {provider:1} VCPU', complains: 'conductor.cpuRatio' },
  { run: 'resource provider inventory delete {provider:1}', complains: 'conductor.cpuRatio' },
  {
    run: 'resource provider aggregate set --generation 1 --aggregate {aggregate:rack} {provider:1}',
    complains: 'openstack aggregate add host',
  },
  { run: 'resource provider allocation delete {server:alpha}', complains: 'Compute API' },
];

export const versionOf = ({ version = NEGOTIATED }: PlacementRead): string => version;
