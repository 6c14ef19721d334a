/** `2012-07-05 10:00:00`, with or without a fraction, UTC; in ms. null: it is no such moment. */
export function momentOfAudit(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,6})?$/.exec(text);
  if (match === null) return null;
  const iso = `${match[1]}T${match[2]}`;
  const moment = Date.parse(`${iso}${match[3] ?? ''}Z`);
  return Number.isNaN(moment) || !new Date(moment).toISOString().startsWith(iso) ? null : moment;
}

/** The last month that was over before this moment (ms), as text: `2012-06-01 00:00:00` to `2012-07-01 00:00:00`. */
export function lastAuditPeriod(before: number): { readonly begin: string; readonly end: string } {
  const now = new Date(before);
  const first = Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  const back = first >= before ? 1 : 0;
  const monthBefore = (months: number): string => {
    const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months));
    return start.toISOString().slice(0, 19).replace('T', ' ');
  };
  return { begin: monthBefore(back + 1), end: monthBefore(back) };
}
