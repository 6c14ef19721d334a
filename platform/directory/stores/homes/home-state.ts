import type { InstanceHomesTable } from '../../schema/instance-homes.ts';

/** The states of a home (schema/instance-homes.ts), as everything outside of the table names them. */
export type HomeState = 'accepted' | 'placed' | 'buried' | 'deleted';

/** As the column holds them. Processes of an older release read the column, so its values stay. */
type StoredHomeState = InstanceHomesTable['state'];

export const storedHomeState = (state: HomeState): StoredHomeState => (state === 'placed' ? 'homed' : state);

export const homeStateFrom = (stored: StoredHomeState): HomeState => (stored === 'homed' ? 'placed' : stored);
