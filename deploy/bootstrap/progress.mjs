/** Progress line by line, each with the seconds since the beginning; the same form as deploy/local/progress.ts. */
export function createProgress() {
  const startedAt = Date.now();
  return {
    startedAt,
    say: (line) => {
      process.stdout.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
    },
  };
}
