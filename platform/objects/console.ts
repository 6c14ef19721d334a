import { type Static, Type } from 'typebox';

/** The consoles that a guest may have: its screen and keyboard (RFB, RFC 6143), and its first serial port (plain bytes). */
export const CONSOLE_TYPES = ['vnc', 'serial'] as const;
export const ConsoleType = Type.Union([Type.Literal('vnc'), Type.Literal('serial')]);
export type ConsoleType = Static<typeof ConsoleType>;
