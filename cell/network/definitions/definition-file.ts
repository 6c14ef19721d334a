import { readFile } from 'node:fs/promises';
import { Compile } from 'typebox/compile';
import { writeFileAtomically } from '../../agent/atomic-file.ts';
import { HeardState } from './heard-definitions.ts';

/** 1: first form. 2: networks and routers. */
const VERSION = 2;
const check = Compile(HeardState);

/** What the agent has heard, for a start while the conductor is away. */
export interface DefinitionFile {
  /** null: nothing was saved, or not in this release's form. */
  read(): Promise<HeardState | null>;
  write(state: HeardState): Promise<void>;
}

export function createDefinitionFile(path: string): DefinitionFile {
  return {
    read: async () => {
      try {
        const file = JSON.parse(await readFile(path, 'utf8')) as { version?: unknown; heard?: unknown } | null;
        return file?.version === VERSION && check.Check(file.heard) ? file.heard : null;
      } catch (error) {
        if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    write: async (heard) => await writeFileAtomically(path, JSON.stringify({ version: VERSION, heard })),
  };
}

/** For simulated hosts, which end with their agent. */
export const NO_DEFINITION_FILE: DefinitionFile = { read: async () => null, write: async () => undefined };
