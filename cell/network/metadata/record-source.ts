import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { BindingWanted } from '#platform/objects/port-binding.ts';
import type { Conductor } from '../../agent/conductor.ts';
import { canonical } from '../addresses.ts';
import type { HostKeeper } from '../host-keeper.ts';
import { networkData } from './network-data.ts';
import { METADATA_RECORD_VERSION, type MetadataRecord } from './record.ts';
import type { RecordFiles } from './record-files.ts';

const ASK_WITHIN_MS = 1_500;

export interface RecordSourceOptions {
  readonly conductor: Conductor;
  /** Knows the ports of the guests of this host. */
  readonly keeper: HostKeeper | undefined;
  /** All of them get every record: one survives reboots, one is read by the metadata server itself. */
  readonly files: readonly RecordFiles[];
  readonly log: Logger;
}

/** Who a guest is: the conductor's word when it answers, the last known one otherwise. */
export class RecordSource {
  readonly #options: RecordSourceOptions;

  constructor(options: RecordSourceOptions) {
    this.#options = options;
  }

  /** Null: nobody has that address. @throws VolvoxError unavailable when the conductor is away and nothing was known. */
  async record(networkId: string, address: string): Promise<MetadataRecord | null> {
    const { conductor, files } = this.#options;
    try {
      const instance = await conductor.ask((client) =>
        client.instanceMetadata({ networkId, address }, { deadlineMs: ASK_WITHIN_MS }),
      );
      const ports = (this.#options.keeper?.bindings() ?? []).filter(
        ({ instanceUuid }) => instanceUuid === instance.uuid,
      );
      const record: MetadataRecord = { version: METADATA_RECORD_VERSION, instance, network: networkData(ports) };
      for (const one of files) await one.write(networkId, address, record);
      return record;
    } catch (error) {
      if (isVolvoxError(error, 'not-found')) return null;
      for (const one of files) {
        const kept = await one.read(networkId, address);
        if (kept !== null) return kept;
      }
      throw error;
    }
  }

  /** After a port was plugged or unplugged: what its guest will ask for is known before it asks. Never rejects. */
  async bindingChanged(binding: BindingWanted): Promise<void> {
    const { files, log } = this.#options;
    for (const { address } of binding.port.fixedIps.filter(({ address }) => !address.includes(':'))) {
      try {
        if (binding.present) await this.record(binding.network.id, canonical(address));
        else for (const one of files) await one.remove(binding.network.id, canonical(address));
      } catch (error) {
        log.debug({ reason: messageOf(error), address }, 'metadata not known in advance');
      }
    }
  }
}
