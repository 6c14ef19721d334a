const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The output of uptime(1) at `now` on a host that booted at `bootedAt` (ms since the epoch): ` 08:32:11 up 93 days, 18:25`. */
export function uptimeText(bootedAt: number, now: number): string {
  const up = Math.max(0, now - bootedAt);
  const days = Math.floor(up / DAY_MS);
  const hours = Math.floor((up % DAY_MS) / HOUR_MS);
  const minutes = Math.floor((up % HOUR_MS) / MINUTE_MS);
  const clock = new Date(now).toISOString().slice(11, 19);
  const parts = [
    ...(days === 0 ? [] : [days === 1 ? '1 day' : `${days} days`]),
    hours === 0 ? `${minutes} min` : `${hours}:${String(minutes).padStart(2, '0')}`,
  ];
  return ` ${clock} up ${parts.join(', ')}`;
}
