import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { nullable } from '#platform/objects/scalars.ts';

const CARDS_MAX = 64;
const DRIVE_BYTES_MAX = 16 * 1024 ** 2;
const TEXT_OF_BYTE = 4 / 3;
/** Of all of it as JSON, bytes. */
export const OUTGOING_MACHINE_MAX = 2 * DRIVE_BYTES_MAX;

/**
 * What a machine that is up has, and another host cannot derive from the spec of its guest: where its network cards are, since cards that
 * came and went while it ran moved none of the others; and the bytes of its config drive (base64), which the guest may have mounted. The
 * agent of another host says it, so nothing in it may be more than an address.
 */
const OutgoingMachine = Type.Object({
  cards: Type.Array(
    Type.Object({
      tapName: Type.String({ maxLength: 15 }),
      /** As QEMU takes it: a slot of the first bus, or a port to plug into. */
      at: Type.String({ pattern: '^(addr=[0-9a-f]{1,2}\\.[0-7](,multifunction=on)?|bus=plug[0-7])$' }),
    }),
    { maxItems: CARDS_MAX },
  ),
  configDrive: nullable(Type.String({ maxLength: Math.ceil(DRIVE_BYTES_MAX * TEXT_OF_BYTE) + 4 })),
});
export type OutgoingMachine = Static<typeof OutgoingMachine>;

const check = Compile(OutgoingMachine);
export const isOutgoingMachine = (value: unknown): value is OutgoingMachine => check.Check(value);
