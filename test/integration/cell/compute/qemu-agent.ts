import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '#platform/config/load.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { DesiredGuest, ObservedGuest } from '#platform/objects/guest.ts';
import type { Image } from '#platform/objects/image.ts';
import { PLAIN_ON_LOOPBACK } from '#platform/tls/transport.ts';
import type { Conductor } from '../../../../cell/agent/conductor.ts';
import { COMPUTE_SECTIONS } from '../../../../cell/compute/config.ts';
import type { Driver } from '../../../../cell/compute/drivers/driver.ts';
import { createQemuDriver } from '../../../../cell/compute/drivers/qemu/create-qemu-driver.ts';
import { guestSubject } from '../../../../cell/compute/guest-subject.ts';
import type { MetadataOfGuest } from '../../../../cell/compute/metadata-of-guests.ts';
import { AGENT_KEY } from '../../../support/test-keys.ts';
import { aDesiredGuest, aSpec } from '../../../unit/cell/compute/a-guest.ts';

const noConductor: Conductor = {
  ask: async () => {
    throw new Error('nobody is asked');
  },
  close: async () => undefined,
};

/** The QEMU driver under the agent's real decisions, without conductor and queue. */
export interface QemuAgent {
  readonly driver: Driver;
  readonly events: string[];
  converge(desired: DesiredGuest, signal?: AbortSignal): Promise<ObservedGuest>;
  console(guestId: string): Promise<string>;
  close(): Promise<void>;
}

export async function startQemuAgent(
  stateDir: string,
  compute: Record<string, string> = {},
  metadataOf: MetadataOfGuest = async () => {
    throw new Error('nobody tells what guests may know');
  },
): Promise<QemuAgent> {
  const environment: Record<string, string> = {
    VOLVOX_COMPUTE_STATE_DIR: stateDir,
    VOLVOX_COMPUTE_HOST_NAME: 'host-a',
    VOLVOX_COMPUTE_ACCELERATION: 'tcg',
    VOLVOX_CELL_AGENT_KEY: AGENT_KEY,
    VOLVOX_CELL_REDIS_PASSWORD: 'unused',
    ...compute,
  };
  const collaborators = { metadataOf, transport: PLAIN_ON_LOOPBACK };
  const driver = createQemuDriver(loadConfig(COMPUTE_SECTIONS, { environment }), collaborators, silentLogger);
  const events: string[] = [];
  driver.onEvent((guestId) => events.push(guestId));
  await driver.open();
  const subject = guestSubject({ driver, conductor: noConductor, agentId: 'agent', log: silentLogger });
  return {
    driver,
    events,
    converge: (desired, signal = new AbortController().signal) =>
      subject
        .converge(desired, { signal, report: () => undefined })
        .catch((error: unknown) => subject.failed(desired, error)),
    console: (guestId) => driver.consoleOutput(guestId, null),
    close: () => driver.close(),
  };
}

export const aQemuGuest = (image: Image, rest: Partial<DesiredGuest> = {}): DesiredGuest =>
  aDesiredGuest({
    guestId: randomUUID(),
    hostName: 'host-a',
    gracefulStopMs: 10_000,
    ...rest,
    spec: aSpec({ ramMb: 32, image, ...rest.spec }),
  });

export const pidOf = async (stateDir: string, guestId: string): Promise<number> =>
  Number(await readFile(join(stateDir, 'guests', guestId, 'qemu.pid'), 'utf8'));
