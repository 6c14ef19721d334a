/** Progress line by line, each with the seconds since the beginning. */
export interface Progress {
  say(line: string): void;
  /** Runs `work` and says how long it took. */
  step<T>(line: string, work: () => Promise<T>): Promise<T>;
}

export function createProgress(write: (line: string) => void, startedAt = Date.now()): Progress {
  const since = (from: number): string => ((Date.now() - from) / 1000).toFixed(1);
  const say = (line: string): void => write(`${since(startedAt).padStart(6)} s  ${line}\n`);
  return {
    say,
    step: async (line, work) => {
      const from = Date.now();
      const result = await work();
      say(`${line} (${since(from)} s)`);
      return result;
    },
  };
}
