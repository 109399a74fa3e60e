import assert from "node:assert/strict";
import { commonSpan, loadSeries, monthlyMeans, parseSeries } from "../../examples/load_series.ts";

Deno.test("parseSeries reads dates as UTC and empty fields as NaN", () => {
  const { dates, years, values } = parseSeries("date,co2\n1958-03-29,316.1\n1958-07-02,\n1960-07,3\n");
  assert.deepEqual(dates.map((date) => date.toISOString().slice(0, 10)), ["1958-03-29", "1958-07-02", "1960-07-01"]);
  assert.deepEqual([...values], [316.1, NaN, 3]);
  assert.ok(Math.abs(years[0] - (1958 + 87 / 365)) < 1e-12);
  assert.ok(Math.abs(years[2] - (1960 + 182 / 366)) < 1e-12);
});

Deno.test("parseSeries says which row it cannot read", () => {
  assert.throws(() => parseSeries("date,x\n1958-02-30,1\n"), { field: "date of row 1", value: "1958-02-30" });
  assert.throws(() => parseSeries("date,x\n1958-01,1\n58-1,1\n"), { field: "date of row 2" });
  assert.throws(() => parseSeries("date,x\n1958-01,one\n"), { field: "value of row 1", value: "one" });
});

Deno.test("monthlyMeans averages what there is and keeps empty months", () => {
  const weekly = parseSeries("date,x\n1999-11-06,1\n1999-11-13,\n1999-11-20,4\n1999-12-04,\n2000-01-08,7\n");
  const monthly = monthlyMeans(weekly);
  assert.deepEqual(monthly.dates.map((d) => d.toISOString().slice(0, 10)), ["1999-11-01", "1999-12-01", "2000-01-01"]);
  assert.deepEqual([...monthly.values], [2.5, NaN, 7]);
  assert.equal(monthly.years[2], 2000);
  assert.equal(monthlyMeans(parseSeries("date,x\n")).values.length, 0);
});

Deno.test("commonSpan keeps the dates that both series have", () => {
  const a = parseSeries("date,x\n2000-01,1\n2000-02,2\n2000-03,3\n");
  const b = parseSeries("date,x\n2000-02,20\n2000-03,\n2000-04,40\n");
  const [left, right] = commonSpan(a, b);
  assert.deepEqual([...left.values], [2, 3]);
  assert.deepEqual([...right.values], [20, NaN]);
  assert.deepEqual(left.dates, right.dates);
});

Deno.test("the sample series load and share 526 months", async () => {
  const elNino = await loadSeries(new URL("../../data/elnino.csv", import.meta.url));
  const co2 = monthlyMeans(await loadSeries(new URL("../../data/co2.csv", import.meta.url)));
  const [sst, ppm] = commonSpan(elNino, co2);
  assert.equal(sst.values.length, 526);
  assert.equal(ppm.dates[0].toISOString(), "1958-03-01T00:00:00.000Z");
  assert.equal(ppm.values.filter(Number.isNaN).length, 5);
});
