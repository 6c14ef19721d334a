import type { Progress } from './progress.ts';

/** One Ctrl-C may arrive more than once: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 2_000;

/** Resolves at the first SIGINT, SIGTERM or SIGHUP. A later, second one ends the process at once, and leaves what runs to the next start. */
export function untilTold(progress: Progress): Promise<'told'> {
  let toldAt: number | undefined;
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (toldAt === undefined) {
          toldAt = Date.now();
          progress.say(`${signal}: stopping all processes`);
          resolve('told');
        } else if (Date.now() - toldAt > SAME_SIGNAL_MS) {
          progress.say(`${signal} again: exiting now; the next start cleans up`);
          process.exit(130);
        }
      });
    }
  });
}
