import type { ClientTable } from '../../../deploy/docs/clients-page.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { untilServersAreIdle } from '../idle-servers.ts';
import type { ObservedGuest } from './observed-guest.ts';
import type { Scene } from './scene.ts';

const EFFECT_MS = 240_000;
const POLL_MS = 250;

/** A command, as both clients have it or one of them, and what it does to a guest. */
export interface GuestCommand {
  readonly openstack?: string;
  readonly nova?: string;
  /** Absent: demo, whose servers they are. */
  readonly as?: 'admin' | 'demo';
  /** The microversion; absent: 2.90. */
  readonly version?: string;
  /** Sent while a server is busy, which it is about. */
  readonly whileBusy?: true;
  /** What the client complains of though the API does what was asked. */
  readonly complains?: RegExp;
  /** Which server it is about; absent: `one`. */
  readonly on?: string;
  /** Done by other means than the client, so that the command has something to do. */
  readonly before?: (guest: ObservedGuest, scene: Scene) => Promise<void>;
  /** What the effect is seen in, for `docs/clients.md`. */
  readonly seenIn: ClientTable['lines'][number]['seenIn'];
  /** Whether the guest, its machine or its host shows it, given what the command printed. False, or a failure, until it does. */
  readonly effect: (guest: ObservedGuest, said: string, scene: Scene) => Promise<boolean>;
}

interface CommandLine extends GuestCommand {
  readonly line: string;
}

/** The commands that the client has, in the sequence of the table. */
export const commandsOf = (table: readonly GuestCommand[], client: 'openstack' | 'nova'): readonly CommandLine[] =>
  table.flatMap((command) => {
    const line = command[client];
    return line === undefined ? [] : [{ ...command, line }];
  });

/** Runs it by `client`, when no server is busy and its effect does not show yet, and waits until it does. @throws when it is refused. */
export async function showEffect(
  scene: Scene,
  command: CommandLine,
  client: (line: string, command: GuestCommand) => Promise<string>,
): Promise<void> {
  const { line, on = 'one', before, effect, whileBusy, complains } = command;
  const guest = scene.guest(on);
  await before?.(guest, scene);
  if (whileBusy === undefined) await untilServersAreIdle(scene.region.admin);
  if (await effect(guest, '', scene).catch(() => false))
    throw new Error(`the effect of ${line} shows before it has run`);
  const sent = client(await scene.filledIn(line), command);
  const said = await (complains === undefined ? sent : complaintOf(sent, complains));
  await waitUntil(`the effect of ${line}; it printed ${said}`, () => effect(guest, said, scene), EFFECT_MS, POLL_MS);
}

async function complaintOf(sent: Promise<string>, expected: RegExp): Promise<string> {
  const said = await sent.then(
    (printed) => printed,
    (error: Error) => error,
  );
  if (said instanceof Error && expected.test(said.message)) return said.message;
  throw new Error(`the client does not complain of ${expected}`, { cause: said });
}
