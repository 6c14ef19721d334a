import type { GuestWanted } from '#platform/objects/guest.ts';
import type { Driver, StepContext } from './drivers/driver.ts';
import type { Step } from './next-steps.ts';

type Executor = (driver: Driver, wanted: GuestWanted, context: StepContext) => Promise<void>;

/** How each step is carried out. Each may be repeated, and looks for itself how far an earlier attempt got. */
export const EXECUTORS: Readonly<Record<Step, Executor>> = {
  accept: (driver, wanted) => driver.accept(wanted),
  'prepare-disk': (driver, wanted, context) => driver.prepareDisk(wanted, context),
  start: (driver, wanted, context) => driver.start(wanted, context),
  'shut-down': (driver, wanted, context) => driver.shutDown(wanted, wanted.gracefulStopMs, context),
  kill: (driver, wanted) => driver.kill(wanted.guestId),
  pause: (driver, wanted) => driver.pause(wanted.guestId),
  unpause: (driver, wanted) => driver.unpause(wanted.guestId),
  'suspend-to-disk': (driver, wanted, context) => driver.suspendToDisk(wanted.guestId, context),
  'resume-from-disk': (driver, wanted, context) => driver.resumeFromDisk(wanted, context),
  'discard-suspended': (driver, wanted) => driver.discardSuspended(wanted.guestId),
  remove: (driver, wanted) => driver.remove(wanted.guestId),
};
