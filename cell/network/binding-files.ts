import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import { DesiredBinding, PORT_BINDING_VERSION } from '#platform/objects/port-binding.ts';
import { writeFileAtomically } from '../agent/atomic-file.ts';

const check = Compile(DesiredBinding);

/** The saved desired state, from which the agent rebuilds a rebooted host while the conductor is away. */
export interface BindingFiles {
  /** What cannot be understood (another release's form) is left out; the conductor knows it. */
  all(): Promise<readonly DesiredBinding[]>;
  put(binding: DesiredBinding): Promise<void>;
  remove(bindingId: string): Promise<void>;
}

/** A file for each binding. */
export function createBindingFiles(dir: string): BindingFiles {
  const path = (bindingId: string) => join(dir, `${bindingId}.json`);
  return {
    all: async () => {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const names = (await readdir(dir)).filter((name) => name.endsWith('.json'));
      const bindings = await Promise.all(names.map((name) => readBindingFile(join(dir, name))));
      return bindings.filter((file) => file !== null);
    },
    put: async (binding) =>
      await writeFileAtomically(path(binding.bindingId), JSON.stringify({ version: PORT_BINDING_VERSION, binding })),
    remove: async (bindingId) => await rm(path(bindingId), { force: true }),
  };
}

async function readBindingFile(path: string): Promise<DesiredBinding | null> {
  try {
    const file = JSON.parse(await readFile(path, 'utf8')) as { version?: unknown; binding?: unknown };
    return file.version === PORT_BINDING_VERSION && check.Check(file.binding) ? file.binding : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** For simulated hosts, which end with their agent. */
export const NO_BINDING_FILES: BindingFiles = {
  all: async () => [],
  put: async () => undefined,
  remove: async () => undefined,
};
