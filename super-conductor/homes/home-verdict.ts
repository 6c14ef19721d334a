import type { PresentInstance } from '#platform/contracts/door-moves.ts';
import type { Home } from '#platform/directory/stores/homes/home.ts';

/** What a home says of what a cell holds; see `homeVerdict`. */
export type HomeVerdict =
  /** It is at home there, or may be. */
  | { readonly kind: 'fine' }
  /** The directory knows better: the cell is to keep it aside. */
  | { readonly kind: 'aside'; readonly reason: string }
  /** They differ, and the cell may be the one that is right: for an operator. */
  | { readonly kind: 'differs'; readonly message: string };

export type SeenHome = Pick<Home, 'state' | 'cellId' | 'placingCellId' | 'epoch' | 'moving'>;

const FINE: HomeVerdict = { kind: 'fine' };

/**
 * Whether what a cell holds at an epoch is at home there. Pure. A copy is set aside only where the directory names another home (or none)
 * under an epoch that is not below the copy's: a directory that was put back to an earlier state must not stop anything.
 * What a move has in hand is its saga's, and what the directory notes as a stray is told to go by itself (`isStray`).
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
      return { kind: 'aside', reason: 'It was deleted while this cell was out of touch.' };
    case 'buried':
      return { kind: 'aside', reason: 'Its build was given up while this cell was out of touch.' };
    case 'accepted':
      if (home.placingCellId === cellId && home.epoch === present.epoch) return FINE;
      return { kind: 'aside', reason: `It is being placed anew, at epoch ${home.epoch}.` };
    case 'placed':
      if (home.cellId !== cellId)
        return { kind: 'aside', reason: `Its home is cell ${home.cellId} at epoch ${home.epoch}.` };
      return home.epoch === present.epoch
        ? FINE
        : differs(`it is here at epoch ${present.epoch}, and at home here at epoch ${home.epoch}`);
  }
}

const differs = (message: string): HomeVerdict => ({ kind: 'differs', message });
