import type { Home } from './home.ts';
import { readIfThere, writePrivate } from './private-file.ts';
import { lives, type ProcessIdentity } from './process-identity.ts';

/** What runs, kept in `region.json` from the first process to the last. */
export interface RegionState {
  readonly phase: 'starting' | 'running' | 'stopping' | 'stopped';
  readonly supervisor: ProcessIdentity | null;
  readonly startedAt: string;
  readonly startSeconds: number | null;
  readonly home: string;
  readonly cloudsYaml: string;
  readonly urls: {
    readonly api: string;
    readonly identity: string;
    readonly federation: string;
    /** By process. */
    readonly metrics: Readonly<Record<string, string>>;
  };
  readonly driver: 'qemu' | 'fake';
  readonly simulatedHosts: number;
  readonly cells: readonly { readonly name: string; readonly doorUrl: string }[];
  readonly processes: readonly RunningProcess[];
}

export interface RunningProcess extends ProcessIdentity {
  readonly name: string;
  readonly restarts: number;
  readonly log: string;
}

/** Null when no region ever ran here. */
export function readState(home: Home): RegionState | null {
  const content = readIfThere(home.state);
  if (content === null) return null;
  try {
    return JSON.parse(content) as RegionState;
  } catch {
    return null;
  }
}

export const writeState = (home: Home, state: RegionState): void =>
  writePrivate(home.state, `${JSON.stringify(state, null, 2)}\n`);

/** Whether a supervisor looks after this region now. */
export const isSupervised = (state: RegionState | null): state is RegionState & { supervisor: ProcessIdentity } =>
  state?.supervisor != null && lives(state.supervisor);
