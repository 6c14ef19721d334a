import { Type } from 'typebox';
import { ConsoleType } from '../objects/console.ts';
import { Count, Uuid } from '../objects/scalars.ts';
import { byteStream } from './byte-stream.ts';

/** At the door: the console of this guest, while it is the guest of this instance at this epoch. */
export const DOOR_CONSOLE = byteStream(
  'door',
  'console',
  Type.Object({ uuid: Uuid, epoch: Count, guestId: Uuid, type: ConsoleType }),
);

/** At the compute agent that drives the guest. */
export const COMPUTE_CONSOLE = byteStream('compute', 'console', Type.Object({ guestId: Uuid, type: ConsoleType }));
