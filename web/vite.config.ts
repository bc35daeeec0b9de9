import { copyFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The component library puts its styles into `<style>` elements, which the policy `default-src 'self'` refuses. */
function stylesWithoutInline(): Plugin {
  return {
    name: 'styles-without-inline',
    enforce: 'pre',
    load(id) {
      if (id.replaceAll('\\', '/').includes('@rc-component/util/es/Dom/dynamicCSS')) {
        return `export * from ${JSON.stringify(here('./src/shell/adoptedStyles.ts'))}`
      }
      return null
    },
  }
}

/** One application, one file for each address that the service serves. */
function pages(): Plugin {
  return {
    name: 'pages',
    closeBundle() {
      for (const name of ['console', 'field', 'wallboard']) {
        copyFileSync(here('./dist/index.html'), here(`./dist/${name}.html`))
      }
    },
  }
}

export default defineConfig({
  plugins: [react(), stylesWithoutInline(), pages()],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1500 },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8000', ws: true } } },
})
