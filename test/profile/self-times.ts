/** What V8 tells of a process: nodes of the tree of calls, and which of them ran at each sample. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** µs since the sample before. */
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  /** `toServer api/compute/servers/view.ts:31`; a package by its name. */
  readonly name: string;
  readonly ms: number;
}

/** No JavaScript ran then. */
const NOT_RUNNING = new Set(['(idle)', '(program)', '(root)']);

/** How long each function itself ran, longest first. */
export function selfTimes({ nodes, samples, timeDeltas }: CpuProfile, root: string): readonly SelfTime[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame, root)]));
  const ms = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const name = names.get(id) ?? '?';
    if (NOT_RUNNING.has(name)) continue;
    ms.set(name, (ms.get(name) ?? 0) + (timeDeltas[at] ?? 0) / 1_000);
  }
  return [...ms].map(([name, total]) => ({ name, ms: total })).sort((one, other) => other.ms - one.ms);
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame'], root: string): string {
  if (url === '') return functionName || '(native)';
  const [, inPackage] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  const where = inPackage ?? `${url.replace(/^file:\/\//, '').replace(`${root}/`, '')}:${lineNumber + 1}`;
  return `${functionName || '(anonymous)'} ${where}`;
}
