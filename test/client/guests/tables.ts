import { DEVICES } from './table-of-devices.ts';
import { DISKS } from './table-of-disks.ts';
import { ENDS } from './table-of-ends.ts';
import { EVACUATIONS } from './table-of-evacuations.ts';
import { PLACES } from './table-of-places.ts';
import { POWER } from './table-of-power.ts';

/** In sequence: most are about the server `one`. */
export const SERVER_ONE = [...POWER, ...DEVICES, ...EVACUATIONS, ...DISKS, ...PLACES, ...ENDS];
