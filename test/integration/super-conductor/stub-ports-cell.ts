import type { CellDoor, DoorClient } from '#platform/directory/cell-doors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { aCell, aHost } from '../../unit/scheduler/builders.ts';

/** The parameters of both actions. */
interface PortAction {
  readonly operationId: string;
  readonly kind: string;
  readonly params: { readonly port?: { readonly id: string }; readonly portId?: string };
}

/** A cell behind the door's contract, as far as ports of one server are attached and detached through it: done as soon as it is asked. */
export class StubPortsCell {
  readonly name = 'ports';
  readonly id = aCell(this.name).id;
  readonly hosts = [aHost({ name: `${this.name}-host` })];
  /** What the guest of the server has. */
  readonly cards = new Set<string>();
  /** How often it refuses to detach a port, because another action is in progress. */
  busyFor = 0;
  /** Its server is shelved: users may not detach. */
  isShelved = false;
  /** Requests of this kind of action do not arrive: whoever sends one hears nothing. `arrive` lets them come in. */
  late: string | null = null;
  readonly #requests: PortAction[] = [];
  /** The operations that were begun, or were prevented. */
  readonly #operations = new Map<string, 'done' | 'undone'>();
  readonly #door = {
    getOperation: async ({ id }: { id: string }) => {
      const state = this.#operations.get(id);
      if (state === undefined) throw new VolvoxError('not-found', `There is no operation ${id}.`);
      return { id, state, message: null, finishedAt: '2026-01-01T00:00:00Z' };
    },
    preventAction: async ({ operationId }: { operationId: string }) => {
      if (!this.#operations.has(operationId)) this.#operations.set(operationId, 'undone');
      return {};
    },
    getInstance: async () => ({ ports: [...this.cards].map((id) => ({ id })) }),
    act: async (asked: PortAction) => {
      if (asked.kind !== this.late) return this.#act(asked);
      this.#requests.push(asked);
      throw new VolvoxError('unavailable', 'It does not answer.');
    },
  };
  readonly cell: CellDoor = {
    ...{ id: this.id, name: this.name, url: `http://${this.name}`, enabled: true },
    door: this.#door as unknown as DoorClient,
  };

  get onTheWay(): number {
    return this.#requests.length;
  }

  /** @returns how many requests arrived, too late. */
  async arrive(): Promise<number> {
    const asked = this.#requests.splice(0);
    for (const one of asked) await this.#act(one);
    return asked.length;
  }

  async #act({ operationId, kind, params: { port, portId = '' } }: PortAction) {
    if (this.#operations.has(operationId)) return { operationId };
    if (kind === 'attachInterface' && port !== undefined) this.cards.add(port.id);
    else if (this.busyFor-- > 0) {
      const details = { attribute: 'task_state', state: 'rebuilding' };
      throw new VolvoxError('conflict', 'It is being rebuilt.', { details });
    } else if (kind === 'detachInterface' && this.isShelved) {
      const details = { attribute: 'vm_state', state: 'shelved_offloaded' };
      throw new VolvoxError('conflict', 'It is shelved.', { details });
    } else if (!this.cards.delete(portId)) throw new VolvoxError('not-found', `Port ${portId} is not attached.`);
    this.#operations.set(operationId, 'done');
    return { operationId };
  }
}
