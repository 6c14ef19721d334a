import type { BuildAnswer } from '#platform/contracts/door.ts';
import type {
  MoveInAdvance,
  MoveInRequest,
  MoveInStatus,
  MoveOutRequest,
  MoveOutStatus,
} from '#platform/contracts/door-moves.ts';
import type { CellDoor, DoorClient } from '#platform/directory/cell-doors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { aBuild } from '../../support/a-build.ts';
import { aCell, aHost, idOf } from '../../unit/scheduler/builders.ts';

/** How a door behaves. lost: does what it is asked, and the answer does not arrive. dead: cannot be reached. */
type Mood = 'well' | 'lost' | 'dead';

const OUT = ['none', 'begin', 'stop', 'fence', 'release'];
const IN = ['none', 'prepare', 'copy', 'arrive', 'start'];

/** A cell behind the door's contract, as far as a move goes through it: its part of one move, reached as soon as it is ordered. */
export class StubMovingCell {
  readonly name: string;
  readonly id: string;
  readonly hosts;
  readonly cell: CellDoor;
  mood: Mood = 'well';
  /** Whether a guest of the server runs here. */
  running = false;
  out: MoveOutStatus['reached'] = 'none';
  in: MoveInStatus['reached'] = 'none';
  /** At which epoch the target was asked to take it. */
  epoch: number | null = null;
  brought: MoveInAdvance['moved'] = null;
  /** The instance with which the target was asked. */
  asked: Instance | null = null;
  /** What the cell says of the instance, unlike the directory. */
  says: Partial<Instance> = {};
  /** …once it is fenced. */
  saysFenced: Partial<Instance> = {};
  deleteWhileFenced = false;
  /** It has been told to release, and does not get on with it. */
  clearsAway = true;
  keptQuarantined = false;
  /** Of the agent that has the guest; null: no agent has its host now. */
  address: string | null = 'http://h';
  /** Said with `start`: the guest could not be started. */
  startTrouble: string | null = null;
  readonly deleted: string[] = [];
  /** The kinds of the actions that deleted them. */
  readonly deletedBy: string[] = [];
  readonly released: number[] = [];
  /** The highest token seen: calls of a lower one are refused. */
  token = 0;
  /** The phase that the cell cannot reach: it gives its part up with this sentence. */
  fails: { readonly phase: string; readonly message: string } | null = null;
  /** Called before anything is answered. */
  before: (phase: string) => void = () => undefined;

  constructor(name: string) {
    this.name = name;
    this.id = aCell(name).id;
    const door = this.#door as unknown as DoorClient;
    this.cell = { id: this.id, name, url: `http://${name}`, enabled: true, door };
    this.hosts = [aHost({ name: `${name}-host` })];
  }

  readonly #door = {
    getInstance: ({ uuid }: { uuid: string }) => this.#answer('show', 0, () => ({ ...anInstance(uuid), ...this.says })),
    moveOut: ({ phase, token, uuid, ...rest }: MoveOutRequest) =>
      this.#answer(phase, token, (): MoveOutStatus => {
        if (phase === 'release') this.keptQuarantined = 'keepQuarantined' in rest;
        if (phase !== 'release' || this.clearsAway) this.#out(phase);
        return {
          reached: this.out,
          message: this.out === 'undone' ? (this.fails?.message ?? null) : null,
          source:
            this.address === null
              ? null
              : { guestId: idOf('guest'), hostName: 'h', url: this.address, ticket: `ticket ${this.token}` },
          moved:
            OUT.indexOf(this.out) >= OUT.indexOf('fence')
              ? { instance: { ...anInstance(uuid), ...this.saysFenced }, before: 'active', operations: [] }
              : null,
          deleteRequested: this.deleteWhileFenced,
        };
      }),
    beginMoveIn: ({ uuid, epoch, hostId, token, instance }: MoveInRequest) =>
      this.#answer('claim', token, (): BuildAnswer => {
        this.asked = instance;
        if (this.in === 'undone') return { uuid, accepted: false, reason: 'stale-epoch', message: 'it is over' };
        if (this.fails?.phase === 'claim')
          return { uuid, accepted: false, reason: 'capacity', message: this.fails.message };
        this.epoch = epoch;
        return { uuid, accepted: true, hostId };
      }),
    moveIn: ({ phase, token, moved }: MoveInAdvance) =>
      this.#answer(phase, token, (): MoveInStatus => {
        this.#in(phase);
        if (phase === 'arrive') this.brought = moved;
        const message = this.in === 'undone' ? (this.fails?.message ?? null) : this.startTrouble;
        return { reached: this.in, message, hostId: this.hosts[0]?.id ?? null, hostName: null, progress: 0 };
      }),
    act: ({ uuid, kind }: { uuid: string; kind: string }) =>
      this.#answer('act', 0, () => {
        this.deleted.push(uuid);
        this.deletedBy.push(kind);
      }),
    releaseBuild: ({ epoch }: { epoch: number }) =>
      this.#answer('release-build', 0, () => void this.released.push(epoch)),
  };

  #out(phase: MoveOutRequest['phase']): void {
    if (this.out === 'undone' || this.out === 'release') return;
    if (phase === 'abort' || this.fails?.phase === phase) {
      if (this.out !== 'none' && OUT.indexOf(this.out) >= OUT.indexOf('stop')) this.running = true;
      this.out = 'undone';
      return;
    }
    if (OUT.indexOf(phase) > OUT.indexOf(this.out)) this.out = phase;
    if (OUT.indexOf(this.out) >= OUT.indexOf('stop')) this.running = false;
  }

  #in(phase: MoveInAdvance['phase']): void {
    if (this.in === 'undone' || this.in === 'start') return;
    if (phase === 'abort' || this.fails?.phase === phase) {
      this.in = 'undone';
      return;
    }
    if (this.epoch === null) throw new VolvoxError('not-found', 'There is no such move.');
    if (IN.indexOf(phase) > IN.indexOf(this.in)) this.in = phase;
    if (this.in === 'start') this.running = true;
  }

  async #answer<A>(phase: string, token: number, work: () => A): Promise<A> {
    this.before(phase);
    if (this.mood === 'dead') throw new VolvoxError('unavailable', `${this.name} cannot be reached.`);
    if (token > 0 && token < this.token) throw new VolvoxError('conflict', 'A later worker has this move.');
    this.token = Math.max(this.token, token);
    const answer = work();
    if (this.mood === 'lost') throw new VolvoxError('deadline-exceeded', `${this.name} did not answer in time.`);
    return answer;
  }
}

const anInstance = (uuid: string): Instance =>
  ({ ...aBuild({ uuid }), epoch: 2, vmState: 'active', oldFlavor: null }) as Instance;
