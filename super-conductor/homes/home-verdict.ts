import type { PresentInstance } from '#platform/contracts/door-moves.ts';
import type { Home } from '#platform/directory/stores/homes/home.ts';

/** Whether a cell may keep an instance that it has; see `homeVerdict`. */
export type HomeVerdict =
  /** Its home is this cell, or may be. */
  | { readonly kind: 'fine' }
  /** The directory is certain that it lives elsewhere or nowhere: the cell must quarantine it. */
  | { readonly kind: 'quarantine'; readonly reason: string }
  /** They differ, and the cell may be right: an operator decides. */
  | { readonly kind: 'differs'; readonly message: string };

export type SeenHome = Pick<Home, 'state' | 'cellId' | 'placingCellId' | 'epoch' | 'moving'>;

const FINE: HomeVerdict = { kind: 'fine' };

/**
 * Whether the home of an instance is the cell that has it at an epoch. Pure. The verdict is `quarantine` only if the directory names
 * another home (or none) under an epoch that is not lower: a directory that was restored to an earlier state must not stop anything.
 * A move decides about the instances that it handles, and a reconciler removes orphaned placements (`isOrphaned`).
 */
export function homeVerdict(
  present: PresentInstance,
  home: SeenHome | null,
  cellId: string,
  isOrphaned: boolean,
): HomeVerdict {
  if (present.moving || isOrphaned || (home !== null && home.moving !== null)) return FINE;
  if (home === null) return differs('the directory does not know it');
  if (present.epoch > home.epoch)
    return differs(`it is here at epoch ${present.epoch}, the directory is at ${home.epoch}`);
  switch (home.state) {
    case 'deleted':
      return { kind: 'quarantine', reason: 'It was deleted while this cell was out of touch.' };
    case 'buried':
      return { kind: 'quarantine', reason: 'Its build was given up while this cell was out of touch.' };
    case 'accepted':
      if (home.placingCellId === cellId && home.epoch === present.epoch) return FINE;
      return { kind: 'quarantine', reason: `It is being placed again, at epoch ${home.epoch}.` };
    case 'placed':
      if (home.cellId !== cellId)
        return { kind: 'quarantine', reason: `Its home is cell ${home.cellId} at epoch ${home.epoch}.` };
      return home.epoch === present.epoch
        ? FINE
        : differs(`it is here at epoch ${present.epoch}, and at home here at epoch ${home.epoch}`);
  }
}

const differs = (message: string): HomeVerdict => ({ kind: 'differs', message });
