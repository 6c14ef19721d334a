const pending = new Set<() => Promise<unknown>>();
let ending: Promise<void> | undefined;
/** One Ctrl-C may arrive twice: from the terminal, and passed on by npm. */
const SAME_WORD_MS = 1_000;

/**
 * Has this done when the run is interrupted (Ctrl-C, SIGTERM), the last that was said first.
 * @returns what takes the word back: it is done, or not needed any more.
 */
export function atInterrupt(cleanUp: () => Promise<unknown>): () => void {
  pending.add(cleanUp);
  return () => void pending.delete(cleanUp);
}

/** Runs a program's work; when it is interrupted, what was said by `atInterrupt` is done before the process ends with 130. A second Ctrl-C ends it at once. */
export async function interruptible(work: () => Promise<void>): Promise<void> {
  let heardAt = 0;
  const interrupt = (): void => {
    if (ending !== undefined) {
      if (Date.now() - heardAt > SAME_WORD_MS) process.exit(130);
      return;
    }
    heardAt = Date.now();
    process.stderr.write('interrupted; stopping what was started (again: at once)\n');
    ending = cleanUpAll().finally(() => process.exit(130));
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    await work();
  } catch (error) {
    // What is stopped fails what still asks it.
    if (ending === undefined) throw error;
  }
  await ending;
}

async function cleanUpAll(): Promise<void> {
  for (const cleanUp of [...pending].reverse()) {
    await cleanUp().catch((error: unknown) => void process.stderr.write(`${String(error)}\n`));
  }
}
