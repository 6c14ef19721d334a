import { randomUUID } from 'node:crypto';
import type { MoveOutStatus } from '#platform/contracts/door-moves.ts';
import { anActor } from './build-requests.ts';
import type { CellWorld } from './cell-world.ts';

type Order = Parameters<CellWorld['door']['moveOut']>[0];

/** A move out of the world's cell, with the saga played. */
export class MoveOut {
  readonly moveId = randomUUID();
  readonly uuid: string;
  readonly #world: CellWorld;

  constructor(world: CellWorld, uuid: string) {
    this.#world = world;
    this.uuid = uuid;
  }

  request(phase: Order['phase'], rest: Partial<Order> = {}): Promise<MoveOutStatus> {
    const { moveId, uuid } = this;
    return this.#world.door.moveOut({
      ...{ moveId, uuid, token: 1, waitMs: 5_000, epoch: 1, phase },
      actor: anActor({ isAdmin: true }),
      ...rest,
    });
  }

  /** Begins and goes as far as `phase`. */
  async go(phase: 'begin' | 'stop' | 'fence'): Promise<MoveOutStatus> {
    for (const each of ['begin', 'stop', 'fence'] as const) {
      const status = await this.request(each);
      if (status.reached !== each) throw new Error(`${status.reached} instead of ${each}: ${status.message}`);
      if (each === phase) return status;
    }
    throw new Error(`no phase ${phase}`);
  }
}
