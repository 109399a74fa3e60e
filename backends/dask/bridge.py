# Stands between Morlet and Dask: Morlet starts it and writes lines of JSON to its input; it answers by lines of JSON on its output.
# What is binary stands in them as base64. It ends when its input does, and takes what it has started with it.
#
# First comes the configuration; the answer is "connected" or "refused". Then:
#   {op: "begin", job, file, plan} -> {event: "begun", job, threads}
#   {op: "submit", job, shard, attempt, command, start, count}
#                                  -> {event: "progress", job, shard, done} now and then, and one of
#                                     {event: "result", job, shard, result}, {event: "failed", job, shard, kind, why, remedy?}
#   {op: "end", job}               -> {event: "ended", job}: nothing of it runs any more
# {event: "lost", why} says that the scheduler is gone. shard.py stands before this text.
import asyncio
import base64
import json
import os
import sys
import threading

# Runs the text of shard.py, which comes first in a job's parcel.
RUN_SHARD = "(exec(parcel[0], space := {}), space['morlet_shard'](parcel, shard))[1]"
PIP = f"{sys.executable} -m pip install"
# What Dask's exceptions mean for a shard.
KINDS = {"KilledWorker": "killed", "CancelledError": "cancelled", "FutureCancelledError": "cancelled"}

OUT = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)  # what libraries print is not an answer


def say(**message):
    OUT.write(json.dumps(message).encode() + b"\n")
    OUT.flush()


class Refusal(Exception):
    def __init__(self, why, remedy):
        super().__init__(why)
        self.remedy = remedy


def versions_of(found):
    return {"distributed": found["packages"]["distributed"], "python": ".".join(found["packages"]["python"].split(".")[:2])}


def difference(who, theirs, own):
    """Why somebody's versions do not fit these, and the remedy; None where they do."""
    if theirs["distributed"] != own["distributed"]:
        return (
            f"{who} runs distributed {theirs['distributed']}, and {sys.executable} has {own['distributed']}",
            f"Install the cluster's version ({PIP} distributed=={theirs['distributed']}), or one and the same everywhere",
        )
    if theirs["python"] != own["python"]:
        return (
            f"{who} runs Python {theirs['python']}, and {sys.executable} is Python {own['python']}",
            f"Let the field python name a Python {theirs['python']}: functions do not travel between versions",
        )
    return None


class Job:
    def __init__(self, job, parcel):
        self.id, self.parcel = job, parcel
        self.futures, self.watches = {}, set()


