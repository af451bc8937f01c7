import { defineConfig } from 'vitest/config';

// Tests measure no time; the limit only ends what hangs, also on a machine that is busy with other things.
export default defineConfig({ test: { testTimeout: 30_000, hookTimeout: 60_000 } });
