import { readFile } from 'node:fs/promises';
import type { Dispatcher } from 'undici';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import { sourceOf } from '#platform/objects/guest-parts.ts';
import { nicModelOf } from '#platform/objects/image-hardware.ts';
import { writeFileAtomically } from '../../../agent/atomic-file.ts';
import { partsOf } from '../../parts/part.ts';
import type { StepContext } from '../driver.ts';
import type { OutgoingMachine } from '../outgoing-machine.ts';
import type { Acceleration } from './acceleration.ts';
import { cardsAt, withCardsAt } from './cards.ts';
import type { DiskConnections } from './disk-connections.ts';
import { fetchOutgoing } from './fetch-outgoing.ts';
import type { GuestAgents } from './guest-agents.ts';
import type { StateFolders } from './guest-folder.ts';
import { asAttached, type GuestRecords } from './guest-records.ts';
import type { GuestSteps } from './guest-steps.ts';
import type { LiveMigrations } from './live-migrations.ts';
import { machineArguments } from './machine-arguments.ts';
import type { Taps } from './taps.ts';

interface MigratingMachinesOptions {
  readonly steps: GuestSteps;
  readonly records: GuestRecords;
  readonly migrations: LiveMigrations;
  readonly agents: GuestAgents;
  readonly folders: StateFolders;
  readonly dispatcher: Dispatcher;
  readonly taps: Taps;
  readonly connections: DiskConnections;
  readonly acceleration: () => Promise<Acceleration>;
}

/** The machine of a guest that is migrated live, as its next host makes it. How it is sent: live-migrations.ts. */
export class MigratingMachines {
  readonly #options: MigratingMachinesOptions;

  constructor(options: MigratingMachinesOptions) {
    this.#options = options;
  }

  async describe(guestId: string): Promise<OutgoingMachine> {
    const { folders, steps } = this.#options;
    await steps.mustRun(guestId);
    const { machine, desired } = steps.record(guestId);
    const drive = desired.spec.configDrive ? await readFile(folders.file(guestId, 'configDrive'), 'base64') : null;
    return { cards: [...cardsAt(machine)], configDrive: drive };
  }

  async receive(desired: DesiredGuest, migrationId: string, { signal }: StepContext): Promise<void> {
    const { connections, migrations, records, steps, taps } = this.#options;
    const { guestId, spec } = desired;
    await taps.check(spec.nics.map((nic) => nic.tapName));
    const { disks } = partsOf(desired);
    const machine = await this.#incomingMachine(desired, signal);
    await connections.openAll(guestId, disks);
    await steps.run(guestId, async () => {
      await records.change(guestId, {
        ...{ incoming: migrationId, restarts: desired.restarts, stopAsked: false, stoppedByItself: false, machine },
        attached: disks.map(asAttached),
      });
      await migrations.receive(guestId, machine);
    });
  }

  /** As the outgoing one is; its config drive is here afterwards. */
  async #incomingMachine(desired: DesiredGuest, signal: AbortSignal): Promise<readonly string[]> {
    const { dispatcher, folders } = this.#options;
    const { guestId, spec, parts } = desired;
    const acceleration = await this.#options.acceleration();
    const machine = machineArguments({ guestId, spec, acceleration, attached: partsOf(desired).disks });
    const from = sourceOf(parts);
    if (from === undefined) return machine;
    const { cards, configDrive } = await fetchOutgoing(from, dispatcher, signal);
    if (configDrive !== null)
      await writeFileAtomically(folders.file(guestId, 'configDrive'), Buffer.from(configDrive, 'base64'));
    return withCardsAt(machine, spec.nics, cards, nicModelOf(spec.image));
  }

  async takeOver({ guestId, power }: DesiredGuest, { signal }: StepContext): Promise<void> {
    const { agents, migrations, records, steps } = this.#options;
    await steps.run(guestId, async () => {
      // From here on a machine that is gone is one that crashed: its disks are whole.
      await records.change(guestId, { expected: 'up' });
      await migrations.takeOver(guestId, power === 'running', signal);
      await records.change(guestId, { incoming: undefined });
    });
    agents.syncTime(guestId);
  }
}
