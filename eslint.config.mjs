/**
 * Lint rules: strict and type-checked for sources and specs alike, the Jupyter
 * rules for plugins and commands, and accessible, translated React.
 * Which room may import which is in .dependency-cruiser.cjs.
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

/** Who may have a text of our own as it is: the translator, the console, a token, a plugin's description. */
const NOT_SHOWN = [
  'CallExpression[callee.property.name=/^(__|_n)$/]',
  'CallExpression[callee.object.name="console"]',
  'NewExpression[callee.name="Token"]',
  'ExportNamedDeclaration > VariableDeclaration > VariableDeclarator > ObjectExpression > Property[key.name="description"]'
].join(', ');
const NO_CLOCK =
  'A test waits for an event. If there is none to wait for, say why in a comment that turns this off.';
const UNTRANSLATED = 'A user reads this: say it with trans.__().';

/** Finds English that does not go through the translator, by what it looks like. */
function english(literal, template) {
  return {
    'no-restricted-syntax': [
      'error',
      {
        selector: `:not(${NOT_SHOWN}) > Literal[value=${literal}]`,
        message: UNTRANSLATED
      },
      {
        selector: `TemplateElement[value.raw=${template}]`,
        message: UNTRANSLATED
      }
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
    files: ['src/**/*.{ts,tsx}', 'docs/examples/*/src/*.ts'],
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
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['**/__tests__/**', 'src/icons.ts'],
    // Three words that begin with a capital; two words between values.
    rules: english(
      '/^[A-Z][^<>]*( [^ <>]+){2}/',
      '/(^|[^-\\w])[a-z]{2,} [a-z]{2,}/'
    )
  },
  {
    // Names of sources, patterns of what others say, documents and Python.
    files: [
      'src/encryption/diagnosis/**',
      'src/encryption/settings/code.ts',
      'src/cluster/documents/**'
    ],
    ignores: ['**/__tests__/**'],
    rules: english('/^[A-Z].*[a-z][.?!]$/', '/^[A-Z][^(]*[a-z][.?!]$/')
  },
  {
    files: ['src/**/__tests__/**/*.{ts,tsx}'],
    extends: [jestPlugin.configs['flat/recommended']],
    languageOptions: { globals: globals.node },
    rules: {
      // Specs build commands and plugins that no user ever sees.
      'jupyter/command-described-by': 'off',
      'jupyter/plugin-description': 'off',
      'jest/expect-expect': [
        'error',
        { assertFunctionNames: ['expect*', 'fc.assert', 'fc.**.assert'] }
      ],
      'jest/valid-title': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"][arguments.length>1]',
          message: NO_CLOCK
        }
      ]
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
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name="waitForTimeout"]',
          message: NO_CLOCK
        }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }
      ]
    }
  },
  {
    // Extensions of others, with ids of their own.
    files: ['docs/examples/*/src/*.ts'],
    rules: { 'jupyter/plugin-id-convention': 'off' }
  },
  prettierConfig,
  // After prettier's own list, which turns it off.
  { files: ['src/**/*.{ts,tsx}'], rules: { curly: ['error', 'all'] } }
]);
