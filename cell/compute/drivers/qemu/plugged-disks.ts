import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { AttachedDisk } from '#platform/objects/attached-disk.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { DiskConnections } from './disk-connections.ts';
import type { GuestRecord, GuestRecords, RecordedDisk } from './guest-records.ts';
import { isPlugged, type PluggingMachines, unlessThere, unplug } from './plugged-device.ts';
import { blockNode, diskDevices, diskPlace, nodeName, unpluggedId, withDisks, withoutDisk } from './service-disks.ts';

/** How long QEMU may take to release a disk whose device is gone, and how often it is asked, ms. */
const RELEASE_MS = 20_000;
const POLL_MS = 100;

interface PluggedDisksOptions {
  readonly records: GuestRecords;
  readonly machines: PluggingMachines;
  readonly connections: DiskConnections;
  readonly clock: Clock;
}

/**
 * Disks of services that come and go while a machine runs. The record of the guest has a disk before anything of it exists, so that nothing is
 * left of one that is no longer desired. Each call may be repeated, however far an earlier one got.
 */
export class PluggedDisks {
  readonly #options: PluggedDisksOptions;

  constructor(options: PluggedDisksOptions) {
    this.#options = options;
  }

  async attach(guestId: string, disk: AttachedDisk): Promise<void> {
    const { records, connections } = this.#options;
    const machine = withoutDisk(this.#record(guestId).machine, disk.id);
    const place = diskPlace(machine, disk);
    await this.#note(guestId, disk.id, { disk, state: 'begun' });
    try {
      await connections.open(guestId, disk);
      await this.#plug(guestId, disk, place);
    } catch (error) {
      await this.#clear(guestId, disk).catch((left: unknown) => {
        // What is left is in the record, and goes when the disk is not desired any more.
        if (!isVolvoxError(left)) throw left;
      });
      throw error;
    }
    await records.change(guestId, { machine: withDisks(machine, [disk]) });
    await this.#note(guestId, disk.id, { disk, state: 'attached' });
  }

  async detach(guestId: string, diskId: string, signal: AbortSignal): Promise<void> {
    const { records, machines, clock } = this.#options;
    const { attached = [], machine } = this.#record(guestId);
    const disk = attached.find((one) => one.disk.id === diskId)?.disk;
    if (disk === undefined) return;
    await unplug({ machines, clock }, { guestId, id: unpluggedId(disk), what: 'disk' }, signal);
    await this.#release(guestId, disk, signal);
    await records.change(guestId, { machine: withoutDisk(machine, diskId) });
    await this.#note(guestId, diskId, null);
  }

  async #plug(guestId: string, disk: AttachedDisk, place: string): Promise<void> {
    const { machines } = this.#options;
    await machines
      .execute(guestId, 'blockdev-add', blockNode(disk))
      .catch(unlessThere)
      .catch((cause: unknown) => {
        if (!isVolvoxError(cause)) throw cause;
        const message = `Disk ${disk.id} cannot be connected: ${cause.message}`;
        throw new VolvoxError(cause.kind, message, { cause });
      });
    for (const device of diskDevices(disk, place)) {
      if (await isPlugged(machines, guestId, device.id ?? '')) continue;
      await machines.execute(guestId, 'device_add', device);
    }
  }

  /** Unless the guest has a device of the disk. */
  async #clear(guestId: string, disk: AttachedDisk): Promise<void> {
    const { machines } = this.#options;
    if (await isPlugged(machines, guestId, unpluggedId(disk))) return;
    await this.#release(guestId, disk, AbortSignal.timeout(RELEASE_MS));
    await this.#note(guestId, disk.id, null);
  }

  /** QEMU flushes the disk and closes its connection. @throws VolvoxError unavailable when it is in use all the time. */
  async #release(guestId: string, { id }: AttachedDisk, signal: AbortSignal): Promise<void> {
    const { machines, connections, clock } = this.#options;
    for (const end = clock.now() + RELEASE_MS; ; await clock.sleep(POLL_MS, signal)) {
      const refusal = await machines.execute(guestId, 'blockdev-del', { 'node-name': nodeName(id) }).then(
        () => null,
        (error: unknown) => {
          if (!isVolvoxError(error, 'conflict')) throw error;
          return error.message;
        },
      );
      // What it does not find, it has released.
      if (refusal === null || !refusal.includes('in use')) break;
      if (clock.now() >= end) throw new VolvoxError('unavailable', `QEMU does not release the disk: ${refusal}`);
    }
    await connections.close(guestId, id);
  }

  #record(guestId: string): GuestRecord {
    const record = this.#options.records.get(guestId);
    if (record === undefined) throw new VolvoxError('not-found', `No guest ${guestId} is here.`);
    return record;
  }

  /** null: there is nothing of it any more. */
  async #note(guestId: string, diskId: string, recorded: RecordedDisk | null): Promise<void> {
    const others = (this.#record(guestId).attached ?? []).filter(({ disk }) => disk.id !== diskId);
    const attached = recorded === null ? others : [...others, recorded];
    await this.#options.records.change(guestId, { attached });
  }
}
