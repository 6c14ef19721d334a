import { runCommand } from '../../../agent/run-command.ts';
import { inNamespace } from './ip.ts';

/** Kernel settings by their path below /proc/sys. What this kernel does not have is left out. */
type Settings = Readonly<Record<string, string>>;

export async function writeSettings(namespace: string, settings: Settings): Promise<void> {
  const lines = Object.entries(settings).map(
    ([path, value]) => `if [ -e /proc/sys/${path} ]; then echo ${value} > /proc/sys/${path}; fi`,
  );
  await runCommand('ip', inNamespace(namespace, 'sh', '-ec', lines.join('\n')));
}

/** A shell script that prints the settings, one a line. */
export const printSettings = (settings: Settings): string =>
  Object.keys(settings)
    .map((path) => `if [ -e /proc/sys/${path} ]; then cat /proc/sys/${path}; else echo none; fi`)
    .join('\n');

export function settingsMatch(settings: Settings, printed: string): boolean {
  const lines = printed.trim().split('\n');
  return Object.values(settings).every((value, index) => lines[index] === value || lines[index] === 'none');
}
