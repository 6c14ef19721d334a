import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

interface KernelModule {
  /** `virtio_net.ko` */
  readonly file: string;
  readonly content: Buffer;
}

/**
 * The modules named and all they depend on, each after those it needs. A name that is not there is left out: a later kernel
 * may have it built in.
 * @param folder `lib/modules` of a kernel package.
 */
export function kernelModules(folder: string, names: readonly string[]): KernelModule[] {
  const paths = new Map<string, string>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.ko')) paths.set(moduleName(path), join(folder, path));
  }
  const loaded = new Map<string, KernelModule>();
  const load = (name: string): void => {
    const path = paths.get(name);
    if (path === undefined || loaded.has(name)) return;
    const content = readFileSync(path);
    for (const needed of dependencies(content)) load(needed);
    loaded.set(name, { file: basename(path), content });
  };
  for (const name of names) load(name);
  return [...loaded.values()];
}

const moduleName = (path: string): string => basename(path, '.ko').replaceAll('-', '_');

/** From the module's own `.modinfo`: `depends=virtio_ring,virtio`, ended by a NUL. */
function dependencies(content: Buffer): string[] {
  const start = content.indexOf('\0depends=');
  if (start < 0) return [];
  const value = content.toString('latin1', start + 9, content.indexOf('\0', start + 9));
  return value.split(',').filter((name) => name !== '');
}
