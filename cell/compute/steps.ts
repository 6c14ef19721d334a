import type { AttachedDisk } from '#platform/objects/attached-disk.ts';
import type { GuestNic } from '#platform/objects/guest.ts';
import type { OutgoingSide, Save } from '#platform/objects/guest-parts.ts';
import type { Image } from '#platform/objects/image.ts';

type None = Readonly<Record<never, never>>;

/** Everything that an agent can do to a guest: each action with its arguments. `executors.ts` has the implementation of each. */
export interface StepArguments {
  accept: None;
  'prepare-disk': None;
  start: None;
  'shut-down': { readonly gracefulMs: number };
  kill: None;
  pause: None;
  unpause: None;
  'suspend-to-disk': None;
  'resume-from-disk': None;
  'discard-suspended': None;
  remove: None;
  /** Plugs a network card into a machine that is up. */
  'attach-card': { readonly nic: GuestNic };
  'detach-card': { readonly tapName: string };
  /** Connects a disk of a service, and plugs it into a machine that is up. */
  'attach-disk': { readonly disk: AttachedDisk };
  /** Takes it from the machine, and ends the connection. */
  'detach-disk': { readonly diskId: string };
  /** Fetches the image of the root disk, and checks it. */
  'fetch-image': None;
  /** Removes the disks that a rebuild makes anew; `prepare-disk` makes them. */
  'discard-disks': { readonly rebuild: number; readonly keepEphemeral: boolean };
  'prepare-rescue': { readonly rescueId: string; readonly image: Image };
  'discard-rescue': None;
  'save-disk': { readonly save: Save };
  'upload-save': { readonly save: Save };
  'discard-save': { readonly saveId: string };
  /** Starts a machine that waits for the state of another one, with its processors halted. */
  receive: { readonly migrationId: string };
  /** Its processors run from here on: it has the state of the other one. */
  'take-over': None;
  /** Sends the state of the machine; in the end its processors are halted. */
  send: { readonly migration: OutgoingSide };
  /** Stops sending, or forgets that it has sent: its processors may run again. */
  'end-sending': None;
}

export type Action = keyof StepArguments;

/** One action with its arguments. */
export type Step = { readonly [A in Action]: { readonly action: A } & StepArguments[A] }[Action];
