# What travels to Dask's workers: there is nothing of Morlet to install there. A function sees only what it imports itself. The first one
# travels as this text, as a worker may have come whose Python cannot read what another Python has compiled.


def morlet_shard(parcel, shard):
    """Runs a shard in a Deno process, on the one thread that Dask gives a task, unless the worker's versions are not the client's.

    Returns the bytes of its result, or why there is none, as {"failed": kind, "why": text}, or those versions. The process ends with the
    worker, and as soon as Dask wants the task no more, be it that the job was cancelled or that the client is gone. Else it serves further
    shards of its job: the first simulations of a process are slow."""
    import hashlib
    import os
    import queue
    import shutil
    import signal
    import struct
    import subprocess
    import sys
    import threading

    from distributed import __version__, get_worker

    worker = get_worker()
    versions = {"distributed": __version__, "python": "%d.%d" % sys.version_info[:2]}
    if versions != shard["versions"]:
        return {"failed": "version", "who": f"The worker {worker.address}", "versions": versions}
    task = worker.get_current_task()
    job = shard["job"]
    state = worker.__dict__.setdefault("morlet", {"running": {}, "idle": {}, "ended": []})

    def failed(kind, why):
        return {"failed": kind, "why": why}

    def wanted():
        known = worker.state.tasks.get(task)
        alive = worker.status.name not in ("closing", "closed", "failed")
        return alive and known is not None and known.state == "executing" and job not in state["ended"]

    def place(file):
        """The name of the program in this worker's folder. Written once, and again where it is not what was sent."""
        digest = hashlib.sha256(file).hexdigest()
        name = f"morlet-{digest}.js"
        path = os.path.join(worker.local_directory, name)
        if os.path.exists(path):
            with open(path, "rb") as there:
                if hashlib.sha256(there.read()).hexdigest() == digest:
                    return name
        part = f"{path}.{threading.get_ident()}"
        with open(part, "wb") as out:
            out.write(file)
        os.replace(part, path)
        return name

    def listen(stream, messages):
        """Reads frames: a mark and a length, then a byte that tells what it is, and that."""
        try:
            while len(head := stream.read(8)) == 8:
                body = stream.read(struct.unpack("<II", head)[1])
                messages.put((body[:1], body[1:]))
        finally:
            messages.put(None)

    def pass_on(stream, last):
        for line in stream:
            last[:] = (last + line)[-2000:]
            sys.stderr.write(line.decode("utf-8", "replace"))

    class Runner:
        """A Deno process."""

        def __init__(self, command):
            own = {"DENO_DIR": os.path.join(worker.local_directory, "deno"), "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
            # A group of its own, as what is called deno may be a script that starts it.
            group = {"cwd": worker.local_directory, "env": {**os.environ, **own}, "start_new_session": True}
            self.process = subprocess.Popen(command, **group, **pipes)
            self.guard = None
            if os.name == "posix":
                # Should this worker be killed: a simulation in an endless loop does not see that its input has ended.
                guard = ["/bin/sh", "-c", 'cat >/dev/null; kill -9 "-$0"', str(self.process.pid)]
                self.guard = subprocess.Popen(guard, stdin=subprocess.PIPE, start_new_session=True)
            self.messages, self.last, self.timer = queue.Queue(), bytearray(), None
            readers = [(listen, self.process.stdout, self.messages), (pass_on, self.process.stderr, self.last)]
            self.readers = [threading.Thread(target=read, args=rest, daemon=True) for read, *rest in readers]
            for reader in self.readers:
                reader.start()

        def send(self, message):
            try:
                self.process.stdin.write(message)
                self.process.stdin.flush()
            except OSError:
                pass  # it has ended, which its exit tells better

        def kill(self):
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except AttributeError:  # Windows has no groups
                self.process.kill()
            except ProcessLookupError:
                pass

        def close(self):
            """Ends it, and waits until it is gone. Returns its exit code."""
            ended = self.process.poll()
            self.kill()
            for reader in self.readers:
                reader.join(5)
            if self.guard:
                self.guard.kill()
                self.guard.communicate()
            code = self.process.wait()
            for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
                try:
                    stream.close()
                except OSError:
                    pass
            return code if ended is None else ended

    def rest(runner):
        """Keeps a process for the next shard of its job; not for long, as the client may be gone."""

        def expire():
            if runner in state["idle"].get(job, []):
                state["idle"][job].remove(runner)
                runner.close()

        runner.timer = threading.Timer(5, expire)
        runner.timer.daemon = True
        runner.timer.start()
        state["idle"].setdefault(job, []).append(runner)
        if job in state["ended"]:
            expire()

    def start():
        idle = state["idle"].get(job, [])
        while idle and shard["attempt"]:  # what was lost, or came back altered, is run by a new process
            runner = idle.pop()
            runner.timer.cancel()
            runner.close()
        try:
            runner = idle.pop()
        except IndexError:
            _, file, plan = parcel
            program = place(file)
            deno, *arguments = shard["command"]
            found = shutil.which(deno)
            if found is None:
                return None
            runner = Runner([found, *(argument.replace("{program}", program) for argument in arguments)])
            runner.send(plan)
        else:
            runner.timer.cancel()
            runner.send(struct.pack("<IIdd", 0x4D4F524C, 16, shard["start"], shard["count"]))
        return runner

    killed, done, runner = False, False, None
    state["running"][task] = (job, None)  # first of all: whoever ends the job waits for what is being started
    try:
        if not wanted():
            return failed("cancelled", "Dask wants it no more")
        runner = start()
        if runner is None:
            return failed("no-deno", f'There is no program "{shard["command"][0]}" on the worker {worker.address}')
        state["running"][task] = (job, runner)
        while not done:
            try:
                message = runner.messages.get(timeout=0.25)
            except queue.Empty:
                if not killed and not wanted():
                    killed = True
                    runner.kill()
                continue
            if message is None:
                break
            kind, body = message
            if kind == b"\1":
                count = struct.unpack("<d", body)[0]
                worker.log_event("morlet", {"job": job, "shard": shard["id"], "done": count})
            elif kind == b"\2":
                done = True
    finally:
        if runner and done and not killed and wanted():
            rest(runner)
        elif runner:
            code = runner.close()
        state["running"].pop(task, None)
    if done:
        return body
    if killed:
        return failed("cancelled", "Dask wants it no more")
    how = f"was ended by signal {-code}" if code < 0 else f"exited with code {code}"
    words = runner.last.decode("utf-8", "replace").strip()
    why = f"The Deno process {how} on the worker {worker.address}"
    return failed("process", f"{why}. Its last words: {words}" if words else why)


async def morlet_end(job, dask_worker=None):
    """Ends the processes of a job on a worker, and waits until they are gone."""
    import asyncio

    state = dask_worker.__dict__.setdefault("morlet", {"running": {}, "idle": {}, "ended": []})
    state["ended"] = [*state["ended"][-100:], job]  # for tasks that start just now
    for _ in range(200):
        for runner in state["idle"].pop(job, []):
            runner.timer.cancel()
            runner.close()
        left = [runner for owner, runner in list(state["running"].values()) if owner == job]
        for runner in filter(None, left):
            runner.kill()
        if not left:
            break
        await asyncio.sleep(0.02)
