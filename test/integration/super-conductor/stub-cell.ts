import type { BuildAnswer, BuildRequest, InstancePatch, Notice } from '#platform/contracts/door.ts';
import type { CellDoor, DoorClient } from '#platform/directory/cell-doors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Fault, Instance } from '#platform/objects/instance.ts';
import { aCell, aHost, idOf } from '../../unit/scheduler/builders.ts';

/** How a stub's door behaves. lost: does what it is asked, and the answer does not arrive. dead: cannot be reached. */
type Mood = 'well' | 'full' | 'lost' | 'dead';

/** A cell behind the door's contract, as far as the super-conductor goes through it: instances by uuid, each at one epoch. */
export class StubCell {
  readonly name: string;
  readonly id: string;
  readonly hosts;
  readonly instances = new Map<string, { readonly epoch: number; readonly host: string | null; buried: boolean }>();
  readonly notices = new Map<string, Notice>();
  readonly asked: BuildRequest[] = [];
  readonly deleted: string[] = [];
  /** The kinds of the actions that deleted them. */
  readonly deletedBy: string[] = [];
  /** Builds that it has released. */
  readonly released = new Set<string>();
  readonly updated: { readonly uuid: string; readonly patch: InstancePatch }[] = [];
  /** What it was told to quarantine. */
  readonly quarantined: { readonly uuid: string; readonly epoch: number; readonly reason: string }[] = [];
  /** What it lists. */
  readonly listed = new Map<string, Pick<Instance, 'flavor' | 'oldFlavor' | 'taskState'>>();
  mood: Mood = 'well';
  /** Called before a build request is answered. */
  beforeAnswer: (request: BuildRequest) => Promise<void> = async () => undefined;

  /** Called before it is told to quarantine something. */
  beforeQuarantine: () => Promise<void> = async () => undefined;

  /** Called before a list is answered. */
  beforeListed: () => Promise<void> = async () => undefined;

  readonly cell: CellDoor;

  constructor(name: string, hosts: number) {
    this.name = name;
    this.id = aCell(name).id;
    const door = this.#door as unknown as DoorClient;
    this.cell = { id: this.id, name, url: `http://${name}`, enabled: true, door };
    this.hosts = Array.from({ length: hosts }, (_, at) => aHost({ name: `${name}-host-${at}` }));
  }

  /** `about`: the code of a fault, or the id of an image. */
  tell(kind: Notice['kind'], instanceUuid: string, epoch: number, about: number | string = 500): void {
    const image = typeof about === 'string' ? { imageId: about } : {};
    const code = typeof about === 'number' ? about : 500;
    const id = idOf(`${kind} ${instanceUuid} ${epoch} ${image.imageId ?? ''}`);
    const fault = kind === 'build-failed' ? { code, message: 'it broke', details: null, createdAt: NOW } : null;
    this.notices.set(id, { id, kind, instanceUuid, epoch, fault, createdAt: NOW, ...image });
  }

  /** The faults of buried builds. */
  readonly buriedWith: Fault[] = [];
  readonly #door = {
    createInstances: async ({ requests }: { requests: BuildRequest[] }) => {
      this.#reach();
      const answers: BuildAnswer[] = [];
      for (const request of requests) {
        this.asked.push(request);
        await this.beforeAnswer(request);
        answers.push(this.#build(request));
      }
      if (this.mood === 'lost') throw new VolvoxError('deadline-exceeded', `${this.name} did not answer in time.`);
      return { answers };
    },
    listInstances: async ({ filter: { uuids } }: { filter: { uuids: readonly string[] } }) => {
      this.#reach();
      await this.beforeListed();
      return {
        instances: uuids.flatMap((uuid) => {
          const host = this.instances.get(uuid)?.host ?? null;
          const known = this.listed.has(uuid) || host !== null;
          return known ? [{ uuid, host, ...this.listed.get(uuid) }] : [];
        }),
      };
    },
    listPresent: async ({ after, limit }: { after: string | null; limit: number }) => {
      this.#reach();
      const uuids = [...this.instances.keys()].sort().filter((uuid) => uuid > (after ?? ''));
      const instances = uuids.slice(0, limit).flatMap((uuid) => {
        const epoch = this.instances.get(uuid)?.epoch;
        return epoch === undefined ? [] : [{ uuid, epoch, moving: false }];
      });
      return { instances };
    },
    quarantine: async ({ instances }: { instances: StubCell['quarantined'] }) => {
      this.#reach();
      await this.beforeQuarantine();
      for (const one of instances) {
        this.quarantined.push(one);
        if (this.instances.get(one.uuid)?.epoch === one.epoch) this.instances.delete(one.uuid);
      }
      return {};
    },
    releaseBuild: async ({ uuid, epoch, onlyFailed }: { uuid: string; epoch: number; onlyFailed?: boolean }) => {
      this.#reach();
      if (onlyFailed === true && this.deleted.includes(uuid)) throw new VolvoxError('conflict', 'it is being deleted');
      if (this.instances.get(uuid)?.epoch === epoch) {
        this.instances.delete(uuid);
        this.released.add(uuid);
      }
      return {};
    },
    buryBuild: async ({ uuid, epoch, fault }: { uuid: string; epoch: number; fault: Fault }) => {
      this.#reach();
      const instance = this.instances.get(uuid);
      if (instance === undefined) throw new VolvoxError('not-found', `Instance ${uuid} could not be found.`);
      if (instance.epoch === epoch) {
        instance.buried = true;
        this.buriedWith.push(fault);
      }
      return {};
    },
    updateInstance: async ({ uuid, patch }: StubCell['updated'][number]) => {
      this.#reach();
      this.updated.push({ uuid, patch });
      return {};
    },
    act: async ({ uuid, operationId, kind }: { uuid: string; operationId: string; kind: string }) => {
      this.#reach();
      if (this.released.has(uuid)) throw new VolvoxError('moved', `Instance ${uuid} is not here any more.`);
      this.deleted.push(uuid);
      this.deletedBy.push(kind);
      return { operationId };
    },
    watchNotices: async (_request: unknown, { signal }: { signal?: AbortSignal } = {}) => {
      this.#reach();
      if (this.notices.size === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      signal?.throwIfAborted();
      return { notices: [...this.notices.values()] };
    },
    acknowledgeNotices: async ({ ids }: { ids: string[] }) => {
      this.#reach();
      for (const id of ids) this.notices.delete(id);
      return {};
    },
    close: async () => undefined,
  };

  #reach(): void {
    if (this.mood === 'dead') throw new VolvoxError('unavailable', `${this.name} cannot be reached.`);
  }

  #build(request: BuildRequest): BuildAnswer {
    const { uuid } = request.build;
    const refused = (reason: string): BuildAnswer => ({ uuid, accepted: false, reason, message: reason });
    const known = this.instances.get(uuid);
    if (known !== undefined && known.epoch !== request.epoch) return refused('stale-epoch');
    if (known === undefined) {
      if (this.mood === 'full') return refused('capacity');
      const host = this.hosts.find(({ id }) => id === request.hostId);
      if (host === undefined) return refused('host-unknown');
      this.instances.set(uuid, { epoch: request.epoch, host: host.name, buried: false });
    }
    return { uuid, accepted: true, hostId: request.hostId };
  }
}

const NOW = '2026-05-01T12:00:00Z';
