// What goes into significance_build.js.

export { regionTask } from "./region_task.ts";
export { significanceTask } from "./significance_task.ts";
