// The lint rules, among them the import directions of docs/architecture.md.
import js from '@eslint/js'
import globals from 'globals'
import ts from 'typescript-eslint'
import vue from 'eslint-plugin-vue'

/**
 * Builds one import-direction rule: what files under a folder may not import, and why.
 * @param {{ group?: string[], regex?: string, message: string }[]} patterns
 * @returns {import('eslint').Linter.RulesRecord}
 */
const directions = (patterns) => ({
  'no-restricted-imports': ['error', { patterns }],
})
const noElectron = {
  // A pattern, because a group matches a part of any path, such as ./platform/electron.
  regex: '^electron(/|$)',
  message: 'Only electron/ imports Electron.',
}
const noVue = {
  group: ['vue', 'pinia', 'reka-ui', '@renderer/*', '**/renderer/**'],
  message: 'Only renderer/ imports Vue and the renderer.',
}
const noKoffi = {
  group: ['koffi'],
  message: 'Only native/kernel imports koffi: it is the choke point for system calls.',
}
const noElectronFolder = {
  group: ['@contract/*', '**/electron/**'],
  message: 'native/ knows nothing of electron/.',
}
const nodeBuiltins = {
  group: ['node:*', 'fs', 'path', 'os', 'child_process', 'net', 'zlib', 'worker_threads'],
  message: 'This folder is pure: no I/O, no Node.',
}

export default ts.config(
  {
    ignores: [
      'node_modules/**',
      'out/**',
      'dist/**',
      '.cache/**',
      'native/audit/tables/generated/**',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    languageOptions: { globals: { ...globals.node } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      'no-control-regex': 'off',
      'no-console': 'error',
      'vue/multi-word-component-names': 'off',
      'vue/one-component-per-file': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/no-v-html': 'error',
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['renderer/**', 'test/e2e/hostile/**'],
    languageOptions: { globals: { ...globals.browser } },
  },
  { files: ['build/**', 'test/**', 'native/cli/**'], rules: { 'no-console': 'off' } },
  {
    files: ['native/audit/**'],
    rules: directions([
      noElectron,
      noVue,
      noKoffi,
      noElectronFolder,
      nodeBuiltins,
      {
        group: [
          '@native/kernel/*',
          '@native/helper/*',
          '@native/cli/*',
          '**/kernel/**',
          '**/helper/**',
          '**/cli/**',
        ],
        message: 'native/audit imports nothing of the other folders.',
      },
    ]),
  },
  { files: ['native/kernel/**'], rules: directions([noElectron, noVue, noElectronFolder]) },
  {
    files: ['native/helper/**', 'native/cli/**'],
    rules: directions([noElectron, noVue, noKoffi, noElectronFolder]),
  },
  {
    files: ['electron/contract/**'],
    rules: directions([noElectron, noVue, noKoffi, nodeBuiltins]),
  },
  { files: ['electron/{main,preload,store}/**'], rules: directions([noVue, noKoffi]) },
  {
    files: ['renderer/**'],
    rules: directions([
      noElectron,
      noKoffi,
      nodeBuiltins,
      {
        group: [
          '**/electron/main/**',
          '**/electron/store/**',
          '**/electron/preload/**',
          '@native/kernel/*',
          '@native/cli/*',
        ],
        message: 'The renderer reaches the other processes only through @contract.',
      },
    ]),
  },
)
