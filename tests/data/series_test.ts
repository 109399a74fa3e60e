import assert from "node:assert/strict";
import { loadSeries } from "../../examples/load_series.ts";

const data = (name: string) => new URL(`../../data/${name}`, import.meta.url);

Deno.test("elnino.csv is the record that data/README.md describes", async () => {
  const { dates, values } = await loadSeries(data("elnino.csv"));
  assert.equal(values.length, 732);
  assert.deepEqual([dates[0].toISOString().slice(0, 7), dates[731].toISOString().slice(0, 7)], ["1950-01", "2010-12"]);
  assert.deepEqual([Math.min(...values), Math.max(...values)], [18.95, 29.24]);
  for (let i = 0; i < 732; i++) assert.equal(dates[i].getUTCMonth(), i % 12);
});

Deno.test("co2.csv is the record that data/README.md describes", async () => {
  const { dates, values } = await loadSeries(data("co2.csv"));
  assert.equal(values.length, 2284);
  assert.equal(values.filter(Number.isNaN).length, 59);
  const known = values.filter((value) => !Number.isNaN(value));
  assert.deepEqual([Math.min(...known), Math.max(...known)], [313, 373.9]);
  for (let i = 1; i < 2284; i++) assert.equal(Number(dates[i]) - Number(dates[i - 1]), 7 * 86_400_000);
});
