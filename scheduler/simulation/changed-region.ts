import { randomUUID } from 'node:crypto';
import { DEFAULT_ZONE } from '#platform/directory/stores/aggregates.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { SimulatedChange } from '#platform/objects/simulation.ts';
import type { KnownHost } from '../known-host.ts';
import type { SchedulingPolicy } from '../scheduling-policy.ts';
import { emptied, like, SimulatedRegion } from './simulated-region.ts';

type AddedHosts = NonNullable<SimulatedChange['addHosts']>;

/** The region of these hosts after the change, before any server is placed. @throws VolvoxError invalid when the change names no host or cell. */
export function changedRegion(
  hosts: readonly KnownHost[],
  change: SimulatedChange,
  { metrics }: Pick<SchedulingPolicy, 'metrics'>,
): SimulatedRegion {
  const { loseCellId, addHosts, everything } = change;
  const added = addHosts === null ? [] : addedHosts(hosts, addHosts);
  const left = hosts.filter(({ cell }) => cell.id !== loseCellId);
  return new SimulatedRegion([...(everything ? left.map(emptied) : left), ...added], metrics);
}

/** @throws VolvoxError invalid when there is no such weigher. */
export function changedPolicy(policy: SchedulingPolicy, { multipliers }: SimulatedChange): SchedulingPolicy {
  const names = policy.weighers.map(({ name }) => name);
  const unknown = Object.keys(multipliers).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw invalid('multipliers', `there is no weigher ${unknown}; the weighers are ${names.join(', ')}`);
  return { ...policy, multipliers: { ...policy.multipliers, ...multipliers } };
}

function addedHosts(hosts: readonly KnownHost[], { count, like: name, cellId, ...amounts }: AddedHosts): KnownHost[] {
  const models = name === null ? hosts : hosts.filter(({ host }) => host.name === name || host.node === name);
  const [anyModel] = models;
  if (anyModel === undefined) throw invalid('addHosts.like', `no cell that answers has a host ${name ?? ''}`);
  const model = cellId === null ? anyModel : (models.find(({ cell }) => cell.id === cellId) ?? anyModel);
  const inCell = cellId === null ? model : hosts.find(({ cell }) => cell.id === cellId);
  if (inCell === undefined) throw invalid('addHosts.cell', 'the cell has no host, or does not answer');
  const { vcpus, ramMb, diskGb } = { ...model.host.total, ...amounts };
  const isSized = Object.keys(amounts).length > 0;
  // Hosts of another cell than the model's are in no aggregate, as new hosts are.
  const { cell } = inCell;
  const place = model.cell.id === cell.id ? model : { cell, aggregates: [], zone: DEFAULT_ZONE, customTraits: [] };
  return Array.from({ length: count }, (_, at) => {
    const name = `simulated-${at + 1}`;
    return emptied(
      like(place, {
        ...model.host,
        ...{ id: randomUUID(), name, node: name, up: true, enabled: true, buildFailures: 0, problem: null },
        total: { vcpus, ramMb, diskGb },
        reserved: isSized ? { vcpus: 0, ramMb: 0, diskGb: 0 } : model.host.reserved,
      }),
    );
  });
}

const invalid = (field: string, why: string): VolvoxError =>
  new VolvoxError('invalid', `${field}: ${why}.`, { details: { field } });
