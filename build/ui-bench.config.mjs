/** Builds renderer/bench, the window on a store that never ends, for `npm run bench ui`. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { alias } from './aliases.mjs'

const folder = (/** @type {string} */ name) => fileURLToPath(new URL(`../${name}`, import.meta.url))

export default defineConfig({
  root: folder('renderer/bench'),
  base: './',
  resolve: { alias },
  plugins: [vue()],
  worker: { format: 'es' },
  build: { target: 'chrome114', outDir: folder('out/ui-bench'), emptyOutDir: true },
})
