import { QUEUE_PREFIX } from './waker.ts';

/** The queue by which an agent is woken. */
export const agentQueue = (agentId: string): string => `agent-${agentId}`;

/** The user of an agent in its cell's Redis. Its password is the secret of the agent's key. */
export const agentUser = (agentId: string): string => agentQueue(agentId);

export const isAgentUser = (name: string): boolean => name.startsWith(agentQueue(''));

/**
 * What the user of an agent may do, as arguments of `ACL SETUSER`: take jobs from its own queue. Commands that show keys of others, look after
 * the server, or last beyond the connection are not among it. INFO is, because clients wait until the server says there that it is ready.
 * @param hashes SHA-256 of its passwords, in hex.
 */
export const agentUserRules = (agentId: string, hashes: readonly string[]): readonly string[] => [
  ...['reset', 'on', ...hashes.map((hash) => `#${hash}`), `~${QUEUE_PREFIX}:${agentQueue(agentId)}:*`, 'resetchannels'],
  ...['+@all', '-@admin', '-@dangerous', '-@pubsub', '-script', '-function', '-scan', '-randomkey', '-select', '+info'],
];
