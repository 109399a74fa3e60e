import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../../backends/mod.ts";
import { InvalidArgumentError } from "../../random/mod.ts";
import { analyseWct, readTable, WctModelConfig, writeNetcdf } from "../../runs/mod.ts";
import { prepareSeries } from "../../runs/prepare_series.ts";
import { commonSpan, loadSeries, monthlyMeans } from "../../examples/load_series.ts";
import { deseason, detrend, fillGaps } from "../../wavelet/mod.ts";
import { folder } from "./folder.ts";

const DATA = new URL("../../data/", import.meta.url).pathname;

/** Prepares two series of one file, the second a copy of the first unless said otherwise. */
async function prepare(path: string, first: object, second: object = first, rest: object = {}) {
  const series = [{ file: path, ...first }, { file: path, ...second }];
  return await prepareSeries(WctModelConfig.parse({ type: "wct", series, ...rest }));
}

async function refused(work: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(work, (error: Error) => {
    assert.ok(error instanceof InvalidArgumentError, String(error));
    assert.match(error.message, message);
    return true;
  });
}

Deno.test("CSV, JSON and NetCDF hold the same columns", async () => {
  await using dir = await folder();
  const at = (name: string) => join(dir.path, name);
  await writeFile(at("a.csv"), "day,x\n2000-01-01,1\n2000-01-02,\n2000-01-03,2.5\n");
  await writeFile(at("b.json"), JSON.stringify({ day: ["2000-01-01", "2000-01-02", "2000-01-03"], x: [1, null, 2.5] }));
  await writeFile(
    at("c.json"),
    JSON.stringify([{ day: "2000-01-01", x: 1 }, { day: "2000-01-02" }, { day: "2000-01-03", x: 2.5 }]),
  );
  await writeFile(
    at("d.nc"),
    await writeNetcdf({
      variables: {
        day: { dimensions: ["day"], data: new Float64Array([0, 1, 2]), attributes: { units: "days since 2000-01-01" } },
        x: { dimensions: ["day"], data: new Float64Array([1, NaN, 2.5]) },
      },
    }),
  );
  await writeFile(at("e.tsv"), "# of a station\r\nday\tx\r\n2000-01-01\t1\r\n2000-01-02\t\r\n2000-01-03\t2.5\r\n");
  await writeFile(at("f.txt"), 'day;"a, b";x\n2000-01-01;"c;d";1\n2000-01-02;;\n2000-01-03;;2.5\n');
  for (const name of ["a.csv", "b.json", "c.json", "d.nc", "e.tsv", "f.txt"]) {
    const column = { time: "day", value: "x", gaps: "interpolate" };
    const { values: [x], times, axis, filled } = await prepare(at(name), column, column, { time: { unit: "days" } });
    assert.deepEqual([...x], [1, 1.75, 2.5], name);
    assert.deepEqual([axis.dt, filled], [1, [1, 1]], name);
    assert.equal((times[2] as Date).toISOString(), "2000-01-03T00:00:00.000Z", name);
  }
});

Deno.test("the demo's series are what the example makes of them", async () => {
  const sst = await loadSeries(`${DATA}elnino.csv`), co2 = monthlyMeans(await loadSeries(`${DATA}co2.csv`));
  const { values: ppm } = fillGaps(co2.values);
  const growth = {
    dates: co2.dates.slice(1, -1),
    years: co2.years.slice(1, -1),
    values: ppm.slice(1, -1).map((_, i) => (ppm[i + 2] - ppm[i]) * 6),
  };
  const expected = commonSpan(sst, growth).map(({ dates, values }) =>
    detrend(deseason(values, { season: dates.map((date) => date.getUTCMonth()) }))
  );
  const series = [
    { file: `${DATA}elnino.csv`, time: "date", value: "sst" },
    { file: `${DATA}co2.csv`, time: "date", value: "co2", mean: "monthly", gaps: "interpolate", growth: true },
  ];
  const prepared = { deseason: "month", detrend: "linear" };
  const { values, axis, filled } = await prepareSeries(
    WctModelConfig.parse({ type: "wct", series, prepare: prepared }),
  );
  assert.deepEqual([axis.length, axis.dt, filled[1]], [524, 1 / 12, 5]);
  for (const [i, list] of expected.entries()) {
    assert.ok(list.every((v, t) => Math.abs(v - values[i][t]) < 1e-9), `series ${i}`);
  }
});

