import type { InstanceFilter, InstanceSort } from '#platform/contracts/door.ts';

/** The query of a request that lists servers. */
export interface ListQuestion {
  readonly filter: InstanceFilter;
  readonly sort: readonly InstanceSort[];
  readonly limit: number;
  /** The uuid of the last server already shown. */
  readonly marker: string | undefined;
  /** Whether servers of cells that do not answer are shown as far as the directory knows them. */
  readonly showSilent: boolean;
  /** Whether the servers come with their user data, which lists do without. */
  readonly withUserData: boolean;
}
