import type { DesiredGuest } from '#platform/objects/guest.ts';
import type { Driver, StepContext } from './drivers/driver.ts';
import type { Action, Step, StepArguments } from './steps.ts';

type Executor<A extends Action> = (
  driver: Driver,
  desired: DesiredGuest,
  step: StepArguments[A],
  context: StepContext,
) => Promise<void>;

/** How each action is carried out. Each may be repeated, and looks for itself how far an earlier attempt got. */
const EXECUTORS: { readonly [A in Action]: Executor<A> } = {
  accept: (driver, desired) => driver.accept(desired),
  'prepare-disk': (driver, desired, _, context) => driver.prepareDisk(desired, context),
  start: (driver, desired, _, context) => driver.start(desired, context),
  'shut-down': (driver, desired, { gracefulMs }, context) => driver.shutDown(desired, gracefulMs, context),
  kill: (driver, desired) => driver.kill(desired.guestId),
  pause: (driver, desired) => driver.pause(desired.guestId),
  unpause: (driver, desired) => driver.unpause(desired.guestId),
  'suspend-to-disk': (driver, desired, _, context) => driver.suspendToDisk(desired.guestId, context),
  'resume-from-disk': (driver, desired, _, context) => driver.resumeFromDisk(desired, context),
  'discard-suspended': (driver, desired) => driver.discardSuspended(desired.guestId),
  remove: (driver, desired) => driver.remove(desired.guestId),
  'attach-card': (driver, desired, { nic }) => driver.attachCard(desired.guestId, nic),
  'detach-card': (driver, desired, { tapName }, context) => driver.detachCard(desired.guestId, tapName, context),
  'attach-disk': (driver, desired, { disk }, context) => driver.attachDisk(desired.guestId, disk, context),
  'detach-disk': (driver, desired, { diskId }, context) => driver.detachDisk(desired.guestId, diskId, context),
  'fetch-image': (driver, desired, _, context) => driver.fetchImage(desired, context),
  'discard-disks': (driver, desired, step) => driver.discardDisks(desired.guestId, step),
  'prepare-rescue': (driver, desired, step, context) => driver.prepareRescue(desired, step, context),
  'discard-rescue': (driver, desired) => driver.discardRescue(desired.guestId),
  'save-disk': (driver, desired, { save }, context) => driver.saveDisk(desired, save, context),
  'upload-save': (driver, desired, { save }, context) => driver.uploadSave(desired.guestId, save, context),
  'discard-save': (driver, desired, { saveId }) => driver.discardSave(desired.guestId, saveId),
  receive: (driver, desired, { migrationId }, context) => driver.receive(desired, migrationId, context),
  'take-over': (driver, desired, _, context) => driver.takeOver(desired, context),
  send: (driver, desired, { migration }, context) => driver.send(desired, migration, context),
  'end-sending': (driver, desired) => driver.endSending(desired.guestId),
};

export function execute(driver: Driver, desired: DesiredGuest, step: Step, context: StepContext): Promise<void> {
  const executor: Executor<Action> = EXECUTORS[step.action] as Executor<Action>;
  return executor(driver, desired, step as StepArguments[Action], context);
}