Deno.test("months that are missing are gaps: refused, or interpolated on request", async () => {
  await using dir = await folder();
  const path = join(dir.path, "gap.csv");
  await writeFile(path, "month,x\n2000-01,1\n2000-02,2\n2000-05,5\n2000-06,1\n");
  await refused(
    prepare(path, { time: "month", value: "x" }),
    /x of .*gap.csv .*"2 of 6 samples missing". The first is missing at 2000-03-01/,
  );
  const column = { time: "month", value: "x", gaps: "interpolate" };
  const { values: [x], filled } = await prepare(path, column);
  assert.deepEqual([...x], [1, 2, 3, 4, 5, 1]);
  assert.deepEqual(filled, [2, 2]);
  await refused(prepare(path, { ...column, max_gap: 1 }), /max_gap as it must be at least 2, the longest gap/);
});

Deno.test("steps are counted in the study's unit", async () => {
  await using dir = await folder();
  const path = join(dir.path, "steps.csv");
  const step = async (times: string[], unit: string) => {
    await writeFile(path, `t,x\n${times.map((time, i) => `${time},${i % 3}`).join("\n")}\n`);
    return (await prepare(path, { time: "t", value: "x" }, { time: "t", value: "x" }, { time: { unit } })).axis.dt;
  };
  assert.equal(await step(["2000-01", "2000-02", "2000-03"], "years"), 1 / 12);
  assert.equal(await step(["2000-01", "2000-04", "2000-07"], "months"), 3);
  assert.equal(await step(["2000-01-01", "2000-01-08", "2000-01-15"], "days"), 7);
  assert.equal(await step(["2000-01-01T00:00", "2000-01-01T00:30", "2000-01-01T01:00"], "hours"), 0.5);
  assert.equal(await step(["0.5", "0.75", "1"], "km"), 0.25);
  await refused(step(["2000-01", "2000-02"], "fortnights"), /time.unit as it must be one of "years"/);
});

Deno.test("dates on one day of their months, or on the last, are months", async () => {
  await using dir = await folder();
  const path = join(dir.path, "days.csv");
  const read = async (...days: string[]) => {
    await writeFile(path, `t,x\n${days.map((day, i) => `${day},${i % 3}`).join("\n")}\n`);
    const column = { time: "t", value: "x", gaps: "interpolate" };
    return await prepare(path, column, column, { time: { unit: "months" } });
  };
  for (
    const days of [
      ["1969-11-15", "1969-12-15", "1970-01-15", "1970-03-15"],
      ["1969-11-30", "1969-12-31", "1970-01-31", "1970-03-31"],
      ["1969-11-16T12:00", "1969-12-16T12:00", "1970-01-16T12:00", "1970-03-16T12:00"],
    ]
  ) {
    const { axis, times, filled } = await read(...days);
    assert.deepEqual([axis.kind, axis.dt, axis.length, filled[0]], ["months", 1, 5, 1], days[0]);
    assert.equal((times[0] as Date).toISOString(), "1969-11-01T00:00:00.000Z");
  }
  assert.equal((await read("1969-12-30", "1969-12-31", "1970-01-01")).axis.kind, "dates");
  await refused(read("2000-01-14", "2000-02-15", "2000-03-15"), /steps of .*mean: "monthly"/);
});

Deno.test("numbers may be rounded, as months in decimal years are, but not uneven", async () => {
  await using dir = await folder();
  const read = async (name: string, times: string[]) => {
    const path = join(dir.path, name);
    await writeFile(path, `t,x\n${times.map((time, i) => `${time},${i % 3}`).join("\n")}\n`);
    return { file: path, time: "t", value: "x", gaps: "interpolate" };
  };
  const near = (a: number, b: number) => assert.ok(Math.abs(a / b - 1) < 1e-4, `${a} is not ${b}`);
  const count = 600, seconds = Array.from({ length: count }, (_, i) => (i / 256).toFixed(6));
  const samples = await read("samples.csv", seconds);
  const { axis } = await prepare(samples.file, samples);
  near(axis.dt, 1 / 256);
  assert.equal(axis.length, count);
  // The share of the year at which each month begins, in three digits and in four, with a gap of three years.
  const months = (digits: number, from: number) =>
    Array.from({ length: count }, (_, m) => {
      const year = from + Math.floor(m / 12), start = Date.UTC(year);
      return (year + (Date.UTC(year, m % 12) - start) / (Date.UTC(year + 1) - start)).toFixed(digits);
    }).filter((_, m) => m < 100 || m >= 136);
  const [coarse, fine] = [await read("coarse.csv", months(3, 1960)), await read("fine.csv", months(4, 1950))];
  const common = await prepare(coarse.file, coarse, fine);
  near(common.axis.dt, 1 / 12);
  assert.deepEqual([common.axis.length, ...common.filled], [count - 120, 36, 36]);
  const uneven = await read("uneven.csv", ["0", "1", "2.2", "3"]);
  await refused(prepare(uneven.file, uneven), /"2.2". Samples must be evenly spaced/);
});

