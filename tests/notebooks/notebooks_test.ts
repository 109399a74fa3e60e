import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { pythonTest, runPython } from "../python.ts";
import { walk } from "../walk.ts";

interface Output {
  output_type: string;
  name?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
}

interface Cell {
  cell_type: string;
  metadata: { tags?: string[] };
  source: string[];
  outputs?: Output[];
}

interface Notebook {
  cells: Cell[];
  metadata: { kernelspec: Record<string, string> };
}

const NOTEBOOKS = [...walk(new URL("../../notebooks/", import.meta.url), ".ipynb")]
  .filter(({ pathname }) => !pathname.includes(".ipynb_checkpoints"));

const read = async (path: string | URL): Promise<Notebook> => JSON.parse(await Deno.readTextFile(path));
/** A text of an output, without the colours that the terminal may or may not want. */
const text = (value: unknown): string =>
  stripVTControlCharacters(Array.isArray(value) ? value.join("") : String(value));

/** What of a cell's outputs must be the same each time: all but bars, and how a picture is packed. */
function comparable({ outputs = [] }: Cell): unknown[] {
  const kept = outputs.filter(({ data }) => !text(data?.["text/html"]).includes('class="morlet-progress"'));
  return kept.map(({ output_type, name, text: words, data = {}, ename, evalue }) => {
    if (output_type === "stream") return { name, words: text(words) };
    if (output_type === "error") return { ename, evalue };
    return Object.fromEntries(
      Object.entries(data).map(([type, value]) => {
        if (type === "image/png") return [type, text(value).startsWith("iVBORw0KGgo")];
        return [type, type.startsWith("text/") ? text(value) : value];
      }),
    );
  });
}

/** What of it must be the same in cells tagged timing: that it is there, and of which kind. */
function kinds(cell: Cell): unknown[] {
  return comparable(cell).map((output) => Object.keys(output as object));
}

Deno.test("there are notebooks, each of a size that can be shared, for anyone's Deno kernel", async () => {
  assert.ok(NOTEBOOKS.length >= 3);
  for (const url of NOTEBOOKS) {
    const { size } = await Deno.stat(url);
    assert.ok(size < 2_000_000, `${url.pathname}: ${size} bytes`);
    const { metadata, cells } = await read(url);
    assert.deepEqual(metadata.kernelspec, { display_name: "Deno", language: "typescript", name: "deno" });
    const code = cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => text(source)).join("\n");
    assert.match(code, /from "@morlet\/morlet(\/\w+)?"/);
    assert.doesNotMatch(code, /from "\.{1,2}\//, "a cell must work for those who have the package only");
    assert.ok(cells.some(({ outputs }) => outputs?.length), "it is committed with its outputs");
  }
});

for (const url of NOTEBOOKS) {
  const path = fileURLToPath(url), name = path.slice(path.lastIndexOf("/") + 1);
  pythonTest(
    `${name} runs from top to bottom in the Deno kernel and gives the numbers that it was committed with`,
    async () => {
      const folder = await Deno.makeTempDir();
      try {
        const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
        const env = {
          MORLET_DENO: Deno.execPath(),
          // Levels are computed again, not read from the cache.
          XDG_CACHE_HOME: folder,
          DENO_DIR: JSON.parse(new TextDecoder().decode(stdout)).denoDir,
        };
        await runPython("run_notebook.py", [path, `${folder}/again.ipynb`], "", env);
        const before = await read(url), after = await read(`${folder}/again.ipynb`);
        assert.equal(after.cells.length, before.cells.length);
        for (const [i, cell] of before.cells.entries()) {
          const again = after.cells[i], start = text(cell.source).slice(0, 60);
          if (cell.metadata.tags?.includes("timing")) assert.deepEqual(kinds(again), kinds(cell), start);
          else assert.deepEqual(comparable(again), comparable(cell), start);
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}
