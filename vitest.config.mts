/** Four projects: pure unit tests, tests on this machine's kernel, tests on one in QEMU, tests of the real app. */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { alias } from './build/aliases.mjs'

/** They boot kernels of their own, so they run beside anything. */
const QEMU = 'test/kernel/qemu*.test.ts'

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        plugins: [vue()],
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          sequence: { groupOrder: 0 },
          // By default vitest leaves one processor to its own process, which hardly needs it.
          maxWorkers: '100%',
          testTimeout: 60_000,
          // What is waited for comes when a busy machine gets to it.
          expect: { poll: { timeout: 20_000 } },
          // The contrast test reads the tokens; other styles are not processed.
          css: { include: [/tokens\.css/] },
        },
      },
      {
        extends: true,
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts'],
          exclude: [QEMU],
          // One at a time, and never beside the app's tests: the kernel has one audit subsystem.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'qemu',
          include: [QEMU],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          // A window on a busy machine answers when it can, as with Playwright's own waiting.
          expect: { poll: { timeout: 10_000 } },
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
