import { findDhcp, stopDhcp } from './dhcp.ts';
import type { HostSetup } from './host-setup.ts';
import { stopMetadata } from './metadata-process.ts';
import { removeHost } from './namespace.ts';

/**
 * Removes everything the agent made on this host and keeps the saved desired state: the next agent builds it again.
 * For a host that leaves the cell, and for a local region that stops. Guests must have ended, and the agent too.
 */
export async function tearDown(setup: HostSetup): Promise<void> {
  for (const { bridge } of await findDhcp(setup)) await stopDhcp(setup, bridge);
  await stopMetadata(setup);
  await removeHost(setup);
}
