/**
 * Environments in which glibc's functions round every operation: its builds for processors with fused multiply-add do not.
 * Empty where glibc can't be told so.
 */
export const WITHOUT_FUSED: Record<string, string>[] = Deno.build.target === "x86_64-unknown-linux-gnu"
  ? [{ GLIBC_TUNABLES: "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4" }]
  : [];
