import { webgpu } from "../../backends/mod.ts";
import { CONFORMANCE, testBackend } from "../../testing/mod.ts";
import { ANY_ADAPTER, noAdapter } from "../gpu_adapter.ts";

const missing = await noAdapter();
const skip = missing ? Object.fromEntries(CONFORMANCE.map(({ name }) => [name, missing])) : {};

testBackend(webgpu, { config: ANY_ADAPTER, skip });
