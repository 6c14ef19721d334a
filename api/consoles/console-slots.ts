import type { ConsolesConfig } from './config.ts';

/** Bounds the consoles that are open or being opened, in all and for the servers of one project. */
export class ConsoleSlots {
  readonly #bounds: Pick<ConsolesConfig, 'connections' | 'connectionsPerProject'>;
  readonly #byProject = new Map<string, number>();
  #claimed = 0;

  constructor(bounds: Pick<ConsolesConfig, 'connections' | 'connectionsPerProject'>) {
    this.#bounds = bounds;
  }

  /** Claims a slot until it is released. @returns null, or which bound is reached. */
  claim(projectId: string): 'connections' | 'project' | null {
    if (this.#claimed >= this.#bounds.connections) return 'connections';
    const before = this.#byProject.get(projectId) ?? 0;
    if (before >= this.#bounds.connectionsPerProject) return 'project';
    this.#byProject.set(projectId, before + 1);
    this.#claimed += 1;
    return null;
  }

  release(projectId: string): void {
    this.#claimed -= 1;
    const left = (this.#byProject.get(projectId) ?? 1) - 1;
    if (left > 0) this.#byProject.set(projectId, left);
    else this.#byProject.delete(projectId);
  }
}
