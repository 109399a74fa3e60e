import { type Backend, getBackend } from "../backends/mod.ts";

/** Opens the graphics card, with `--any-adapter` also a driver that computes on the processor; or says why there is none. */
export async function openGpu(args: readonly string[]): Promise<Backend | undefined> {
  const any = args.includes("--any-adapter");
  const backend = getBackend("webgpu", { adapter: any ? "any" : "hardware" });
  const { availability } = await backend.getInfo();
  if (availability.available) {
    console.log(`webgpu is ${availability.detail?.split(";")[0]}`);
    return backend;
  }
  console.log(`There is no graphics card to compare with here, which is no fault of yours. ${availability.reason}.`);
  console.log(
    any ? `${availability.remedy}.` : "With Mesa's lavapipe (Debian: mesa-vulkan-drivers) try --any-adapter instead.",
  );
}