Deno.test("a series without a memory to estimate is refused by its name, and told what to do", async () => {
  await using dir = await folder();
  const path = join(dir.path, "trend.csv");
  const rows = Array.from({ length: 100 }, (_, i) => `${(i * i) % 7},${i + i % 2},3\n`);
  await writeFile(path, `x,trend,constant\n${rows.join("")}`);
  const analyse = async (value: string, rest: object = {}) => {
    const series = [{ file: path, value: "x" }, { file: path, value }];
    const significance = { mc_count: 2, ...rest };
    return await analyseWct(WctModelConfig.parse({ type: "wct", series, time: { step: 1 }, significance }), {
      seed: 1,
    });
  };
  await refused(
    analyse("trend"),
    /^Cannot use trend of .*trend.csv .*take prepare.detrend: "linear", or growth: true$/,
  );
  await writeFile(path, "x,trend,constant\n1,2,3\n2,1,3\n");
  await refused(analyse("trend"), /^Cannot use x of .* at least 4 samples: current value is Float64Array of length 2$/);
  await writeFile(path, `x,trend,constant\n${rows.join("")}`);
  await refused(analyse("constant"), /^Cannot use constant of .*Every sample is 3$/);
  await refused(analyse("constant", { ar1: [0.5, 0.5] }), /Every sample is 3$/);
  assert.equal((await analyse("trend", { ar1: [0.5, 0.5] })).result.ar1[1], 0.5);
});

Deno.test("a series without times takes its step from time.step", async () => {
  await using dir = await folder();
  const path = join(dir.path, "x.json");
  await writeFile(path, JSON.stringify({ x: [1, 2, 3, 2] }));
  const { axis, times } = await prepare(path, { value: "x" }, { value: "x" }, { time: { step: "1/4" } });
  assert.deepEqual([axis.dt, ...times as Float64Array], [0.25, 0, 0.25, 0.5, 0.75]);
  await refused(prepare(path, { value: "x" }), /time.step must be given/);
});

Deno.test("what cannot be read is refused, by file, column and place", async () => {
  await using dir = await folder();
  const path = join(dir.path, "bad.csv");
  const bad = async (text: string, message: RegExp, column: object = { time: "t", value: "x" }) => {
    await writeFile(path, text);
    await refused(prepare(path, column), message);
  };
  await bad(
    "t,x\n2000-01,1\n2000-02,two\n",
    /x in line 3 of .*bad.csv as it must be a number, or empty: current value is "two"/,
  );
  await bad("t,x\n2000-01,1\n2000-02-30,2\n", /t in line 3 of .*bad.csv .*"2000-02-30"/);
  await bad("t,x\n2000-02,1\n2000-01,2\n", /later than the time before it, 2000-02-01: .*"2000-01-01". Sort the rows/);
  await bad("t,x\n2000-01,1\n2000-01,2\n", /later than the time before it/);
  await bad("t,x\n1,1\n2,2\n3.3,2\n", /evenly spaced/);
  await bad("t,x\n2000-01,1\n7,2\n", /all dates or all numbers/);
  await bad("t,x\n2000-01\n", /rows have as many fields as its header, 2.*Line 2 has 1/);
  await bad('t,x\n"2000-01",1\n2000-02,"1\n2"\n2000-03,x\n', /x in line 3 of/);
  await bad('t,x,note\n2000-01,1,"two\nlines"\n2000-02,y,\n', /x in line 4 of .*"y"/);
  await bad(" \n", /It is empty/);
  await bad("# a comment\n", /It is empty/);
  await bad("# t,x\n2000-01,1\n", /Put a header line before it, one that does not begin with #/);
  await bad("t,x,x\n2000-01,1,2\n", /Two are called "x"/);
  await bad("t|x\n2000-01|1.5\n", /Its separator seems to be "|"/);
  await bad("t;x\n2000-01;1,5\n", /x in line 2 of .*"1,5"/);
  await bad("# a station\n\nt\tx\n2000-01\t1\n2000-02\tno\n", /x in line 5 of .*"no"/);
  await bad(
    "t,x\n2000-01,1\n",
    /a column of .*bad.csv, which has t, x: current value is "y".*Did you mean "x"|which has t, x/,
    {
      time: "t",
      value: "y",
    },
  );
});

Deno.test("a CSV file without a header is refused rather than a row short", async () => {
  await using dir = await folder();
  const path = join(dir.path, "raw.csv");
  for (const first of ["1,2", "0.5", "2000-01,1", "1/2/2000,3", "Jan,23.11", "1950-01-01,NA"]) {
    await writeFile(path, `${first}\n${first}\n`);
    await refused(
      readTable(path, "csv"),
      /"[^"]*raw.csv". Its first line is numeric: .*\. Put a header line before it/,
    );
  }
  await writeFile(path, ",0\n1950-01,5\n1950-02,n/a\n1950-03,NA\n1950-04,NaN\n1950-05,6\n");
  const column = { time: "", value: "0" };
  assert.deepEqual([...(await readTable(path, "csv")).keys()], [column.time, column.value], "pandas names a series 0");
});

