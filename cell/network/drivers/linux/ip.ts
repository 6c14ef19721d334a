import { runCommand, tryCommand } from '../../../agent/run-command.ts';

/** Runs `ip` commands in a namespace, in order, in one process. @throws VolvoxError internal at the first that fails. */
export async function runIp(namespace: string, commands: readonly string[]): Promise<void> {
  if (commands.length === 0) return;
  await runCommand('ip', batch(namespace), { input: `${commands.join('\n')}\n` });
}

/** For removing what may be there or not: every command is tried. The next look sees what is left over. */
export async function tryIp(namespace: string, commands: readonly string[]): Promise<void> {
  if (commands.length === 0) return;
  await tryCommand('ip', ['-force', ...batch(namespace)], { input: `${commands.join('\n')}\n` });
}

/** The answer of one `ip` command in a namespace. */
export async function askIp<T>(namespace: string, ...command: readonly string[]): Promise<readonly T[]> {
  const text = await runCommand('ip', ['-n', namespace, '-j', ...command]);
  return text.trim() === '' ? [] : (JSON.parse(text) as T[]);
}

const batch = (namespace: string): readonly string[] => ['-n', namespace, '-batch', '-'];

export const inNamespace = (namespace: string, ...command: readonly string[]): readonly string[] => [
  ...['netns', 'exec', namespace],
  ...command,
];
