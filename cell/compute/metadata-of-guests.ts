import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Conductor } from '../agent/conductor.ts';
import { networkData } from '../agent/metadata/network-data.ts';
import { METADATA_RECORD_VERSION, type MetadataRecord } from '../agent/metadata/record.ts';

/** What a guest may learn, as the metadata service would tell it now. */
export type MetadataOfGuest = (guestId: string) => Promise<MetadataRecord>;

/** Asks the conductor. @throws VolvoxError unavailable while it does not answer, or is of a release that cannot tell; not-found. */
export const metadataOfGuests =
  (conductor: Conductor, agentId: string): MetadataOfGuest =>
  async (guestId) => {
    try {
      const { instance, ports } = await conductor.ask((client) => client.guestMetadata({ agentId, guestId }));
      return { version: METADATA_RECORD_VERSION, instance, network: networkData(ports) };
    } catch (error) {
      if (!isVolvoxError(error, 'unsupported')) throw error;
      throw new VolvoxError(
        'unavailable',
        'The conductor is of an earlier release and does not tell what a guest may know.',
      );
    }
  };
