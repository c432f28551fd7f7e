// The build wraps a chunk in a function that is given these two: see src/loading.ts.
declare const lib: typeof import("./shared").lib;
/** Called once, while the chunk runs, with what makes its part. */
declare function offer(make: (core: import("./core").Core) => unknown): void;
