/** The rejections that nobody took during `work`, and in the turn of the event loop after it. Outside of tests one of them ends the process. */
export async function untakenRejections(work: () => Promise<unknown>): Promise<readonly unknown[]> {
  const untaken: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => untaken.push(reason));
  try {
    await work();
    await new Promise((resolve) => setImmediate(resolve));
    return untaken;
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const other of others) process.on('unhandledRejection', other);
  }
}