Deno.test("series of steps must be of one length, and steps are told as people say them", async () => {
  await using dir = await folder();
  const [a, b] = [join(dir.path, "a.csv"), join(dir.path, "b.csv")];
  await writeFile(a, "t,x\n2000-01,1\n2000-02,2\n2000-03,2\n");
  await writeFile(b, "t,x\n2000-01-01,1\n2000-01-08,2\n2000-01-22,2\n2000-01-29,\n");
  const step = { time: { step: 1 } };
  await refused(
    prepare(a, { value: "x" }, { file: b, value: "x" }, step),
    /time.step .* a.csv has 3 samples, b.csv has 4.*time: t, .*mean: "monthly"/,
  );
  await refused(
    prepare(a, { time: "t", value: "x" }, { file: b, time: "t", value: "x" }),
    /series.1.time .* whose step is 1 month: current value is "a step of 1 week". .*mean: "monthly"/,
  );
  await writeFile(b, "t,x\n2000-01-01,1\n2000-01-03,2\n2000-01-06,2\n");
  await refused(prepare(b, { time: "t", value: "x" }), /a whole number of steps of 2 days after/);
});

Deno.test("words for what is missing are gaps", async () => {
  await using dir = await folder();
  const path = join(dir.path, "gaps.csv");
  await writeFile(path, "x\n1\nn/a\nNA\nnan\nNaN\n\n7\n");
  const column = { value: "x", gaps: "interpolate" };
  const { values: [x], filled } = await prepare(path, column, column, { time: { step: 1 } });
  assert.deepEqual([[...x].map((v) => +v.toFixed(9)), filled[0]], [[1, 2, 3, 4, 5, 6, 7], 5]);
  await writeFile(path, "x\n1\n-999.0\n3\n9.99E2\n5\n");
  const nines = await prepare(path, { ...column, missing: -999 }, { ...column, missing: 999 }, { time: { step: 1 } });
  assert.deepEqual(nines.values.map((x) => [...x]), [[1, 2, 3, 999, 5], [1, -999, 3, 4, 5]]);
});

Deno.test("series that have no time in common are refused", async () => {
  await using dir = await folder();
  const [a, b] = [join(dir.path, "a.csv"), join(dir.path, "b.csv")];
  await writeFile(a, "t,x\n2000-01,1\n2000-02,2\n2000-03,2\n");
  await writeFile(b, "t,x\n2010-01,1\n2010-02,2\n2010-03,2\n");
  await refused(
    prepare(a, { time: "t", value: "x" }, { file: b, time: "t", value: "x" }),
    /at least two times in common/,
  );
});

Deno.test("a file that is not there, or whose format is unknown, is refused", async () => {
  await using dir = await folder();
  const series = { file: join(dir.path, "none.csv"), value: "x" };
  assert.throws(() => WctModelConfig.parse({ type: "wct", series: [series, series] }), ConfigError);
  const path = join(dir.path, "x.dat");
  await writeFile(path, "x\n1\n2\n");
  await refused(prepare(path, { value: "x" }), /format as it must be given, as the name .*x.dat does not tell it/);
  assert.deepEqual((await readTable(path, "csv")).get("x"), ["1", "2"]);
  await writeFile(join(dir.path, "x.nc"), "CDF\x01 classic");
  await refused(readTable(join(dir.path, "x.nc"), "netcdf"), /a NetCDF-4 file/);
});
