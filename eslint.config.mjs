/**
 * Lint rules: strict and type-checked for sources and specs alike, the Jupyter
 * rules for plugins and commands, and accessible, translated React.
 * The rules of the house that a machine can check (which folder may import
 * what) are here too.
 */
import js from '@eslint/js';
import jupyterPlugin from '@jupyter/eslint-plugin';
import prettierConfig from 'eslint-config-prettier';
import jestPlugin from 'eslint-plugin-jest';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactPlugin from 'eslint-plugin-react';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** A rule that keeps a folder from importing what it must not know. */
function mustNotImport(message, ...group) {
  return {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: [{ group, message }] }
    ]
  };
}

export default defineConfig([
  globalIgnores([
    '**/node_modules',
    '**/lib',
    '**/coverage',
    '.venv*',
    '.test-results',
    '.yarn',
    'build',
    'dist',
    'jupyterlab_s3_encryption',
    'ui-tests/test-results',
    'ui-tests/playwright-report'
  ]),
  js.configs.recommended,
  { plugins: { jupyter: jupyterPlugin } },
  jupyterPlugin.configs.recommended,
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: globals.node },
    rules: {
      'no-unused-vars': ['error', { varsIgnorePattern: '^_' }]
    }
  },
  {
    files: ['style/*.js'],
    languageOptions: { globals: globals.browser }
  },
  {
    files: ['src/**/*.{ts,tsx}', 'docs/examples/*.ts'],
    extends: [
      tseslint.configs.strictTypeChecked,
      reactPlugin.configs.flat.recommended,
      jsxA11y.flatConfigs.recommended
    ],
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        project: './tsconfig.test.json',
        tsconfigRootDir: import.meta.dirname
      }
    },
    plugins: { 'react-hooks': reactHooks },
    settings: { react: { version: '18.2' } },
    rules: {
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'prefer-arrow-callback': 'error',
      // The classic two; the others are for the React compiler, not used here.
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'jupyter/command-described-by': 'error',
      'jupyter/plugin-activation-args': 'error',
      'jupyter/plugin-description': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }
      ],
      // A number in a sentence is fine; anything else there is a mistake.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true }
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ],
      // Lumino's way: signal.connect(this._method, this); the signal rules of
      // the Jupyter plugin check the second argument.
      '@typescript-eslint/unbound-method': 'off',
      // Under 60 kB in all: one request at start costs less than many later.
      'jupyter/prefer-lazy-imports': 'off',
      // Class-less modules of constants are plain modules here.
      '@typescript-eslint/no-extraneous-class': 'off'
    }
  },
  {
    files: [
      'src/contract/**/*.ts',
      'src/encryption/**/*.ts',
      'src/cluster/documents/**/*.ts'
    ],
    ignores: ['**/__tests__/**'],
    rules: mustNotImport(
      'The domain is pure: no Jupyter, no Lumino, no React, no other room.',
      '@jupyterlab/*',
      '@lumino/*',
      'react',
      'react-dom',
      '**/kernel/*',
      '**/session/*',
      '**/panel/*',
      '**/plugins/*'
    )
  },
  {
    files: ['src/panel/**/*.{ts,tsx}', 'src/cluster/page/**/*.{ts,tsx}'],
    ignores: ['**/__tests__/**'],
    rules: mustNotImport(
      'The panel gets props and gives callbacks: it knows no kernel.',
      '@jupyterlab/services',
      '**/kernel/*',
      '**/session/*',
      '**/plugins/*'
    )
  },
  {
    files: ['src/kernel/**/*.ts'],
    ignores: ['**/__tests__/**'],
    rules: mustNotImport(
      'The kernel room talks to kernels and draws nothing.',
      'react',
      'react-dom',
      '**/panel/*',
      '**/plugins/*'
    )
  },
  {
    files: ['src/**/__tests__/**/*.{ts,tsx}'],
    extends: [jestPlugin.configs['flat/recommended']],
    languageOptions: { globals: globals.node },
    rules: {
      // Specs build commands and plugins that no person ever sees.
      'jupyter/command-described-by': 'off',
      'jupyter/plugin-description': 'off',
      'jest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect*', 'fc.assert', 'fc.**.assert'] }
      ],
      'jest/valid-title': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off'
    }
  },
  {
    // No React there: a helper may be called useServer.
    files: ['src/**/*.kernel.spec.ts'],
    rules: { 'react-hooks/rules-of-hooks': 'off' }
  },
  {
    files: ['ui-tests/**/*.ts'],
    extends: [tseslint.configs.strict],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }
      ]
    }
  },
  {
    // Extensions of others, with ids of their own.
    files: ['docs/examples/*.ts'],
    rules: { 'jupyter/plugin-id-convention': 'off' }
  },
  prettierConfig,
  // After prettier's own list, which turns it off.
  { files: ['src/**/*.{ts,tsx}'], rules: { curly: ['error', 'all'] } }
]);
