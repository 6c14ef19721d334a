import type { Step } from '../steps.ts';
import { type Part, partsOf } from './part.ts';

/**
 * Files of the root disk that are to be made and uploaded. One step at a time, so that the report between two of them says how far it got. The
 * machine need not stop for any of them.
 */
export const saves: Part = (desired, observed) => {
  const { saves: asked } = partsOf(desired);
  const undesired = observed.saves.find(({ saveId }) => asked.every((save) => save.saveId !== saveId));
  if (undesired !== undefined) return { afterwards: [{ action: 'discard-save', saveId: undesired.saveId }] };
  const [next] = asked.flatMap((save): Step[] => {
    const state = observed.saves.find(({ saveId }) => saveId === save.saveId)?.state ?? 'begun';
    if (state === 'uploaded') return [];
    return [{ action: state === 'saved' ? 'upload-save' : 'save-disk', save }];
  });
  return next === undefined ? {} : { afterwards: [next] };
};
