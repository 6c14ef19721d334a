import { expect, it } from 'vitest';
import { uptimeText } from '../../../cell/database/uptime.ts';

const NOW = Date.UTC(2026, 0, 31, 8, 32, 11);
it.each([
  [5 * 60_000, ' 08:32:11 up 5 min'],
  [(18 * 60 + 4) * 60_000, ' 08:32:11 up 18:04'],
  [(24 * 60 + 3) * 60_000, ' 08:32:11 up 1 day, 3 min'],
  [93 * 86_400_000 + 90 * 60_000, ' 08:32:11 up 93 days, 1:30'],
  [-5_000, ' 08:32:11 up 0 min'],
])('%i ms after the boot uptime says %j', (up, text) => {
  expect(uptimeText(NOW - up, NOW)).toBe(text);
});
