import type { DesiredGuest } from '#platform/objects/guest.ts';
import type { Driver, StepContext } from './drivers/driver.ts';
import type { Step } from './next-steps.ts';

type Executor = (driver: Driver, desired: DesiredGuest, context: StepContext) => Promise<void>;

/** How each step is carried out. Each may be repeated, and looks for itself how far an earlier attempt got. */
export const EXECUTORS: Readonly<Record<Step, Executor>> = {
  accept: (driver, desired) => driver.accept(desired),
  'prepare-disk': (driver, desired, context) => driver.prepareDisk(desired, context),
  start: (driver, desired, context) => driver.start(desired, context),
  'shut-down': (driver, desired, context) => driver.shutDown(desired, desired.gracefulStopMs, context),
  kill: (driver, desired) => driver.kill(desired.guestId),
  pause: (driver, desired) => driver.pause(desired.guestId),
  unpause: (driver, desired) => driver.unpause(desired.guestId),
  'suspend-to-disk': (driver, desired, context) => driver.suspendToDisk(desired.guestId, context),
  'resume-from-disk': (driver, desired, context) => driver.resumeFromDisk(desired, context),
  'discard-suspended': (driver, desired) => driver.discardSuspended(desired.guestId),
  remove: (driver, desired) => driver.remove(desired.guestId),
};
