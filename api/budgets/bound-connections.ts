import type { Server, Socket } from 'node:net';
import { addressBlocks } from './budget-key.ts';
import type { BudgetsConfig } from './config.ts';
import { OpenConnections } from './open-connections.ts';
import type { CountThrottled } from './throttle-metrics.ts';

type Bounds = Pick<BudgetsConfig, 'maxConnections' | 'connectionsPerAddress'>;

/** A client may have a larger block of version 6 than a /64, so these have bounds too: so many times that of an address. */
const TIMES = [1, 2, 4] as const;
const LENGTHS = [64, 56, 48] as const;
/** Connections that are being closed to make way for others, at most. */
const CLOSING = 64;

/**
 * Closes new connections above the bounds of their address. When all are taken, the idlest one of the owner with the most makes way for a
 * newcomer who has fewer, so no owner can keep others out by connections that they leave open.
 * @param behindProxies all clients come from the addresses of proxies, so only the total is bounded.
 */
export function boundConnections(server: Server, bounds: Bounds, behindProxies: boolean, count: CountThrottled): void {
  server.on('drop', () => count('connections'));
  if (behindProxies) {
    server.maxConnections = bounds.maxConnections;
    return;
  }
  server.maxConnections = bounds.maxConnections + CLOSING;
  const open = new OpenConnections<Socket>();
  const perBlock = new Map<string, number>();
  const refuse = (socket: Socket): void => {
    count('connections');
    socket.destroy();
  };
  server.on('connection', (socket: Socket) => {
    const blocks = addressBlocks(socket.remoteAddress ?? '', LENGTHS);
    const isFull = (block: string, n: number): boolean =>
      (perBlock.get(block) ?? 0) >= (TIMES[n] ?? 1) * bounds.connectionsPerAddress;
    if (blocks.some(isFull)) return refuse(socket);
    // The largest block counts as one owner.
    const owner = blocks.at(-1) ?? '';
    open.add(owner, socket);
    for (const block of blocks) perBlock.set(block, (perBlock.get(block) ?? 0) + 1);
    socket.once('close', () => {
      open.delete(socket);
      for (const block of blocks) decrement(perBlock, block);
    });
    if (open.size <= bounds.maxConnections) return;
    const leaving = open.idlestOfLargest(owner) ?? socket;
    // Its `close` comes later.
    open.delete(leaving);
    refuse(leaving);
  });
}

function decrement(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}
