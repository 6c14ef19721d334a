/** The words that Nova takes for yes in image properties and extra specs (oslo.utils, bool_from_string). */
const YES = ['1', 't', 'true', 'on', 'y', 'yes'];

/** Whether a text says yes; every other text, and none, says no. */
export const isYes = (text: string | undefined): boolean => YES.includes((text ?? '').trim().toLowerCase());
