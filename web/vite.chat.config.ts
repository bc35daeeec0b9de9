import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The customers' chat: one script with a fixed name, for `/chat` and for other sites. */
export default defineConfig({
  publicDir: false,
  build: {
    target: 'es2020',
    emptyOutDir: false,
    outDir: 'dist/assets',
    lib: {
      entry: fileURLToPath(new URL('./src/chat/widget.ts', import.meta.url)),
      formats: ['iife'],
      name: 'hotlineChat',
      fileName: () => 'chat.js',
    },
  },
})
