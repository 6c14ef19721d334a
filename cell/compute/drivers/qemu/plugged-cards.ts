import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestNic } from '#platform/objects/guest.ts';
import { nicModelOf } from '#platform/objects/image-hardware.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import { cardArguments, cardCommands, cardId, freePlace, hasCardId, netdevId, withoutCard } from './cards.ts';
import type { GuestRecord } from './guest-records.ts';
import { isPlugged, type PluggingMachines, unlessRefused, unlessThere, unplug } from './plugged-device.ts';

/** Network cards that come and go while a machine runs. Each call may be repeated, however far an earlier one got. */
export class PluggedCards {
  readonly #machines: PluggingMachines;
  readonly #clock: Clock;

  constructor(machines: PluggingMachines, clock: Clock = systemClock) {
    this.#machines = machines;
    this.#clock = clock;
  }

  /** @returns the machine with the card. @throws VolvoxError invalid when nothing more can be plugged in. */
  async attach({ desired, machine }: GuestRecord, nic: GuestNic): Promise<readonly string[]> {
    const { guestId, spec } = desired;
    const model = nicModelOf(spec.image);
    const where = freePlace(machine);
    if (where === null) {
      throw new VolvoxError(
        'invalid',
        'No further network card can be plugged into the machine while it runs; stop the server first.',
        { blame: 'request' },
      );
    }
    const { netdev, device } = cardCommands(nic, where, model);
    if (!(await isPlugged(this.#machines, guestId, cardId(nic.tapName)))) {
      await this.#machines.execute(guestId, 'netdev_add', netdev).catch(unlessThere);
      await this.#machines.execute(guestId, 'device_add', device);
    }
    return [...machine, ...cardArguments(nic, where, model)];
  }

  /** @returns the machine without the card. @throws VolvoxError unavailable when the guest keeps it. */
  async detach({ desired, machine }: GuestRecord, tapName: string, signal: AbortSignal): Promise<readonly string[]> {
    const { guestId } = desired;
    if (!hasCardId(machine, tapName)) {
      throw new VolvoxError('invalid', 'An earlier release plugged this network card; a hard reboot takes it.');
    }
    const card = { guestId, id: cardId(tapName), what: 'network card' };
    await unplug({ machines: this.#machines, clock: this.#clock }, card, signal);
    await this.#machines.execute(guestId, 'netdev_del', { id: netdevId(tapName) }).catch(unlessRefused);
    return withoutCard(machine, tapName);
  }
}