class Bridge:
    def __init__(self, config):
        self.config, self.client, self.cluster = config, None, None
        self.jobs, self.works = {}, set()

    async def connect(self):
        try:
            import distributed
        except ImportError as error:
            raise Refusal(
                f"{sys.executable} cannot import Dask's client ({error})",
                f"Install it ({PIP} distributed), or let the field python name a Python that has it",
            )
        config, security = self.config, None
        if config.get("tls"):
            security = distributed.Security(require_encryption=True, **config["tls"])
        where = {"asynchronous": True, "set_as_default": False, "timeout": config["connect_timeout"]}
        try:
            if config.get("address"):
                self.client = await distributed.Client(config["address"], security=security, **where)
            else:
                self.cluster = await distributed.LocalCluster(
                    n_workers=config["n_workers"], threads_per_worker=1, dashboard_address=None, asynchronous=True
                )
                self.client = await distributed.Client(self.cluster, **where)
            await self.require_versions()
        except Refusal:
            raise
        except Exception as error:
            why = " ".join(str(error).split()) or type(error).__name__
            if not config.get("address"):
                raise Refusal(f"A local cluster does not start ({why})", "Start one by hand (dask scheduler, dask worker) to see why")
            raise Refusal(
                f"The scheduler at {config['address']} does not answer ({why})",
                "Check the address, that the scheduler runs (dask scheduler), and that no firewall is in between",
            )
        self.client.subscribe_topic("morlet", self.on_progress)
        threads = await self.client.nthreads()
        say(
            event="connected",
            scheduler=self.client.scheduler.address,
            distributed=distributed.__version__,
            python=sys.executable,
            threads=sum(threads.values()),
            workers=sorted(threads),
        )

    async def require_versions(self):
        found = await self.client.get_versions()
        own = self.versions = versions_of(found["client"])
        others = [("The scheduler", {**versions_of(found["scheduler"]), "python": own["python"]})]  # it unpacks nothing
        others += [(f"The worker {at}", versions_of(of)) for at, of in found["workers"].items()]
        for who, theirs in others:
            if differ := difference(who, theirs, own):
                raise Refusal(*differ)

    def on_progress(self, event):
        message = event[1]
        if message["job"] in self.jobs:
            say(event="progress", **message)

    async def obey(self, op, **order):
        try:
            await getattr(self, op)(**order)
        except Exception as error:
            say(event="lost", why=f"Dask's client failed: {error!r}")

    async def begin(self, job, file, plan):
        file, plan = base64.b64decode(file), base64.b64decode(plan)
        # What all shards have in common is a task of its own, so that Dask brings it to each worker once; without data to wait for it
        # can be repeated wherever it was lost.
        parcel = self.client.submit(tuple, [self.config["shard"], file, plan], key=f"morlet-parcel-{job}", pure=False)
        self.jobs[job] = Job(job, parcel)
        say(event="begun", job=job, threads=sum((await self.client.nthreads()).values()))

    async def submit(self, job, shard, attempt, command, start, count):
        known = self.jobs.get(job)
        if known is None:
            return  # it has just ended
        order = {"job": job, "id": shard, "attempt": attempt, "command": command, "start": start, "count": count}
        order["versions"] = self.versions  # of workers that have come since
        key = f"morlet-shard-{job}-{shard}-{attempt}"
        future = self.client.submit(eval, RUN_SHARD, {"parcel": known.parcel, "shard": order}, key=key, pure=False)
        known.futures[shard] = future
        watch = asyncio.ensure_future(self.watch(known, shard, future))
        known.watches.add(watch)
        watch.add_done_callback(known.watches.discard)

    async def watch(self, job, shard, future):
        try:
            result = await future.result()
        except BaseException as error:
            if job.id not in self.jobs:
                return
            if self.client.status != "running":
                where = self.config.get("address", "of the local cluster")
                return say(event="lost", why=f"The connection to the scheduler {where} broke")
            name = type(error).__name__
            say(event="failed", job=job.id, shard=shard, kind=KINDS.get(name, "exception"), why=f"{name}: {error}")
        else:
            if job.id not in self.jobs:
                return
            if isinstance(result, dict):
                why, remedy = result.get("why"), ""
                if result["failed"] == "version":
                    why, remedy = difference(result["who"], result["versions"], self.versions)
                return say(event="failed", job=job.id, shard=shard, kind=result["failed"], why=why, remedy=remedy)
            say(event="result", job=job.id, shard=shard, result=base64.b64encode(result).decode())
        finally:
            job.futures.pop(shard, None)

    async def end(self, job):
        known = self.jobs.pop(job)
        if self.client.status == "running":
            try:
                await asyncio.wait_for(self.stop(known), 20)
            except Exception as error:  # the scheduler or a worker is gone, and its processes with it
                print(f"Ending job {job}: {error!r}", file=sys.stderr)
        known.parcel.release()
        say(event="ended", job=job)

    async def stop(self, job):
        await self.client.cancel(list(job.futures.values()), force=True)
        await self.client.run(morlet_end, job.id, on_error="ignore")

    async def close(self):
        for job in list(self.jobs):
            await self.end(job)
        if self.client:
            await self.client.close()
        if self.cluster:
            await self.cluster.close()


async def main():
    loop, lines, this = asyncio.get_running_loop(), asyncio.Queue(), asyncio.current_task()

    def read():
        for line in sys.stdin.buffer:
            loop.call_soon_threadsafe(lines.put_nowait, json.loads(line))
        loop.call_soon_threadsafe(this.cancel)

    threading.Thread(target=read, daemon=True).start()
    bridge = Bridge(await lines.get())
    try:
        await bridge.connect()
        while True:
            work = asyncio.ensure_future(bridge.obey(**await lines.get()))
            bridge.works.add(work)
            work.add_done_callback(bridge.works.discard)
    except Refusal as refusal:
        say(event="refused", why=str(refusal), remedy=refusal.remedy)
    except asyncio.CancelledError:
        pass  # the input has ended
    finally:
        await asyncio.wait_for(bridge.close(), 25)


asyncio.run(main())
