import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The on-site page's service worker: one script beside the pages, so that its scope can hold `/field`. */
export default defineConfig({
  publicDir: false,
  build: {
    target: 'es2022',
    emptyOutDir: false,
    outDir: 'dist',
    lib: {
      entry: fileURLToPath(new URL('./src/field/worker.ts', import.meta.url)),
      formats: ['iife'],
      name: 'hotlineFieldWorker',
      fileName: () => 'field-worker.js',
    },
  },
})
