import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import type { HostSetup } from './host-setup.ts';

/** Rules and routes are of one; everything else says it by its addresses. */
export type Family = '-4' | '-6';

/** Runs `ip` commands in the namespace, in order, in one process. @throws VolvoxError internal at the first that fails. */
export async function ipInNamespace(setup: HostSetup, commands: readonly string[], family?: Family): Promise<void> {
  if (commands.length === 0) return;
  await runCommand('ip', batch(setup, family), { input: `${commands.join('\n')}\n` });
}

/** For removing what may be there or not: every command is tried. What is left over is seen by the next look. */
export async function tryIpInNamespace(setup: HostSetup, commands: readonly string[], family?: Family): Promise<void> {
  if (commands.length === 0) return;
  await tryCommand('ip', ['-force', ...batch(setup, family)], { input: `${commands.join('\n')}\n` });
}

const batch = (setup: HostSetup, family: Family | undefined): readonly string[] => [
  ...['-n', setup.namespace],
  ...(family === undefined ? [] : [family]),
  ...['-batch', '-'],
];

export const inNamespace = (setup: HostSetup, ...command: readonly string[]): readonly string[] => [
  'netns',
  'exec',
  setup.namespace,
  ...command,
];
