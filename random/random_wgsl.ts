import source from "./random.wgsl" with { type: "text" };

/**
 * The library's random functions in WGSL, to be put after a shader's own code: `random_uint32`, `random_integer`,
 * `random_uniform`, `random_normal`, `random_normals` and `threefry2x32`. The integers are those of
 * {@linkcode CounterGenerator}; numbers are in single precision.
 */
export const randomWgsl: string = source;
