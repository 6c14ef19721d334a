import type { ApiClient } from '../../deploy/client/api-client.ts';
import { waitUntil } from '../support/wait-until.ts';

const IDLE_MS = 240_000;

/**
 * Waits until no server of any project has a task in progress. What a command does may show before its task ends (an image is there before its
 * server is told so), and until then the next command is refused.
 * @throws after four minutes, naming the servers and their tasks.
 */
export async function untilServersAreIdle(admin: ApiClient): Promise<void> {
  await waitUntil(
    'all servers to be idle',
    async () => {
      const { servers } = await admin.call('compute', 'GET /servers/detail', { query: { all_tenants: '1' } });
      const busy = servers.filter((server) => server['OS-EXT-STS:task_state'] !== null);
      const tasks = busy.map((server) => `${server.name}: ${server['OS-EXT-STS:task_state']}`);
      if (tasks.length > 0) throw new Error(tasks.join(', '));
      return true;
    },
    IDLE_MS,
  );
}
