"""Runs a notebook in the Deno kernel that MORLET_DENO names and writes it with its outputs.

    run_notebook.py IN.ipynb OUT.ipynb

nbclient drops what the kernel sends after it has said that a cell is done, which Deno's now and then does; here such outputs are waited
for. The folder of IN is the kernel's working folder. Ends with code 1 where a cell fails that is not tagged raises-exception.
"""

import json
import os
import queue
import re
import sys
import tempfile
import time
from pathlib import Path

CELL_LIMIT = 300  # seconds
LATE = 0.2  # seconds that late outputs are waited for


def install_kernel(folder):
    kernel = Path(folder, "kernels", "deno")
    kernel.mkdir(parents=True)
    deno = os.environ.get("MORLET_DENO", "deno")
    argv = [deno, "jupyter", "--kernel", "--conn", "{connection_file}"]
    kernel.joinpath("kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "Deno", "language": "typescript"})
    )
    os.environ["JUPYTER_PATH"] = str(folder)


def run_cell(client, source):
    """Outputs of a cell, and by id those that later messages change."""
    request = client.execute(source, store_history=True)
    outputs, displays, idle = [], {}, False
    end = time.monotonic() + CELL_LIMIT
    while True:
        try:
            message = client.get_iopub_msg(timeout=LATE if idle else max(0.1, end - time.monotonic()))
        except queue.Empty:
            if idle:
                return outputs, displays
            raise TimeoutError(f"a cell took more than {CELL_LIMIT} s: {source[:80]!r}") from None
        yield_message(message, request, outputs, displays)
        if message["parent_header"].get("msg_id") == request and message["msg_type"] == "status":
            idle = idle or message["content"]["execution_state"] == "idle"


KNOWN = {}  # outputs that can be changed, by display id


def yield_message(message, request, outputs, displays):
    kind, content = message["msg_type"], message["content"]
    if kind == "update_display_data":
        for output in KNOWN.get(content["transient"]["display_id"], []):
            output["data"] = content["data"]
        return
    if message["parent_header"].get("msg_id") != request:
        return
    if kind == "stream":
        last = outputs[-1] if outputs else {}
        if last.get("output_type") == "stream" and last["name"] == content["name"]:
            last["text"] += content["text"]
        else:
            outputs.append({"output_type": "stream", "name": content["name"], "text": content["text"]})
    elif kind in ("display_data", "execute_result"):
        if not content["data"]:
            return
        output = {"output_type": kind, "data": content["data"], "metadata": {}}
        if kind == "execute_result":
            output["execution_count"] = content["execution_count"]
        outputs.append(output)
        display = content.get("transient", {}).get("display_id")
        if display:
            KNOWN.setdefault(display, []).append(output)
    elif kind == "error":
        # Without the places in the stack, which change with the code and name this machine's folders.
        traceback = [line for line in content["traceback"] if not line.lstrip().startswith("at ")]
        error = {"ename": content["ename"], "evalue": content["evalue"], "traceback": traceback}
        outputs.append({"output_type": "error", **error})


def as_lines(text):
    return text.splitlines(keepends=True)


def written(notebook):
    """The notebook as Jupyter writes it, but each figure's specification on one line, a third as long."""
    compact = []

    def hide(data):
        for part, value in data.items():
            if part.endswith("+json"):
                compact.append(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
                data[part] = f"@compact {len(compact) - 1}"

    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            hide(output.get("data", {}))
    text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
    return re.sub(r'"@compact (\d+)"', lambda match: compact[int(match[1])], text)


def main(source, target):
    with tempfile.TemporaryDirectory() as folder:
        install_kernel(folder)
        from jupyter_client.manager import start_new_kernel

        notebook = json.loads(Path(source).read_text("utf-8"))
        manager, client = start_new_kernel(
            kernel_name="deno", startup_timeout=120, cwd=str(Path(source).resolve().parent)
        )
        failed, count = 0, 0
        try:
            for cell in notebook["cells"]:
                if cell["cell_type"] != "code":
                    continue
                count += 1
                started = time.monotonic()
                cell["outputs"], _ = run_cell(client, "".join(cell["source"]))
                cell["execution_count"] = count
                expected = "raises-exception" in cell["metadata"].get("tags", [])
                for output in cell["outputs"]:
                    if output["output_type"] == "error" and not expected:
                        failed += 1
                        print(f"cell {count} failed:", *output["traceback"], sep="\n", file=sys.stderr)
                print(f"cell {count}: {time.monotonic() - started:.1f} s", file=sys.stderr)
            time.sleep(LATE)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            for part, text in output.get("data", {}).items():
                # Lists of lines, as Jupyter writes text, so that changes can be read.
                if part.startswith("text/") and isinstance(text, str):
                    output["data"][part] = as_lines(text)
            if output["output_type"] == "stream":
                output["text"] = as_lines(output["text"])
    Path(target).write_text(written(notebook), "utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
