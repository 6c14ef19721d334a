/**
 * The boot sector of `boot-probe.S`, assembled (`as`, `ld -Ttext 0x7c00 --oformat binary`), without its padding. It enters 64-bit
 * long mode, counts to 20 million, writes `64` to the first serial port and ends QEMU with status 85. What only pretends to be KVM
 * fails at one of these, or takes far too long for them.
 */
const CODE =
  '+jHAjtiOwI7QvAB8Zr8AEAAADyLfZjHAZrkADAAAZvOrZscGABADIAAAZscGACADMAAAZscGADCDAAAADyDgZoPIIA8i4Ga5gAAAwA8yZg0AAQAADzAPIMBmDQEAAIAPIsAPARa4fOpsfAgAuBAAAACO2I7QSLwAewAAAAAAAFBbuQAtMQH/yXX8Zrr4A7A27rA07rAq5vT06/0PH0QAAAAAAAAAAAAA//8AAACarwD//wAAAJLPABcAoHw=';
export const PROBE_OUTPUT = '64';
export const PROBE_STATUS = 85;

/** The whole disk: SeaBIOS boots from nothing smaller than a megabyte. */
export function bootProbeDisk(): Buffer {
  const disk = Buffer.alloc(1024 * 1024);
  Buffer.from(CODE, 'base64').copy(disk);
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}
