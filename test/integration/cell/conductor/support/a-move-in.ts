import { randomUUID } from 'node:crypto';
import type { BuildAnswer } from '#platform/contracts/door.ts';
import type {
  DiskSource,
  MovedInstance,
  MoveInAdvance,
  MoveInRequest,
  MoveInStatus,
} from '#platform/contracts/door-moves.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import { waitUntil } from '../../../../support/wait-until.ts';
import { aBuild, anActor } from './build-requests.ts';
import type { CellWorld } from './cell-world.ts';

/** An instance as another cell tells it. */
export const anInstance = (rest: Partial<Instance> = {}): Instance => ({
  ...aBuild({ tags: ['blue', 'red'], metadata: { role: 'db' }, userData: 'IyEvYmluL3NoCg==' }),
  epoch: 4,
  cellName: 'cell-other',
  version: 17,
  vmState: 'active',
  taskState: null,
  powerState: 'running',
  host: 'other-host',
  node: 'other-host',
  zone: 'nova',
  hostStatus: 'UP',
  instanceName: 'instance-00000042',
  progress: 0,
  fault: { code: 500, message: 'an old trouble', details: null, createdAt: '2026-01-02T03:04:05.000Z' },
  lockedBy: 'owner',
  lockReason: 'mine',
  oldFlavor: null,
  launchedAt: '2026-01-02T03:04:05.678000Z',
  terminatedAt: null,
  updatedAt: '2026-01-02T03:04:05.678000Z',
  deletedAt: null,
  ...rest,
});

/** An ended operation of its action log. */
export const anEndedOperation = (subject: string, kind: string, rest: Partial<OperationRow> = {}): OperationRow => ({
  id: randomUUID(),
  kind,
  subject,
  state: 'done',
  stepIndex: 1,
  attempt: 1,
  params: {},
  outputs: {},
  history: [],
  message: null,
  wakeAt: 1_000,
  signals: 3,
  leaseOwner: 'conductor-cell-other',
  leaseToken: 2,
  leaseExpiresAt: 0,
  deadlineAt: 9_000,
  requestId: `req-${randomUUID()}`,
  userId: 'user-1',
  projectId: 'project-1',
  createdAt: 1_000,
  updatedAt: 2_000,
  finishedAt: 2_000,
  ...rest,
});

const aDiskSource = (rest: Partial<DiskSource> = {}): DiskSource => ({
  ...{ guestId: randomUUID(), hostName: 'other-host', url: 'http://127.0.0.1:9', ticket: 'ticket-1' },
  ...rest,
});

/** A move into the world's cell, with the saga and the other cell played. */
export class MoveIn {
  readonly moveId = randomUUID();
  readonly instance: Instance;
  readonly epoch: number;
  readonly before: 'active' | 'stopped';
  source = aDiskSource();
  moved: MovedInstance;
  readonly #world: CellWorld;

  constructor(world: CellWorld, instance: Instance = anInstance(), before: 'active' | 'stopped' = 'active') {
    this.#world = world;
    this.instance = instance;
    this.epoch = instance.epoch + 1;
    this.before = before;
    const operations = ['build', 'reboot'].map((kind, at) => ({
      ...anEndedOperation(instance.uuid, kind, { createdAt: 1_000 + at }),
    }));
    this.moved = { instance, before, operations };
  }

  get uuid(): string {
    return this.instance.uuid;
  }

  begin(hostIndexes: readonly number[] = [0], rest: Partial<MoveInRequest> = {}): Promise<BuildAnswer> {
    const [hostId = '', ...alternates] = hostIndexes.map((index) => this.#world.host(index).id);
    const { moveId, uuid, epoch, instance, before } = this;
    return this.#world.door.beginMoveIn({
      ...{ moveId, uuid, token: 1, waitMs: 5_000, epoch, instance, hostId, alternates, zone: 'nova', before },
      actor: anActor({ isAdmin: true }),
      ...rest,
    });
  }

  request(phase: MoveInAdvance['phase'], rest: Partial<MoveInAdvance> = {}): Promise<MoveInStatus> {
    const { moveId, uuid, epoch, source, moved } = this;
    return this.#world.door.moveIn({
      ...{ moveId, uuid, token: 1, waitMs: 5_000, epoch, phase },
      source: phase === 'copy' ? source : null,
      moved: phase === 'arrive' ? moved : null,
      ...rest,
    });
  }

  /** Orders it until it is there. */
  reach(phase: Exclude<MoveInAdvance['phase'], 'abort'>): Promise<MoveInStatus> {
    return waitUntil(`the move to reach ${phase}`, async () => {
      const status = await this.request(phase);
      if (status.reached === 'undone' || status.reached === 'gone')
        throw new Error(`${status.reached}: ${status.message}`);
      return status.reached === phase ? status : null;
    });
  }

  /** Begins and goes as far as `phase`. */
  async go(phase: Exclude<MoveInAdvance['phase'], 'abort'>, hostIndexes?: readonly number[]): Promise<MoveInStatus> {
    const answer = await this.begin(hostIndexes);
    if (!answer.accepted) throw new Error(`refused: ${answer.message}`);
    for (const each of ['prepare', 'copy', 'arrive'] as const) {
      const status = await this.reach(each);
      if (each === phase) return status;
    }
    return this.reach('start');
  }
}
