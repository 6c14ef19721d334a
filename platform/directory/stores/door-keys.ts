import { createSeal, type Seal } from '../seal.ts';

/** Seals the keys of doors, bound to the ids of their cells, so that a dump of the directory opens none of them. */
export type DoorKeySeal = Seal;

/** Under a key derived from `trust.signingKey`. */
export const createDoorKeySeal = (signingKey: { reveal(): string }): DoorKeySeal =>
  createSeal(signingKey.reveal(), 'volvox door keys 1', (cellId) => `The door key of cell ${cellId}`);
