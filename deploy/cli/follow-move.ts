import { setTimeout as delay } from 'node:timers/promises';
import { type ApiClient, ApiError } from '../client/api-client.ts';
import type { Move } from '../client/views.ts';
import { progressOf } from './move-views.ts';
import type { StatusLine } from './status-line.ts';

const LOOK_EVERY_MS = 500;
/** An API that says nothing for so long is given up; the move goes on all the same. */
const MAX_SILENCE_MS = 120_000;

/**
 * Looks at a move until it is over, telling how far it is.
 * @param signal ends the looking; the move goes on.
 * @returns the move as it ended, or null when `signal` came first.
 * @throws when it needs an operator, or the API does not answer any more.
 */
export async function followMove(
  api: ApiClient,
  id: string,
  line: StatusLine,
  signal: AbortSignal,
): Promise<Move | null> {
  let heardAt = Date.now();
  while (!signal.aborted) {
    try {
      const { move } = await api.call('federation', 'GET /v1/moves/{id}', { path: { id } });
      heardAt = Date.now();
      if (move.state === 'done' || move.state === 'undone') return move;
      if (move.state === 'stranded') {
        throw new Stranded(`move ${id} is stuck at ${move.step}: ${move.message}; see: volvox operation show ${id}`);
      }
      line.set(progressOf(move));
    } catch (error) {
      if (error instanceof Stranded || (error instanceof ApiError && error.status < 500)) throw error;
      if (Date.now() - heardAt > MAX_SILENCE_MS) throw error;
      line.set('the API does not answer; the move goes on');
    }
    // Ended by the signal only.
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

class Stranded extends Error {}
