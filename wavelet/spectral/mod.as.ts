/**
 * AssemblyScript: Fourier transforms of several series at once, one in each lane of a SIMD register: two in float64, four in
 * float32 (the type T); and what is done with their spectra. Nothing is allocated here: whoever calls lays tables and buffers into
 * memory (spectral_engine.ts).
 */
export { angles32, angles64, boxcar64, coherence32, coherence64, cross32, cross64 } from "./coherence.as";
export { band64, filter64, look64, ringing64 } from "./filter.as";
export { sort64, transform32, transform64 } from "./fourier.as";
export { interpolate32, interpolate64 } from "./interpolate.as";
export { pair64, samples32, samples64, spread32, spread64, spreadTwo32, spreadTwo64 } from "./samples.as";
export { bands64, gather64, powers64, smooth64 } from "./smoothing.as";
