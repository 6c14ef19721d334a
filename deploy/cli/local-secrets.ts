import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ExposedFile, exposedFiles, exposureOf } from '#platform/config/exposed-files.ts';
import type { ConfigSources } from '#platform/config/load.ts';
import { cloudsFiles } from './credentials.ts';

/**
 * The files of this machine that hold secrets and let others in: the configuration file that `VOLVOX_CONFIG` names, the clouds.yaml that the
 * command uses, and what a local region keeps in the same folder; with the key files that configuration files name.
 */
export function exposedLocalFiles(sources: ConfigSources): readonly ExposedFile[] {
  const clouds = cloudsFiles().find(existsSync);
  const local = clouds === undefined ? [] : [...exposureOf(clouds), ...exposedIn(dirname(clouds))];
  const all = [...exposedFiles(sources), ...local];
  return [...new Map(all.map((file) => [file.path, file])).values()];
}

/** Nothing when the folder is not there, or closed to us, as that of a region which runs by sudo. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** Nothing when the folder is not that of a region. */
function exposedIn(home: string): readonly ExposedFile[] {
  const settings = join(home, 'settings.json');
  if (!existsSync(settings)) return [];
  const configs = join(home, 'config');
  const names = namesIn(configs);
  return [
    ...exposureOf(settings),
    ...exposureOf(join(home, 'authority', 'ca-key.pem')),
    ...names.flatMap((name) => exposedFiles({ file: join(configs, name), environment: {} })),
  ];
}
