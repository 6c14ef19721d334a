import { type Static, Type } from 'typebox';
import { NearMiss, Refusal } from '../objects/decision-record.ts';
import { DeviceRequest } from '../objects/device-request.ts';
import { GuestTopology } from '../objects/guest-topology.ts';
import { SegmentType } from '../objects/network.ts';
import { Resources } from '../objects/resources.ts';
import { Count, nullable, StringMap, Uuid } from '../objects/scalars.ts';
import { SimulatedChange, SimulationReport } from '../objects/simulation.ts';
import { addedMember, call, contract, eachMember, renamedMember } from './contract.ts';

/**
 * Where should these go? The scheduler answers from its snapshot and keeps no state; the claim in the cell is the check.
 *
 * Versions:
 * 3: `segmentTypes`, `tagsFrames`, `topology` and `devices` of a request; either side first: an older scheduler also names hosts that do not offer them, whose cells refuse.
 *    `sourceCellId` of a request; either side first: an older scheduler weighs all cells alike.
 *    `contested` of a decision; either side first: without it a decision counts as final.
 *    `flavorName` and `imageId`; either side first: optional filters that need them are off in an older scheduler.
 *    `hostsPassed` and `nearest` of a decision; either side first: an older scheduler does not tell.
 *    The call `simulate`; the scheduler first.
 * 2: `candidates` of a decision, which were `places`; either side first.
 * 1: first form.
 */
export const SchedulingRequest = Type.Object({
  instanceUuid: Uuid,
  projectId: Type.String(),
  /** Seeds the shuffle among equals. */
  requestId: Type.String(),
  resources: Resources,
  flavorExtraSpecs: StringMap,
  imageProperties: StringMap,
  flavorName: Type.Optional(Type.String()),
  /** Absent: there is no image, or it is not known. */
  imageId: Type.Optional(Uuid),
  availabilityZone: nullable(Type.String()),
  requestedHost: nullable(Type.String()),
  serverGroup: nullable(Type.Object({ id: Uuid, policy: Type.String(), maxServerPerHost: Count })),
  schedulerHints: Type.Record(Type.String(), Type.Unknown()),
  /** Hosts that were tried and refused, and the host it is on (resize to another). */
  ignoreHostIds: Type.Array(Uuid),
  ignoreCellIds: Type.Array(Uuid),
  /** Only this cell (moves inside a cell); null: any enabled one. */
  onlyCellId: nullable(Uuid),
  /** The cell of a server that moves and may leave it. Absent: it has none, or stays in it. */
  sourceCellId: Type.Optional(Uuid),
  /** The types of networks that the host must carry. Absent: none. */
  segmentTypes: Type.Optional(Type.Array(SegmentType)),
  /** The host must give subports their tags. Absent: there is no subport. */
  tagsFrames: Type.Optional(Type.Boolean()),
  /** NUMA nodes, CPUs and pages of the host for this guest alone. Absent: it asks for none. */
  topology: Type.Optional(GuestTopology),
  /** Devices of the host for this guest alone. Absent: it asks for none. */
  devices: Type.Optional(Type.Array(DeviceRequest)),
  /** How many candidates to name besides the best one. */
  alternates: Count,
});
export type SchedulingRequest = Static<typeof SchedulingRequest>;

/**
 * The hints `same_host` and `different_host` name servers; who asks puts the names of those servers' hosts into these two, because the
 * scheduler knows hosts and not servers. A server that has no host is not in them.
 */
export const SAME_HOSTS_HINT = '_same_host_names';
export const DIFFERENT_HOSTS_HINT = '_different_host_names';

export const Candidate = Type.Object({
  cellId: Uuid,
  cellName: Type.String(),
  hostId: Uuid,
  hostName: Type.String(),
  zone: Type.String(),
});
export type Candidate = Static<typeof Candidate>;

/**
 * candidates: best first, also of other cells. Empty: no host; `refusals` says why, and is kept for the user's fault. `nearest` are then up to three hosts that
 * miss least: the fewest filters, and of those the smallest share of the requested amounts.
 */
export const Decision = Type.Object({
  instanceUuid: Uuid,
  candidates: Type.Array(Candidate),
  refusals: Type.Array(Refusal),
  hostsConsidered: Count,
  hostsPassed: Type.Optional(Count),
  nearest: Type.Optional(Type.Array(NearMiss)),
  silentCells: Type.Array(Type.String()),
  /**
   * There is no candidate after other requests of the call were given hosts. Whether their claims succeed is not known yet, so this is not
   * final: a call with this request alone says it.
   */
  contested: Type.Optional(Type.Boolean()),
});
export type Decision = Static<typeof Decision>;

type Both = ReturnType<typeof renamedMember>;
const eachDecision = ({ down, up }: Both): Both => {
  const each = (change: Both['up']) => (value: unknown) => ({
    decisions: (value as { decisions: unknown[] }).decisions.map(change),
  });
  return { down: each(down), up: each(up) };
};

export const schedulerContract = contract({
  name: 'scheduler',
  version: 3,
  oldest: 1,
  calls: {
    /** Requests of one call see each other: the second knows what the first was given. */
    schedule: call(
      Type.Object({ requests: Type.Array(SchedulingRequest) }),
      Type.Object({ decisions: Type.Array(Decision) }),
      {
        deadlineMs: 5_000,
        changes: {
          2: { response: eachDecision(renamedMember('candidates', 'places')) },
          3: {
            request: eachMember(
              'requests',
              addedMember('segmentTypes', 'tagsFrames', 'flavorName', 'imageId', 'sourceCellId', 'topology', 'devices'),
            ),
            response: eachDecision(addedMember('hostsPassed', 'nearest', 'contested')),
          },
        },
      },
    ),
    /**
     * What would become of the servers that exist, if something were otherwise. Nothing is changed. Rejects with `conflict` while another simulation runs,
     * with `invalid` when the change names what does not exist. An older scheduler has no such call.
     */
    simulate: call(SimulatedChange, SimulationReport, { deadlineMs: 25_000 }),
    /** How fresh the snapshot is, by cell. */
    describe: call(
      Type.Object({}),
      Type.Object({
        cells: Type.Array(
          Type.Object({ cellId: Uuid, name: Type.String(), hosts: Count, ageMs: Count, connected: Type.Boolean() }),
        ),
      }),
    ),
  },
});
