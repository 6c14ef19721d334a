import type { DesiredGuest } from '#platform/objects/guest.ts';
import type { Clock } from '#platform/time/clock.ts';
import { partsOf } from '../../parts/part.ts';
import type { StepContext } from '../driver.ts';
import type { Acceleration } from './acceleration.ts';
import { recentCrashStarts } from './crash-starts.ts';
import type { DiskConnections } from './disk-connections.ts';
import type { GuestAgents } from './guest-agents.ts';
import { asAttached, type GuestRecords } from './guest-records.ts';
import type { GuestSteps } from './guest-steps.ts';
import { machineArguments } from './machine-arguments.ts';
import type { Machines } from './machines.ts';
import type { MemoryOnDisk } from './memory-on-disk.ts';
import type { Taps } from './taps.ts';

/** How often a guest is asked to shut down: one that is still booting does not hear the first time. */
const ASK_AGAIN_MS = 1_000;
const POLL_MS = 50;

interface GuestPowerOptions {
  readonly steps: GuestSteps;
  readonly records: GuestRecords;
  readonly machines: Machines;
  readonly agents: GuestAgents;
  readonly memory: MemoryOnDisk;
  readonly taps: Taps;
  readonly connections: DiskConnections;
  readonly acceleration: () => Promise<Acceleration>;
  readonly clock: Clock;
}

/** The steps that change the power of a guest. Each may be repeated, however far an earlier try got. */
export class GuestPower {
  readonly #options: GuestPowerOptions;

  constructor(options: GuestPowerOptions) {
    this.#options = options;
  }

  async start(desired: DesiredGuest): Promise<void> {
    const { clock, connections, machines, records, steps, taps } = this.#options;
    const { guestId, spec } = desired;
    const record = steps.record(guestId);
    const crashed = (await machines.state(guestId)) === 'gone' && record.expected === 'up';
    await taps.check(spec.nics.map((nic) => nic.tapName));
    const acceleration = await this.#options.acceleration();
    const { boot, disks } = partsOf(desired);
    const rescue = boot.from === 'rescue' ? record.rescue : undefined;
    const machine = machineArguments({ guestId, spec, rescue: rescue?.image ?? null, acceleration, attached: disks });
    await connections.openAll(guestId, disks);
    await steps.run(guestId, async () => {
      await records.change(guestId, {
        expected: 'up',
        restarts: desired.restarts,
        stopAsked: false,
        stoppedByItself: false,
        machine,
        attached: disks.map(asAttached),
        isRescued: rescue !== undefined,
        incoming: undefined,
        isSaving: undefined,
        mayBeFrozen: undefined,
        crashStartsMs: [...recentCrashStarts(record, clock), ...(crashed ? [clock.now()] : [])],
      });
      await machines.launch(guestId, machine).catch(async (error: unknown) => {
        await records.change(guestId, { expected: 'down' });
        throw error;
      });
    });
  }

  async shutDown(desired: DesiredGuest, gracefulMs: number, { signal }: StepContext): Promise<void> {
    const { clock, machines, records, steps } = this.#options;
    const { guestId } = desired;
    await steps.run(guestId, async () => {
      await records.change(guestId, { stopAsked: true });
      const deadline = clock.now() + gracefulMs;
      for (let askAt = 0; clock.now() < deadline; await clock.sleep(POLL_MS, signal)) {
        signal.throwIfAborted();
        const state = await machines.state(guestId);
        if (state !== 'running') break;
        if (clock.now() < askAt) continue;
        askAt = clock.now() + ASK_AGAIN_MS;
        await machines.execute(guestId, 'system_powerdown');
      }
      await records.change(guestId, { expected: 'down' });
      await steps.end(guestId);
    });
  }

  async kill(guestId: string): Promise<void> {
    const { machines, records, steps } = this.#options;
    const record = steps.record(guestId);
    await steps.run(guestId, async () => {
      const state = await machines.state(guestId);
      const stoppedByItself = record.stoppedByItself || (state === 'ended' && !record.stopAsked);
      if (record.isSaving === true) {
        await steps.end(guestId);
        return await records.change(guestId, { isSaving: undefined });
      }
      // A machine that broke is found crashed afterwards, so that its next start counts as unasked.
      if (state !== 'broken') await records.change(guestId, { expected: 'down', stoppedByItself });
      await steps.end(guestId);
    });
  }

  async pause(guestId: string): Promise<void> {
    const { machines, steps } = this.#options;
    await steps.run(guestId, () => machines.execute(guestId, 'stop'));
  }

  async unpause(guestId: string): Promise<void> {
    const { agents, machines, steps } = this.#options;
    await steps.run(guestId, () => machines.execute(guestId, 'cont'));
    agents.syncTime(guestId);
  }

  async suspendToDisk(guestId: string, { signal }: StepContext): Promise<void> {
    const { memory, records, steps } = this.#options;
    const { desired } = steps.record(guestId);
    await steps.run(guestId, async () => {
      await memory.save(guestId, desired.spec.ramMb, signal);
      await records.change(guestId, { expected: 'down' });
      await steps.end(guestId);
    });
  }

  async resumeFromDisk(desired: DesiredGuest): Promise<void> {
    const { agents, connections, memory, records, steps, taps } = this.#options;
    const { guestId, spec } = desired;
    const { machine, attached = [] } = steps.record(guestId);
    await taps.check(spec.nics.map((nic) => nic.tapName));
    await connections.openAll(
      guestId,
      attached.map(({ disk }) => disk),
    );
    await steps.run(guestId, async () => {
      await records.change(guestId, { isSaving: undefined });
      await memory.restore(guestId, machine, spec.ramMb);
      await records.change(guestId, { expected: 'up', restarts: desired.restarts, stopAsked: false });
    });
    agents.syncTime(guestId);
  }

  async discardSuspended(guestId: string): Promise<void> {
    const { memory, records, steps } = this.#options;
    await steps.run(guestId, async () => {
      await steps.end(guestId);
      await records.change(guestId, { expected: 'down' });
      await memory.discard(guestId);
    });
  }
}
