import { open, type RuleTable } from './rule.ts';

/** What every API serves by itself. */
export const FRAME_RULES = {
  openapi: open('Read the description of an API', 'GET /openapi.json'),
  /** Each action names its own rule. */
  actions: { ...open('Name an action'), scope: 'any' },
} as const satisfies RuleTable;
