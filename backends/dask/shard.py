# What travels to Dask's workers, as source by cloudpickle: there is nothing of Morlet to install. A function here sees only what it
# imports itself.


def morlet_parcel(file, plan):
    """What all shards of a job have in common. A task of its own, so that Dask brings it to each worker once."""
    return file, plan


def morlet_shard(parcel, shard):
    """Runs a shard in a Deno process of its own, on the one thread that Dask gives a task.

    Returns the bytes of its result, or why there is none, as {"failed": kind, "why": text}. The process ends with the worker, and as soon as Dask
    wants the task no more, be it that the job was cancelled or that the client is gone."""
    import hashlib
    import os
    import queue
    import shutil
    import struct
    import subprocess
    import sys
    import threading

    from distributed import get_worker

    worker = get_worker()
    task = worker.get_current_task()
    state = worker.__dict__.setdefault("morlet", {"running": {}, "ended": []})

    def failed(kind, why):
        return {"failed": kind, "why": why}

    def wanted():
        known = worker.state.tasks.get(task)
        alive = worker.status.name not in ("closing", "closed", "failed")
        return alive and known is not None and known.state == "executing" and shard["job"] not in state["ended"]

    def place(file):
        """Where the program lies on this worker. Written once, and again where it is not what was sent."""
        name = hashlib.sha256(file).hexdigest()
        path = os.path.join(worker.local_directory, f"morlet-{name}.js")
        if os.path.exists(path):
            with open(path, "rb") as there:
                if hashlib.sha256(there.read()).hexdigest() == name:
                    return path
        part = f"{path}.{threading.get_ident()}"
        with open(part, "wb") as out:
            out.write(file)
        os.replace(part, path)
        return path

    def listen(stream, messages):
        """Reads frames: a mark and a length, then a byte that tells what it is, and that."""
        try:
            while True:
                head = stream.read(8)
                if len(head) < 8:
                    break
                body = stream.read(struct.unpack("<II", head)[1])
                messages.put((body[0], body[1:]) if body else None)
        finally:
            messages.put(None)

    def pass_on(stream, last):
        for line in stream:
            last[:] = (last + line)[-2000:]
            sys.stderr.write(line.decode("utf-8", "replace"))

    file, plan = parcel
    path = place(file)
    deno, *arguments = shard["command"]
    found = shutil.which(deno)
    if found is None:
        return failed("no-deno", f'There is no program "{deno}" on the worker {worker.address}')
    command = [found, *(argument.replace("{program}", path) for argument in arguments)]
    own = {"DENO_DIR": os.path.join(worker.local_directory, "deno"), "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
    if not wanted():
        return failed("cancelled", "Dask wants it no more")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, env={**os.environ, **own}, cwd=worker.local_directory, **pipes)
    guard = None
    if os.name == "posix":
        # Should this worker be killed: a simulation in an endless loop does not see that its input has ended.
        script = 'trap "" TERM INT HUP; cat >/dev/null; kill -9 "$0"'
        guard = subprocess.Popen(["/bin/sh", "-c", script, str(process.pid)], stdin=subprocess.PIPE, start_new_session=True)
    state["running"][task] = (shard["job"], process)
    messages, last, result, killed = queue.Queue(), bytearray(), None, False
    readers = [
        threading.Thread(target=listen, args=(process.stdout, messages), daemon=True),
        threading.Thread(target=pass_on, args=(process.stderr, last), daemon=True),
    ]
    try:
        for reader in readers:
            reader.start()
        try:
            process.stdin.write(plan)
            process.stdin.flush()
        except OSError:
            pass  # it has ended, which its exit tells better
        while True:
            try:
                message = messages.get(timeout=0.25)
            except queue.Empty:
                if not killed and not wanted():
                    killed = True
                    process.kill()
                continue
            if message is None:
                break
            kind, body = message
            if kind == 1:
                done = struct.unpack("<d", body)[0]
                worker.log_event("morlet", {"job": shard["job"], "shard": shard["id"], "done": done})
            elif kind == 2:
                result = body
                process.stdin.close()  # there is no more to come
    finally:
        process.kill()
        for reader in readers:
            reader.join(5)
        if guard:
            guard.kill()
            guard.communicate()
        code = process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            try:
                stream.close()
            except OSError:
                pass
        state["running"].pop(task, None)
    if result is not None:
        return result
    if killed:
        return failed("cancelled", "Dask wants it no more")
    how = f"was ended by signal {-code}" if code < 0 else f"exited with code {code}"
    words = last.decode("utf-8", "replace").strip()
    return failed("process", f"The Deno process {how} on the worker {worker.address}" + (f". Its last words: {words}" if words else ""))


async def morlet_end(job, dask_worker=None):
    """Ends the processes of a job on a worker, and waits until they are gone."""
    import asyncio

    state = dask_worker.__dict__.setdefault("morlet", {"running": {}, "ended": []})
    state["ended"] = [*state["ended"][-100:], job]  # for tasks that start just now
    for _ in range(200):
        left = [process for owner, process in list(state["running"].values()) if owner == job]
        for process in left:
            process.kill()
        if not left:
            break
        await asyncio.sleep(0.02)
