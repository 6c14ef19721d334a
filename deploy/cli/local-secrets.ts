import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ExposedFile, exposedFiles, exposureOf } from '#platform/config/exposed-files.ts';
import type { ConfigSources } from '#platform/config/load.ts';
import { cloudsFiles } from './credentials.ts';

/**
 * The files of this machine that hold secrets and let others in: the configuration file that `VOLVOX_CONFIG` names, the clouds.yaml that the
 * command uses, and what a local region keeps in the same folder.
 */
export function exposedLocalFiles(sources: ConfigSources): readonly ExposedFile[] {
  const clouds = cloudsFiles().find(existsSync);
  const known = clouds === undefined ? [] : [clouds, ...regionFiles(dirname(clouds))];
  const all = [...exposedFiles(sources), ...known.flatMap(exposureOf)];
  return [...new Map(all.map((file) => [file.path, file])).values()];
}

function regionFiles(home: string): readonly string[] {
  const settings = join(home, 'settings.json');
  if (!existsSync(settings)) return [];
  const configs = join(home, 'config');
  const names = existsSync(configs) ? readdirSync(configs) : [];
  return [settings, ...names.map((name) => join(configs, name))];
}
