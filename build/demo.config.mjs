/** Builds renderer/demo, the window in a plain browser: `npx vite build -c build/demo.config.mjs`; without `build` it serves it. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { alias } from './aliases.mjs'

const folder = (/** @type {string} */ name) => fileURLToPath(new URL(`../${name}`, import.meta.url))

export default defineConfig({
  root: folder('renderer/demo'),
  base: './',
  resolve: { alias },
  plugins: [vue()],
  build: { target: 'esnext', outDir: folder('out/renderer-demo'), emptyOutDir: true },
})
