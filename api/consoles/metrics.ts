import { Counter, Gauge, type Registry } from 'prom-client';
import type { ConsoleType } from '#platform/objects/console.ts';

export interface ConsoleMetrics {
  opened(type: ConsoleType): void;
  closed(type: ConsoleType): void;
  refused(reason: string): void;
  bytes(direction: 'to-guest' | 'from-guest', count: number): void;
}

export function consoleMetrics(registry: Registry): ConsoleMetrics {
  const registers = [registry];
  const open = new Gauge({
    name: 'volvox_api_consoles_open',
    help: 'Consoles that are open through this process, by type.',
    ...{ labelNames: ['type'], registers },
  });
  const opened = new Counter({
    name: 'volvox_api_consoles_opened_total',
    help: 'Consoles that were opened, by type.',
    ...{ labelNames: ['type'], registers },
  });
  const refused = new Counter({
    name: 'volvox_api_consoles_refused_total',
    help: 'Requests for consoles that were refused, by reason.',
    ...{ labelNames: ['reason'], registers },
  });
  const bytes = new Counter({
    name: 'volvox_api_console_bytes_total',
    help: 'Bytes that passed through consoles, by direction.',
    ...{ labelNames: ['direction'], registers },
  });
  return {
    opened: (type) => {
      open.inc({ type });
      opened.inc({ type });
    },
    closed: (type) => open.dec({ type }),
    refused: (reason) => refused.inc({ reason }),
    bytes: (direction, count) => bytes.inc({ direction }, count),
  };
}
