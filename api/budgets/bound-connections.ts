import type { Server, Socket } from 'node:net';
import { addressGroup } from './budget-key.ts';
import type { BudgetsConfig } from './config.ts';
import type { CountThrottled } from './throttle-metrics.ts';

type Bounds = Pick<BudgetsConfig, 'maxConnections' | 'connectionsPerAddress'>;

/**
 * Closes new connections above the bounds.
 * @param behindProxies all clients come from the addresses of proxies, so only the total is bounded.
 */
export function boundConnections(server: Server, bounds: Bounds, behindProxies: boolean, count: CountThrottled): void {
  const open = new Map<string, number>();
  server.maxConnections = bounds.maxConnections;
  server.on('drop', () => count('connections'));
  if (behindProxies) return;
  server.on('connection', (socket: Socket) => {
    const address = addressGroup(socket.remoteAddress ?? '');
    const others = open.get(address) ?? 0;
    open.set(address, others + 1);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
    if (others < bounds.connectionsPerAddress) return;
    count('connections');
    socket.destroy();
  });
}
