import { VolvoxError } from '../errors/volvox-error.ts';

interface Outputs {
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The outputs of an operation's steps, typed by step: `O` names the steps that put something out. */
export interface StepOutputs<O extends object> {
  /** For the step that puts it out: returns `output` as it is. */
  of<Step extends keyof O & string>(step: Step, output: O[Step]): O[Step];
  /** undefined: the step is not done. */
  read<Step extends keyof O & string>(from: Outputs, step: Step): O[Step] | undefined;
  /** For steps that follow it. @throws VolvoxError internal when the step is not done. */
  require<Step extends keyof O & string>(from: Outputs, step: Step): O[Step];
}

export function stepOutputs<O extends object>(): StepOutputs<O> {
  const read = <Step extends keyof O & string>({ outputs }: Outputs, step: Step) =>
    outputs[step] as O[Step] | undefined;
  return {
    of: (_, output) => output,
    read,
    require(from, step) {
      const output = read(from, step);
      if (output === undefined) throw new VolvoxError('internal', `The step ${step} has put nothing out.`);
      return output;
    },
  };
}
