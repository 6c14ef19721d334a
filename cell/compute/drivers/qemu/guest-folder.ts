import { join } from 'node:path';

/** The names of what is kept of a guest, in `<stateDir>/guests/<guestId>/`; QEMU runs in this folder and uses the bare names. */
export const GUEST_FILES = {
  /** guest-records.ts */
  record: 'guest.json',
  disk: 'disk.qcow2',
  ephemeral: 'ephemeral.qcow2',
  ephemeral1: 'ephemeral1.qcow2',
  swap: 'swap.qcow2',
  /** Of the rescue that its record names. */
  rescue: 'rescue.qcow2',
  configDrive: 'config-drive.iso',
  /** The one folder that the guest's process may write to: it makes its monitor's socket there. */
  run: 'run',
  monitor: 'run/qmp.sock',
  /** The guest's screen, in the RFB protocol. */
  vnc: 'run/vnc.sock',
  /** Its first serial port; the console log has what it says too. */
  serial: 'run/serial.sock',
  /** The QEMU guest agent, if the image asks for its channel. */
  guestAgent: 'run/agent.sock',
  /** Where machines of earlier releases have it. */
  formerMonitor: 'qmp.sock',
  pid: 'qemu.pid',
  /** What QEMU itself had to say. */
  log: 'qemu.log',
  console: 'console.log',
  olderConsole: 'console.log.1',
  /** Exists: the guest is suspended, and this is its memory. */
  memory: 'memory.state',
  /** While it is being written. */
  memoryInWork: 'memory.saving',
  /** The agent listens on it while a machine sends its memory. */
  memorySocket: 'memory.sock',
  /** The same for the writes to its disks, while it moves. */
  mirrorSocket: 'mirror.sock',
  /** A machine that waits for another one listens here for its memory, and exports its disks. */
  incomingSocket: 'run/incoming.sock',
  exportsSocket: 'run/exports.sock',
} as const;

export interface StateFolders {
  readonly guests: string;
  readonly images: string;
  guest(guestId: string): string;
  file(guestId: string, name: keyof typeof GUEST_FILES): string;
  /** A guest's folder gets this name when it is removed, in one step; what carries it is swept at the next start. */
  removed(guestId: string): string;
}

/** A disk while it is being made; it gets its name when it is whole. */
export const inWorkPath = (path: string): string => `${path}.in-work`;

export const REMOVED_PREFIX = '.removed-';

export function stateFolders(stateDir: string): StateFolders {
  const guests = join(stateDir, 'guests');
  return {
    guests,
    images: join(stateDir, 'images'),
    guest: (guestId) => join(guests, guestId),
    file: (guestId, name) => join(guests, guestId, GUEST_FILES[name]),
    removed: (guestId) => join(guests, `${REMOVED_PREFIX}${guestId}`),
  };
}
