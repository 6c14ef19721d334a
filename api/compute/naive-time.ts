/** A moment as the older parts of the API show it: UTC without a zone, always six digits, `2026-01-31T12:00:00.123456`. */
export function naiveTime(iso: string): string {
  const [seconds = '', fraction = ''] = iso.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(6, '0')}`;
}

export const naiveTimeOrNull = (iso: string | null): string | null => (iso === null ? null : naiveTime(iso));
