/** Bundles the Electron side: main and store (CJS, Node 18), preload (CJS), renderer (Chromium 114). */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { alias } from './build/aliases.mjs'
import { root } from './build/bootstrap/paths.mjs'
import { rememberBundled } from './build/package/bundled.mjs'
import manifest from './package.json' with { type: 'json' }

/** So that the app can tell the registry's old runtime from the one it is released with. */
const define = {
  DECLARED_ELECTRON_MAJOR: JSON.stringify(manifest.devDependencies.electron.split('.')[0]),
}

export default defineConfig({
  main: {
    define,
    resolve: { alias },
    plugins: [rememberBundled(root, 'main')],
    build: {
      target: 'node18',
      outDir: 'out/main',
      rolldownOptions: {
        input: { index: 'electron/main/index.ts', store: 'electron/store/index.ts' },
        external: ['electron', 'koffi'],
        output: { format: 'cjs', entryFileNames: '[name].js' },
      },
      externalizeDeps: false,
    },
  },
  preload: {
    resolve: { alias },
    plugins: [rememberBundled(root, 'preload')],
    build: {
      target: 'node18',
      outDir: 'out/preload',
      rolldownOptions: {
        input: { index: 'electron/preload/index.ts' },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].js' },
      },
      externalizeDeps: false,
    },
  },
  renderer: {
    root: 'renderer',
    resolve: { alias },
    plugins: [vue(), rememberBundled(root, 'renderer')],
    build: {
      target: 'chrome114',
      outDir: 'out/renderer',
      rolldownOptions: {
        input: { index: 'renderer/index.html' },
        checks: { bundlerTimings: false },
      },
    },
  },
})
