import { breakageNamed } from './breakages/index.ts';
import { complaints, type History, now, runHistory } from './history/run-history.ts';
import { installVirtualGlobals } from './kernel/virtual-globals.ts';

/** What a worker is told: these seeds, with this fault in the code. */
export interface Task {
  readonly seeds: readonly number[];
  readonly breakage: string | null;
  readonly tell: boolean;
}
export type Word = { readonly history: History } | { readonly line: string };

installVirtualGlobals(() => now.kernel);
process.on('unhandledRejection', (error) => {
  complaints.violated(`nobody handles: ${String((error as Error | undefined)?.stack ?? error)}`);
});

process.once('disconnect', () => process.exit());

const say = (word: Word): void => void process.send?.(word);

process.on('message', async ({ seeds, breakage, tell }: Task) => {
  // Stacks are made for every refusal, and read by nobody but who replays a history.
  Error.stackTraceLimit = tell ? 10 : 0;
  for (const seed of seeds) {
    const history = await runHistory(seed, {
      breakage: breakage === null ? null : breakageNamed(breakage),
      tell: tell ? (line) => say({ line }) : null,
    });
    say({ history });
  }
  process.disconnect();
});
