import type { ApiClient } from '../../../deploy/client/api-client.ts';
import type { Move } from '../../../deploy/client/views.ts';
import { beginMove } from '../server-calls.ts';
import { waitUntil } from '../wait-until.ts';

/** Moves a server and waits for the end. @returns the move as it ended, and how long it took from the request on, ms. */
export async function moveTo(api: ApiClient, server: string, cell: string): Promise<{ move: Move; ms: number }> {
  const startedAt = performance.now();
  const id = await beginMove(api, server, cell);
  const ended = await waitUntil(
    `the move of ${server} to ${cell} to end`,
    async () => {
      const { move: now } = await api.call('federation', 'GET /v1/moves/{id}', { path: { id } });
      return now.state === 'done' || now.state === 'undone' ? now : null;
    },
    300_000,
    100,
  );
  return { move: ended, ms: performance.now() - startedAt };
}
