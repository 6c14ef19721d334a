import { expect, it } from 'vitest';
import { asJson, asTable, asText } from '../../../deploy/cli/output.ts';
import { printable } from '../../../deploy/cli/printable.ts';
import { StatusLine } from '../../../deploy/cli/status-line.ts';

/** Clears the screen, and sets the title of the window: by an escape, and by its one-byte form. */
const HOSTILE = '\u001b[2J\u009b31m\u202eevil';
const SHOWN = '\\u001b[2J\\u009b31m\\u202eevil';

it('shows control characters in words, and leaves other text as it is', () => {
  expect(printable(`${HOSTILE}\nnext\tline\r\n`)).toBe(`${SHOWN}\nnext\tline\r\n`);
  expect(printable('over\rwritten')).toBe('over\\u000dwritten');
  expect(printable('Zürich — 東京 🦁')).toBe('Zürich — 東京 🦁');
});

it('no name reaches a terminal as it is, nor makes a second line', () => {
  expect(asTable([{ name: `${HOSTILE}\nroot` }])).toBe(`NAME\n${SHOWN}\\u000aroot\n`);
  expect(asText({ name: HOSTILE, labels: { a: HOSTILE } })).toBe(
    `name    ${SHOWN}\nlabels  {"a":"\\u001b[2J\\u009b31m\\u202eevil"}\n`,
  );
  expect(JSON.parse(asJson({ name: HOSTILE }))).toEqual({ name: HOSTILE });
  expect(asJson({ name: HOSTILE })).not.toMatch(/(?!\n)\p{Cc}/u);
  const written: string[] = [];
  new StatusLine('move: ', { isTTY: true, write: (text: string) => written.push(text) > 0 }).set(HOSTILE);
  expect(written.join('')).toBe(`\r\u001b[Kmove: ${SHOWN}`);
});
