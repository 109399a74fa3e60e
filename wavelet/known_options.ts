import { requireKnown } from "../random/mod.ts";

/** The names of a function's options, all of them: one that is forgotten does not compile. */
export type OptionNames<O> = Readonly<Record<keyof O, true>>;

/** The options as given, empty where there are none; refuses a misspelt one, as cells of notebooks are not type-checked. */
export function knownOptions<O extends object>(options: O | undefined, names: OptionNames<O>): O {
  if (options === undefined) return {} as O; // what is needed is refused by its own name
  requireKnown("options", options, Object.keys(names));
  return options;
}
