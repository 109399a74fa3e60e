import { ConfigError, describeIssue } from "../backends/mod.ts";
import type { SeriesTerms } from "../runs/mod.ts";

const SETTINGS = { format: "series", value: "column", time: "--time", max_gap: "--fill-gaps" };

/** How messages on series call the options of `morlet wct`. */
export const WCT_TERMS: SeriesTerms = {
  field: (series, setting) =>
    SETTINGS[setting].startsWith("-")
      ? SETTINGS[setting]
      : `${SETTINGS[setting]} of the ${["first", "second"][series]}`,
  unit: "--unit",
  step: "--dt",
  monthly: "add --monthly",
  fillGaps: "add --fill-gaps",
  deseason: "--deseason",
  detrend: "add --detrend linear, or --growth first, second or both",
  times: (column = "COLUMN") => `--time ${column}`,
};

/** The option that sets a field of the model. */
const OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^series\.0\.file$/, "first series"],
  [/^series\.1\.file$/, "second series"],
  [/^series\.0\.value$/, "column of the first series"],
  [/^series\.1\.value$/, "column of the second series"],
  [/^series\.\d\.(time|missing)$/, "--$1"],
  [/^time\.step$/, "--dt"],
  [/^time\.unit$/, "--unit"],
  [/^significance\.mc_count$/, "--simulations"],
  [/^significance\.region_count$/, "--regions"],
  [/^significance\.backend\./, "--backend: "],
  [/^(prepare|analysis|significance)\./, "--"],
];

/** Says of a model that cannot be used which options are wrong. */
export function inTermsOfOptions(error: ConfigError): ConfigError {
  const issues = error.issues.map((issue) => {
    const [from, to] = OPTIONS.find(([from]) => from.test(issue.field)) ?? [/^/, ""];
    return { ...issue, field: issue.field.replace(from, to) };
  });
  const translated = new ConfigError("wct", issues);
  // An option that sets a field of both series is told once.
  translated.message = [...new Set(issues.map((issue) => `Cannot use ${describeIssue(issue)}`))].join("\n");
  return translated;
}
