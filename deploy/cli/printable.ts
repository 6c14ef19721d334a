/** Control characters but the line feed, the tab and the carriage return before a line feed; and those that turn the direction of text. */
const UNPRINTABLE = /(?!\r\n)(?![\n\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A text for a terminal. Users, cells and guests choose texts; a terminal would obey escape sequences in them, so they are shown as they are
 * written in JSON: `\u001b`.
 */
export const printable = (text: string): string => text.replace(UNPRINTABLE, escaped);

/** The same in one line. */
export const printableLine = (text: string): string => printable(text).replace(/[\r\n\t]/g, escaped);

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
